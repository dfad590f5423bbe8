"""Dates and times as people type them."""

import datetime as dt
import re

from yosafe.text import in_known_years

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


class NotADate(Exception):
    """What was typed is no date. `part` is the box to go to (day, month or year), `remedy` reads after the name of the question."""

    def __init__(self, remedy: str, part: str = "day") -> None:
        super().__init__(remedy)
        self.remedy, self.part = remedy, part


REAL = "must be a real date"


def date_of(day: str, month: str, year: str) -> dt.date:
    """The date in three boxes; months may be names. Raises NotADate."""
    given = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    missing = [part for part, text in given.items() if not text]
    if missing:
        raise NotADate(f"must include a {' and '.join(missing)}", missing[0])
    number = _whole(given["year"])
    if number is not None and len(given["year"]) != 4:
        raise NotADate("must include a year with 4 numbers", "year")
    return _real(_whole(given["day"]), _month(given["month"]), number)


def date_in(text: str) -> dt.date:
    """The date in one text: "27/9/2026", "27 Sept 2026" or "2026-09-27". Raises NotADate."""
    text = text.strip()
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text):
        year, month, day = match.groups()
        return date_of(day, month, year)
    if match := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?[\s/.-]+([0-9]{1,2}|[^\W\d_]{3,9}\.?)[\s/.,-]+([0-9]+)", text, re.IGNORECASE):
        return date_of(*match.groups())
    raise NotADate(REAL)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def _month(text: str) -> int | None:
    if (number := _whole(text)) is not None:
        return number
    name = text.lower().rstrip(".")
    return next((n for n, month in enumerate(MONTHS, 1) if len(name) >= 3 and month.startswith(name)), None)


def _real(day: int | None, month: int | None, year: int | None) -> dt.date:
    if day is None or not 1 <= day <= 31:
        raise NotADate(REAL, "day")
    if month is None or not 1 <= month <= 12:
        raise NotADate(REAL, "month")
    if year is None:
        raise NotADate(REAL, "year")
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise NotADate(REAL, "day" if year else "year") from None
    if not in_known_years(found):
        raise NotADate(REAL, "year")
    return found


_TIME = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))? ?(?:([ap])\.?m\.?)?")
_NAMED = {"midday": dt.time(12), "noon": dt.time(12), "12 noon": dt.time(12), "midnight": dt.time(0)}


def time_in(text: str) -> dt.time | None:
    """The time in a text such as "10:05", "10.05am", "1005", "2pm" or "midday"; None where there is none, or it could be morning or evening."""
    text = " ".join(text.lower().split())
    if text in _NAMED:
        return _NAMED[text]
    match = _TIME.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    return _clock_time(int(match[1]), int(match[2] or 0), match[3])


def _clock_time(hour: int, minute: int, half: str | None) -> dt.time | None:
    """The time of a 12-hour clock where `half` is "a" or "p", else of a 24-hour one; "13:05pm" says the same twice."""
    if (half == "a" and hour > 12) or (half == "p" and hour == 0):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None
