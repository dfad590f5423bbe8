"""What may be recorded next on a referral, and by whom: one table that the code runs, the tests enumerate and the docs print."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from yosafe.errors import Conflict, FieldError, Invalid, Refused
from yosafe.reference import rule_sets
from yosafe.reference.areas import area as area_named
from yosafe.reference.codes import code_list

from .events import (
    DEREGISTERED,
    ENQUIRY_AGREED,
    NO_CONFERENCE,
    OUTCOMES,
    REGISTERED,
    STILL_NOT_REFERRED,
    TAKEN_ON,
    Case,
    Event,
    Kind,
    Variant,
)
from .limits import overdue

RECORD = "referral:event"
SEND = "referral:send"


class Side(StrEnum):
    AUTHORITY = "authority"  # social workers of the authorities that it was sent to
    SENDER = "sender"  # those who may refer the child: the establishment and the youth offending team
    EITHER = "either"


class Person(Protocol):
    @property
    def area(self) -> str | None: ...
    def may(self, permission: str) -> bool: ...


# What else must hold: the reason why not, None where it does. Asked with the referral, the worker's area and the day.
Guard = Callable[[Case, str | None, dt.date], str | None]


class Step(Struct, frozen=True, kw_only=True):
    """One kind of event: who records it, after which events (the earliest of them is the first possible day), after which no more, and how often."""

    kind: Kind
    side: Side
    after: tuple[Variant, ...]
    not_after: tuple[Variant, ...] = ()
    once: bool = False
    guard: Guard | None = None
    needs_note: bool = False


# Guards


def not_acknowledged(referral: Case, area: str | None, today: dt.date) -> str | None:
    """the authority has neither acknowledged nor answered it"""
    known = [event for event in referral.those(Kind.ACKNOWLEDGED, Kind.DECIDED, Kind.DECLINED) if event.area == area]
    return "Your authority has acknowledged or answered it already." if known else None


def may_answer(referral: Case, area: str | None, today: dt.date) -> str | None:
    """the authority has not answered, or since then its answer was challenged or it took the case over"""
    answer = referral.answer_of(area or "")
    waiting = referral.unanswered
    if answer is not None and any(taken.area == area and taken.number > answer.number for taken in referral.those(Kind.TAKEN_OVER)):
        return None
    if answer is None or (waiting is not None and waiting.number > answer.number):
        return None
    return "Your authority has answered it. The answer stands unless those who referred the child challenge it."


def has_initial_assessment(referral: Case, area: str | None, today: dt.date) -> str | None:
    """the rules of its day know an initial assessment"""
    sent = referral.earliest(Kind.SENT)
    if sent is not None and any(clock.id == "initial-assessment" for clock in rule_sets.rules_for(sent.on).clocks):
        return None
    return "The rules of its day know one assessment only: record that one."


def leads_to_core(referral: Case, area: str | None, today: dt.date) -> str | None:
    """under the rules of 1999, the initial assessment or a strategy discussion called for it"""
    if has_initial_assessment(referral, area, today) is not None:
        return None
    called = referral.has((Kind.INITIAL_ASSESSMENT_ENDED, "core_assessment"), (Kind.INITIAL_ASSESSMENT_ENDED, "strategy_discussion"), ENQUIRY_AGREED)
    return None if called else "Record the initial assessment or the strategy discussion that led to it first."


def gives_cause(referral: Case, area: str | None, today: dt.date) -> str | None:
    """there is cause, and the last challenge was answered"""
    if referral.unanswered is not None:
        return "The last challenge has not been answered. Take it higher instead."
    return cause(referral, area, today)


def cause(referral: Case, area: str | None, today: dt.date) -> str | None:
    """nobody takes it on and someone refused, a challenge is unanswered, or a time limit has passed"""
    refused = not referral.is_taken_on and (referral.refusal or referral.has(Kind.DECLINED))
    if refused or referral.unanswered or overdue(referral, today):
        return None
    return "It has been neither refused nor left past a time limit."


def may_end(referral: Case, area: str | None, today: dt.date) -> str | None:
    """the authority took it on or over; or each authority has answered and none took it on"""
    if (taken := referral.taken_over_by) is not None:
        if taken != area:
            return f"{area_named(taken).name} has taken it over and ends it."
        return None if referral.is_taken_on or may_answer(referral, area, today) is not None else "Record your authority's decision first."
    for other in referral.areas:
        answer = referral.answer_of(other)
        if other == area:
            if answer is not None and answer.is_one(TAKEN_ON):
                return None
        elif answer is None:
            return f"{area_named(other).name} has not answered it. Record your own decision; it ends when {area_named(other).name} has answered too."
        elif answer.is_one(TAKEN_ON):
            return f"{area_named(other).name} has taken it on and ends it."
    return None if referral.answer_of(area or "") else "Record your authority's decision first."


def may_take_over(referral: Case, area: str | None, today: dt.date) -> str | None:
    """another authority was addressed too, and it has the case now"""
    if len(referral.areas) < 2:
        return "It was sent to one authority only, so there is nobody to take it over from."
    return "Your authority has the case already." if referral.decider == area else None


def is_to_be_looked_at(referral: Case, area: str | None, today: dt.date) -> str | None:
    """the last look left it open"""
    looks = referral.those(Kind.LOOKED_AGAIN)
    return None if not looks or looks[-1].is_one([STILL_NOT_REFERRED]) else "It was looked at for the last time."


_ANSWERED: tuple[Variant, ...] = (Kind.DECIDED, Kind.DECLINED)

STEPS: tuple[Step, ...] = (
    Step(kind=Kind.ACKNOWLEDGED, side=Side.AUTHORITY, after=(Kind.SENT,), guard=not_acknowledged),
    Step(kind=Kind.DECIDED, side=Side.AUTHORITY, after=(Kind.SENT,), guard=may_answer),
    Step(kind=Kind.DECLINED, side=Side.AUTHORITY, after=(Kind.SENT,), guard=may_answer, needs_note=True),
    Step(
        kind=Kind.INITIAL_ASSESSMENT_STARTED, side=Side.AUTHORITY, after=TAKEN_ON, not_after=(Kind.INITIAL_ASSESSMENT_ENDED,), once=True,
        guard=has_initial_assessment,
    ),
    Step(kind=Kind.INITIAL_ASSESSMENT_ENDED, side=Side.AUTHORITY, after=TAKEN_ON, once=True, guard=has_initial_assessment),
    Step(
        kind=Kind.CORE_ASSESSMENT_STARTED, side=Side.AUTHORITY, after=TAKEN_ON, not_after=(Kind.CORE_ASSESSMENT_ENDED,), once=True,
        guard=leads_to_core,
    ),
    Step(kind=Kind.CORE_ASSESSMENT_ENDED, side=Side.AUTHORITY, after=TAKEN_ON, once=True, guard=leads_to_core),
    Step(kind=Kind.STRATEGY_DISCUSSION, side=Side.AUTHORITY, after=TAKEN_ON, not_after=(Kind.INITIAL_CONFERENCE,)),
    Step(kind=Kind.SECTION_47_STARTED, side=Side.AUTHORITY, after=(ENQUIRY_AGREED,), once=True),
    Step(kind=Kind.SECTION_47_ENDED, side=Side.AUTHORITY, after=(Kind.SECTION_47_STARTED,), once=True),
    Step(kind=Kind.INITIAL_CONFERENCE, side=Side.AUTHORITY, after=(Kind.SECTION_47_STARTED,), not_after=(NO_CONFERENCE,), once=True),
    Step(kind=Kind.CORE_GROUP, side=Side.AUTHORITY, after=(REGISTERED,), not_after=(DEREGISTERED,)),
    Step(kind=Kind.REVIEW_CONFERENCE, side=Side.AUTHORITY, after=(REGISTERED,), not_after=(DEREGISTERED,)),
    Step(kind=Kind.CHALLENGED, side=Side.SENDER, after=(Kind.SENT,), guard=gives_cause, needs_note=True),
    Step(kind=Kind.ESCALATED, side=Side.SENDER, after=(Kind.SENT,), guard=cause, needs_note=True),
    Step(kind=Kind.TAKEN_OVER, side=Side.AUTHORITY, after=(Kind.SENT,), guard=may_take_over, needs_note=True),
    Step(kind=Kind.LOOKED_AGAIN, side=Side.SENDER, after=(Kind.CONSIDERED,), guard=is_to_be_looked_at, needs_note=True),
    Step(kind=Kind.CHILD_TOLD, side=Side.EITHER, after=_ANSWERED),
    Step(kind=Kind.ENDED, side=Side.AUTHORITY, after=_ANSWERED, guard=may_end),
)  # fmt: skip
AFTER_THE_END = frozenset({Kind.CHILD_TOLD})


def next_steps(referral: Case, by: Person, *, today: dt.date) -> list[Step]:
    """What this person may record now, in the order of the table."""
    return [step for step in STEPS if can_record(referral, step.kind, by, today=today)]


def can_record(referral: Case, kind: Kind, by: Person, *, today: dt.date) -> bool:
    step = _step(kind)
    return step is not None and _why_not_who(referral, step, by) is None and _why_not_now(referral, step, by, today) is None


def check_can_record(referral: Case, kind: Kind, by: Person, *, today: dt.date) -> None:
    """Raise Refused where it is not this person's to record, Conflict where things are not so far."""
    step = _step(kind)
    if step is None:
        raise Conflict("A referral is sent, or considered and not sent, once: make a new one.")
    if (refusal := _why_not_who(referral, step, by)) is not None:
        raise Refused(refusal)
    if (conflict := _why_not_now(referral, step, by, today)) is not None:
        raise Conflict(conflict)


