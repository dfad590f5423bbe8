"""The questions as they are put: which, with which options on the day, in which words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .conditions import BLANKS, Answers, holds
from .options import Option
from .questions import Question, QuestionSet

_TEXTS = ("label", "hint", "called", "short", "required_message")


def asked(questions: Iterable[Question], answers: Answers, *, on: dt.date, terminology: Terminology = "2002") -> tuple[Question, ...]:
    """What to put on a page: the questions whose condition holds, the options that can be chosen on that day, in this terminology."""
    return tuple(_as_at(question, answers, on) for question in worded(questions, terminology) if holds(question.when, answers))


def _as_at(question: Question, answers: Answers, on: dt.date) -> Question:
    options = tuple(option for option in question.options if option.is_valid_on(on))
    reveals = {
        option.value: tuple(_as_at(inner, answers, on) for inner in question.reveals[option.value] if holds(inner.when, answers))
        for option in options
        if option.value in question.reveals
    }
    return question if options == question.options and reveals == question.reveals else replace(question, options=options, reveals=reveals)


def revealed_by(question: Question, value: Any) -> tuple[Question, ...]:
    """The questions that an answer brings up."""
    chosen = map(str, value if isinstance(value, list) else [value])
    return tuple(inner for option in chosen for inner in question.reveals.get(option, ()))


def given(questions: Iterable[Question], answers: Answers, *, before: Answers | None = None) -> dict[str, Any]:
    """The answers that count: those to these questions where they were asked, without what was answered before a change made it moot.
    `before` holds earlier answers, which conditions may look at."""
    return _given(tuple(questions), answers, dict(before or {}))


def _given(questions: tuple[Question, ...], answers: Answers, known: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in questions:
        value = answers.get(question.name)
        if value in BLANKS or not holds(question.when, known):
            continue
        found[question.name] = known[question.name] = value
        found |= _given(revealed_by(question, value), answers, known)
    return found


def worded(questions: Iterable[Question], terminology: Terminology) -> tuple[Question, ...]:
    """The questions with terms such as {yot} put in words. KeyError for a term that is not in the catalogue."""
    return tuple(_worded(question, terminology) for question in questions)


def worded_set(what: QuestionSet, terminology: Terminology) -> tuple[Question, ...]:
    """The same of a question set, which is put in words once."""
    if terminology not in what.in_words:
        what.in_words[terminology] = worded(what.questions, terminology)
    return what.in_words[terminology]


def _worded(question: Question, terminology: Terminology) -> Question:
    changes = _texts(question, _TEXTS, terminology)
    options = tuple(_worded_option(option, terminology) for option in question.options)
    reveals = {value: worded(inner, terminology) for value, inner in question.reveals.items()}
    if options != question.options:
        changes["options"] = options
    if reveals != question.reveals:
        changes["reveals"] = reveals
    return replace(question, **changes) if changes else question


def _worded_option(option: Option, terminology: Terminology) -> Option:
    changes = _texts(option, ("label", "hint"), terminology)
    return replace(option, **changes) if changes else option


def _texts(thing: Question | Option, names: tuple[str, ...], terminology: Terminology) -> dict[str, Any]:
    return {name: in_terms(text, terminology) for name in names if (text := getattr(thing, name)) and "{" in text}
