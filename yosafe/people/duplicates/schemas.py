"""What comes in and goes out about records that may be of one child."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct, field

from yosafe.people.schemas import FoundOut, Identity, RecordNumber, Reference
from yosafe.text import In, Name, Reason


class LookForDuplicates(Identity, kw_only=True):
    """Whoever is about to be added, with all that is known of how they may be recorded already."""

    known_as: Name | None = None
    numbers: Annotated[list[RecordNumber], Meta(max_length=10)] = field(default_factory=list)


class NotTheSame(In, kw_only=True):
    """Another record, and why it is of another child."""

    other: Reference
    reason: Reason


class CandidateOut(FoundOut, kw_only=True):
    """A young person whom you see and who may be the one meant. `strength` is very_likely or possible; `reasons` say why, the strongest first."""

    strength: str
    reasons: list[str]


class LikelyOut(Struct, kw_only=True):
    """`candidates`: those whom you see, the likeliest first. `elsewhere`: references of records made by others that have exactly these names and this
    date of birth, for establishments that receive; nothing else is told of them."""

    candidates: list[CandidateOut]
    elsewhere: list[str]


class LeadOut(Struct, kw_only=True):
    """Two records that you see and that may be of one child."""

    strength: str
    reasons: list[str]
    one: FoundOut
    other: FoundOut


class NotSameOut(Struct, kw_only=True):
    """Two records that were said to be of two children: by whom, when and why."""

    id: int
    refs: list[str]
    reason: str
    recorded_at: dt.datetime
    recorded_by: str
    agency: str
