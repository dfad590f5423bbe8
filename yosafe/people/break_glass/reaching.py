"""Where a record that was opened in an emergency is to be seen: at its own addresses and at those of what is about the young person, one by one.
Lists, searches and counts stay as the reader's duties have them, and so does whatever exists for the reader anyhow."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.errors import NotFound
from yosafe.people.access import young_person_number
from yosafe.people.finding.records import finder_of

# What a record of is about one young person, or says itself whom it is about. A joint review is about many: it stays closed.
KINDS = frozenset({"YP", "IN", "RF", "AS", "WN", "AP", "KA"})
_API = "/api/v1"

Load = Callable[[User, int], Awaitable[Any]]
_NUMBERED: dict[str, Load] = {}


def register_numbered(path: str, load: Load) -> None:
    """Called once for each kind of record that has a number and no reference, such as "/clocks/", in yosafe/composition.py."""
    _NUMBERED[path] = load


async def as_opened(user: User, opened: tuple[int, ...], path: str) -> User:
    """The user as the record at an address knows them: with the young people whose records they opened, where it exists for them by that alone."""
    first, named = _parts(path.removeprefix(_API))
    load = _loader(first, named)
    if load is None:
        return user
    try:
        await load(user)
    except NotFound:
        return replace(user, opened=await _meant(named, opened))
    return user


def _parts(path: str) -> tuple[str, str]:
    """The first two parts of an address: "/children/" and "YP-000123"."""
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{first}/", rest.partition("/")[0]


def _loader(first: str, named: str) -> Callable[[User], Awaitable[Any]] | None:
    finder = finder_of(named)
    if finder is not None and finder.prefix in KINDS:
        return lambda user: finder.load(user, named)
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 18 else 0
    numbered = _NUMBERED.get(first)
    return (lambda user: numbered(user, number)) if numbered and number else None


async def _meant(named: str, opened: tuple[int, ...]) -> tuple[int, ...]:
    """Of a young person's own pages, that one; otherwise all, for a record is about whom it is about."""
    if not named.startswith("YP-"):
        return opened
    now = await DB.fetchval("SELECT young_person_now($1)", young_person_number(named))
    return (now,) if now in opened else ()
