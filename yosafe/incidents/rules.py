"""What is true of an incident by its date: when it can have happened, and each young person's facts of that day. No I/O."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from yosafe import clock
from yosafe.errors import FieldError
from yosafe.people.rules import age_on, days_since
from yosafe.reference.working_days import add_working_days

CARE_NOT_KNOWN = "not_known"
DECIDE_IN = 1  # working days after a disclosure


class Precision(StrEnum):
    EXACT = "exact"
    ABOUT = "about"
    DAY = "day"


class Known(Struct, frozen=True, kw_only=True):
    """What is recorded of a young person that bears on a moment: the placement and the care status in which they were then, if any, and whether they
    were in custody at all on that London day."""

    young_person: int
    date_of_birth: dt.date
    establishment: str | None = None
    unit: str | None = None
    legal_status: str | None = None
    distance_miles: int | None = None
    arrived_at: dt.datetime | None = None
    care_status: str | None = None
    held_that_day: bool = False


class Facts(Struct, frozen=True, kw_only=True):
    """What is frozen on an involvement. Distance in whole miles; days since arrival 0 on the day of arrival."""

    age: int
    establishment: str | None
    unit: str | None
    legal_status: str | None
    care_status: str
    distance_miles: int | None
    days_since_arrival: int | None


def frozen(known: Known, at: dt.datetime) -> Facts:
    """The facts of a moment."""
    return Facts(
        age=age_on(known.date_of_birth, clock.day_of(at)),
        establishment=known.establishment,
        unit=known.unit,
        legal_status=known.legal_status,
        care_status=known.care_status or CARE_NOT_KNOWN,
        distance_miles=known.distance_miles,
        days_since_arrival=None if known.arrived_at is None else days_since(known.arrived_at, at),
    )


def decision_due(kind: str, happened_at: dt.datetime) -> dt.date | None:
    """The day by whose end it is to be decided whether to refer what a young person told; None for other kinds. No clock runs: the referral's own
    clocks start when it is sent."""
    return add_working_days(clock.day_of(happened_at), DECIDE_IN).due if kind == "disclosure" else None


def kept_instant(happened_at: dt.datetime, precision: Precision) -> dt.datetime:
    """How the moment is kept: when only the day is known, the instant at which it began."""
    return clock.midnight(clock.day_of(happened_at)) if precision is Precision.DAY else happened_at


@lru_cache(maxsize=1000)
def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The instants between which a London day lies."""
    return clock.midnight(day), clock.midnight(day + dt.timedelta(days=1))


def facts_instant(happened_at: dt.datetime, precision: Precision, now: dt.datetime) -> dt.datetime:
    """The moment whose facts are frozen. When only the day is known, its last (or now): a child who arrived that day was here for it."""
    if precision is not Precision.DAY:
        return happened_at
    end = clock.midnight(clock.day_of(happened_at) + dt.timedelta(days=1)) - dt.timedelta(microseconds=1)
    return min(end, now)


def faults_in_time(happened_at: dt.datetime, precision: Precision, known: Iterable[Known], now: dt.datetime) -> list[FieldError]:
    """What is wrong with when it is said to have happened. By days: someone can be hurt in the van that brings them."""
    day = clock.day_of(happened_at)
    if day > clock.day_of(now) or (precision is not Precision.DAY and happened_at > now):
        return [FieldError("happened_at", "The date and time it happened must be in the past")]
    there = list(known)
    if any(day < one.date_of_birth for one in there):
        return [FieldError("happened_at", "This is before a young person involved was born: check the year")]
    if not all(one.held_that_day for one in there):
        return [
            FieldError("happened_at", f"A young person involved was not in custody on {day:%-d %B %Y}: check the day, or record their stay first")
        ]
    return []
