"""The days by which needs in welfare plans are to be seen to, in the calendar of whoever is to see to them. They name nobody."""

from collections.abc import Sequence

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.access import visible
from yosafe.people.time_limits.calendar import MOST, Entry

from .access import readable, theirs

_OPEN = """
    SELECT n.id, n.target_on FROM welfare_need n JOIN young_person yp ON yp.id = n.young_person
    WHERE n.closed_on IS NULL AND n.target_on IS NOT NULL AND {} AND {} AND {} ORDER BY n.target_on LIMIT {}
"""


async def days(user: User) -> Sequence[Entry]:
    """Those that a user's agency is to see to."""
    rows = await DB.fetch(*Sql(_OPEN, visible(user), readable(user), theirs(user), MOST).parts())
    return [Entry(uid=f"need-{row['id']}", title="A need in a welfare plan is due", on=row["target_on"], path="/plan") for row in rows]
