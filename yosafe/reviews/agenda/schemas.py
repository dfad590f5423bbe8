"""What comes in and goes out about agendas."""

import datetime as dt

from msgspec import Struct

from yosafe.reviews.meeting_schemas import Reference
from yosafe.text import In, Reason


class AskForReview(In, kw_only=True):
    """Why a young person should be looked at by several agencies together."""

    reason: Reason


class WithdrawRequest(In, kw_only=True):
    reason: Reason


class LeaveOff(In, kw_only=True):
    """Why someone is not put on this agenda. They stay listed with it, and are proposed for the next review."""

    young_person: Reference
    reason: Reason


class Order(In, kw_only=True):
    """The numbers of the cases that you see, in the order in which they are to be discussed."""

    cases: tuple[int, ...]


class RequestOut(Struct, kw_only=True):
    """`taken_on`: a case came of it; `came_of_it` says which, such as RV-000012/3, where the reader sees that review."""

    id: int
    reason: str
    agency: str
    by: str
    asked_at: dt.datetime
    taken_on: bool
    came_of_it: str | None
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str | None
    can_withdraw: bool
    version: int


class LeftOut(Struct, kw_only=True):
    """Someone who was left off an agenda, by whom and why."""

    young_person: str
    name: str
    reason: str
    by: str
    at: dt.datetime
