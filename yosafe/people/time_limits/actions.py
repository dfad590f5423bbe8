"""Pausing and voiding a time limit, letting it run again, and the calendar of those that an agency is to meet."""

from typing import Any

from yosafe import clock
from yosafe.accounts.secrets import new_token, token_hash
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Stale
from yosafe.people.tables import CalendarFeed, ClockHold

from . import access, rules
from .access import SUBJECT
from .queries import due_now
from .schemas import HoldClock, ResumeClock

STALE = "Someone else paused this time limit, voided it or let it run since you opened it. Look at it again."

_FOR_CHANGE = "SELECT * FROM clock WHERE id = $1 AND version = $2 FOR UPDATE"
_END = """
    UPDATE clock_hold SET until_on = $2, ended_reason = $3, ended_at = $4, ended_by = $5 WHERE clock = $1 AND until_on IS NULL RETURNING kind
"""


async def hold_clock(data: HoldClock, *, by: User, row: Any, version: int) -> None:
    """Pause or void a time limit that was loaded for the user.

    Raises Refused where it is for another agency to meet, Stale, Conflict where it does not run, Invalid for pausing what is late."""
    access.check_can_hold(by, row)
    rules.check_second_person(data.agreed_with, by.name)
    today = clock.today()
    async with write_transaction():
        now = await _hold_back(row["id"], version)
        rules.check_can_hold(data.kind, ended=_ended(now), held=now["held"], due_on=now["due_on"], today=today)
        await ClockHold(
            clock=now["id"], kind=data.kind.value, reason=data.reason, agreed_with=data.agreed_with, from_on=today, due_before=now["due_on"],
            recorded_at=clock.now(), recorded_by=by.id,
        ).save()  # fmt: skip
        await DB.execute("UPDATE clock SET held = $2, version = version + 1 WHERE id = $1", now["id"], data.kind.value)
        detail = {"kind": data.kind.value, "clock": now["clock"], "due_on": now["due_on"].isoformat()}
        await record(EventName.CLOCK_HELD, by=by, subject=(SUBJECT, now["id"]), young_person=now["young_person"], detail=detail)


async def resume_clock(data: ResumeClock, *, by: User, row: Any, version: int) -> None:
    """Let it run again. The days for which it was paused do not count; one that was voided is due when it was.

    Raises Refused where it is for another agency to meet, Stale, Conflict where it is not held."""
    access.check_can_hold(by, row)
    async with write_transaction():
        now = await _hold_back(row["id"], version)
        rules.check_can_resume(ended=_ended(now), held=now["held"])
        await DB.fetch(_END, now["id"], clock.today(), data.reason, clock.now(), by.id)
        due = (await due_now(now)).due
        await DB.execute("UPDATE clock SET held = NULL, due_on = $2, version = version + 1 WHERE id = $1", now["id"], due)
        detail = {"kind": now["held"], "clock": now["clock"], "due_on": due.isoformat()}
        await record(EventName.CLOCK_RESUMED, by=by, subject=(SUBJECT, now["id"]), young_person=now["young_person"], detail=detail)


async def _hold_back(number: int, version: int) -> Any:
    """The row, and nobody else changes it until this transaction ends. Raises Stale."""
    now = await DB.fetchrow(_FOR_CHANGE, number, version)
    if now is None:
        raise Stale(STALE)
    return now


def _ended(row: Any) -> bool:
    return row["met_at"] is not None or row["stopped_at"] is not None


async def make_feed(*, by: User) -> str:
    """A new secret for the user's calendar, told once; the one before works no more."""
    token = new_token()
    async with write_transaction():
        await _revoke(by)
        feed = CalendarFeed(user_account=by.id, token_hash=token_hash(token), created_at=clock.now(), reads=0)
        await feed.save()
        await record(EventName.CALENDAR_MADE, by=by, subject=("calendar_feed", feed.id))
    return token


async def end_feed(*, by: User) -> None:
    """The address works no more; where there was none, nothing changes."""
    async with write_transaction():
        if (feed := await _revoke(by)) is not None:
            await record(EventName.CALENDAR_ENDED, by=by, subject=("calendar_feed", feed))


async def _revoke(by: User) -> int | None:
    found: int | None = await DB.fetchval(
        "UPDATE calendar_feed SET revoked_at = $2 WHERE user_account = $1 AND revoked_at IS NULL RETURNING id", by.id, clock.now()
    )
    return found
