"""A report as it is kept and shown: one document of numbers and words, from which the page, the PDF and the data files are all made."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.text import In, Reason

State = Literal["shown", "hidden", "too_few", "none"]
Measure = Literal["count", "share", "rate", "average", "points", "auc"]
ChartKind = Literal["bars", "lines", "dots", "funnel", "none"]
Status = Literal["queued", "running", "built", "issued", "cancelled", "failed"]
STATUS_WORDS: dict[Status, str] = {
    "queued": "Waiting", "running": "Being built", "built": "Built, not issued", "issued": "Issued", "cancelled": "Cancelled", "failed": "Failed",
}  # fmt: skip
FORMS = {
    "pdf": ("application/pdf", "pdf"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "parquet": ("application/vnd.apache.parquet", "parquet"),
    "dictionary": ("text/csv; charset=utf-8", "csv"),
}
FORM_TITLES = {"pdf": "PDF", "xlsx": "Excel workbook", "csv": "CSV", "parquet": "Parquet", "dictionary": "What the columns of the data mean (CSV)"}


class CellOut(Struct, frozen=True, kw_only=True):
    """A number, or why there is none: `hidden` as small or telling of small ones, `too_few` for a share or a rate, `none` where there can be none.
    Shares are of 0 to 1, points of -100 to 100; an average is of people held at a time. `low` to `high` is a 95 % interval, or control limits."""

    measure: Measure
    value: float | None = None
    state: State = "shown"
    low: float | None = None
    high: float | None = None


class ColumnOut(Struct, frozen=True, kw_only=True):
    code: str
    title: str
    measure: Measure


class RowOut(Struct, frozen=True, kw_only=True):
    """`total`: whether it is a sum of the others. `note`: what is said of it beside its numbers."""

    code: str
    title: str
    cells: tuple[CellOut, ...]
    total: bool = False
    note: str = ""


class TableOut(Struct, frozen=True, kw_only=True):
    rows_are: str
    columns: tuple[ColumnOut, ...]
    rows: tuple[RowOut, ...]

    def at(self, row: RowOut, code: str) -> CellOut:
        return row.cells[next(n for n, column in enumerate(self.columns) if column.code == code)]


class SectionOut(Struct, frozen=True, kw_only=True):
    """One figure. `notes` are pairs: base, period, missing, hidden, how it was counted, what it is set beside. `years`: of a funnel of rates, the
    length of its period."""

    id: str
    title: str
    subtitle: str
    headline: str
    table: TableOut
    chart: ChartKind
    notes: tuple[tuple[str, str], ...]
    years: float = 0.0


class BlockOut(Struct, frozen=True, kw_only=True):
    """A piece of the layout: a heading, a paragraph, a point of a list, or the place of a section (its id in `text`)."""

    kind: Literal["heading", "text", "point", "section"]
    text: str


class ContentOut(Struct, frozen=True, kw_only=True):
    """A whole report. `as_at`: the moment at which records were read. `definition`: the digest of what it was built by."""

    report: str
    title: str
    agency: str
    agency_name: str
    period: str
    period_words: str
    since: dt.date
    until: dt.date
    as_at: dt.datetime
    built_by: str
    version: str
    definition: str
    demo: bool
    blocks: tuple[BlockOut, ...]
    sections: tuple[SectionOut, ...]
    method: tuple[str, ...]


Typed = Annotated[str, Meta(min_length=1, max_length=20)]


class AskBuild(In, kw_only=True):
    """Build a report of a period that is over: `2026-09`, `2026-Q3` or `2026`. `corrects` names an issued report of the same period that this one
    puts right, with the reason."""

    period: Typed
    corrects: Typed | None = None
    reason: Reason | None = None


class ReportOut(Struct, kw_only=True):
    """A report that can be built by whoever asks. `periods`: how long those are that it can be of."""

    name: str
    title: str
    about: str
    periods: list[str]
    latest: str


class ReportsOut(Struct, kw_only=True):
    """`next` is always null: there are few. `faults`: definitions of the installation's own that can't be read, and why."""

    items: list[ReportOut]
    next: None
    faults: list[str]


class BuildOut(Struct, kw_only=True):
    """A report that was asked for. `done` of `steps` sections are built; `sha256` is the digest of what is kept. An issued one never changes:
    `corrected_by` names the one that puts it right."""

    ref: str
    report: str
    title: str
    period: str
    period_words: str
    status: Status
    done: int
    steps: int
    fault: str | None
    asked_at: dt.datetime
    asked_by: str
    built_at: dt.datetime | None
    issued_at: dt.datetime | None
    issued_by: str | None
    sha256: str | None
    corrects: str | None
    reason: str | None
    corrected_by: str | None
    version: int


class BuildWithContentOut(BuildOut, kw_only=True):
    content: ContentOut | None
