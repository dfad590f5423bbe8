"""A section of a report from a frame: its table, its headline, and what has to be said beside it. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from yosafe.disclosure import LEAST_BASE, LEAST_COUNT
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from . import numbers
from .comparators import comparators
from .definitions import Section
from .frames import EVERY, Axis, Combine, Frame, View
from .headlines import headline
from .periods import Period, Span
from .schemas import CellOut, ColumnOut, RowOut, SectionOut, TableOut

RUN = {Span.MONTH: 12, Span.QUARTER: 8, Span.YEAR: 5}  # how many a trend shows
COUNT, SHARE, RATE = "count", "share", "rate"


class Asked(Struct, frozen=True, kw_only=True):
    """What a section is worked out from. `days`: for how many days young people were held, by period."""

    section: Section
    frame: Frame
    period: Period
    days: Mapping[str, float]
    terminology: Terminology

    @property
    def view(self) -> View:
        return self.frame.dataset.view(self.section.view)

    @property
    def periods(self) -> list[Period]:
        """Those that the section shows or speaks of, itself the last."""
        return periods_of(self.section, self.period)


def periods_of(section: Section, period: Period) -> list[Period]:
    return period.run(RUN[period.span] if section.trend else 2)


def section_out(asked: Asked) -> SectionOut:
    table = _trend(asked) if asked.section.trend else _crossed(asked) if asked.view.columns or asked.view.stacked else _one_way(asked)
    dataset = asked.frame.dataset
    of = f"{asked.periods[0].short} to {asked.period.short}" if asked.section.trend else asked.period.words
    subtitle = f"{in_terms(dataset.title, asked.terminology)} {asked.view.title}, {of}"
    return SectionOut(
        id=asked.section.id, title=asked.section.title, subtitle=subtitle, headline=headline(asked, table), table=table, chart=asked.section.chart,
        notes=tuple(_notes(asked, table)),
    )  # fmt: skip


def base_of(asked: Asked, period: Period, axis: Axis, *where: tuple[str, str]) -> int | None:
    """What a share is of: all, or all but those of which nothing has come yet. None where it is hidden."""
    if not axis.open:
        return asked.frame.shown(period, *where)
    counts = [asked.frame.shown(period, (axis.id, code), *where) for code in asked.frame.labels[axis.id] if code not in axis.open]
    return None if any(n is None for n in counts) else sum(n or 0 for n in counts)


def share_of(asked: Asked, period: Period, axis: Axis, *where: tuple[str, str]) -> CellOut:
    """The share of the categories that the section names."""
    hits = [asked.frame.shown(period, (axis.id, code), *where) for code in asked.section.share]
    return numbers.share(hits, base_of(asked, period, axis, *where))


def _one_way(asked: Asked) -> TableOut:
    """A row for each category, with its count, its share of all, and a rate where that was asked for."""
    axis = asked.frame.dataset.axis(asked.view.rows)
    shown, whole = asked.frame.shown, asked.frame.shown(asked.period)
    days = asked.days.get(asked.period.key, 0.0)

    def row(code: str, title: str, n: int | None) -> RowOut:
        none = CellOut(measure="share", state="none")
        cells = [numbers.count(n), none if code == EVERY else numbers.share([n], whole)]
        if asked.section.rate:
            cells.append(numbers.rate(n, days))
        return RowOut(code=code, title=title, cells=tuple(cells), total=code == EVERY)

    rows = [row(code, title, shown(asked.period, (axis.id, code))) for code, title in asked.frame.labels[axis.id].items()]
    columns = [
        ColumnOut(code=COUNT, title=capital(asked.frame.dataset.noun[1]), measure="count"), ColumnOut(code=SHARE, title="Share", measure="share"),
        *([ColumnOut(code=RATE, title=f"For {numbers.PER} held a year", measure="rate")] if asked.section.rate else []),
    ]  # fmt: skip
    return TableOut(rows_are=in_terms(axis.title, asked.terminology), columns=tuple(columns), rows=(*rows, row(EVERY, "All", whole)))


def _crossed(asked: Asked) -> TableOut:
    """Rows by columns, or several axes as rows of the same columns; with the share that was asked for."""
    view, frame = asked.view, asked.frame
    lines: list[tuple[str, str, Axis, tuple[tuple[str, str], ...]]]
    if view.stacked:
        lines = [(axis, in_terms(frame.dataset.axis(axis).title, asked.terminology), frame.dataset.axis(axis), ()) for axis in view.stacked]
    else:
        across = frame.dataset.axis(view.columns)
        titles = {**frame.labels[view.rows], EVERY: "All"}
        lines = [(code, title, across, ((view.rows, code),)) for code, title in titles.items()]
    codes = frame.labels[lines[0][2].id]
    rows = []
    for code, title, axis, where in lines:
        cells = [numbers.count(frame.shown(asked.period, (axis.id, column), *where)) for column in codes]
        cells.append(numbers.count(frame.shown(asked.period, *where)))
        if asked.section.share:
            cells.append(share_of(asked, asked.period, axis, *where))
        rows.append(RowOut(code=code, title=title, cells=tuple(cells), total=code == EVERY))
    columns = [ColumnOut(code=code, title=title, measure="count") for code, title in codes.items()]
    columns.append(ColumnOut(code=EVERY, title="All", measure="count"))
    if asked.section.share:
        columns.append(ColumnOut(code=SHARE, title=in_terms(asked.section.share_title, asked.terminology), measure="share"))
    rows_are = "What" if view.stacked else in_terms(frame.dataset.axis(view.rows).title, asked.terminology)
    return TableOut(rows_are=rows_are, columns=tuple(columns), rows=tuple(rows))


def _trend(asked: Asked) -> TableOut:
    """A row for each category and one of all, a column for each period: what each period's own report shows."""
    axis, frame = asked.frame.dataset.axis(asked.view.rows), asked.frame
    columns = tuple(ColumnOut(code=one.key, title=one.short, measure="count") for one in asked.periods)
    titles = {**frame.labels[axis.id], EVERY: "All"}
    rows = [
        RowOut(
            code=code, title=title, total=code == EVERY,
            cells=tuple(numbers.count(frame.shown(one, (axis.id, code))) for one in asked.periods),
        )
        for code, title in titles.items()
    ]  # fmt: skip
    return TableOut(rows_are=in_terms(axis.title, asked.terminology), columns=columns, rows=tuple(rows))


