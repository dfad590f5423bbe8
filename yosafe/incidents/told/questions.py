"""The form on an incident's page about who was told, or why not yet. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yosafe.clock import day_of
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.incidents.schemas import IncidentOut, RecordNotTold, RecordOutcome
from yosafe.reference.codes import code_list

from .actions import can_be_told

WHO, ABOUT, TOLD = "told_who", "told_about", "told_yet"
# The box on the page of each field of what is sent, where it has another name.
BOXES = {
    "outcome": WHO, "young_person": ABOUT, "whom": "told_whom", "done_on": "told_on", "done_time": "told_time", "how": "told_how",
    "by_whom": "told_by_whom", "reason": "not_told_reason",
}  # fmt: skip


def told_questions(record: IncidentOut) -> tuple[Question, ...]:
    """Who, about whom of those that the reader sees, and whether."""
    codes = {code.code: code for code in code_list("outcome").codes}
    people = tuple(Option(value=p.young_person, label=p.name) for p in record.involvements if p.young_person)
    about = Question(
        name=ABOUT, kind=Kind.SELECT, label="About which young person?", called="which young person it is about", hint="Leave it for everyone",
        options=people,
    )  # fmt: skip
    return (
        Question(
            name=WHO, kind=Kind.SELECT, label="Who?", called="who it is", required=True,
            options=tuple(Option(value=one, label=codes[one].wording.removesuffix(" told")) for one in can_be_told(record.kind)),
        ),
        *((about,) if len(people) > 1 else ()),
        Question(
            name=TOLD, kind=Kind.RADIOS, label="Have they been told?", called="whether they have been told", required=True,
            options=(Option(value="yes", label="Yes"), Option(value="no", label="Not yet, or it was decided not to")),
            reveals={"yes": _yes(record), "no": _no()},
        ),
    )  # fmt: skip


def _yes(record: IncidentOut) -> tuple[Question, ...]:
    return (
        Question(
            name="told_whom", kind=Kind.TEXT, label="Their name, or what they do", called="who was told", hint="For example, his mother, or PC 4112",
            max_length=120, required=True,
        ),
        Question(
            name="told_on", kind=Kind.DATE, label="On which day?", called="the day they were told", hint="Leave it for today", past=True,
            not_before=day_of(record.happened_at),
        ),
        Question(name="told_time", kind=Kind.TIME, label="At what time?", called="the time they were told", hint="For example, 7:40pm"),
        Question(name="told_how", kind=Kind.SELECT, label="How?", called="how they were told", code_list="told_how"),
        Question(
            name="told_by_whom", kind=Kind.TEXT, label="Who told them?", called="who told them", hint="Leave it if it was you", max_length=120
        ),
        Question(name="told_note", kind=Kind.TEXTAREA, label="What did they say or ask?", called="what they said", max_length=500, rows=2),
    )  # fmt: skip


def _no() -> tuple[Question, ...]:
    return (
        Question(
            name="not_told_reason", kind=Kind.RADIOS, label="Why?", called="why they have not been told", code_list="untold_reason", required=True
        ),
        Question(
            name="not_told_note", kind=Kind.TEXTAREA, label="More about it", called="the note", hint="When it will be tried again, or who decided it",
            max_length=500, rows=2,
        ),
    )  # fmt: skip


def given(answers: Mapping[str, Any]) -> RecordOutcome | RecordNotTold:
    """What is sent, from the answers."""
    outcome, about = answers[WHO], answers.get(ABOUT)
    if answers[TOLD] == "no":
        return RecordNotTold(outcome=outcome, young_person=about, reason=answers["not_told_reason"], note=answers.get("not_told_note"))
    return RecordOutcome(
        outcome=outcome, young_person=about, whom=answers["told_whom"], how=answers.get("told_how"), done_time=answers.get("told_time"),
        by_whom=answers.get("told_by_whom"), note=answers.get("told_note"),
        done_on=dt.date.fromisoformat(day) if (day := answers.get("told_on")) else None,
    )  # fmt: skip


def on_page(key: str, answers: Mapping[str, Any]) -> str:
    """The id of the box that a fault of the action belongs to."""
    if key == "note":
        return "not_told_note" if answers.get(TOLD) == "no" else "told_note"
    return "told_on-day" if key == "done_on" else BOXES.get(key, key)
