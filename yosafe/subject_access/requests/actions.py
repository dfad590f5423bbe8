"""Every change to a request: recorded, known who asked, given more time, decided on, answered."""

from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.people.changing import change_row
from yosafe.people.tables import YoungPerson
from yosafe.scrubbing.classes import classes
from yosafe.subject_access.gathering import Decided
from yosafe.subject_access.held import HELD, Reason

from . import rules
from .access import RECORD, SUBJECT
from .schemas import Answer, Decide, Extend, Identity, NewRequest
from .tables import SubjectDecision, SubjectRequest

NO_NAME = "Say who asked, where it was not the young person"
NO_REASON = "Say why it is held back: one of the reasons"
NOT_GIVEN = "Only what waits for somebody's decision can be given here: decisions about public protection, serious case reviews, legal holds."


async def record_request(*, by: User, young_person: YoungPerson, new: NewRequest) -> SubjectRequest:
    """Begin a request: its month counts. Raises Refused, Invalid."""
    check_may(by, RECORD)
    rules.check_days(new.received_on, None, clock.today())
    if new.asker != "young_person" and not new.asker_name:
        raise Invalid([FieldError("asker_name", NO_NAME)])
    made = SubjectRequest(
        young_person=young_person.id, agency=by.agency, asker=new.asker, asker_name=new.asker_name, received_on=new.received_on, identity_on=None,
        identity_how=None, identity_note=None, extended_because=None, extended_reason=None, told_on=None, outcome=None, outcome_note=None,
        answered_at=None, answered_by=None, recorded_at=clock.now(), recorded_by=by.id, version=1,
    )  # fmt: skip
    async with write_transaction():
        await made.save()
        await _note(EventName.SUBJECT_ASKED, by, made, {"asker": new.asker})
    return made


async def record_identity(*, by: User, found: SubjectRequest, new: Identity, version: int) -> SubjectRequest:
    """Say how it is known who asked. The month counts from that day, where it is later than the request. Raises Invalid, Conflict, Stale."""
    rules.check_days(found.received_on, new.identity_on, clock.today())
    if found.identity_on is not None:
        raise Conflict("It is recorded already how you know who asked.")
    values = {"identity_on": new.identity_on, "identity_how": new.identity_how, "identity_note": new.identity_note}
    return await _change(by, found, values, version, EventName.SUBJECT_IDENTIFIED, {"how": new.identity_how})


async def extend(*, by: User, found: SubjectRequest, new: Extend, version: int) -> SubjectRequest:
    """Give two more months, of which whoever asked was told in time. Raises Invalid, Conflict where they were told too late or it was done, Stale."""
    rules.check_extension(new.told_on, found.received_on, found.identity_on, clock.today())
    if found.extended_because is not None:
        raise Conflict("It was given more time already. There is no more.")
    values = {"extended_because": new.extended_because, "extended_reason": new.extended_reason, "told_on": new.told_on}
    return await _change(by, found, values, version, EventName.SUBJECT_EXTENDED, {"because": new.extended_because})


async def decide(*, by: User, found: SubjectRequest, new: Decide) -> SubjectDecision:
    """Hold back a record or a field that would be given, or give a record that waits for a decision. Raises Invalid for what there is not, or may not
    be decided so, Conflict where the request has its answer."""
    check_may(by, RECORD)
    _check_decision(new)
    async with write_transaction():
        row = await DB.fetchrow("SELECT answered_at FROM subject_request WHERE id = $1 FOR UPDATE", found.id)
        if row is None or row["answered_at"] is not None:
            raise Conflict(rules.ENDED)
        made = SubjectDecision(
            subject_request=found.id, kind=new.kind, number=new.number, field=new.field, decision=new.decision,
            reason=new.reason.value if new.reason and new.decision == "hold_back" else None, note=new.note, at=clock.now(), recorded_by=by.id,
        )  # fmt: skip
        await made.save()
        await DB.execute("UPDATE subject_request SET version = version + 1 WHERE id = $1", found.id)
        detail = {"kind": new.kind, "number": new.number, "decision": new.decision, "field": new.field}
        await _note(EventName.SUBJECT_DECIDED, by, found, detail)
    return made


def _check_decision(new: Decide) -> None:
    held = next((one for one in HELD if one.table == new.kind), None)
    if held is None:
        raise Invalid([FieldError("kind", "There is no such kind of record in what a young person is given")])
    if new.field is not None and new.field not in classes().columns.get(new.kind, {}):
        raise Invalid([FieldError("field", "There is no such field in this kind of record")])
    if new.decision == "hold_back" and new.reason is None:
        raise Invalid([FieldError("reason", NO_REASON)])
    if new.decision == "give" and (held.withheld not in rules.DECIDED or new.field is not None):
        raise Invalid([FieldError("decision", NOT_GIVEN)])


async def answer(*, by: User, found: SubjectRequest, new: Answer, version: int) -> SubjectRequest:
    """Say what came of a request: its time limit is met. Raises Conflict where nobody knows who asked, or it has its answer, Stale."""
    if new.outcome == "given":
        rules.check_known(found.identity_on)
    values = {"outcome": new.outcome, "outcome_note": new.outcome_note, "answered_at": clock.now(), "answered_by": by.id}
    return await _change(by, found, values, version, EventName.SUBJECT_ANSWERED, {"outcome": new.outcome})


async def decisions_of(request: int) -> list[Decided]:
    """What was decided for a request: the latest of each thing."""
    rows = await DB.fetch(
        "SELECT DISTINCT ON (kind, number, field) kind, number, field, decision, reason FROM subject_decision WHERE subject_request = $1 "
        "ORDER BY kind, number, field, id DESC",
        request,
    )
    return [
        Decided(kind=row["kind"], number=row["number"], field=row["field"], withheld=Reason(row["reason"]) if row["reason"] else None) for row in rows
    ]


async def _change(by: User, found: SubjectRequest, values: dict[str, Any], version: int, event: EventName, detail: dict[str, Any]) -> SubjectRequest:
    check_may(by, RECORD)
    if found.answered_at is not None:
        raise Conflict(rules.ENDED)
    async with write_transaction():
        changed = await change_row(found, values, version, still=SubjectRequest.answered_at.is_null())
        await _note(event, by, changed, detail)
    return changed


async def _note(event: EventName, by: User, found: SubjectRequest, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(SUBJECT, found.id), young_person=found.young_person, detail=detail)
