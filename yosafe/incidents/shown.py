"""How incidents read on pages."""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

from yosafe import words
from yosafe.forms.questions import Question, walk
from yosafe.forms.show import Shown, answered, in_words
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from . import severity
from .correcting import ANSWER
from .kinds import question_sets
from .rules import Precision
from .schemas import CorrectionOut, EventOut, IncidentOut, OutcomeOut, PersonOut, StaffOut, TellingOut
from .status import ACT_DONE, ACT_LABELS, STATUS_COLOURS, STATUS_LABELS, Act, code_list_of, finding_list
from .told.rules import MISSING, State, is_telling

__all__ = ["ACT_DONE", "ACT_LABELS", "STATUS_COLOURS", "STATUS_LABELS", "in_words", "walk"]

SEVERITY_COLOURS = {"low": "grey", "moderate": "yellow", "serious": "red"}
_CODES = {"place": "place", "told_by": "reporter_kind", "child_not_asked_because": "not_asked_reason", "severity": "severity"}
_FIELDS = {
    "happened_at": "When it happened",
    "happened_precision": "How well the time is known",
    "place": "Place",
    "place_detail": "Where exactly",
    "unit": "Unit",
    "account": "What happened",
    "child_said": "The young person's own words",
    "child_not_asked_because": "Why they have not been asked",
    "immediate_action": "What was done right away",
    "told_by": "Told by",
    "severity": "Severity",
    "officer_told_on": "When the designated officer was told",
    "investigator": "Who investigates it independently",
    "child_words": "What came of it, for the young person",
    "suspended_from": "Suspended from",
    "suspended_to": "Suspended to",
    "restricted": "Sealed",
}
_FACTS = {
    "age": "Age", "establishment": "Establishment", "unit": "Unit", "legal_status": "Legal status", "care_status": "Care status",
    "distance_miles": "Miles from home", "days_since_arrival": "Days since arrival",
}  # fmt: skip
TELLING_STATES = {
    State.TOLD: ("Told", "green"),
    State.NOT_TO_BE_TOLD: ("Not to be told", "grey"),
    State.WAITING: ("Not yet", "orange"),
    State.NOTHING_SAID: ("Nothing recorded", "red"),
}
PRECISIONS = {"exact": "Exact", "about": "About", "day": "Only the day"}


def label(codes: str, value: str, terminology: Terminology = "2002") -> str:
    return code_list(codes).label(value, terminology)


def labels(codes: str, values: list[str], terminology: Terminology = "2002") -> str:
    """Several in one sentence: "Was harmed, told us"."""
    words_of = [label(codes, value, terminology) for value in values]
    return ", ".join([*words_of[:1], *(one[:1].lower() + one[1:] for one in words_of[1:])])


def happened(at: dt.datetime, precision: Precision) -> str:
    """ "4 October 2026 at 7:40pm", "4 October 2026, about 7:40pm", "4 October 2026"."""
    match Precision(precision):
        case Precision.DAY:
            return words.day(at)
        case Precision.ABOUT:
            return f"{words.day(at)}, about {words.time_of_day(at)}"
    return words.instant(at)


def place_name(code: str) -> str:
    return establishment(code).name


def severity_reasons(record: IncidentOut) -> list[str]:
    """What makes the severity what it is, where that shows in the recorded facts."""
    there = record.involvements
    least = severity.floor(record.kind, record.answers, [i for p in there for i in p.injuries], [p.treatment for p in there if p.treatment])
    return [f"{reason[:1].upper()}{reason[1:]}" for reason in least.because] if least.severity == record.severity else []


def tellings(record: IncidentOut) -> list[OutcomeOut]:
    """The outcomes that say who was told; `measures` are the others."""
    return [one for one in record.outcomes if is_telling(one.outcome)]


def measures(record: IncidentOut) -> list[OutcomeOut]:
    return [one for one in record.outcomes if not is_telling(one.outcome)]


def teller(one: OutcomeOut) -> str:
    """Who told someone, when and how: "4 October 2026 at 7:40pm, by telephone, by Dan"."""
    time = f" at {words.time_of_day(dt.time.fromisoformat(one.done_time))}" if one.done_time else ""
    how = label("told_how", one.how) if one.how else ""
    parts = [f"{words.day(one.done_on)}{time}", f"{how[:1].lower()}{how[1:]}", f"told by {one.by_whom}" if one.by_whom else ""]
    return ", ".join(part for part in parts if part)


def done_title(one: OutcomeOut, terminology: Terminology = "2002") -> str:
    """A line of the history: "Family told", or "Done: moved apart"."""
    words_of = label("outcome", one.outcome, terminology)
    return words_of if is_telling(one.outcome) else f"Done: {words_of.lower()}"


def someone(outcome: str, terminology: Terminology = "2002") -> str:
    """Who is told, without the "told": "Family"."""
    return label("outcome", outcome, terminology).removesuffix(" told")


