"""What comes in and goes out about complaints. Codes are the lists `satisfaction`, `complaint_theme` and `complaint_outcome`."""

import datetime as dt
from typing import Literal

from msgspec import Struct

from yosafe.incidents.schemas import CodeIn, NamedOut, Note
from yosafe.incidents.status import Status
from yosafe.text import In

Waits = Literal["acknowledgement", "answer", "appeal", "nothing"]
StateAsked = Literal["waiting", "acknowledgement", "answer", "appeal", "answered", "all"]


class RecordContent(In):
    """Whether the young person is content with the answer, and what they said of it. Without a day they were asked today."""

    content: CodeIn
    words: Note | None = None
    asked_on: dt.date | None = None


class ListedComplaintOut(Struct, kw_only=True):
    """A complaint in a list. `waits` for what, until when; `state` and `words` of that time limit."""

    ref: str
    status: Status
    sealed: bool
    establishment: str
    received_at: dt.datetime
    themes: list[str]
    young_people: list[NamedOut]
    waits: Waits
    due_on: dt.date | None
    state: str | None
    words: str | None
    outcome: str | None
    content: str | None


class ShareOut(Struct, kw_only=True):
    """So many of so many. `percent` is None where there are too few for one to mean something."""

    number: int
    of: int
    percent: int | None


class FiguresOut(Struct, kw_only=True):
    """Complaints received in a year, of those that the reader sees: the shares that were acknowledged and answered in time, of those that were due by
    now or done before; the share of young people who were content, of those who were asked; and how many were about what."""

    since: dt.date
    received: int
    acknowledged_in_time: ShareOut
    answered_in_time: ShareOut
    appeals_answered_in_time: ShareOut
    upheld: ShareOut
    content: ShareOut
    themes: dict[str, int]
