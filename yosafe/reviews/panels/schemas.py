"""What comes in and goes out about standing panels."""

from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import Code
from yosafe.text import In, Name

from .rules import MOST_WEEKS, Seat

Weeks = Annotated[int, Meta(ge=1, le=MOST_WEEKS, description="It meets every so many weeks")]
Least = Annotated[int, Meta(ge=1, le=50, description="The least number of agencies that must be there for a decision to be quorate")]


class ChangePanel(In, kw_only=True):
    """`agencies`: codes of those that should come; `must_come`: of those without which nothing is quorate."""

    chair: Name
    every_weeks: Weeks
    agencies: tuple[Code, ...]
    must_come: tuple[Code, ...] = ()
    least_agencies: Least


class KeepPanel(ChangePanel, kw_only=True):
    """`establishment` is left out for a lead's own, and for a panel of the whole area of a committee."""

    establishment: Code | None = None


class PanelOut(Struct, kw_only=True):
    """`establishment` is null for a panel of an area: it serves the establishments there that have none of their own. `capacity`: how many cases it
    can see at a meeting, by how many a week were said of the establishments that it serves; null where nobody has said. `can_keep`: by the reader."""

    id: int
    establishment: str | None
    area: str
    name: str
    chair: str
    every_weeks: int
    capacity: int | None
    seats: list[Seat]
    least_agencies: int
    can_keep: bool
    version: int
