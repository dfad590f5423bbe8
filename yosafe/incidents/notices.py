"""Whom incidents tell, and how a notice about one shows: by the rule of the record itself, so that whom an allegation is about is told of nothing."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import TOLD, Event, To
from yosafe.notices.telling import WHO, WORKING, tell_one

from . import access
from .tables import Incident
from .trail import SUBJECT

# For the one statement that records an incident: its row is `a`, and its two values are those of `submitted`.
TELL_LEADS = f"""
    INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account)
    SELECT {{}}, '{SUBJECT}', a.id, {{}}, a.recorded_at, u.id
    FROM i a JOIN agency g ON g.establishment = a.establishment JOIN user_account u ON u.agency = g.id
    WHERE {WORKING} AND u.id <> a.recorded_by AND {WHO[To.LEADS]}
"""

# The same of young people, an array of their numbers, of whom there are as many concerns with it; not again within days. Whether they were is looked
# up for each of them by an index that has all of it: NOT EXISTS was joined, and every such notice that there ever was read each time.
_ACCUMULATED = TOLD[Event.CONCERNS_ACCUMULATED]
TELL_ACCUMULATED = f"""
    INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account)
    SELECT '{Event.CONCERNS_ACCUMULATED}', 'young_person', c.young_person, {_ACCUMULATED.urgent}, a.recorded_at, u.id
    FROM i a CROSS JOIN unnest({{}}) AS c (young_person)
        JOIN agency g ON g.establishment = a.establishment JOIN user_account u ON u.agency = g.id
    WHERE {WORKING} AND u.id <> a.recorded_by AND {WHO[To.LEADS]} AND 0 = (
        SELECT count(*) FROM notice n
        WHERE n.subject_kind = 'young_person' AND n.subject = c.young_person AND n.event = '{Event.CONCERNS_ACCUMULATED}'
            AND n.user_account = u.id AND n.at > a.recorded_at - interval '{_ACCUMULATED.again_after} days'
    )
"""


def submitted(*, kind: str, severity: str, restricted: bool) -> tuple[str, bool]:
    """What those are told who hear of a new incident, and whether it is urgent."""
    if restricted:
        event = Event.COMPLAINT_SEALED if kind == "complaint" else Event.ALLEGATION_RECORDED
    else:
        event = Event.INCIDENT_SERIOUS if severity == "serious" else Event.INCIDENT_RECORDED
    return event.value, TOLD[event].urgent


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
