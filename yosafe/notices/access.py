"""Whose a notice is: the one whom it tells, as long as what it is about exists for them. There is no other loader."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, every
from yosafe.errors import NotFound

from .about import showing
from .tables import Notice

NOT_THERE = "There is no notice with this number for you. Look at the list of your notices."
LARGEST = 2**63 - 1


def visible(user: User) -> Sql:
    """The condition under which a notice `n` exists for a user."""
    return every([Sql("n.user_account = {}", user.id), showing(user)])


async def get_notice_for(user: User, notice: int) -> Notice:
    """The notice, or NotFound: other people's do not exist, nor do those about what is no longer theirs to know."""
    row = await DB.fetchrow(*Sql("SELECT n.* FROM notice n WHERE n.id = {} AND {}", notice if 0 < notice <= LARGEST else 0, visible(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(Notice, row)
