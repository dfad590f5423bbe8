"""Scheduled reports as they are asked for and shown."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from yosafe.reporting.schemas import Status
from yosafe.text import In

from .rules import FEWEST_DAYS, MOST_DAYS

Every = Literal["month", "quarter", "year"]
State = Literal["on", "paused", "stopped", "ended"]
STATE_WORDS: dict[State, str] = {"on": "Goes on", "paused": "Paused", "stopped": "Stopped by itself", "ended": "Ended"}
EVERY_WORDS: dict[Every, str] = {"month": "Every month", "quarter": "Every quarter", "year": "Every year"}


class ScheduleReport(In, kw_only=True):
    """Build a report by itself, so many days after each month, quarter or year is over: what is recorded late is in it then."""

    report: Annotated[str, Meta(min_length=1, max_length=40)]
    every: Every
    days_after: Annotated[int, Meta(ge=FEWEST_DAYS, le=MOST_DAYS)] = 5


class ScheduleOut(Struct, kw_only=True):
    """`next_period` is asked for on `next_on`, where it is `on`; in the name of `set_by`, who set it up or let it go on last. `fault`: why it stopped
    by itself. `last_build`: the report that came of it last, and how that stands."""

    ref: str
    report: str
    title: str
    every: Every
    days_after: int
    state: State
    fault: str | None
    next_period: str | None
    next_period_words: str | None
    next_on: dt.date | None
    set_at: dt.datetime
    set_by: str
    last_build: str | None
    last_period: str | None
    last_status: Status | None
    version: int
