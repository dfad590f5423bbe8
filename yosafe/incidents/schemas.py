"""What comes in about an incident and what goes out: for the API, the forms and the importer alike."""

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from yosafe.text import Account, In, Line, Reason, TimeOfDay

from .rules import Precision
from .status import Act, Status
from .told.rules import State

Severity = Literal["low", "moderate", "serious"]
CodeIn = Annotated[str, Meta(min_length=1, max_length=40, description="A code of the list named in the reference of code lists")]
RefIn = Annotated[str, Meta(min_length=1, max_length=20, examples=["YP-000123"])]
Instant = Annotated[dt.datetime, Meta(tz=True, description="With its offset from UTC")]
Unit = Annotated[str, Meta(min_length=1, max_length=60)]
StaffName = Annotated[str, Meta(min_length=1, max_length=120)]
Note = Annotated[str, Meta(min_length=1, max_length=500)]


class Involve(In):
    """A young person in an incident, with every part they had in it."""

    young_person: RefIn
    roles: Annotated[list[CodeIn], Meta(min_length=1, max_length=8)]
    injuries: Annotated[list[CodeIn], Meta(max_length=15)] = field(default_factory=list)
    treatment: CodeIn | None = None


class RecordOutcome(In):
    """Something that was done. Without a young person it is for everyone involved; without a day it was done today. Of one of the group `told`:
    `whom`: a name, or what they do; `how`: a code of `told_how`, `done_time`: in London; `by_whom`: who told them, if not you."""

    outcome: CodeIn
    young_person: RefIn | None = None
    done_on: dt.date | None = None
    note: Note | None = None
    whom: StaffName | None = None
    how: CodeIn | None = None
    done_time: TimeOfDay | None = None
    by_whom: StaffName | None = None


class RecordNotTold(In, kw_only=True):
    """Why someone has not been told yet, or will not be: `outcome` of the group `told`, `reason` of the list `untold_reason`. Without a young
    person it is about everyone involved."""

    outcome: CodeIn
    young_person: RefIn | None = None
    reason: CodeIn
    note: Note | None = None


class NameStaff(In):
    """A member of staff and the part they had. `name`: a name or a staff number. With the email address of someone who works here it is tied to their
    account, and so it is where the name is that of one who does."""

    role: CodeIn
    name: StaffName
    agency: StaffName | None = None
    email: Annotated[str, Meta(min_length=3, max_length=254)] | None = None


class Suspension(In):
    """Of a member of staff in an allegation, by `id`. Without `suspended_to` it goes on; without `suspended_from` there is none."""

    id: int
    suspended_from: dt.date | None = None
    suspended_to: dt.date | None = None


class RecordAllegation(In):
    """What an allegation against staff needs besides. What is left out stays. `child_words`: the outcome, fit for a child."""

    officer_told_on: dt.date | UnsetType | None = UNSET
    investigator: StaffName | UnsetType | None = UNSET
    child_words: Account | UnsetType | None = UNSET
    suspensions: Annotated[list[Suspension], Meta(max_length=10)] = field(default_factory=list)


class SubmitIncident(In, kw_only=True):
    """An incident as it is recorded, at the establishment of whoever records it. Without a severity it is what the facts make it. `complaint`: the
    complaint of one of these young people that told of it; both stay, each pointing at the other."""

    kind: CodeIn
    happened_at: Instant
    happened_precision: Precision = Precision.EXACT
    place: CodeIn
    place_detail: Line | None = None
    unit: Unit | None = None
    account: Account
    child_said: Account | None = None
    child_not_asked_because: CodeIn | None = None
    immediate_action: Account | None = None
    told_by: CodeIn
    severity: Severity | None = None
    involvements: Annotated[list[Involve], Meta(min_length=1, max_length=30)]
    answers: dict[str, Any] = field(default_factory=dict)
    outcomes: Annotated[list[RecordOutcome], Meta(max_length=20)] = field(default_factory=list)
    staff: Annotated[list[NameStaff], Meta(max_length=10)] = field(default_factory=list)
    complaint: RefIn | None = None


class MoveIncident(In):
    """An act of the table of statuses, with what it needs."""

    action: Act
    comment: Reason | None = None
    finding: CodeIn | None = None
    reason: CodeIn | None = None
    original: RefIn | None = None
    owner: Annotated[str, Meta(min_length=3, max_length=254, description="The email address of a colleague")] | None = None
    answer: Annotated[str, Meta(min_length=1, max_length=10_000, description="Of a complaint, in words for the young person")] | None = None
    appeal_to: CodeIn | None = None


class CorrectIncident(In):
    """Values to put right. What is left out stays; the old value is kept beside the reason."""

    reason: Reason
    happened_at: Instant | UnsetType = UNSET
    happened_precision: Precision | UnsetType = UNSET
    place: CodeIn | UnsetType = UNSET
    place_detail: Line | UnsetType | None = UNSET
    unit: Unit | UnsetType | None = UNSET
    account: Account | UnsetType = UNSET
    child_said: Account | UnsetType | None = UNSET
    child_not_asked_because: CodeIn | UnsetType | None = UNSET
    immediate_action: Account | UnsetType | None = UNSET
    told_by: CodeIn | UnsetType = UNSET
    severity: Severity | UnsetType = UNSET
    answers: dict[str, Any] | UnsetType = UNSET


