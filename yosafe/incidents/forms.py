"""The small forms on an incident's page. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yosafe.clock import day_of
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.reference.codes import code_list

from .flow import done_options
from .kinds import RULES
from .schemas import IncidentOut, RecordAllegation, StaffOut, Suspension

ADDENDUM = "addendum"


def addendum_questions() -> tuple[Question, ...]:
    return (
        Question(
            name=ADDENDUM, kind=Kind.TEXTAREA, label="What do you want to add?", called="what you want to add",
            hint="What is written already stays as it is", required=True, rows=4,
        ),
    )  # fmt: skip


def outcome_questions(record: IncidentOut) -> tuple[Question, ...]:
    """What was done, for whom of those whom the reader can see, when."""
    people = tuple(Option(value=p.young_person, label=p.name) for p in record.involvements if p.young_person)
    return (
        Question(
            name="outcome", kind=Kind.SELECT, label="What was done?", called="what was done", options=done_options(record.kind), required=True
        ),
        Question(
            name="young_person", kind=Kind.SELECT, label="For whom?", hint="Leave it for everyone", called="for whom it was done", options=people
        ),
        Question(
            name="done_on", kind=Kind.DATE, label="When?", called="the day it was done", hint="Leave it for today", past=True,
            not_before=day_of(record.happened_at),
        ),
        Question(
            name="note", kind=Kind.TEXTAREA, label="Note", called="the note", hint="If nothing was done, say why here", max_length=500, rows=2
        ),
    )  # fmt: skip


def staff_questions(kind: str) -> tuple[Question, ...]:
    """Who of the staff had which part."""
    roles = code_list("staff_role")
    options = tuple(Option(value=code, label=roles.label(code)) for code in RULES[kind].staff)
    return (
        Question(name="staff_role", kind=Kind.RADIOS, label="What part did they have?", called="what part they had", options=options, required=True),
        Question(name="staff_name", kind=Kind.TEXT, label="Name or staff number", called="a name or staff number", max_length=120, required=True),
        Question(name="staff_agency", kind=Kind.TEXT, label="Where do they work?", hint="Leave it for this establishment", max_length=120),
        Question(
            name="staff_email", kind=Kind.EMAIL, label="Their email address, if they use yosafe here", called="the email address",
            hint="It ties the record to their account: whom an allegation is about never sees it",
        ),
    )  # fmt: skip


def allegation_questions(record: IncidentOut) -> tuple[Question, ...]:
    """What an allegation needs besides; suspension of each whom it is about."""
    since = day_of(record.happened_at)
    return (
        Question(
            name="officer_told_on", kind=Kind.DATE, label="When was the {staff_allegation_officer} told?", called="the day they were told", past=True,
            not_before=since, hint="Within one working day",
        ),
        Question(
            name="investigator", kind=Kind.TEXT, label="Who investigates it independently?", called="who investigates it", max_length=120,
            hint="A name and where they work: not a colleague of whom it is about",
        ),
        *(question for one in record.staff if one.role == "staff_alleged" for question in _suspension(one, since)),
        Question(
            name="child_words", kind=Kind.TEXTAREA, label="What came of it, in words fit for the young person", called="what came of it", rows=4,
            hint="It stands on their chronology once this is concluded, for all who see them, without names of staff",
        ),
    )  # fmt: skip


def _suspension(one: StaffOut, since: dt.date) -> tuple[Question, ...]:
    first, last = f"suspended_from_{one.id}", f"suspended_to_{one.id}"
    return (
        Question(
            name=first, kind=Kind.DATE, label=f"{one.name}: suspended from", called="the first day of the suspension", past=True, not_before=since,
            hint="Leave it where they are not suspended",
        ),
        Question(
            name=last, kind=Kind.DATE, label=f"{one.name}: suspended to", called="the last day of the suspension", past=True,
            not_before_answer=first, hint="Leave it while it goes on",
        ),
    )  # fmt: skip


def allegation_values(record: IncidentOut) -> dict[str, Any]:
    """What is recorded of an allegation, as answers to its questions."""
    kept = record.allegation
    values: dict[str, Any] = {name: getattr(kept, name) for name in ("officer_told_on", "investigator", "child_words")} if kept else {}
    for one in record.staff:
        values |= {f"suspended_from_{one.id}": one.suspended_from, f"suspended_to_{one.id}": one.suspended_to}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items() if value is not None}


def allegation_given(record: IncidentOut, answers: Mapping[str, Any]) -> RecordAllegation:
    """What is sent, from the answers: every field as it stands on the page."""

    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(answers[name]) if answers.get(name) else None

    alleged = [one.id for one in record.staff if one.role == "staff_alleged"]
    return RecordAllegation(
        officer_told_on=day("officer_told_on"), investigator=answers.get("investigator"), child_words=answers.get("child_words"),
        suspensions=[Suspension(id=n, suspended_from=day(f"suspended_from_{n}"), suspended_to=day(f"suspended_to_{n}")) for n in alleged],
    )  # fmt: skip
