"""Putting cases off, locking minutes, and adding to them."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Stale
from yosafe.people.rules import STALE
from yosafe.reviews.access import check_can_run, hold
from yosafe.reviews.meeting_actions import moved
from yosafe.reviews.meeting_rules import check_unsettled
from yosafe.reviews.status import Act
from yosafe.reviews.tables import Review, ReviewCase

from . import rules
from .schemas import LockMinutes, PutOff
from .writing import written


async def put_off_case(*, by: User, review: Review, case: ReviewCase, version: int, new: PutOff) -> None:
    """Leave a case for another review, with the reason. Raises Refused, Conflict where it has its end or the minutes are locked, Stale."""
    async with write_transaction():
        await hold(by, review.id, Act.PUT_OFF)
        check_unsettled(case.decided_at, case.put_off_at)
        done = await DB.fetch(
            "UPDATE review_case SET put_off_at = $3, put_off_by = $4, put_off_reason = $5, version = version + 1 "
            "WHERE id = $1 AND version = $2 AND decided_at IS NULL AND put_off_at IS NULL RETURNING id",
            *(case.id, version, clock.now(), by.id, new.reason),
        )
        if not done:
            raise Stale(STALE)
        await moved(review.id)
        await record(
            EventName.REVIEW_CASE_PUT_OFF, by=by, subject=("review", review.id), young_person=case.young_person, detail={"case": case.number}
        )


async def lock_minutes(*, by: User, review: Review, version: int, new: LockMinutes) -> str:
    """Keep the minutes as they are now, for good; their SHA-256.

    Raises Refused, Stale for another version, Conflict where they are locked, or something is to be done first.
    """
    async with write_transaction():
        now = await hold(by, review.id, Act.LOCK)
        if now.version != version:
            raise Stale(STALE)
        query = "SELECT number FROM review_case WHERE review = $1 AND decided_at IS NULL AND put_off_at IS NULL ORDER BY number"
        unsettled = [row["number"] for row in await DB.fetch(query, review.id)]
        attended = await DB.fetchval("SELECT count(*) FROM review_attendance WHERE review = $1", review.id)
        rules.check_lockable(now.meets_on, unsettled=unsettled, attended=attended, today=clock.today())
        minutes = await written(now, chair=new.agreed_by)
        text, seal = rules.sealed(minutes)
        at = clock.now()
        await DB.execute(
            "INSERT INTO review_minutes (review, content, sha256, agreed_by, locked_at, locked_by) VALUES ($1, $2, $3, $4, $5, $6)",
            *(review.id, text, seal, new.agreed_by, at, by.id),
        )
        await DB.execute(
            "UPDATE review SET locked_at = $2, held_at = coalesce(held_at, $2), quorate = $3, quorum = $4, version = version + 1 WHERE id = $1",
            *(review.id, at, minutes.quorate, minutes.quorum),
        )
        detail = {"sha256": seal, "cases": len(minutes.cases), "quorate": minutes.quorate}
        await record(EventName.REVIEW_LOCKED, by=by, subject=("review", review.id), detail=detail)
    return seal


async def add_addendum(*, by: User, review: Review, case: ReviewCase | None, text: str) -> None:
    """Add to locked minutes, about a case or about the meeting. Raises Conflict where they are not locked, Refused for the meeting of others."""
    if case is None:
        check_can_run(by, review)
    async with write_transaction():
        await hold(by, review.id, Act.ADD)
        await DB.execute(
            "INSERT INTO review_addendum (review, review_case, text, agency, at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)",
            *(review.id, case.id if case else None, text, by.agency, clock.now(), by.id),
        )
        await record(
            EventName.REVIEW_ADDENDUM, by=by, subject=("review", review.id), young_person=case.young_person if case else None,
            detail={"case": case.number if case else None},
        )  # fmt: skip