class AddAddendum(In):
    text: Account


class ConcernsOut(Struct, kw_only=True):
    """A young person about whom several incidents were recorded in so many days, this one among them."""

    young_person: str
    name: str
    concerns: int
    days: int


class SubmittedOut(Struct, kw_only=True):
    """What recording an incident answers; the whole record is at its address. `concerns`: of whom it is the third in 28 days, or more."""

    ref: str
    status: Status
    severity: Severity
    severity_because: list[str]
    recorded_at: dt.datetime
    version: int
    concerns: list[ConcernsOut] = []


class PersonOut(Struct, kw_only=True):
    """A young person in an incident, with the facts of that day. One whom the reader has no duty towards has roles and no more."""

    involvement: int
    young_person: str | None
    name: str
    roles: list[str]
    injuries: list[str] = []
    treatment: str | None = None
    age: int | None = None
    establishment: str | None = None
    unit: str | None = None
    legal_status: str | None = None
    care_status: str | None = None
    distance_miles: int | None = None
    days_since_arrival: int | None = None


class ListedOut(Struct, kw_only=True):
    """An incident in a list."""

    ref: str
    kind: str
    status: Status
    severity: Severity
    establishment: str
    place: str
    happened_at: dt.datetime
    happened_precision: Precision
    recorded_at: dt.datetime
    young_people: list["NamedOut"]


class NamedOut(Struct, kw_only=True):
    young_person: str | None
    name: str
    roles: list[str]


class OutcomeOut(Struct, kw_only=True):
    outcome: str
    young_person: str | None
    name: str | None
    done_on: dt.date
    note: str | None
    recorded_at: dt.datetime
    recorded_by: str
    whom: str | None = None
    how: str | None = None
    done_time: str | None = None
    by_whom: str | None = None


class TellingOut(Struct, kw_only=True):
    """How it stands with someone who is to be told of a serious incident: `told`, `not_to_be_told` (decided, with a reason), `waiting` (with one) or
    `nothing_said`. Without a young person it is about the incident."""

    outcome: str
    young_person: str | None
    name: str | None
    state: State
    told_on: dt.date | None = None
    whom: str | None = None
    reason: str | None = None
    note: str | None = None


class StaffOut(Struct, kw_only=True):
    """A member of staff in an incident. Names are for those who work in the establishment. `days`: suspended so far, or in all."""

    id: int
    role: str
    name: str | None
    agency: str | None
    suspended_from: dt.date | None = None
    suspended_to: dt.date | None = None
    days: int | None = None


class AllegationOut(Struct, kw_only=True):
    officer_told_on: dt.date | None
    investigator: str | None
    child_words: str | None


class EventOut(Struct, kw_only=True):
    """A step. `code` is the finding of a conclusion, to whom an appeal goes, or why it is not reportable; `owner` to whom it was given."""

    action: Act
    from_status: Status | None
    to_status: Status
    code: str | None
    comment: str | None
    at: dt.datetime
    by: str
    owner: str | None = None


class AddendumOut(Struct, kw_only=True):
    text: str
    at: dt.datetime
    by: str


class CorrectionOut(Struct, kw_only=True):
    field: str
    old: str | None
    new: str | None
    reason: str
    at: dt.datetime
    by: str


class AnswerOut(Struct, kw_only=True):
    """An answer to a complaint, or to an appeal against one."""

    appeal: bool
    outcome: str
    words: str
    answered_at: dt.datetime
    by: str


class ContentOut(Struct, kw_only=True):
    """Whether the young person is content with the answer: a code of the list `satisfaction`."""

    content: str
    words: str | None
    asked_on: dt.date
    by: str


class ComplaintOut(Struct, kw_only=True):
    """What a complaint has besides. `may_appeal_by`: the last day on which the young person may appeal against the answer that stands.
    `appeal_to`: to whom an appeal goes that waits for its answer."""

    sealed: bool
    answers: list[AnswerOut]
    content: list[ContentOut]
    may_appeal_by: dt.date | None
    appeal_to: str | None


class IncidentOut(Struct, kw_only=True):
    """The whole record, as this reader may see it: names of other children than theirs are taken out of what was written, and a child's own words
    are withheld (`child_said_withheld`) from whoever has no duty towards any child whose words they can be."""

    ref: str
    kind: str
    status: Status
    severity: Severity
    restricted: bool
    establishment: str
    unit: str | None
    place: str
    place_detail: str | None
    happened_at: dt.datetime
    happened_precision: Precision
    account: str
    child_said: str | None
    child_said_withheld: bool
    child_not_asked_because: str | None
    immediate_action: str | None
    told_by: str
    question_set: str
    answers: dict[str, Any]
    finding: str | None
    duplicate_of: str | None
    owner: str | None
    recorded_at: dt.datetime
    recorded_by: str
    recorded_for: str
    version: int
    involvements: list[PersonOut]
    staff: list[StaffOut]
    allegation: AllegationOut | None
    outcomes: list[OutcomeOut]
    to_be_told: list[TellingOut]
    events: list[EventOut]
    addenda: list[AddendumOut]
    corrections: list[CorrectionOut]
    may: list[Act]
    complaint: ComplaintOut | None = None
