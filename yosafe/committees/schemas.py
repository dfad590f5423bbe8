"""What comes in and goes out about committees. Codes are the lists `committee_*` and `protocol_*`."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.people.schemas import Code
from yosafe.text import In, Line, Reason

from .rules import ProtocolState

Whom = Annotated[str, Meta(min_length=1, max_length=120)]


class NameMember(In, kw_only=True):
    """Someone sits on the committee for an agency. `post`: what they do there, which says whether they can decide for it (5.16)."""

    seat: Code
    name: Whom
    post: Whom
    since: dt.date


class EndMember(In, kw_only=True):
    until: dt.date


class RecordMeeting(In, kw_only=True):
    """A meeting that was held. `attendance`: a code of `committee_attended` for each seat that had a member on that day."""

    met_on: dt.date
    chair: Whom
    attendance: dict[str, str]


class WithdrawMeeting(In, kw_only=True):
    """Why it was recorded in error."""

    reason: Reason


class RecordProtocol(In, kw_only=True):
    kind: Code
    title: Line
    signatories: list[Code]
    starts_on: dt.date
    review_on: dt.date


class ChangeProtocol(In, kw_only=True):
    """It was looked at again (`review_on`: when next), or it ended (`ended_on` and `reason`)."""

    what: Literal["reviewed", "ended"]
    review_on: dt.date | None = None
    ended_on: dt.date | None = None
    reason: Reason | None = None


class MemberOut(Struct, kw_only=True):
    id: int
    seat: str
    name: str
    post: str
    since: dt.date
    until: dt.date | None
    recorded_by: str
    version: int


class VacancyOut(Struct, kw_only=True):
    """A seat that should be filled; `since`: the last day on which it was, null where it never was. `source` says who asks for it."""

    seat: str
    since: dt.date | None
    source: str


class AttendanceOut(Struct, kw_only=True):
    seat: str
    attended: str


class MeetingOut(Struct, kw_only=True):
    """`withdrawn`: why it was recorded in error; it counts no more."""

    id: int
    met_on: dt.date
    chair: str
    attendance: list[AttendanceOut]
    recorded_by: str
    withdrawn: str | None


class ShareOut(Struct, kw_only=True):
    """To how many of `meetings`, those of the last year for which it was recorded, an agency came or sent a deputy."""

    seat: str
    came: int
    meetings: int


class ProtocolOut(Struct, kw_only=True):
    id: int
    kind: str
    title: str
    signatories: list[str]
    starts_on: dt.date
    review_on: dt.date
    ended_on: dt.date | None
    ended_reason: str | None
    state: ProtocolState
    recorded_by: str
    version: int


class CommitteeListedOut(Struct, kw_only=True):
    """A committee in the list. `vacant`: seats that should be filled and are not, of `expected`; `protocol_gaps`: what is missing of the protocol of
    criterion 2.5: `none` where there is none in force, `overdue`, `unsigned:yot`."""

    area: str
    name: str
    members: int
    vacant: list[str]
    expected: int
    last_met_on: dt.date | None
    meetings: int
    protocol_gaps: list[str]


class CommitteeOut(Struct, kw_only=True):
    """Everything of one committee: members who sit now, those before, vacancies, meetings, shares of attendance, protocols."""

    area: str
    name: str
    members: list[MemberOut]
    former: list[MemberOut]
    vacancies: list[VacancyOut]
    meetings: list[MeetingOut]
    shares: list[ShareOut]
    protocols: list[ProtocolOut]
    protocol_gaps: list[str]
    may_record: bool
