"""What time out means. Pure: instants in, answers out."""

import datetime as dt
from collections.abc import Iterable

from msgspec import Struct

from yosafe import words
from yosafe.clock import day_of
from yosafe.errors import Conflict, FieldError


class Away(Struct, frozen=True, kw_only=True):
    """A time out, `ended_at` None while it lasts."""

    left_at: dt.datetime
    ended_at: dt.datetime | None


def going_faults(left_at: dt.datetime, expected_at: dt.datetime | None, *, arrived_at: dt.datetime, now: dt.datetime) -> list[FieldError]:
    """What is wrong with when someone went out, from a stay that began at a moment, and with when they are expected back."""
    faults: list[FieldError] = []
    if left_at > now:
        faults.append(FieldError("left_at", "Going out must be now or in the past: record it when the young person has gone"))
    elif left_at <= arrived_at:
        faults.append(FieldError("left_at", f"They came here on {words.instant(arrived_at)}: they can't have gone out before that"))
    return [*faults, *expected_faults(expected_at, left_at=left_at)]


def expected_faults(expected_at: dt.datetime | None, *, left_at: dt.datetime) -> list[FieldError]:
    if expected_at is not None and expected_at <= left_at:
        return [FieldError("expected_at", f"They went out on {words.instant(left_at)}: they must be expected back after that")]
    return []


def check_no_overlap(left_at: dt.datetime, known: Iterable[Away]) -> None:
    """Raise Conflict where a time out that begins at a moment, and lasts, would overlap another."""
    for one in known:
        if one.ended_at is None:
            raise Conflict(f"They are recorded as out since {words.instant(one.left_at)}. Record first that they came back.")
        if one.ended_at > left_at:
            raise Conflict(f"They are recorded as out from {words.instant(one.left_at)} to {words.instant(one.ended_at)}. Check when they went out.")


def check_open(ended_at: dt.datetime | None) -> None:
    """Raise Conflict for a time out that has ended."""
    if ended_at is not None:
        raise Conflict(f"This ended on {words.instant(ended_at)}. If they went out again, record that.")


def return_faults(returned_at: dt.datetime, *, left_at: dt.datetime, now: dt.datetime) -> list[FieldError]:
    if returned_at > now:
        return [FieldError("returned_at", "Coming back must be now or in the past: record it when the young person is here")]
    if returned_at <= left_at:
        return [FieldError("returned_at", f"They went out on {words.instant(left_at)}: they came back after that")]
    return []


def check_leaving(left_at: dt.datetime, known: Iterable[Away]) -> None:
    """Raise Conflict where someone would leave for good before, or while, they are recorded as out and back."""
    for one in known:
        if one.left_at > left_at or (one.ended_at is not None and one.ended_at > left_at):
            until = f" to {words.instant(one.ended_at)}" if one.ended_at else ""
            raise Conflict(f"They are recorded as out from {words.instant(one.left_at)}{until}: they can't have left for good before that.")


def is_overdue(expected_at: dt.datetime | None, *, now: dt.datetime) -> bool:
    return expected_at is not None and expected_at < now


def since_words(left_at: dt.datetime, *, today: dt.date) -> str:
    """ "9:10am", or "9:10am on 4 October" of another day."""
    day, time = day_of(left_at), words.time_of_day(left_at)
    return time if day == today else f"{time} on {day:%-d %B}" if day.year == today.year else f"{time} on {words.day(day)}"
