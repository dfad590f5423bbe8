""" "What do you want to do?": the steps a person may take, as one question whose options reveal what each needs. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question

from .schemas import MoveIncident
from .status import (
    ACT_LABELS,
    Act,
    answer_given,
    appeal_to_given,
    comment_given,
    finding_given,
    finding_list,
    original_given,
    owner_given,
    reason_given,
    why_given,
)
from .transitions import Need, Step

ACTION = "action"
FIELDS = ("comment", "finding", "reason", "original", "owner", "answer", "appeal_to")  # what can come with an act
_HINTS = {
    Act.ACKNOWLEDGE: "The young person has been told that it was received and who looks into it",
    Act.INVESTIGATE: "You look after it, or give it to someone afterwards",
    Act.CONCLUDE: "Say what was found, and what the young person and whoever told us were told",
    Act.CLOSE: "Nothing more is to be done",
    Act.APPEAL: "The young person does not accept the answer",
    Act.ANSWER_APPEAL: "Someone else than who gave the first answer has looked at it",
    Act.REOPEN: "Something new has come up. What was found before stays",
}
_COMMENTS = {
    Act.ACKNOWLEDGE: "What was the young person told?",
    Act.CONCLUDE: "What was found, what keeps the young person safe now, and what were they and whoever told us told?",
    Act.REOPEN: "What is new?",
    Act.APPEAL: "Why does the young person not accept it, in their own words?",
    Act.ANSWER_APPEAL: "What was found, and how it was looked into?",
    Act.ASSIGN: "Why does it change hands?",
}


def question(kind: str, steps: Sequence[Step], colleagues: Sequence[tuple[str, str]]) -> Question:
    """The radios for the steps of a person. `colleagues` are (email, name)."""
    return Question(
        name=ACTION,
        kind=Kind.RADIOS,
        label="What do you want to do?",
        called="what you want to do",
        required=True,
        options=tuple(Option(value=step.act.value, label=ACT_LABELS[step.act], hint=_HINTS.get(step.act)) for step in steps),
        reveals={step.act.value: asked for step in steps if (asked := _asked_with(step, kind, colleagues))},
    )


def _asked_with(step: Step, kind: str, colleagues: Sequence[tuple[str, str]]) -> tuple[Question, ...]:
    """What comes with a step, as far as it fits the kind."""
    return tuple(_asked(need, step.act, kind, colleagues) for need in step.needs if need is not answer_given or kind == "complaint")


def _asked(need: Need, act: Act, kind: str, colleagues: Sequence[tuple[str, str]]) -> Question:
    if need is finding_given:
        codes = finding_list(kind)
        return Question(name=_name("finding", act), kind=Kind.RADIOS, label="Finding", called="what was found", code_list=codes, required=True)
    if need is reason_given:
        return Question(
            name=_name("reason", act), kind=Kind.RADIOS, label="Why?", called="why it is not kept as an incident",
            code_list="not_reportable_reason", required=True,
        )  # fmt: skip
    if need is original_given:
        return Question(
            name=_name("original", act), kind=Kind.TEXT, label="The incident that this one repeats", hint="Its reference, for example IN-000456",
            called="the reference of the other incident", required=True, max_length=20, width=10,
        )  # fmt: skip
    if need is owner_given:
        options = tuple(Option(value=email, label=name) for email, name in colleagues)
        return Question(name=_name("owner", act), kind=Kind.SELECT, label="To whom?", called="who looks after it", options=options, required=True)
    if need is answer_given:
        return Question(
            name=_name("answer", act), kind=Kind.TEXTAREA, label="The answer, in words for the young person", called="the answer", required=True,
            hint="What was found, what happens now, and to whom they can appeal. It is given to them in writing, or read to them", rows=6,
        )  # fmt: skip
    if need is appeal_to_given:
        return Question(
            name=_name("appeal_to", act), kind=Kind.RADIOS, label="To whom?", called="to whom they appeal", code_list="complaint_appeal_to",
            required=True,
        )  # fmt: skip
    hint = "Needed where someone looks after it already" if need is why_given else "In words that another establishment would understand"
    return Question(
        name=_name("comment", act), kind=Kind.TEXTAREA, label=_COMMENTS.get(act, "Comment"), called="the comment", hint=hint,
        required=need is comment_given, min_length=10, max_length=2000, rows=4,
    )  # fmt: skip


def _name(field: str, act: Act) -> str:
    """Fields of different acts stand on one page, so each has a name of its own."""
    return f"{field}_{act.value}"


def given(answers: Mapping[str, Any]) -> MoveIncident:
    """What is sent, from the answers to the question."""
    act = Act(answers[ACTION])
    fields = {field: answers.get(_name(field, act)) for field in FIELDS}
    return MoveIncident(action=act, **fields)


def on_page(key: str, action: str) -> str:
    """The id of the box that a fault of the action belongs to."""
    return f"{key}_{action}" if key in FIELDS else key
