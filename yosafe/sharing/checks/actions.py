"""Every change to checks. Keyword-only, by someone, in one transaction with its audit entry."""

from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import write_transaction
from yosafe.errors import Invalid
from yosafe.people.changing import change_row
from yosafe.people.rules import area_faults, before_birth_faults, faults_of, past_faults
from yosafe.people.tables import YoungPerson
from yosafe.reference.codes import code_list
from yosafe.sharing.tables import RegisterCheck

from . import rules
from .access import check_can_record
from .schemas import AnswerCheck, AskCheck


async def ask_check(*, by: User, young_person: YoungPerson, new: AskCheck) -> RegisterCheck:
    """Record that an authority was asked. Raises Refused, Invalid."""
    check_can_record(by)
    asker = new.asker or by.agency_kind.value
    faults = [
        *area_faults(new.area, field="area"),
        *faults_of(code_list("check_register").check, new.register, key="register"),
        *faults_of(code_list("check_reason").check, new.reason, key="reason"),
        *faults_of(code_list("check_asker").check, asker, key="asker"),
        *past_faults("asked_on", new.asked_on, today=clock.today()),
        *before_birth_faults("asked_on", new.asked_on, date_of_birth=young_person.date_of_birth),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        check = RegisterCheck(
            young_person=young_person.id, agency=by.agency, asker=asker, asked_by=new.asked_by, area=new.area, register=new.register,
            reason=new.reason, note=new.note, asked_on=new.asked_on, answer=None, category=None, answered_on=None, answered_by=None,
            answer_note=None, recorded_at=clock.now(), recorded_by=by.id, answer_recorded_at=None, answer_recorded_by=None, version=1,
        )  # fmt: skip
        await check.save()
        await _note(EventName.CHECK_ASKED, by, check, {"register": new.register, "area": new.area})
    return check


async def answer_check(*, by: User, check: RegisterCheck, answer: AnswerCheck, version: int) -> RegisterCheck:
    """Record what was answered, once. Raises Refused, Invalid, Conflict where it was answered already, Stale."""
    check_can_record(by)
    rules.check_waiting(check.answer)
    faults = [
        *faults_of(code_list("check_answer").check, answer.answer, key="answer"),
        *(faults_of(code_list("referral_category").check, answer.category, key="category") if answer.category else ()),
        *rules.answer_faults(
            answer=answer.answer, category=answer.category, answered_on=answer.answered_on, asked_on=check.asked_on, today=clock.today()
        ),
    ]
    if faults:
        raise Invalid(faults)
    values = {
        "answer": answer.answer, "category": answer.category, "answered_on": answer.answered_on, "answered_by": answer.answered_by,
        "answer_note": answer.note, "answer_recorded_at": clock.now(), "answer_recorded_by": by.id,
    }  # fmt: skip
    async with write_transaction():
        answered = await change_row(check, values, version, still=RegisterCheck.answer.is_null())
        await _note(EventName.CHECK_ANSWERED, by, answered, {"answer": answer.answer})
    return answered


async def _note(event: EventName, by: User, check: RegisterCheck, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=("register_check", check.id), young_person=check.young_person, detail=detail)
