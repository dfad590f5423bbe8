"""How answers become figures. Pure: counts and weights in, shares, means and intervals out."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yosafe.disclosure import LEAST_BASE

from .design import Drawn, Spread

UNDO_DAYS = 7
# The interval is at 95 %.
Z = 1.959963984540054


def may_be_undone(recorded_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether an import is so fresh that it can be taken back."""
    return now - recorded_at <= dt.timedelta(days=UNDO_DAYS)


class Tally(NamedTuple):
    """Answers counted together: how many, the sum of their weights, and of the weights squared."""

    n: int = 0
    weight: float = 0.0
    squares: float = 0.0

    def add(self, weight: float) -> "Tally":
        return Tally(self.n + 1, self.weight + weight, self.squares + weight * weight)


class Interval(NamedTuple):
    low: float
    high: float


class Share(NamedTuple):
    """A weighted share, 0 to 1. `effective` is the size of an unweighted sample that would be as precise."""

    share: float
    low: float
    high: float
    effective: float


class Mean(NamedTuple):
    mean: float
    low: float
    high: float
    effective: float


def together(tallies: Iterable[Tally]) -> Tally:
    """The tally of several taken as one."""
    n, weight, squares = 0, 0.0, 0.0
    for tally in tallies:
        n, weight, squares = n + tally.n, weight + tally.weight, squares + tally.squares
    return Tally(n, weight, squares)


def effective_size(base: Tally) -> float:
    """Kish's effective sample size, the squared sum of weights over the sum of squares: n where all weights are equal, less where they differ."""
    return base.weight**2 / base.squares if base.squares else 0.0


def is_enough(base: Tally) -> bool:
    """Whether a percentage or a mean may be given: 10 answers or more, and weights not so uneven that they are worth fewer."""
    return base.n >= LEAST_BASE and effective_size(base) > LEAST_BASE - 1e-9


def corrected_size(size: float, *, n: int, held: int | None) -> float:
    """The effective size once those held are finite: asking all of 100 leaves nothing to chance. Infinite when everyone answered.

    It is `size` divided by (N - n) / (N - 1), the finite-population correction of a variance. Raises ValueError where more answered than are held.
    """
    if held is None:
        return size
    if n > held:
        raise ValueError(f"{n} answers from {held} held")
    return math.inf if n == held else size * (held - 1) / (held - n)


def wilson(share: float, size: float) -> Interval:
    """Wilson's score interval at 95 % for a share, from a sample of an (effective) size above 0."""
    if math.isinf(size):
        return Interval(share, share)
    z2 = Z * Z
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = Z / (1 + z2 / size) * math.sqrt(share * (1 - share) / size + z2 / (4 * size * size))
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def drawn_size(share: float, spread: Spread, *, n: int) -> float:
    """The effective size of a share from a drawn sample: that of an unweighted one with the same variance, less for what few clusters leave unsure.

    At most n, as where the answers of a cluster happen to be too unlike (Korn and Graubard, Survey Methodology 24, 1998). Wilson's interval at this
    size does well where shares are small (Dean and Pagano, Journal of Survey Statistics and Methodology 3, 2015).
    """
    if not spread.freedom:
        return 0.0
    size = share * (1 - share) / spread.variance if spread.variance > 0 else math.inf
    return min(float(n), size) * (Z / _student(spread.freedom)) ** 2


def share_of(part: Tally, base: Tally, *, held: int | None = None, drawn: Drawn | None = None) -> Share | None:
    """The weighted share of a base that gave an answer, with Wilson's interval; None where the base is too small for one.

    `drawn` says how respondents were drawn; without it their weights alone tell what they are worth (Kish).
    """
    if not is_enough(base):
        return None
    share = min(part.weight / base.weight, 1.0)
    effective = effective_size(base) if drawn is None else drawn_size(share, drawn.spread(), n=base.n)
    if not effective:
        return None
    low, high = wilson(share, corrected_size(effective, n=base.n, held=held))
    return Share(share, low, high, effective)


def mean_of(values: Mapping[float, Tally], *, held: int | None = None, spread: Spread | None = None) -> Mean | None:
    """The weighted mean of numbers, with Student's interval at the effective size; None where the base is too small for one.

    `spread` is the mean's own, where respondents were drawn in clusters: see mean_spread in design.
    """
    base = together(values.values())
    if not is_enough(base):
        return None
    size = effective_size(base)
    mean = math.fsum(value * tally.weight for value, tally in values.items()) / base.weight
    if spread is not None:
        if not spread.freedom:
            return None
        half = _student(spread.freedom) * math.sqrt(spread.variance)
        return Mean(mean, mean - half, mean + half, size)
    variance = math.fsum((value - mean) ** 2 * tally.weight for value, tally in values.items()) / base.weight * size / (size - 1)
    half = _student(size - 1) * math.sqrt(variance / corrected_size(size, n=base.n, held=held))
    return Mean(mean, mean - half, mean + half, size)


def _student(freedom: float) -> float:
    from scipy.special import stdtrit  # slow to load: not on the web's way up

    return float(stdtrit(freedom, 0.975))
