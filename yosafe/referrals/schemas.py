"""What comes in and goes out about referrals, for the API and the forms alike. Codes are those of `reference/data/codes/referrals.toml`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct, field

from yosafe.people.clock_queries import ClockOut
from yosafe.people.time_limits.schemas import ExplainedClock
from yosafe.text import Account, In, Name, Reason

from .events import Kind
from .status import Status

Code = Annotated[str, Meta(min_length=1, max_length=40)]
Reference = Annotated[str, Meta(min_length=4, max_length=20, examples=["YP-000123"])]
References = Annotated[list[Reference], Meta(max_length=20)]
Note = Annotated[str, Meta(min_length=1, max_length=2_000)]
Concern = Annotated[str, Meta(min_length=10, max_length=10_000, description="What you fear for the young person, and on what it rests")]


class Grounds(In, kw_only=True):
    """Whom it is about and what it rests on: incidents of this young person, an assessment of theirs, what someone told (by whom, when, and what
    they said), or several of these."""

    young_person: Reference
    incidents: References = field(default_factory=list)
    assessment: Reference | None = None
    category: Code
    concern: Concern
    child_view: Account | None = None
    told_by: Code | None = None
    told_on: dt.date | None = None
    told_how: Account | None = None


class SendReferral(Grounds, kw_only=True):
    """A referral to the authorities of home and of the place where the young person is held. Give their own view, or why they were not asked;
    and, where the record lacks what they will ask for, why you send it all the same (`gaps_reason`)."""

    child_not_asked_because: Code | None = None
    sharing_basis: Code
    gaps_reason: Reason | None = None


class ConsiderReferral(Grounds, kw_only=True):
    """The decision not to refer: against which threshold, why, who agreed, and when it is looked at again."""

    threshold: Reason
    reason: Code
    second_person: Name
    review_on: dt.date


class RecordEvent(In, kw_only=True):
    """Something that happened to a referral, on a London day. `outcome` is a code of the list that belongs to the kind; `source` says how it is
    known. `present` is for meetings; `quorate`, `child_there` and `advocate` for conferences; `registered_as` for one that registers; `agreed_with`
    for what is agreed with someone else; `review_on` for a decision not to refer that is looked at once more."""

    kind: Kind
    on: dt.date
    outcome: Code | None = None
    note: Note | None = None
    source: Code | None = None
    present: Annotated[list[Code], Meta(max_length=20)] = field(default_factory=list)
    present_names: Note | None = None
    quorate: Code | None = None
    child_there: Code | None = None
    advocate: Code | None = None
    registered_as: Code | None = None
    agreed_with: Name | None = None
    review_on: dt.date | None = None


class RecipientOut(Struct, frozen=True, kw_only=True):
    """An authority that it goes to. `part`: home, host or both. `on_service`: someone there can answer here; else send it another way as well."""

    area: str
    name: str
    part: str
    on_service: bool


class SentOut(Struct, kw_only=True):
    ref: str
    status: Status
    version: int
    recipients: list[RecipientOut]


class RecordedOut(Struct, kw_only=True):
    """What recording an event came to. Read the referral again for its clocks; one that has ended may no longer be yours to see."""

    ref: str
    kind: Kind
    status: Status
    version: int


class EventOut(Struct, kw_only=True):
    """`area` is the authority whose worker recorded it, None for those who refer."""

    kind: Kind
    on: dt.date
    area: str | None
    outcome: str | None
    note: str | None
    by: str
    agency: str
    recorded_at: dt.datetime
    source: str | None = None
    present: list[str] = field(default_factory=list)
    present_names: str | None = None
    quorate: str | None = None
    child_there: str | None = None
    advocate: str | None = None
    registered_as: str | None = None
    agreed_with: str | None = None
    review_on: dt.date | None = None


class GroundOut(Struct, kw_only=True):
    """An incident or assessment on which it rests, of those that the reader may see."""

    ref: str
    kind: str
    happened_on: dt.date


class ReferralOut(Struct, kw_only=True):
    """A referral with its clocks, or the decision not to make one (`considered_only`). `may`: the events that the reader may record next.
    `grounds_hidden`: how many more it rests on that the reader may not see. `owner_area`: the authority that has the case now. `gaps`: what the
    record lacked when it was sent."""

    ref: str
    young_person: str
    name: str
    status: Status
    considered_only: bool
    category: str
    concern: str
    child_view: str | None
    child_not_asked_because: str | None
    sharing_basis: str | None
    source_code: str
    home_area: str
    host_area: str | None
    establishment: str | None
    incidents: list[GroundOut]
    assessment: GroundOut | None
    grounds_hidden: int
    threshold: str | None
    not_referred_reason: str | None
    second_person: str | None
    review_on: dt.date | None
    told_by: str | None
    told_on: dt.date | None
    told_how: str | None
    gaps: list[str]
    gaps_reason: str | None
    owner_area: str | None
    recorded_by: str
    recorded_for: str
    recorded_at: dt.datetime
    version: int
    events: list[EventOut]
    clocks: list[ExplainedClock]
    may: list[Kind]


class ListedOut(Struct, kw_only=True):
    """A referral in a list. `clock` is the time limit that runs out first, of those that run."""

    ref: str
    young_person: str
    name: str
    status: Status
    category: str
    home_area: str
    host_area: str | None
    establishment: str | None
    recorded_at: dt.datetime
    recorded_for: str
    clock: ClockOut | None
