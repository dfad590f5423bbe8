"""Control limits around the average of several places: where a place of some size would lie if it had that average and chance did the rest
(Spiegelhalter 2005, funnel plots). Pure.

They say which places to look at, never which is better: no place is put in order of its value.
"""

from typing import Any, NamedTuple

INNER, OUTER = 0.95, 0.998
LEAST_PLACES = 3  # an average of fewer says little but of each of them
TITLES = {INNER: "95%", OUTER: "99.8%"}


class Limits(NamedTuple):
    """From the least to the most that a level allows."""

    low: float
    high: float

    def side(self, value: float) -> int:
        """1 above, -1 below, 0 within."""
        return 1 if value > self.high else -1 if value < self.low else 0


def rate_limits(average: float, exposure: float, level: float) -> Limits:
    """Of events for one unit of exposure, where counts are Poisson's."""
    from scipy.stats import poisson

    if average <= 0 or exposure <= 0:
        return Limits(average, average)
    return _limits(poisson(average * exposure), exposure, level)


def share_limits(average: float, base: float, level: float) -> Limits:
    """Of a share of a base, where counts are binomial."""
    from scipy.stats import binom

    if not 0 < average < 1 or base < 1:
        return Limits(average, average)
    return _limits(binom(round(base), average), round(base), level)


def _limits(found: Any, size: float, level: float) -> Limits:
    tail = (1 - level) / 2
    return Limits(_between(found, tail) / size, _between(found, 1 - tail) / size)


def _between(found: Any, p: float) -> float:
    """The count at which a share `p` of places lies below, between whole numbers: else limits would jump with every place more or less held."""
    count = float(found.ppf(p))
    upto, alone = float(found.cdf(count)), float(found.pmf(count))
    return max(0.0, count - (upto - p) / alone) if alone > 0 else count
