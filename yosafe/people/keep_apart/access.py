"""Who may load a pair: whoever may see one of the two. Of the other they read what they may know of them. There is no other loader."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound
from yosafe.people.access import visible
from yosafe.people.tables import KeepApart
from yosafe.refs import number, ref

PREFIX = "KA"
NOT_THERE = "There is no keep-apart with this reference that you can see. Check the reference, or look in the list."


def keep_apart_ref(keep_apart: int) -> str:
    return ref(PREFIX, keep_apart)


def sees(user: User, which: str) -> Sql:
    """Whether a user sees the young person of a query's row `which`, such as `a`."""
    return visible(user, f"{which}.id", f"{which}.home_area")


def shows(user: User) -> Sql:
    """The condition under which a pair exists for a user, in a query where `a` and `b` are the two young people."""
    return either([sees(user, "a"), sees(user, "b")])


_ONE = """
    SELECT k.* FROM keep_apart k JOIN young_person a ON a.id = k.first JOIN young_person b ON b.id = k.second WHERE k.id = {} AND {}
"""


async def get_keep_apart_for(user: User, reference: str) -> KeepApart:
    """The pair by its reference (`KA-000012`), or NotFound: to an outsider it does not exist."""
    row = await DB.fetchrow(*Sql(_ONE, number(PREFIX, reference), shows(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return KeepApart(**row, _exists_in_db=True)


def can_start(user: User) -> bool:
    return user.may("keep-apart:start")


def check_can_start(user: User) -> None:
    check_may(user, "keep-apart:start")


def can_review(user: User) -> bool:
    return user.may("keep-apart:review")


def check_can_review(user: User) -> None:
    check_may(user, "keep-apart:review")


def can_end(user: User) -> bool:
    return user.may("keep-apart:end")


def check_can_end(user: User) -> None:
    check_may(user, "keep-apart:end")
