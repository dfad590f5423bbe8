"""Where children are held in custody, today and in the years of the 2002 report. Facts and their sources stand in `data/establishments.toml`."""

import calendar
import datetime as dt
from enum import StrEnum
from functools import cache

import msgspec
from msgspec import Struct

from yosafe.errors import NotFound

from .packaged import folded, toml


class Kind(StrEnum):
    YOI = "yoi"
    STC = "stc"
    SCH = "sch"
    SECURE_SCHOOL = "secure_school"
    ADULT = "adult"


class Establishment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place. `children_from` and `children_to` hold a year, month or day (ISO 8601), as closely as it is known."""

    code: str
    name: str
    kind: Kind
    sexes: tuple[str, ...]
    area: str
    latitude: float
    longitude: float
    sources: dict[str, str]
    other_codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    children_from: str = ""
    children_to: str = ""
    note: str = ""

    @property
    def adult_estate(self) -> bool:
        """A prison for adults, where a child ought not to be (8.7)."""
        return self.kind is Kind.ADULT

    @property
    def confirmed(self) -> bool:
        """Whether every fact rests on a document rather than on memory."""
        return "recalled" not in self.sources.values()

    def holds_children(self, on: dt.date) -> bool:
        """By the dates recorded here, which may be known to the year only: never refuse a placement on this alone."""
        return _first_day(self.children_from) <= on <= _last_day(self.children_to)


# What is put around a name; taken off only when the whole name is not known.
_TRAPPINGS = frozenset(["hm", "hmp", "hmyoi", "hmpyoi", "yoi", "ycs", "stc", "rc", "and", "prison", "juvenile", "unit"])


def establishment(code: str) -> Establishment:
    """By its code, or by an older or adult-side code of the same place. Raises NotFound."""
    found = _by_code().get(code.strip().upper())
    if found is None:
        raise NotFound("No establishment has that code. Codes have three or four characters, such as FYI for Feltham or WYI for Wetherby.")
    return found


def establishments(on: dt.date | None = None) -> tuple[Establishment, ...]:
    """All of them by name, or those that held children on a day."""
    return tuple(e for e in _all() if on is None or e.holds_children(on))


def find_establishment(name: str) -> Establishment | None:
    """By name, alias or code, however it is written; None when nothing matches."""
    wanted = folded(name)
    bare = " ".join(word for word in wanted.split() if word not in _TRAPPINGS)
    return _by_name().get(wanted) or _by_name().get(bare) or _by_code().get(name.strip().upper())


def sources() -> dict[str, str]:
    """What each source's short name stands for."""
    return dict(toml("establishments.toml")["sources"])


@cache
def _all() -> tuple[Establishment, ...]:
    read = msgspec.convert(toml("establishments.toml")["establishment"], list[Establishment])
    return tuple(sorted(read, key=lambda e: e.name))


@cache
def _by_code() -> dict[str, Establishment]:
    return {code: e for e in _all() for code in (*e.other_codes, e.code)}


@cache
def _by_name() -> dict[str, Establishment]:
    return {folded(name): e for e in _all() for name in (*e.aliases, e.name)}


def _first_day(partial: str) -> dt.date:
    year, month, day = ([int(part) for part in partial.split("-")] + [1, 1])[:3] if partial else (1, 1, 1)
    return dt.date(year, month, day)


def _last_day(partial: str) -> dt.date:
    parts = [int(part) for part in partial.split("-")] if partial else [9999]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return dt.date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])
