"""Charts of a report's sections, drawn from their tables: bars, lines and dots, as SVG that a strict page may hold. Readable without colour, each
with its numbers in words. Drawn once for the same content.

Palette of the Government Analysis Function; no more than four lines, each named at its end and of its own dash.
"""

import hashlib
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from yosafe.drawing import DARK, GREY, TEXT, clean, drawn, quiet

from .funnel_chart import NARROW, WIDE, described_funnel, funnel
from .schemas import CellOut, SectionOut
from .shown import WHY, interval, number

COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
MARKS = ("o", "s", "^", "D")
MOST_LINES = 4


def chart(section: SectionOut, *, narrow: bool = False) -> str:
    """The drawing of a section; empty where it has none, or nothing that may be shown. Drawn once for all that are the same but in their notes."""
    return _chart(replace(section, notes=()), narrow)


@lru_cache(maxsize=512)
def _chart(section: SectionOut, narrow: bool) -> str:
    if section.chart == "none" or not (told := described(section)):
        return ""
    draw = {"bars": _bars, "lines": _lines, "dots": _dots, "funnel": funnel}[section.chart]
    svg = draw(section, narrow)
    if svg is None:
        return ""
    name = hashlib.sha256(repr((section, narrow)).encode()).hexdigest()[:8]
    return clean(svg, title=section.headline, description=told, name=f"chart-{name}")


def described(section: SectionOut) -> str:
    """The numbers of a drawing in words, for those who can't see it; empty where none may be shown."""
    table = section.table
    if section.chart == "funnel":
        return described_funnel(section)
    if section.chart == "lines":
        told = [
            f"{row.title}: {', '.join(f'{number(cell)} in {column.title}' for column, cell in shown)}."
            for row in _series(section)
            if (shown := [(column, cell) for column, cell in zip(table.columns, row.cells, strict=True) if cell.value is not None])
        ]
        return f"A line for each, by period. {' '.join(told)}" if told else ""
    rows = [(row, _drawn(section, row.cells)) for row in table.rows if not row.total or section.chart == "dots"]
    said = [f"{row.title}: {number(cell)}{f', between {interval(cell)}' if interval(cell) else ''}." for row, cell in rows if cell.value is not None]
    hidden = [row.title for row, cell in rows if cell.value is None]
    kind = "A dot with its interval" if section.chart == "dots" else "A bar"
    return " ".join([f"{kind} for each.", *said, *([f"Not shown: {', '.join(hidden)}."] if hidden else [])]) if said else ""


def _drawn(section: SectionOut, cells: Sequence[CellOut]) -> CellOut:
    """Which number of a row a drawing shows: of dots the share, of bars the first, or the count of all."""
    if section.chart == "dots":
        return next(cell for cell in reversed(cells) if cell.measure == "share")
    counts = [cell for column, cell in zip(section.table.columns, cells, strict=True) if column.measure == "count"]
    return counts[-1] if len(counts) > 1 else cells[0]


def _series(section: SectionOut) -> list[Any]:
    """The lines of a trend: those with two points or more, all of them together the last."""
    rows = [row for row in section.table.rows if sum(cell.value is not None for cell in row.cells) > 1]
    whole = [row for row in rows if row.total]
    return [*[row for row in rows if not row.total][: MOST_LINES - len(whole)], *whole]


def _wrapped(text: str, narrow: bool) -> str:
    return "\n".join(textwrap.wrap(text, 40 if narrow else 28)[:3])


def _bars(section: SectionOut, narrow: bool) -> bytes | None:
    rows = [(row.title, _drawn(section, row.cells)) for row in section.table.rows if not row.total]
    most = max((cell.value or 0 for _, cell in rows), default=0)

    def draw(figure: Any, width: float, height: float) -> None:
        axes = figure.add_axes((0.02 if narrow else 0.34, 0.02, 0.84 if narrow else 0.58, 0.96))
        quiet(axes)
        axes.set_xlim(0, (most or 1) * 1.02)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        for at, (title, cell) in enumerate(rows):
            if narrow:
                axes.text(0, at - 0.28, _wrapped(title, narrow), va="center", ha="left", color=TEXT)
            else:
                axes.text(-0.02 * (most or 1), at, _wrapped(title, narrow), va="center", ha="right", color=TEXT)
            y = at + 0.18 if narrow else at
            if cell.value is None:
                axes.text(0, y, WHY[cell.state], va="center", ha="left", color=TEXT, style="italic")
                continue
            axes.barh([y], [cell.value], height=0.36 if narrow else 0.56, color=DARK)
            axes.text(cell.value + (most or 1) * 0.015, y, number(cell), va="center", ha="left", color=TEXT, clip_on=False)

    return drawn(draw, width=NARROW if narrow else WIDE, height=(0.62 if narrow else 0.46) * len(rows) + 0.1)


