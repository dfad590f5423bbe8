"""Who hears of what: each event of the table, by the action that makes it. It is Monday 5 October 2026."""

import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import again, another, incident, involve, submit
from tests.incidents.test_staff import about, join
from tests.people.test_keep_apart import asked
from tests.world import LEEDS, TODAY, WETHERBY, World
from yosafe import clock
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.incidents.actions import add_outcome, move
from yosafe.incidents.schemas import MoveIncident, RecordOutcome
from yosafe.nightly import remind
from yosafe.notices.about import kinds
from yosafe.notices.events import REASONS, TOLD, Event, To
from yosafe.notices.queries import count_new, notices
from yosafe.notices.telling import WHO, tell_one
from yosafe.people.clocks import Owner, meet_clock, start_clock
from yosafe.people.duties import DutyKind, open_duty
from yosafe.people.keep_apart.actions import start_keep_apart
from yosafe.referrals import access as referrals
from yosafe.referrals.actions import record_event, send_referral
from yosafe.referrals.events import Kind
from yosafe.referrals.schemas import RecordEvent, SendReferral
from yosafe.reviews import access as reviews
from yosafe.reviews.meeting_actions import agree_action, arrange_review, list_case
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, ListCase

EVERYONE = ("amina", "ben", "cleo", "dan", "esi", "femi", "grace", "hal", "ivy", "jay")


async def heard(user: User) -> list[tuple[str, str]]:
    """What someone is told: event and place, the oldest first."""
    return [(one.event.value, one.subject) for one in reversed((await notices(user, state="all")).items)]


async def who_hears(world: World, event: Event) -> set[str]:
    return {name for name in EVERYONE if event.value in [heard_of for heard_of, _ in await heard(world[name])]}


@pytest.mark.parametrize(("more", "event"), [
    ({}, Event.INCIDENT_RECORDED),
    ({"severity": "serious"}, Event.INCIDENT_SERIOUS),
    ({"kind": "staff_allegation"}, Event.ALLEGATION_RECORDED),
])  # fmt: skip
async def test_the_leads_hear_of_an_incident_at_once(world: World, more: dict[str, Any], event: Event):
    olive = await join("olive", Role.YOI_LEAD)
    made = await submit(world.dan, involve(world.kai, "concerned" if more.get("kind") else "harmed"), **more)
    assert await who_hears(world, event) == {"cleo"}
    assert await heard(world.cleo) == await heard(olive) == [(event.value, made.ref)]
    (notice,) = (await notices(world.cleo)).items
    assert (notice.urgent, notice.words, notice.link) == (TOLD[event].urgent, TOLD[event].words, f"/incidents/{made.ref}")


async def test_another_lead_hears_of_a_sealed_complaint_and_nobody_else_does(world: World):
    olive = await join("olive", Role.YOI_LEAD)
    sealed = {"answers": {"channel": "sealed_lead", "themes": ["staff"]}}
    made = await submit(world.cleo, involve(world.kai, "complainant"), kind="complaint", **sealed)
    assert (Event.COMPLAINT_SEALED.value, made.ref) in await heard(olive)
    assert [await heard(world[name]) for name in EVERYONE if name != "cleo"] == [[]] * (len(EVERYONE) - 1)


async def test_whoever_made_it_is_not_told(world: World):
    await submit(world.cleo, involve(world.kai, "harmed"))
    assert await heard(world.cleo) == []


async def test_an_incident_that_is_not_kept_tells_nobody(world: World):
    with pytest.raises(ZeroDivisionError):
        async with write_transaction():
            await submit(world.dan, involve(world.kai, "harmed"))
            raise ZeroDivisionError
    assert await DB.fetchval("SELECT count(*) FROM notice") == 0


async def test_whom_an_allegation_is_about_hears_nothing_and_counts_nothing(world: World):
    olive = await join("olive", Role.YOI_LEAD)
    await submit(world.dan, involve(world.kai, "concerned"), kind="staff_allegation", staff=about("Olive"))
    assert (await heard(olive), await count_new(olive)) == ([], 0)
    assert await count_new(world.cleo) == 1
    assert await DB.fetchval("SELECT count(*) FROM notice WHERE user_account = $1", olive.id) == 1  # it is the reading that hides it


