"""Referrals for tests. Kai is from Leeds and at Wetherby, in Leeds: one authority. Lee Osei is at Wetherby and from Kent: two authorities."""

import datetime as dt
from typing import Any

from tests.incidents.make import another, involve, submit
from tests.world import World
from yosafe import clock
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.tables import YoungPerson
from yosafe.referrals import access, actions
from yosafe.referrals.events import Kind
from yosafe.referrals.schemas import ConsiderReferral, RecordedOut, RecordEvent, SendReferral, SentOut
from yosafe.referrals.tables import Referral

LEEDS, KENT = "E08000035", "E10000016"
CONCERN = "He is hit and robbed on the landing, and is afraid to leave his cell."


GAPS_REASON = "He is at risk tonight; his mother will be asked for the rest."
MEETING: dict[str, Any] = {"present": ["social_worker", "establishment"]}
CONFERENCE = {**MEETING, "quorate": "yes", "child_there": "all", "advocate": "yes"}
# What is asked of an event beside its outcome.
DETAILS: dict[str, dict[str, Any]] = {
    "strategy_discussion": MEETING, "core_group": MEETING, "initial_conference": CONFERENCE, "review_conference": CONFERENCE,
    "initial_conference:registered": {**CONFERENCE, "registered_as": "physical"}, "taken_over": {"agreed_with": "Ruth Agbaje"},
    "looked_again": {"agreed_with": "Dr Ada Quist"},
}  # fmt: skip


def event(kind: str, outcome: str | None = None, *, on: dt.date | None = None, **more: Any) -> RecordEvent:
    """An event with all that is asked of it."""
    details = DETAILS.get(f"{kind}:{outcome}", DETAILS.get(kind, {}))
    return RecordEvent(kind=Kind(kind), on=on or clock.today(), outcome=outcome, **{**details, **more})


class Extra:
    """More people: Lee Osei from Kent, at Wetherby; Kim, social worker in Kent."""

    lee: YoungPerson
    kim: User


async def extra(world: World) -> Extra:
    more = Extra()
    await accounts.add_agency(
        AddAgency(code="kent-social-services", kind=AgencyKind.SOCIAL_SERVICES, name="Kent social services", area=KENT), by=Operator()
    )
    await accounts.add_user(AddUser(email="kim@example.org", name="Kim", role=Role.SOCIAL_WORKER, agency="kent-social-services"), by=Operator())
    more.kim = await user_by_email("kim@example.org")
    more.lee = await another(world, "Osei", "Lee")
    return more


async def incident_of(world: World, young_person: YoungPerson, **changes: Any) -> str:
    """An incident in which the young person was harmed, recorded by Dan; its reference."""
    return (await submit(world.dan, involve(young_person, "harmed"), **changes)).ref


def letter(young_person: YoungPerson, *incidents: str, **changes: Any) -> dict[str, Any]:
    """What is sent, as JSON holds it."""
    return {
        "young_person": young_person_ref(young_person.id), "incidents": list(incidents), "category": "physical", "concern": CONCERN,
        "child_view": "I want it to stop.", "sharing_basis": "significant_harm",
        "gaps_reason": GAPS_REASON, **changes,
    }  # fmt: skip


def decision(young_person: YoungPerson, *incidents: str, **changes: Any) -> dict[str, Any]:
    """What is recorded where nothing is sent."""
    return {
        "young_person": young_person_ref(young_person.id), "incidents": list(incidents), "category": "emotional", "concern": CONCERN,
        "threshold": "One name-calling, no fear and no injury: not significant harm.", "reason": "below_threshold", "second_person": "Dr Ada Quist",
        "review_on": clock.today() + dt.timedelta(days=14), **changes,
    }  # fmt: skip


async def send(by: User, young_person: YoungPerson, *incidents: str, **changes: Any) -> SentOut:
    return await actions.send_referral(SendReferral(**letter(young_person, *incidents, **changes)), by=by)


async def sent(world: World, young_person: YoungPerson, by: User | None = None) -> Referral:
    """A referral of Cleo's, resting on one incident, as she loads it."""
    made = await send(by or world.cleo, young_person, await incident_of(world, young_person))
    return await access.get_referral_for(world.cleo, made.ref)


async def considered(by: User, young_person: YoungPerson, *incidents: str, **changes: Any) -> Referral:
    return await actions.consider_not_refer(ConsiderReferral(**decision(young_person, *incidents, **changes)), by=by)


async def record(
    by: User, referral: Referral, kind: str, outcome: str | None = None, *, on: dt.date | None = None, note: str | None = None, **more: Any
) -> RecordedOut:
    """An event, on the version of the day."""
    version = await DB.fetchval("SELECT version FROM referral WHERE id = $1", referral.id)
    now = Referral(**dict(await DB.fetchrow("SELECT * FROM referral WHERE id = $1", referral.id) or {}), _exists_in_db=True)
    return await actions.record_event(event(kind, outcome, on=on, note=note, **more), by=by, referral=now, version=version)
