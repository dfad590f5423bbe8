"""Needs as pages show them: codes as words. Pure."""

from typing import Any

from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.words import day, plural

from .schemas import NeedOut, StepOut

STEP_TITLES = {"added": "Added to the plan", "changed": "Changed", "closed": "Closed"}


def need(one: NeedOut, terminology: Terminology) -> dict[str, Any]:
    """A row of a table of needs, and what the page of one needs."""
    outcome = code_list("need_outcome").label(one.came_of, terminology) if one.came_of else None
    return {
        "ref": one.ref, "href": f"/plan/{one.ref}", "young_person": one.young_person, "name": one.name, "need": one.need, "will_do": one.will_do,
        "topic": code_list("need_topic").label(one.topic, terminology), "owner": code_list("need_owner").label(one.owner, terminology),
        "owner_name": one.owner_name, "target_on": one.target_on, "closed_on": one.closed_on, "outcome": outcome, "assessment": one.assessment,
        "late": f"{plural(one.days_late, 'day')} late" if one.days_late else None, "version": one.version,
        "where": establishment(one.establishment).name if one.establishment else "Not held", "recorded": f"{one.recorded_by}, {one.agency}",
        "recorded_at": one.recorded_at,
    }  # fmt: skip


def history(steps: list[StepOut], terminology: Terminology) -> list[dict[str, object]]:
    """For `timeline`, the newest first. A step says what held from then on."""
    return [
        {
            "title": STEP_TITLES[step.kind],
            "at": step.at,
            "by": step.by,
            "text": "\n".join(part for part in (_held(step, terminology), step.note) if part),
        }
        for step in reversed(steps)
    ]


def _held(step: StepOut, terminology: Terminology) -> str | None:
    if step.kind == "closed":
        return None
    owner = code_list("need_owner").label(step.owner, terminology)
    return f"{step.will_do}\n{owner}: {step.owner_name}, by {day(step.target_on)}."
