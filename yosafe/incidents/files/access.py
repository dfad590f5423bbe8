"""Who may open a file of an incident: whoever may load the incident and may know of every young person whom the file shows or names. There is
no other loader."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql
from yosafe.errors import NotFound, Refused
from yosafe.incidents.tables import Incident
from yosafe.people.access import visible
from yosafe.refs import number, ref

from .tables import EvidenceFile

PREFIX = "EV"
NOT_THERE = "There is no file with this reference in this incident that you can see. Check the reference, or look at the incident."
WITHDRAWN = "This file was withdrawn. Only the safeguarding lead opens it now."


def file_ref(file: int) -> str:
    return ref(PREFIX, file)


def open_to(user: User) -> Sql:
    """The condition under which a file `f` is open to a user who has loaded its incident."""
    hidden = "EXISTS (SELECT FROM evidence_shows s JOIN young_person yp ON yp.id = s.young_person WHERE s.evidence_file = f.id AND NOT {})"
    return Sql(f"NOT {hidden}", visible(user))


async def get_file_for(user: User, incident: Incident, reference: str) -> EvidenceFile:
    """The file of an incident that the user has loaded, by its reference (`EV-000012`), or NotFound."""
    query = Sql("SELECT f.* FROM evidence_file f WHERE f.id = {} AND f.incident = {} AND {}", number(PREFIX, reference), incident.id, open_to(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(EvidenceFile, row)


def can_add(user: User) -> bool:
    return user.may("incident-file:add")


def check_can_add(user: User) -> None:
    check_may(user, "incident-file:add")


def can_withdraw(user: User, file: EvidenceFile) -> bool:
    return user.may("incident-file:withdraw") and file.withdrawn_at is None


def check_can_withdraw(user: User) -> None:
    check_may(user, "incident-file:withdraw")


def can_open(user: User, file: EvidenceFile) -> bool:
    """Whether they may read what is in it: after it was withdrawn, the lead only."""
    return file.withdrawn_at is None or user.may("incident-file:withdraw")


def check_can_open(user: User, file: EvidenceFile) -> None:
    if not can_open(user, file):
        raise Refused(WITHDRAWN)
