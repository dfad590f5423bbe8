"""Named workers as pages show them. Pure."""

from typing import Any

from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .schemas import WorkerOut

NOBODY = "None named"


def worker(one: WorkerOut, terminology: Terminology) -> dict[str, Any]:
    """A row of the table, and of the panel."""
    return {
        "id": one.id, "role": code_list("worker_role").label(one.role, terminology), "name": one.name or NOBODY, "named": one.name is not None,
        "agency": one.agency_name, "telephone": one.telephone, "email": one.email, "since": one.since, "until": one.until,
        "recorded_by": one.recorded_by, "recorded_at": one.recorded_at, "ended_by": one.ended_by,
    }  # fmt: skip
