"""The questions of the pages about joint reviews, and structs made of their answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError, Invalid
from yosafe.forms.messages import needed
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import to_struct
from yosafe.forms.show import Row, rows_of
from yosafe.settings import Terminology

from .meeting_schemas import DecideCase, GiveView
from .rules import Outcome
from .schemas import FlagOut

ACTION_ROWS = 3
Choices = Sequence[tuple[str, str]]  # values and labels


def _options(choices: Choices) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in choices)


def arrange_questions(establishments: Choices) -> tuple[Question, ...]:
    """`establishments`: those to choose from; none where it is not asked."""
    where = Question(
        name="establishment",
        kind=Kind.SELECT,
        label="Which establishment?",
        called="the establishment",
        options=_options(establishments),
        required=True,
    )
    return (
        *((where,) if establishments else ()),
        Question(
            name="meets_on",
            kind=Kind.DATE,
            label="When does it meet?",
            called="the date of the meeting",
            required=True,
            hint="For example, 9 11 2026",
        ),
        Question(name="chair", kind=Kind.TEXT, label="Who chairs it?", called="the name of the chair", required=True, max_length=100, width=20),
    )


BECAUSE = Question(
    name="because", kind=Kind.TEXT, label="Why?", called="the reason", hint="Needed where nothing is flagged", min_length=5, max_length=500
)
LIST_QUESTIONS = (
    Question(
        name="young_person", kind=Kind.PERSON, label="Young person", called="the reference of the young person", hint="For example, YP-000123",
        required=True, required_message="Find a young person, and select who it is",
    ),
    BECAUSE,
)  # fmt: skip

DISSENTS = "dissents"


def view_questions(others: Choices = ()) -> tuple[Question, ...]:
    """`others`: agencies for which the user may record what they said at the table; none for most."""
    for_others = (
        Question(
            name="agency", kind=Kind.SELECT, label="Which agency said it?", called="the agency", hint="Leave blank for your own",
            options=_options(others),
        ),
        Question(
            name="said_by", kind=Kind.TEXT, label="Who said it for that agency?", called="who said it", hint="Needed for another agency",
            max_length=100, width=20,
        ),
    )  # fmt: skip
    return (
        Question(
            name="view", kind=Kind.TEXTAREA, label="What does the agency say?" if others else "Your agency's view", called="the agency's view",
            required=True, rows=4,
        ),
        Question(
            name=DISSENTS, kind=Kind.CHECKBOXES, label="Does the agency agree?", called="whether it agrees",
            options=(Option(value="yes", label="It does not agree with what is proposed or decided. Keep this as its dissent, in its own words"),),
        ),
        *(for_others if others else ()),
    )  # fmt: skip


def view_from(answers: Mapping[str, Any], questions: Sequence[Question]) -> GiveView:
    """The view in a form's answers. Raises Invalid."""
    return to_struct(GiveView, {**answers, DISSENTS: DISSENTS in answers}, questions)


def attendance_questions(agencies: Choices) -> tuple[Question, ...]:
    return (
        Question(name="agency", kind=Kind.SELECT, label="Agency", called="the agency", options=_options(agencies), required=True),
        Question(name="person", kind=Kind.TEXT, label="Who?", called="the name of the person", required=True, max_length=100, width=20),
        Question(
            name="attended", kind=Kind.RADIOS, label="Did they come?", called="whether they came", code_list="review_attendance", required=True,
            required_message="Select whether they came",
        ),
        Question(name="reason", kind=Kind.TEXT, label="Why could they not come?", called="the reason", hint="Needed with apologies", max_length=200),
    )  # fmt: skip


def action_questions(agencies: Choices, prefix: str = "", *, required: bool = True) -> tuple[Question, ...]:
    """One action; with a prefix such as "action-1-", one of several in a form, where all may be blank."""
    return (
        Question(
            name=f"{prefix}what",
            kind=Kind.TEXT,
            label="What is to be done?",
            called="what is to be done",
            required=required,
            min_length=5,
            max_length=1000,
        ),
        Question(
            name=f"{prefix}owner_agency",
            kind=Kind.SELECT,
            label="Which agency does it?",
            called="the agency",
            options=_options(agencies),
            required=required,
        ),
        Question(name=f"{prefix}owner_name", kind=Kind.TEXT, label="Who?", called="who does it", required=required, max_length=100, width=20),
        Question(name=f"{prefix}due_on", kind=Kind.DATE, label="By when?", called="the day by which it is done", required=required),
    )


BEFORE_MEETING = Question(
    name="before_meeting", kind=Kind.CHECKBOXES, label="The day of the meeting is still to come", required=True,
    options=(Option(value="yes", label="The agencies have decided already: record it before the meeting"),),
    required_message="Confirm that the agencies have decided already, or wait until the review has met",
)  # fmt: skip