def _notes(asked: Asked, table: TableOut) -> list[tuple[str, str]]:
    dataset = asked.frame.dataset
    whole = asked.frame.shown(asked.period)
    notes = [
        ("Base", f"{in_terms(dataset.population, asked.terminology)}: {_said(whole, dataset.noun)}"),
        ("Period", _period(asked)),
        ("Missing", _missing(asked)),
        ("Hidden", hidden_words([cell for row in table.rows for cell in row.cells if cell.measure == "count"], "counts")),
        ("How it is counted", in_terms(" ".join(dataset.counted), asked.terminology)),
    ]
    if asked.section.rate:
        days = asked.days.get(asked.period.key, 0.0)
        notes.append(
            (
                "Rate",
                f"{capital(dataset.noun[1])} ÷ {days:,.0f} days for which young people were held × {numbers.YEAR} days × {numbers.PER}: for "
                f"{numbers.PER} held for a year. About {days / asked.period.days:,.0f} were held at a time. 95% intervals are exact (Poisson).",
            )
        )
    if any(cell.measure == "share" and cell.low is not None for row in table.rows for cell in row.cells):
        notes.append(("Share", f"Of the base, or of those of which something has come; not of fewer than {LEAST_BASE}. 95% intervals are Wilson's."))
    return [*notes, *beside(asked.section)]


def beside(section: Section) -> list[tuple[str, str]]:
    """Published figures that a section is set beside, each with its source."""
    return [("Set beside", f"{comparators()[name].words}. Source: {comparators()[name].source}") for name in section.beside]


def _period(asked: Asked) -> str:
    if asked.section.trend:
        return f"{asked.periods[0].short} to {asked.period.short}, each as its own report shows it"
    if asked.frame.dataset.combine is Combine.LAST:
        return f"As it was on {asked.period.until:%-d %B %Y}"
    return asked.period.words


def _missing(asked: Asked) -> str:
    """How many are in categories that mean that nothing is recorded, for each axis that has such."""
    view = asked.view
    names = view.stacked or tuple(filter(None, (view.rows, view.columns)))
    said = []
    for axis in (asked.frame.dataset.axis(name) for name in names):
        for code in axis.missing:
            n = asked.frame.shown(asked.period, (axis.id, code))
            said.append(f"{in_terms(axis.title, asked.terminology)}: {'hidden' if n is None else f'{n:,}'}")
    return "; ".join(said) if said else "None can be: it is always recorded"


def hidden_words(cells: Sequence[CellOut], called: str) -> str:
    """How many of the cells of a table that could be are hidden, and by which rule."""
    many = sum(cell.state == "hidden" for cell in cells)
    rule = f"Counts under {LEAST_COUNT}, none too, and others from which they could be worked out, in this report or in those of shorter periods"
    return f"{many} of {len(cells)} {called}. {rule}"


def _said(n: int | None, noun: tuple[str, str]) -> str:
    return "how many is hidden" if n is None else f"{n:,} {noun[0] if n == 1 else noun[1]}"


def capital(text: str) -> str:
    """A noun at the beginning of a sentence or a column."""
    return text[:1].upper() + text[1:]
