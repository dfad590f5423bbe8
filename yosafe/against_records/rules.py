"""What is said beside what is recorded: the gap, and what may be shown of it. Pure."""

from collections.abc import Collection, Mapping, Set
from typing import NamedTuple

from yosafe.disclosure import LEAST_BASE, LEAST_COUNT, hide
from yosafe.surveys.rules import Interval, Share, wilson
from yosafe.surveys.significance import apart

from .facts import FACTS

MORE, FEWER, NO_GAP = "more say so than is recorded", "fewer say so than is recorded", "no clear gap"


class Gap(NamedTuple):
    """One share less another, 0 to 1, with its 95 % interval."""

    share: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        return MORE if self.low > 0 else FEWER if self.high < 0 else NO_GAP


def recorded_share(count: int, held: int) -> Share:
    """The share of those held of whom something is recorded, with Wilson's interval, as though they were some of many who might be held there."""
    share = count / held
    low, high = wilson(share, held)
    return Share(share, low, high, held)


def gap(said: Share, recorded: Share) -> Gap:
    """What is said less what is recorded (Newcombe's method 10, on the intervals that both have)."""
    low, high = apart(said.share, Interval(said.low, said.high), recorded.share, Interval(recorded.low, recorded.high))
    return Gap(said.share - recorded.share, low, high)


def hidden(found: Mapping[str, Set[int]], held: int) -> Collection[str]:
    """The facts of which not even the share may be shown, given who among so many held each is recorded of.

    Those are recorded of few, or of all but a few; and those whose young people are some of another fact's, where those who are left are few: the one
    taken from the other would tell how many.
    """
    small = {fact for fact, who in found.items() if held < LEAST_BASE or hide({"so": len(who), "not": held - len(who)}, ["so"]).headline}
    for fact in found:
        if fact in small:
            continue
        for wider in _wider(fact):
            if wider in found and wider not in small and 0 < len(found[wider]) - len(found[fact]) < LEAST_COUNT:
                small.add(fact)
    return small


def _wider(fact: str) -> list[str]:
    """The facts that this one lies within, the nearest first."""
    wider = []
    while fact := FACTS[fact].within:
        wider.append(fact)
    return wider
