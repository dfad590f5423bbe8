"""What may stand in one record when two of one young person are merged. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from yosafe.clock import day_of
from yosafe.errors import Conflict, FieldError, Invalid

CARE = "care"


class Which(StrEnum):
    """Whose answer stays: that of the record that is kept, or of the other one."""

    THIS = "this"
    OTHER = "other"


Choices = Mapping[str, Which]


def to_choose(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The details that both records have, and not the same: someone says which stays. An outcode says more closely where the area is: where the areas
    differ it goes with the area."""
    differ = [field for field in kept if None not in (kept[field], other[field]) and kept[field] != other[field]]
    return [field for field in differ if field != "home_outcode" or "home_area" not in differ]


def details_of_both(kept: Mapping[str, Any], other: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    """The details of the kept record that change. What only one of them has stays. Raises Invalid for a difference that nobody chose about."""
    missing = [field for field in to_choose(kept, other) if field not in choices]
    if missing:
        raise Invalid([FieldError(f"keep.{field}", "Say which stays: this or other") for field in missing])
    whose = {field: choices.get(field) or (Which.OTHER if kept[field] is None else Which.THIS) for field in kept}
    if kept["home_area"] != other["home_area"]:
        whose["home_outcode"] = whose["home_area"]
    return {field: other[field] for field, which in whose.items() if which is Which.OTHER and other[field] != kept[field]}


_LASTS = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


class Stay(Struct, frozen=True, kw_only=True):
    """A spell in one place on one of the two records. `name` is the place in words."""

    id: int
    kept: bool
    place: str
    name: str
    arrived_at: dt.datetime
    left_at: dt.datetime | None

    def overlaps(self, other: "Stay") -> bool:
        begins_in_time = other.left_at is None or self.arrived_at < other.left_at
        return begins_in_time and (self.left_at is None or other.arrived_at < self.left_at)

    @property
    def lasting(self) -> tuple[bool, dt.datetime, bool]:
        """Sorts last what ends last; of two that end together, the one of the kept record."""
        return self.left_at is None, self.left_at or _LASTS, self.kept


def stays_recorded_twice(stays: Sequence[Stay]) -> dict[int, int]:
    """Stays that are set aside, with the number of the one that stands for them: of two in the same place at the same time, the one that ends last.

    Raises Conflict for two places at the same time.
    """
    standing = sorted(stays, key=lambda stay: stay.lasting, reverse=True)
    instead: dict[int, int] = {}
    for stay in standing:
        for later in standing:
            if later is stay:
                break
            if not stay.overlaps(later):
                continue
            if later.place != stay.place:
                raise Conflict(_in_two_places(stay, later))
            if later.id not in instead:
                instead.setdefault(stay.id, later.id)
    return instead


def _in_two_places(one: Stay, other: Stay) -> str:
    first, second = sorted((one, other), key=lambda stay: stay.arrived_at)
    words = f"One record has them at {_spell(first)}, the other at {_spell(second)}. Nobody is in two places. "
    if first.left_at is None:
        return words + f"Record first that they left {first.name}, not later than they arrived at {second.name}; then merge."
    return words + "Ask both establishments which is right before you merge: these may be two children."


def _spell(stay: Stay) -> str:
    until = "and still there" if stay.left_at is None else f"until {day_of(stay.left_at):%-d %B %Y}"
    return f"{stay.name} from {day_of(stay.arrived_at):%-d %B %Y} {until}"


class Period(Struct, frozen=True, kw_only=True):
    """A spell of care on one of the two records."""

    id: int
    kept: bool
    started_on: dt.date
    ended_on: dt.date | None

    def overlaps(self, other: "Period") -> bool:
        """One that began and ended on the same day takes no time, and overlaps nothing."""
        start, ends = max(self.started_on, other.started_on), [end for end in (self.ended_on, other.ended_on) if end is not None]
        return (not ends or start < min(ends)) and all(one.started_on != one.ended_on for one in (self, other))


def care_that_clashes(periods: Sequence[Period]) -> dict[Which, list[int]]:
    """By whose care history stays: the periods of the other that can't stand beside it. Empty lists where all can stand together."""
    pairs = [(one, other) for one in periods if one.kept for other in periods if not other.kept and one.overlaps(other)]
    return {
        Which.THIS: sorted({other.id for _, other in pairs}),
        Which.OTHER: sorted({one.id for one, _ in pairs}),
    }


def care_set_aside(periods: Sequence[Period], choices: Choices) -> list[int]:
    """The periods that go. Raises Invalid where two care histories overlap and nobody said which stays."""
    clash = care_that_clashes(periods)
    if not clash[Which.THIS]:
        return []
    if CARE not in choices:
        raise Invalid([FieldError(f"keep.{CARE}", "The care histories overlap: say which stays, this or other")])
    return clash[choices[CARE]]
