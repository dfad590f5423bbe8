"""The README's walk, step by step, on the made-up estate itself: everyone sees what they need, and for Ben none of it exists."""

import datetime as dt
import re
from collections.abc import AsyncIterator

import pytest

from tests.conftest import at, run_at
from tests.incidents.make import ANSWERS
from tests.synthetic.conftest import NAME, NOW
from tests.welfare.answers import asset, own_words
from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.trail import TrailFilter, trail
from yosafe.accounts.viewer import User
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.errors import NotFound
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.actions import add_outcome, move
from yosafe.incidents.schemas import Involve, MoveIncident, RecordOutcome, SubmitIncident
from yosafe.incidents.status import Act
from yosafe.incidents.submitting import submit_incident
from yosafe.people.access import get_young_person_for
from yosafe.people.actions import record_contact
from yosafe.people.schemas import RecordContact
from yosafe.referrals.access import get_referral_for
from yosafe.referrals.actions import record_event, send_referral
from yosafe.referrals.events import Kind
from yosafe.referrals.schemas import RecordEvent, SendReferral
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_case_for, get_review_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.meeting_schemas import AgreeAction, DecideCase, FlagDecision, GiveView, ListCase
from yosafe.reviews.rules import Outcome
from yosafe.surveys.queries import surveys
from yosafe.synthetic.load import Loaded
from yosafe.synthetic.walk import walk
from yosafe.welfare.actions import complete_assessment

WALKED = "walked"


@pytest.fixture
async def estate_to_walk(loaded_at: tuple[str, Loaded]) -> AsyncIterator[Loaded]:
    """The engine, open on a copy of the small estate that may be written in."""
    address, loaded = loaded_at
    await DB.close()
    await run_at(at(address, "postgres"), f"CREATE DATABASE {WALKED} TEMPLATE {NAME}")
    await DB.open(address.replace(f"/{NAME}?", f"/{WALKED}?"))
    with clock.stopped_at(NOW):
        yield loaded
    await DB.close()
    await run_at(at(address, "postgres"), f"DROP DATABASE {WALKED} WITH (FORCE)")


async def dan_records(dan: User, boy: str, others: list[str]) -> str:
    sent = await submit_incident(
        SubmitIncident(
            kind="bullying", happened_at=NOW - dt.timedelta(hours=2), place="showers", account="They took his trainers and threatened him.",
            child_said="They said I would get it if I told.", told_by="young_person", answers=ANSWERS["bullying"],
            involvements=[Involve(young_person=boy, roles=["harmed"]), *(Involve(young_person=o, roles=["alleged_to_have_harmed"]) for o in others)],
        ),
        by=dan,
    )  # fmt: skip
    return sent.ref


async def cleo_concludes_and_refers(cleo: User, boy: str, incident: str) -> str:
    await add_outcome(RecordOutcome(outcome="moved_apart"), by=cleo, incident=await get_incident_for(cleo, incident))
    end = MoveIncident(action=Act.CONCLUDE, finding="substantiated", comment="Both admit it, and it is on camera.")
    await move(end, by=cleo, incident=await get_incident_for(cleo, incident), version=1)
    letter = SendReferral(
        young_person=boy, incidents=[incident], category="physical", sharing_basis="significant_harm", gaps_reason="He is at risk tonight.",
        concern="He is robbed and threatened, and dare not leave his cell.", child_view="I want it to stop.",
    )  # fmt: skip
    return (await send_referral(letter, by=cleo)).ref


async def esi_decides(esi: User, referral: str) -> None:
    found = await get_referral_for(esi, referral)
    await record_event(RecordEvent(kind=Kind.DECIDED, on=NOW.date(), outcome="assessment"), by=esi, referral=found, version=1)
    met = await DB.fetchrow("SELECT * FROM clock WHERE subject_kind = 'referral' AND subject = $1 AND clock = 'referral-decision'", found.id)
    assert met["met_at"] is not None


async def cleo_lists(cleo: User, boy: str, number: int) -> tuple[str, int]:
    await refresh_flags(by=cleo)
    raised = {row["indicator"] for row in await DB.fetch("SELECT indicator FROM flag WHERE young_person = $1 AND cleared_on IS NULL", number)}
    assert raised >= {"harmed-by-others", "far-from-home"}
    review = await DB.fetchval("SELECT id FROM review WHERE establishment = 'WYI' AND held_at IS NULL AND meets_on > $1", NOW.date())
    ref = f"RV-{review:06d}"
    case = await meetings.list_case(by=cleo, review=await get_review_for(cleo, ref), new=ListCase(young_person=boy))
    return ref, case.number


async def jay_decides(jay: User, amina: User, review: str, case: int) -> None:
    found, listed = await get_case_for(amina, review, case)
    await meetings.give_view(by=amina, case=listed, new=GiveView(view="He needs his family nearer."))
    found, listed = await get_case_for(jay, review, case)
    flags = [row["flag"] for row in await DB.fetch("SELECT flag FROM review_case_flag WHERE review_case = $1", listed.id)]
    action = AgreeAction(
        what="Visit him each week.", owner_agency="newcastle-upon-tyne-yot", owner_name="Amina Farole", due_on=NOW.date() + dt.timedelta(14)
    )
    decision = DecideCase(
        decision="support_plan", reason="All agencies agree that he is being bullied.", child_came="asked_beforehand", advocate="not_wanted",
        child_said="I want another wing.",
        flags=tuple(FlagDecision(flag=flag, outcome=Outcome.AGREED) for flag in flags), actions=(action,), before_meeting=True,
    )  # fmt: skip
    await meetings.decide_case(by=jay, review=found, case=listed, version=1, new=decision)
    assert await DB.fetchval("SELECT count(*) FROM flag WHERE id = ANY($1) AND closed_at IS NULL", flags) == 0


async def test_the_walk(estate_to_walk: Loaded):
    amina, ben, cleo, dan, esi, femi, grace, jay = [
        await user_by_email(f"{login}@example.org") for login in ("amina", "ben", "cleo", "dan", "esi", "femi", "grace", "jay")
    ]
    found = await walk(estate_to_walk.sign_ins)
    assert found is not None
    number = int(found.child.split("YP-")[1][:6])
    boy, others = f"YP-{number:06d}", re.findall(r"YP-\d{6}", " ".join(found.others))
    assert len(others) == 2
    incident = await dan_records(dan, boy, others)
    referral = await cleo_concludes_and_refers(cleo, boy, incident)
    await esi_decides(esi, referral)
    child = await get_young_person_for(amina, boy)
    await complete_assessment(
        by=amina, young_person=child, new=asset(boy, completed_on=NOW.date(), own_words=own_words(own_present_told="His officer"))
    )
    await record_contact(by=amina, young_person=child, new=RecordContact(kind="visit", from_whom="yot", happened_on=NOW.date()))
    review, case = await cleo_lists(cleo, boy, number)
    await jay_decides(jay, amina, review, case)
    entries = await trail(grace, TrailFilter(young_person=boy), limit=100)
    assert {"incident:submitted", "incident:moved", "referral:sent", "review-case:listed"} <= {entry.event for entry in entries.items}
    assert (await surveys(femi)).items
    for look in (
        get_young_person_for(ben, boy), get_incident_for(ben, incident), get_referral_for(ben, referral), get_review_for(ben, review),
        get_case_for(ben, review, case),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await look
    assert (await verify()).faults == ()
