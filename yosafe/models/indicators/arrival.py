"""Arriving, being placed and being moved."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise

from yosafe.models.facts import Facts, Placement

from .outcome import Answer, Because, Level, Raised, Unknown
from .words import count, day, listed

SCREEN = "vulnerability-screen"


def first_weeks(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    placement = facts.placement
    if placement is None or (as_of - placement.happened_on).days >= settings["days"]:
        return None
    return Raised(
        level=Level.NOTE,
        sentence=f"Arrived at {placement.establishment} on {day(placement.happened_on)}, in the last {settings['days']} days.",
        because=(_arrived(placement),),
    )


def no_arrival_screen(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    placement = facts.placement
    if placement is None or not 0 < (as_of - placement.happened_on).days <= settings["days"]:
        return None
    screens = [a for a in facts.assessments if a.instrument == SCREEN]
    if any(screen.happened_on >= placement.happened_on for screen in screens):
        return None
    earlier = tuple(Because("Earlier screen, before this placement", s.happened_on, s.reference) for s in screens[-1:])
    return Raised(
        level=Level.RAISED,
        sentence=f"Arrived at {placement.establishment} on {day(placement.happened_on)} and no vulnerability screen is recorded since.",
        because=(_arrived(placement), *earlier),
        missing=("The vulnerability screen of this arrival",),
    )


def adult_estate(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    placement = facts.placement
    if placement is None or not placement.adult_estate:
        return None
    age = facts.age_on(as_of)
    if age is None:
        return Unknown(missing=("Date of birth",))
    if age >= settings["age"]:
        return None
    return Raised(
        level=Level.RAISED,
        sentence=f"Aged {age} and held in an adult establishment, {placement.establishment}, since {day(placement.happened_on)}.",
        because=(Because(f"Placed at {placement.establishment}, an adult establishment", placement.happened_on, placement.reference),),
    )


def moves(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    since = as_of - dt.timedelta(days=settings["days"] - 1)
    moved = tuple(new for old, new in pairwise(facts.placements) if new.establishment != old.establishment and new.happened_on >= since)
    if len(moved) < settings["count"]:
        return None
    places = listed([f"to {p.establishment} on {day(p.happened_on)}" for p in moved])
    return Raised(
        level=Level.RAISED,
        sentence=f"{count(len(moved), 'move')} in the last {settings['days']} days: {places}.",
        because=tuple(_arrived(p) for p in moved),
    )


def _arrived(placement: Placement) -> Because:
    return Because(f"Arrived at {placement.establishment}", placement.happened_on, placement.reference)
