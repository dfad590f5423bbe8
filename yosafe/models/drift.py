"""Whether a model still meets what it learnt: how far its inputs have moved, whether its scores still mean what they say, whether its flags are borne
out; and when to train again or stop. Pure."""

import math
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from msgspec import Struct

from .arrays import Floats
from .evaluation import LEAST_BASE, Estimate, Z

BINS = 10
LOOK, CHANGED = 0.1, 0.25  # the usual bands of the index; recalled from practice, no source confirmed
LEVELS = (0.8, 1.25)  # of expected over observed: as of the bar's slope
FAR = (0.5, 2.0)
LEAST_PEOPLE = 50
_LEAST_SHARE = 1e-4


class Spread(Struct, frozen=True, kw_only=True):
    """How one input lay where a model learnt: shares of rows between `edges`, and the share of which it was not known."""

    feature: str
    edges: list[float]
    shares: list[float]
    missing: float


class Band(StrEnum):
    """How far something has moved."""

    SAME = "same"
    LOOK = "look"
    CHANGED = "changed"
    TOO_FEW = "too_few"


BAND_WORDS = {
    Band.SAME: "as it was",
    Band.LOOK: "has moved: look why",
    Band.CHANGED: "has changed: train again",
    Band.TOO_FEW: "too few young people to say",
}


class Moved(Struct, frozen=True, kw_only=True):
    """How far one input has moved: the population stability index, what chance alone makes of it, and what that means."""

    feature: str
    title: str
    index: float
    by_chance: float
    band: Band


class Month(Struct, frozen=True, kw_only=True):
    """A month of scores, one day a week: how many came to harm within 30 days, and how many the scores expected."""

    month: str
    rows: int
    people: int
    expected: float
    came: int
    ratio: Estimate


class Yield(Struct, frozen=True, kw_only=True):
    """The flags of a month: how many were raised, on how many people decided, and how many of those were borne out."""

    month: str
    raised: int
    decided: int
    borne_out: int


class Verdict(StrEnum):
    """What to do about a version that is in use."""

    GO_ON = "go_on"
    LOOK = "look"
    RETRAIN = "retrain"
    STOP = "stop"
    NOT_USED = "not_used"


VERDICT_WORDS = {
    Verdict.GO_ON: "Nothing says that it should not be used on.",
    Verdict.LOOK: "Look at what has moved before you rely on it.",
    Verdict.RETRAIN: "Train a new version.",
    Verdict.STOP: "Stop using it, and train a new version.",
    Verdict.NOT_USED: "No version of the risk model is used, so there is nothing that could drift.",
}


def spread(feature: str, column: Floats) -> Spread:
    """How a column lies, in up to ten parts."""
    known = column[~np.isnan(column)]
    inner = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)
    return Spread(
        feature=feature, edges=[round(float(edge), 6) for edge in inner], shares=[round(one, 6) for one in _shares(known, inner)],
        missing=round(1 - len(known) / len(column), 6) if len(column) else 1.0,
    )  # fmt: skip


def stability(was: Spread, column: Floats) -> float:
    """The population stability index of a column against how it lay before; "not known" is a part of its own."""
    known = column[~np.isnan(column)]
    share_known = len(known) / len(column)
    before = [*(one * (1 - was.missing) for one in was.shares), was.missing]
    now = [*(one * share_known for one in _shares(known, np.asarray(was.edges))), 1 - share_known]
    pairs = [(max(a, _LEAST_SHARE), max(b, _LEAST_SHARE)) for a, b in zip(now, before, strict=True)]
    return float(sum((a - b) * math.log(a / b) for a, b in pairs))


def moved(was: Spread, title: str, column: Floats, people: int, learnt_of: int) -> Moved:
    """How far an input has moved, with what chance makes of it for so many people now and then: half of what few rows show is chance."""
    index, parts = stability(was, column), len(was.shares) + 1
    by_chance = (parts - 1) * (1 / max(people, 1) + 1 / max(learnt_of, 1))
    return Moved(feature=was.feature, title=title, index=index, by_chance=by_chance, band=band_of(index, by_chance, people))


def band_of(index: float, by_chance: float, people: int) -> Band:
    """What an index means, above what chance makes of it."""
    if people < LEAST_PEOPLE:
        return Band.TOO_FEW
    over = index - by_chance
    if over > CHANGED:
        return Band.CHANGED
    return Band.LOOK if over > LOOK else Band.SAME


def month_of(month: str, said: Floats, came: Sequence[bool], persons: Sequence[int]) -> Month:
    """A month's probabilities beside what came. The interval counts persons, not rows; no ratio under ten of either."""
    events, expected = int(sum(came)), float(said.sum())
    harmed = len({person for person, yes in zip(persons, came, strict=True) if yes})
    ratio = Estimate(value=None, base=harmed)
    if harmed >= LEAST_BASE:
        wide = Z / math.sqrt(harmed)
        value = expected / events
        ratio = Estimate(value=value, low=value * math.exp(-wide), high=value * math.exp(wide), base=harmed)
    return Month(month=month, rows=len(said), people=len(set(persons)), expected=expected, came=events, ratio=ratio)


def verdict(inputs: Sequence[Moved], months: Sequence[Month], yields: Sequence[Yield]) -> tuple[Verdict, list[str]]:
    """What to do, and why in words; the gravest reason decides. Where there is too little to tell, that is said too."""
    found: list[tuple[Verdict, str]] = []
    for month in months[-3:]:
        value, low, high = month.ratio.value, month.ratio.low, month.ratio.high
        if value is None or low is None or high is None or low <= 1 <= high or LEVELS[0] <= value <= LEVELS[1]:
            continue
        how = f"In {month.month} its scores expected {month.expected:.0f} to come to harm and {month.came} did"
        what = Verdict.RETRAIN if FAR[0] <= value <= FAR[1] else Verdict.STOP
        found.append((what, f"{how} ({value:.2f} expected for each that came; {low:.2f} to {high:.2f})."))
    changed = [one.title for one in inputs if one.band is Band.CHANGED]
    if changed:
        found.append((Verdict.RETRAIN, f"What it is told has changed since it learnt: {', '.join(changed)}."))
    seen = [one.title for one in inputs if one.band is Band.LOOK]
    if seen:
        found.append((Verdict.LOOK, f"What it is told has moved since it learnt: {', '.join(seen)}."))
    decided, right = sum(one.decided for one in yields[-6:]), sum(one.borne_out for one in yields[-6:])
    if decided >= 2 * LEAST_BASE and right / decided < 0.1:
        found.append((Verdict.STOP, f"Of {decided} of its flags that people decided on, fewer than 1 in 10 were borne out."))
    if not found:
        thin = not any(month.ratio.value is not None for month in months)
        why = (
            "Too few have come to harm since to say whether its scores still mean what they say." if thin else "Its scores mean what they say so far."
        )
        return Verdict.GO_ON, [why]
    order = list(Verdict)
    return max((one for one, _ in found), key=order.index), [why for _, why in found]


def _shares(known: Floats, edges: Floats) -> list[float]:
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return [float(one) for one in counts / max(len(known), 1)]
