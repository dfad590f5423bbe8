"""Every change to who is out. Keyword-only, by someone, in one transaction with its audit entry."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.clock import day_of
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Invalid
from yosafe.people.changing import change_row
from yosafe.people.tables import Placement, TimeOut, YoungPerson
from yosafe.reference.codes import code_list

from . import access, rules
from .schemas import ChangeTimeOut, EndTimeOut, StartTimeOut


async def start_time_out(*, by: User, young_person: YoungPerson, new: StartTimeOut) -> TimeOut:
    """Record that a young person went out for a time. The placement goes on.

    Raises Invalid; Conflict where they are held nowhere, or out already; Refused where another establishment holds them.
    """
    placement = await access.placement_to_leave(by, young_person)
    code_list("time_out_reason").check(new.reason, day_of(new.left_at), key="reason")
    if faults := rules.going_faults(new.left_at, new.expected_at, arrived_at=placement.arrived_at, now=clock.now()):
        raise Invalid(faults)
    async with write_transaction():
        await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)
        rules.check_no_overlap(new.left_at, await _known(young_person.id))
        out = TimeOut(
            young_person=young_person.id, placement=placement.id, reason=new.reason, place=new.place, escort=new.escort, note=new.note,
            left_at=new.left_at, expected_at=new.expected_at, ended_at=None, outcome=None, concern=None, return_note=None,
            recorded_at=clock.now(), recorded_by=by.id, ended_recorded_at=None, ended_recorded_by=None, version=1,
        )  # fmt: skip
        await out.save()
        await _note(EventName.TIME_OUT_STARTED, by, out, {"reason": new.reason})
    return out


async def change_time_out(*, by: User, time_out: TimeOut, change: ChangeTimeOut, version: int) -> TimeOut:
    """Say where they are now, with whom, and when they are expected. Raises Invalid, Refused, Conflict once they are back, Stale."""
    await access.check_can_change(by, time_out)
    rules.check_open(time_out.ended_at)
    if faults := rules.expected_faults(change.expected_at, left_at=time_out.left_at):
        raise Invalid(faults)
    values = {"place": change.place, "escort": change.escort, "expected_at": change.expected_at}
    async with write_transaction():
        changed = await change_row(time_out, values, version, still=TimeOut.ended_at.is_null())
        fields = sorted(name for name, value in values.items() if value != getattr(time_out, name))
        await _note(EventName.TIME_OUT_CHANGED, by, changed, {"fields": fields})
    return changed


async def end_time_out(*, by: User, time_out: TimeOut, ending: EndTimeOut, version: int) -> TimeOut:
    """Record that they came back, and how they are. Raises Invalid, Refused, Conflict where that is recorded already, Stale."""
    await access.check_can_change(by, time_out)
    rules.check_open(time_out.ended_at)
    if faults := rules.return_faults(ending.returned_at, left_at=time_out.left_at, now=clock.now()):
        raise Invalid(faults)
    values = {"ended_at": ending.returned_at, "outcome": "returned", "concern": ending.concern, "return_note": ending.note}
    async with write_transaction():
        ended = await change_row(
            time_out, {**values, "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}, version, still=TimeOut.ended_at.is_null()
        )
        await _note(EventName.TIME_OUT_ENDED, by, ended, {"outcome": "returned", "concern": ending.concern})
    return ended


async def end_with_placement(*, by: User, placement: Placement, left_at: dt.datetime) -> None:
    """End the time out of someone who leaves for good while they are out. Belongs in the transaction of the leaving.

    Raises Conflict where they are recorded as out after it.
    """
    await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", placement.young_person)
    rules.check_leaving(left_at, await _known(placement.young_person, placement.id))
    out = await TimeOut.objects().get((TimeOut.placement == placement.id) & TimeOut.ended_at.is_null())
    if out is None:
        return
    values = {"ended_at": left_at, "outcome": "placement_ended", "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}
    ended = await change_row(out, values, out.version, still=TimeOut.ended_at.is_null())
    await _note(EventName.TIME_OUT_ENDED, by, ended, {"outcome": "placement_ended"})


async def _known(young_person: int, placement: int | None = None) -> list[rules.Away]:
    rows = await DB.fetch(
        "SELECT left_at, ended_at FROM time_out WHERE young_person = $1 AND ($2::bigint IS NULL OR placement = $2) ORDER BY left_at DESC",
        *(young_person, placement),
    )
    return [rules.Away(**row) for row in rows]


async def _note(event: EventName, by: User, out: TimeOut, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=("time_out", out.id), young_person=out.young_person, detail=detail)
