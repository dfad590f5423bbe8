"""The small forms on an incident's page. Pure."""

from yosafe.clock import day_of
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question

from .flow import outcome_options
from .schemas import IncidentOut

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
            name="outcome", kind=Kind.SELECT, label="What was done?", called="what was done", options=outcome_options(record.kind), required=True
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
