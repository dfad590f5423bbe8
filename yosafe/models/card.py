"""What is said of a trained model before anyone may use it: what is known of such models first, then its own figures, whom it treats differently, and
whether it reaches the bar."""

import datetime as dt
from collections.abc import Iterator

from msgspec import Struct

from .capacity import Capacity
from .drift import Spread
from .evaluation import Estimate, Evaluation
from .fairness import Audit
from .features import AUDITED_BY
from .report import figure, share
from .training import Premise, Trained

KNOWN = (
    "A score is a reason to talk, never a verdict. Nothing is ever decided by one.",
    "History counts beat welfare scores, and thirty judgement items added to history added nothing (598 young people in Catalonia).",
    "An AUC about 0.7 is what such models reach: many flags are wrong, and many who come to harm are not flagged.",
    "False flags fell several times as often on foreign nationals there, though nationality was not learnt from. Look at the groups below first.",
)


class Card(Struct, frozen=True, kw_only=True):
    """The figures of one version, as they were when it was trained."""

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
    spread: list[Spread] = []  # how the inputs lay, to see later whether they have moved
    ladder: list[float] = []  # log-odds of the rows it was judged by, in steps of equally many
    capacities: list[Capacity] = []


def card_of(trained: Trained) -> Card:
    """The card of a model that was just trained."""
    return Card(**{name: getattr(trained, name) for name in Card.__struct_fields__})


def as_lines(card: Card) -> Iterator[str]:
    """A card for a terminal."""
    scores, seen = card.evaluation, card.evaluation.capacity
    yield from KNOWN
    yield f"Learnt from {card.rows:,} rows of {card.persons:,} young people, {card.events:,} of them followed by harm within 30 days."
    yield f"  Seed {card.seed}; {card.landmarks} weeks, from {card.first_day:%-d %B %Y} to {card.last_day:%-d %B %Y}"
    yield f"Judged by {scores.rows:,} later rows of {scores.persons:,} young people that it had not learnt from, {scores.events:,} followed by harm."
    yield f"AUC {figure(scores.auc)}, {scores.auc_method}"
    for name, base in card.baselines.items():
        yield f"  beside it, {name}: {figure(base)}"
    yield f"Brier {scores.brier:.4f} (saying the base rate to all: {scores.brier_of_base_rate:.4f})"
    yield f"Calibration slope {figure(scores.slope, 2)}, intercept {figure(scores.intercept, 2)}"
    yield f"Looking at the highest {100 * seen.share:g} %: right {share(seen.precision)}; found {share(seen.recall)}; {seen.missed:,} left out"
    yield f"Audited by {', '.join(AUDITED_BY)}; none of these is learnt from."
    for group in card.groups:
        yield from _group_lines(group)
    yield "Whether what is believed holds here (AUC of each by itself; beside the others):"
    for one in card.premises:
        yield f"  {one.title}: {figure(one.auc)}; {one.beside:+.2f}"
    yield from [f"Refused: {said}" for said in card.failings] or ["It reaches the bar."]


def _group_lines(found: Audit) -> Iterator[str]:
    for one in found.groups:
        yield f"  {found.attribute} {one.group} ({one.persons:,} young people): missed {share(one.missed)}"
        yield f"    flagged without it {share(one.false_flags)}; expected over observed {figure(one.expected_to_observed, 2)}"
    if found.withheld:
        yield f"  {found.attribute}: {found.withheld} small groups withheld"
    for apart in found.apart:
        yield f"  {found.attribute}, {apart.figure}: “{apart.higher}” and “{apart.lower}” differ beyond chance."
