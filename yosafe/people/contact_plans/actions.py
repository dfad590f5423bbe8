"""Every change to what contacts are planned. Keyword-only, by someone, in one transaction with its audit entry."""

from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Invalid
from yosafe.people.changing import change_row
from yosafe.people.rules import before_birth_faults, end_faults, faults_of, past_faults
from yosafe.people.tables import ContactPlan, YoungPerson
from yosafe.reference.codes import code_list

from . import rules
from .schemas import EndPlan, PlanContacts

RECORD = "contact-plan:record"


async def plan_contacts(*, by: User, young_person: YoungPerson, new: PlanContacts) -> ContactPlan:
    """Record how often someone is to be in touch. A plan with the same people in the same way ends on the day on which this one begins.

    Raises Invalid; Conflict where it would begin before the one that it follows.
    """
    check_may(by, RECORD)
    faults = [
        *faults_of(code_list("planned_with").check, new.from_whom, new.since, key="from_whom"),
        *faults_of(code_list("planned_way").check, new.way, new.since, key="way"),
        *past_faults("since", new.since, today=clock.today()),
        *before_birth_faults("since", new.since, date_of_birth=young_person.date_of_birth),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)
        await _end_before(by, young_person.id, new)
        plan = ContactPlan(
            young_person=young_person.id, from_whom=new.from_whom, way=new.way, every_days=new.every_days, agreed_by=new.agreed_by, note=new.note,
            since=new.since, until=None, recorded_at=clock.now(), recorded_by=by.id, ended_reason=None, ended_recorded_at=None,
            ended_recorded_by=None, version=1,
        )  # fmt: skip
        await plan.save()
        await _note(EventName.CONTACT_PLANNED, by, plan, {"with": new.from_whom, "way": new.way, "every_days": new.every_days})
    return plan


async def _end_before(by: User, young_person: int, new: PlanContacts) -> None:
    last = await DB.fetchval(
        "SELECT max(coalesce(until, since)) FROM contact_plan WHERE young_person = $1 AND from_whom = $2 AND way = $3",
        *(young_person, new.from_whom, new.way),
    )
    rules.check_follows(new.since, last=last)
    now = await ContactPlan.objects().get(
        (ContactPlan.young_person == young_person)
        & (ContactPlan.from_whom == new.from_whom)
        & (ContactPlan.way == new.way)
        & ContactPlan.until.is_null()
    )
    if now is not None:
        await change_row(now, {"until": new.since, "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}, now.version)


async def end_contact_plan(*, by: User, plan: ContactPlan, ending: EndPlan, version: int) -> ContactPlan:
    """End a plan, and say why. Raises Invalid, Conflict once it has ended, Stale."""
    check_may(by, RECORD)
    rules.check_current(plan.until)
    if faults := end_faults(ending.until, since=plan.since, today=clock.today()):
        raise Invalid(faults)
    values = {"until": ending.until, "ended_reason": ending.reason, "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}
    async with write_transaction():
        ended = await change_row(plan, values, version)
        await _note(EventName.CONTACT_PLAN_ENDED, by, ended, {"with": plan.from_whom, "way": plan.way})
    return ended


async def _note(event: EventName, by: User, plan: ContactPlan, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=("contact_plan", plan.id), young_person=plan.young_person, detail=detail)
