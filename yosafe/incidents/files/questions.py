"""What is asked about a file. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.incidents.schemas import IncidentOut

from .rules import ACCEPT, KEPT_WORDS
from .schemas import AddFile

OTHERS, NOBODY = "others", "nobody"
FILE = {"name": "file", "kind": "file", "label": "File", "accept": ACCEPT, "hint": f"{KEPT_WORDS}, up to 10 MB"}
WITHDRAW = (
    Question(
        name="reason", kind=Kind.TEXTAREA, label="Why is it withdrawn?", called="why it is withdrawn", min_length=10, max_length=2000, rows=3,
        hint="It stays with the incident, and only safeguarding leads open it from then on", required=True,
    ),
)  # fmt: skip


def questions(record: IncidentOut) -> tuple[Question, ...]:
    """With those of the incident whom the reader sees; others in it are one answer."""
    people = [Option(value=one.young_person, label=one.name) for one in record.involvements if one.young_person]
    if any(one.young_person is None for one in record.involvements):
        people.append(Option(value=OTHERS, label="Another young person in this incident"))
    people.append(Option(value=NOBODY, label="No young person", exclusive=True))
    return (
        Question(name="kind", kind=Kind.RADIOS, label="What is it?", called="what it is", code_list="file_kind", required=True),
        Question(
            name="caption", kind=Kind.TEXT, label="What does it show or say?", called="what it shows or says", max_length=200, required=True,
            hint="For example, left forearm on return from health care",
        ),
        Question(
            name="shows", kind=Kind.CHECKBOXES, label="Whom does it show or name?", called="whom it shows or names", options=tuple(people),
            hint="It is open only to those who have a duty towards all of them", required=True,
        ),
        Question(name="taken_by", kind=Kind.TEXT, label="Who took or wrote it?", called="who took or wrote it", max_length=120),
        Question(name="taken_on", kind=Kind.DATE, label="When was it taken or written?", called="the day it was taken", past=True),
    )  # fmt: skip


def given(answers: Mapping[str, Any]) -> AddFile:
    """What is sent, from the answers."""
    chosen = answers["shows"]
    return AddFile(
        kind=answers["kind"], caption=answers["caption"], taken_by=answers.get("taken_by"),
        taken_on=dt.date.fromisoformat(day) if (day := answers.get("taken_on")) else None,
        shows=[one for one in chosen if one not in (OTHERS, NOBODY)], shows_others=OTHERS in chosen,
    )  # fmt: skip
