"""Every change to a welfare plan. Keyword-only, by someone, in one transaction with its audit entry and its step in the history."""

from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.clock import day_of
from yosafe.db.engine import write_transaction
from yosafe.errors import FieldError, Invalid
from yosafe.people.changing import change_row
from yosafe.people.tables import YoungPerson
from yosafe.welfare.access import get_assessment_for
from yosafe.welfare.tables import WelfareNeed, WelfareNeedStep

from . import rules
from .schemas import AddNeed, ChangeNeed, CloseNeed

RECORD = "need:record"
SUBJECT = "welfare_need"


async def add_need(*, by: User, young_person: YoungPerson, new: AddNeed) -> WelfareNeed:
    """Put a need into the plan. Raises Refused, Invalid, NotFound for an assessment that the user can't read."""
    check_may(by, RECORD)
    faults = rules.plan_faults(owner=new.owner, target_on=new.target_on, today=clock.today(), topic=new.topic)
    if faults:
        raise Invalid(faults)
    need = WelfareNeed(
        young_person=young_person.id, assessment=await _assessment(by, young_person, new.assessment), topic=new.topic, need=new.need,
        will_do=new.will_do, owner=new.owner, owner_name=new.owner_name, target_on=new.target_on, closed_on=None, came_of=None,
        agency=by.agency, recorded_at=clock.now(), recorded_by=by.id, version=1,
    )  # fmt: skip
    async with write_transaction():
        await need.save()
        await _step(by, need, "added", None)
        await _note(EventName.NEED_ADDED, by, need, {"topic": new.topic, "owner": new.owner})
    return need


async def _assessment(by: User, young_person: YoungPerson, reference: str | None) -> int | None:
    if reference is None:
        return None
    row = await get_assessment_for(by, reference)
    if row["young_person"] != young_person.id:
        raise Invalid([FieldError("assessment", "That assessment is of another young person: check the reference")])
    number: int = row["id"]
    return number


async def change_need(*, by: User, need: WelfareNeed, change: ChangeNeed, version: int) -> WelfareNeed:
    """Say what will be done from now on, by whom and by when. Raises Refused, Invalid, Conflict for one that is closed, Stale."""
    check_may(by, RECORD)
    rules.check_open(need.closed_on)
    if faults := rules.plan_faults(owner=change.owner, target_on=change.target_on, today=clock.today()):
        raise Invalid(faults)
    values = {"will_do": change.will_do, "owner": change.owner, "owner_name": change.owner_name, "target_on": change.target_on}
    async with write_transaction():
        changed = await change_row(need, values, version, still=WelfareNeed.closed_on.is_null())
        await _step(by, changed, "changed", change.reason)
        await _note(EventName.NEED_CHANGED, by, changed, {"owner": change.owner})
    return changed


async def close_need(*, by: User, need: WelfareNeed, closing: CloseNeed, version: int) -> WelfareNeed:
    """Say what came of it. Raises Refused, Invalid, Conflict for one that is closed, Stale."""
    check_may(by, RECORD)
    rules.check_open(need.closed_on)
    since = day_of(need.recorded_at)
    if faults := rules.closing_faults(came_of=closing.came_of, closed_on=closing.closed_on, since=since, today=clock.today()):
        raise Invalid(faults)
    values = {"closed_on": closing.closed_on, "came_of": closing.came_of}
    async with write_transaction():
        closed = await change_row(need, values, version, still=WelfareNeed.closed_on.is_null())
        await _step(by, closed, "closed", closing.note)
        await _note(EventName.NEED_CLOSED, by, closed, {"came_of": closing.came_of})
    return closed


async def _step(by: User, need: WelfareNeed, kind: str, note: str | None) -> None:
    step = WelfareNeedStep(
        welfare_need=need.id, kind=kind, will_do=need.will_do, owner=need.owner, owner_name=need.owner_name, target_on=need.target_on,
        note=note, at=clock.now(), recorded_by=by.id,
    )  # fmt: skip
    await step.save()


async def _note(event: EventName, by: User, need: WelfareNeed, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(SUBJECT, need.id), young_person=need.young_person, detail=detail)
