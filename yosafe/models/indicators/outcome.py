"""What an indicator answers."""

import datetime as dt
from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How strongly a flag asks for attention. Compare by `rank`."""

    NOTE = "note"
    RAISED = "raised"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return _ORDER.index(self)


_ORDER = tuple(Level)


class Because(Struct, frozen=True, gc=False):
    """One fact behind a flag, with the record to look at."""

    text: str
    date: dt.date
    reference: str


class Raised(Struct, frozen=True, kw_only=True, gc=False):
    """A flag: what it says in one sentence, the facts behind it, and what is not known that might change it."""

    level: Level
    sentence: str
    because: tuple[Because, ...]
    missing: tuple[str, ...] = ()


class Unknown(Struct, frozen=True, kw_only=True):
    """It can't be worked out, because of what is missing. Never the same as "no"."""

    missing: tuple[str, ...]


Answer = Raised | Unknown | None
