"""Answers as people read them: codes as labels, dates in words, blanks said out loud."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from yosafe import words
from yosafe.settings import Terminology

from .asked import given, revealed_by, worded
from .conditions import BLANKS, Answers, holds
from .questions import Kind, Question, QuestionSet

NOT_RECORDED = "Not recorded"


class Row(Struct, frozen=True):
    """One answer in a summary list. `name` is the question's, for a link that changes it."""

    name: str
    label: str
    value: str
    is_blank: bool


class Shown(Struct, frozen=True):
    """The answers of one section."""

    title: str
    rows: tuple[Row, ...]


def answered(question_set: QuestionSet, answers: Answers, *, terminology: Terminology = "2002") -> list[Shown]:
    """Sections with their rows, for record pages. What was not asked is left out."""
    counted = given(question_set.questions, answers)
    return [
        Shown(section.title, rows)
        for section in question_set.sections
        if holds(section.when, counted) and (rows := rows_of(section.questions, counted, terminology=terminology))
    ]


def rows_of(questions: Iterable[Question], answers: Answers, *, terminology: Terminology = "2002") -> tuple[Row, ...]:
    """A row for each question that was asked, revealed ones after the answer that reveals them. Hidden fields and passwords have none."""
    return tuple(_rows(worded(questions, terminology), answers))


def _rows(questions: Iterable[Question], answers: Answers) -> Iterator[Row]:
    for question in questions:
        if not holds(question.when, answers):
            continue
        value = answers.get(question.name)
        blank = value in BLANKS
        if question.kind not in (Kind.HIDDEN, Kind.PASSWORD):
            yield Row(question.name, question.short or question.label, NOT_RECORDED if blank else in_words(question, value), blank)
        yield from _rows(revealed_by(question, value), answers)


def in_words(question: Question, value: Any) -> str:
    """One answer in words."""
    match question.kind:
        case Kind.CHECKBOXES:
            labels = [question.label_of(one) for one in value]
            return ("; " if any("," in label for label in labels) else ", ").join(labels)
        case Kind.RATING:
            label = question.label_of(value)
            return label if label == str(value) or not isinstance(value, int) else f"{value}: {label}"
        case Kind.DATE:
            return words.day(dt.date.fromisoformat(value))
        case Kind.TIME:
            return words.time_of_day(dt.time.fromisoformat(value))
        case Kind.NUMBER:
            return f"{value:,}"
    return question.label_of(value) if question.is_choice else str(value)
