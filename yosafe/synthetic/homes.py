"""Where young people come from: near homes more often than far ones, so that the average distance is the published one."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp

from yosafe.reference.areas import Tier, area
from yosafe.reference.distance import miles
from yosafe.reference.outcodes import Outcode, outcodes

from .calibration import calibration
from .estate import Shape

# Young people in custody for each outcode, by the kind of area: cities send more. An assumption.
PER_OUTCODE = {Tier.METROPOLITAN: 1.8, Tier.UNITARY: 1.0, Tier.COUNTY: 0.5, Tier.WELSH: 0.6}
PER_LONDON_BOROUGH = 14.0  # their outcodes are many where few live
NO_OUTCODE = 0.04
STEPS = 40


@dataclass(frozen=True, slots=True)
class Home:
    area: str
    outcode: str | None


def _weight(kind: Tier, outcodes_there: int) -> float:
    return PER_LONDON_BOROUGH / outcodes_there if kind is Tier.LONDON else PER_OUTCODE[kind]


class Homes:
    """Draws homes for the young people of each place of an estate."""

    def __init__(self, shape: Shape) -> None:
        sending = frozenset(shape.homes)
        self._outcodes = [o for o in outcodes() if o.area in sending and not o.retired]
        count = Counter(o.area for o in self._outcodes)
        self._weights = [shape.pull.get(o.area, 1.0) * _weight(area(o.area).kind, count[o.area]) for o in self._outcodes]
        self._miles = {place.code: [miles(o, place.at) for o in self._outcodes] for place in shape.places}
        self._held = {place.code: place.held for place in shape.places}
        reach = self._reach(calibration().fact("distance_miles"))
        self._cumulative = {code: list(accumulate(self._shares(code, reach))) for code in self._miles}

    def draw(self, rng: random.Random, place: str) -> Home:
        chosen: Outcode = rng.choices(self._outcodes, cum_weights=self._cumulative[place])[0]
        return Home(chosen.area, None if rng.random() < NO_OUTCODE else chosen.code)

    def _shares(self, place: str, reach: float) -> Sequence[float]:
        return [weight * exp(-far / reach) for weight, far in zip(self._weights, self._miles[place], strict=True)]

    def _mean(self, reach: float) -> float:
        """Miles from home of the average young person, where the pull of a place falls by e with every `reach` miles."""
        total = 0.0
        for place, held in self._held.items():
            shares = self._shares(place, reach)
            total += held * sum(share * far for share, far in zip(shares, self._miles[place], strict=True)) / sum(shares)
        return total / sum(self._held.values())

    def _reach(self, wanted: float) -> float:
        low, high = 1.0, 2000.0
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._mean(middle) < wanted else (low, middle)
        return (low + high) / 2
