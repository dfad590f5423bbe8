"""Whether two shares differ by more than chance would have it. Pure: counts in, a probability and how it was come by out.

The rule, the same everywhere: chi-square (Pearson's, without correction) where every expected count is 5 or more (Cochran, Biometrics 10, 1954), and
Fisher's exact test where one is less. Against a published share whose base is not known, the exact binomial test. Where answers carry weights,
chi-square on the sizes of unweighted samples that would be as precise (Rao and Scott, Biometrics 48, 1992), and no test where those are too small
for it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from yosafe.settings import SURVEY_LEVELS

from .rules import Interval, wilson

LEVELS = tuple(map(float, SURVEY_LEVELS))
LEAST_EXPECTED = 5.0

FISHER = "Fisher's exact test"
CHI_SQUARE = "chi-square test"
WEIGHTED = "chi-square test, as for weighted answers"
BINOMIAL = "exact binomial test"
TOO_FEW = "too few for a test of weighted answers"


class Arm(NamedTuple):
    """One side of a comparison: a share, how many gave the answer, and of how many. `size` is what `base` is worth where answers carry weights."""

    share: float
    given: int
    base: int
    size: float
    weighted: bool = False


class Verdict(NamedTuple):
    """How probable so great a difference is where there is none; None where no test can be made. `how` names the test."""

    p: float | None
    how: str


def compare(one: Arm, other: Arm) -> Verdict:
    """Whether two shares of different people differ, by the rule above."""
    expected = _least_expected(one, other)
    if one.weighted or other.weighted:
        return Verdict(_chi_square(one, other), WEIGHTED) if expected >= LEAST_EXPECTED else Verdict(None, TOO_FEW)
    if expected >= LEAST_EXPECTED:
        return Verdict(_chi_square(one, other), CHI_SQUARE)
    return Verdict(_fisher(one, other), FISHER)


def against(one: Arm, share: float) -> Verdict:
    """Whether a share differs from a published one, which is taken as it stands."""
    if not one.weighted:
        return Verdict(_binomial(one.given, one.base, share), BINOMIAL)
    if min(share, 1 - share) * one.size < LEAST_EXPECTED:
        return Verdict(None, TOO_FEW)
    return Verdict(_tail((one.share - share) ** 2 / (share * (1 - share) / one.size)), WEIGHTED)


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """The same probabilities for many questions asked at once (Holm, Scandinavian Journal of Statistics 6, 1979).

    Each is multiplied by how many are not smaller, and none may fall below one before it. Those that are None are not counted.
    """
    ordered = sorted((p, at) for at, p in enumerate(chances) if p is not None)
    adjusted: list[float | None] = [None] * len(chances)
    most = 0.0
    for before, (p, at) in enumerate(ordered):
        most = max(most, min(1.0, p * (len(ordered) - before)))
        adjusted[at] = most
    return adjusted


def difference(one: Arm, other: Arm) -> Interval:
    """The 95 % interval of one share less another (Newcombe, Statistics in Medicine 17, 1998, method 10): Wilson's intervals of both put together."""
    return apart(one.share, wilson(one.share, one.size), other.share, wilson(other.share, other.size))


def apart(one: float, of_one: Interval, other: float, of_other: Interval) -> Interval:
    """The interval of one share less another, from the intervals of both: they are put together as Newcombe does."""
    points = one - other
    return Interval(
        max(-1.0, points - math.hypot(one - of_one.low, of_other.high - other)),  # rounding can carry it just past the end
        min(1.0, points + math.hypot(of_one.high - one, other - of_other.low)),
    )


def _pooled(one: Arm, other: Arm) -> float:
    return (one.share * one.size + other.share * other.size) / (one.size + other.size)


def _least_expected(one: Arm, other: Arm) -> float:
    share = _pooled(one, other)
    return min(one.size, other.size) * min(share, 1 - share)


def _chi_square(one: Arm, other: Arm) -> float:
    share = _pooled(one, other)
    return _tail((one.share - other.share) ** 2 / (share * (1 - share) * (1 / one.size + 1 / other.size)))


def _tail(statistic: float) -> float:
    """How probable a chi-square with one degree of freedom so great is."""
    return math.erfc(math.sqrt(statistic / 2))


def _fisher(one: Arm, other: Arm) -> float:
    import numpy as np
    from scipy.stats import fisher_exact  # slow to load: not on the web's way up

    counts = np.array([[one.given, one.base - one.given], [other.given, other.base - other.given]])
    return min(1.0, float(fisher_exact(counts).pvalue))


def _binomial(count: int, base: int, share: float) -> float:
    from scipy.stats import binomtest  # slow to load: not on the web's way up

    return float(binomtest(count, base, share).pvalue)
