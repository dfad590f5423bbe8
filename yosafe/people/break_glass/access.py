"""Who may load an access that was opened in an emergency: the data protection officer of the agency whose member opened it. There is no other loader.

Where an agency has no data protection officer whose account works, the operator's reviews: nothing that was opened stays unlooked at.
"""

from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound

from .tables import BreakGlass

NOT_THERE = "There is no opened record with this number that you review. The list shows those there are."
OFFICER = (
    "SELECT FROM user_account o JOIN agency og ON og.id = o.agency "
    "WHERE o.role = 'dpo' AND o.disabled_at IS NULL AND og.closed_at IS NULL AND og.id = {}"
)


def reviews(user: User) -> Sql:
    """The condition under which an access `b` is a user's to review."""
    if not user.may("break-glass:review"):
        return Sql("false")
    unwatched = [Sql(f"NOT EXISTS ({OFFICER.format('b.agency')})")] if user.agency_kind is AgencyKind.OPERATOR else []
    return either([Sql("b.agency = {}", user.agency), *unwatched])


async def get_access_for(user: User, access: int) -> BreakGlass:
    """An access, or NotFound: to who does not review it, it does not exist."""
    row = await DB.fetchrow(*Sql("SELECT b.* FROM break_glass b WHERE b.id = {} AND {}", access if 0 < access < 2**63 else 0, reviews(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(BreakGlass, row)


async def reviewing_agencies(user: User) -> list[int]:
    """The agencies whose data protection officers review what a user opens: their own, or those that run yosafe where theirs has none."""
    if await DB.fetchval(f"SELECT EXISTS ({OFFICER.format('$1')})", user.agency):
        return [user.agency]
    return [row["id"] for row in await DB.fetch("SELECT id FROM agency WHERE kind = 'operator' AND closed_at IS NULL ORDER BY id")]


async def reviewer_words(user: User) -> str:
    """Who will ask whoever opens a record why."""
    own = await reviewing_agencies(user) == [user.agency]
    return f"the data protection officer of {user.agency_name}" if own else "the data protection officer of those who run yosafe"
