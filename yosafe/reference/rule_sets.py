"""Statutory clocks. A rule set is a data file; a case is judged by the rules of the day its clock started."""

import calendar
import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Literal

import msgspec
from msgspec import Struct

from yosafe.errors import FieldError, Invalid

from .packaged import toml
from .working_days import ANNOUNCED_TO, Skipped, add_working_days, check_known, why_not, working_days_between

RULE_SETS = ("wt1999", "wt2018")
LATER_RULES_FROM = dt.date(2010, 1, 1)

CONVENTION = (
    "The day of the trigger is day 0. A limit in working days ends with the last of them, in England and Wales. "
    "Months are calendar months, and a due date on a day that is not a working day stays where it is."
)


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    DAYS = "days"


class Clock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time limit. `starts` finishes the sentence "it runs from the day that ...". Unconfirmed ones are shown as such and never as law."""

    id: str
    title: str
    starts: str
    length: int
    unit: Unit
    source: str
    confirmed: bool

    @property
    def limit(self) -> str:
        """The limit in words: "7 working days", "3 months", "same day"."""
        if self.length == 0:
            return "same day"
        words = self.unit.value.replace("_", " ")
        return f"{self.length} {words.removesuffix('s') if self.length == 1 else words}"


class RuleSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    title: str
    in_force_from: dt.date
    source: str
    clocks: tuple[Clock, ...] = msgspec.field(name="clock")

    def clock(self, clock_id: str) -> Clock:
        """Raises Invalid, naming what there is, for a clock that this rule set does not have."""
        for clock in self.clocks:
            if clock.id == clock_id:
                return clock
        raise Invalid([FieldError("clock", _no_such_clock(clock_id, self.id))])


class Due(Struct, frozen=True, kw_only=True):
    """When a clock runs out, with all that is needed to check it by hand."""

    due: dt.date
    started: dt.date
    rules: str
    clock: Clock
    skipped: tuple[Skipped, ...]
    note: str
    source: str


class Pause(Struct, frozen=True, kw_only=True):
    """A time for which a clock stood still: from the day after `since`, up to and with `until`."""

    since: dt.date
    until: dt.date

    def has(self, day: dt.date) -> bool:
        return self.since < day <= self.until


State = Literal["met", "met_late", "due", "due_today", "overdue"]


class ClockState(Struct, frozen=True, kw_only=True):
    """`words` come first wherever a clock is shown. `working_days`: left until due, or late by; never negative."""

    state: State
    words: str
    working_days: int

    @property
    def late(self) -> bool:
        return self.state in ("met_late", "overdue")


def rule_set(rules: str) -> RuleSet:
    """Raises Invalid for a name that is not a rule set's."""
    if rules not in RULE_SETS:
        raise Invalid([FieldError("rules", f"There is no such rule set. Use one of {', '.join(RULE_SETS)}, or leave it out to go by the date.")])
    return _read(rules)


def clock_ids() -> tuple[str, ...]:
    """Every time limit that any rule set knows."""
    return tuple(dict.fromkeys(clock.id for rules in RULE_SETS for clock in _read(rules).clocks))


def clock_titles() -> dict[str, str]:
    """The same with what each is called now, or was last."""
    return {clock.id: clock.title for rules in RULE_SETS for clock in _read(rules).clocks}


def rules_for(started: dt.date) -> RuleSet:
    """The rule set that a clock started on a day is judged by."""
    return _read("wt1999" if started < LATER_RULES_FROM else "wt2018")


def due(clock_id: str, started: dt.date, rules: str | None = None, pauses: Sequence[Pause] = ()) -> Due:
    """When a clock started on a day runs out. A day on which it was paused does not count: a limit in working days skips it, another ends as many
    days later. Raises Invalid for an unknown clock or rule set, and outside the known years."""
    return _worked_out(clock_id, started, rules, pauses) if pauses else _usual(clock_id, started, rules)


@lru_cache(maxsize=10_000)
def _usual(clock_id: str, started: dt.date, rules: str | None) -> Due:
    """Everyone's time limits start on few days."""
    return _worked_out(clock_id, started, rules, ())


