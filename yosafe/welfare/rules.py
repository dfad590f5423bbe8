"""When arrival screens and welfare assessments are due, and what their answers must agree on. Pure: dates and answers in, answers out.

A spell in custody is an unbroken run of stays: arriving elsewhere by the day after leaving is a transfer, not a new start.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.errors import FieldError
from yosafe.reference import rule_sets
from yosafe.reference.packaged import toml
from yosafe.reference.rule_sets import Unit, add_months, state_of
from yosafe.reference.working_days import add_working_days

SCREEN = "vulnerability-screen"
ASSET = "asset-2000"

ONE_DAY = dt.timedelta(days=1)


class Limit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time limit. Unconfirmed ones are shown as such and never as law."""

    title: str
    since: str
    length: int
    unit: Unit
    confirmed: bool

    def end(self, start: dt.date) -> dt.date:
        """The last day on which it is in time. Raises Invalid outside the years whose working days are known."""
        match self.unit:
            case Unit.WORKING_DAYS:
                return add_working_days(start, self.length).due
            case Unit.MONTHS:
                return add_months(start, self.length)
            case Unit.DAYS:
                return start + dt.timedelta(days=self.length)


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    start: Limit
    transfer: Limit
    three_months: Limit
    before_release: Limit


class Stay(Struct, frozen=True, kw_only=True):
    """A placement by its London days; `left_on` None while it lasts."""

    arrived_on: dt.date
    left_on: dt.date | None = None


class Completed(Struct, frozen=True, kw_only=True):
    instrument: str
    occasion: str
    completed_on: dt.date
    ref: str = ""


class DueAssessment(Struct, frozen=True, kw_only=True):
    """Something due. `state` is one of the clocks' (met, met_late, due, due_today, overdue), or `not_done`: the young person left first.
    `ref` is of the assessment that met it."""

    instrument: str
    occasion: str
    title: str
    since: dt.date
    due_on: dt.date
    met_on: dt.date | None
    ref: str | None
    state: str
    words: str
    confirmed: bool

    @property
    def is_open(self) -> bool:
        return self.state in ("due", "due_today", "overdue")


class _Need(Struct, frozen=True):
    """What must be done from one day to another, what did it, and when the young person left."""

    instrument: str
    occasion: str
    title: str
    confirmed: bool
    since: dt.date
    due_on: dt.date
    done: Completed | None
    left_on: dt.date | None

    def on(self, today: dt.date) -> DueAssessment:
        state, words = self._state(today)
        return DueAssessment(
            instrument=self.instrument, occasion=self.occasion, title=self.title, since=self.since, due_on=self.due_on,
            met_on=self.done.completed_on if self.done else None, ref=self.done.ref if self.done else None,
            state=state, words=words, confirmed=self.confirmed,
        )  # fmt: skip

    def _state(self, today: dt.date) -> tuple[str, str]:
        if self.done is None and self.left_on is not None:
            return "not_done", f"Not done before they left on {self.left_on:%-d %B %Y}"
        found = state_of(self.due_on, today, self.done.completed_on if self.done else None)
        return found.state, found.words


def due(stays: Iterable[Stay], completed: Iterable[Completed], release_on: dt.date | None, today: dt.date) -> tuple[DueAssessment, ...]:
    """Everything that is or was due of one young person, by due date, as it stands on a day. What lies after that day does not count."""
    known = sorted(
        (_as_on(stay, today) for stay in stays if stay.arrived_on <= today), key=lambda stay: (stay.arrived_on, stay.left_on or dt.date.max)
    )
    done = sorted((one for one in completed if one.completed_on <= today), key=lambda one: one.completed_on)
    spells = list(_spells(known))
    needs = [*_screens(known, done)]
    for spell in spells:
        needs += _assessments(spell, done, release_on if spell is spells[-1] else None, today)
    return tuple(sorted((need.on(today) for need in needs if not _was_moot(need)), key=lambda one: (one.due_on, one.instrument, one.occasion)))


def _as_on(stay: Stay, today: dt.date) -> Stay:
    return stay if stay.left_on is None or stay.left_on <= today else Stay(arrived_on=stay.arrived_on)


def _was_moot(need: _Need) -> bool:
    """They left before it was late."""
    return need.done is None and need.left_on is not None and need.left_on <= need.due_on


def _spells(stays: Sequence[Stay]) -> Iterator[tuple[Stay, ...]]:
    run: list[Stay] = []
    for stay in stays:
        if run and (run[-1].left_on or stay.arrived_on) + ONE_DAY < stay.arrived_on:
            yield tuple(run)
            run = []
        run.append(stay)
    if run:
        yield tuple(run)


