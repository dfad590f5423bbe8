"""Packs as they are asked for, kept and shown."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct, field

from yosafe.text import In

from .columns import Of

Typed = Annotated[str, Meta(min_length=1, max_length=20)]
Code = Annotated[str, Meta(min_length=1, max_length=8)]
FORMS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "parquet": ("application/vnd.apache.parquet", "parquet"),
    "dictionary": ("text/csv; charset=utf-8", "csv"),
}
FORM_TITLES = {"xlsx": "Excel workbook", "csv": "CSV", "parquet": "Parquet", "dictionary": "What the columns of the data mean (CSV)"}


class AskPack(In, kw_only=True):
    """A row for each of what `extract` names, of an establishment and of a period that is over: `2026-09`, `2026-Q3` or `2026`. `columns` says what
    each row says, and how finely: for each column the name of a step. Those that are not named are left out; without any, the usual ones."""

    extract: Of
    establishment: Code
    period: Typed
    columns: dict[Typed, Typed] = field(default_factory=dict)


class PackColumnOut(Struct, frozen=True, kw_only=True):
    """A column as a pack has it: how finely it says what it says, and what that means."""

    id: str
    title: str
    step: str
    said: str
    meaning: str


class FiguresOut(Struct, frozen=True, kw_only=True):
    """Every row says the same as those of at least `smallest` young people. `groups`: how many sets of like rows there are."""

    k: int
    rows: int
    people: int
    groups: int
    smallest: int


class PackContentOut(Struct, frozen=True, kw_only=True):
    """All that is kept of a pack. `rows` are in the order of what they say."""

    extract: Of
    establishment: str
    establishment_name: str
    period: str
    period_words: str
    as_at: dt.datetime
    built_by: str
    version: str
    demo: bool
    columns: tuple[PackColumnOut, ...]
    left_out: tuple[str, ...]
    figures: FiguresOut
    rows: tuple[tuple[str, ...], ...]


class PackOut(Struct, kw_only=True):
    """A pack without its rows, which are only in its files. `replaced_by`: another took its place, and there are no files of it."""

    ref: str
    extract: Of
    establishment: str
    establishment_name: str
    period: str
    period_words: str
    k: int
    rows: int
    smallest: int
    built_at: dt.datetime
    built_by: str
    taken_at: dt.datetime | None
    replaced_by: str | None
    sha256: str


class WholePackOut(PackOut, kw_only=True):
    """With what its rows say and how alike they are."""

    figures: FiguresOut | None
    columns: list[PackColumnOut]
    left_out: list[str]


class StepOut(Struct, kw_only=True):
    id: str
    title: str


class ColumnChoiceOut(Struct, kw_only=True):
    """A column that a pack can have, and its `steps` from fine to coarse. `usual`: that which it has where nobody says anything; null: left out."""

    id: str
    title: str
    meaning: str
    steps: list[StepOut]
    usual: str | None


class ExtractOut(Struct, kw_only=True):
    id: Of
    title: str
    each_row: str
    columns: list[ColumnChoiceOut]


class PackChoicesOut(Struct, kw_only=True):
    """What can be asked for. `k`: how many young people there must be for whom the same is said; `next` is always null."""

    k: int
    establishments: list[str]
    items: list[ExtractOut]
    next: None
