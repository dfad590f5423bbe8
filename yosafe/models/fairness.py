"""The same figures for every sub-group: who is missed, who is flagged for nothing, whether a score means the same. Fairlearn takes the groups apart;
intervals and bases stand beside each figure, and small groups are withheld so that nobody can be made out."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from yosafe.disclosure import LEAST_BASE, all_large, hide_table

from .arrays import Floats, Outcome, Persons, expit
from .evaluation import Estimate, Z, area_with_interval, flagged_at, numbered, share_of

if TYPE_CHECKING:
    import pandas as pd

NOT_KNOWN = "Not known"

_TIMES = 200  # samples for a group's AUC

Values = NDArray[np.object_]


class GroupFigures(Struct, frozen=True, kw_only=True):
    """One sub-group: its rows, of how many persons, and how many rows had the outcome. `missed`: of those with the outcome, who was not flagged;
    `false_flags`: of those without it, who was. `expected_to_observed` is 1 where scores mean for this group what they mean for all; above 1 they say
    too much. `events` None: so few that their number would tell of someone."""

    group: str
    rows: int
    persons: int
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


def audit(outcome: Outcome, scores: Floats, persons: NDArray[Any] | None, groups: Mapping[str, Sequence[str]], *, share: float) -> list[Audit]:
    """Figures by each of some attributes, where the highest `share` of all scores are flagged. `persons`: which rows are about one person."""
    flags, who = flagged_at(scores, share), numbered(persons, len(outcome))
    rows = _Rows(outcome, scores, flags, who, np.empty(0, dtype=object))
    return [_audited(name, rows._replace(groups=np.asarray(values, dtype=object))) for name, values in groups.items()]


def audit_flags(outcome: Outcome, flags: Outcome, persons: NDArray[Any] | None, groups: Mapping[str, Sequence[str]]) -> list[Audit]:
    """The same for flags that no score stands behind: what would need one (`expected_to_observed`, `auc`) is not given. Nor is who was flagged in a
    group where that, or a difference of groups, would tell of fewer than five."""
    who = numbered(persons, len(outcome))
    rows = _Rows(outcome, np.empty(0), flags, who, np.empty(0, dtype=object))
    return [_of_few_flags(name, rows._replace(groups=np.asarray(values, dtype=object))) for name, values in groups.items()]


def tells_of_few(flags: Outcome, persons: Persons) -> bool:
    """Whether fewer than five were ever flagged, or never were."""
    flagged, everyone = len(np.unique(persons[flags])), len(np.unique(persons))
    return not all_large(flagged, everyone - flagged)


def _of_few_flags(name: str, rows: "_Rows") -> Audit:
    found = _audited(name, rows)
    said = {one.group for one in found.groups}
    parts = {one.group: rows.where(rows.groups == one.group) for one in found.groups}
    rest = rows.where(np.array([group not in said for group in rows.groups], dtype=bool))
    table = {group: _flagged(part) for group, part in [*parts.items(), ("\0rest", rest)] if len(part.outcome)}
    few = {row for row, _ in hide_table(table)} if table else set()
    if tells_of_few(rows.flags, rows.persons):
        few = said
    groups = [_without_flags(one) if one.group in few else one for one in found.groups]
    return replace(found, groups=groups, apart=_apart(groups))


def _flagged(rows: "_Rows") -> dict[str, int]:
    ever = len(np.unique(rows.persons[rows.flags]))
    return {"ever": ever, "never": len(np.unique(rows.persons)) - ever}


def _without_flags(one: GroupFigures) -> GroupFigures:
    nothing = Estimate(value=None, base=one.rows)
    return replace(one, flagged=nothing, missed=nothing, false_flags=nothing)


class _Rows(NamedTuple):
    outcome: Outcome
    scores: Floats
    flags: Outcome
    persons: Persons
    groups: Values

    def where(self, kept: Outcome) -> "_Rows":
        scores = self.scores[kept] if self.scored else self.scores
        return _Rows(self.outcome[kept], scores, self.flags[kept], self.persons[kept], self.groups[kept])

    @property
    def scored(self) -> bool:
        return len(self.scores) > 0


def _audited(name: str, rows: _Rows) -> Audit:
    tally = {str(group): _tally(rows.where(rows.groups == group)) for group in dict.fromkeys(rows.groups.tolist())}
    hidden, unsaid = _withheld(tally)
    shown = np.array([group not in hidden for group in rows.groups], dtype=bool)
    found = _figures(rows.where(shown), unsaid) if shown.any() else []
    rest = rows.where(~shown)
    told = len(rest.outcome) if len(np.unique(rest.persons)) >= LEAST_BASE else None
    return Audit(attribute=name, groups=found, withheld=len(hidden), withheld_rows=told, apart=_apart(found))


class LeftOut(Struct, frozen=True, kw_only=True):
    """One sub-group at one capacity: of those who came to harm, who was `missed`; of those who did not, who was flagged (`false_flags`)."""

    group: str
    persons: int
    missed: Estimate
    false_flags: Estimate


def left_out(outcome: Outcome, flags: Outcome, persons: Persons, values: Sequence[str]) -> list[LeftOut]:
    """Whom some flags leave out, by one attribute: the largest groups first, small ones withheld as in the whole audit."""
    rows = _Rows(outcome, np.empty(0), flags, persons, np.asarray(values, dtype=object))
    tally = {str(group): _tally(rows.where(rows.groups == group)) for group in dict.fromkeys(rows.groups.tolist())}
    hidden, unsaid = _withheld(tally)
    found = []
    for group in sorted((one for one in tally if one not in hidden | unsaid), key=lambda one: (-tally[one][0], one)):
        part = rows.where(rows.groups == group)
        there, gone = part.where(part.outcome), part.where(~part.outcome)
        found.append(
            LeftOut(
                group=group, persons=tally[group][0], missed=_rounded(share_of(~there.flags, there.persons)),
                false_flags=_rounded(share_of(gone.flags, gone.persons)),
            )
        )  # fmt: skip
    return found


def _rounded(one: Estimate) -> Estimate:
    if one.value is None or one.low is None or one.high is None:
        return one
    return Estimate(value=round(one.value, 4), low=round(one.low, 4), high=round(one.high, 4), base=one.base)


def _tally(rows: _Rows) -> tuple[int, int]:
    """How many persons, and to how many of them it ever came."""
    return len(np.unique(rows.persons)), len(np.unique(rows.persons[rows.outcome]))


def _withheld(tally: Mapping[str, tuple[int, int]]) -> tuple[frozenset[str], frozenset[str]]:
    """Groups of which nothing is said, and groups of which is not said how many had the outcome. The first are those of under ten persons and, where
    those are fewer than ten together, the next smallest; the second those whose numbers, or a difference of numbers, would tell of fewer than
    five."""
    ordered = sorted(tally, key=lambda group: (tally[group][0], group))
    hidden = [group for group in ordered if tally[group][0] < LEAST_BASE]
    if hidden and (len(hidden) == 1 or sum(tally[group][0] for group in hidden) < LEAST_BASE):
        hidden += ordered[len(hidden) : len(hidden) + 1]
    rows = {group: {"with": with_it, "without": size - with_it} for group, (size, with_it) in tally.items() if group not in hidden}
    if hidden:
        rows["\0rest"] = {"with": sum(tally[g][1] for g in hidden), "without": sum(tally[g][0] - tally[g][1] for g in hidden)}
    return frozenset(hidden), frozenset(row for row, _ in hide_table(rows)) if rows else frozenset()


def _figures(rows: _Rows, unsaid: Collection[str]) -> list[GroupFigures]:
    import pandas as pd
    from fairlearn.metrics import MetricFrame, count, false_negative_rate, false_positive_rate

    if not rows.scored:  # there are many kinds of flags, and the shares are the same
        sizes = pd.Series(rows.groups).astype(str).value_counts(sort=True)
        return [_one(str(group), rows.where(rows.groups == group), None, str(group) in unsaid) for group in sizes.index]
    frame = MetricFrame(
        metrics={"rows": count, "missed": false_negative_rate, "false": false_positive_rate},
        y_true=rows.outcome.astype(int), y_pred=rows.flags.astype(int), sensitive_features=pd.Series(rows.groups, name="group").astype(str),
    )  # fmt: skip
    order = frame.by_group.sort_values("rows", ascending=False)
    return [_one(str(group), rows.where(rows.groups == group), told, str(group) in unsaid) for group, told in order.iterrows()]


def _one(group: str, rows: _Rows, told: "pd.Series[float] | None", unsaid: bool) -> GroupFigures:
    persons, events = _tally(rows)[0], int(rows.outcome.sum())
    nothing, flagged = Estimate(value=None, base=len(rows.outcome)), share_of(rows.flags, rows.persons)
    if unsaid:
        return GroupFigures(
            group=group, rows=len(rows.outcome), persons=persons, events=None, came=nothing, flagged=flagged, missed=nothing, false_flags=nothing,
            expected_to_observed=nothing, auc=nothing,
        )  # fmt: skip
    there, gone = rows.where(rows.outcome), rows.where(~rows.outcome)
    enough = rows.scored and min(_tally(there)[0], _tally(gone)[0]) >= LEAST_BASE
    return GroupFigures(
        group=group, rows=len(rows.outcome), persons=persons, events=events, came=share_of(rows.outcome, rows.persons), flagged=flagged,
        missed=_valued(share_of(~there.flags, there.persons), told, "missed"), false_flags=_valued(share_of(gone.flags, gone.persons), told, "false"),
        expected_to_observed=_ratio(there, rows) if enough else nothing,
        auc=area_with_interval(rows.outcome, rows.scores, rows.persons, seed=0, times=_TIMES)[0] if enough else nothing,
    )  # fmt: skip


def _valued(found: Estimate, told: "pd.Series[float] | None", name: str) -> Estimate:
    """The value that Fairlearn gives, with our interval; none where we give none."""
    return found if found.value is None or told is None else replace(found, value=float(told[name]))


def _ratio(there: _Rows, rows: _Rows) -> Estimate:
    """Expected over observed, with an interval on the log scale from the number of events (Debray 2017), of which those of one person are one."""
    events, persons = len(there.outcome), _tally(there)[0]
    value = float(expit(rows.scores).sum()) / events
    spread = Z * math.sqrt((1 - events / len(rows.outcome)) / persons)
    return Estimate(value=value, low=value * math.exp(-spread), high=value * math.exp(spread), base=len(rows.outcome))


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
