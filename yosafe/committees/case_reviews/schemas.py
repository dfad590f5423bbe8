"""What comes in and goes out about serious case reviews. Codes are the lists `case_review_*` and `committee_seat`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import AreaCode, Code
from yosafe.text import Account, In, Reason

from .rules import State

Whom = Annotated[str, Meta(min_length=1, max_length=120, description="Name and work")]
AgencyCode = Annotated[str, Meta(min_length=1, max_length=60, description="For example leeds-yot")]


class AskReview(In, kw_only=True):
    """Ask the committee of an area whether it holds a review. `concern`: why one may be needed."""

    area: AreaCode
    happened: Code
    happened_on: dt.date
    concern: Account


class DecideReview(In, kw_only=True):
    """`decision`: hold, with who chairs it, or not_hold; either with the reason."""

    decision: Code
    reason: Reason
    decided_on: dt.date
    chair: Whom | None = None


class AddParty(In, kw_only=True):
    """An agency on the panel, asked for its management review. `agency`: by its code, where it uses yosafe; its people see the review then."""

    seat: Code
    member: Whom
    agency: AgencyCode | None = None
    asked_on: dt.date
    due_on: dt.date


class ReceiveReview(In, kw_only=True):
    received_on: dt.date


class Recommend(In, kw_only=True):
    """`party`: the number of the agency on the panel that has to do it; `owner`: who does."""

    text: Account
    party: int
    owner: Whom
    due_on: dt.date


class FinishRecommendation(In, kw_only=True):
    """`evidence`: what shows that it was done (5.51)."""

    done_on: dt.date
    evidence: Reason


class RecordChange(In, kw_only=True):
    """What is done differently now (5.41), and since when."""

    what: Account
    changed_on: dt.date


class CompleteReview(In, kw_only=True):
    """`summary`: as it is, or will be, published: it names nobody."""

    completed_on: dt.date
    summary: Account
    published_on: dt.date | None = None


class PartyOut(Struct, kw_only=True):
    id: int
    seat: str
    agency: str | None
    member: str
    asked_on: dt.date
    due_on: dt.date
    received_on: dt.date | None
    overdue: bool
    may_receive: bool
    version: int


class RecommendationOut(Struct, kw_only=True):
    id: int
    number: int
    text: str
    seat: str
    owner: str
    due_on: dt.date
    done_on: dt.date | None
    evidence: str | None
    overdue: bool
    may_finish: bool
    version: int


class ChangeOut(Struct, kw_only=True):
    what: str
    changed_on: dt.date
    recorded_by: str


class CaseReviewListedOut(Struct, kw_only=True):
    """A review in a list. `due_on`: of a review that is held, the end of its time limit; `open`: recommendations that are not done, of `of`."""

    ref: str
    young_person: str
    name: str
    area: str
    happened: str
    happened_on: dt.date
    state: State
    due_on: dt.date | None
    overdue: bool
    open: int
    of: int


class CaseReviewOut(Struct, kw_only=True):
    """Everything of one review. `limit` says the time limit in words, `limit_source` where it is from; `warning` where there are too many
    recommendations. `may_see_child`: the reader sees the young person's record too."""

    ref: str
    young_person: str
    name: str
    area: str
    agency: str
    happened: str
    happened_on: dt.date
    concern: str
    state: State
    decision: str | None
    decision_reason: str | None
    decided_on: dt.date | None
    chair: str | None
    due_on: dt.date | None
    limit: str | None
    limit_source: str | None
    standing: str | None
    completed_on: dt.date | None
    summary: str | None
    published_on: dt.date | None
    parties: list[PartyOut]
    recommendations: list[RecommendationOut]
    warning: str | None
    changes: list[ChangeOut]
    recorded_at: dt.datetime
    recorded_by: str
    may_decide: bool
    may_see_child: bool
    version: int
