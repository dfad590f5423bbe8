"""The 2,526 outcodes (the first half of a postcode) of England and Wales, each with the middle of its postcodes:
all of an address that distance needs."""

import re
from functools import cache

import msgspec
from msgspec import Struct

from yosafe.errors import FieldError, Invalid

from . import areas
from .packaged import rows

_OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?|NPT")
_INCODE = re.compile(r"[0-9][A-Z]{2}$")
_ELSEWHERE = {
    "Scotland": frozenset(["AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE"]),
    "Northern Ireland": frozenset(["BT"]),
    "the Channel Islands or the Isle of Man": frozenset(["GY", "IM", "JE"]),
}


class Outcode(Struct, frozen=True, kw_only=True):
    """`district` is the authority most of it lies in, `area` the one with children's services there. A retired one is not given to addresses now."""

    code: str
    latitude: float
    longitude: float
    district: str
    area: str
    retired: bool = False
    note: str = ""


def outcode(text: str) -> Outcode:
    """From an outcode or a whole postcode, in any case and spacing. Raises Invalid saying what to do."""
    typed = re.sub(r"[\s.\-]", "", text).upper()
    found = _all().get(typed) or _all().get(_INCODE.sub("", typed))
    if found is None:
        raise Invalid([FieldError("outcode", _remedy(typed))])
    return found


def outcodes() -> tuple[Outcode, ...]:
    return tuple(_all().values())


def _remedy(typed: str) -> str:
    if not typed:
        return (
            "Give the first half of the postcode, such as LS22. Leave the home blank if there is none: distance is then taken from the team's office."
        )
    if typed.startswith("ZZ99"):
        return "ZZ99 stands for no fixed address. Leave the home blank: distance is then taken from the team's office."
    short = _INCODE.sub("", typed)
    if not _OUTCODE.fullmatch(short):
        return "This isn't a postcode or the first half of one. Write it like LS22 or LS22 5ED."
    letters = re.match(r"[A-Z]+", short)
    for where, known in _ELSEWHERE.items():
        if letters and letters[0] in known:
            return f"This postcode is in {where}. Only England and Wales are known here: leave the home blank and record the address in words."
    return "No postcode in England and Wales begins like this. Check it against the address, or use the outcode of a place nearby."


@cache
def _all() -> dict[str, Outcode]:
    read = [{**row, "area": areas.area(row["district"]).code, "retired": row["retired"] == "yes"} for row in rows("outcodes.csv")]
    return {o.code: o for o in msgspec.convert(read, list[Outcode], strict=False)}
