"""What comes in and goes out about a welfare plan. Codes are the lists `need_topic`, `need_owner` and `need_outcome`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.text import Account, In, Line, Reason
from yosafe.welfare.schemas import Code, Reference


class AddNeed(In, kw_only=True):
    """A need and what will be done. `owner` says whose part it is, `owner_name` who does it; `assessment` told of the need."""

    assessment: Reference | None = None
    topic: Code
    need: Account
    will_do: Account
    owner: Code
    owner_name: Line
    target_on: dt.date


class ChangeNeed(In, kw_only=True):
    """What will be done from now on, by whom and by when, and why that changes."""

    will_do: Account
    owner: Code
    owner_name: Line
    target_on: dt.date
    reason: Reason


class CloseNeed(In, kw_only=True):
    """What came of it, in words too."""

    closed_on: dt.date
    came_of: Code
    note: Annotated[Reason, Meta(description="What was done, what changed for the young person, and what they say of it")]


class NeedOut(Struct, kw_only=True):
    """`days_late`: how many days past its target an open need is."""

    ref: str
    young_person: str
    name: str
    establishment: str | None
    assessment: str | None
    topic: str
    need: str
    will_do: str
    owner: str
    owner_name: str
    target_on: dt.date
    closed_on: dt.date | None
    came_of: str | None
    days_late: int
    agency: str
    recorded_by: str
    recorded_at: dt.datetime
    version: int


class StepOut(Struct, kw_only=True):
    """What held from then on."""

    kind: str
    will_do: str
    owner: str
    owner_name: str
    target_on: dt.date
    note: str | None
    at: dt.datetime
    by: str


class NeedWithHistoryOut(NeedOut, kw_only=True):
    history: list[StepOut]
