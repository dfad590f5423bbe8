"""What comes in and goes out about the minutes of a joint review."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.reviews.meeting_schemas import ReviewOut
from yosafe.text import Account, In, Name, Reason

from .rules import Attended, CaseWritten


class PutOff(In, kw_only=True):
    """Why a case is not decided at this review. It is proposed for the next one."""

    reason: Reason


class LockMinutes(In, kw_only=True):
    """`agreed_by`: who was in the chair, and agrees that these are the minutes."""

    agreed_by: Name


class AddAddendum(In, kw_only=True):
    """What has come up since: about a case, or (without one) about the meeting."""

    case: Annotated[int, Meta(ge=1, le=2**15 - 1)] | None = None
    text: Account


class CaseMinutesOut(Struct, kw_only=True):
    """A case as it was written, with the young person's name as it is now."""

    name: str
    written: CaseWritten
    flag_titles: dict[int, str]


class AddendumOut(Struct, kw_only=True):
    """`case` is the number of the case that it is about, null for the meeting."""

    case: int | None
    text: str
    agency: str
    by: str
    at: dt.datetime


class MinutesOut(Struct, kw_only=True):
    """The minutes with the cases that the reader sees: as they were locked, or as they would be now (`locked_at` is null). `intact`: their text still
    has the SHA-256 with which it was locked. `hidden`: other cases, told to those who run the review.
    `quorate` is null where no panel says what is."""

    review: ReviewOut
    chair: str
    quorate: bool | None
    quorum: str
    attendance: list[Attended]
    cases: list[CaseMinutesOut]
    hidden: int
    locked_at: dt.datetime | None
    locked_by: str | None
    sha256: str | None
    intact: bool
    addenda: list[AddendumOut]
