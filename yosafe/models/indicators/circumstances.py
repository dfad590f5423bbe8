"""Leaving custody, and the groups that services tend to miss."""

import datetime as dt
from collections.abc import Mapping

from yosafe.models.facts import Facts

from .outcome import Answer, Because, Level, Raised, Unknown
from .words import day, listed

GROUPS = {"unaccompanied": "an unaccompanied asylum seeker", "traveller": "from a traveller family", "disability": "disabled"}


def no_release_address(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    release = facts.release
    if release is None:
        return Unknown(missing=("Expected release date",))
    left = (release.release_on - as_of).days
    if release.address_recorded_at is not None or not 0 <= left <= settings["days"]:
        return None
    return Raised(
        level=Level.RAISED,
        sentence=f"Release is expected on {day(release.release_on)}, and no address is recorded.",
        because=(Because("Expected release", release.release_on, release.reference),),
        missing=("Address on release",),
    )


def overlooked_groups(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    groups = tuple((GROUPS[g.group], Because(f"Recorded as {GROUPS[g.group]}", g.happened_on, g.reference)) for g in facts.groups)
    found = (*groups, *_away_from_home_authority(facts))
    missing = tuple(f"Whether they are {words}" for group, words in GROUPS.items() if group in facts.not_asked)
    if not found:
        return Unknown(missing=missing) if missing else None
    return Raised(
        level=Level.NOTE,
        sentence=f"Recorded as {listed([words for words, _ in found])}.",
        because=tuple(because for _, because in found),
        missing=missing,
    )


def _away_from_home_authority(facts: Facts) -> tuple[tuple[str, Because], ...]:
    care, placement = facts.care, facts.placement
    if care is None or placement is None or care.status != "looked_after" or None in (care.responsible_area, placement.area):
        return ()
    if care.responsible_area == placement.area:
        return ()
    words = "looked after outside the area of the responsible authority"
    return ((words, Because(words.capitalize(), max(care.happened_on, placement.happened_on), care.reference)),)
