"""Asking for a joint review, leaving someone off an agenda, and the order of its cases."""

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import Sql
from yosafe.errors import Conflict, Stale
from yosafe.people.access import get_young_person_for, visible
from yosafe.people.changing import change_row
from yosafe.people.rules import STALE
from yosafe.people.tables import YoungPerson
from yosafe.reviews.access import hold
from yosafe.reviews.meeting_actions import check_listable, moved
from yosafe.reviews.notices import tell_of_request
from yosafe.reviews.status import Act
from yosafe.reviews.tables import Review, ReviewRequest

from . import rules
from .access import ASK, check_can_withdraw
from .schemas import AskForReview, LeaveOff, Order, WithdrawRequest


async def ask_for_review(*, by: User, young_person: YoungPerson, new: AskForReview) -> ReviewRequest:
    """Ask that several agencies look at a young person together; those who run reviews where they are held are told.

    Raises Conflict for one who is held nowhere, or of whom the same agency's request waits.
    """
    check_may(by, ASK)
    async with write_transaction():
        await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)
        held = await DB.fetchval("SELECT establishment FROM placement WHERE young_person = $1 AND left_at IS NULL", young_person.id)
        if held is None:
            raise Conflict("This young person is not held anywhere now. Joint reviews are of those who are: speak to the home area instead.")
        same = "SELECT 1 FROM review_request WHERE young_person = $1 AND agency = $2 AND review_case IS NULL AND withdrawn_at IS NULL"
        if await DB.fetchval(same, young_person.id, by.agency):
            raise Conflict("Your agency has asked already, and its request waits for the next agenda.")
        request = ReviewRequest(
            young_person=young_person.id, reason=new.reason, agency=by.agency, asked_at=clock.now(), asked_by=by.id, review_case=None,
            withdrawn_at=None, withdrawn_by=None, withdrawn_reason=None, version=1,
        )  # fmt: skip
        await request.save()
        await tell_of_request(request.id, establishment=held, by=by)
        await record(EventName.REVIEW_ASKED, by=by, subject=("review_request", request.id), young_person=young_person.id)
    return request


async def withdraw_request(*, by: User, request: ReviewRequest, version: int, new: WithdrawRequest) -> ReviewRequest:
    """Take a request back; it stays readable with the reason. Raises Refused, Conflict where something came of it, Stale."""
    check_can_withdraw(by, request)
    rules.check_waits(request.review_case, request.withdrawn_at)
    values = {"withdrawn_at": clock.now(), "withdrawn_by": by.id, "withdrawn_reason": new.reason}
    async with write_transaction():
        still = ReviewRequest.review_case.is_null() & ReviewRequest.withdrawn_at.is_null()
        changed = await change_row(request, values, version, still=still)
        await record(EventName.REVIEW_REQUEST_WITHDRAWN, by=by, subject=("review_request", request.id), young_person=request.young_person)
    return changed


async def leave_off(*, by: User, review: Review, new: LeaveOff) -> None:
    """Leave someone for a later review, with the reason: they stay listed with it. Saying it again puts the reason right.

    Raises Refused, Conflict where the minutes are locked or they are on the agenda, Invalid for one who is not held there.
    """
    child = await get_young_person_for(by, new.young_person)
    async with write_transaction():
        await hold(by, review.id, Act.LEAVE)
        await check_listable(review, child)
        await DB.execute(
            "INSERT INTO review_left (review, young_person, reason, at, recorded_by) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT ON CONSTRAINT review_left_once DO UPDATE SET reason = $3, at = $4, recorded_by = $5",
            *(review.id, child.id, new.reason, clock.now(), by.id),
        )
        await record(EventName.REVIEW_LEFT_OFF, by=by, subject=("review", review.id), young_person=child.id)


async def order_cases(*, by: User, review: Review, version: int, new: Order) -> None:
    """Put the cases that the user sees in order; others keep their places. Raises Refused, Conflict, Invalid, Stale."""
    async with write_transaction():
        now = await hold(by, review.id, Act.ORDER)
        if now.version != version:
            raise Stale(STALE)
        query = Sql(
            "SELECT c.number, c.place FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.review = {} AND {}",
            *(review.id, visible(by)),
        )
        places = {row["number"]: row["place"] for row in await DB.fetch(*query.parts())}
        for number, place in rules.reordered(places, new.cases).items():
            await DB.execute("UPDATE review_case SET place = $3 WHERE review = $1 AND number = $2", review.id, number, place)
        await moved(review.id)
        await record(EventName.REVIEW_CHANGED, by=by, subject=("review", review.id), detail={"order": list(new.cases)})
