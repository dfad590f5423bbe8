"""What comes in and goes out about significant events."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.text import In

Sentence = Annotated[str, Meta(min_length=10, max_length=300, description="One sentence that another agency would understand")]


class MarkEntry(In, kw_only=True):
    """That an entry is significant, and why."""

    why: Sentence


class TakeOffMark(In, kw_only=True):
    """That it is not significant after all, and why."""

    why: Sentence


class MarkOut(Struct, kw_only=True):
    """A mark that stands: who set it, of which agency."""

    id: int
    why: str
    by: str
    agency: str
    at: dt.datetime
    version: int


class PastMarkOut(Struct, kw_only=True):
    """A mark that was taken off."""

    why: str
    by: str
    agency: str
    at: dt.datetime
    taken_off_why: str
    taken_off_by: str
    taken_off_at: dt.datetime
