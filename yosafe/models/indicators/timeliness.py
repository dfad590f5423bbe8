"""Work that is late. These are about agencies, not about the young person."""

import datetime as dt
from collections.abc import Collection, Mapping

from yosafe.models.facts import Clock, Facts

from .outcome import Answer, Level, Raised
from .words import because_clock, count, day, listed, lower_first

ASSESSMENT = frozenset({"welfare-assessment"})
COMPLAINT = frozenset({"complaint-acknowledged", "complaint-answered"})
REFERRAL = frozenset(
    {"referral-decision", "initial-assessment", "core-assessment", "initial-conference", "core-group", "first-review", "later-review"}
)


def assessment_overdue(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    return _late(facts, ASSESSMENT, as_of, "welfare assessment is", "welfare assessments are")


def complaint_unanswered(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    return _late(facts, COMPLAINT, as_of, "step of a complaint is", "steps of complaints are")


def referral_late(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    return _late(facts, REFERRAL, as_of, "step of a referral is", "steps of referrals are")


def _late(facts: Facts, clocks: Collection[str], as_of: dt.date, one: str, many: str) -> Answer:
    late = sorted((c for c in facts.clocks if c.clock in clocks and c.is_overdue(as_of)), key=lambda c: (c.due_on, c.reference, c.about))
    if not late:
        return None
    return Raised(
        level=Level.RAISED,
        sentence=f"{count(len(late), one, many)} overdue: {listed([_due(c) for c in late])}.",
        because=tuple(because_clock(c) for c in late),
        missing=tuple(f"{c.about} ({c.reference})" for c in late),
    )


def _due(clock: Clock) -> str:
    return f"{lower_first(clock.about)}, due by {day(clock.due_on)}"