def _dots(section: SectionOut, narrow: bool) -> bytes | None:
    rows = [(row.title, _drawn(section, row.cells)) for row in section.table.rows]

    def draw(figure: Any, width: float, height: float) -> None:
        axes = figure.add_axes((0.05 if narrow else 0.34, 0.42 / height, 0.86 if narrow else 0.56, (height - 0.5) / height))
        quiet(axes)
        axes.set_xlim(0, 1)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.grid(axis="x", color=GREY, linewidth=0.8)
        for at, (title, cell) in enumerate(rows):
            y = at + 0.16 if narrow else at
            if narrow:
                axes.text(0, at - 0.26, _wrapped(title, narrow), va="center", ha="left", color=TEXT, clip_on=False)
            else:
                axes.text(-0.03, at, _wrapped(title, narrow), va="center", ha="right", color=TEXT, clip_on=False)
            if cell.value is None or cell.low is None or cell.high is None:
                axes.text(0, y, WHY[cell.state], va="center", ha="left", color=TEXT, style="italic")
                continue
            axes.plot([cell.low, cell.high], [y, y], color=DARK, linewidth=2, solid_capstyle="butt")
            axes.plot([cell.value], [y], marker="o", markersize=8, color=DARK, linestyle="none", clip_on=False)
            left = cell.high > 0.86
            axes.text(cell.low - 0.025 if left else cell.high + 0.025, y, number(cell), va="center", ha="right" if left else "left", color=TEXT)

    return drawn(draw, width=NARROW if narrow else WIDE, height=(0.72 if narrow else 0.5) * len(rows) + 0.6)


def _lines(section: SectionOut, narrow: bool) -> bytes | None:
    series = _series(section)
    if not series:
        return None
    columns = section.table.columns
    most = max(cell.value or 0 for row in series for cell in row.cells)

    def draw(figure: Any, width: float, height: float) -> None:
        axes = figure.add_axes((0.11 if narrow else 0.07, 0.1, 0.74 if narrow else 0.62, 0.72 if narrow else 0.86))
        quiet(axes)
        axes.set_xlim(-0.3, len(columns) - 0.7)
        axes.set_ylim(0, most * 1.08 or 1)
        axes.grid(axis="y", color=GREY, linewidth=0.8)
        axes.yaxis.set_major_locator(_whole_numbers())
        every = -(-len(columns) // (3 if narrow else 6))
        ticks = [*range(len(columns) - 1, -1, -every)][::-1]
        axes.set_xticks(ticks, [columns[at].title for at in ticks])
        ends = []
        for n, row in enumerate(series):
            points = [(at, cell.value) for at, cell in enumerate(row.cells) if cell.value is not None]
            xs, ys = zip(*points, strict=True)
            gaps = [float("nan") if cell.value is None else cell.value for cell in row.cells]
            axes.plot(range(len(columns)), gaps, color=COLOURS[n], linestyle=DASHES[n], linewidth=2.2)
            axes.plot(xs, ys, color=COLOURS[n], marker=MARKS[n], markersize=5.5, linestyle="none", clip_on=False)
            ends.append([ys[-1], f"{row.title}, {ys[-1]:,.0f}" if points[-1][0] == len(columns) - 1 else row.title, n, xs[-1]])
        if narrow:
            for n, (_, text, at, _x) in enumerate(ends):
                y = most * (1.3 - 0.09 * n)
                axes.plot([0, 0.9], [y, y], color=COLOURS[at], linestyle=DASHES[at], marker=MARKS[at], markersize=4, clip_on=False)
                axes.text(1.2, y, text, va="center", ha="left", color=TEXT, clip_on=False)
        else:
            _label_ends(axes, ends, most, len(columns))

    return drawn(draw, width=NARROW if narrow else WIDE, height=3.6 if narrow else 3.2)


def _whole_numbers() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=5, integer=True)


def _label_ends(axes: Any, ends: list[Any], most: float, columns: int) -> None:
    """Names at the ends of lines, pushed apart where they would lie on each other, and up from the axis and its periods. In dark ink: of the lines'
    own colours not all are readable as text."""
    apart = most * 0.09 or 0.1
    upwards = sorted(ends, key=lambda end: float(end[0]))
    places = [max(float(end[0]), apart * (0.5 + at)) for at, end in enumerate(upwards)]
    for at in range(len(places) - 1, 0, -1):
        places[at - 1] = min(places[at - 1], max(places[at] - apart, apart * (at - 0.5)))
    for at in range(1, len(places)):
        places[at] = max(places[at], places[at - 1] + apart)
    for place, (y, text, _, x) in zip(places, upwards, strict=True):
        if abs(place - float(y)) > apart / 4 or x < columns - 1:
            axes.plot([x + 0.1, columns - 0.62], [y, place], color=GREY, linewidth=0.8, clip_on=False)
        axes.text(columns - 0.55, place, _wrapped(text, False), va="center", ha="left", color=TEXT, clip_on=False)
