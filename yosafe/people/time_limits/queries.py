"""One time limit with all that is needed to work it out by hand, and what was done to it."""

from typing import Any

from msgspec.structs import asdict

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.people.clock_queries import ClockOut, clock_out
from yosafe.reference import rule_sets
from yosafe.settings import Terminology

from . import access
from .access import SUBJECT
from .rules import Held
from .schemas import ClockRecordOut, ExplainedClock, HoldOut, SkippedOut

_HOLDS = """
    SELECT h.*, u.name AS by, e.name AS ended_by_name FROM clock_hold h JOIN user_account u ON u.id = h.recorded_by
        LEFT JOIN user_account e ON e.id = h.ended_by
    WHERE h.clock = ANY($1) ORDER BY h.id
"""


async def open_clock(viewer: User, number: int, *, terminology: Terminology = "2002") -> ClockRecordOut:
    """A time limit for a page or an answer, noted as read. Raises NotFound."""
    row = await access.get_clock_for(viewer, number)
    await record_read(EventName.CLOCK_READ, by=viewer, subject=(SUBJECT, row["id"]), young_person=row["young_person"])
    return await record_of(viewer, row, terminology=terminology)


async def record_of(viewer: User, row: Any, *, terminology: Terminology = "2002") -> ClockRecordOut:
    holds = await holds_of([row["id"]])
    one = explained(clock_out(row, terminology), holds.get(row["id"], []))
    return ClockRecordOut(**asdict(one), holds=holds.get(row["id"], []), may_hold=access.can_hold(viewer, row))


async def holds_of(clocks: list[int]) -> dict[int, list[HoldOut]]:
    """What was paused or voided of some time limits, oldest first, by their numbers."""
    found: dict[int, list[HoldOut]] = {}
    for row in await DB.fetch(_HOLDS, clocks):
        found.setdefault(row["clock"], []).append(_hold(row))
    return found


def _hold(row: Any) -> HoldOut:
    return HoldOut(
        kind=Held(row["kind"]), reason=row["reason"], agreed_with=row["agreed_with"], from_on=row["from_on"], due_before=row["due_before"],
        by=row["by"], until_on=row["until_on"], ended_reason=row["ended_reason"], ended_by=row["ended_by_name"],
    )  # fmt: skip


def pauses(holds: list[HoldOut]) -> list[rule_sets.Pause]:
    """Those that ended: they moved the day on which it is due."""
    return [rule_sets.Pause(since=hold.from_on, until=hold.until_on) for hold in holds if hold.kind is Held.PAUSED and hold.until_on is not None]


def explained(one: ClockOut, holds: list[HoldOut]) -> ExplainedClock:
    """A time limit with all that is needed to work it out by hand."""
    due = rule_sets.due(one.clock, one.started_on, one.rules, pauses(holds))
    return ExplainedClock(
        **asdict(one), starts=due.clock.starts, rules_title=rule_sets.rule_set(one.rules).title,
        skipped=[SkippedOut(day=skipped.day, why=skipped.why) for skipped in due.skipped], note=due.note,
    )  # fmt: skip


async def due_now(row: Any) -> rule_sets.Due:
    """When it is due, with every pause that has ended. For actions, inside their transaction."""
    holds = (await holds_of([row["id"]])).get(row["id"], [])
    return rule_sets.due(row["clock"], day_of(row["started_at"]), row["rules"], pauses(holds))
