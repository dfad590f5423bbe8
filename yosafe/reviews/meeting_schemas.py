"""What comes in and goes out about joint reviews."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.text import Account, In, Line, Name, Reason

from .panels.schemas import PanelOut
from .rules import Outcome
from .schemas import FlagOut, OutcomeOut
from .status import Status

Code = Annotated[str, Meta(min_length=1, max_length=40)]
Reference = Annotated[str, Meta(min_length=4, max_length=20, description="For example YP-000123")]
Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
What = Annotated[str, Meta(min_length=5, max_length=1000, description="What is to be done, as a sentence")]


class ArrangeReview(In, kw_only=True):
    """`establishment` may be left out by those who work in one."""

    establishment: Code | None = None
    meets_on: dt.date
    chair: Name


class ListCase(In, kw_only=True):
    """Put a young person on the agenda, for the flags that stand above a note. `because` is needed where there are none."""

    young_person: Reference
    because: Annotated[str, Meta(min_length=5, max_length=500)] | None = None


class RecordAttendance(In, kw_only=True):
    """`reason` is needed with apologies."""

    agency: Code
    person: Name
    attended: Code
    reason: Line | None = None


class GiveView(In, kw_only=True):
    """`dissents`: the agency does not agree with what is or was decided. `agency` and `said_by`, for who runs the review: what another one said."""

    view: Account
    dissents: bool = False
    agency: Code | None = None
    said_by: Name | None = None


class AgreeAction(In, kw_only=True):
    what: What
    owner_agency: Code
    owner_name: Name
    due_on: dt.date


class FlagDecision(In, kw_only=True):
    """What the review made of one flag; without a reason of its own, the reason of the decision."""

    flag: Number
    outcome: Outcome
    reason: Reason | None = None


class DecideCase(In, kw_only=True):
    """`advocate` is a code of `review_advocate`; `advocate_why` is needed where none was asked or came.
    `before_meeting` confirms that a decision is recorded before the day on which the review meets; without it such a decision is refused."""

    decision: Code
    reason: Reason
    child_came: Code
    child_said: Account | None = None
    advocate: Code
    advocate_why: Line | None = None
    plan: Account | None = None
    next_review_on: dt.date | None = None
    flags: tuple[FlagDecision, ...] = ()
    actions: tuple[AgreeAction, ...] = ()
    before_meeting: bool = False


class FinishAction(In, kw_only=True):
    """`note`: what was done; `evidence`: what shows it."""

    note: Line
    evidence: Line


class ReviewOut(Struct, kw_only=True):
    """`cases` counts those on the agenda whom the reader sees, `decided` those of them with a decision, `put_off` those that were left for later.
    `quorate` and `quorum` are of the moment at which the minutes were locked; null before, and `quorate` where no panel says what is."""

    ref: str
    establishment: str
    establishment_name: str
    area: str
    area_name: str
    meets_on: dt.date
    chair: str
    held: bool
    status: Status
    locked_at: dt.datetime | None
    quorate: bool | None
    quorum: str | None
    cases: int
    decided: int
    put_off: int
    version: int


class AttendanceOut(Struct, kw_only=True):
    agency: str
    person: str
    attended: str
    reason: str | None


class CaseOut(Struct, kw_only=True):
    """A case as it stands on the agenda: `flags` are the titles of those it was listed for, `because` what was said when it was listed."""

    number: int
    young_person: str
    name: str
    because: str | None
    flags: tuple[str, ...]
    open_actions: int
    decision: str | None
    decided_at: dt.datetime | None
    put_off_at: dt.datetime | None


class ReviewDetail(Struct, kw_only=True):
    """`hidden`: cases of young people whom the reader does not see; told to those who run the review, 0 to others. `panel` is that of the
    establishment or its area; `quorum` says who came of those who must."""

    review: ReviewOut
    panel: PanelOut | None
    quorum: str | None
    attendance: list[AttendanceOut]
    cases: list[CaseOut]
    hidden: int


class ViewOut(Struct, kw_only=True):
    """What one agency said; `after_decision` marks what was added to the minutes."""

    agency: str
    by: str
    view: str
    dissents: bool
    said_by: str | None
    at: dt.datetime
    after_decision: bool


class ActionOut(Struct, kw_only=True):
    """`sees_review`: whether the review that agreed it exists for the reader too, or only this action of their agency.
    `cancel_reason` and `cancel_asked_by`: somebody asked that it be cancelled; `can_settle`: the reader is a second person who may decide."""

    id: int
    review: str
    case: int
    young_person: str
    name: str
    what: str
    owner_agency: str
    owner_name: str
    due_on: dt.date
    done_on: dt.date | None
    done_note: str | None
    evidence: str | None
    cancel_reason: str | None
    cancel_asked_by: str | None
    cancelled_at: dt.datetime | None
    cancelled_by: str | None
    overdue: bool
    can_finish: bool
    can_settle: bool
    sees_review: bool
    version: int


class CaseDetail(Struct, kw_only=True):
    """`flags` are those that it was listed for; `outcomes` what this review made of them."""

    review: ReviewOut
    case: CaseOut
    flags: list[FlagOut]
    outcomes: list[OutcomeOut]
    views: list[ViewOut]
    actions: list[ActionOut]
    decision: str | None
    reason: str | None
    decided_by: str | None
    child_came: str | None
    child_said: str | None
    advocate: str | None
    advocate_why: str | None
    plan: str | None
    put_off_reason: str | None
    next_review_on: dt.date | None
    version: int


class CandidateOut(Struct, kw_only=True):
    """Someone who might be put on the agenda, and why: highest first. `overdue` counts time limits, `late_actions` what reviews agreed. `asked`:
    agencies with their reasons. `left_because`: why the review of `left_at` left or put them off."""

    young_person: str
    name: str
    high: int
    raised: int
    titles: tuple[str, ...]
    overdue: int
    late_actions: int
    due_again_on: dt.date | None
    asked: tuple[str, ...]
    left_because: str | None
    left_at: dt.date | None
