"""Lists between two days."""

import datetime as dt

from yosafe import clock
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.text import IN_KNOWN_YEARS, in_known_years


def in_days(column: str, since: dt.date | None, until: dt.date | None) -> list[Sql]:
    """The conditions under which an instant lies in London days, both included; None is open. Raises Invalid, on `from` and `to`, for days that
    can't be meant."""
    check_period(since, until)
    conditions = []
    if since:
        conditions.append(Sql(f"{column} >= {{}}", clock.midnight(since)))
    if until:
        conditions.append(Sql(f"{column} < {{}}", clock.midnight(until + dt.timedelta(days=1))))
    return conditions


def check_period(since: dt.date | None, until: dt.date | None) -> None:
    """Raise Invalid, on `from` and `to`, for a year that can't be meant and for an end before the beginning."""
    faults = [FieldError(key, f"The day {IN_KNOWN_YEARS}") for key, day in (("from", since), ("to", until)) if day and not in_known_years(day)]
    if since and until and until < since:
        faults.append(FieldError("to", "The period must end on or after the day it begins"))
    if faults:
        raise Invalid(faults)
