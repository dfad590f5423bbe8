"""What comes in and goes out about keeping records of young people."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.text import In

from .rules import SHORTEST_REASON

Why = Annotated[str, Meta(min_length=SHORTEST_REASON, max_length=2000, description="Why, without a name or a date of birth")]
DueState = Literal["due", "soon", "held"]
HoldState = Literal["standing", "lifted", "all"]
DestructionState = Literal["proposed", "confirmed", "done", "stopped"]
DestructionAsked = Literal["open", "done", "stopped", "all"]


class PlaceHold(In, kw_only=True):
    reason: Why


class LiftHold(In, kw_only=True):
    reason: Why


class HoldOut(Struct, kw_only=True):
    """`version` is what lifting it is sent with, in If-Match."""

    id: int
    young_person: str
    agency: str
    reason: str
    placed_at: dt.datetime
    placed_by: str
    lifted_at: dt.datetime | None
    lifted_by: str | None
    lifted_reason: str | None
    version: int


class DueOut(Struct, kw_only=True):
    """A record whose last day has come: `rule` is the one that lasted longest, `because` says it. No names: a reference is enough to look it up."""

    young_person: str
    due_on: dt.date
    rule: str
    because: str
    held: bool


class RuleOut(Struct, kw_only=True):
    """A rule of the schedule, as far as it fits one record. `decide`: what a records officer must decide before the number is taken for given."""

    rule: str
    title: str
    kept: str
    until: dt.date
    confirmed: bool
    binds: str
    source: str
    decide: str


class StandingOut(Struct, kw_only=True):
    """How long one record is kept. `due_on` is None while something is open (`open` says what); `stopped`: why nothing at all is destroyed now."""

    young_person: str
    due_on: dt.date | None
    is_due: bool
    open: list[str]
    stopped: str | None
    rules: list[RuleOut]
    holds: list[HoldOut]


class Propose(In, kw_only=True):
    reason: Why


class BreakOff(In, kw_only=True):
    reason: Why


class WouldGo(Struct, kw_only=True):
    """What a destruction would do now, which does nothing: `goes` counts rows by table; in `stays` incidents others have a part, and this one's name
    is taken out of them; `shared_files` show others too, and stay with them."""

    young_person: str
    goes: dict[str, int]
    stays: int
    shared_files: int


class DestructionOut(Struct, kw_only=True):
    """`destroyed` and `treated` count rows by table, once it is done; `kept` and `source` are of the rule by which the record was due."""

    ref: str
    young_person: str
    state: DestructionState
    agency: str
    rule: str
    kept: str
    source: str
    reason: str
    proposed_at: dt.datetime
    proposed_by: str
    confirmed_at: dt.datetime | None
    confirmed_by: str | None
    stopped_at: dt.datetime | None
    stopped_by: str | None
    stopped_reason: str | None
    done_at: dt.datetime | None
    destroyed: dict[str, int] | None
    treated: dict[str, int] | None
    version: int
