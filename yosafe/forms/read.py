"""Reading what a browser posted, or answers that came as JSON, by the same rules."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.errors import FieldError, Invalid
from yosafe.settings import Terminology

from .asked import asked, given, revealed_by, worded, worded_set
from .conditions import BLANKS, holds
from .questions import Kind, Question, QuestionSet, walk
from .structs import to_struct
from .typed import Posted, Typed, filled, to_show_again, typed_in
from .values import Setting, Unreadable, value_of

__all__ = ["Reading", "asked", "check", "filled", "given", "read", "to_struct"]


class Reading(Struct, frozen=True, kw_only=True):
    """What was made of a form. `answers` has only what was answered, as JSON holds it: dates "2026-09-27", times "10:05", yes_no "yes" or "no",
    checkboxes a list, numbers and ratings numbers, the rest text. The key of an error is the id of the box to go to. `typed` is for asking again."""

    names: tuple[str, ...]
    answers: dict[str, Any]
    errors: tuple[FieldError, ...]
    typed: dict[str, Typed]

    @property
    def with_blanks(self) -> dict[str, Any]:
        """The answers, with None for each question of this form that has none: merged over older answers it takes those away."""
        return {**dict.fromkeys(self.names), **self.answers}

    def checked(self) -> dict[str, Any]:
        """The answers. Raises Invalid where there are errors."""
        if self.errors:
            raise Invalid(self.errors)
        return self.answers


def read(
    questions: Iterable[Question],
    posted: Posted,
    *,
    today: dt.date | None = None,
    before: Mapping[str, Any] | None = None,
    terminology: Terminology = "2002",
) -> Reading:
    """Read a posted form. `before` holds earlier answers, which conditions may look at. Answers to what was not asked are dropped."""
    questions = worded(questions, terminology)
    return _read(questions, tuple(question.name for question in walk(questions)), posted, today, before, typed=to_show_again(questions, posted))


def _read(
    questions: Iterable[Question],
    names: tuple[str, ...],
    posted: Posted,
    today: dt.date | None,
    before: Mapping[str, Any] | None,
    *,
    typed: dict[str, Typed],
) -> Reading:
    known = {name: value for name, value in (before or {}).items() if name not in names}
    reader = _Reader(posted, today or clock.today(), known)
    reader.take(questions)
    return Reading(names=names, answers=reader.answers, errors=tuple(reader.errors), typed=typed)


class _Reader:
    def __init__(self, posted: Posted, today: dt.date, known: dict[str, Any]) -> None:
        self.posted, self.today, self.known = posted, today, known
        self.answers: dict[str, Any] = {}
        self.errors: list[FieldError] = []

    def take(self, questions: Iterable[Question]) -> None:
        for question in questions:
            if not holds(question.when, self.known):
                continue
            self.take(revealed_by(question, self._value(question)))

    def _value(self, question: Question) -> Any:
        try:
            value = value_of(question, typed_in(question, self.posted), Setting(self.today, self.known))
        except Unreadable as fault:
            self.errors.append(FieldError(f"{question.name}-{fault.part}" if fault.part else question.name, fault.message))
            return None
        if value not in BLANKS:
            self.answers[question.name] = self.known[question.name] = value
        return value


def check(
    what: QuestionSet | Iterable[Question],
    answers: Mapping[str, Any],
    *,
    today: dt.date | None = None,
    before: Mapping[str, Any] | None = None,
    terminology: Terminology = "2002",
) -> Reading:
    """Read answers that came as JSON, by the rules of the form. Keys of errors are names of questions. A name that nothing asks for is an error.
    Nothing was `typed`."""
    if isinstance(what, QuestionSet):
        questions, names = worded_set(what, terminology), what.by_name
    else:
        questions = worded(what, terminology)
        names = {question.name: question for question in walk(questions)}
    errors = [
        FieldError(name, f"There is no question “{name}” here: take it out, or look at the list of questions")
        for name in answers
        if name not in names
    ]
    posted: dict[str, list[str]] = {}
    for name, question in names.items():
        try:
            posted[name] = _as_posted(question, answers.get(name))
        except TypeError as fault:
            errors.append(FieldError(name, str(fault)))
    faulty = {error.key for error in errors}
    reading = _read(questions, tuple(names), posted, today, before, typed={})
    errors += [error for error in (FieldError(e.key.partition("-")[0], e.message) for e in reading.errors) if error.key not in faulty]
    return Reading(names=reading.names, answers=reading.answers, errors=tuple(errors), typed=reading.typed)


def _as_posted(question: Question, value: Any) -> list[str]:
    match value:
        case None:
            return []
        case bool() if question.kind is Kind.YES_NO:
            return ["yes" if value else "no"]
        case str() if question.kind is not Kind.CHECKBOXES:
            return [value]
        case int() | float() if not isinstance(value, bool):
            return [str(value)]
        case [*parts] if question.kind is Kind.CHECKBOXES and all(isinstance(part, str) for part in parts):
            return list(parts)
    raise TypeError(f"“{question.name}” must be {'a list of texts' if question.kind is Kind.CHECKBOXES else 'a text or a number'}")
