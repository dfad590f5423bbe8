"""Lists by key: a page ends with a cursor that names its last row, and the next begins after it. No offsets, no counts.

The columns of the key are NOT NULL, and an index has them in the order of the list: `ORDER BY at DESC, id DESC`.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar, cast

import msgspec
from msgspec import Meta, Struct

from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.text import in_known_years

Item = TypeVar("Item")
Row = TypeVar("Row")
K = TypeVar("K")

Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Instant = Annotated[dt.datetime, Meta(tz=True)]
Key = tuple[Instant, Id]
KEY: Any = Key

MOST = 100
LONGEST_CURSOR = 400


class Page(Struct, Generic[Item], frozen=True, omit_defaults=True):
    """Some of a list; `next` is the cursor of what follows, None at the end; `previous` that of the page before, left out where there is none."""

    items: list[Item]
    next: str | None
    previous: str | None = None


def whole(items: list[Item]) -> Page[Item]:
    """A list that is never long, given at once in the shape of all lists."""
    return Page(items=items, next=None)


def check_limit(limit: int) -> int:
    """The limit, or Invalid unless it is from 1 to 100."""
    if not 1 <= limit <= MOST:
        raise Invalid([FieldError("limit", f"Ask for 1 to {MOST} at a time")])
    return limit


def cursor_of(key: tuple[Any, ...]) -> str:
    """An opaque text for the key of a row. It is not a secret: what a viewer may see is asked again for every page."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def key_of(cursor: str | None, kind: type[K] = KEY) -> K | None:
    """The key that a cursor names, None where there is none. Raises Invalid for anything that cursor_of() did not make for this kind of key."""
    if not cursor:
        return None
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("too long")
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(text, type=kind)
        if any(isinstance(part, dt.date) and not in_known_years(part) for part in cast("tuple[Any, ...]", key)):
            raise ValueError("no list reaches so far")
        return key
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise unreadable() from None


def unreadable() -> Invalid:
    return Invalid([FieldError("after", "This is not the end of a page. Start the list again without it.")])


def older(key: tuple[Any, ...] | None, columns: Sequence[str] = ("at", "id")) -> Sql:
    """The condition for rows that come after a key in a list that is newest first; for `columns`, all descending."""
    if key is None:
        return Sql("true")
    places = ", ".join(["{}"] * len(key))
    return Sql(f"({', '.join(columns)}) < ({places})", *key)


def cut(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[Any, ...]], item: Callable[[Row], Item]) -> Page[Item]:
    """A page from `limit + 1` rows: the one too many only says that there is more."""
    kept = rows[:limit]
    return Page([item(row) for row in kept], cursor_of(key(kept[-1])) if len(rows) > limit else None)
