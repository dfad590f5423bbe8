"""What lists are narrowed by: days, codes and places. What there is not is refused: it would look like a list with nothing in it."""

import datetime as dt
from collections.abc import Collection, Iterable

from yosafe import clock
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.reference.establishments import establishments
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
    check(faults)


def code_faults(key: str, asked: Iterable[str], known: Collection[str]) -> list[FieldError]:
    """A fault where something is asked for that is not among the known codes; blanks ask for nothing."""
    unknown = set(asked) - {*known, ""}
    return [FieldError(key, f"There is no such {key}. Choose one of: {', '.join(known)}.")] if unknown else []


def place_faults(key: str, code: str | None) -> list[FieldError]:
    """A fault where a code is not that by which records name an establishment."""
    known = not code or any(place.code == code for place in establishments())
    return [] if known else [FieldError(key, "No establishment has that code. Codes are in capitals, such as WYI for Wetherby.")]


def check(faults: Iterable[FieldError]) -> None:
    """Raise Invalid where there are faults."""
    if found := tuple(faults):
        raise Invalid(found)
