"""What keeping apart means. Pure: units, days and numbers in, answers out."""

import datetime as dt
from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import combinations

from yosafe.clock import day_of
from yosafe.errors import Conflict, FieldError
from yosafe.text import alike

MOST_PEOPLE = 6
LONGEST_TO_REVIEW = dt.timedelta(days=92)


class Near(StrEnum):
    """How near two young people live who are held at one establishment."""

    SAME_UNIT = "same_unit"
    UNIT_NOT_KNOWN = "unit_not_known"
    SAME_ESTABLISHMENT = "same_establishment"


def nearness(unit: str | None, other_unit: str | None) -> Near:
    """Of two who are held at one establishment. Units are written by hand: case, spaces and points do not part them."""
    if not unit or not other_unit:
        return Near.UNIT_NOT_KNOWN
    return Near.SAME_UNIT if alike(unit, other_unit) else Near.SAME_ESTABLISHMENT


def asks_before_move(near: Near) -> bool:
    """Whether a move to a unit needs a reason to go on: a move to a unit of their own is what keeps them apart, and needs none.
    An arrival always does: two who are held at one establishment meet in more places than their units."""
    return near is not Near.SAME_ESTABLISHMENT


def pairs(young_people: Collection[int]) -> Iterator[tuple[int, int]]:
    """Everyone with everyone, each pair once, the lower number first."""
    return combinations(sorted(set(young_people)), 2)


def people_faults(young_people: Collection[int]) -> list[FieldError]:
    different = len(set(young_people))
    if different < 2:
        return [FieldError("young_people", "Name two young people or more, each once")]
    if different < len(young_people):
        return [FieldError("young_people", "Name each young person once")]
    if different > MOST_PEOPLE:
        return [FieldError("young_people", f"Name {MOST_PEOPLE} young people at most: of a larger group, only those who must not meet")]
    return []


def review_faults(review_on: dt.date, *, today: dt.date) -> list[FieldError]:
    """A review that is long ahead is none."""
    if review_on <= today:
        return [FieldError("review_on", "The day of the review must be after today")]
    if review_on > today + LONGEST_TO_REVIEW:
        return [FieldError("review_on", f"The day of the review must be {LONGEST_TO_REVIEW.days} days ahead at most: choose an earlier one")]
    return []


def check_open(ended_at: dt.datetime | None) -> None:
    """Raise Conflict for a spell that has ended."""
    if ended_at is not None:
        raise Conflict(f"This ended on {day_of(ended_at):%-d %B %Y}. If they must be kept apart again, start it anew.")


def is_due(review_on: dt.date, *, today: dt.date) -> bool:
    return review_on <= today
