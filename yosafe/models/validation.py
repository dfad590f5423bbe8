"""The risk model's estimator, and its whole audit, on a table of one's own. Everything is judged on rows that were not learnt from."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from yosafe.errors import Invalid
from yosafe.importing.reading import Table

from .arrays import Floats, Outcome
from .bar import failings
from .challenger import fit_boosted
from .evaluation import Estimate, Evaluation, area_with_interval, auc_of, delong, evaluate_scores, numbered
from .fairness import Audit, audit
from .own_table import Asked, LeftOut, Ready, made_like, make_ready

FORWARD_FROM, FORWARD_PARTS = 0.4, 4  # learn from the earliest 40 %, judge what comes next, and so on
BEST_COLUMN, BOOSTED = "the best single column", "boosted trees"

Parts = list[tuple[NDArray[np.intp], NDArray[np.intp]]]
Fit = Callable[[Floats, Outcome, NDArray[Any] | None], Callable[[Floats], Floats]]


class How(Struct, frozen=True, kw_only=True):
    """How rows are parted and what is said of them. `capacity`: the share of all rows that a panel could look at."""

    folds: int = 10
    repeats: int = 5
    seed: int = 2002
    capacity: float = 0.1


class ColumnAlone(Struct, frozen=True, kw_only=True):
    """What an input says by itself: its AUC (over a half: more of it, more often the outcome), and what it does beside the others."""

    name: str
    auc: Estimate
    higher_means: str
    missing: int
    log_odds_per_sd: float


class Baseline(Struct, frozen=True, kw_only=True):
    """Another way to order the same rows."""

    name: str
    auc: Estimate


class Validation(Struct, frozen=True, kw_only=True):
    """All that is said of a table. `failings`: why a model like this could not be used; none where it could."""

    table: str
    sha256: str
    tested_on: str | None
    outcome: str
    positive: str
    design: str
    seed: int
    rows: int
    events: int
    inputs: list[ColumnAlone]
    left_out: list[LeftOut]
    remarks: list[str]
    evaluation: Evaluation
    baselines: list[Baseline]
    groups: list[Audit]
    failings: list[str]
    caution: str


CAUTION = (
    "A score is a reason to talk, never a verdict. With an AUC about 0.7, as is usual here, many of those it points to come to no harm and many of "
    "those who are harmed are not pointed to. What a table says of its own outcome says nothing of another."
)


def validate(table: Table, asked: Asked, how: How, test: Table | None = None) -> Validation:
    """Learn from a table and judge by rows of it that were not learnt from, or by a second table. Raises Invalid where that can't be done."""
    if test is not None and asked.time:
        raise Invalid("A second table is the test: leave out --time, or leave out --test.")
    with threadpool_limits(limits=1):  # fits this small only wait for each other on several cores
        return _validated(table, asked, how, test)


def _validated(table: Table, asked: Asked, how: How, test: Table | None) -> Validation:
    ready = make_ready(table, asked)
    if test is None:
        judged, scores, baselines, design = _within(ready, how)
    else:
        second = made_like(test, asked, ready)
        judged, (scores, baselines) = second, _against(ready, second, how)
        design = f"learnt from all {len(ready.outcome):,} rows, judged by the {len(second.outcome):,} of {test.name}"
    found = evaluate_scores(judged.outcome, scores, judged.persons, share=how.capacity, seed=how.seed)
    bar = {one.name: one.auc for one in baselines if one.name != BOOSTED}
    return Validation(
        table=table.name, sha256=table.sha256, tested_on=test.name if test else None, outcome=asked.outcome, positive=ready.positive, design=design,
        seed=how.seed, rows=len(ready.outcome), events=int(ready.outcome.sum()), inputs=_alone(ready), left_out=ready.left_out,
        remarks=ready.remarks + ([f"{test.name}: {said}" for said in judged.remarks] if test else []), evaluation=found, baselines=baselines,
        groups=audit(judged.outcome, scores, judged.persons, judged.groups, share=how.capacity), failings=failings(found, bar), caution=CAUTION,
    )  # fmt: skip


def _within(ready: Ready, how: How) -> tuple[Ready, Floats, list[Baseline], str]:
    """Every row judged by models that never saw it nor its person; forward in time where there is a time."""
    if ready.times is not None:
        parts = [_forward(ready)]
        at = np.sort(np.concatenate([judge for _, judge in parts[0]]))
        design = f"forward in time: {FORWARD_PARTS} steps, each learnt from what was earlier; {len(at):,} later rows judged"
    else:
        parts = list(_repeated(ready, how))
        at = np.arange(len(ready.outcome))
        design = f"{len(parts[0])} parts, {how.repeats} times over; each row's score is the mean of those by models that never saw it"
    if ready.persons is not None:
        design += "; no person stands on both sides"
    scores = np.mean([_apart(ready, part, _fit_model(how.seed)) for part in parts], axis=0)[at]
    best, boosted = _apart(ready, parts[0], _fit_best_column)[at], _apart(ready, parts[0], fit_boosted(how.seed, 40))[at]
    judged = _rows_of(ready, at)
    return judged, scores, _baselines(judged, best, boosted, how), design


