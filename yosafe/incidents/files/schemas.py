"""What comes in and goes out about files of an incident."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct, field

from yosafe.people.schemas import Code, Reference
from yosafe.text import In, Line, Reason

Who = Annotated[str, Meta(min_length=1, max_length=120)]


class AddFile(In, kw_only=True):
    """What is said of a file. `kind`: a code of `file_kind`. `shows`: the young people of the incident whom it shows or names; `shows_others`: it
    shows or names others in it, whom you may not know of. It is open only to those who may know of all of them."""

    kind: Code
    caption: Line
    taken_by: Who | None = None
    taken_on: dt.date | None = None
    shows: Annotated[list[Reference], Meta(max_length=30)] = field(default_factory=list)
    shows_others: bool = False


class WithdrawFile(In, kw_only=True):
    reason: Reason


class ShownOut(Struct, kw_only=True):
    young_person: str
    name: str


class FileOut(Struct, kw_only=True):
    """A file of an incident. One that is `withheld` shows or names a young person whom the reader may not know of: nothing else is said of it.
    `has_location`: the camera wrote into it where it was taken. `has_picture`: a smaller copy, without what the camera wrote, can be shown."""

    ref: str
    withheld: bool
    added_at: dt.datetime
    kind: str | None = None
    caption: str | None = None
    taken_by: str | None = None
    taken_on: dt.date | None = None
    shows: list[ShownOut] = []
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    has_location: bool = False
    has_picture: bool = False
    added_by: str | None = None
    withdrawn_at: dt.datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None
