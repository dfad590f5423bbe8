"""What comes in and goes out about an investigation. Code lists: `interview_with`, `interview_present`, `evidence_kind`, `not_told_reason`."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yosafe.incidents.schemas import CodeIn, Note, RefIn, StaffName
from yosafe.text import TIME, Account, In, Line, Reason

Part = Literal["step", "interview", "evidence", "feedback"]
Audience = Literal["young_person", "reporter"]


class PlanStep(In):
    """Something that is to be done, by whom and by when."""

    what: Note
    who: StaffName
    due_on: dt.date


class FinishStep(In):
    """How a step of the plan ended. `not_needed` wants a note that says why; one that is `done` without a day was done today."""

    how: Literal["done", "not_needed"]
    done_on: dt.date | None = None
    note: Note | None = None


class RecordInterview(In):
    """Someone who was spoken to: a young person of the incident by reference, staff or someone else by name. `declined`: they were asked and did not
    want to; then nothing was said. A young person who had nobody there for them wants a note that says why."""

    with_whom: CodeIn
    held_on: dt.date
    began: Annotated[str, Meta(pattern=TIME, description="In London, like 10:05")] | None = None
    young_person: RefIn | None = None
    name: StaffName | None = None
    present: Annotated[list[CodeIn], Meta(max_length=9)] = field(default_factory=list)
    present_names: Line | None = None
    declined: bool = False
    said: Account | None = None
    note: Note | None = None


class RecordEvidence(In):
    """Something that shows what happened. With `kept_on`, `kept_by` and `kept_where` it is kept; without, it is to be kept, before `keep_by` where it
    is overwritten or gone by then."""

    kind: CodeIn
    what: Note
    keep_by: dt.date | None = None
    kept_on: dt.date | None = None
    kept_by: StaffName | None = None
    kept_where: Line | None = None


class SettleEvidence(In):
    """What became of evidence that was to be kept: when, by whom and where it is kept; or why it is lost."""

    kept_on: dt.date | None = None
    kept_by: StaffName | None = None
    kept_where: Line | None = None
    lost_because: Note | None = None


class RecordFeedback(In):
    """What someone was told of what came of it: the day, by whom and the words. Or why they were not told. Without a young person it is for all."""

    audience: Audience
    young_person: RefIn | None = None
    told_on: dt.date | None = None
    told_by: StaffName | None = None
    words: Account | None = None
    not_told_because: CodeIn | None = None
    note: Note | None = None


class WithdrawEntry(In):
    """An entry that was recorded in error. It stays readable."""

    reason: Reason


class EntryOut(Struct, kw_only=True):
    """What every entry has. `withdrawn`: why it was recorded in error, where it was."""

    id: int
    recorded_at: dt.datetime
    recorded_by: str
    withdrawn: str | None
    withdrawn_at: dt.datetime | None
    withdrawn_by: str | None


class StepOut(EntryOut, kw_only=True):
    what: str
    who: str | None
    due_on: dt.date
    overdue: bool
    how: str | None
    done_on: dt.date | None
    note: str | None
    ended_by: str | None


class InterviewOut(EntryOut, kw_only=True):
    """`said_withheld`: the words are those of a young person whom the reader has no duty towards."""

    with_whom: str
    young_person: str | None
    name: str
    held_on: dt.date
    began: str | None
    present: list[str]
    present_names: str | None
    declined: bool
    said: str | None
    said_withheld: bool
    note: str | None


class EvidenceOut(EntryOut, kw_only=True):
    """`state`: `kept`, `to_keep` or `lost`."""

    kind: str
    what: str
    state: Literal["kept", "to_keep", "lost"]
    keep_by: dt.date | None
    overdue: bool
    kept_on: dt.date | None
    kept_by: str | None
    kept_where: str | None
    lost_because: str | None


class FeedbackOut(EntryOut, kw_only=True):
    audience: Audience
    young_person: str | None
    name: str | None
    told_on: dt.date | None
    told_by: str | None
    words: str | None
    not_told_because: str | None
    note: str | None


class InvestigationOut(Struct, kw_only=True):
    """Everything of the investigation of one incident, as this reader may see it. `untold`: whom it is about, of those whom the reader sees, who
    were neither told nor is it said why not. `child_told`: by the answer, of a complaint; `reporter_told` is true where nobody else is to be told."""

    incident: str
    owner: str | None
    began_at: dt.datetime | None
    due_on: dt.date | None
    state: str | None
    words: str | None
    steps: list[StepOut]
    interviews: list[InterviewOut]
    evidence: list[EvidenceOut]
    feedback: list[FeedbackOut]
    untold: list[str]
    child_told: bool
    reporter_told: bool
    may_record: bool


class RunningOut(Struct, kw_only=True):
    """An investigation in a list. `young_people` are the names of those whom the reader sees, `young_person_refs` their references in the same order.
    `steps_late` and `evidence_late` count what is past its day; `evidence_by` is the first day by which something is to be kept."""

    ref: str
    kind: str
    severity: str
    owner: str | None
    mine: bool
    young_people: list[str]
    young_person_refs: list[str]
    due_on: dt.date | None
    state: str | None
    words: str | None
    steps_open: int
    steps_late: int
    evidence_open: int
    evidence_late: int
    evidence_by: dt.date | None
