"""Starting, meeting and stopping time limits. Called by actions of any feature, inside their transaction; due dates come from the rule sets."""

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.clock import day_of
from yosafe.db.engine import DB, in_transaction
from yosafe.reference import rule_sets

Subject = tuple[str, int]  # the kind of record, such as "referral", and its number

_START = """
    INSERT INTO clock
        (young_person, clock, rules, subject_kind, subject, owner_kind, owner_area, owner_establishment, started_at, due_on, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
# By London days: what was done on the day that started the clock counts, whatever the hour.
_MEET = """
    UPDATE clock SET met_at = $4, met_recorded_at = $5
    WHERE subject_kind = $1 AND subject = $2 AND clock = $3 AND met_at IS NULL AND stopped_at IS NULL
        AND (started_at AT TIME ZONE 'Europe/London')::date <= ($4::timestamptz AT TIME ZONE 'Europe/London')::date
    RETURNING id
"""
_STOP = """
    UPDATE clock SET stopped_at = $4, stopped_reason = $5
    WHERE subject_kind = $1 AND subject = $2 AND ($3::text IS NULL OR clock = $3) AND met_at IS NULL AND stopped_at IS NULL
    RETURNING id
"""


class Owner(Struct, frozen=True, kw_only=True):
    """Who must see to it that a clock is met: an establishment's own agency (kind `yoi`), or the agency of a kind in an area."""

    kind: AgencyKind
    area: str | None = None
    establishment: str | None = None

    @classmethod
    def yoi(cls, establishment: str) -> "Owner":
        return cls(kind=AgencyKind.YOI, establishment=establishment)

    @classmethod
    def in_area(cls, kind: AgencyKind, area: str) -> "Owner":
        return cls(kind=kind, area=area)


class Wanted(Struct, frozen=True, kw_only=True):
    """A clock as it must be: when it started, who owns it, when it was met or why it stopped."""

    clock: str
    owner: Owner
    started_at: dt.datetime
    met_at: dt.datetime | None = None
    stopped_at: dt.datetime | None = None
    reason: str | None = None


def limit_set(clock_id: str, started_at: dt.datetime) -> bool:
    """Whether the rules of that day set this limit: those of 2018 know no initial assessment."""
    return any(known.id == clock_id for known in rule_sets.rules_for(day_of(started_at)).clocks)


async def start_clock(clock_id: str, *, young_person: int, subject: Subject, owner: Owner, started_at: dt.datetime) -> dt.date:
    """Start a time limit under the rules of that day; the day it is due.

    Raises Invalid where those rules have no such limit (ask `limit_set` first) or the year is unknown, Conflict where the subject's clock was
    started at that moment already.
    """
    _inside()
    due = rule_sets.due(clock_id, day_of(started_at))
    await DB.execute(
        _START, young_person, clock_id, due.rules, *subject, owner.kind.value, owner.area, owner.establishment, started_at, due.due, clock.now()
    )
    return due.due


async def meet_clock(clock_id: str, *, subject: Subject, at: dt.datetime) -> bool:
    """Record that what a running clock waits for was done at a moment, which may be in the past. False where none was running."""
    _inside()
    return bool(await DB.fetch(_MEET, *subject, clock_id, at, clock.now()))


async def stop_clock(clock_id: str, *, subject: Subject, reason: str) -> bool:
    """Stop a running clock that nobody need meet any more. False where none was running. `reason` is shown: plain words, 200 characters at most."""
    _inside()
    return bool(await DB.fetch(_STOP, *subject, clock_id, clock.now(), reason))


async def stop_clocks(*, subject: Subject, reason: str) -> int:
    """Stop every running clock of a record; how many there were."""
    _inside()
    return len(await DB.fetch(_STOP, *subject, None, clock.now(), reason))


_DROP = """
    DELETE FROM clock WHERE subject_kind = $1 AND subject = $2
        AND (clock, started_at) NOT IN (SELECT w.clock, w.started_at FROM unnest($3::text[], $4::timestamptz[]) AS w (clock, started_at))
        AND NOT EXISTS (SELECT FROM clock_hold h WHERE h.clock = clock.id)
"""
# Who paused or voided one, and why, is kept: it stops instead.
_OUTDATE = """
    UPDATE clock SET met_at = NULL, met_recorded_at = NULL, stopped_at = coalesce(stopped_at, $5), stopped_reason = $6
    WHERE subject_kind = $1 AND subject = $2
        AND (clock, started_at) NOT IN (SELECT w.clock, w.started_at FROM unnest($3::text[], $4::timestamptz[]) AS w (clock, started_at))
"""
OTHER_START = "It runs from another day, since an earlier event was recorded"
_KEEP = """
    INSERT INTO clock
        (young_person, clock, rules, subject_kind, subject, owner_kind, owner_area, owner_establishment, started_at, due_on, recorded_at,
        met_at, met_recorded_at, stopped_at, stopped_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CASE WHEN $12::timestamptz IS NOT NULL THEN $11::timestamptz END, $13, $14)
    ON CONFLICT ON CONSTRAINT clock_once DO UPDATE SET
        owner_kind = EXCLUDED.owner_kind, owner_area = EXCLUDED.owner_area, owner_establishment = EXCLUDED.owner_establishment,
        met_at = EXCLUDED.met_at, stopped_at = EXCLUDED.stopped_at, stopped_reason = EXCLUDED.stopped_reason,
        met_recorded_at = CASE WHEN clock.met_at IS NOT DISTINCT FROM EXCLUDED.met_at THEN clock.met_recorded_at ELSE EXCLUDED.met_recorded_at END
"""


async def keep_clocks(*, young_person: int, subject: Subject, wanted: Sequence[Wanted]) -> None:
    """Make a record's clocks what they must be: start, meet, stop, let run on, and drop those that never should have started. For records whose
    clocks are worked out afresh from their events. One that stays keeps the rules, due date and time of recording that it had."""
    _inside()
    stay = ([w.clock for w in wanted], [w.started_at for w in wanted])
    await DB.execute(_DROP, *subject, *stay)
    await DB.execute(_OUTDATE, *subject, *stay, clock.now(), OTHER_START)
    rows = [_row(young_person, subject, w) for w in wanted]
    if rows:
        await DB.executemany(_KEEP, rows)


def _row(young_person: int, subject: Subject, w: Wanted) -> tuple[object, ...]:
    due = rule_sets.due(w.clock, day_of(w.started_at))
    return (
        young_person, w.clock, due.rules, *subject, w.owner.kind.value, w.owner.area, w.owner.establishment, w.started_at, due.due, clock.now(),
        w.met_at, w.stopped_at, w.reason,
    )  # fmt: skip


def _inside() -> None:
    if not in_transaction():
        raise RuntimeError("a clock starts and ends in the transaction of what moves it")