def check_event(referral: Case, kind: Kind, *, on: dt.date, outcome: str | None, note: str | None, today: dt.date) -> None:
    """Raise Invalid where the day, the outcome or the note of an event can't be right."""
    step = next(s for s in STEPS if s.kind is kind)
    errors = [*_day_faults(referral, step, on, today), *_outcome_faults(kind, outcome, on), *_level_faults(referral, kind, outcome)]
    if step.needs_note and not note:
        errors.append(FieldError("note", NOTE_NEEDED[kind]))
    if errors:
        raise Invalid(errors)


NOTE_NEEDED = {
    Kind.DECLINED: "Say why, in words that those who referred the child would understand",
    Kind.CHALLENGED: "Say who was asked, and what you asked them to do",
    Kind.ESCALATED: "Say who was asked, and what you asked them to do",
    Kind.TAKEN_OVER: "Say what passes over, and from which day",
    Kind.LOOKED_AGAIN: "Say what you weighed this time",
}


def first_day(referral: Case, kind: Kind) -> dt.date:
    """The first day on which an event can have happened: that of what must come before it. The last event's, for the end."""
    step = next(s for s in STEPS if s.kind is kind)
    if kind is Kind.ENDED:
        return max(event.on for event in referral.events)
    before = [event for event in (referral.earliest(*step.after), _start_of(referral, kind)) if event is not None]
    return max(event.on for event in before)