def decision_questions(flags: Iterable[FlagOut], agencies: Choices, *, early: bool) -> tuple[Question, ...]:
    """The young person's part, an outcome for each flag that is still open, the decision, and room for some actions. `early`: the review has not met,
    and that is to be confirmed."""
    outcomes = tuple(
        Question(
            name=f"flag-{flag.id}", kind=Kind.RADIOS, label=f"The flag “{flag.title}”", called="what the review made of this flag",
            code_list="flag_outcome", required=True, required_message=f"Select what the review made of the flag “{flag.title}”",
        )
        for flag in flags
    )  # fmt: skip
    rows = (action_questions(agencies, f"action-{row}-", required=False) for row in range(1, ACTION_ROWS + 1))
    return (
        *((BEFORE_MEETING,) if early else ()),
        Question(
            name="child_came", kind=Kind.RADIOS, label="How did the young person take part?", called="how the young person took part",
            code_list="young_person_part", required=True, required_message="Select how the young person took part",
        ),
        Question(
            name="child_said", kind=Kind.TEXTAREA, label="What did they say?", called="what the young person said", hint="In their own words", rows=3
        ),
        Question(
            name="advocate", kind=Kind.RADIOS, label="Was an advocate there for them?", called="whether an advocate was there",
            code_list="review_advocate", required=True, required_message="Select whether an advocate was there",
        ),
        Question(
            name="advocate_why", kind=Kind.TEXT, label="Why was none there?", called="why no advocate was there",
            hint="Needed where one was asked and did not come, or none was asked", max_length=200,
        ),
        *outcomes,
        Question(
            name="decision", kind=Kind.RADIOS, label="What did the review decide?", called="the decision", code_list="review_decision", required=True,
            required_message="Select what the review decided",
        ),
        Question(
            name="reason", kind=Kind.TEXTAREA, label="Why?", called="the reason", hint="Keep an agency that does not agree with its view",
            required=True, min_length=10, max_length=2000, rows=4,
        ),
        Question(
            name="plan", kind=Kind.TEXTAREA, label="What is the plan?", called="the plan", rows=3,
            hint="What is to be different for them, and how it is seen",
        ),
        Question(name="next_review_on", kind=Kind.DATE, label="When is it looked at again?", called="the date of the next review"),
        *(question for row in rows for question in row),
    )  # fmt: skip


def decision_from(answers: Mapping[str, Any], questions: Sequence[Question]) -> DecideCase:
    """The decision in a form's answers. Raises Invalid with every fault, each on the box that it belongs to."""
    faults: list[FieldError] = []
    actions = []
    for row in range(1, ACTION_ROWS + 1):
        prefix = f"action-{row}-"
        given = {name.removeprefix(prefix): value for name, value in answers.items() if name.startswith(prefix)}
        if given:
            actions.append(given)
            blank = (question for question in questions if question.name.startswith(prefix) and question.name not in answers)
            faults += [FieldError(f"{question.name}-day" if question.kind is Kind.DATE else question.name, needed(question)) for question in blank]
    if faults:
        raise Invalid(faults)
    flags = [{"flag": int(name.removeprefix("flag-")), "outcome": Outcome(value)} for name, value in answers.items() if name.startswith("flag-")]
    plain = {name: value for name, value in answers.items() if not name.startswith(("flag-", "action-"))}
    early = BEFORE_MEETING.name in plain
    return to_struct(DecideCase, {**plain, "flags": flags, "actions": actions, BEFORE_MEETING.name: early}, questions)


class Answered(Struct, frozen=True):
    """Some answers of a decision in words, under a heading; `change` is the first box of theirs."""

    title: str
    rows: tuple[Row, ...]
    change: str


def answered(answers: Mapping[str, Any], questions: Sequence[Question], terminology: Terminology) -> list[Answered]:
    """A decision as it reads before it is recorded. Actions that were left blank are left out."""
    rows = {row.name: row for row in rows_of(questions, answers, terminology=terminology)}
    groups = [
        ("The young person", [name for name in rows if name.startswith(("child_", "advocate"))]),
        ("The flags", [name for name in rows if name.startswith("flag-")]),
        ("The decision", ["decision", "reason", "plan", "next_review_on", *([BEFORE_MEETING.name] if BEFORE_MEETING.name in rows else [])]),
    ]
    for place in range(1, ACTION_ROWS + 1):
        names = [name for name in rows if name.startswith(f"action-{place}-")]
        groups.append((f"Action {place}", names if any(not rows[name].is_blank for name in names) else []))
    return [Answered(title, tuple(rows[name] for name in names), names[0]) for title, names in groups if names]


ACTION_DATES = tuple(f"action-{row}-due_on" for row in range(1, ACTION_ROWS + 1))


def on_dates(errors: Sequence[FieldError], *names: str) -> list[FieldError]:
    """Faults of a date belong to the first of its boxes."""
    return [FieldError(f"{key}-day" if key in names else key, message) for key, message in errors]


def version_in(form: Mapping[str, list[str]]) -> int:
    """The version that a form was made for; one that can't be read is of no version there is."""
    text = next(iter(form.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


_BACK = re.compile(r"/children/YP-\d{6,12}(/flags)?|/risks/\d{1,19}", re.ASCII)


def back_to(form: Mapping[str, list[str]]) -> str | None:
    """The page of a young person or of a flag that a form stood on and that is to be shown again; None for any other address."""
    address = next(iter(form.get("back", [])), "")
    return address if _BACK.fullmatch(address) else None
