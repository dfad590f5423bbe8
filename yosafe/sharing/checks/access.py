"""Who may read a check: whoever recorded it, by agency, and the social workers of the authority that was asked. Others who see the young person
learn how many there were, and nothing else (docs/adr/0018)."""

from yosafe.accounts.access import check_may
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, every
from yosafe.errors import NotFound
from yosafe.people.access import all_visible, get_young_person_for
from yosafe.sharing.tables import RegisterCheck

READ, RECORD = "check:read", "check:record"


def readable(user: User) -> Sql:
    """The condition, beside seeing the young person, under which a user reads a check `c`."""
    if not user.may(READ):
        return Sql("false")
    if user.agency_kind is AgencyKind.SOCIAL_SERVICES:
        return Sql("(c.agency = {} OR c.area = {})", user.agency, user.area)
    return Sql("c.agency = {}", user.agency)


def theirs(user: User) -> Sql:
    """The same rule for lists, which begin with the young people whom the user sees."""
    return every([Sql("c.young_person IN ({})", all_visible(user)), readable(user)])


async def get_check_for(user: User, young_person: int | str, number: int) -> RegisterCheck:
    """A check of a young person, or NotFound: to whoever may not read it, it does not exist."""
    child = await get_young_person_for(user, young_person)
    asked = number if 0 < number < 2**63 else 0
    query = Sql("SELECT c.* FROM register_check c WHERE c.id = {} AND c.young_person = {} AND {}", asked, child.id, readable(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(f"There is no check {number} of this young person that you can read. The page about checks and sharing shows those there are.")
    return of_row(RegisterCheck, row)


def can_record(user: User) -> bool:
    return user.may(RECORD)


def check_can_record(user: User) -> None:
    check_may(user, RECORD)
