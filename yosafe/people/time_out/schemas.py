"""What comes in and goes out about time out. Codes are the lists `time_out_reason` and `time_out_outcome`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import Code, Instant, Note
from yosafe.text import In

Place = Annotated[str, Meta(min_length=1, max_length=120, description="Which court, hospital or other place")]
Escort = Annotated[str, Meta(min_length=1, max_length=120, description="Who went with them")]


class StartTimeOut(In, kw_only=True):
    """`expected_at` may be left out where nobody knows."""

    reason: Code
    place: Place
    escort: Escort
    left_at: Instant
    expected_at: Instant | None = None
    note: Note | None = None


class ChangeTimeOut(In, kw_only=True):
    """What holds from now on: where they are, with whom, and when they are expected back."""

    place: Place
    escort: Escort
    expected_at: Instant | None = None


class EndTimeOut(In, kw_only=True):
    """They came back. `concern`: whether there is an injury, or something to worry about. `note`: how they are."""

    returned_at: Instant
    concern: bool
    note: Note | None = None


class TimeOutOut(Struct, kw_only=True):
    """`overdue`: still out, and expected back before now. `outcome` is None while it lasts."""

    id: int
    young_person: str
    name: str
    establishment: str
    unit: str | None
    reason: str
    place: str
    escort: str
    note: str | None
    left_at: dt.datetime
    expected_at: dt.datetime | None
    overdue: bool
    ended_at: dt.datetime | None
    outcome: str | None
    concern: bool | None
    return_note: str | None
    recorded_by: str
    ended_by: str | None
    version: int
