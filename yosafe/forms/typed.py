"""What a page shows in its boxes: what was just typed, or the answers kept so far. One shape for both: text; a list of texts for checkboxes;
`{"day", "month", "year"}` for dates."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yosafe import text

from .questions import Kind, Question, walk

Typed = str | list[str] | dict[str, str]
Posted = Mapping[str, Sequence[str]]
PARTS = ("day", "month", "year")


def typed_in(question: Question, posted: Posted) -> Typed:
    """What was typed for one question, untouched. A date may also come in one box."""
    if question.kind is Kind.CHECKBOXES:
        return list(posted.get(question.name, ()))
    if question.kind is Kind.DATE and question.name not in posted:
        return {part: _first(posted, f"{question.name}-{part}") for part in PARTS}
    return _first(posted, question.name)


def _first(posted: Posted, key: str) -> str:
    return next(iter(posted.get(key, ())), "")


def is_blank(typed: Typed) -> bool:
    """Whether nothing was typed that could be seen."""
    match typed:
        case dict():
            return all(is_blank(part) for part in typed.values())
        case list():
            return not any(typed)
    return text.is_blank(typed)


def to_show_again(questions: Iterable[Question], posted: Posted) -> dict[str, Typed]:
    """What was typed, for the page that asks again; without passwords, and without characters that would hide or break things on it."""
    return {q.name: _showable(typed_in(q, posted)) for q in walk(questions) if q.kind is not Kind.PASSWORD}


def _showable(typed: Typed) -> Typed:
    match typed:
        case dict():
            return {part: text.visible(value) for part, value in typed.items()}
        case list():
            return [text.visible(value) for value in typed]
    return text.visible(typed)


def filled(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Typed]:
    """Answers kept so far, as a page shows them in its boxes."""
    return {q.name: _as_typed(q, answers[q.name]) for q in walk(questions) if answers.get(q.name) is not None and q.kind is not Kind.PASSWORD}


def _as_typed(question: Question, value: Any) -> Typed:
    if question.kind is Kind.CHECKBOXES:
        return [str(one) for one in value]
    if question.kind is Kind.DATE:
        day = dt.date.fromisoformat(value)
        return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
    return str(value)
