"""What is asked about a mark. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question

from .rules import LARGEST_MM
from .schemas import AddMark, MarkOut
from .shown import title

REGION = "region"
# The box of each field of what is sent, where it has another name.
BOXES = {"kind": "mark_kind", "size_mm": "size_cm", "seen_on": "seen_on-day"}


def mark_questions(since: dt.date) -> tuple[Question, ...]:
    return (
        Question(
            name=REGION, kind=Kind.SELECT, label="Where is it?", called="where it is", required=True,
            hint="Left and right are the young person's own", code_list="body_region",
        ),
        Question(name="mark_kind", kind=Kind.SELECT, label="What is it?", called="what it is", code_list="mark_kind", required=True),
        Question(
            name="size_cm", kind=Kind.NUMBER, label="How large is it, in centimetres?", called="the size", hint="Its longest side, for example 2.5",
            min=0.1, max=LARGEST_MM / 10, decimals=1,
        ),
        Question(
            name="note", kind=Kind.TEXTAREA, label="What does it look like?", called="what it looks like", max_length=500, rows=2,
            hint="Only what you see. Do not guess how old it is or how it came about",
        ),
        Question(
            name="seen_by", kind=Kind.TEXT, label="Who saw it?", called="who saw it", hint="A name and what they do", max_length=120, required=True
        ),
        Question(
            name="seen_on", kind=Kind.DATE, label="On which day?", called="the day it was seen", hint="Leave it for today", past=True,
            not_before=since,
        ),
        Question(name="seen_time", kind=Kind.TIME, label="At what time?", called="the time it was seen", hint="For example, 7:40pm"),
    )  # fmt: skip


def strike_questions(marks: Sequence[tuple[int, MarkOut]]) -> tuple[Question, ...]:
    """Which of those that stand, by their numbers on the figure, and why."""
    options = tuple(Option(value=str(mark.id), label=f"{number}: {title(mark)}") for number, mark in marks)
    return (
        Question(name="mark", kind=Kind.SELECT, label="Which mark?", called="which mark", options=options, required=True),
        Question(
            name="reason", kind=Kind.TEXTAREA, label="What was wrong?", called="what was wrong", min_length=10, max_length=2000, rows=2, required=True
        ),
    )  # fmt: skip


def given(young_person: str, answers: Mapping[str, Any]) -> AddMark:
    """What is sent, from the answers."""
    size = answers.get("size_cm")
    return AddMark(
        young_person=young_person, region=answers[REGION], kind=answers["mark_kind"], size_mm=None if size is None else round(float(size) * 10),
        note=answers.get("note"), seen_by=answers["seen_by"],
        seen_on=dt.date.fromisoformat(day) if (day := answers.get("seen_on")) else None, seen_time=answers.get("seen_time"),
    )  # fmt: skip
