"""What becomes of actions after they were agreed: done, handed over, cancelled by two people."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.people.changing import change_row
from yosafe.reviews.access import check_can_finish, check_can_settle, review_of
from yosafe.reviews.meeting_queries import agencies_about
from yosafe.reviews.meeting_schemas import FinishAction
from yosafe.reviews.notices import tell_of_action, tell_of_cancelling
from yosafe.reviews.tables import Action

from . import rules
from .schemas import AskCancel, HandOver, SettleCancel

_OPEN = Action.done_on.is_null() & Action.cancelled_at.is_null()


async def finish_action(*, by: User, action: Action, version: int, new: FinishAction) -> Action:
    """Say that an action is done, today, how, and what shows it. Raises Refused, Conflict where it is done or cancelled, Stale."""
    await check_can_finish(by, action)
    _check_open(action)
    values = {"done_on": clock.today(), "done_note": new.note, "evidence": new.evidence, **_NOT_ASKED}
    return await _changed(by, action, version, values, EventName.ACTION_DONE)


_NOT_ASKED: dict[str, Any] = {"cancel_asked_at": None, "cancel_asked_by": None, "cancel_reason": None}


async def hand_over(*, by: User, action: Action, version: int, new: HandOver) -> Action:
    """Give an action to another owner, with the reason; its agency is told. Raises Refused, Conflict, Invalid, Stale."""
    await check_can_finish(by, action)
    _check_open(action)
    review = await review_of(action)
    known = dict(await agencies_about(review, action.young_person))
    if new.owner_agency not in known:
        raise Invalid([FieldError("owner_agency", "Select an agency from the list")])
    async with write_transaction():
        owner = await DB.fetchval("SELECT id FROM agency WHERE code = $1", new.owner_agency)
        if (owner, new.owner_name) == (action.owner_agency, action.owner_name):
            raise Conflict("It is theirs already.")
        changed = await change_row(action, {"owner_agency": owner, "owner_name": new.owner_name}, version, still=_OPEN)
        await DB.execute(
            "INSERT INTO action_handed (action, from_agency, from_name, to_agency, to_name, reason, at, recorded_by) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            *(action.id, action.owner_agency, action.owner_name, owner, new.owner_name, new.reason, clock.now(), by.id),
        )
        if owner != action.owner_agency:
            await tell_of_action(changed, by=by)
        detail = {"from": action.owner_agency, "to": owner}
        await record(EventName.ACTION_HANDED_OVER, by=by, subject=("action", action.id), young_person=action.young_person, detail=detail)
    return changed


async def ask_cancel(*, by: User, action: Action, version: int, new: AskCancel) -> Action:
    """Ask that an action be cancelled, with the reason; those who run the review are told, and one of them decides.

    Raises Refused, Conflict, Stale."""
    await check_can_finish(by, action)
    _check_open(action)
    rules.check_not_asked(action.cancel_asked_by)
    values = {"cancel_asked_at": clock.now(), "cancel_asked_by": by.id, "cancel_reason": new.reason}
    review = await review_of(action)
    async with write_transaction():
        changed = await change_row(action, values, version, still=_OPEN)
        await tell_of_cancelling(changed, review, by=by)
        await record(EventName.ACTION_CANCEL_ASKED, by=by, subject=("action", action.id), young_person=action.young_person)
    return changed


async def settle_cancel(*, by: User, action: Action, version: int, new: SettleCancel) -> Action:
    """A second person, who runs the review, cancels an action or keeps it. Raises Refused, Conflict where nobody asked, Stale."""
    await check_can_settle(by, action)
    _check_open(action)
    rules.check_second(action.cancel_asked_by, by=by.id)
    values = {"cancelled_at": clock.now(), "cancelled_by": by.id} if new.agree else _NOT_ASKED
    return await _changed(by, action, version, values, EventName.ACTION_CANCELLED if new.agree else EventName.ACTION_KEPT)


def _check_open(action: Action) -> None:
    rules.check_open(action.done_on, clock.day_of(action.cancelled_at) if action.cancelled_at else None)


async def _changed(by: User, action: Action, version: int, values: dict[str, Any], event: EventName) -> Action:
    async with write_transaction():
        changed = await change_row(action, values, version, still=_OPEN)
        await record(event, by=by, subject=("action", action.id), young_person=action.young_person)
    return changed
