"""How many a panel can see, and what follows: the threshold, how often it would be right, whom it would find and whom it would leave out."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from .arrays import Floats, Outcome, Persons, expit
from .evaluation import AtCapacity, at_capacity, flagged_at
from .fairness import LeftOut, left_out

SHARES = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
STEPS = 200  # of the ladder of log-odds


class Capacity(Struct, frozen=True, kw_only=True):
    """What is found where the highest share of all scores is looked at, and by attribute whom it leaves out."""

    at: AtCapacity
    groups: dict[str, list[LeftOut]]


def capacities(outcome: Outcome, scores: Floats, persons: Persons, groups: Mapping[str, Sequence[str]]) -> list[Capacity]:
    """For each of SHARES, from rows that were not learnt from."""
    found = []
    for share in SHARES:
        flags = flagged_at(scores, share)
        by = {name: left_out(outcome, flags, persons, values) for name, values in groups.items()}
        found.append(Capacity(at=at_capacity(outcome, scores, persons, share), groups=by))
    return found


def ladder(scores: Floats) -> list[float]:
    """The log-odds in steps of equally many rows, the lowest first: any share's threshold is read from it."""
    return [round(float(one), 6) for one in np.quantile(scores, np.linspace(0, 1, STEPS + 1))]


def threshold(steps: Sequence[float], share: float) -> float:
    """The log-odds that this share of the rows reached that a model was judged by. Raises ValueError for a share that is none."""
    if not 0 < share <= 1 or len(steps) < 2:
        raise ValueError(f"{share} is no share of a ladder of {len(steps)} steps")
    return float(np.interp(1 - share, np.linspace(0, 1, len(steps)), steps))


def probability(log_odds: float) -> float:
    return float(expit(log_odds))


def nearest(found: Sequence[Capacity], share: float) -> Capacity | None:
    """The figures for the share that comes nearest; None where a card has none."""
    return min(found, key=lambda one: (abs(np.log(one.at.share / share)), one.at.share), default=None)