def missing(record: IncidentOut) -> list[TellingOut]:
    return [one for one in record.to_be_told if one.state in MISSING]


def suspension(one: StaffOut) -> str:
    """ "Suspended since 3 October 2026, 12 days so far"; nothing for who is not."""
    if one.suspended_from is None or one.days is None:
        return ""
    days = words.plural(one.days, "day")
    if one.suspended_to:
        return f"Suspended from {words.day(one.suspended_from)} to {words.day(one.suspended_to)}, {days}"
    return f"Suspended since {words.day(one.suspended_from)}, {days} so far"


def questions(record: IncidentOut, terminology: Terminology) -> list[Shown]:
    """The answers in the words of the set that asked them."""
    return answered(question_sets().by_ref(record.question_set), record.answers, terminology=terminology)


def facts(person: PersonOut, terminology: Terminology) -> list[tuple[str, str]]:
    """The facts of that day, in words."""
    days = person.days_since_arrival
    found = [
        ("Age then", str(person.age)),
        ("Held at", f"{place_name(person.establishment)}{f', {person.unit}' if person.unit else ''}" if person.establishment else "Not held then"),
        ("Legal status", label("legal_status", person.legal_status, terminology) if person.legal_status else ""),
        ("Care status", label("care_status", person.care_status, terminology) if person.care_status else ""),
        ("Distance from home", f"About {words.plural(person.distance_miles, 'mile')}" if person.distance_miles is not None else ""),
        ("Time here", "" if days is None else "Arrived that day" if days == 0 else f"{words.plural(days, 'day')} since arrival"),
    ]
    return [(name, value) for name, value in found if value]


def finding(record_kind: str, code: str, terminology: Terminology = "2002") -> str:
    return label(finding_list(record_kind), code, terminology)


def step_title(kind: str, act: Act, code: str | None, terminology: Terminology = "2002") -> str:
    """A step of the history: "Concluded: happened"."""
    if code is None:
        return ACT_DONE[act]
    words_of_code = label(code_list_of(kind, act), code, terminology)
    return f"{ACT_DONE[act]}: {words_of_code[:1].lower()}{words_of_code[1:]}"


def step_text(event: EventOut) -> str | None:
    """What stands under a step: to whom it was given, and the comment."""
    given = f"Looked after by {event.owner}" if event.owner else None
    return "\n".join(part for part in (given, event.comment) if part) or None


def field_name(field: str, question_set: str) -> str:
    """What a corrected field is called."""
    if field.startswith(ANSWER):
        return next((q.short or q.label for q in all_questions(question_set) if q.name == field.removeprefix(ANSWER)), field)
    return _FIELDS.get(field, field[:1].upper() + field[1:])


def corrected(correction: CorrectionOut, question_set: str, terminology: Terminology) -> tuple[str, str, str]:
    """Field, old and new value in words."""
    return (
        field_name(correction.field, question_set),
        value_words(correction.field, correction.old, question_set, terminology),
        value_words(correction.field, correction.new, question_set, terminology),
    )


def value_words(field: str, value: str | None, question_set: str, terminology: Terminology = "2002") -> str:
    """A value as a correction keeps it, in words."""
    if value is None:
        return "Nothing"
    if field in _CODES:
        return label(_CODES[field], value, terminology)
    if field == "happened_precision":
        return PRECISIONS[value]
    if field == "restricted":
        return "Yes" if value == "true" else "No"
    if field == "happened_at":
        return words.instant(dt.datetime.fromisoformat(value))
    if field.startswith(ANSWER):
        return _answer_words(field.removeprefix(ANSWER), value, question_set)
    return _facts_words(value, terminology) if field.startswith("facts") else value


def _answer_words(name: str, value: str, question_set: str) -> str:
    question = next((q for q in all_questions(question_set) if q.name == name), None)
    return in_words(question, json.loads(value) if value[:1] == "[" else value) if question else value


def _facts_words(value: str, terminology: Terminology) -> str:
    codes = {"legal_status": "legal_status", "care_status": "care_status"}
    kept: dict[str, Any] = json.loads(value)
    parts = [f"{_FACTS[name]}: {label(codes[name], one, terminology) if name in codes else one}" for name, one in kept.items() if one is not None]
    return "; ".join(parts)


def all_questions(question_set: str) -> list[Question]:
    return list(walk(question_sets().by_ref(question_set).questions))


AT_ODDS = frozenset({"harmed", "alleged_to_have_harmed", "took_part"})


def to_keep_apart(record: IncidentOut) -> str | None:
    """The address at which those who were at odds, of those whom the reader may know of, are chosen to be kept apart; None where they are not two."""
    at_odds = [person.young_person for person in record.involvements if person.young_person and AT_ODDS & set(person.roles)]
    return f"/keep-apart/new?{urlencode([*(('child', one) for one in at_odds), ('incident', record.ref)])}" if len(at_odds) > 1 else None
