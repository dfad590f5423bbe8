"""Whom incidents tell, and how a notice about one shows: by the rule of the record itself, so that whom an allegation is about is told of nothing."""

from collections.abc import Iterable

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import TOLD, Event, To
from yosafe.notices.telling import WHO, WORKING, tell_one
from yosafe.people.access import young_person_number

from . import access
from .schemas import ConcernsOut
from .tables import Incident
from .trail import SUBJECT

# For the one statement that records an incident: its row is `a`, and its two values are those of `submitted`.
TELL_LEADS = f"""
    INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account)
    SELECT {{}}, '{SUBJECT}', a.id, {{}}, a.recorded_at, u.id
    FROM i a JOIN agency g ON g.establishment = a.establishment JOIN user_account u ON u.agency = g.id
    WHERE {WORKING} AND u.id <> a.recorded_by AND {WHO[To.LEADS]}
"""


def submitted(*, severity: str, restricted: bool) -> tuple[str, bool]:
    """What those are told who hear of a new incident, and whether it is urgent."""
    event = Event.ALLEGATION_RECORDED if restricted else Event.INCIDENT_SERIOUS if severity == "serious" else Event.INCIDENT_RECORDED
    return event.value, TOLD[event].urgent


async def tell_accumulated(concerns: Iterable[ConcernsOut], *, by: User) -> None:
    """Of each young person with as many concerns by now. Part of the open transaction."""
    for one in concerns:
        young_person = young_person_number(one.young_person)
        await tell_one(Event.CONCERNS_ACCUMULATED, "young_person", young_person, by=by, establishment=by.establishment)


async def tell_owner(incident: Incident, owner: int | None, *, by: User) -> None:
    """Whoever is to look after it from now on, unless they took it themselves or had it."""
    if owner is not None and owner != incident.owner:
        reason = "assigned" if incident.owner is None else "reassigned"
        await tell_one(Event.INVESTIGATION_GIVEN, SUBJECT, incident.id, by=by, users=[owner], reason=reason)


async def tell_recorder(incident: Incident, *, by: User) -> None:
    """Whoever raised it hears that there is an outcome (principle 2)."""
    await tell_one(Event.INCIDENT_CONCLUDED, SUBJECT, incident.id, by=by, users=[incident.recorded_by])


def _shows(user: User, column: str) -> Sql:
    return Sql(f"EXISTS (SELECT FROM incident i WHERE i.id = {column} AND {{}})", access.visible(user))


ABOUT = About(kind=SUBJECT, shows=_shows, places=by_number(access.incident_ref, "/incidents"))
