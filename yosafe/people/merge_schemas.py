"""What comes in and goes out about merging two records of one young person."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct, field

from yosafe.text import In, Reason

from .merge_rules import Which
from .schemas import Reference

Version = Annotated[int, Meta(ge=1, lt=10**9, description="The version of the other record that you read, from its ETag")]
Keep = Annotated[
    dict[str, Which],
    Meta(description="For each detail that both records have and not the same, whose stays; `care` where their care histories overlap"),
]


class MergeRecords(In, kw_only=True):
    """The other record goes into this one. `keep` names details as the record does: `date_of_birth`, `home_area`."""

    other: Reference
    other_version: Version
    reason: Reason
    keep: Keep = field(default_factory=dict)


class UndoMerge(In, kw_only=True):
    reason: Reason


class Number(Struct, kw_only=True):
    """How many of one kind, of those that you see. `words` says both: "2 contacts"."""

    what: str
    number: int
    words: str


class MergeOut(Struct, kw_only=True):
    """`kept` is the reference that the record has now, `merged` the one that leads to it while the merge stands. `since`: what was recorded since the
    merge, which stays with the kept record if it is undone; empty once it was. `set_aside`: stays and care periods that could not stand beside
    those of the other record, in words; undoing the merge brings them back."""

    id: int
    kept: str
    merged: str
    reason: str
    at: dt.datetime
    by: str
    agency: str
    undone_at: dt.datetime | None
    undone_by: str | None
    undone_reason: str | None
    set_aside: list[str]
    since: list[Number]
