"""Learning the risk model from weekly landmarks, and judging it as it would have been used: on persons it never saw, in weeks that came later."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from yosafe.errors import Conflict

from .arrays import Floats, Outcome
from .bar import failings
from .capacity import Capacity, capacities, ladder
from .challenger import fit_boosted
from .drift import Spread, spread
from .evaluation import Estimate, Evaluation, area_with_interval, evaluate_scores, numbered
from .fairness import Audit, audit
from .features import AUDITED_BY, COUNT, FEATURES, HORIZON, NAMES, RECENT
from .tuning import LEAST_HARMED, Parts, enough, forward_parts, strength_for

if TYPE_CHECKING:
    import pandas as pd

    from .estimator import HarmModel

WEEKS = 104  # the most that is learnt from
LEAST_ROWS = 100
ANY_RECENT, HOW_MANY, BOOSTED = "any incident in 28 days", "counting incidents of 90 days", "boosted trees"

Fit = Callable[[Floats, Outcome, Floats, NDArray[Any]], Callable[[Floats], Floats]]


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


def train(found: "pd.DataFrame", *, seed: int, share: float) -> Trained:
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


def _trained(found: "pd.DataFrame", outcome: Outcome, seed: int, share: float) -> Trained:
    values = found[list(NAMES)].to_numpy(dtype=np.float64)
    days, persons = found["day"].to_numpy(dtype=np.float64), numbered(found["young_person"].to_numpy(), len(found))
    parts = forward_parts(days, persons, seed=seed)
    fits: dict[str, Fit] = {"model": _fit_model(seed), BOOSTED: _fit_boosted(seed)}
    apart = {name: _apart(values, outcome, days, persons, parts, fit) for name, fit in fits.items()}
    at = np.flatnonzero(~np.isnan(apart["model"]))
    if len(at) < LEAST_ROWS or min(outcome[at].sum(), (~outcome[at]).sum()) < 2:
        raise Conflict(f"Only {len(at)} later rows to judge a model by. Wait until more weeks are recorded. Flags are raised by indicators alone.")
    count, recent = values[at, NAMES.index(COUNT)], values[at, NAMES.index(RECENT)]
    simple = {ANY_RECENT: (recent > 0).astype(np.float64), HOW_MANY: count, BOOSTED: apart[BOOSTED][at]}
    baselines = {name: area_with_interval(outcome[at], scores, persons[at], seed=seed)[0] for name, scores in simple.items()}
    evaluation = evaluate_scores(outcome[at], apart["model"][at], persons[at], share=share, seed=seed)
    model = _learnt(values, outcome, days, persons, seed)
    groups = {name: [str(value) for value in found[name].to_numpy()[at]] for name in AUDITED_BY}
    return Trained(
        model=model, first_day=dt.date.fromordinal(int(days.min())), last_day=dt.date.fromordinal(int(days.max())), landmarks=len(np.unique(days)),
        rows=len(found), persons=int(persons.max()) + 1, events=int(outcome.sum()), seed=seed, evaluation=evaluation, baselines=baselines,
        groups=audit(outcome[at], apart["model"][at], persons[at], groups, share=share), premises=_premises(values, outcome, persons, model),
        failings=failings(evaluation, {name: one for name, one in baselines.items() if name != BOOSTED}),
        spread=[spread(name, values[:, column]) for column, name in enumerate(NAMES)], ladder=ladder(apart["model"][at]),
        capacities=capacities(outcome[at], apart["model"][at], persons[at], groups),
    )  # fmt: skip


def _apart(values: Floats, outcome: Outcome, days: Floats, persons: NDArray[np.intp], parts: Parts, fit: Fit) -> Floats:
    """Scores by models that saw neither the person nor the time; NaN for rows that none of them could judge."""
    scores = np.full(len(outcome), np.nan)
    for learn, judge in parts:
        if enough(outcome[learn]):
            scores[judge] = fit(values[learn], outcome[learn], days[learn], numbered(persons[learn], len(learn)))(values[judge])
    return scores


def _learnt(values: Floats, outcome: Outcome, days: Floats, persons: NDArray[np.intp], seed: int) -> "HarmModel":
    """A model of rows, with the penalty that these rows themselves say is best."""
    from .estimator import HarmModel

    return HarmModel(strength=strength_for(values, outcome, days, persons, seed=seed), seed=seed).fit(values, outcome, persons)


def _fit_model(seed: int) -> Fit:
    return lambda values, outcome, days, persons: _learnt(values, outcome, days, persons, seed).decision_function


def _fit_boosted(seed: int) -> Fit:
    fit = fit_boosted(seed, 25)
    return lambda values, outcome, _days, persons: fit(values, outcome, persons)


def _premises(values: Floats, outcome: Outcome, persons: NDArray[np.intp], model: "HarmModel") -> list[Premise]:
    found = []
    for at, one in enumerate(FEATURES):
        known = ~np.isnan(values[:, at])
        alone, _ = area_with_interval(outcome[known], values[known, at], persons[known], seed=at, times=100)
        found.append(Premise(feature=one.name, title=one.title, auc=alone, beside=float(model.coef_[at])))
    return found
