"""One figure of several establishments beside each other, in order of name: each with what its own paper may show, an average of those that are
shown, and control limits around it. Never a league table (5.31). Pure.

No sum of all is shown: it would tell by the numbers that are shown what those that are hidden come to.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from . import funnels, numbers
from .definitions import Section
from .figures import Asked, base_of, beside, capital, hidden_words, share_of
from .frames import Axis, Combine, Frame
from .funnels import INNER, LEAST_PLACES, OUTER, TITLES
from .periods import Period
from .schemas import CellOut, ColumnOut, RowOut, SectionOut, TableOut
from .shown import number

VALUE, BASE, HELD, COUNT = "value", "base", "held", "count"
LIMITS = {INNER: "limits-95", OUTER: "limits-998"}
VERDICTS = {
    (1, 1): "Above the 99.8% limit", (-1, -1): "Below the 99.8% limit", (1, 0): "Above the 95% limit", (-1, 0): "Below the 95% limit",
    (0, 0): "Within the limits",
}  # fmt: skip
NO_LEAGUE = (
    "Establishments stand in order of name. They differ in whom they hold, for how long, and in how much is noticed and written down: a number "
    "outside the limits is a reason to look, and says of none that it is better or worse"
)


class Places(Struct, frozen=True, kw_only=True):
    """What a section of several establishments is worked out from: a frame and the days held for each, by code; names in order."""

    section: Section
    frames: Mapping[str, Frame]
    days: Mapping[str, float]
    names: Mapping[str, str]
    period: Period
    terminology: Terminology

    def asked(self, place: str) -> Asked:
        return Asked(
            section=self.section, frame=self.frames[place], period=self.period, days={self.period.key: self.days.get(place, 0.0)},
            terminology=self.terminology,
        )  # fmt: skip

    @property
    def any_frame(self) -> Frame:
        return next(iter(self.frames.values()))


class _Line(Struct, frozen=True):
    """An establishment's number: of `hits` in `size` (days held, or a base), as a cell, with the cells that stand before it."""

    code: str
    before: tuple[CellOut, ...]
    cell: CellOut
    hits: int
    size: float


def section_by_place(of: Places) -> SectionOut:
    """The whole figure. There is at least one establishment."""
    if _is_matrix(of):
        table, average = _matrix(of), None
        headline = _of_matrix(of, table)
    else:
        lines = [_rated(of, place) if of.section.rate else _shared(of, place) for place in of.names]
        average = _average(lines)
        table = _table(of, lines, average)
        headline = _headline(of, lines, average)
    dataset = of.any_frame.dataset
    subtitle = f"{in_terms(dataset.title, of.terminology)} {dataset.view(of.section.view).title}, {of.period.words}, by establishment"
    return SectionOut(
        id=of.section.id, title=of.section.title, subtitle=subtitle, headline=headline, table=table,
        chart=of.section.chart if average is not None else "none", notes=tuple(_notes(of, table, average)),
        years=of.period.days / numbers.YEAR if of.section.rate else 0.0,
    )  # fmt: skip


def _is_matrix(of: Places) -> bool:
    return bool(of.any_frame.dataset.view(of.section.view).stacked) and not of.section.line


def _axis(of: Places) -> tuple[Axis, tuple[tuple[str, str], ...]]:
    """The axis whose categories are counted, and within which row of the view."""
    dataset, line = of.any_frame.dataset, of.section.line
    view = dataset.view(of.section.view)
    if view.stacked:
        return dataset.axis(line), ()
    return dataset.axis(view.columns or view.rows), ((view.rows, line),) if line else ()


def _rated(of: Places, place: str) -> _Line:
    frame, days = of.frames[place], of.days.get(place, 0.0)
    axis, _ = _axis(of)
    counts = [frame.shown(of.period, (axis.id, code)) for code in of.section.only] or [frame.shown(of.period)]
    whole = None if any(n is None for n in counts) else sum(n or 0 for n in counts)
    cell = numbers.rate(whole, days)
    held = CellOut(measure="average", value=round(days / of.period.days, 1))
    return _Line(place, (numbers.count(whole), held), cell, whole or 0, days)


