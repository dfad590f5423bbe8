"""From a cell to a value of ours, or why not: never with the cell itself, which may be about somebody. Pure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from yosafe import clock
from yosafe.reference.areas import find_area
from yosafe.reference.establishments import find_establishment
from yosafe.text import IN_KNOWN_YEARS, clean, in_known_years, is_blank

from . import cells
from .fields import Field, Kind
from .mapping import DateOrder, value_key

Read = Callable[[str], Any]

_NUMERIC = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", re.ASCII)
_NAMED = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[-/. ]([a-z]{3,9})[-/., ]+(\d{4}|\d{2})", re.ASCII)
_NAMED_US = re.compile(r"([a-z]{3,9})[. ]+(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s?([ap])?\.?m?\.?|(\d{2})(\d{2})(?:\s?hrs?)?", re.ASCII)
_MOMENT = re.compile(
    r"(.+?)(?:T|,? at |,? )(\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?)(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE
)
_MONTHS = {name: number for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_SEVERAL = re.compile(r"[;|/,+]|\band\b", re.IGNORECASE)
_YES = {**dict.fromkeys(("yes", "y", "true", "1", "t"), "yes"), **dict.fromkeys(("no", "n", "false", "0", "f"), "no")}


class Unreadable(Exception):
    """A cell that can't be taken. `reason` says what it holds as a class and what is wrong; `remedy` what to do. `unknown`: it is a word that the
    mapping could give a code, so it is listed once for all its rows."""

    def __init__(self, reason: str, remedy: str, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.unknown = reason, remedy, unknown


def value_class(cell: str) -> str:
    """What a cell holds, without repeating it: "a number", "a date or time", "text of 12 characters", "nothing"."""
    held = cell.strip()
    match cells.kind(held):
        case cells.NUMBER:
            return "a number"
        case cells.TIME:
            return "a date or time"
        case cells.TRUTH:
            return "yes or no"
    return f"text of {len(held)} characters" if held else "nothing"


def reader(of: Field, *, dates: DateOrder, values: Mapping[str, str]) -> Read:
    """What reads the cells of a field: its value, or None for an empty cell. It raises Unreadable. `values`: the file's words to our codes."""
    theirs = {value_key(word): code for word, code in values.items()}
    match of.kind:
        case Kind.TEXT | Kind.WORDS:
            return partial(_text, of)
        case Kind.DATE:
            return partial(_day, dates)
        case Kind.MOMENT:
            return partial(_moment, dates)
        case Kind.TIME:
            return _time
        case Kind.NUMBER:
            return _number
        case Kind.CODES:
            return _of_several(_known(of, theirs))
    return _remembering(_known(of, theirs))


def _remembering(read: Read) -> Read:
    """The same, each word read once: a file has few."""
    known: dict[str, Any] = {}

    def remembered(cell: str) -> Any:
        if cell in known:
            return known[cell]
        found = read(cell)
        if len(known) < 10_000:
            known[cell] = found
        return found

    return remembered


def _text(of: Field, cell: str) -> str | None:
    try:
        held = clean(cell)
    except ValueError as fault:
        raise Unreadable(f"holds {value_class(cell)} that {fault}", "Type it again in the file.") from None
    if not held or is_blank(held):
        return None
    if of.kind is Kind.TEXT:
        held = " ".join(held.split())
    if len(held) > of.longest:
        raise Unreadable(f"holds {value_class(cell)}, and {of.longest:,} is the most", "Shorten it, or put the rest in another column.")
    return held


def _number(cell: str) -> int | None:
    held = cell.strip().replace(",", "")
    if not held:
        return None
    whole = held.removesuffix(".0")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 10):
        raise Unreadable(f"holds {value_class(cell)}, which is no whole number", "Write digits only, or leave it empty.")
    return int(whole)


@lru_cache(maxsize=20_000)
def parsed_day(text: str, order: DateOrder) -> dt.date | None:
    """A day as people write them, or None. Digits that could be read two ways are read in this order; a year first is always a year first."""
    low = " ".join(text.casefold().split()).removesuffix(" 00:00:00").removesuffix("t00:00:00")
    try:
        if match := _NUMERIC.fullmatch(low):
            return _ordered(match[1], match[2], match[3], order)
        if match := _NAMED.fullmatch(low):
            return dt.date(_year(match[3]), _MONTHS[match[2][:3]], int(match[1]))
        if match := _NAMED_US.fullmatch(low):
            return dt.date(int(match[3]), _MONTHS[match[1][:3]], int(match[2]))
    except (ValueError, KeyError):
        return None
    if len(low) == 8 and low.isascii() and low.isdigit() and order == "ymd":
        try:
            return dt.date(int(low[:4]), int(low[4:6]), int(low[6:]))
        except ValueError:
            return None
    return None


