"""Every change to what was shared or withheld. Keyword-only, by someone, in one transaction with its audit entry."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import FieldError, Invalid
from yosafe.people.changing import change_row
from yosafe.people.rules import before_birth_faults, faults_of
from yosafe.people.tables import YoungPerson
from yosafe.reference.codes import code_list
from yosafe.sharing.tables import InformationShare

from . import rules
from .access import check_can_record
from .schemas import AnswerShare, RecordShare

_CODES = {
    "basis": "sharing_basis", "consent": "share_consent", "not_asked_because": "share_not_asked", "withheld_because": "withheld_reason",
}  # fmt: skip


async def record_share(*, by: User, young_person: YoungPerson, new: RecordShare) -> InformationShare:
    """Record that information was asked for, shared or withheld. Raises Refused, Invalid."""
    check_can_record(by)
    categories = list(dict.fromkeys(new.categories))
    faults = [
        *faults_of(code_list("share_party").check, new.party, key="party"),
        *([] if categories else [FieldError("categories", "Select what it was about")]),
        *(fault for one in categories for fault in faults_of(code_list("share_category").check, one, key="categories")),
        *before_birth_faults("on", new.on, date_of_birth=young_person.date_of_birth),
        *await _faults(new),
    ]
    if faults:
        raise Invalid(faults)
    asked = new.happened == rules.ASKED
    async with write_transaction():
        share = InformationShare(
            young_person=young_person.id, agency=by.agency, party=new.party, party_name=new.party_name, categories=categories, what=new.what,
            asked_on=new.on if asked else None, due_on=new.due_on, note=new.note, recorded_at=clock.now(), recorded_by=by.id, version=1,
            **_outcome(by, None if asked else new),
        )  # fmt: skip
        await share.save()
        await _note(EventName.SHARE_RECORDED, by, share, {"party": new.party, "happened": new.happened, "basis": new.basis})
    return share


async def answer_share(*, by: User, share: InformationShare, answer: AnswerShare, version: int) -> InformationShare:
    """Record what became of what was asked for, once. Raises Refused, Invalid, Conflict where it was answered already, Stale."""
    check_can_record(by)
    rules.check_waiting(share.outcome)
    if faults := await _faults(answer, share):
        raise Invalid(faults)
    note = "\n".join(part for part in (share.note, answer.note) if part) or None
    async with write_transaction():
        answered = await change_row(share, {**_outcome(by, answer), "note": note}, version, still=InformationShare.outcome.is_null())
        await _note(EventName.SHARE_ANSWERED, by, answered, {"happened": answer.happened, "basis": answer.basis})
    return answered


async def _faults(said: RecordShare | AnswerShare, share: InformationShare | None = None) -> list[FieldError]:
    values = {name: getattr(said, name) for name in rules.Said.__struct_fields__ if hasattr(said, name)}
    faults = rules.said_faults(rules.Said(**values), asked_on=share.asked_on if share else None, today=clock.today())
    for name, codes in _CODES.items():
        if (value := getattr(said, name)) is not None:
            faults += faults_of(code_list(codes).check, value, said.on, key=name)
    if said.protocol is not None and not await DB.fetchval(_IN_FORCE, said.protocol, said.on):
        faults.append(FieldError("protocol", "That protocol was not in force on that day. Choose another, or another basis"))
    return faults


_IN_FORCE = """
    SELECT EXISTS (SELECT FROM sharing_protocol p WHERE p.id = $1 AND p.starts_on <= $2 AND (p.ended_on IS NULL OR p.ended_on >= $2))
"""


def _outcome(by: User, said: RecordShare | AnswerShare | None) -> dict[str, Any]:
    if said is None:
        names = ("outcome", "outcome_on", "basis", "sharing_protocol", *list(_CODES)[1:], "outcome_recorded_at", "outcome_recorded_by")
        return dict.fromkeys(names)
    return {
        "outcome": said.happened, "outcome_on": said.on, "sharing_protocol": said.protocol, **{name: getattr(said, name) for name in _CODES},
        "outcome_recorded_at": clock.now(), "outcome_recorded_by": by.id,
    }  # fmt: skip


async def _note(event: EventName, by: User, share: InformationShare, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=("information_share", share.id), young_person=share.young_person, detail=detail)
