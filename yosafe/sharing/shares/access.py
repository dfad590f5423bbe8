"""Who may read what was shared about a young person: whoever recorded it, by agency, all of it. Others who see the young person read of what was
shared to whom, when, what it was about and on which basis, and not the words; of what was withheld, or is only asked for, nothing."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, every
from yosafe.errors import NotFound
from yosafe.people.access import all_visible, get_young_person_for
from yosafe.sharing.tables import InformationShare

READ, RECORD = "share:read", "share:record"


def own(user: User) -> Sql:
    return Sql("s.agency = {}", user.agency)


def readable(user: User) -> Sql:
    """The condition, beside seeing the young person, under which a row `s` exists for a user."""
    return Sql("(s.agency = {} OR s.outcome = 'shared')", user.agency) if user.may(READ) else Sql("false")


def theirs(user: User) -> Sql:
    """What the user's own agency recorded of those whom they see: for the list."""
    return every([Sql("s.young_person IN ({})", all_visible(user)), own(user)])


async def get_share_for(user: User, young_person: int | str, number: int) -> InformationShare:
    """What the user's agency recorded, or NotFound: to others it does not exist, for nobody else works on it."""
    child = await get_young_person_for(user, young_person)
    asked = number if 0 < number < 2**63 else 0
    query = Sql("SELECT s.* FROM information_share s WHERE s.id = {} AND s.young_person = {} AND {}", asked, child.id, own(user))
    row = await DB.fetchrow(*query.parts())
    if row is None:
        raise NotFound(f"There is no record {number} of sharing that your agency made. The page about sharing shows those there are.")
    return of_row(InformationShare, row)


def can_record(user: User) -> bool:
    return user.may(RECORD)


def check_can_record(user: User) -> None:
    check_may(user, RECORD)
