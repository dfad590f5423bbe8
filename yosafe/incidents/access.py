"""Who may see an incident, and what they may do to it. There is no other loader."""

from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either, every
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Refused
from yosafe.people import access as people
from yosafe.refs import number, ref

from .kinds import CHANNEL
from .status import OPEN, STATUS_LABELS, Status
from .tables import Incident

NOT_THERE = "There is no incident with this reference that you can see. Check the reference, or look in the list."
AT_OWN_PLACE = frozenset({Role.YOI_OFFICER, Role.YOI_LEAD})


def visible(user: User) -> Sql:
    """The condition under which an incident `i` exists for a user: someone in it is a child they have a duty towards; for those who work in an
    establishment it must have been recorded there; a restricted one is for those who are named on it."""
    seen = "EXISTS (SELECT FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = i.id AND {})"
    return every([at_own_place(user), Sql(seen, people.visible(user)), named(user)])


def at_own_place(user: User) -> Sql:
    """What was recorded where they work, for those who work in an establishment; anywhere for others."""
    return Sql("i.establishment = {}", user.establishment) if user.role in AT_OWN_PLACE else Sql("true")


def named(user: User) -> Sql:
    """Restricted incidents are for whoever recorded or owns them, and for leads of the establishment who are not among the staff named in them; never
    for whom the allegation is about, by account or by name. A sealed complaint is for such leads alone. A record that was opened in an emergency
    shows none. The one place for this rule."""
    if user.opened:
        return Sql("(NOT i.restricted)")
    mine = either([Sql("i.recorded_by = {}", user.id), Sql("i.owner IS NOT DISTINCT FROM {}", user.id), _leads(user)])
    mine = mine if user.role is Role.YOI_LEAD else every([mine, Sql("i.kind <> 'complaint'")])
    return Sql("(NOT i.restricted OR ({} AND NOT {}))", mine, about(user))


def about(user: User) -> Sql:
    """Whether an incident `i` is an allegation against this user."""
    return Sql(f"EXISTS ({_STAFF} AND s.role = 'staff_alleged' AND {{}})", _is(user))


_STAFF = "SELECT FROM incident_staff s WHERE s.incident = i.id"


def _is(user: User) -> Sql:
    """Whether the member of staff `s` of an incident `i` is this user."""
    return Sql("(s.user_account = {} OR (i.agency = {} AND lower(s.name) = lower({}::text))) IS TRUE", user.id, user.agency, user.name)


def _leads(user: User) -> Sql:
    if user.role is not Role.YOI_LEAD:
        return Sql("false")
    return Sql(f"(i.establishment = {{}} AND NOT EXISTS ({_STAFF} AND {{}}))", user.establishment, _is(user))


async def get_incident_for(user: User, incident: int | str) -> Incident:
    """The incident, by number or by reference (`IN-000456`), or NotFound: to an outsider it does not exist."""
    wanted = number("IN", incident) if isinstance(incident, str) else incident
    row = await DB.fetchrow(*Sql("SELECT i.* FROM incident i WHERE i.id = {} AND {}", wanted, visible(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(Incident, row)


def incident_ref(incident: int) -> str:
    return ref("IN", incident)


def can_correct(user: User) -> bool:
    return user.may("incident:correct")


def check_can_correct(user: User) -> None:
    if not can_correct(user):
        raise Refused("Only the safeguarding lead corrects an incident. Add what you know as an addendum.")


def can_involve(user: User, incident: Incident) -> bool:
    """Whether this person may add a young person, or what was done: whoever recorded it, and the lead, while it is open."""
    return Status(incident.status) in OPEN and (can_correct(user) or incident.recorded_by == user.id)


def check_can_involve(user: User, incident: Incident) -> None:
    if Status(incident.status) not in OPEN:
        raise Conflict(f"This incident is {STATUS_LABELS[Status(incident.status)].lower()}. Reopen it first, or add an addendum.")
    if not can_involve(user, incident):
        raise Refused("Only whoever recorded this incident, or the safeguarding lead, can add to it here. Write an addendum instead.")


def can_record_here(user: User) -> bool:
    """An incident is recorded at the establishment of whoever records it."""
    return user.may("incident:record") and user.establishment is not None


def check_can_record_sealed(user: User) -> None:
    """Raise Invalid, on the question about it, for whoever is not to know what came sealed."""
    if user.role is not Role.YOI_LEAD:
        why = "A sealed complaint is recorded by the safeguarding lead only. Hand it over unopened, and throw away what you began here"
        raise Invalid([FieldError(f"answers.{CHANNEL}", why)])


def establishment_of(user: User) -> str:
    """Where this person records. Raises Refused."""
    if not can_record_here(user) or user.establishment is None:
        raise Refused("Incidents are recorded by those who work in an establishment.")
    return user.establishment


def check_can_add_outcome(user: User, incident: Incident) -> None:
    if Status(incident.status) not in OPEN | {Status.CONCLUDED}:
        raise Conflict(f"This incident is {STATUS_LABELS[Status(incident.status)].lower()}. Reopen it first, or add an addendum.")
    if not user.may("incident:addendum"):
        raise Refused("Only those who work in the establishment record what was done there.")


def can_add_outcome(user: User, incident: Incident) -> bool:
    """Also once it is concluded: what protects a young person is often done afterwards."""
    return Status(incident.status) in OPEN | {Status.CONCLUDED} and user.may("incident:addendum")