def _shared(of: Places, place: str) -> _Line:
    asked, (axis, where) = of.asked(place), _axis(of)
    base, cell = base_of(asked, of.period, axis, *where), share_of(asked, of.period, axis, *where)
    hits = sum(asked.frame.shown(of.period, (axis.id, code), *where) or 0 for code in of.section.share)
    return _Line(place, (numbers.count(base),), cell, hits, float(base or 0))


def _average(lines: Sequence[_Line]) -> float | None:
    """Of those that are shown, for one unit of size; None where they are too few to be compared."""
    shown = [line for line in lines if line.cell.value is not None]
    if len(shown) < LEAST_PLACES:
        return None
    return sum(line.hits for line in shown) / sum(line.size for line in shown)


def _limits(of: Places, average: float, size: float, level: float) -> funnels.Limits:
    return (funnels.rate_limits if of.section.rate else funnels.share_limits)(average, size, level)


def _verdict(of: Places, line: _Line, average: float | None) -> tuple[int, int] | None:
    """On which side of the inner and of the outer limits it lies; None for one that is not shown."""
    if average is None or line.cell.value is None:
        return None
    value = line.hits / line.size
    inner, outer = (_limits(of, average, line.size, level).side(value) for level in (INNER, OUTER))
    return inner, outer


def _table(of: Places, lines: Sequence[_Line], average: float | None) -> TableOut:
    noun = capital(of.any_frame.dataset.noun[1])
    columns = [
        *([ColumnOut(code=COUNT, title=noun, measure="count"), ColumnOut(code=HELD, title="Held at a time", measure="average")]
          if of.section.rate else [ColumnOut(code=BASE, title="Of how many", measure="count")]),
        ColumnOut(code=VALUE, title=_value_title(of), measure="rate" if of.section.rate else "share"),
    ]  # fmt: skip
    if average is not None:
        measure = columns[-1].measure
        columns += [ColumnOut(code=code, title=f"Average, {TITLES[level]} limits", measure=measure) for level, code in LIMITS.items()]
    rows = []
    for line in lines:
        cells = [*line.before, line.cell]
        if average is not None:  # limits say what an interval would, once
            cells[-1] = replace(line.cell, low=None, high=None)
            cells += [_limit_cell(of, average, line, level) for level in LIMITS]
        verdict = _verdict(of, line, average)
        note = "" if verdict is None else VERDICTS[verdict]
        rows.append(RowOut(code=line.code, title=of.names[line.code], cells=tuple(cells), note=note))
    return TableOut(rows_are="Establishment", columns=tuple(columns), rows=tuple(rows))


def _value_title(of: Places) -> str:
    return in_terms(of.section.share_title, of.terminology) if of.section.share_title else f"For {numbers.PER} held a year"


def _limit_cell(of: Places, average: float, line: _Line, level: float) -> CellOut:
    measure = line.cell.measure
    if line.cell.value is None:
        return CellOut(measure=measure, state="none")
    scale, digits = (numbers.PER * numbers.YEAR, 1) if of.section.rate else (1, 4)
    low, high = _limits(of, average, line.size, level)
    return CellOut(measure=measure, value=round(average * scale, digits), low=round(low * scale, digits), high=round(high * scale, digits))


def _headline(of: Places, lines: Sequence[_Line], average: float | None) -> str:
    """Which lie outside; of those between the limits only how many, since chance puts one in twenty there."""
    hidden = sum(line.cell.value is None for line in lines)
    rest = f" {hidden} of {len(lines)} can't be shown." if hidden else ""
    if average is None:
        said = ", ".join(f"{of.names[line.code]} {number(line.cell)}" for line in lines if line.cell.value is not None)
        few = f" Limits need {LEAST_PLACES} establishments that can be shown." if len(lines) > 1 else ""
        return f"{_value_title(of)}: {said or 'nothing may be shown'}.{few}"
    found = {line.code: verdict for line in lines if (verdict := _verdict(of, line, average)) is not None}
    out = [
        f"{of.names[code]} {'above' if outer > 0 else 'below'}" for code, (_, outer) in found.items() if outer
    ]  # fmt: skip
    between = sum(1 for inner, outer in found.values() if inner and not outer)
    said = f"Outside the 99.8% limits: {', '.join(out)}." if out else f"None of the {len(found)} shown lies outside the 99.8% limits."
    if between:
        said += f" {between} between the 95% and the 99.8% limits, where chance alone puts about one in twenty."
    return said + rest


