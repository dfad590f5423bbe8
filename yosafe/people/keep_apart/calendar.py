"""The days on which keep-aparts are to be reviewed, in the calendar of whoever decides. They name nobody."""

from collections.abc import Sequence

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.time_limits.calendar import MOST, Entry

from .access import for_them_to_decide, theirs

_OPEN = """
    SELECT k.id, k.review_on FROM keep_apart k WHERE k.ended_at IS NULL AND {} AND {} ORDER BY k.review_on LIMIT {}
"""


async def days(user: User) -> Sequence[Entry]:
    """Those that are theirs to decide."""
    if not user.may("keep-apart:review"):
        return []
    rows = await DB.fetch(*Sql(_OPEN, theirs(user), for_them_to_decide(user), MOST).parts())
    return [Entry(uid=f"keep-apart-{row['id']}", title="A keep-apart is to be reviewed", on=row["review_on"], path="/keep-apart") for row in rows]
