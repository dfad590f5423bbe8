"""Two assessments of one young person beside each other: what changed, in words. Nothing is added up or counted against anyone. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from yosafe.forms.questions import QuestionSet
from yosafe.forms.show import rows_of
from yosafe.settings import Terminology

from .instruments import is_own
from .schemas import ChangeOut

NOT_ASKED = "Not asked"


class Side(Struct, frozen=True, kw_only=True):
    """One of the two: the version it was asked by, and its answers."""

    question_set: QuestionSet
    answers: Mapping[str, Any]
    own_words: Mapping[str, Any]


class _Answer(Struct, frozen=True):
    section: str
    label: str
    own: bool
    value: str


class Compared(Struct, frozen=True, kw_only=True):
    """What is not alike, in the order of the later one, what only the earlier one asked at the end; how many are alike, of how many."""

    changes: tuple[ChangeOut, ...]
    same: int
    of: int


def compare(before: Side, now: Side, terminology: Terminology) -> Compared:
    """Question by question, by name: versions may differ. What one of them did not ask says so."""
    was, is_now = dict(_answers(before, terminology)), dict(_answers(now, terminology))
    names = list(dict.fromkeys([*is_now, *was]))
    changes = tuple(_change(name, was.get(name), is_now.get(name)) for name in names if _value(was, name) != _value(is_now, name))
    return Compared(changes=changes, same=len(names) - len(changes), of=len(names))


def _value(answers: Mapping[str, _Answer], name: str) -> str:
    return answers[name].value if name in answers else NOT_ASKED


def _change(name: str, before: _Answer | None, now: _Answer | None) -> ChangeOut:
    one = now or before
    if one is None:
        raise LookupError(f"{name} was answered in neither")
    return ChangeOut(
        section=one.section, question=name, label=one.label, own=one.own,
        before=before.value if before else NOT_ASKED, now=now.value if now else NOT_ASKED,
    )  # fmt: skip


def _answers(side: Side, terminology: Terminology) -> Iterator[tuple[str, _Answer]]:
    for section in side.question_set.sections:
        own = is_own(section)
        for row in rows_of(section.questions, side.own_words if own else side.answers, terminology=terminology):
            yield row.name, _Answer(section.title, row.label, own, row.value)
