"""What every change to an incident shares: its version, who is in it, and that its severity follows the facts."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct
from piccolo.columns import Column

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.errors import Stale

from . import severity
from .tables import Incident, IncidentCorrection

STALE = "Someone else changed this incident since you opened it. Look at what it says now before you change it."


class Person(Struct, kw_only=True):
    """A young person in an incident: their roles in the order they were given, and all their injuries and treatments."""

    young_person: int
    roles: list[str] = []
    injuries: list[str] = []
    treatments: list[str] = []


def check_version(incident: Incident, version: int) -> None:
    """Raise Stale where the version is not the one that was asked for."""
    if incident.version != version:
        raise Stale(STALE)


async def hold(incident: int) -> Incident:
    """The incident as it is now. Whoever else would change it waits until this transaction ends."""
    (row,) = await DB.fetch("SELECT * FROM incident WHERE id = $1 FOR UPDATE", incident)
    return of_row(Incident, row)


async def change(incident: Incident, values: Mapping[str, Any]) -> int:
    """Write values into the incident as it was loaded; its new version. Raises Stale where someone else was faster."""
    changed = await (
        Incident.update(cast("dict[Column | str, Any]", {**values, "version": incident.version + 1}))
        .where((Incident.id == incident.id) & (Incident.version == incident.version))
        .returning(Incident.version)
    )
    if not changed:
        raise Stale(STALE)
    return int(changed[0]["version"])


async def people_in(incident: int) -> list[Person]:
    """Everyone, in the order in which they were added."""
    rows = await DB.fetch("SELECT young_person, role, injuries, treatment FROM involvement WHERE incident = $1 ORDER BY id", incident)
    found: dict[int, Person] = {}
    for row in rows:
        person = found.setdefault(row["young_person"], Person(young_person=row["young_person"]))
        person.roles.append(row["role"])
        person.injuries += [injury for injury in row["injuries"] if injury not in person.injuries]
        if row["treatment"] and row["treatment"] not in person.treatments:
            person.treatments.append(row["treatment"])
    return list(found.values())


def answers_of(incident: Incident) -> dict[str, Any]:
    """The answers to the kind's questions, as they were loaded."""
    return cast("dict[str, Any]", incident.answers)


def floor_of(kind: str, answers: Mapping[str, Any], there: Sequence[Person]) -> severity.Floor:
    return severity.floor(kind, answers, [i for p in there for i in p.injuries], [t for p in there for t in p.treatments])


async def raise_severity(incident: Incident, *, by: User) -> None:
    """Make the incident as severe as its facts by now, if it is not; with a correction that says why."""
    least = floor_of(incident.kind, answers_of(incident), await people_in(incident.id))
    if severity.LEVELS.index(least.severity) <= severity.LEVELS.index(incident.severity):
        return
    await change(incident, {"severity": least.severity})
    await IncidentCorrection(
        incident=incident.id, field="severity", old_value=incident.severity, new_value=least.severity,
        reason=f"Raised by what was added: it is {least.words}.", at=clock.now(), recorded_by=by.id,
    ).save()  # fmt: skip