def _ordered(one: str, two: str, three: str, order: DateOrder) -> dt.date:
    if len(one) == 4:
        return dt.date(int(one), int(two), int(three))
    if len(one) > 2 or len(three) == 3:
        raise ValueError
    if order == "ymd" and len(three) <= 2:
        return dt.date(_year(one), int(two), int(three))
    day, month = (two, one) if order == "mdy" else (one, two)
    return dt.date(_year(three), int(month), int(day))


def _year(text: str) -> int:
    """Two digits are of the last hundred years: this year and before."""
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        raise ValueError
    this = clock.today().year
    year = this - this % 100 + int(text)
    return year if year <= this else year - 100


def _day(order: DateOrder, cell: str) -> dt.date | None:
    held = cell.strip()
    if not held:
        return None
    found = parsed_day(held, order)
    if found is None:
        raise Unreadable(
            f"holds {value_class(cell)}, which is no date read {ORDER_WORDS[order]}", "Write it like 2002-03-27, or change the order of dates."
        )
    return _in_years(found)


def _in_years(day: dt.date) -> dt.date:
    if not in_known_years(day):
        raise Unreadable("holds a date of a year that can't be meant", f"The date {IN_KNOWN_YEARS}.")
    return day


ORDER_WORDS: dict[DateOrder, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


@lru_cache(maxsize=4_000)
def parsed_time(text: str) -> dt.time | None:
    """A time of day as people write them, or None: 19:40, 7.40pm, 1940."""
    match = _HOUR.fullmatch(text.strip().casefold())
    if match is None:
        return None
    hour, minute, second = int(match[1] or match[5]), int(match[2] or match[6]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        return None


def _time(cell: str) -> dt.time | None:
    held = cell.strip()
    if not held:
        return None
    found = parsed_time(held) or (parsed_time(match[2]) if (match := _MOMENT.fullmatch(held)) else None)
    if found is None:
        raise Unreadable(f"holds {value_class(cell)}, which is no time of day", "Write it like 19:40, or leave it empty.")
    return found


def _moment(order: DateOrder, cell: str) -> dt.datetime | dt.date | None:
    """An instant, or a day where no time is said. Without an offset it is London's time."""
    held = cell.strip()
    if not held:
        return None
    if (day := parsed_day(held, order)) is not None:
        return _in_years(day)
    match = _MOMENT.fullmatch(held)
    day, time = (parsed_day(match[1], order), parsed_time(match[2])) if match else (None, None)
    if match is None or day is None or time is None:
        raise Unreadable(
            f"holds {value_class(cell)}, which is no date and time read {ORDER_WORDS[order]}",
            "Write it like 2002-03-27 19:40, or change the order of dates.",
        )
    _in_years(day)
    zone = match[3]
    local = dt.datetime.combine(day, time, clock.LONDON)
    if zone:
        local = dt.datetime.fromisoformat(f"{day.isoformat()}T{time.isoformat()}{zone}")
    return local.astimezone(dt.UTC)


def _known(of: Field, theirs: Mapping[str, str]) -> Read:
    """What the mapping says of a word, else what we know it by."""
    ours = {}
    if of.kind in {Kind.CODE, Kind.CODES}:
        ours = {value_key(word): code for word, code in of.code_aliases.items()}
        ours |= {value_key(label): code for code, label in of.codes.items()} | {value_key(code): code for code in of.codes}
    elif of.kind is Kind.YES_NO:
        ours = dict(_YES)

    def read(cell: str) -> Any:
        word = cell.strip()
        if not word:
            return None
        key = value_key(word)
        code = theirs.get(key, ours.get(key))
        if code == "":
            return None
        if of.kind is Kind.PLACE:
            found = find_establishment(code or word)
            code = found.code if found else None
        elif of.kind is Kind.AREA:
            there = find_area(code or word)
            code = there.code if there else None
        if code is None:
            raise Unreadable(
                f"holds {value_class(cell)} that is not known as {of.label.lower()}", "Say in the mapping which of ours it is.", unknown=True
            )
        return code == "yes" if of.kind is Kind.YES_NO else code

    return read


def _of_several(one: Read) -> Read:
    """Several words in one cell; the whole cell where it is a word by itself."""

    def read(cell: str) -> Any:
        if not cell.strip():
            return []
        try:
            whole = one(cell)
        except Unreadable:
            parts = [part for part in _SEVERAL.split(cell) if part.strip()]
            if len(parts) < 2:
                raise
            return list(dict.fromkeys(code for part in parts if (code := one(part)) is not None))
        return [] if whole is None else [whole]

    return _remembering(read)


def printable(text: str) -> str:
    """A word of a file as it may be shown beside a select: one line, no marks that hide, 80 characters."""
    kept = "".join(c for c in " ".join(text.split()) if unicodedata.category(c)[0] != "C")
    return kept if len(kept) <= 80 else f"{kept[:79]}…"
