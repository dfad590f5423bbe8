"""Charts as plain SVG that a page may hold: no script, no style sheet, no font of its own, nothing fetched. Made with matplotlib, then cleaned.

A chart carries a title and a description of equal worth for those who can't see it, sizes its text for the width at which it's shown, and says
nothing by colour alone: the two sides of a dot plot are a filled dot and a hollow diamond.
"""

import hashlib
import io
import re
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
SIZE = 10.5
DARK, ORANGE, GREY, TEXT = "#12436D", "#F46A25", "#b1b4b6", "#0b0c0c"

_KEPT = frozenset({
    "fill", "fill-opacity", "font-size", "font-style", "font-weight", "opacity", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "stroke-width", "text-anchor",
})  # fmt: skip
_ONE_AT_A_TIME = threading.Lock()  # matplotlib's settings, which the writer of SVG reads, are the whole process's


class Dot(NamedTuple):
    """A percentage with its interval; without one where `low` is None."""

    percent: float
    low: float | None = None
    high: float | None = None


class Row(NamedTuple):
    """One line of a dot plot: what it's of, the two sides, and what is said at its end."""

    label: str
    here: Dot | None
    there: Dot | None
    said: str = ""


@lru_cache(maxsize=64)
def dot_plot(rows: tuple[Row, ...], *, here: str, there: str, title: str, description: str, narrow: bool) -> str:
    """Percentages of several questions on two sides, a line each, as SVG markup: `narrow` for telephones. Raises ValueError for no rows."""
    if not rows:
        raise ValueError("a dot plot needs a row")
    width, line = (3.4, 1.0) if narrow else (7.2, 0.74)
    svg = _drawn(rows, here, there, width=width, line=line, narrow=narrow)
    # A name of its own, so that the parts of two charts on one page are not taken for each other.
    name = hashlib.sha256(repr((rows, narrow)).encode()).hexdigest()[:8]
    return clean(svg, title=title, description=description, name=f"dots-{name}")


def _drawn(rows: Sequence[Row], here: str, there: str, *, width: float, line: float, narrow: bool) -> bytes:
    height = line * len(rows) + 1.15

    def draw(figure: Any, width: float, height: float) -> None:
        axes = figure.add_axes((0.05, 0.42 / height, 0.9 if not narrow else 0.86, (height - 1.15) / height))
        quiet(axes)
        axes.set_xlim(0, 100)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
        axes.grid(axis="x", color=GREY, linewidth=0.8)
        _key(axes, here, there, line=line, narrow=narrow)
        for at, row in enumerate(rows):
            _row(axes, at, row, narrow=narrow)

    return drawn(draw, width=width, height=height)


def drawn(draw: Callable[[Any, float, float], None], *, width: float, height: float) -> bytes:
    """What `draw` puts on a figure of so many inches, as matplotlib writes it: for `clean`."""
    import matplotlib as mpl
    from matplotlib.figure import Figure  # slow to load: not on the web's way up

    out = io.BytesIO()
    with (
        _ONE_AT_A_TIME,
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "yosafe", "font.size": SIZE, "text.parse_math": False}),
    ):
        figure = Figure(figsize=(width, height))
        draw(figure, width, height)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def quiet(axes: Any) -> None:
    """No frame and no ticks: only what is put there."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.tick_params(length=0, colors=TEXT)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _key(axes: Any, here: str, there: str, *, line: float, narrow: bool) -> None:
    """Which mark is which, above the lines."""
    top = -0.5 - 0.5 / line
    places = [(2, top), (2, top + 0.22 / line)]
    for (x, y), (name, mark) in zip(places, ((here, _HERE), (there, _THERE)), strict=True):
        axes.plot([x], [y], clip_on=False, **mark)
        axes.text(x + (4 if narrow else 2.5), y, _cut(name, 40 if narrow else 90), va="center", ha="left", color=TEXT, clip_on=False)


_HERE: dict[str, Any] = {"marker": "o", "markersize": 8, "color": DARK, "linestyle": "none"}
_THERE: dict[str, Any] = {
    "marker": "D", "markersize": 7, "markerfacecolor": "#ffffff", "markeredgecolor": ORANGE, "markeredgewidth": 2, "linestyle": "none",
}  # fmt: skip


def _row(axes: Any, at: int, row: Row, *, narrow: bool) -> None:
    axes.text(0, at - 0.3, _cut(row.label, 44 if narrow else 70), va="center", ha="left", color=TEXT, fontweight="bold", clip_on=False)
    if row.said:
        y = at - 0.3 if not narrow else at - 0.08
        axes.text(0 if narrow else 100, y, row.said, va="center", ha="left" if narrow else "right", color=TEXT, clip_on=False)
    first, second = (0.14, 0.36) if narrow else (0.08, 0.32)
    for one, mark, colour, below in ((row.here, _HERE, DARK, first), (row.there, _THERE, ORANGE, second)):
        if one is None:
            continue
        if one.low is not None and one.high is not None:
            axes.plot([one.low, one.high], [at + below, at + below], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot([one.percent], [at + below], clip_on=False, **mark)
        end = max(one.percent, one.high or 0)
        left = end > 88
        gap = 4 if narrow else 2.5
        x = (one.low if one.low is not None else one.percent) - gap if left else end + gap
        axes.text(x, at + below, f"{one.percent:.0f}%", va="center", ha="right" if left else "left", color=TEXT, clip_on=False)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


def clean(svg: bytes, *, title: str, description: str, name: str) -> str:
    """The drawing without what a strict page refuses: style sheets and attributes become plain attributes, names become its own, sizes its box."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)  # noqa: S314  # made by matplotlib a moment ago
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        _plain(element, name)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-desc", "focusable": "false", "font-family": "Arial, sans-serif"}
    for tag, text in (("desc", description), ("title", title)):
        told = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        told.text = text
        root.insert(0, told)
    return ElementTree.tostring(root, encoding="unicode")


def _plain(element: ElementTree.Element, name: str) -> None:
    _restyle(element, element.attrib.pop("style", ""))
    for key, value in list(element.attrib.items()):
        if key == "id":
            element.set(key, f"{name}-{value}")
        elif value.startswith("#") and key == f"{{{XLINK}}}href":
            element.set(key, f"#{name}-{value[1:]}")
        elif value.startswith("url(#"):
            element.set(key, f"url(#{name}-{value[5:]}")


def _restyle(element: ElementTree.Element, style: str) -> None:
    """Put a style into attributes."""
    for part in filter(None, (one.strip() for one in style.split(";"))):
        key, _, value = part.partition(":")
        key, value = key.strip(), value.strip()
        if key == "font":
            if size := re.search(r"([\d.]+)px", value):
                element.set("font-size", size[1])
            if re.search(r"\b(bold|700)\b", value):
                element.set("font-weight", "700")
            if "italic" in value:
                element.set("font-style", "italic")
        elif key in _KEPT:
            element.set(key, value)
