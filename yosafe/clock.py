"""The one source of now and today. Instants are UTC; days are days in London."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_frozen: dt.datetime | None = None


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return _frozen or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today's date in London: a child who arrives at 00:30 in July arrived that day, whatever UTC says."""
    return day_of(now())


def day_of(instant: dt.datetime) -> dt.date:
    """The London day of an aware instant."""
    return instant.astimezone(LONDON).date()


@lru_cache(maxsize=10_000)
def midnight(day: dt.date) -> dt.datetime:
    """The instant at which a London day begins."""
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


@contextmanager
def stopped_at(instant: dt.datetime) -> Iterator[None]:
    """Hold the clock still; for tests and for building synthetic histories. Process-wide."""
    global _frozen
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware instant")
    before, _frozen = _frozen, instant.astimezone(dt.UTC)
    try:
        yield
    finally:
        _frozen = before
