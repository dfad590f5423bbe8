"""Who may load what is about keeping and destroying records: data protection officers, of young people for whom their agency answers. A hold is
lifted by the agency that placed it."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound, Refused
from yosafe.refs import number
from yosafe.subject_access.access import answers_for

from .tables import Destruction, LegalHold

READ = "retention:read"
HOLD = "retention:hold"
DESTROY = "retention:destroy"
NOT_THERE = "There is no legal hold with this number on a record for which your agency answers. The list shows those there are."
NOT_YOURS = "Another agency placed this hold. Ask its data protection officer to lift it."


def sees_hold(user: User) -> Sql:
    """The condition under which a hold `h` on a young person `yp` exists for a user."""
    return answers_for(user)


async def get_hold_for(user: User, hold: int) -> LegalHold:
    """A hold, or NotFound: to whoever does not answer for the young person it does not exist."""
    query = Sql(
        "SELECT h.* FROM legal_hold h JOIN young_person yp ON yp.id = h.young_person WHERE h.id = {} AND {}",
        hold if 0 < hold < 2**63 else 0,
        sees_hold(user),
    )
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(LegalHold, row)


def can_lift(user: User, agency: int) -> bool:
    return user.may(HOLD) and user.agency == agency


def check_can_lift(user: User, hold: LegalHold) -> None:
    """Raises Refused for a hold of another agency."""
    if not can_lift(user, hold.agency):
        raise Refused(NOT_YOURS)


PREFIX = "DR"
NO_DESTRUCTION = "There is no destruction with this reference that your agency has part in. The list shows those there are."


def sees_destruction(user: User) -> Sql:
    """The condition under which a destruction `d` exists for a user: their agency proposed or confirmed it, or answers for the young person while
    there is one. When the record is gone, those who said that it should be keep the certificate."""
    return either(
        [
            Sql("d.agency = {}", user.agency),
            Sql("EXISTS (SELECT FROM user_account c WHERE c.id = d.confirmed_by AND c.agency = {})", user.agency),
            Sql("EXISTS (SELECT FROM young_person yp WHERE yp.id = d.young_person AND {})", answers_for(user)),
        ]
    )


async def get_destruction_for(user: User, reference: str) -> Destruction:
    """A destruction, or NotFound: to an agency that has no part in it, it does not exist."""
    query = Sql("SELECT d.* FROM destruction d WHERE d.id = {} AND {}", number(PREFIX, reference), sees_destruction(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(NO_DESTRUCTION)
    return of_row(Destruction, row)
