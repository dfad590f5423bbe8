"""In which statuses a joint review can be and what may be done in each: one table that the code runs, the tests enumerate and the docs draw."""

import datetime as dt
from enum import StrEnum

from yosafe.errors import Conflict
from yosafe.words import day


class Status(StrEnum):
    ARRANGED = "arranged"
    MEETING = "meeting"
    LOCKED = "locked"


class Act(StrEnum):
    LIST = "list"
    LEAVE = "leave"
    ORDER = "order"
    ATTEND = "attend"
    VIEW = "view"
    DECIDE = "decide"
    PUT_OFF = "put_off"
    AGREE = "agree"
    LOCK = "lock"
    ADD = "add"


STATUS_LABELS: dict[Status, str] = {
    Status.ARRANGED: "Arranged",
    Status.MEETING: "Met, minutes open",
    Status.LOCKED: "Minutes locked",
}
STATUS_COLOURS: dict[Status, str] = {Status.ARRANGED: "blue", Status.MEETING: "yellow", Status.LOCKED: "green"}
ACT_LABELS: dict[Act, str] = {
    Act.LIST: "Put a young person on the agenda",
    Act.LEAVE: "Leave someone for a later review",
    Act.ORDER: "Put the cases in order",
    Act.ATTEND: "Record who came",
    Act.VIEW: "Give an agency's view",
    Act.DECIDE: "Decide a case",
    Act.PUT_OFF: "Put a case off",
    Act.AGREE: "Add an action",
    Act.LOCK: "Lock the minutes",
    Act.ADD: "Write an addendum",
}

RUNS = "runs"  # instead of a permission: whoever runs the review
VIEW = "review:view"
WHO: dict[Act, str] = {act: VIEW if act in (Act.VIEW, Act.ADD) else RUNS for act in Act}

_S, _A = Status, Act
_OPEN = {_A.LIST, _A.LEAVE, _A.ORDER, _A.ATTEND, _A.VIEW, _A.PUT_OFF, _A.AGREE}  # change nothing of the status
# In a status, each act that there may be, and the status that comes of it. What is not here is refused with a sentence.
TABLE: dict[Status, dict[Act, Status]] = {
    _S.ARRANGED: {**{act: _S.ARRANGED for act in Act if act in _OPEN}, _A.DECIDE: _S.MEETING, _A.LOCK: _S.LOCKED},
    _S.MEETING: {**{act: _S.MEETING for act in Act if act in _OPEN}, _A.DECIDE: _S.MEETING, _A.LOCK: _S.LOCKED},
    _S.LOCKED: {_A.ADD: _S.LOCKED},
}


def status_of(held_at: dt.datetime | None, locked_at: dt.datetime | None) -> Status:
    if locked_at is not None:
        return Status.LOCKED
    return Status.MEETING if held_at is not None else Status.ARRANGED


def check_act(status: Status, act: Act, *, locked_on: dt.date | None) -> Status:
    """The status that comes of an act. Raises Conflict, in words, for one that there is not now."""
    after = TABLE[status].get(act)
    if after is not None:
        return after
    if locked_on is not None:
        raise Conflict(f"The minutes of this review were locked on {day(locked_on)}. What has come up since goes into an addendum.")
    raise Conflict("The minutes of this review are not locked yet. Give your agency's view of the case instead.")
