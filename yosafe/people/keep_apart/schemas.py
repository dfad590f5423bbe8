"""What comes in and goes out about keeping apart. Codes are the lists `keep_apart_reason` and `keep_apart_restriction`."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.people.schemas import Code, Reference
from yosafe.text import In, Reason

State = Literal["open", "ended"]


class StartKeepApart(In, kw_only=True):
    """Two young people, or a small group of whom each is to be kept apart from each. `incident`: the one that led to it, which at least one of them
    is in."""

    young_people: Annotated[list[Reference], Meta(min_length=2, max_length=20)]
    reason_code: Code
    reason: Reason
    restriction: Code
    review_on: dt.date
    incident: Annotated[str, Meta(min_length=4, max_length=20, description="For example IN-000456")] | None = None


class ReviewKeepApart(In, kw_only=True):
    """What holds from now on: the same restriction or another, until the next review."""

    restriction: Code
    review_on: dt.date
    reason: Reason


class EndKeepApart(In, kw_only=True):
    reason: Reason


class PartyOut(Struct, kw_only=True):
    """One of the two. Of a young person whom the reader may not know of, there is nothing but the words "another young person"."""

    young_person: str | None
    name: str
    establishment: str | None
    unit: str | None


class KeepApartOut(Struct, kw_only=True):
    """`near` says how near they live now, where both are held at one establishment: `same_unit`, `unit_not_known`, `same_establishment`.
    Pairs with the same `group` were recorded together."""

    ref: str
    group: int
    state: State
    young_people: list[PartyOut]
    reason_code: str
    reason: str
    restriction: str
    review_on: dt.date
    review_due: bool
    near: str | None
    started_at: dt.datetime
    ended_at: dt.datetime | None
    recorded_by: str
    agency: str
    version: int


class StepOut(Struct, kw_only=True):
    """A step of the history: `started`, `reviewed`, `confirmed` (someone was placed although they must be kept apart) or `ended`."""

    kind: str
    restriction: str
    review_on: dt.date
    note: str
    at: dt.datetime
    by: str


class KeepApartWithHistoryOut(KeepApartOut, kw_only=True):
    """`incident`: the one that led to it, where the reader may see that one. `history`: every step, the oldest first."""

    incident: str | None
    history: list[StepOut]
