"""Learning the risk model from weekly landmarks, and judging it as it would have been used: on persons it never saw, in weeks that came later."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from yosafe.errors import Conflict

from .bar import failings
from .capacity import Capacity, capacities, ladder
from .challenger import fit_boosted
from .drift import Spread, spread
from .estimator import Floats, HarmModel
from .evaluation import Estimate, Evaluation, Outcome, area_with_interval, evaluate_scores, numbered
from .fairness import Audit, audit
from .features import AUDITED_BY, COUNT, FEATURES, HORIZON, NAMES, RECENT

WEEKS = 104  # the most that is learnt from
STEPS, PERSON_PARTS, FORWARD_FROM = 4, 5, 0.4
LEAST_ROWS, LEAST_HARMED = 100, 20
ANY_RECENT, HOW_MANY, BOOSTED = "any incident in 28 days", "counting incidents of 90 days", "boosted trees"

Fit = Callable[[Floats, Outcome, NDArray[Any] | None], Callable[[Floats], Floats]]


class Premise(Struct, frozen=True, kw_only=True):
    """Whether something that people believe holds here: the AUC of one feature by itself, and what it does beside the others (log-odds for one
    standard deviation). An interval that holds 0.5: no association was found."""

    feature: str
    title: str
    auc: Estimate
    beside: float


class Trained(Struct, frozen=True, kw_only=True):
    """A model and all that is said of it. `failings`: why it may not be used, each with its figures; none where it may be signed."""

    model: Any
    first_day: dt.date
    last_day: dt.date
    landmarks: int
    rows: int
    persons: int
    events: int
    seed: int
    evaluation: Evaluation
    baselines: dict[str, Estimate]
    groups: list[Audit]
    premises: list[Premise]
    failings: list[str]
    spread: list[Spread]
    ladder: list[float]
    capacities: list[Capacity]


def landmark_days(first: dt.date, today: dt.date, *, weeks: int = WEEKS) -> list[dt.date]:
    """Days a week apart, oldest first, none of which looks into days to come; none before the first."""
    last = today - dt.timedelta(days=HORIZON + 1)
    days = [last - dt.timedelta(days=7 * n) for n in range(weeks)]
    return [day for day in reversed(days) if day >= first]


def train(found: pd.DataFrame, *, seed: int, share: float) -> Trained:
    """Learn from landmarks as `load_landmarks` gives them. Raises Conflict where there is too little to learn from at all; a model that may not be
    used is no error, it says why."""
    outcome = found["harmed"].to_numpy(dtype=bool)
    if len(found) < LEAST_ROWS or min(outcome.sum(), (~outcome).sum()) < LEAST_HARMED:
        raise Conflict(
            f"{len(found):,} rows, {int(outcome.sum()):,} of them followed by harm within {HORIZON} days, are too few to learn from: "
            f"{LEAST_ROWS} rows and {LEAST_HARMED} of either outcome are the least, and 100 with harm to use a model. Flags are raised by indicators."
        )
    with threadpool_limits(limits=1):
        return _trained(found, outcome, seed, share)


def _trained(found: pd.DataFrame, outcome: Outcome, seed: int, share: float) -> Trained:
    values = found[list(NAMES)].to_numpy(dtype=np.float64)
    days, persons = found["day"].to_numpy(dtype=np.float64), numbered(found["young_person"].to_numpy(), len(found))
    parts = forward_parts(days, persons, seed=seed)
    fits: dict[str, Fit] = {"model": _fit_model(seed), BOOSTED: fit_boosted(seed, 25)}
    apart = {name: _apart(values, outcome, persons, parts, fit) for name, fit in fits.items()}
    at = np.flatnonzero(~np.isnan(apart["model"]))
    if len(at) < LEAST_ROWS or min(outcome[at].sum(), (~outcome[at]).sum()) < 2:
        raise Conflict(f"Only {len(at)} later rows to judge a model by. Wait until more weeks are recorded. Flags are raised by indicators alone.")
    count, recent = values[at, NAMES.index(COUNT)], values[at, NAMES.index(RECENT)]
    simple = {ANY_RECENT: (recent > 0).astype(np.float64), HOW_MANY: count, BOOSTED: apart[BOOSTED][at]}
    baselines = {name: area_with_interval(outcome[at], scores, persons[at], seed=seed)[0] for name, scores in simple.items()}
    evaluation = evaluate_scores(outcome[at], apart["model"][at], persons[at], share=share, seed=seed)
    model = HarmModel(seed=seed).fit(values, outcome, persons)
    groups = {name: [str(value) for value in found[name].to_numpy()[at]] for name in AUDITED_BY}
    return Trained(
        model=model, first_day=dt.date.fromordinal(int(days.min())), last_day=dt.date.fromordinal(int(days.max())), landmarks=len(np.unique(days)),
        rows=len(found), persons=int(persons.max()) + 1, events=int(outcome.sum()), seed=seed, evaluation=evaluation, baselines=baselines,
        groups=audit(outcome[at], apart["model"][at], persons[at], groups, share=share), premises=_premises(values, outcome, persons, model),
        failings=failings(evaluation, {name: one for name, one in baselines.items() if name != BOOSTED}),
        spread=[spread(name, values[:, column]) for column, name in enumerate(NAMES)], ladder=ladder(apart["model"][at]),
        capacities=capacities(outcome[at], apart["model"][at], persons[at], groups),
    )  # fmt: skip


Parts = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def forward_parts(days: Floats, persons: NDArray[np.intp], *, seed: int) -> Parts:
    """Rows to learn from and rows to judge. What is judged came later, by more than the time in which harm is looked for, and is of persons of whom
    nothing was learnt. Each row is judged once at most."""
    cuts = np.quantile(days, np.linspace(FORWARD_FROM, 1, STEPS + 1), method="lower")
    part_of = np.random.default_rng(seed).integers(0, PERSON_PARTS, int(persons.max()) + 1)[persons]
    parts: Parts = []
    for (start, end), part in itertools.product(itertools.pairwise(cuts), range(PERSON_PARTS)):
        learn = np.flatnonzero((days <= start - HORIZON) & (part_of != part))
        judge = np.flatnonzero((days > start) & (days <= end) & (part_of == part))
        if len(learn) and len(judge):
            parts.append((learn, judge))
    return parts


def _apart(values: Floats, outcome: Outcome, persons: NDArray[np.intp], parts: Parts, fit: Fit) -> Floats:
    """Scores by models that saw neither the person nor the time; NaN for rows that none of them could judge."""
    scores = np.full(len(outcome), np.nan)
    for learn, judge in parts:
        if min(outcome[learn].sum(), (~outcome[learn]).sum()) >= LEAST_HARMED // 2:
            scores[judge] = fit(values[learn], outcome[learn], persons[learn])(values[judge])
    return scores


def _fit_model(seed: int) -> Fit:
    return lambda values, outcome, persons: HarmModel(seed=seed).fit(values, outcome, persons).decision_function


def _premises(values: Floats, outcome: Outcome, persons: NDArray[np.intp], model: HarmModel) -> list[Premise]:
    found = []
    for at, one in enumerate(FEATURES):
        known = ~np.isnan(values[:, at])
        alone, _ = area_with_interval(outcome[known], values[known, at], persons[known], seed=at, times=100)
        found.append(Premise(feature=one.name, title=one.title, auc=alone, beside=float(model.coef_[at])))
    return found
