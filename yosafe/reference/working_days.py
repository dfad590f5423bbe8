"""Working days in England and Wales: not Saturdays, Sundays or bank holidays."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from msgspec import Struct

from yosafe.errors import Invalid

# The library goes back to 1872, but leaves out what came before the Banking and Financial Dealings Act's days had settled: it misses 14 November 1973
# (a royal wedding) and 1 January 1974. From 1978, when May Day began, it is right to the day: checked against the days proclaimed since.
FIRST_YEAR = 1978
LAST_YEAR = 2100  # the library's own last year
ANNOUNCED_TO = 2027  # later years follow the standing rule: a one-off day may still be proclaimed

MOST_DAYS = 1_000

_WEEKEND = {5: "Saturday", 6: "Sunday"}


class Skipped(Struct, frozen=True):
    """A day that does not count, and why."""

    day: dt.date
    why: str


class Count(Struct, frozen=True):
    """Where a count of working days ended, and every day on the way that did not count."""

    due: dt.date
    skipped: tuple[Skipped, ...]


def why_not(day: dt.date) -> str | None:
    """Why a day is not a working day, or None when it is one. Raises Invalid outside the years that are known."""
    return _bank_holidays(day.year).get(day) or _WEEKEND.get(day.weekday())


def is_working_day(day: dt.date) -> bool:
    return why_not(day) is None


def never(day: dt.date) -> str | None:
    """No day is left out beside those that are no working days."""
    return None


def add_working_days(day: dt.date, n: int, left_out: Callable[[dt.date], str | None] = never) -> Count:
    """The n-th working day after a day, which is itself day 0 and need not be a working day; `left_out`: why a working day does not count all the
    same, or None. Raises Invalid outside the years that are known."""
    if not 0 <= n <= MOST_DAYS:
        raise Invalid(f"Give a number of working days from 0 to {MOST_DAYS}.")
    return _counted(day, n) if left_out is never else _count(day, n, left_out)


@lru_cache(maxsize=10_000)
def _counted(day: dt.date, n: int) -> Count:
    """Everyone's time limits start on few days, and run for few numbers of days."""
    return _count(day, n, never)


def _count(day: dt.date, n: int, left_out: Callable[[dt.date], str | None]) -> Count:
    skipped, left = [], n
    check_known(day)
    while left:
        day = next_day(day)
        why = why_not(day) or left_out(day)
        if why is None:
            left -= 1
        else:
            skipped.append(Skipped(day, why))
    return Count(day, tuple(skipped))


@lru_cache(maxsize=10_000)
def working_days_between(start: dt.date, end: dt.date) -> int:
    """Working days after `start`, up to and with `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    for day in (start, end):
        check_known(day)
    weekdays = _weekdays_through(end) - _weekdays_through(start)
    return weekdays - sum(start < day <= end and day.weekday() < 5 for day in _holidays_in(start.year, end.year))


def check_known(day: dt.date) -> None:
    """Raise Invalid for a day whose bank holidays are not known."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}. Check the year: {day.year} is outside them.")


def next_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def _weekdays_through(day: dt.date) -> int:
    """Mondays to Fridays since 1 January of year 1, which was a Monday."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def _holidays_in(first: int, last: int) -> Iterator[dt.date]:
    for year in range(first, last + 1):
        yield from _bank_holidays(year)


@cache
def _bank_holidays(year: int) -> dict[dt.date, str]:
    from holidays.countries.united_kingdom import UnitedKingdom  # slow to import, and most commands never count days

    check_known(dt.date(year, 1, 1))
    found = UnitedKingdom(subdiv="ENG", years=year, language="en_GB")  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return {day: f"Bank holiday: {name}" for day, name in found.items()}
