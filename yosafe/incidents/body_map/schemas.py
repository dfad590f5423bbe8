"""What comes in and goes out about marks on a body map."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import Code, Reference
from yosafe.text import In, Reason, TimeOfDay

Who = Annotated[str, Meta(min_length=1, max_length=120)]
Words = Annotated[str, Meta(min_length=1, max_length=500)]


class AddMark(In, kw_only=True):
    """A mark or injury at one place. `region`: a code of `body_region`, `kind` of `mark_kind`; `size_mm`: its longest side. Without `seen_by` you saw
    it; without `seen_on` it was today; `seen_time` is in London."""

    young_person: Reference
    region: Code
    kind: Code
    size_mm: int | None = None
    note: Words | None = None
    seen_by: Who | None = None
    seen_on: dt.date | None = None
    seen_time: TimeOfDay | None = None


class StrikeMark(In, kw_only=True):
    reason: Reason


class MarkOut(Struct, kw_only=True):
    """A mark; one that was recorded by mistake is struck out, and stays."""

    id: int
    young_person: str
    region: str
    kind: str
    size_mm: int | None
    note: str | None
    seen_by: str
    seen_on: dt.date
    seen_time: str | None
    recorded_at: dt.datetime
    recorded_by: str
    struck_at: dt.datetime | None = None
    struck_by: str | None = None
    struck_reason: str | None = None
