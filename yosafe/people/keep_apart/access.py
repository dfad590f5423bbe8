"""Who may load a pair: whoever may see one of the two. Of the other they read what they may know of them. There is no other loader."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound, Refused
from yosafe.people.access import all_visible, visible
from yosafe.people.tables import KeepApart
from yosafe.refs import number, ref

PREFIX = "KA"
NOT_THERE = "There is no keep-apart with this reference that you can see. Check the reference, or look in the list."
ELSEWHERE = "Neither of them is held where you work now. The safeguarding lead where one of them is held reviews and ends it."


def keep_apart_ref(keep_apart: int) -> str:
    return ref(PREFIX, keep_apart)


def sees(user: User, which: str) -> Sql:
    """Whether a user sees the young person of a query's row `which`, such as `a`."""
    return visible(user, f"{which}.id", f"{which}.home_area")


def shows(user: User) -> Sql:
    """The condition under which a pair exists for a user, in a query where `a` and `b` are the two young people."""
    return either([sees(user, "a"), sees(user, "b")])


def of(young_person: int) -> Sql:
    """The pairs `k` of one young person, by the two indexes."""
    return Sql("(k.first = {} OR k.second = {})", young_person, young_person)


def theirs(user: User) -> Sql:
    """The same rule as `shows` for lists: the pairs `k` that begin with those whom the user sees, however many pairs there are in the country."""
    begun = "SELECT id FROM keep_apart WHERE first IN ({}) UNION ALL SELECT id FROM keep_apart WHERE second IN ({})"
    return Sql(f"k.id IN ({begun})", all_visible(user), all_visible(user))


_ONE = """
    SELECT k.* FROM keep_apart k JOIN young_person a ON a.id = k.first JOIN young_person b ON b.id = k.second WHERE k.id = {} AND {}
"""


async def get_keep_apart_for(user: User, reference: str) -> KeepApart:
    """The pair by its reference (`KA-000012`), or NotFound: to an outsider it does not exist."""
    row = await DB.fetchrow(*Sql(_ONE, number(PREFIX, reference), shows(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(KeepApart, row)


def can_start(user: User) -> bool:
    return user.may("keep-apart:start")


def check_can_start(user: User) -> None:
    check_may(user, "keep-apart:start")


_HELD = "SELECT FROM placement p WHERE p.young_person IN (k.first, k.second) AND p.left_at IS NULL"


def for_them_to_decide(user: User) -> Sql:
    """The condition under which a pair `k` is for a lead to decide: one of the two is held where they work, or neither is held anywhere."""
    return Sql(f"(EXISTS ({_HELD} AND p.establishment = {{}}) OR NOT EXISTS ({_HELD}))", user.establishment)


async def _is_theirs(user: User, pair: KeepApart) -> bool:
    query = Sql("SELECT EXISTS (SELECT FROM keep_apart k WHERE k.id = {} AND {})", pair.id, for_them_to_decide(user))
    return bool(await DB.fetchval(*query.parts()))


async def can_review(user: User, pair: KeepApart) -> bool:
    return user.may("keep-apart:review") and await _is_theirs(user, pair)


async def check_can_review(user: User, pair: KeepApart) -> None:
    """Raise Refused where it is for the lead of another establishment."""
    check_may(user, "keep-apart:review")
    if not await _is_theirs(user, pair):
        raise Refused(ELSEWHERE)


async def can_end(user: User, pair: KeepApart) -> bool:
    return user.may("keep-apart:end") and await _is_theirs(user, pair)


async def check_can_end(user: User, pair: KeepApart) -> None:
    """The same."""
    check_may(user, "keep-apart:end")
    if not await _is_theirs(user, pair):
        raise Refused(ELSEWHERE)
