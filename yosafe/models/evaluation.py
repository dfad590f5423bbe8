"""How good scores are, each figure with its interval and its base: whether they order (AUC), mean what they say (calibration, Brier), and what a
panel that sees so many a time would find and miss. For rows that were not learnt from."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from .arrays import Floats, Outcome, Persons, expit

Z = NormalDist().inv_cdf(0.975)
LEAST_BASE = 10
BOOTSTRAPS = 400


class Estimate(Struct, frozen=True, kw_only=True):
    """A figure, its 95 % interval, and how many rows or persons it rests on. All three None: too little to tell."""

    value: float | None
    low: float | None = None
    high: float | None = None
    base: int = 0


class AtCapacity(Struct, frozen=True, kw_only=True):
    """What is found where so many of the highest scores are looked at: `precision` of those flagged had the outcome, `recall` of those with the
    outcome were flagged. `threshold` is the lowest probability among them."""

    share: float
    flagged: int
    found: int
    missed: int
    threshold: float
    precision: Estimate
    recall: Estimate


class Band(Struct, frozen=True, kw_only=True):
    """A band of scores: how many, the mean of what was said, and what came."""

    said: float
    came: Estimate


class Evaluation(Struct, frozen=True, kw_only=True):
    """Everything that is said of one set of scores. `expected` outcomes by the scores, and the `events` that there were."""

    rows: int
    persons: int
    events: int
    auc: Estimate
    auc_method: str
    brier: float
    brier_of_base_rate: float
    slope: Estimate
    intercept: Estimate
    expected: float
    bands: list[Band]
    capacity: AtCapacity


def wilson(share: float, weight: float, base: int) -> Estimate:
    """A share with Wilson's interval for so many independent witnesses."""
    zz = Z * Z
    centre, spread = share + zz / (2 * weight), Z * math.sqrt(share * (1 - share) / weight + zz / (4 * weight * weight))
    low, high = (centre - spread) / (1 + zz / weight), (centre + spread) / (1 + zz / weight)
    return Estimate(value=share, low=max(0.0, low), high=min(1.0, high), base=base)


def share_of(hits: Outcome, persons: Persons) -> Estimate:
    """How many of some rows, nothing from fewer than ten rows or persons. Rows of one person count for as much as they differ: the spread is that of
    persons, turned into how many independent rows would have it."""
    base = len(hits)
    count = len(np.unique(persons))
    if count < LEAST_BASE:
        return Estimate(value=None, base=base)
    share = float(hits.mean())
    if count == base or share in (0.0, 1.0):
        return wilson(share, count, base)
    by_person = np.bincount(np.unique(persons, return_inverse=True)[1], weights=hits - share)
    weight = share * (1 - share) * base * base / float((by_person**2).sum() or 1.0)
    return wilson(share, min(weight, float(base)), base)


def auc_of(outcome: Outcome, scores: Floats) -> float | None:
    """How often a row with the outcome has the higher score of a pair, ties counting half; None where one of the outcomes is not there."""
    from scipy.stats import rankdata

    there = int(outcome.sum())
    gone = len(outcome) - there
    if not there or not gone:
        return None
    return float((rankdata(scores)[outcome].sum() - there * (there + 1) / 2) / (there * gone))


def delong(outcome: Outcome, scores: Floats) -> Estimate:
    """AUC with DeLong's interval (1988; by ranks as Sun and Xu 2014), for rows that are each another person's."""
    from scipy.stats import rankdata

    value = auc_of(outcome, scores)
    there, gone = int(outcome.sum()), int((~outcome).sum())
    if value is None or there < 2 or gone < 2:
        return Estimate(value=None, base=len(outcome))
    ranks = rankdata(scores)
    of_there = (ranks[outcome] - rankdata(scores[outcome])) / gone
    of_gone = 1 - (ranks[~outcome] - rankdata(scores[~outcome])) / there
    spread = Z * math.sqrt(float(of_there.var(ddof=1)) / there + float(of_gone.var(ddof=1)) / gone)
    return Estimate(value=value, low=max(0.0, value - spread), high=min(1.0, value + spread), base=len(outcome))


def bootstrapped(outcome: Outcome, scores: Floats, persons: Persons, *, seed: int, times: int = BOOTSTRAPS) -> Estimate:
    """AUC with an interval from drawing whole persons with replacement: rows of one person are not so many witnesses."""
    value = auc_of(outcome, scores)
    persons = np.unique(persons, return_inverse=True)[1]
    count = int(persons.max()) + 1 if len(persons) else 0
    if value is None or count < LEAST_BASE:
        return Estimate(value=None, base=count)
    order = np.argsort(scores, kind="stable")
    ordered, there, who = scores[order], outcome[order], persons[order]
    starts = np.flatnonzero(np.r_[True, np.diff(ordered) > 0])
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(times):
        weight = np.bincount(draw.integers(0, count, count), minlength=count)[who].astype(np.float64)
        with_it = np.add.reduceat(weight * there, starts)
        without = np.add.reduceat(weight * ~there, starts)
        below = np.cumsum(without) - without
        if with_it.sum() and without.sum():
            found.append(float((with_it * (below + without / 2)).sum() / (with_it.sum() * without.sum())))
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(value=value, low=float(low), high=float(high), base=count)