def _matrix(of: Places) -> TableOut:
    """The same share of several axes, a column for each."""
    dataset = of.any_frame.dataset
    axes = [dataset.axis(name) for name in dataset.view(of.section.view).stacked]
    columns = [
        ColumnOut(code=BASE, title=capital(dataset.noun[1]), measure="count"),
        *(ColumnOut(code=axis.id, title=in_terms(axis.title, of.terminology), measure="share") for axis in axes),
    ]
    rows = []
    for place, name in of.names.items():
        asked = of.asked(place)
        shares = [share_of(asked, of.period, axis) for axis in axes]
        rows.append(RowOut(code=place, title=name, cells=(numbers.count(asked.frame.shown(of.period)), *shares)))
    return TableOut(rows_are="Establishment", columns=tuple(columns), rows=tuple(rows))


def _of_matrix(of: Places, table: TableOut) -> str:
    shown = [cell.value for row in table.rows for cell in row.cells[1:] if cell.value is not None]
    of_all = sum(len(row.cells) - 1 for row in table.rows)
    title = in_terms(of.section.share_title, of.terminology)
    if not shown:
        return f"{title}: nothing may be shown."
    return f"{title}: {100 * min(shown):.0f}% to {100 * max(shown):.0f}% in what may be shown, {len(shown)} of {of_all} shares."


def _notes(of: Places, table: TableOut, average: float | None) -> list[tuple[str, str]]:
    dataset = of.any_frame.dataset
    when = f"As it was on {of.period.until:%-d %B %Y}" if dataset.combine is Combine.LAST else of.period.words
    missing = "What is missing is what is shown" if _shows_missing(of) else "See the report on the quality of data"
    hidden = hidden_words(_numbers(table), "numbers")
    notes = [
        ("Base", f"{in_terms(dataset.population, of.terminology)}: in {len(of.names)} establishments, each by itself"),
        ("Period", when), ("Missing", missing), ("Hidden", f"{hidden}. Each establishment hides what its own paper hides"),
        ("How it is counted", in_terms(" ".join(dataset.counted), of.terminology)),
    ]  # fmt: skip
    if of.section.rate:
        formula = f"{capital(dataset.noun[1])} ÷ days held × {numbers.YEAR} days × {numbers.PER}: for {numbers.PER} held for a year"
        notes.append(("Rate", f"{formula}. Held at a time: days held ÷ the {of.period.days} days of the period"))
    if average is not None:
        notes.append(("Limits", _said_of_limits(of, table)))
    else:
        notes.append(("Intervals", f"95%, of each by itself: an average and limits need {LEAST_PLACES} establishments that can be shown"))
    return [*notes, *beside(of.section), ("How to read it", NO_LEAGUE)]


def _numbers(table: TableOut) -> list[CellOut]:
    """Cells that could be hidden: how many are held is no secret, and limits are worked out."""
    never = {HELD, *LIMITS.values()}
    return [cell for row in table.rows for column, cell in zip(table.columns, row.cells, strict=True) if column.code not in never]


def _said_of_limits(of: Places, table: TableOut) -> str:
    shown = sum(1 for row in table.rows if row.note)
    size, law = ("days", "Poisson") if of.section.rate else ("bases", "binomial")
    return (
        f"The average is of the {shown} shown, all their cases by all their {size}; those hidden are not in it, and tend to have fewer. Within its "
        "limits lie 95% (99.8%) of places of that size, if all had the same average and each case came by chance alone "
        f"({law}). Cases that come together, as those of one young person do, make more lie outside"
    )


def _shows_missing(of: Places) -> bool:
    dataset = of.any_frame.dataset
    axes = [dataset.axis(name) for name in dataset.view(of.section.view).stacked] or [_axis(of)[0]]
    return bool(of.section.share) and all(set(of.section.share) <= set(axis.missing) for axis in axes)