async def test_what_is_out_of_scope_disappears(world: World):
    await submit(world.dan, involve(world.kai, "harmed"))
    assert await count_new(world.cleo) == 1
    await DB.execute("UPDATE placement SET left_at = $1 WHERE young_person = $2", clock.now() - dt.timedelta(days=1), world.kai.id)
    assert await count_new(world.cleo) == 1  # a lead sees leavers for 90 days
    with clock.stopped_at(clock.now() + dt.timedelta(days=100)):
        assert (await count_new(world.cleo), await heard(world.cleo)) == (0, [])


async def test_several_concerns_are_told_once_in_a_week(world: World):
    for _ in range(4):
        await submit(world.dan, involve(world.kai, "harmed"))
    told = [place for event, place in await heard(world.cleo) if event == Event.CONCERNS_ACCUMULATED.value]
    assert told == ["YP-000001"]
    entries = await DB.fetch("SELECT detail FROM audit_entry WHERE event = 'young-person:listed' AND actor = $1", world.cleo.id)
    assert '{"by":"notices","young_people":[1]}' in [row["detail"] for row in entries]


async def test_an_owner_hears_that_it_is_theirs_and_the_recorder_what_came_of_it(world: World):
    olive = await join("olive", Role.YOI_LEAD)
    found = await incident(world.dan, involve(world.kai, "harmed"))
    for owner in ("olive@example.org", "cleo@example.org"):
        found = await again(world.cleo, found)
        await move(MoveIncident(action="assign", owner=owner, comment="It is hers from today."), by=world.cleo, incident=found, version=found.version)
    assert next((one.event, one.reason) for one in (await notices(olive)).items) == (Event.INVESTIGATION_GIVEN, "assigned")
    assert Event.INVESTIGATION_GIVEN.value not in dict(await heard(world.cleo))  # she took it herself
    found = await again(world.cleo, found)
    ending = MoveIncident(action="conclude", finding="substantiated", comment="Both were spoken to, and moved apart.")
    await add_outcome(RecordOutcome(outcome="moved_apart", young_person="YP-000001"), by=world.cleo, incident=found)
    found = await again(world.cleo, found)
    await move(ending, by=world.cleo, incident=found, version=found.version)
    assert await who_hears(world, Event.INCIDENT_CONCLUDED) == {"dan"}


async def test_the_authority_hears_of_a_referral_and_who_sent_it_of_the_answer(world: World):
    made = await submit(world.dan, involve(world.kai, "harmed"))
    letter = SendReferral(
        young_person="YP-000001", incidents=[made.ref], category="physical",
        concern="He is hit for his phone credit.", child_view="He wants it to stop.", sharing_basis="significant_harm",
        gaps_reason="He is at risk tonight.",
    )  # fmt: skip
    sent = await send_referral(letter, by=world.cleo)
    assert await who_hears(world, Event.REFERRAL_RECEIVED) == {"esi"}
    found = await referrals.get_referral_for(world.esi, sent.ref)
    for kind, outcome, hears in ((Kind.ACKNOWLEDGED, None, set()), (Kind.DECIDED, "assessment", {"cleo"})):
        event = RecordEvent(kind=kind, outcome=outcome, on=TODAY)
        await record_event(event, by=world.esi, referral=found, version=found.version)
        found = await referrals.get_referral_for(world.esi, sent.ref)
        assert await who_hears(world, Event.REFERRAL_ANSWERED) == hears


