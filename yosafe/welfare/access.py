"""Who may load and complete an assessment: whoever sees the young person, and by instrument.

Need to know: those who look after a child on a wing read arrival screens, which are written for them (`assessment:read-screen`); a welfare assessment
goes into home, health and past, and is read by those who work on it (`assessment:read`). To others it does not exist. There is no other loader.
"""

from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound, Refused
from yosafe.people.access import visible
from yosafe.refs import number, ref

from .instruments import INSTRUMENTS, Instrument

PREFIX = "AS"
NOT_THERE = f"There is no record {PREFIX}- with this number that you can see. Check the reference."

# How an assessment `a` stands with a second person, for the queries of whatever shows it.
STANDING = "s.decision, (SELECT r.id FROM assessment r WHERE r.replaces = a.id) AS replaced_by"
SIGNED = "LEFT JOIN assessment_signing s ON s.assessment = a.id"

_ONE = f"""
    SELECT a.*, p.establishment, g.name AS agency_name, u.name AS worker, {STANDING}, s.remark, s.at AS signed_at, su.name AS signer,
        sg.name AS signer_agency
    FROM assessment a JOIN young_person yp ON yp.id = a.young_person LEFT JOIN placement p ON p.id = a.placement
        JOIN agency g ON g.id = a.agency JOIN user_account u ON u.id = a.recorded_by {SIGNED}
        LEFT JOIN user_account su ON su.id = s.recorded_by LEFT JOIN agency sg ON sg.id = su.agency
    WHERE a.id = {{}} AND {{}} AND {{}}
"""


async def get_assessment_for(user: User, reference: str) -> Any:
    """The assessment's row, with the names of who recorded it, by reference (`AS-000123`), or NotFound."""
    query = Sql(_ONE, number(PREFIX, reference), visible(user), readable(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return row


def readable(user: User, instrument: str = "a.instrument") -> Sql:
    """The condition under which an assessment of a young person whom the user sees shows to them; the argument names the column."""
    return Sql(f"{instrument} = ANY({{}})", [one.id for one in INSTRUMENTS.values() if user.may(one.read)])


def shows(user: User, column: str) -> Sql:
    """The same, for the number of an assessment in a column."""
    return Sql(f"EXISTS (SELECT FROM assessment a WHERE a.id = {column} AND {{}})", readable(user))


def can_read(user: User, of: Instrument) -> bool:
    return user.may(of.read)


def can_record(user: User, of: Instrument) -> bool:
    return user.may(of.record)


def check_can_record(user: User, of: Instrument) -> None:
    """Raise Refused where the user's role does not complete this instrument."""
    if not can_record(user, of):
        raise Refused("A welfare assessment is completed by the youth offending team of the home area. Tell them what you know, or record a contact.")


def recordable(user: User) -> list[Instrument]:
    """The instruments that a user may complete."""
    return [one for one in INSTRUMENTS.values() if can_record(user, one)]


def assessment_ref(assessment: int) -> str:
    return ref(PREFIX, assessment)
