"""What comes in and goes out about the risk model in use, capacities and thresholds."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.models.capacity import Capacity
from yosafe.models.card import Card
from yosafe.models.evaluation import Estimate
from yosafe.reviews.rules import HitRate
from yosafe.text import SHA256, In, Reason

from .auditing import IndicatorFigures


class State(StrEnum):
    """Where a version stands."""

    IN_USE = "in_use"
    SIGNED_ONCE = "signed_once"
    TO_SIGN = "to_sign"
    REFUSED = "refused"


class SignVersion(In, kw_only=True):
    """`read`: that the card was read; `sha256`: of what was read."""

    read: bool
    sha256: Annotated[str, Meta(pattern=SHA256, description="The SHA-256 of the version and its card, as they were read")]


class StopModel(In, kw_only=True):
    reason: Reason


class SetCapacity(In, kw_only=True):
    """How many young people a panel can see a week, and why so many."""

    a_week: Annotated[int, Meta(ge=1, le=1000)]
    reason: Reason


class SetThresholds(In, kw_only=True):
    """New values by the names of the indicator's settings; those that are not named stay."""

    values: Annotated[dict[str, Annotated[int, Meta(ge=1, le=1000)]], Meta(min_length=1)]
    reason: Reason


class CapacityStep(Struct, kw_only=True):
    """What was said once of how many a panel can see."""

    a_week: int
    held: int | None
    at: dt.datetime
    by: str
    reason: str


class CapacityOut(Struct, kw_only=True):
    """How many the panel of an establishment can see a week, and the share of those held there that this was when it was said; where nobody said, the
    share that the version was judged by. `threshold`: the probability from which on a flag is raised. `steps`: how often it was said. A number of
    young people under five is null for who does not know them, and so are a share of so few and its threshold."""

    establishment: str
    name: str
    a_week: int | None
    share: float | None
    threshold: float | None
    held_now: int | None
    flagged_now: int | None
    steps: int
    history: list[CapacityStep]


class CapacityAhead(Struct, kw_only=True):
    """What would follow from a capacity. `figures` are of the share nearest to it that the card has; of groups, small ones withheld."""

    version: int
    in_use: bool
    a_week: int
    held: int
    share: float
    threshold: float
    figures: Capacity


class CapacityPreview(Struct, kw_only=True):
    """A capacity as it stands, and what would follow from another; `why_not`, where that was asked and can't be said; `may_set`, whether the number
    that was asked about can be set all the same."""

    now: CapacityOut
    ahead: CapacityAhead | None
    why_not: str | None
    may_set: bool


class ThresholdStep(Struct, kw_only=True):
    """One change of one threshold: `setting` in words beside its name."""

    setting: str
    what: str
    was: int
    value: int
    at: dt.datetime
    by: str
    reason: str


class MonthOfFlags(Struct, kw_only=True):
    """How many flags of a kind were raised and cleared in a month, everywhere; null under five for who reads no flags."""

    month: str
    raised: int | None
    cleared: int | None


class IndicatorOut(Struct, kw_only=True):
    """A kind of flag: its thresholds as they are now with their history (`steps` changes), how often it was raised and cleared in the last twelve
    months, how often people bore it out, and its newest audit."""

    id: str
    title: str
    thresholds: dict[str, int]
    history: list[ThresholdStep]
    steps: int
    months: list[MonthOfFlags]
    hit_rate: HitRate
    audit: IndicatorFigures | None


class IndicatorLine(Struct, kw_only=True):
    """A kind of flag in a list."""

    id: str
    title: str
    thresholds: dict[str, int]


class SignatureOut(Struct, kw_only=True):
    """`through`: on a page by themselves, or by a command of the operator on their behalf."""

    by: str
    agency: str
    at: dt.datetime
    words: str
    through: str
    ended_at: dt.datetime | None


class UseOut(Struct, kw_only=True):
    started_at: dt.datetime
    ended_at: dt.datetime | None
    ended_by: str | None
    reason: str | None


class ModelLine(Struct, kw_only=True):
    """A version in a list."""

    version: int
    trained_at: dt.datetime
    state: State
    auc: Estimate | None
    refused: list[str]


class ModelOut(Struct, kw_only=True):
    """A version with its card. `refused`: why it may not be signed, with the figures; `steps` goes up with each signature, beginning and end."""

    version: int
    trained_at: dt.datetime
    trained_by: str | None
    sha256: str
    state: State
    card: Card | None
    refused: list[str]
    signatures: list[SignatureOut]
    uses: list[UseOut]
    steps: int


class ScorePart(Struct, kw_only=True):
    """What one fact added to a score, or took away; `times`: what it multiplies the odds by."""

    feature: str
    said: str
    log_odds: float
    times: float


class ScoreOut(Struct, kw_only=True):
    """A score taken apart: `start`, the log-odds of someone who is average in everything, and all parts add up to `log_odds`. `threshold` is the
    probability from which on a flag was raised."""

    version: int
    as_of: dt.date
    probability: float
    log_odds: float
    start: float
    start_probability: float
    threshold: float
    raised: list[ScorePart]
    lowered: list[ScorePart]


class Standing(Struct, kw_only=True):
    """Whether a version raises flags, in words; and where none does, why, with the figures."""

    version: int | None
    words: str
    figures: list[str]