def numbered(persons: NDArray[Any] | None, rows: int) -> Persons:
    """Persons as 0, 1, 2 ...; each row its own where nobody says."""
    return np.arange(rows) if persons is None else np.unique(persons, return_inverse=True)[1].astype(np.intp)


def area_with_interval(outcome: Outcome, scores: Floats, persons: Persons, *, seed: int, times: int = BOOTSTRAPS) -> tuple[Estimate, str]:
    """AUC, by DeLong where no person has two rows and by drawing persons where some do; and which it was, in words."""
    if len(np.unique(persons)) == len(persons):
        return delong(outcome, scores), "DeLong"
    return bootstrapped(outcome, scores, persons, seed=seed, times=times), f"{times} bootstrap samples of whole persons"


def calibration(outcome: Outcome, scores: Floats, persons: Persons) -> tuple[Estimate, Estimate]:
    """Slope of the outcome's log-odds on the scores (1: as spread as they should be; below: too sure), and the intercept at slope 1 (0: the level is
    right). Intervals allow for rows of one person being alike (the sandwich, by person)."""
    from .estimator import calibration_shift, recalibration

    base = len(np.unique(persons))
    if outcome.sum() < LEAST_BASE or (~outcome).sum() < LEAST_BASE:
        return Estimate(value=None, base=base), Estimate(value=None, base=base)
    slope, cut = recalibration(scores, outcome)
    level = calibration_shift(scores, outcome)
    wide = float(_sandwich(np.column_stack([scores, np.ones(len(scores))]), expit(slope * scores + cut), outcome, persons)[0])
    broad = float(_sandwich(np.ones((len(scores), 1)), expit(scores + level), outcome, persons)[0])
    return (
        Estimate(value=slope, low=slope - Z * wide, high=slope + Z * wide, base=base),
        Estimate(value=level, low=level - Z * broad, high=level + Z * broad, base=base),
    )


def _sandwich(inputs: Floats, said: Floats, outcome: Outcome, persons: Persons) -> Floats:
    """Standard errors of a logistic regression's coefficients, rows of a person taken together."""
    bread = np.linalg.pinv((inputs * (said * (1 - said))[:, None]).T @ inputs)
    parts = inputs * (outcome - said)[:, None]
    by_person = np.column_stack([np.bincount(persons, weights=column) for column in parts.T])
    return np.sqrt(np.diag(bread @ (by_person.T @ by_person) @ bread))


def brier(outcome: Outcome, said: Floats) -> float:
    """The mean squared distance of what was said from what came: 0 is perfect."""
    return float(np.mean((said - outcome) ** 2))


def flagged_at(scores: Floats, share: float) -> NDArray[np.bool_]:
    """Which rows are the highest `share`, at least one; of equal scores those that come first, so that never more are flagged than can be seen."""
    count = min(len(scores), max(1, round(share * len(scores))))
    flags = np.zeros(len(scores), dtype=bool)
    flags[np.argsort(-scores, kind="stable")[:count]] = True
    return flags


def at_capacity(outcome: Outcome, scores: Floats, persons: Persons, share: float) -> AtCapacity:
    """What a panel finds that looks at the highest `share` of all rows, and what it leaves out."""
    flags = flagged_at(scores, share)
    flagged, found, events = int(flags.sum()), int((flags & outcome).sum()), int(outcome.sum())
    return AtCapacity(
        share=share, flagged=flagged, found=found, missed=events - found, threshold=float(expit(scores[flags].min())),
        precision=share_of(outcome[flags], persons[flags]), recall=share_of(flags[outcome], persons[outcome]),
    )  # fmt: skip


def bands(outcome: Outcome, scores: Floats, persons: Persons, *, count: int = 10) -> list[Band]:
    """What was said and what came, in bands of equally many scores, the lowest first."""
    parts = np.array_split(np.argsort(scores, kind="stable"), min(count, max(1, len(scores) // LEAST_BASE)))
    return [Band(said=float(expit(scores[part]).mean()), came=share_of(outcome[part], persons[part])) for part in parts]


def evaluate_scores(outcome: Outcome, scores: Floats, persons: NDArray[Any] | None = None, *, share: float, seed: int) -> Evaluation:
    """Everything about a set of scores, which are log-odds, of rows that were not learnt from."""
    who = numbered(persons, len(outcome))
    area, method = area_with_interval(outcome, scores, who, seed=seed)
    slope, intercept = calibration(outcome, scores, who)
    said = expit(scores)
    return Evaluation(
        rows=len(outcome), persons=len(np.unique(who)), events=int(outcome.sum()), auc=area, auc_method=method, brier=brier(outcome, said),
        brier_of_base_rate=brier(outcome, np.full(len(outcome), outcome.mean())), slope=slope, intercept=intercept, expected=float(said.sum()),
        bands=bands(outcome, scores, who), capacity=at_capacity(outcome, scores, who, share),
    )  # fmt: skip
