"""Questions as data. A question set is a dated, numbered TOML file; small forms are written with the same structs in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from .conditions import Condition
from .options import Option, options_of_code_list

__all__ = ["WIDTHS", "Condition", "Kind", "Option", "Question", "QuestionSet", "Section", "walk"]

WIDTHS = (2, 3, 4, 5, 10, 20, 30)


class Kind(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    RADIOS = "radios"
    CHECKBOXES = "checkboxes"
    SELECT = "select"
    YES_NO = "yes_no"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    POSTCODE = "postcode"
    RATING = "rating"
    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105  # a kind of question
    HIDDEN = "hidden"
    PERSON = "person"


CHOICES = frozenset({Kind.RADIOS, Kind.CHECKBOXES, Kind.SELECT, Kind.YES_NO, Kind.RATING})
REVEALING = frozenset({Kind.RADIOS, Kind.CHECKBOXES, Kind.YES_NO, Kind.RATING})
LONGEST = {Kind.TEXTAREA: 10_000, Kind.EMAIL: 254, Kind.PASSWORD: 1_000}
YES_NO = (Option(value="yes", label="Yes"), Option(value="no", label="No"))
RATINGS = tuple(Option(value=str(n), label=str(n)) for n in range(5))


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that is asked. `kind`, `options` and the limits say what counts as an answer.

    `called` is the noun phrase that messages are made from: "the date of the incident" gives "Enter the date of the incident" and "Date of the
    incident must be a real date". Without it they quote the label. `past` and `future` include today;
    `not_before_answer` names an earlier date question. `reveals` holds questions that belong to one option of this question; `when`
    a condition on questions of earlier pages. `short` is the label on summaries.
    """

    name: str
    kind: Kind
    label: str
    hint: str | None = None
    called: str | None = None
    short: str | None = None
    options: tuple[Option, ...] = ()
    code_list: str | None = None
    required: bool = False
    required_message: str | None = None
    min_length: int = 0
    max_length: int | None = None
    min: float | None = None
    max: float | None = None
    decimals: int = 0
    past: bool = False
    future: bool = False
    not_before: dt.date | None = None
    not_before_answer: str | None = None
    width: int | None = None
    rows: int | None = None
    autocomplete: str | None = None
    reveals: dict[str, tuple[Question, ...]] = {}
    when: Condition | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "kind", Kind(self.kind))
        if self.code_list and not self.options:
            force_setattr(self, "options", options_of_code_list(self.code_list))
        elif not self.options and self.kind in (Kind.YES_NO, Kind.RATING):
            force_setattr(self, "options", YES_NO if self.kind is Kind.YES_NO else RATINGS)
        if self.max_length is None and self.kind not in CHOICES:
            force_setattr(self, "max_length", LONGEST.get(self.kind, 200))

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOICES

    def label_of(self, value: str | int) -> str:
        """The label of an option, of retired ones too; the bare value where there is no such option."""
        return next((option.label for option in self.options if option.value == str(value)), str(value))


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A page of questions."""

    name: str
    title: str
    questions: tuple[Question, ...]
    caption: str | None = None
    when: Condition | None = None


class QuestionSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, dict=True):
    """What is asked about one kind of thing from `valid_from` to `valid_to` (both days included). A version is never edited once it is in use."""

    id: str
    version: int
    title: str
    valid_from: dt.date
    sections: tuple[Section, ...]
    source: str
    valid_to: dt.date | None = None

    @property
    def ref(self) -> str:
        """How records name the set they were answered under, for example "assault/1"."""
        return f"{self.id}/{self.version}"

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of all sections, in order; each carries its section's condition too."""
        return tuple(
            question if section.when is None else replace(question, when=_both(section.when, question.when))
            for section in self.sections
            for question in section.questions
        )

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        """The same, with those inside `reveals` too."""
        return {question.name: question for question in walk(self.questions)}

    @cached_property
    def in_words(self) -> dict[str, tuple[Question, ...]]:
        """What has been put in words so far, by terminology: see asked.worded_set()."""
        return {}

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def _both(first: Condition, second: Condition | None) -> Condition:
    return first if second is None else Condition(all_of=(first, second))


def walk(questions: Iterable[Question]) -> Iterator[Question]:
    """Every question, those inside `reveals` too, in the order they are shown."""
    for question in questions:
        yield question
        for revealed in question.reveals.values():
            yield from walk(revealed)
