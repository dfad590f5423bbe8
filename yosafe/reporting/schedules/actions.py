"""Every change to scheduled reports: one is set up, paused, let go on, ended; on its day it is asked for, or stops."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.reporting.definitions import Definition
from yosafe.reporting.periods import SPAN_TITLES, Span, period
from yosafe.reporting.places import Place

from .access import SUBJECT
from .notices import tell_stopped
from .rules import due_on, goes_on_with, upcoming
from .schemas import ScheduleReport

STALE = "Someone else changed this scheduled report since you opened it, or its day came. Look at it again."
THERE = "This report is scheduled for these periods already. Look at it in the list of scheduled reports."
ENDED = "This scheduled report has ended. Schedule the report anew."

_INSERT = """
    INSERT INTO report_schedule (agency, report, heading, roles, span, days_after, next_period, next_on, set_at, set_by, set_key, set_scope, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1) ON CONFLICT (agency, report, span) WHERE ended_at IS NULL DO NOTHING RETURNING id
"""


async def set_up(*, by: User, definition: Definition, place: Place, new: ScheduleReport) -> int:
    """Schedule a report from the next period on; its number. Raises Invalid for a length that it is not made of, Conflict where it is scheduled."""
    span = Span(new.every)
    if span not in definition.spans:
        lengths = " or ".join(SPAN_TITLES[one] for one in definition.spans)
        raise Invalid([FieldError("every", f"This report is of {lengths}. Choose such a period")])
    first = upcoming(span, new.days_after, clock.today())
    async with write_transaction():
        made = await DB.fetchval(
            _INSERT, place.agency, definition.name, definition.title, [role.value for role in definition.roles], span.value, new.days_after,
            first.key, due_on(first, new.days_after), clock.now(), by.id, by.key, by.scope,
        )  # fmt: skip
        if made is None:
            raise Conflict(THERE)
        detail = {"report": definition.name, "every": span.value, "next": first.key}
        await record(EventName.REPORT_SCHEDULED, by=by, subject=(SUBJECT, made), detail=detail)
    return int(made)


async def pause(*, by: User, row: Any, version: int) -> None:
    """Let it rest until someone lets it go on. Raises Conflict for one that rests or has ended, Stale."""
    _check_not_ended(row)
    if row["paused_at"] is not None:
        raise Conflict("This scheduled report is paused already. Nothing is built until someone lets it go on.")
    async with write_transaction():
        await _change(row["id"], version, "paused_at = $3", clock.now())
        await record(EventName.REPORT_SCHEDULE_PAUSED, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"]})


async def resume(*, by: User, row: Any, version: int) -> None:
    """Let it go on with the next period, in the name of whoever says so. Raises Conflict for one that goes on or has ended, Stale."""
    _check_not_ended(row)
    if row["paused_at"] is None:
        raise Conflict("This scheduled report goes on already. There is nothing to do.")
    coming = goes_on_with(period(row["next_period"]), row["days_after"], clock.today())
    changes = "paused_at = NULL, fault = NULL, next_period = $3, next_on = $4, set_at = $5, set_by = $6, set_key = $7, set_scope = $8"
    async with write_transaction():
        values = (coming.key, due_on(coming, row["days_after"]), clock.now(), by.id, by.key, by.scope)
        await _change(row["id"], version, changes, *values)
        detail = {"report": row["report"], "next": coming.key}
        await record(EventName.REPORT_SCHEDULE_RESUMED, by=by, subject=(SUBJECT, row["id"]), detail=detail)


async def end(*, by: User, row: Any, version: int) -> None:
    """End it for good; what was built stays. Raises Conflict for one that has ended, Stale."""
    _check_not_ended(row)
    async with write_transaction():
        await _change(row["id"], version, "ended_at = $3", clock.now())
        await record(EventName.REPORT_SCHEDULE_ENDED, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"]})


async def note_asked(row: Any, build: int, *, by: Actor) -> None:
    """Keep what came of it on its day, and go on with the next period. Part of the open transaction, which holds the row."""
    coming = period(row["next_period"]).after()
    changes = "last_build = $3, next_period = $4, next_on = $5"
    await _change(row["id"], row["version"], changes, build, coming.key, due_on(coming, row["days_after"]))
    detail = {"report": row["report"], "period": row["next_period"], "build": build}
    await record(EventName.REPORT_SCHEDULE_RUN, by=by, subject=(SUBJECT, row["id"]), detail=detail)


async def stop(row: Any, why: str, *, by: Actor) -> None:
    """Pause one that could not be asked for, and tell who scheduled it. `why` holds no personal data. Part of the open transaction."""
    await _change(row["id"], row["version"], "paused_at = $3, fault = $4", clock.now(), why[:200])
    await record(EventName.REPORT_SCHEDULE_STOPPED, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"]})
    await tell_stopped(row["id"], row["set_by"])


def _check_not_ended(row: Any) -> None:
    if row["ended_at"] is not None:
        raise Conflict(ENDED)


async def _change(schedule: int, version: int, assignments: str, *values: Any) -> None:
    changed = await DB.fetchval(
        f"UPDATE report_schedule SET {assignments}, version = version + 1 WHERE id = $1 AND version = $2 AND ended_at IS NULL RETURNING id",
        schedule, version, *values,
    )  # fmt: skip
    if changed is None:
        raise Stale(STALE)
