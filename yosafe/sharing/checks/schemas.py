"""What comes in and goes out about checks. Codes are the lists `check_*` and `referral_category`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import AreaCode, Code, Note
from yosafe.text import In

from .rules import State

Whom = Annotated[str, Meta(min_length=1, max_length=120, description="Name and work, for example Jo Hart, duty social worker")]


class AskCheck(In, kw_only=True):
    """An enquiry that was made. `asker`, who asked by kind, may be left out where it is the recorder's own agency; `area` is the authority that was
    asked."""

    area: AreaCode
    register: Code
    reason: Code
    asker: Code | None = None
    asked_by: Whom
    asked_on: dt.date
    note: Note | None = None


class AnswerCheck(In, kw_only=True):
    """What was answered, by whom. `category`, of `referral_category`, belongs to `on_register` and to nothing else."""

    answer: Code
    category: Code | None = None
    answered_on: dt.date
    answered_by: Whom
    note: Note | None = None


class CheckOut(Struct, kw_only=True):
    """A check that the reader may read. `answer` is null while it waits. `may_answer`: the reader may record the answer."""

    id: int
    young_person: str
    name: str
    agency: str
    asker: str
    asked_by: str
    area: str
    register: str
    reason: str
    note: str | None
    asked_on: dt.date
    state: State
    answer: str | None
    category: str | None
    answered_on: dt.date | None
    answered_by: str | None
    answer_note: str | None
    recorded_at: dt.datetime
    recorded_by: str
    may_answer: bool
    version: int


class ChecksOfOut(Struct, kw_only=True):
    """The checks of one young person that the reader may read, newest first. `others`: how many were recorded for other agencies since `since`,
    which the reader may not read."""

    items: list[CheckOut]
    others: int
    since: dt.date
    next: str | None = None