async def test_a_review_asks_agencies_and_gives_them_actions(world: World):
    meeting = await arrange_review(by=world.cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo"))
    await list_case(by=world.cleo, review=meeting, new=ListCase(young_person="YP-000001", because="He asked for it himself."))
    assert await who_hears(world, Event.CASE_LISTED) == {"amina", "esi", "jay"}
    _, case = await reviews.get_case_for(world.cleo, "RV-000001", 1)
    new = AgreeAction(what="Ring his mother.", owner_agency="leeds-yot", owner_name="Amina", due_on=TODAY)
    await agree_action(by=world.cleo, review=meeting, case=case, new=new)
    assert await who_hears(world, Event.ACTION_GIVEN) == {"amina"}
    with clock.stopped_at(clock.now() + dt.timedelta(days=1)):
        await remind()
        await remind()
        assert await heard_of(world, Event.ACTION_OVERDUE) == {"amina": 1, "cleo": 1}


async def heard_of(world: World, event: Event) -> dict[str, int]:
    """How often each who hears of an event does."""
    times = {name: [one for one, _ in await heard(world[name])].count(event.value) for name in EVERYONE}
    return {name: number for name, number in times.items() if number}


@pytest.mark.parametrize(("owner", "due_soon", "overdue"), [
    (Owner.yoi(WETHERBY), {"cleo": 1}, {"cleo": 1}),
    (Owner.in_area(AgencyKind.YOT, LEEDS), {"amina": 1}, {"amina": 1, "jay": 1}),
    (Owner.in_area(AgencyKind.SOCIAL_SERVICES, LEEDS), {"esi": 1}, {"esi": 1, "jay": 1}),
])  # fmt: skip
async def test_a_time_limit_reminds_the_worker_and_then_who_supervises(world: World, owner: Owner, due_soon: dict[str, int], overdue: dict[str, int]):
    placement = await DB.fetchval("SELECT id FROM placement WHERE young_person = $1", world.kai.id)
    async with write_transaction():
        await DB.execute("UPDATE clock SET met_at = now(), met_recorded_at = now()")
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area=LEEDS, subject=("placement", placement))
        due = await start_clock(
            "complaint-answered", young_person=world.kai.id, subject=("placement", placement), owner=owner, started_at=clock.now()
        )
    await remind()
    assert await heard_of(world, Event.CLOCK_DUE_SOON) == {}
    for day, soon, late in ((due, due_soon, {}), (due + dt.timedelta(days=1), due_soon, overdue), (due + dt.timedelta(days=2), due_soon, overdue)):
        with clock.stopped_at(clock.midnight(day) + dt.timedelta(hours=6)):
            await remind()
            assert (await heard_of(world, Event.CLOCK_DUE_SOON), await heard_of(world, Event.CLOCK_OVERDUE)) == (soon, late)
    async with write_transaction():
        await meet_clock("complaint-answered", subject=("placement", placement), at=clock.now())
    assert await heard_of(world, Event.CLOCK_OVERDUE) == {}  # there is nothing to see to any more


async def test_what_passed_long_ago_reminds_nobody(world: World):
    """Kai's arrival screen was due four weeks ago; the worklist has it."""
    assert await remind() == 0


async def test_leads_hear_when_a_keep_apart_is_due(world: World):
    lee = await another(world, "Frost", "Lee")
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee, review_on=TODAY + dt.timedelta(days=3)))
    await remind()
    assert await heard_of(world, Event.KEEP_APART_DUE) == {}
    with clock.stopped_at(clock.now() + dt.timedelta(days=3)):
        await remind()
        await remind()
        assert await heard_of(world, Event.KEEP_APART_DUE) == {"cleo": 1}


async def test_a_notice_outside_a_transaction_is_a_mistake(world: World):
    with pytest.raises(RuntimeError, match="transaction"):
        await tell_one(Event.INCIDENT_RECORDED, "incident", 1, by=Operator(), establishment=WETHERBY)


async def test_whoever_works_no_more_is_not_told(world: World):
    await DB.execute("UPDATE user_account SET disabled_at = $1 WHERE id = $2", clock.now(), world.cleo.id)
    await submit(world.dan, involve(world.kai, "harmed"))
    assert await DB.fetchval("SELECT count(*) FROM notice") == 0


def test_the_table_is_whole():
    assert set(TOLD) == set(Event)
    assert set(WHO) == set(To)
    assert {to for told in TOLD.values() for to in told.to} == set(To)
    assert {"decided", "declined", "ended", "assigned", "reassigned"} == set(REASONS)
    theirs = {"incident", "referral", "review_case", "action", "clock", "young_person", "keep_apart", "survey_comment", "subject_request"}
    assert theirs | {
        "assessment",
        "welfare_need",
        "break_glass",
        "user",
        "review_request",
        "case_review",
        "report_build",
        "report_schedule",
        "subject_request",
    } == set(kinds())


@pytest.mark.parametrize("event", Event)
def test_words_fit_and_name_nobody(event: Event):
    assert len(event.value) <= 40
    assert not TOLD[event].words.endswith(".")
