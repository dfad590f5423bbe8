"""Local authorities with children's services in England and Wales: an area is also an area committee's (1.34).
Former ones stay, with who came after them."""

import datetime as dt
import re
from enum import StrEnum
from functools import cache

import msgspec
from msgspec import Struct

from yosafe.errors import NotFound

from .packaged import folded, rows


class Tier(StrEnum):
    COUNTY = "county"
    UNITARY = "unitary"
    METROPOLITAN = "metropolitan"
    LONDON = "london"
    WELSH = "welsh"


class Area(Struct, frozen=True, kw_only=True):
    """One area; its position is the centre of its postcodes.
    `until` is the last day of one that has gone, `successors` the codes of those that followed."""

    code: str
    name: str
    kind: Tier
    latitude: float
    longitude: float
    until: dt.date | None = None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


# What councils put around their names; taken off only when the whole name is not known.
_TRAPPINGS = re.compile(
    r"^(the |london borough of |royal borough of |city of |county of )+|( (city|borough|district|county|metropolitan|mbc|lbc|council))+$"
)


def area(code: str) -> Area:
    """By its nine-character code, or by that of a district within it. Raises NotFound."""
    code = code.strip().upper()
    found = _by_code().get(_districts().get(code, code))
    if found is None:
        raise NotFound("No area has that code. Area codes look like E09000018.")
    return found


def areas(on: dt.date | None = None) -> tuple[Area, ...]:
    """Areas by name: today's, or with a day those of today and any former one that still stood then."""
    return tuple(a for a in _all() if a.until is None or (on is not None and on <= a.until))


def find_area(name: str) -> Area | None:
    """By name, alias or code, however it is written; today's areas come before former ones; None when nothing matches."""
    wanted = folded(name)
    found = _by_name().get(wanted) or _by_name().get(_TRAPPINGS.sub("", wanted))
    return found or _by_code().get(name.strip().upper())


@cache
def _all() -> tuple[Area, ...]:
    shaped = [_shaped(row) for row in rows("areas.csv")]
    return tuple(sorted(msgspec.convert(shaped, list[Area], strict=False), key=lambda a: a.name))


def _shaped(row: dict[str, str]) -> dict[str, object]:
    return {**row, "successors": row.get("successors", "").split(), "aliases": [a for a in row.get("aliases", "").split("|") if a]}


@cache
def _by_code() -> dict[str, Area]:
    return {a.code: a for a in _all()}


@cache
def _by_name() -> dict[str, Area]:
    """Later entries win: aliases of former areas, aliases, former names, names."""
    ordered = sorted(_all(), key=lambda a: a.until is None)
    by_alias = {folded(alias): a for a in ordered for alias in a.aliases}
    return by_alias | {folded(a.name): a for a in ordered}


@cache
def _districts() -> dict[str, str]:
    return {row["code"]: row["area"] for row in rows("districts.csv")}
