"""An assessment as it is read: the worker's answers by section, the young person's own words on each beside them. Pure."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from yosafe.forms.questions import Kind, Question, QuestionSet, Section
from yosafe.forms.show import NOT_RECORDED, Row, rows_of
from yosafe.settings import Terminology

from .instruments import ACT_ON, NEED, is_own, own_questions, topic
from .schemas import AssessmentOut

HOW = "own_how"
AROUND = ("own_present_", "own_why_")  # who was there, or why it was not asked: what the worker says of how it was filled in


class Part(Struct, frozen=True, kw_only=True):
    """A section: what the worker recorded, and what the young person said on it."""

    name: str
    title: str
    rows: tuple[Row, ...]
    own: tuple[Row, ...]


class Sheet(Struct, frozen=True, kw_only=True):
    """`to_act_on`: everything that the worker answered with yes, with what is known of it. `they_say`: answers of the young person's own that someone
    must act on all the same. `own`: their words that belong to no section. `left_out`: how many
    of their questions they left blank. `how`: how they were asked."""

    parts: tuple[Part, ...]
    to_act_on: tuple[Row, ...]
    they_say: tuple[Row, ...]
    own: tuple[Row, ...]
    left_out: int
    how: str


def sheet_of(question_set: QuestionSet, found: AssessmentOut, terminology: Terminology) -> Sheet:
    own = rows_of(own_questions(question_set), found.own_words, terminology=terminology)
    said = [row for row in own if not row.is_blank and not _is_how(row)]
    workers = [section for section in question_set.sections if not is_own(section)]
    parts = tuple(
        Part(
            name=section.name,
            title=section.title,
            rows=rows_of(section.questions, found.answers, terminology=terminology),
            own=tuple(row for row in said if _is_on(row, section)),
        )
        for section in workers
    )
    return Sheet(
        parts=parts,
        to_act_on=tuple(row for section in workers for row in _yes(section, found.answers, terminology)),
        they_say=tuple(row for row in said if found.own_words.get(row.name) in ACT_ON.get(row.name, ())),
        own=tuple(row for row in said if not any(_is_on(row, section) for section in workers)),
        left_out=sum(row.is_blank for row in own if not _is_how(row)),
        how=". ".join(_how(row) for row in own if _is_how(row) and not row.is_blank) or NOT_RECORDED,
    )


def _is_how(row: Row) -> bool:
    return row.name == HOW or row.name.startswith(AROUND)


def _how(row: Row) -> str:
    return row.value if row.name == HOW else f"{row.label}: {row.value}".rstrip(".")


def _is_on(row: Row, section: Section) -> bool:
    return row.name.startswith(f"own_{topic(section)}")


def _yes(section: Section, answers: dict[str, Any], terminology: Terminology) -> Iterable[Row]:
    """A row for each yes, headed by what it is about, with the words that were asked for under it."""
    for question in section.questions:
        if question.kind is Kind.YES_NO and answers.get(question.name) == "yes":
            detail = rows_of(question.reveals.get("yes", ()), answers, terminology=terminology)
            yield Row(question.name, _heading(question, section), " ".join(row.value for row in detail) or "Yes", False)


def _heading(question: Question, section: Section) -> str:
    return section.title if question.name.endswith(NEED) else question.short or question.label
