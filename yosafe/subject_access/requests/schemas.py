"""What comes in and goes out about requests for what is kept."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.people.schemas import Reference
from yosafe.subject_access.held import Reason as Why
from yosafe.text import CODE_WORD, In, Name, Reason

Asker = Literal["young_person", "parent", "solicitor", "advocate"]
IdentityHow = Literal["known", "document", "authority", "order"]
Because = Literal["complex", "several"]
Outcome = Literal["given", "refused", "withdrawn"]
Decision = Literal["hold_back", "give"]
RequestsAsked = Literal["open", "answered", "all"]
Code = Annotated[str, Meta(pattern=CODE_WORD, description="A kind of record or a field, as the list of what is held back has it")]


class NewRequest(In, kw_only=True):
    """`asker_name` says who, where it is not the young person. Who they are may be made sure of later, by `identity`."""

    young_person: Reference
    asker: Asker
    received_on: dt.date
    asker_name: Name | None = None


class Identity(In, kw_only=True):
    identity_on: dt.date
    identity_how: IdentityHow
    identity_note: Reason | None = None


class Extend(In, kw_only=True):
    """`told_on`: when whoever asked was told, with the reason."""

    extended_because: Because
    extended_reason: Reason
    told_on: dt.date


class Decide(In, kw_only=True):
    """On a record (`kind`, `number`), or one `field` of it. Holding back needs a `reason`; only what waits for a decision can be given."""

    kind: Code
    number: Annotated[int, Meta(ge=1, le=2**62)]
    decision: Decision
    note: Reason
    field: Code | None = None
    reason: Why | None = None


class Answer(In, kw_only=True):
    outcome: Outcome
    outcome_note: Reason


class DecisionOut(Struct, kw_only=True):
    kind: str
    number: int
    field: str | None
    decision: Decision
    reason: Why | None
    note: str
    at: dt.datetime
    by: str


class RequestOut(Struct, kw_only=True):
    """`words` say how the time limit stands and `state` as a code: running, due_today, overdue, met or met_late. `starts_on` is None while nobody
    knows who asked; the day due is then counted from receipt."""

    ref: str
    young_person: str
    agency: str
    asker: Asker
    asker_name: str | None
    received_on: dt.date
    starts_on: dt.date | None
    due_on: dt.date
    state: str
    words: str
    identity_on: dt.date | None
    identity_how: IdentityHow | None
    identity_note: str | None
    extended_because: Because | None
    extended_reason: str | None
    told_on: dt.date | None
    outcome: Outcome | None
    outcome_note: str | None
    answered_at: dt.datetime | None
    answered_by: str | None
    recorded_at: dt.datetime
    recorded_by: str
    decisions: list[DecisionOut]
    version: int


class HeldBack(Struct, kw_only=True):
    """Something that would be held back if the files were made now: a whole record where it has no `field`. `decided`: by somebody, for this
    request."""

    kind: str
    number: int
    field: str | None
    reason: Why
    why: str
    names_only: bool
    decided: bool
