"""Who lives beside them."""

import datetime as dt
from collections.abc import Mapping

from yosafe.models.facts import Facts, KeepApart, held_at
from yosafe.people.keep_apart.rules import Near, nearness

from .outcome import Answer, Because, Level, Raised, Unknown

WHOLE_UNIT = frozenset({"unit", "activity"})


def keep_apart_same_unit(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    """The other of the pair is not named: who reads the flag may have no duty towards them."""
    here = facts.placement
    if here is None:
        return None
    near = [(one, nearness(here.unit, unit)) for one, unit in _held_with(facts, here.establishment)]
    found = [one for one, how in near if how is Near.SAME_UNIT]
    missing = tuple(f"The units of both in {one.reference}" for one, how in near if how is Near.UNIT_NOT_KNOWN)
    if not found:
        return Unknown(missing=missing) if missing else None
    who = "does someone whom they are" if len(found) == 1 else f"do {len(found)} young people each of whom they are"
    return Raised(
        level=Level.HIGH if any(one.restriction in WHOLE_UNIT for one in found) else Level.RAISED,
        sentence=f"Lives at {here.establishment} on {here.unit}, as {who} to be kept apart from.",
        because=tuple(Because("To be kept apart, and on the same unit", one.happened_on, one.reference) for one in found),
        missing=missing,
    )


def _held_with(facts: Facts, establishment: str) -> list[tuple[KeepApart, str | None]]:
    """The open keep-aparts whose other is held at the same establishment, with the unit."""
    there = [(one, held_at(one.other)) for one in facts.keep_apart if one.ended_on is None]
    return [(one, place.unit) for one, place in there if place is not None and place.establishment == establishment]
