"""Body maps as pages show them. Pure."""

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct

from yosafe import words
from yosafe.reference.codes import code_list

from . import figure
from .schemas import MarkOut

APART = 18  # between two marks in one place, in the units of the figure
Numbered = Sequence[tuple[int, MarkOut]]


class Spot(Struct, frozen=True):
    """The number of a mark, and where it stands on the figure."""

    number: int
    x: float
    y: float


class Drawn(Struct, frozen=True, kw_only=True):
    """A view of the figure: its regions, those that are marked, and the numbers. `label` says the same to those who hear it."""

    view: str
    title: str
    label: str
    regions: tuple[tuple[figure.Shape, str, bool], ...]
    spots: tuple[Spot, ...]


def region(code: str) -> str:
    return code_list("body_region").label(code)


def kind(code: str) -> str:
    return code_list("mark_kind").label(code)


def title(mark: MarkOut) -> str:
    """ "Bruise, right cheek"."""
    place = region(mark.region)
    return f"{kind(mark.kind).partition(':')[0]}, {place[:1].lower()}{place[1:]}"


def size(mark: MarkOut) -> str:
    return f"{mark.size_mm / 10:g} cm" if mark.size_mm else ""


def seen(mark: MarkOut) -> str:
    """ "5 October 2026 at 9:15am, by Nurse Adeyemi"."""
    time = f" at {words.time_of_day(dt.time.fromisoformat(mark.seen_time))}" if mark.seen_time else ""
    return f"{words.day(mark.seen_on)}{time}, by {mark.seen_by}"


def of_person(marks: Sequence[MarkOut], young_person: str) -> list[tuple[int, MarkOut]]:
    """Those of one young person that stand, numbered as on the figure."""
    return list(enumerate((mark for mark in marks if mark.young_person == young_person and mark.struck_at is None), 1))


def struck(marks: Sequence[MarkOut], young_person: str) -> list[MarkOut]:
    return [mark for mark in marks if mark.young_person == young_person and mark.struck_at is not None]


def drawn(marks: Numbered) -> list[Drawn]:
    """Front and back with the marks on them."""
    return [_view(view, heading, marks) for view, heading in figure.VIEWS.items()]


def _view(view: str, heading: str, marks: Numbered) -> Drawn:
    shapes = figure.shapes(view)
    by_region: dict[str, list[tuple[int, MarkOut]]] = {shape.region: [] for shape in shapes}
    for number, mark in marks:
        if mark.region in by_region:
            by_region[mark.region].append((number, mark))
    here = [title(mark) for number, mark in marks if mark.region in by_region]
    return Drawn(
        view=view, title=heading, label=f"{heading}: {'; '.join(here) or 'nothing marked'}",
        regions=tuple((shape, region(shape.region), bool(by_region[shape.region])) for shape in shapes),
        spots=tuple(
            Spot(number, round(shape.x + APART * (place - (len(by_region[shape.region]) - 1) / 2), 1), shape.y)
            for shape in shapes
            for place, (number, _) in enumerate(by_region[shape.region])
        ),
    )  # fmt: skip


def summary(marks: Numbered) -> str:
    """For the card of a young person: "Bruise, right cheek; cut, left palm"."""
    titles = [title(mark) for _, mark in marks]
    return "; ".join([*titles[:1], *(one[:1].lower() + one[1:] for one in titles[1:])])
