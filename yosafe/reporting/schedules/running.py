"""Asking for scheduled reports on their day. Each is taken up once, however many workers do so at the same time."""

from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may, who_asked
from yosafe.audit.record import Actor
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Invalid, NotFound, Refused
from yosafe.reporting import access as reports
from yosafe.reporting.actions import ask_build, hold_reports_of
from yosafe.reporting.periods import period
from yosafe.reporting.places import place_of

from . import actions

# The one that is due longest, which no other worker has in hand. One that missed its day, since nobody worked, is asked for period by period.
_DUE = """
    SELECT * FROM report_schedule WHERE paused_at IS NULL AND ended_at IS NULL AND next_on <= $1
    ORDER BY next_on, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_THERE = """
    SELECT max(id) FROM report_build WHERE agency = $1 AND report = $2 AND period = $3 AND status IN ('queued', 'running', 'built', 'issued')
"""
REFUSALS = (Refused, NotFound, Invalid)


async def ask_due(*, by: Actor) -> int:
    """Ask for every scheduled report whose day has come, in the name of who scheduled it; how many were looked at. One that can't be asked for is
    paused, and who scheduled it told."""
    looked_at = 0
    while await _take_next(by):
        looked_at += 1
    return looked_at


async def _take_next(by: Actor) -> bool:
    async with write_transaction():
        row = await DB.fetchrow(_DUE, clock.today())
        if row is None:
            return False
        try:
            async with write_transaction():
                build = await _asked(row)
        except REFUSALS as refusal:
            await actions.stop(row, str(refusal), by=by)
        else:
            await actions.note_asked(row, build, by=by)
    return True


async def _asked(row: Any) -> int:
    """The number of the build; of the one that someone else asked for already, where there is one, since an agency needs no second. Raises Refused,
    NotFound, Invalid where whoever scheduled it could not ask for it now."""
    user = await who_asked(row["set_by"], row["set_key"], row["set_scope"])
    for permission in (reports.BUILD, reports.SCHEDULE):
        check_may(user, permission)
    if user.agency != row["agency"]:
        raise Refused("Whoever scheduled this works for another agency now. A colleague can let it go on.")
    definition = reports.get_report_for(user, row["report"])
    await hold_reports_of(row["agency"])
    there: int | None = await DB.fetchval(_THERE, row["agency"], row["report"], row["next_period"])
    if there is not None:
        return there
    return await ask_build(by=user, definition=definition, place=await place_of(row["agency"]), period=period(row["next_period"]))
