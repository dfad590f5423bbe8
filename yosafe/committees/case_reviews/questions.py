"""What the forms about serious case reviews ask."""

from collections.abc import Sequence

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.reference.areas import areas

LONGEST_NAME = 120


def _words(name: str, label: str, called: str, *, hint: str | None = None, rows: int = 4) -> Question:
    return Question(name=name, kind=Kind.TEXTAREA, label=label, called=called, hint=hint, rows=rows, required=True)


ASK = (
    Question(name="happened", kind=Kind.RADIOS, label="What happened?", called="what happened", code_list="case_review_happened", required=True),
    Question(name="happened_on", kind=Kind.DATE, label="On which day?", called="the day it happened", past=True, required=True),
    Question(
        name="area", kind=Kind.SELECT, label="Which committee should decide?", called="the committee", required=True,
        hint="That of the home area, unless the two committees agreed otherwise",
        options=tuple(Option(value=area.code, label=area.name) for area in areas()),
    ),
    _words("concern", "Why may a review be needed?", "why a review may be needed", hint="What agencies did or did not do, as far as is known"),
)  # fmt: skip
DECISION = (
    Question(
        name="decision", kind=Kind.RADIOS, label="What was decided?", called="what was decided", code_list="case_review_decision", required=True,
        reveals={
            "hold": (
                Question(name="chair", kind=Kind.TEXT, label="Who chairs it?", called="who chairs it", max_length=LONGEST_NAME, width=30,
                         required=True, hint="Name and work"),
            )
        },
    ),
    Question(name="reason", kind=Kind.TEXTAREA, label="Why?", called="why", min_length=10, max_length=2000, rows=4, required=True),
    Question(name="decided_on", kind=Kind.DATE, label="On which day?", called="the day of the decision", past=True, required=True),
)  # fmt: skip
RECEIVED = (
    Question(name="received_on", kind=Kind.DATE, label="When did the management review come?", called="the day it came", past=True, required=True),
)
DONE = (
    Question(name="done_on", kind=Kind.DATE, label="When was it done?", called="the day it was done", past=True, required=True),
    Question(
        name="evidence", kind=Kind.TEXTAREA, label="What shows that it was done?", called="what shows that it was done", min_length=10,
        max_length=2000, rows=3, required=True, hint="An audit, a new form and how often it is used; not only that it was decided",
    ),
)  # fmt: skip
CHANGE = (
    _words("what", "What is done differently now?", "what is done differently", hint="In practice: what a child would notice"),
    Question(name="changed_on", kind=Kind.DATE, label="Since when?", called="the day since when", past=True, required=True),
)
COMPLETION = (
    Question(name="completed_on", kind=Kind.DATE, label="When was the review completed?", called="the day it was completed", past=True,
             required=True),
    _words("summary", "The summary as it is published", "the summary", hint="It names nobody", rows=8),
    Question(name="published_on", kind=Kind.DATE, label="When was it published?", called="the day it was published", past=True,
             hint="Leave it blank if it is not published yet"),
)  # fmt: skip


def party(agencies: Sequence[tuple[str, str]]) -> tuple[Question, ...]:
    """`agencies`: code and name of those that use yosafe."""
    return (
        Question(name="seat", kind=Kind.SELECT, label="Which agency?", called="the agency", code_list="committee_seat", required=True),
        Question(
            name="agency", kind=Kind.SELECT, label="Which is it here?", called="the agency here",
            hint="Its people see the review then. Leave it blank where it does not use yosafe",
            options=tuple(Option(value=code, label=name) for code, name in agencies),
        ),
        Question(name="member", kind=Kind.TEXT, label="Who sits on the panel for it?", called="who sits on the panel", max_length=LONGEST_NAME,
                 width=30, required=True),
        Question(name="asked_on", kind=Kind.DATE, label="When was its management review asked for?", called="the day it was asked for", past=True,
                 required=True),
        Question(name="due_on", kind=Kind.DATE, label="By when?", called="the day by which it is due", required=True),
    )  # fmt: skip


def recommendation(parties: Sequence[tuple[int, str]], warning: str | None) -> tuple[Question, ...]:
    """`parties`: number and name of the agencies on the panel; `warning` where there are many recommendations already."""
    return (
        _words("text", "What is recommended?", "what is recommended", hint=warning),
        Question(
            name="party", kind=Kind.SELECT, label="Which agency has to do it?", called="the agency that has to do it", required=True,
            options=tuple(Option(value=str(number), label=name) for number, name in parties),
        ),
        Question(name="owner", kind=Kind.TEXT, label="Who sees to it?", called="who sees to it", max_length=LONGEST_NAME, width=30, required=True),
        Question(name="due_on", kind=Kind.DATE, label="By when?", called="the day by which it is done", required=True),
    )  # fmt: skip
