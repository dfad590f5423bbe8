"""The same figures for every sub-group: who is missed, who is flagged for nothing, whether a score means the same. Fairlearn takes the groups apart;
intervals and bases stand beside each figure, and small groups are withheld so that nobody can be made out."""

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame, count, false_negative_rate, false_positive_rate, selection_rate
from msgspec import Struct
from numpy.typing import NDArray
from scipy.special import expit

from yosafe.disclosure import LEAST_BASE, hide_table

from .estimator import Floats
from .evaluation import Estimate, Outcome, Z, delong, flagged_at, wilson

NOT_KNOWN = "Not known"

Values = NDArray[np.object_]


class GroupFigures(Struct, frozen=True, kw_only=True):
    """One sub-group. `missed`: of those with the outcome, who was not flagged; `false_flags`: of those without it, who was. `expected_to_observed`
    is 1 where scores mean for this group what they mean for all; above 1 they say too much."""

    group: str
    rows: int
    events: int | None
    came: Estimate
    flagged: Estimate
    missed: Estimate
    false_flags: Estimate
    expected_to_observed: Estimate
    auc: Estimate


class Apart(Struct, frozen=True, kw_only=True):
    """Two groups whose intervals for one figure don't meet: the widest apart, as a reason to look, not a proof."""

    figure: str
    higher: str
    lower: str
    times: float | None


class Audit(Struct, frozen=True, kw_only=True):
    """One way to part rows into groups. `withheld` groups had too few rows, or would have told of one that had."""

    attribute: str
    groups: list[GroupFigures]
    withheld: int
    withheld_rows: int | None
    apart: list[Apart]


def audit(outcome: Outcome, scores: Floats, groups: Mapping[str, Sequence[str]], *, share: float) -> list[Audit]:
    """Figures by each of some attributes, where the highest `share` of all scores are flagged."""
    flags = flagged_at(scores, share)
    return [_audited(name, outcome, scores, flags, np.asarray(values, dtype=object)) for name, values in groups.items()]


def _audited(name: str, outcome: Outcome, scores: Floats, flags: Outcome, values: Values) -> Audit:
    tally = {str(group): (int((values == group).sum()), int(outcome[values == group].sum())) for group in dict.fromkeys(values.tolist())}
    hidden, unsaid = _withheld(tally)
    shown = np.array([value not in hidden for value in values], dtype=bool)
    found = _figures(outcome[shown], scores[shown], flags[shown], values[shown], unsaid) if shown.any() else []
    rest = sum(tally[group][0] for group in hidden)
    return Audit(attribute=name, groups=found, withheld=len(hidden), withheld_rows=rest if rest >= LEAST_BASE else None, apart=_apart(found))


def _withheld(tally: Mapping[str, tuple[int, int]]) -> tuple[frozenset[str], frozenset[str]]:
    """Groups of which nothing is said, and groups of which is not said how many had the outcome. The first are those under ten and, where those are
    fewer than ten together, the next smallest; the second those whose numbers, or a difference of numbers, would tell of fewer than five."""
    ordered = sorted(tally, key=lambda group: (tally[group][0], group))
    hidden = [group for group in ordered if tally[group][0] < LEAST_BASE]
    if hidden and (len(hidden) == 1 or sum(tally[group][0] for group in hidden) < LEAST_BASE):
        hidden += ordered[len(hidden) : len(hidden) + 1]
    rows = {group: {"with": with_it, "without": size - with_it} for group, (size, with_it) in tally.items() if group not in hidden}
    if hidden:
        rows["\0rest"] = {"with": sum(tally[g][1] for g in hidden), "without": sum(tally[g][0] - tally[g][1] for g in hidden)}
    return frozenset(hidden), frozenset(row for row, _ in hide_table(rows)) if rows else frozenset()


def _figures(outcome: Outcome, scores: Floats, flags: Outcome, values: Values, unsaid: Collection[str]) -> list[GroupFigures]:
    frame = MetricFrame(
        metrics={
            "rows": count, "selected": selection_rate, "missed": _or_none(false_negative_rate, True), "false": _or_none(false_positive_rate, False),
        },
        y_true=outcome.astype(int), y_pred=flags.astype(int), sensitive_features=pd.Series(values, name="group").astype(str),
    )  # fmt: skip
    found = []
    for group, row in frame.by_group.sort_values("rows", ascending=False).iterrows():
        inside = values == group
        events, base = int(outcome[inside].sum()), int(row["rows"])
        flagged, nothing = _rate(row["selected"], base), _hidden(base)
        if str(group) in unsaid:
            found.append(
                GroupFigures(
                    group=str(group), rows=base, events=None, came=nothing, flagged=flagged, missed=nothing, false_flags=nothing,
                    expected_to_observed=nothing, auc=nothing,
                )
            )  # fmt: skip
            continue
        found.append(
            GroupFigures(
                group=str(group), rows=base, events=events, came=wilson(events, base), flagged=flagged, missed=_rate(row["missed"], events),
                false_flags=_rate(row["false"], base - events), expected_to_observed=_ratio(scores[inside], events),
                auc=delong(outcome[inside], scores[inside]) if min(events, base - events) >= LEAST_BASE else nothing,
            )
        )  # fmt: skip
    return found


def _or_none(metric: object, wanted: bool) -> object:
    """A metric that is "not a number" for a group that has no row it could be counted over, where Fairlearn's would say 0."""

    def measured(y_true: "pd.Series[int]", y_pred: "pd.Series[int]") -> float:
        return float(metric(y_true, y_pred)) if (np.asarray(y_true) == int(wanted)).any() else math.nan  # type: ignore[operator]

    return measured


def _hidden(base: int) -> Estimate:
    return Estimate(value=None, base=base)


def _rate(value: float, base: int) -> Estimate:
    return _hidden(base) if base < LEAST_BASE or math.isnan(value) else wilson(round(value * base), base)


def _ratio(scores: Floats, events: int) -> Estimate:
    """Expected over observed, with an interval on the log scale from the number of events (Debray 2017)."""
    base = len(scores)
    if events < LEAST_BASE:
        return _hidden(base)
    value = float(expit(scores).sum()) / events
    spread = Z * math.sqrt((1 - events / base) / events)
    return Estimate(value=value, low=value * math.exp(-spread), high=value * math.exp(spread), base=base)


_LOOKED_AT = {
    "missed": "missed among those with the outcome",
    "false_flags": "flagged among those without it",
    "expected_to_observed": "expected over observed",
}


def _apart(groups: Sequence[GroupFigures]) -> list[Apart]:
    found = []
    for figure, words in _LOOKED_AT.items():
        known = [(getattr(group, figure), group.group) for group in groups if getattr(group, figure).value is not None]
        if len(known) < 2:
            continue
        (top, higher), (bottom, lower) = max(known, key=lambda one: one[0].value), min(known, key=lambda one: one[0].value)
        if top.low > bottom.high:
            found.append(Apart(figure=words, higher=higher, lower=lower, times=top.value / bottom.value if bottom.value else None))
    return found
