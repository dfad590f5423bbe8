"""What comes in and goes out about sharing. Codes are the lists `share_*`, `sharing_basis` and `withheld_reason`."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.people.schemas import Code, Note
from yosafe.text import Account, In

Whom = Annotated[str, Meta(min_length=1, max_length=120, description="The person or team, for example Dr Quist, GP")]


class AnswerShare(In, kw_only=True):
    """What became of what was asked for. `basis` and `consent` belong to what was shared, with `protocol` (its number) and `not_asked_because` where
    they apply; `withheld_because` to what was withheld."""

    happened: Literal["shared", "withheld"]
    on: dt.date
    basis: Code | None = None
    protocol: int | None = None
    consent: Code | None = None
    not_asked_because: Code | None = None
    withheld_because: Code | None = None
    note: Note | None = None


class RecordShare(In, kw_only=True):
    """The same of what nobody has recorded yet; `asked` waits for an answer until `due_on`. `on` is the day on which it was asked, shared or
    withheld."""

    party: Code
    party_name: Whom
    categories: list[Code]
    what: Account
    happened: Literal["asked", "shared", "withheld"]
    on: dt.date
    due_on: dt.date | None = None
    basis: Code | None = None
    protocol: int | None = None
    consent: Code | None = None
    not_asked_because: Code | None = None
    withheld_because: Code | None = None
    note: Note | None = None


class ShareOut(Struct, kw_only=True):
    """`own`: the reader's agency recorded it; of what others shared, `party_name`, `what` and `note` are null. `state`: asked, shared or withheld."""

    id: int
    young_person: str
    name: str
    agency: str
    own: bool
    party: str
    party_name: str | None
    categories: list[str]
    what: str | None
    state: str
    asked_on: dt.date | None
    due_on: dt.date | None
    overdue: bool
    outcome_on: dt.date | None
    basis: str | None
    protocol: str | None
    consent: str | None
    not_asked_because: str | None
    withheld_because: str | None
    note: str | None
    recorded_by: str
    version: int