_STARTS = {
    Kind.INITIAL_ASSESSMENT_ENDED: Kind.INITIAL_ASSESSMENT_STARTED,
    Kind.CORE_ASSESSMENT_ENDED: Kind.CORE_ASSESSMENT_STARTED,
    Kind.REVIEW_CONFERENCE: Kind.INITIAL_CONFERENCE,
}


def _start_of(referral: Case, kind: Kind) -> Event | None:
    return referral.earliest(_STARTS[kind]) if kind in _STARTS else None


def _day_faults(referral: Case, step: Step, on: dt.date, today: dt.date) -> list[FieldError]:
    if on > today:
        return [FieldError("on", "The day must be today or in the past: record it when it has happened")]
    first = first_day(referral, step.kind)
    if on < first:
        return [FieldError("on", f"The day must be {first:%-d %B %Y} or later: what comes before it was on that day")]
    return []


def _outcome_faults(kind: Kind, outcome: str | None, on: dt.date) -> list[FieldError]:
    if kind not in OUTCOMES:
        return [FieldError("outcome", "This event has no outcome: leave it out")] if outcome else []
    if not outcome:
        return [FieldError("outcome", f"Say what came of it: one of {', '.join(code_list(OUTCOMES[kind]).values(on))}")]
    try:
        code_list(OUTCOMES[kind]).check(outcome, on, key="outcome")
    except Invalid as fault:
        return list(fault.errors)
    return []


def levels_above(referral: Case) -> tuple[str, ...]:
    """To whom it can be taken next: levels above the last one that was asked; the highest can be asked again."""
    levels = code_list(OUTCOMES[Kind.ESCALATED]).values()
    asked = [levels.index(event.outcome) for event in referral.those(Kind.ESCALATED) if event.outcome in levels]
    return tuple(levels[max(asked) + 1 :]) or (levels[-1],) if asked else tuple(levels)


def _level_faults(referral: Case, kind: Kind, outcome: str | None) -> list[FieldError]:
    levels = code_list(OUTCOMES[Kind.ESCALATED])
    if kind is not Kind.ESCALATED or outcome not in levels.values() or outcome in levels_above(referral):
        return []
    higher = " or ".join(levels.label(level) for level in levels_above(referral))
    return [FieldError("outcome", f"That level was asked already: take it higher, to {higher}")]


def _step(kind: Kind) -> Step | None:
    return next((step for step in STEPS if step.kind is kind), None)


def _why_not_who(referral: Case, step: Step, by: Person) -> str | None:
    if not by.may(RECORD):
        return "Your role does not record what happens to a referral. Tell a social worker or your safeguarding lead."
    sends, decides = by.may(SEND), not by.may(SEND) and by.area in referral.areas
    if step.side is Side.AUTHORITY and not decides:
        return "Only social workers of the authorities that the referral was sent to record this."
    if step.side is Side.SENDER and not sends:
        return "Only those who may refer the child record this."
    if step.side is Side.EITHER and not (sends or decides):
        return "Only those who may refer the child, and social workers of the authorities that the referral was sent to, record this."
    return None


def _why_not_now(referral: Case, step: Step, by: Person, today: dt.date) -> str | None:
    if referral.is_over and step.kind not in AFTER_THE_END:
        return "The referral has ended. If there is new concern, make a new one."
    if not referral.has(*step.after):
        return f"First record {_either(step.after)}."
    if referral.has(*step.not_after) or (step.once and referral.has(step.kind)):
        return "What is recorded leaves no room for this: look at the events so far."
    return step.guard(referral, by.area, today) if step.guard else None


def _either(variants: tuple[Variant, ...]) -> str:
    """The events of which one must come first, in words."""
    return " or ".join(f"“{_in_words(variant)}”" for variant in variants)


def _in_words(variant: Variant) -> str:
    if isinstance(variant, Kind):
        return code_list("referral_event").label(variant)
    kind, outcome = variant
    return f"{code_list('referral_event').label(kind)}: {code_list(OUTCOMES[kind]).label(outcome)}"
