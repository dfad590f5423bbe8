"""Marks of an incident, of the young people whom a viewer sees."""

from collections.abc import Mapping
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.incidents.record import names_hidden
from yosafe.incidents.tables import Incident
from yosafe.people.access import visible, young_person_ref
from yosafe.people.hiding import Hidden

from .access import can_strike
from .schemas import MarkOut

_MARKS = """
    SELECT m.*, u.name AS by_name, s.name AS struck_name
    FROM body_mark m JOIN young_person yp ON yp.id = m.young_person JOIN user_account u ON u.id = m.recorded_by
        LEFT JOIN user_account s ON s.id = m.struck_by
    WHERE m.incident = {} AND {} ORDER BY m.id
"""


async def marks_of(viewer: User, incident: Incident) -> list[MarkOut]:
    """All marks, struck out ones too, in the order in which they were added, of an incident that the viewer has loaded."""
    rows = await DB.fetch(*Sql(_MARKS, incident.id, visible(viewer)).parts())
    if not rows:
        return []
    hidden = await names_hidden(viewer, incident.id)
    return [_out(row, hidden) for row in rows]


async def to_strike(viewer: User, incident: Incident) -> set[int]:
    """The numbers of the marks that the viewer may strike out."""
    rows = await DB.fetch("SELECT id, recorded_by FROM body_mark WHERE incident = $1 AND struck_at IS NULL", incident.id)
    return {row["id"] for row in rows if can_strike(viewer, row["recorded_by"])}


def _out(row: Mapping[str, Any], hidden: Hidden) -> MarkOut:
    return MarkOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), region=row["region"], kind=row["kind"], size_mm=row["size_mm"],
        note=hidden.maybe(row["note"]), seen_by=hidden.text(row["seen_by"]), seen_on=row["seen_on"],
        seen_time=f"{row['seen_time']:%H:%M}" if row["seen_time"] else None, recorded_at=row["recorded_at"], recorded_by=row["by_name"],
        struck_at=row["struck_at"], struck_by=row["struck_name"], struck_reason=hidden.maybe(row["struck_reason"]),
    )  # fmt: skip
