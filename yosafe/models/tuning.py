"""How far the risk model is held back: chosen by what it would have said of later weeks of others, from nothing but the rows that it learns from."""

import itertools

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats, Outcome
from .features import HORIZON

STRENGTHS = (0.0005, 0.002, 0.008, 0.03)  # the weaker the penalty, the higher
STEPS, PERSON_PARTS, FORWARD_FROM = 4, 5, 0.4
LEAST_HARMED = 20
_TUNED_BY = 2  # steps and parts of persons: enough to tell four strengths apart, and each costs a fit

Parts = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def forward_parts(days: Floats, persons: NDArray[np.intp], *, seed: int, steps: int = STEPS, person_parts: int = PERSON_PARTS) -> Parts:
    """Rows to learn from and rows to judge. What is judged came later, by more than the time in which harm is looked for, and is of persons of whom
    nothing was learnt. Each row is judged once at most."""
    cuts = np.quantile(days, np.linspace(FORWARD_FROM, 1, steps + 1), method="lower")
    part_of = np.random.default_rng(seed).integers(0, person_parts, int(persons.max()) + 1)[persons]
    parts: Parts = []
    for (start, end), part in itertools.product(itertools.pairwise(cuts), range(person_parts)):
        learn = np.flatnonzero((days <= start - HORIZON) & (part_of != part))
        judge = np.flatnonzero((days > start) & (days <= end) & (part_of == part))
        if len(learn) and len(judge):
            parts.append((learn, judge))
    return parts


def enough(outcome: Outcome) -> bool:
    """Whether there is so much of either outcome that a part may be learnt from."""
    return min(int(outcome.sum()), int((~outcome).sum())) >= LEAST_HARMED // 2


def strength_for(values: Floats, outcome: Outcome, days: Floats, persons: NDArray[np.intp], *, seed: int) -> float:
    """The penalty under which later rows of others are foretold best (log loss, after their own straight line: a level and a spread are mended by the
    calibration, an order is not). The strongest where there is too little to tell."""
    from .estimator import HarmModel

    parts = forward_parts(days, persons, seed=seed, steps=_TUNED_BY, person_parts=_TUNED_BY)
    parts = [(learn, judge) for learn, judge in parts if enough(outcome[learn])]
    judged = np.concatenate([judge for _, judge in parts]) if parts else np.empty(0, dtype=np.intp)
    if not len(judged) or not enough(outcome[judged]):
        return STRENGTHS[0]
    losses = []
    for strength in STRENGTHS:
        scores = [HarmModel(strength=strength, folds=0).fit(values[learn], outcome[learn]).decision_function(values[judge]) for learn, judge in parts]
        losses.append(_loss(np.concatenate(scores), outcome[judged]))
    return STRENGTHS[int(np.argmin(losses))]


def _loss(scores: Floats, outcome: Outcome) -> float:
    from .estimator import recalibration

    slope, shift = recalibration(scores, outcome)
    odds = max(slope, 0.0) * scores + shift
    return float(np.mean(np.logaddexp(0.0, odds) - outcome * odds))
