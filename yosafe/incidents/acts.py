""" "What do you want to do?": the steps a person may take, as one question whose options reveal what each needs. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question

from .schemas import MoveIncident
from .status import (
    ACT_LABELS,
    Act,
    Need,
    Step,
    comment_given,
    finding_given,
    finding_list,
    original_given,
    owner_given,
    reason_given,
)

ACTION = "action"
_HINTS = {
    Act.ACKNOWLEDGE: "The young person has been told that it was received and who looks into it",
    Act.INVESTIGATE: "You look after it, or give it to someone afterwards",
    Act.CONCLUDE: "Say what was found, and what the young person and whoever told us were told",
    Act.CLOSE: "Nothing more is to be done",
    Act.REOPEN: "Something new has come up. What was found before stays",
}
_COMMENTS = {
    Act.ACKNOWLEDGE: "What was the young person told?",
    Act.CONCLUDE: "What was found, what keeps the young person safe now, and what were they and whoever told us told?",
    Act.REOPEN: "What is new?",
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
        reveals={step.act.value: tuple(_asked(need, step.act, kind, colleagues) for need in step.needs) for step in steps if step.needs},
    )


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
    return Question(
        name=_name("comment", act), kind=Kind.TEXTAREA, label=_COMMENTS.get(act, "Comment"), called="the comment",
        hint="In words that another establishment would understand", required=need is comment_given, min_length=10, max_length=2000, rows=4,
    )  # fmt: skip


def _name(field: str, act: Act) -> str:
    """Fields of different acts stand on one page, so each has a name of its own."""
    return f"{field}_{act.value}"


def given(answers: Mapping[str, Any]) -> MoveIncident:
    """What is sent, from the answers to the question."""
    act = Act(answers[ACTION])
    fields = {field: answers.get(_name(field, act)) for field in ("comment", "finding", "reason", "original", "owner")}
    return MoveIncident(action=act, **fields)


def on_page(key: str, action: str) -> str:
    """The id of the box that a fault of the action belongs to."""
    return f"{key}_{action}" if key in ("comment", "finding", "reason", "original", "owner") else key
