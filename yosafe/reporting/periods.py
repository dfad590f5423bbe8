"""The time that a report is about: a month, a quarter or a year of the calendar, as `2026-09`, `2026-Q3`, `2026`. Pure.

No other spans: two that overlap in part would tell by their difference what neither does (ADR 26).
"""

import calendar
import datetime as dt
import re
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from yosafe.errors import FieldError, Invalid

FIRST_YEAR, LAST_YEAR = 1990, 2199
_FORM = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", re.ASCII)
HOW = "Write a month, a quarter or a year, for example 2026-09, 2026-Q3 or 2026"


class Span(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
SPAN_TITLES = {Span.MONTH: "a month", Span.QUARTER: "a quarter", Span.YEAR: "a year"}


class Period(Struct, frozen=True, dict=True):
    """A span of the calendar; `first` is its first month, 1 to 12."""

    span: Span
    year: int
    first: int

    @cached_property
    def key(self) -> str:
        """As it is asked for and kept."""
        match self.span:
            case Span.MONTH:
                return f"{self.year:04d}-{self.first:02d}"
            case Span.QUARTER:
                return f"{self.year:04d}-Q{(self.first + 2) // 3}"
        return f"{self.year:04d}"

    @property
    def since(self) -> dt.date:
        return dt.date(self.year, self.first, 1)

    @property
    def until(self) -> dt.date:
        """Its last day."""
        last = self.first + MONTHS[self.span] - 1
        return dt.date(self.year, last, calendar.monthrange(self.year, last)[1])

    @property
    def before_next(self) -> dt.date:
        """The day after its last."""
        return self.until + dt.timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def words(self) -> str:
        if self.span is Span.MONTH:
            return f"{self.since:%B %Y}"
        return f"{self.since:%B} to {self.until:%B %Y}"

    @property
    def short(self) -> str:
        """For the heading of a column."""
        return f"{self.since:%b %Y}" if self.span is Span.MONTH else self.key.replace("-", " ")

    def parts(self) -> list["Period"]:
        """What it is made of: months of a quarter, quarters of a year, nothing of a month."""
        if self.span is Span.MONTH:
            return []
        span = Span.MONTH if self.span is Span.QUARTER else Span.QUARTER
        return [Period(span, self.year, month) for month in range(self.first, self.first + MONTHS[self.span], MONTHS[span])]

    def within(self) -> list["Period"]:
        """Itself and every period that it is made of, the shortest first."""
        return [*(inner for part in self.parts() for inner in part.within()), self]

    def months(self) -> list["Period"]:
        return [one for one in self.within() if one.span is Span.MONTH]

    def before(self) -> "Period":
        """The one of the same length that ends the day before it begins."""
        month = self.year * 12 + self.first - 1 - MONTHS[self.span]
        return Period(self.span, month // 12, month % 12 + 1)

    def after(self) -> "Period":
        """The one of the same length that begins the day after it ends."""
        month = self.year * 12 + self.first - 1 + MONTHS[self.span]
        return Period(self.span, month // 12, month % 12 + 1)

    def run(self, many: int) -> list["Period"]:
        """So many of the same length, itself the last."""
        found = [self]
        while len(found) < many:
            found.append(found[-1].before())
        return found[::-1]

    def is_over(self, today: dt.date) -> bool:
        return self.until < today


def period(text: str) -> Period:
    """The period that a text names. Raises Invalid, on `period`."""
    found = _FORM.fullmatch(text.strip().upper())
    if found is None or not FIRST_YEAR < int(found[1]) <= LAST_YEAR:
        raise Invalid([FieldError("period", HOW)])
    year = int(found[1])
    if found[2]:
        return Period(Span.MONTH, year, int(found[2]))
    if found[3]:
        return Period(Span.QUARTER, year, int(found[3]) * 3 - 2)
    return Period(Span.YEAR, year, 1)


def last_over(span: Span, today: dt.date) -> Period:
    """The latest period of a length that is over."""
    first = (today.month - 1) // MONTHS[span] * MONTHS[span] + 1
    return Period(span, today.year, first).before()