def _against(ready: Ready, second: Ready, how: How) -> tuple[Floats, list[Baseline]]:
    fits = (_fit_model(how.seed), _fit_best_column, fit_boosted(how.seed, 40))
    scores, best, boosted = (fit(ready.values, ready.outcome, ready.persons)(second.values) for fit in fits)
    return scores, _baselines(second, best, boosted, how)


def _baselines(judged: Ready, best: Floats, boosted: Floats, how: How) -> list[Baseline]:
    who = numbered(judged.persons, len(judged.outcome))
    each = {BEST_COLUMN: best, BOOSTED: boosted}
    return [Baseline(name=name, auc=area_with_interval(judged.outcome, scores, who, seed=how.seed)[0]) for name, scores in each.items()]


def _rows_of(ready: Ready, at: NDArray[np.intp]) -> Ready:
    return replace(
        ready, values=ready.values[at], outcome=ready.outcome[at], persons=None if ready.persons is None else ready.persons[at],
        groups={name: [values[row] for row in at] for name, values in ready.groups.items()},
    )  # fmt: skip


def _repeated(ready: Ready, how: How) -> Iterator[Parts]:
    from .estimator import parts_of

    for time in range(how.repeats):
        parts = parts_of(ready.outcome, ready.persons, how.folds, how.seed + time)
        if not parts:
            raise Invalid("Too few persons to part the rows. Name no --person, or bring more rows.")
        yield parts


def _forward(ready: Ready) -> Parts:
    """Rows of one time stay together; nobody who was learnt from is judged."""
    times = np.unique(ready.times)
    if len(times) < 2 * FORWARD_PARTS:
        raise Invalid(f"The time has {len(times)} different values, and {2 * FORWARD_PARTS} are the least to go forward by.")
    cuts = np.quantile(ready.times, np.linspace(FORWARD_FROM, 1, FORWARD_PARTS + 1), method="lower")
    parts: Parts = []
    for start, end in itertools.pairwise(cuts):
        learn, judge = np.flatnonzero(ready.times <= start), np.flatnonzero((ready.times > start) & (ready.times <= end))
        if ready.persons is not None:
            judge = judge[~np.isin(ready.persons[judge], ready.persons[learn])]
        if len(np.unique(ready.outcome[learn])) == 2 and len(judge):
            parts.append((learn, judge))
    if not parts:
        raise Invalid("No later rows of persons who weren't there earlier, or only one outcome in the earlier ones. Leave out --time or --person.")
    return parts


def _apart(ready: Ready, parts: Parts, fit: Fit) -> Floats:
    """Scores of rows by models that never saw them; NaN for rows that nobody judges."""
    scores = np.full(len(ready.outcome), np.nan)
    for learn, judge in parts:
        learnt = fit(ready.values[learn], ready.outcome[learn], None if ready.persons is None else ready.persons[learn])
        scores[judge] = learnt(ready.values[judge])
    return scores


def _fit_model(seed: int) -> Fit:
    from .estimator import HarmModel

    return lambda values, outcome, persons: HarmModel(seed=seed).fit(values, outcome, persons).decision_function


def _fit_best_column(values: Floats, outcome: Outcome, persons: NDArray[Any] | None) -> Callable[[Floats], Floats]:
    """The column that orders the rows learnt from best, the right way round; where it's not known, its mean."""
    fill = np.array([float(column[~np.isnan(column)].mean()) if (~np.isnan(column)).any() else 0.0 for column in values.T])
    areas = [auc_of(outcome, np.where(np.isnan(column), fill[at], column)) or 0.5 for at, column in enumerate(values.T)]
    best = max(range(len(areas)), key=lambda at: abs(areas[at] - 0.5))
    sign = 1.0 if areas[best] >= 0.5 else -1.0
    return lambda rows: np.asarray(sign * np.where(np.isnan(rows[:, best]), fill[best], rows[:, best]))


def _alone(ready: Ready) -> list[ColumnAlone]:
    from .estimator import HarmModel

    model = HarmModel().fit(ready.values, ready.outcome, ready.persons)
    found = []
    for at, one in enumerate(ready.inputs):
        column = ready.values[:, at]
        known = ~np.isnan(column)
        area = delong(ready.outcome[known], column[known])
        higher = "neither" if area.value is None or area.low is None or area.high is None or area.low <= 0.5 <= area.high else ""
        higher = higher or ("more often" if (area.value or 0) > 0.5 else "less often")
        found.append(
            ColumnAlone(name=one.name, auc=area, higher_means=higher, missing=ready.missing[one.column], log_odds_per_sd=float(model.coef_[at]))
        )
    return found
