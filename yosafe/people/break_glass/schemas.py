"""What comes in and goes out about records opened in an emergency."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.people.schemas import Reference
from yosafe.text import In, Name, Reason

from .rules import SHORTEST_REASON

Outcome = Literal["proper", "not_proper"]
Why = Annotated[str, Meta(min_length=SHORTEST_REASON, max_length=2000, description="What the emergency is, and what you need to know")]


class OpenRecord(In, kw_only=True):
    """Who is meant, exactly as recorded: the date of birth, and the reference or both names."""

    date_of_birth: dt.date
    reason: Why
    young_person: Reference | None = None
    family_name: Name | None = None
    given_names: Name | None = None


class ReviewAccess(In, kw_only=True):
    outcome: Outcome
    note: Reason


class OpenedOut(Struct, kw_only=True):
    """A record that is open to whoever opened it."""

    id: int
    young_person: str
    name: str
    at: dt.datetime
    until: dt.datetime
    reviewer: str


class AccessOut(Struct, kw_only=True):
    """`state`: met, met_late, running, due_today or overdue, of the review; `words` say it."""

    id: int
    young_person: str
    opened_by: str
    role: str
    agency: str
    reason: str
    way: Literal["reference", "names"]
    at: dt.datetime
    until: dt.datetime
    due_on: dt.date
    state: str
    words: str
    outcome: Outcome | None
    note: str | None
    reviewed_at: dt.datetime | None
    reviewed_by: str | None
    version: int
