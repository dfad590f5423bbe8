"""What a pack holds."""

import datetime as dt

from msgspec import Struct

from yosafe.people.chronology import ChronologyEntry
from yosafe.reviews.meeting_queries import CaseOf
from yosafe.reviews.meeting_schemas import ActionOut, ReviewDetail, ViewOut
from yosafe.reviews.schemas import FlagOut


class PackCase(Struct, kw_only=True):
    """A case as a reader takes it to the meeting. `since`: from when the entries of the chronology are; `more`: there are others. The names of other
    young people are taken out of all that was written."""

    number: int
    young_person: str
    name: str
    because: str | None
    summary: list[tuple[str, str]]
    flags: list[FlagOut]
    since: dt.date
    entries: list[ChronologyEntry]
    more: bool
    actions: list[ActionOut]
    last: CaseOf | None
    last_reason: str | None
    views: list[ViewOut]


class PackOut(Struct, kw_only=True):
    """The agenda with everything that is known of each case which the reader sees."""

    agenda: ReviewDetail
    cases: list[PackCase]
