"""A funnel: each establishment by how many it held, or of how many its share is, with the average of those shown and its limits. Who lies outside the
outer limits is named beside their mark, a diamond; all are in the table."""

from typing import Any

from yosafe.drawing import DARK, GREY, ORANGE, TEXT, drawn, quiet

from . import funnels
from .funnels import INNER, OUTER, TITLES
from .numbers import PER
from .schemas import RowOut, SectionOut
from .shown import interval, number

WIDE, NARROW = 7.2, 3.4
NAME_ALL = 8  # so many can all be named
OUTSIDE = "99.8%"
STEPS = 60


def described_funnel(section: SectionOut) -> str:
    """The same in words."""
    said = [
        f"{row.title}: {number(_value(section, row))}, of {number(_size(section, row))} ({row.note[:1].lower()}{row.note[1:]}; "
        f"99.8% limits {interval(row.cells[-1])})."
        for row in _shown(section)
    ]  # fmt: skip
    hidden = [row.title for row in section.table.rows if _value(section, row).value is None]
    if not said:
        return ""
    whole = number(_shown(section)[0].cells[-1])
    rest = [f"Not shown: {', '.join(hidden)}."] if hidden else []
    return " ".join([f"A funnel: a mark for each establishment around an average of {whole}.", *said, *rest])


def _value(section: SectionOut, row: RowOut) -> Any:
    return section.table.at(row, "value")


def _size(section: SectionOut, row: RowOut) -> Any:
    return section.table.at(row, "held" if section.years else "base")


def _shown(section: SectionOut) -> list[RowOut]:
    return [row for row in section.table.rows if row.note and _size(section, row).value]


def funnel(section: SectionOut, narrow: bool) -> bytes | None:
    """The drawing; None where nothing can be shown."""
    rows = _shown(section)
    if not rows:
        return None
    points = [(float(_size(section, row).value), float(_value(section, row).value), row) for row in rows]
    average = float(rows[0].cells[-1].value or 0)
    right = max(x for x, _, _ in points) * 1.15
    curves = {level: _curve(section, average, right, level) for level in (INNER, OUTER)}
    top = max([y for _, y, _ in points] + [found[2] for found in curves[OUTER] if found[0] > right / 8]) * 1.1 or 1.0
    if not section.years:
        top = min(top, 1.0)

    def draw(figure: Any, width: float, height: float) -> None:
        axes = figure.add_axes((0.16 if narrow else 0.09, 0.16, 0.62 if narrow else 0.72, 0.72))
        quiet(axes)
        axes.set_xlim(0, right)
        axes.set_ylim(0, top)
        _scale(axes, section, narrow)
        ends = [(average, "Average", DARK)]
        for level, found in curves.items():
            dash = (0, (5, 2)) if level == INNER else (0, (1, 1.5))
            for side in (1, 2):
                axes.plot([x[0] for x in found], [x[side] for x in found], color=TEXT, linewidth=1.3, linestyle=dash)
            ends.append((min(found[-1][2], top), TITLES[level], TEXT))
        axes.plot([0, right], [average, average], color=DARK, linewidth=1.6)
        axes.text(0, top * 1.05, _title(section), va="bottom", ha="left", color=TEXT, clip_on=False)
        placed = -top
        for y, text, colour in ends:  # from the average up, apart from each other
            placed = max(y, placed + top * 0.06)
            axes.text(right * 1.015, placed, text, va="center", ha="left", color=colour, clip_on=False)
        _marks(axes, points, right, top, narrow)

    return drawn(draw, width=NARROW if narrow else WIDE, height=3.6 if narrow else 3.9)


def _curve(section: SectionOut, average: float, right: float, level: float) -> list[tuple[float, float, float]]:
    """The limits from small to large: (size, low, high)."""
    sizes = [right * (n + 1) / STEPS for n in range(STEPS)]
    if section.years:
        found = [funnels.rate_limits(average / PER, x * section.years, level) for x in sizes]
        return [(x, PER * one.low, PER * one.high) for x, one in zip(sizes, found, strict=True)]
    return [(x, *funnels.share_limits(average, x, level)) for x in sizes if x >= 1]


def _scale(axes: Any, section: SectionOut, narrow: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=3 if narrow else 6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    if not section.years:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.0f}%"))
    axes.grid(axis="y", color=GREY, linewidth=0.6)
    axes.set_xlabel("Young people held at a time" if section.years else "Of how many", color=TEXT)


def _title(section: SectionOut) -> str:
    return next(column.title for column in section.table.columns if column.code == "value")


def _marks(axes: Any, points: list[tuple[float, float, RowOut]], right: float, top: float, narrow: bool) -> None:
    """Each with its name above, pushed up where others stand."""
    taken = [(x, y) for x, y, _ in points]
    wide, high = right * (0.34 if narrow else 0.16), top * 0.06
    for x, y, row in sorted(points, key=lambda one: (one[1], one[0])):
        outside = OUTSIDE in row.note
        look = {"marker": "D", "color": ORANGE, "markeredgecolor": TEXT} if outside else {"marker": "o", "color": DARK}
        axes.plot([x], [y], markersize=7, linestyle="none", clip_on=False, zorder=3, **look)
        if not outside and (narrow or len(points) > NAME_ALL):
            continue
        at = y + high
        while any(abs(x - other) < wide and abs(at - above) < high * 0.9 for other, above in taken):
            at += high * 0.5
        taken.append((x, at))
        axes.text(x, at, row.title, va="center", ha="center", color=TEXT, clip_on=False)
