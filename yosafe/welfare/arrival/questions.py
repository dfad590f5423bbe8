"""What the forms about papers ask."""

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import rules

STATES = {"with_them": "It came with the young person", "came_later": "It came later", "awaited": "It has not come"}
KINDS = {"asked": "Someone was asked for it", "came": "It came", "not_coming": "It will not come"}


def add(terminology: Terminology) -> tuple[Question, ...]:
    labels = code_list(rules.LIST).labels(terminology=terminology)
    papers = tuple(Option(value=code, label=labels[code]) for code in rules.known())
    return (
        Question(name="paper", kind=Kind.SELECT, label="Which paper?", called="which paper", options=papers, required=True),
        Question(
            name="state", kind=Kind.RADIOS, label="Has it come?", called="whether it has come", required=True,
            options=tuple(Option(value=value, label=label) for value, label in STATES.items()),
            reveals={"came_later": (Question(name="came_on", kind=Kind.DATE, label="On which day?", called="the day on which it came", past=True),)},
        ),
    )  # fmt: skip


FOLLOW = (
    Question(
        name="kind", kind=Kind.RADIOS, label="What happened?", called="what happened", required=True,
        options=tuple(Option(value=value, label=label) for value, label in KINDS.items()),
        reveals={"asked": (Question(name="whom", kind=Kind.TEXT, label="Who was asked?", called="who was asked", width=30, max_length=200,
                                    hint="For example: the duty worker of the team, by telephone"),)},
    ),
    Question(name="happened_on", kind=Kind.DATE, label="On which day?", called="the day", past=True, required=True),
    Question(
        name="note", kind=Kind.TEXTAREA, label="What was said", called="what was said", rows=3, max_length=2000,
        hint="If it will not come, say why, and how what it would have said is found out",
    ),
)  # fmt: skip
