"""Conditions on earlier answers, as data: `{question="hospital", is=["yes"]}`, or `any`/`all` of such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

Answers = Mapping[str, Any]
BLANKS: tuple[Any, ...] = (None, "", [])


class Condition(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"one_of": "is", "any_of": "any", "all_of": "all"}
):
    """One of three: a question with one of some answers, any of several conditions, or all of them. Raises ValueError for a mixture or nothing."""

    question: str | None = None
    one_of: tuple[str | int, ...] = ()
    any_of: tuple[Condition, ...] = ()
    all_of: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.question) != bool(self.one_of):
            raise ValueError("a condition on a question needs both `question` and `is`")
        if [bool(self.question), bool(self.any_of), bool(self.all_of)].count(True) != 1:
            raise ValueError("a condition has either `question` with `is`, or `any`, or `all`")


def answered_with(question: str, *values: str | int) -> Condition:
    """The condition that a question was answered with one of these (for checkboxes: that one of these is ticked)."""
    return Condition(question=question, one_of=values)


def any_of(*conditions: Condition) -> Condition:
    return Condition(any_of=conditions)


def all_of(*conditions: Condition) -> Condition:
    return Condition(all_of=conditions)


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Whether a condition is met. No condition always is; one on a question that has no answer is not."""
    if condition is None:
        return True
    if condition.question is not None:
        given = answers.get(condition.question)
        if given is None:
            return False
        wanted = _as_texts(condition.one_of)
        if isinstance(given, list):
            return any(str(value) in wanted for value in given if value is not None)
        return str(given) in wanted
    if condition.any_of:
        return any(holds(part, answers) for part in condition.any_of)
    return all(holds(part, answers) for part in condition.all_of)


@cache
def _as_texts(values: tuple[str | int, ...]) -> frozenset[str]:
    return frozenset(str(value) for value in values)


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """The conditions on single questions inside a condition."""
    if condition is None:
        return
    if condition.question is not None:
        yield condition
    for part in (*condition.any_of, *condition.all_of):
        yield from leaves(part)
