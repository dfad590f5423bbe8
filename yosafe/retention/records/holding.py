"""Placing and lifting legal holds."""

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, NotFound
from yosafe.people.changing import change_row
from yosafe.people.tables import YoungPerson
from yosafe.subject_access.access import NOT_THERE

from .access import HOLD, check_can_lift
from .tables import LegalHold

SUBJECT = "legal_hold"
HELD = "Your agency holds this record already. Nothing else is needed: it stays until that hold is lifted."
LIFTED = "This hold was lifted already. Place a new one if the record must be held again."


async def place_hold(*, by: User, young_person: YoungPerson, reason: str) -> LegalHold:
    """Keep a record from being destroyed, whatever the schedule says. Raises Refused, NotFound for one that has gone meanwhile, Conflict where the
    agency holds it already."""
    check_may(by, HOLD)
    async with write_transaction():
        if await DB.fetchrow("SELECT id FROM young_person WHERE id = $1 FOR NO KEY UPDATE", young_person.id) is None:
            raise NotFound(NOT_THERE)
        if await DB.fetchval(
            "SELECT EXISTS (SELECT FROM legal_hold WHERE young_person = $1 AND agency = $2 AND lifted_at IS NULL)", young_person.id, by.agency
        ):
            raise Conflict(HELD)
        hold = LegalHold(
            young_person=young_person.id, agency=by.agency, reason=reason, placed_at=clock.now(), placed_by=by.id, lifted_at=None, lifted_by=None,
            lifted_reason=None, version=1,
        )  # fmt: skip
        await hold.save()
        await record(EventName.HOLD_PLACED, by=by, subject=(SUBJECT, hold.id), young_person=young_person.id)
    return hold


async def lift_hold(*, by: User, hold: LegalHold, reason: str, version: int) -> LegalHold:
    """Let the schedule count again. Raises Refused for a hold of another agency, Conflict for one that was lifted, Stale."""
    check_can_lift(by, hold)
    if hold.lifted_at is not None:
        raise Conflict(LIFTED)
    values = {"lifted_at": clock.now(), "lifted_by": by.id, "lifted_reason": reason}
    async with write_transaction():
        lifted = await change_row(hold, values, version, still=LegalHold.lifted_at.is_null())
        await record(EventName.HOLD_LIFTED, by=by, subject=(SUBJECT, hold.id), young_person=hold.young_person)
    return lifted
