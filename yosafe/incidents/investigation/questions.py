"""What the forms of an investigation ask. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question

People = Sequence[tuple[str, str]]  # reference and name
_WHO = "A name or a staff number"


def step() -> tuple[Question, ...]:
    return (
        Question(name="what", kind=Kind.TEXTAREA, label="What is to be done?", called="what is to be done", required=True, max_length=500, rows=2),
        Question(name="who", kind=Kind.TEXT, label="Who does it?", called="who does it", hint=_WHO, required=True, max_length=120),
        Question(name="due_on", kind=Kind.DATE, label="By when?", called="the day by which it is to be done", future=True, required=True),
    )


def finish(since: dt.date) -> tuple[Question, ...]:
    day = Question(
        name="done_on",
        kind=Kind.DATE,
        label="When was it done?",
        called="the day it was done",
        hint="Leave it for today",
        past=True,
        not_before=since,
    )
    return (
        Question(
            name="how", kind=Kind.RADIOS, label="How did it end?", called="how it ended", required=True,
            options=(Option(value="done", label="It is done"), Option(value="not_needed", label="It is not needed any more")),
            reveals={"done": (day,)},
        ),
        Question(
            name="note", kind=Kind.TEXTAREA, label="Note", called="the note", hint="What came of it. If it is not needed, say why here",
            max_length=500, rows=3,
        ),
    )  # fmt: skip


def interview(since: dt.date, people: People) -> tuple[Question, ...]:
    whom = Question(
        name="young_person", kind=Kind.SELECT, label="Which young person?", called="which young person it was", required=True,
        options=tuple(Option(value=ref, label=name) for ref, name in people),
    )  # fmt: skip
    staff, other = (
        Question(name=name, kind=Kind.TEXT, label="Who?", called="who was spoken to", hint=hint, required=True, max_length=120)
        for name, hint in (("staff_name", _WHO), ("someone_name", "A name, and who they are"))
    )
    took_place = (
        Question(
            name="present", kind=Kind.CHECKBOXES, label="Who else was there?", called="who else was there", code_list="interview_present",
            hint="A young person is offered an appropriate adult or an advocate", required=True,
        ),
        Question(name="present_names", kind=Kind.TEXT, label="Their names", hint="And where they work"),
        Question(
            name="said", kind=Kind.TEXTAREA, label="What was said?", called="what was said", hint="Word for word as far as you can",
            required=True, rows=6,
        ),
    )  # fmt: skip
    return (
        Question(
            name="with_whom", kind=Kind.RADIOS, label="With whom?", called="with whom", code_list="interview_with", required=True,
            reveals={"young_person": (whom,), "staff": (staff,), "other": (other,)},
        ),
        Question(name="held_on", kind=Kind.DATE, label="When?", called="the day they were spoken to", past=True, not_before=since, required=True),
        Question(name="began", kind=Kind.TIME, label="At what time?", called="the time it began", hint="For example, 10:30am"),
        Question(
            name="declined", kind=Kind.RADIOS, label="Did they speak with you?", called="whether they spoke with you", required=True,
            options=(Option(value="no", label="Yes"), Option(value="yes", label="No, they were asked and did not want to")),
            reveals={"no": took_place},
        ),
        Question(
            name="note", kind=Kind.TEXTAREA, label="Note", called="the note", max_length=500, rows=2,
            hint="If nobody was there for a young person, say why, and whether they were offered someone",
        ),
    )  # fmt: skip


def _kept(since: dt.date, *, required: bool) -> tuple[Question, ...]:
    return (
        Question(
            name="kept_on",
            kind=Kind.DATE,
            label="When was it secured?",
            called="the day it was secured",
            past=True,
            not_before=since,
            required=required,
        ),
        Question(name="kept_by", kind=Kind.TEXT, label="Who secured it?", called="who secured it", hint=_WHO, max_length=120, required=required),
        Question(name="kept_where", kind=Kind.TEXT, label="Where is it kept?", called="where it is kept", required=required),
    )


def evidence(since: dt.date) -> tuple[Question, ...]:
    keep_by = Question(
        name="keep_by", kind=Kind.DATE, label="When is it gone?", called="the day on which it is gone", future=True,
        hint="The last day before it is overwritten, washed or thrown away. Leave it where there is none",
    )  # fmt: skip
    return (
        Question(name="kind", kind=Kind.RADIOS, label="What is it?", called="what it is", code_list="evidence_kind", required=True),
        Question(
            name="what", kind=Kind.TEXTAREA, label="What does it show?", called="what it shows", hint="Of which camera, from when to when",
            required=True, max_length=500, rows=2,
        ),
        Question(
            name="kept", kind=Kind.YES_NO, label="Is it secured?", called="yes if it is secured", required=True,
            reveals={"yes": _kept(since, required=True), "no": (keep_by,)},
        ),
    )  # fmt: skip


def settle(since: dt.date) -> tuple[Question, ...]:
    lost = Question(name="lost_because", kind=Kind.TEXTAREA, label="Why is it lost?", called="why it is lost", required=True, max_length=500, rows=3)
    return (
        Question(
            name="became", kind=Kind.RADIOS, label="What became of it?", called="what became of it", required=True,
            options=(Option(value="kept", label="It is secured"), Option(value="lost", label="It is lost")),
            reveals={"kept": _kept(since, required=True), "lost": (lost,)},
        ),
    )  # fmt: skip


def feedback(since: dt.date, people: People) -> tuple[Question, ...]:
    whom = Question(
        name="young_person", kind=Kind.SELECT, label="Which young person?", hint="Leave it where all were told together", called="which young person",
        options=tuple(Option(value=ref, label=name) for ref, name in people),
    )  # fmt: skip
    told = (
        Question(name="told_on", kind=Kind.DATE, label="When?", called="the day they were told", past=True, not_before=since, required=True),
        Question(name="told_by", kind=Kind.TEXT, label="By whom?", called="who told them", hint=_WHO, max_length=120, required=True),
        Question(
            name="words", kind=Kind.TEXTAREA, label="In which words?", called="the words that were used", required=True, rows=4,
            hint="For a young person they stand on their chronology, for those who see this incident",
        ),
    )  # fmt: skip
    why = Question(
        name="not_told_because", kind=Kind.RADIOS, label="Why not?", called="why they were not told", code_list="not_told_reason", required=True
    )
    return (
        Question(
            name="audience", kind=Kind.RADIOS, label="Who?", called="who it was", required=True,
            options=(Option(value="young_person", label="The young person"), Option(value="reporter", label="Whoever first told us")),
            reveals={"young_person": (whom,)},
        ),
        Question(
            name="told", kind=Kind.YES_NO, label="Were they told what came of it?", called="yes if they were told", required=True,
            reveals={"yes": told, "no": (why,)},
        ),
        Question(
            name="note", kind=Kind.TEXTAREA, label="Note", called="the note", hint="If they were not told: when they will be", max_length=500, rows=2
        ),
    )  # fmt: skip


WITHDRAW = (
    Question(
        name="reason", kind=Kind.TEXTAREA, label="What is wrong with it?", called="what is wrong with it", required=True, min_length=10,
        max_length=2000, rows=3, hint="The entry stays readable, with this beside it",
    ),
)  # fmt: skip
# Questions that only open others, and those that stand for one field of what is sent.
_ONLY_ASKED = ("kept", "became", "told")
_BOXES = {"staff_name": "name", "someone_name": "name"}


def sent(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent, from the answers of any of these forms."""
    return {_BOXES.get(name, name): value for name, value in answers.items() if name not in _ONLY_ASKED}


def on_page(key: str, answers: Mapping[str, Any]) -> str:
    """The box that a fault of what was sent belongs to."""
    if key == "name":
        return "someone_name" if answers.get("with_whom") == "other" else "staff_name"
    return f"{key}-day" if key in ("due_on", "done_on", "held_on", "keep_by", "kept_on", "told_on") else key
