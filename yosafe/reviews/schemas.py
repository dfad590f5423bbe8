"""What comes in and goes out about flags and joint reviews."""

import datetime as dt

from msgspec import Struct

from yosafe.models.indicators import Because, Level
from yosafe.text import In, Reason

from .risk_model.schemas import ScoreOut
from .rules import FlagState, HitRate, Outcome


class AnswerFlag(In, kw_only=True):
    """What an agency made of a flag, with its reason."""

    outcome: Outcome
    reason: Reason


class FlagOut(Struct, kw_only=True):
    """A flag with its reasons. `establishment` is where the young person is held now. `withheld`: it rests in part on incidents of another
    establishment, which are left out for this reader."""

    id: int
    young_person: str
    name: str
    indicator: str
    title: str
    level: Level
    sentence: str
    because: tuple[Because, ...]
    missing: tuple[str, ...]
    withheld: bool
    raised_on: dt.date
    last_seen_on: dt.date
    cleared_on: dt.date | None
    state: FlagState
    establishment: str | None


class GapOut(Struct, kw_only=True):
    """An indicator that can't be worked out, and what is missing."""

    indicator: str
    title: str
    missing: tuple[str, ...]


class ChildFlagsOut(Struct, kw_only=True):
    """A young person's flags, those that stand first; `not_worked_out` is never the same as "no"."""

    flags: list[FlagOut]
    not_worked_out: list[GapOut]


class OutcomeOut(Struct, kw_only=True):
    """What an agency made of a flag. `review`: the joint review that it came from."""

    flag: int
    outcome: Outcome
    reason: str
    agency: str
    by: str
    at: dt.datetime
    review: str | None


class StepOut(Struct, kw_only=True):
    """A step in the life of a flag: what it said then. No sentence where it might tell the reader of an incident of another establishment."""

    change: str
    level: Level
    sentence: str | None
    as_of: dt.date
    at: dt.datetime


class FlagDetail(Struct, kw_only=True):
    """Everything about a flag. `rule` is what it was worked out with: version and settings. `score`: what the risk model said, in its parts, for a
    flag of it; null where what it counted is kept from the reader."""

    flag: FlagOut
    rule: dict[str, int]
    outcomes: list[OutcomeOut]
    steps: list[StepOut]
    hit_rate: HitRate
    score: ScoreOut | None