def _screens(stays: Sequence[Stay], done: Iterable[Completed]) -> Iterator[_Need]:
    """One for each arrival. A screen belongs to the last arrival by its day."""
    screens = [one for one in done if one.instrument == SCREEN]
    for place, stay in enumerate(stays, 1):
        end = stays[place].arrived_on if place < len(stays) else dt.date.max
        limit = rule_sets.due("arrival-screen", stay.arrived_on)
        first = next((one for one in screens if stay.arrived_on <= one.completed_on < end), None)
        yield _Need(SCREEN, "arrival", limit.clock.title, limit.clock.confirmed, stay.arrived_on, limit.due, first, stay.left_on)


def _assessments(spell: Sequence[Stay], done: Sequence[Completed], release_on: dt.date | None, today: dt.date) -> Iterator[_Need]:
    start, left_on = spell[0].arrived_on, spell[-1].left_on
    within = [one for one in done if one.instrument == ASSET and start <= one.completed_on and (left_on is None or one.completed_on <= left_on)]
    yield _need("start", start, within, left_on)
    for stay in spell[1:]:
        if any(one.completed_on < stay.arrived_on for one in within):
            yield _need("transfer", stay.arrived_on, within, left_on)
    for one, after in pairwise([*within, None]):
        if one is not None:
            need = _need("three_months", one.completed_on, [after] if after else [], left_on)
            if not _began_anew(need, after):
                yield need
    if release_on is not None:
        yield from _before_release(start, release_on, within, left_on, today)


def _need(occasion: str, since: dt.date, within: Iterable[Completed], left_on: dt.date | None) -> _Need:
    limit: Limit = getattr(limits(), occasion)
    first = next((one for one in within if one.completed_on >= since), None)
    return _Need(ASSET, occasion, limit.title, limit.confirmed, since, limit.end(since), first, left_on)


def _began_anew(need: _Need, after: Completed | None) -> bool:
    """Done early for another reason: the three months count from that one instead."""
    return after is not None and after.completed_on <= need.due_on and after.occasion != need.occasion


def asked_before_release(stays: Iterable[Stay], release_on: dt.date | None) -> dt.date | None:
    """The first day on which the assessment before a release is due, of the spell that goes on or was the last; None where there is none."""
    spells = list(_spells(sorted(stays, key=lambda stay: (stay.arrived_on, stay.left_on or dt.date.max))))
    return _opens(spells[-1][0].arrived_on, release_on) if spells and release_on is not None else None


def _opens(start: dt.date, release_on: dt.date) -> dt.date | None:
    due_on = release_on - ONE_DAY
    return due_on - min(dt.timedelta(days=limits().before_release.length - 1), due_on - start) if release_on > start else None


def _before_release(start: dt.date, release_on: dt.date, within: Iterable[Completed], left_on: dt.date | None, today: dt.date) -> Iterator[_Need]:
    limit, due_on, since = limits().before_release, release_on - ONE_DAY, _opens(start, release_on)
    if since is not None and since <= today:
        first = next((one for one in within if one.completed_on >= since), None)
        yield _Need(ASSET, "before_release", limit.title, limit.confirmed, since, due_on, first, left_on)


@cache
def limits() -> Limits:
    """The time limits of `welfare_limits.toml`."""
    return msgspec.convert(toml("welfare_limits.toml"), Limits)


STANDING_WORDS = {
    "awaiting": "Waits for a second person",
    "countersigned": "Countersigned",
    "sent_back": "Sent back",
    "replaced": "Replaced by a later one",
}


def standing(needs_second: bool, decision: str | None, *, replaced: bool) -> str | None:
    """How an assessment stands with a second person: awaiting, countersigned, sent_back or replaced; None where that needs nobody."""
    if not needs_second:
        return None
    return "replaced" if replaced else decision or "awaiting"


def moment_done(completed_on: dt.date, arrived_at: dt.datetime) -> dt.datetime:
    """When something of an arrival was done, as near as is known: now if that is today, else on that day but not before they came."""
    return clock.now() if completed_on == clock.today() else max(clock.midnight(completed_on), arrived_at)


def first_night_faults(answers: Mapping[str, Any]) -> list[FieldError]:
    """Answers of an arrival screen that can't be true together."""
    faults = []
    papers, came = answers.get("papers"), answers.get("papers_when")
    if papers == ["none"] and came not in (None, "not_come"):
        faults.append(FieldError("papers_when", "Select “None have come”, or say which papers came"))
    if papers and papers != ["none"] and came == "not_come":
        faults.append(FieldError("papers_when", "Select when the papers came, or say that none have"))
    if answers.get("self_harm_now") == "yes" and answers.get("first_night_actions") == ["none"]:
        faults.append(FieldError("first_night_actions", "Select what was done: the young person thinks of hurting themselves"))
    return faults
