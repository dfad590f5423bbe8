"""What comes in and goes out about one time limit, for the API and the forms alike."""

import datetime as dt

from msgspec import Struct

from yosafe.people.clock_queries import ClockOut
from yosafe.text import In, Name, Reason

from .rules import Held


class HoldClock(In, kw_only=True):
    """Pause a time limit, or void one that has no call to run: why, and who else agreed."""

    kind: Held
    reason: Reason
    agreed_with: Name


class ResumeClock(In, kw_only=True):
    """Let it run again, with the reason."""

    reason: Reason


class SkippedOut(Struct, kw_only=True):
    day: dt.date
    why: str


class ExplainedClock(ClockOut, kw_only=True):
    """A time limit that can be checked by hand. It runs from the day that `starts`; `skipped` are the days on the way that do not count."""

    starts: str
    rules_title: str
    skipped: list[SkippedOut]
    note: str


class HoldOut(Struct, kw_only=True):
    """One time for which it was paused or voided. `due_before`: the day on which it was due until then."""

    kind: Held
    reason: str
    agreed_with: str
    from_on: dt.date
    due_before: dt.date
    by: str
    until_on: dt.date | None
    ended_reason: str | None
    ended_by: str | None


class ClockRecordOut(ExplainedClock, kw_only=True):
    """`may_hold`: whether the reader may pause, void or let run."""

    holds: list[HoldOut]
    may_hold: bool


class FigureOut(Struct, kw_only=True):
    """How a kind of time limit was kept by one agency. `base`: those that ended or whose day has passed; `in_time` of them in time, with a 95 %
    interval (Wilson); `late` met late or not met yet. `running` are not due yet. None: hidden because the numbers are small."""

    clock: str
    title: str
    owner: str
    base: int | None
    in_time: int | None
    late: int | None
    running: int | None
    share: float | None
    low: float | None
    high: float | None


class FiguresOut(Struct, kw_only=True):
    """Of time limits that started in `year`. `suppressed`: whether small numbers are hidden. `owner` of a figure is empty where all are counted
    together."""

    year: int
    suppressed: bool
    figures: list[FigureOut]


class FeedOut(Struct, kw_only=True):
    """The address of a calendar, told once: whoever has it reads on which days something needs you, and no name."""

    address: str