def _worked_out(clock_id: str, started: dt.date, rules: str | None, pauses: Sequence[Pause]) -> Due:
    chosen = rule_set(rules) if rules else rules_for(started)
    clock = chosen.clock(clock_id)
    check_known(started)
    day, skipped = _end(clock, started, pauses)
    return Due(
        due=day,
        started=started,
        rules=chosen.id,
        clock=clock,
        skipped=skipped,
        note=" ".join(_notes(chosen, clock, started, day)),
        source=clock.source,
    )


def state(due: Due, today: dt.date, met_on: dt.date | None = None) -> ClockState:
    """Where a clock stands on a day, in words."""
    return state_of(due.due, today, met_on)


@lru_cache(maxsize=10_000)
def state_of(due_on: dt.date, today: dt.date, met_on: dt.date | None = None) -> ClockState:
    """Where something due by the end of a day stands, in words."""
    if met_on is not None:
        late = max(0, working_days_between(due_on, met_on))
        words = "Met" if met_on <= due_on else f"Met {_days(late)} late"
        return ClockState(state="met" if met_on <= due_on else "met_late", words=words, working_days=late)
    if today > due_on:
        late = working_days_between(due_on, today)
        return ClockState(state="overdue", words=f"Overdue by {_days(late)}", working_days=late)
    left = working_days_between(today, due_on)
    if today == due_on:
        return ClockState(state="due_today", words="Due today", working_days=left)
    return ClockState(state="due", words=f"Due in {_days(left)}", working_days=left)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


PAUSED = "Paused"


def _end(clock: Clock, started: dt.date, pauses: Sequence[Pause]) -> tuple[dt.date, tuple[Skipped, ...]]:
    if clock.unit is Unit.WORKING_DAYS:
        count = add_working_days(started, clock.length, lambda day: PAUSED if any(pause.has(day) for pause in pauses) else None)
        return count.due, count.skipped
    still = sorted({pause.since + dt.timedelta(days=n) for pause in pauses for n in range(1, (pause.until - pause.since).days + 1)})
    end = add_months(started, clock.length) if clock.unit is Unit.MONTHS else started + dt.timedelta(days=clock.length)
    return end + dt.timedelta(days=len(still)), tuple(Skipped(day, PAUSED) for day in still)


def _notes(chosen: RuleSet, clock: Clock, started: dt.date, day: dt.date) -> list[str]:
    notes = []
    usual = rules_for(started)
    if chosen.id != usual.id:
        notes.append(f"Worked out under {chosen.id} as asked; a clock started on this day is otherwise judged by {usual.id}.")
    elif started < chosen.in_force_from:
        notes.append(
            f"The clock started before these rules of {chosen.in_force_from:%B %Y}, the nearest that are held here. Check the guidance of the time."
        )
    if not clock.confirmed:
        notes.append("The source of this limit is not confirmed.")
    if clock.unit is not Unit.WORKING_DAYS and clock.length and why_not(day):
        notes.append("The due date is not a working day and stays where it is.")
    if day.year > ANNOUNCED_TO:
        notes.append(f"Bank holidays after {ANNOUNCED_TO} follow the standing rule: a one-off day announced since would move this.")
    return notes


def _days(number: int) -> str:
    """A due date on a weekend can be passed, or near, with no working day between."""
    if number == 0:
        return "less than 1 working day"
    return f"{number} working day{'' if number == 1 else 's'}"


def _no_such_clock(clock_id: str, rules: str) -> str:
    elsewhere = [other for other in RULE_SETS if other != rules and any(c.id == clock_id for c in _read(other).clocks)]
    if elsewhere:
        return f"{rules} sets no limit for {clock_id}. Ask for it under {elsewhere[0]} if that is meant."
    return f"There is no such clock. {rules} has: {', '.join(c.id for c in _read(rules).clocks)}."


@cache
def _read(rules: str) -> RuleSet:
    return msgspec.convert(toml(f"rule_sets/{rules}.toml"), RuleSet)
