"""What becomes of flags when their indicators are worked out again, and how often they are borne out. Pure."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from yosafe.disclosure import all_large
from yosafe.errors import Conflict
from yosafe.models.indicators import Because, Level, Raised
from yosafe.shares import wilson

Key = tuple[int, str]  # a young person and an indicator


class Outcome(StrEnum):
    """What an agency made of a flag. The first three decide whether it was right."""

    AGREED = "agreed"
    ALREADY_KNOWN = "already_known"
    DISAGREED = "disagreed"
    MORE_INFORMATION = "more_information"


BORNE_OUT = frozenset({Outcome.AGREED, Outcome.ALREADY_KNOWN})
DECIDED = BORNE_OUT | {Outcome.DISAGREED}
LEAST_BASE = 10


class Change(StrEnum):
    """A step in the life of a flag."""

    OPENED = "opened"
    RAISED = "raised"
    LOWERED = "lowered"
    CLOSED = "closed"
    REPLACED = "replaced"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"  # the model behind it is not used any more


class Standing(Struct, frozen=True, kw_only=True, gc=False):
    """A flag whose facts held when last looked. `closed_on`: a review decided on it, and it stays quiet while nothing new comes."""

    id: int
    level: Level
    sentence: str
    because: tuple[Because, ...]
    missing: tuple[str, ...]
    settings: dict[str, Any]
    closed_on: dt.date | None = None

    def says(self, now: Raised, settings: Mapping[str, Any]) -> bool:
        """Whether it already says all of this."""
        mine = (self.level, self.sentence, self.because, self.missing, self.settings)
        return mine == (now.level, now.sentence, now.because, now.missing, settings)


class Refreshed(Struct, frozen=True, kw_only=True):
    """What a refresh does. `kept` are all that go on standing; `rewritten` those of them whose words or level differ now."""

    opened: dict[Key, Raised]
    kept: dict[Key, Standing]
    rewritten: dict[Key, Raised]
    cleared: dict[Key, Standing]
    replaced: dict[Key, Standing]

    def changes(self) -> list[tuple[Key, Change]]:
        """Steps of flags that stood before; those of rewritten ones only where the level moved."""
        moved = [(key, _moved(self.kept[key].level, now.level)) for key, now in self.rewritten.items() if self.kept[key].level != now.level]
        return moved + [(key, Change.CLEARED) for key in self.cleared] + [(key, Change.REPLACED) for key in self.replaced]


def refreshed(before: Mapping[Key, Standing], now: Mapping[Key, Raised], settings: Mapping[str, Mapping[str, Any]]) -> Refreshed:
    """What becomes of the standing flags, given what holds now; `settings` by indicator."""
    replaced = {key: flag for key, flag in before.items() if key in now and is_new_concern(flag, now[key])}
    kept = {key: flag for key, flag in before.items() if key in now and key not in replaced}
    return Refreshed(
        opened={key: flag for key, flag in now.items() if key not in kept},
        kept=kept,
        rewritten={key: now[key] for key, flag in kept.items() if flag.closed_on is None and not flag.says(now[key], settings[key[1]])},
        cleared={key: flag for key, flag in before.items() if key not in now},
        replaced=replaced,
    )


def is_new_concern(closed: Standing, now: Raised) -> bool:
    """Whether a flag that a review closed must be raised again: its level is higher, or it rests on something that happened since."""
    if closed.closed_on is None:
        return False
    known = {(b.reference, b.date) for b in closed.because}
    since = any(b.date > closed.closed_on and (b.reference, b.date) not in known for b in now.because)
    return since or now.level.rank > closed.level.rank


def _moved(before: Level, now: Level) -> Change:
    return Change.RAISED if now.rank > before.rank else Change.LOWERED


def check_not_earlier(as_of: dt.date, newest: dt.date | None, *, today: dt.date) -> None:
    """Raise Conflict for a day that flags can't be worked out for: before the newest, or to come."""
    if as_of > today:
        raise Conflict(f"{as_of:%-d %B %Y} is still to come. Refresh as of today or an earlier day.")
    if newest is not None and as_of < newest:
        raise Conflict(f"Flags already stand as at {newest:%-d %B %Y} and don't go back in time. Refresh as of that day or a later one.")


class FlagState(StrEnum):
    """Where a flag stands with people."""

    NEW = "new"
    ANSWERED = "answered"
    CLOSED = "closed"
    CLEARED = "cleared"


def flag_state(*, cleared: bool, closed: bool, answered: bool) -> FlagState:
    if closed:
        return FlagState.CLOSED
    if cleared:
        return FlagState.CLEARED
    return FlagState.ANSWERED if answered else FlagState.NEW


class HitRate(Struct, frozen=True, kw_only=True):
    """How often flags of a kind were borne out, of those that people decided on. A percentage only from a base of ten."""

    borne_out: int
    base: int
    percent: int | None = None
    low: int | None = None
    high: int | None = None
    hidden: bool = False

    @property
    def words(self) -> str:
        if self.hidden:
            return "Too few to be shown outside the agencies that decided on them."
        if self.base == 0:
            return "Nobody has said yet whether a flag of this kind was right."
        counted = f"{self.borne_out} of {self.base} that people decided on"
        if self.percent is None:
            return f"{counted}. Too few for a percentage."
        return f"{counted}: {self.percent} % (95 % interval {self.low} to {self.high} %)."


def suppressed(found: HitRate) -> HitRate:
    """The same for whoever knows none of the young people: nothing where fewer than five were borne out, or were not."""
    if found.base and not all_large(found.borne_out, found.base - found.borne_out):
        return HitRate(borne_out=0, base=0, hidden=True)
    return found


def hit_rate(decisions: Mapping[Outcome, int]) -> HitRate:
    """From how many flags each outcome was the last decisive one of; asking for more information decides nothing."""
    borne_out = sum(decisions.get(outcome, 0) for outcome in BORNE_OUT)
    base = sum(decisions.get(outcome, 0) for outcome in DECIDED)
    if base < LEAST_BASE:
        return HitRate(borne_out=borne_out, base=base)
    low, high = wilson(borne_out, base)
    return HitRate(borne_out=borne_out, base=base, percent=round(100 * borne_out / base), low=round(100 * low), high=round(100 * high))
