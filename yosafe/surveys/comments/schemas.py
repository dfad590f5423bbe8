"""What comes in and goes out about what was written in surveys."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.text import In, Line, Reason

from .rules import State

CommentRef = Annotated[str, Meta(min_length=4, max_length=20, description="For example CM-000012")]


class SayRead(In, kw_only=True):
    """Texts that someone has read."""

    comments: Annotated[list[CommentRef], Meta(min_length=1, max_length=100)]


class MarkComment(In, kw_only=True):
    """Why a text may hold a disclosure."""

    reason: Reason


class AnswerComment(In, kw_only=True):
    """What was done, on which day, and by whom."""

    done: Reason
    done_on: dt.date
    done_by: Line


class MarkOut(Struct, kw_only=True):
    at: dt.datetime
    by: str
    reason: str


class DoneOut(Struct, kw_only=True):
    done: str
    on: dt.date
    who: str
    recorded_at: dt.datetime
    recorded_by: str


class CommentOut(Struct, kw_only=True):
    """One text with where and in which month it was written. There is no survey's number, no other answer and no row in it. `read_at` is when someone
    first said that they had read it."""

    ref: str
    establishment: str
    establishment_name: str
    fielded_on: dt.date
    question: str
    words: str
    state: State
    read_at: dt.datetime | None
    marked: MarkOut | None
    answer: DoneOut | None
    version: int


class SaidReadOut(Struct, kw_only=True):
    """How many were unread until now."""

    read: int
