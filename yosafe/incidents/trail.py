"""Audit entries about an incident: one for each young person in it, so that each child's own trail is whole."""

from typing import Any

from yosafe.audit.record import COLUMNS, Actor, EventName, entry
from yosafe.db.engine import DB, in_transaction

SUBJECT = "incident"  # the kind of record, in the trail and of clocks

_GIVEN = tuple(name for name in COLUMNS if name != "young_person")
_INSERT = f"""
    INSERT INTO audit_entry (young_person, {", ".join(_GIVEN)})
    SELECT v.young_person, {", ".join(f"${n}" for n in range(2, len(_GIVEN) + 2))}
    FROM (SELECT DISTINCT young_person FROM involvement WHERE incident = $1) v
"""


async def record_about(event: EventName, incident: int, *, by: Actor, **detail: Any) -> None:
    """Add the entries of a change to the open transaction; RuntimeError outside one. `detail` holds codes, ids and names of fields only."""
    if not in_transaction():
        raise RuntimeError(f"{event}: an audit entry belongs in the transaction of what it records")
    await _add(event, incident, by=by, detail=detail)


async def record_read_of(incident: int, *, by: Actor, **detail: Any) -> None:
    """Add the entries of a reading. Nothing is shown unless these have been kept."""
    await _add(EventName.INCIDENT_READ, incident, by=by, detail=detail)


async def record_file_read(incident: int, file: int, *, by: Actor) -> None:
    """The same of a file that belongs to an incident."""
    await _add(EventName.FILE_READ, incident, by=by, detail={"file": file})


async def _add(event: EventName, incident: int, *, by: Actor, detail: dict[str, Any]) -> None:
    values = dict(zip(COLUMNS, entry(event, by=by, subject=(SUBJECT, incident), detail=detail), strict=True))
    await DB.execute(_INSERT, incident, *(values[name] for name in _GIVEN))
