"""What comes in and goes out about the papers of an arrival. Codes are the list `arrival_paper`."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.text import In, Line
from yosafe.welfare.schemas import Code, Reference

Kind = Literal["asked", "came", "not_coming"]
State = Literal["with_them", "came_later", "awaited", "not_coming"]
Note = Annotated[str, Meta(min_length=1, max_length=2000)]


class AddPaper(In, kw_only=True):
    """A paper of the stay that they are in, or of the last one. `came_on`: for one that came later; `awaited` has none."""

    paper: Code
    state: Literal["with_them", "came_later", "awaited"]
    came_on: dt.date | None = None


class FollowPaper(In, kw_only=True):
    """What happened about a missing paper: `whom` was asked for it, it came, or it will not come, and why (`note`)."""

    kind: Kind
    happened_on: dt.date
    whom: Line | None = None
    note: Note | None = None


class PaperOut(Struct, kw_only=True):
    """`asked` and `last_asked_on`: how often it was asked for, and when last. `days`: how long it has been missing."""

    ref: str
    young_person: str
    name: str
    establishment: str
    arrived_on: dt.date
    held: bool
    paper: str
    state: str
    came_on: dt.date | None
    asked: int
    last_asked_on: dt.date | None
    days: int
    recorded_by: str
    recorded_at: dt.datetime
    version: int


class PaperStepOut(Struct, kw_only=True):
    kind: str
    happened_on: dt.date
    whom: str | None
    note: str | None
    at: dt.datetime
    by: str


class PaperWithHistoryOut(PaperOut, kw_only=True):
    history: list[PaperStepOut]


class FirstNightOut(Struct, kw_only=True):
    """What was done on the first night of a stay, by whom, as the arrival screen has it."""

    assessment: Reference
    completed_on: dt.date
    actions: list[str]
    plan: str
    by: str
    agency: str


class ArrivalOut(Struct, kw_only=True):
    """One stay: its papers, and its first night where a screen says."""

    placement: int
    establishment: str
    arrived_on: dt.date
    left_on: dt.date | None
    papers: list[PaperOut]
    first_night: FirstNightOut | None
