"""What becomes of actions: done with what shows it, handed over, cancelled by two people, and chased."""

import datetime as dt
import re

import pytest

from tests.world import TODAY
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import young_person_ref
from yosafe.people.time_limits.actions import make_feed
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_action_for, get_case_for
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, FinishAction, ListCase
from yosafe.reviews.notices import tell_of_actions_due, tell_of_overdue_actions
from yosafe.reviews.tracker.actions import ask_cancel, finish_action, hand_over, settle_cancel
from yosafe.reviews.tracker.queries import ActionFilter, actions, handed_over
from yosafe.reviews.tracker.schemas import AskCancel, HandOver, SettleCancel

WHY = "He has moved to another unit."
DONE = FinishAction(note="She came on Sunday.", evidence="The visits book.")
DUE = TODAY + dt.timedelta(days=10)


@pytest.fixture
async def action(world):
    """Leeds YOT is to book a visit for Kai within ten days; the number of the action."""
    review = await meetings.arrange_review(by=world.cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo"))
    await meetings.list_case(by=world.cleo, review=review, new=ListCase(young_person=young_person_ref(world.kai.id), because="Talked of every week."))
    _, case = await get_case_for(world.cleo, "RV-000001", 1)
    new = AgreeAction(what="Book a visit.", owner_agency="leeds-yot", owner_name="Amina", due_on=DUE)
    await meetings.agree_action(by=world.cleo, review=review, case=case, new=new)
    return await DB.fetchval("SELECT id FROM action")


async def test_a_calendar_has_meetings_and_the_actions_of_ones_agency_and_names_nobody(world, client, action):
    """Leeds YOT is to do it; the lead who arranged the meeting sees that; Kent sees neither."""
    nobody, found = await client(), {}
    for who in ("amina", "cleo", "ben"):
        text = (await nobody.get(f"/calendar/{await make_feed(by=world[who])}.ics")).text.replace("\r\n ", "")
        found[who] = sorted(re.findall(r"UID:(review|action)-\d+@", text))
        assert not re.search(r"Kai|Morton|YP-|RV-|Book|Leeds|Wetherby", text), who
    assert found == {"amina": ["action", "review"], "cleo": ["review"], "ben": []}
    await finish_action(by=world.amina, action=await get_action_for(world.amina, action), version=1, new=DONE)
    assert "UID:action-" not in (await nobody.get(f"/calendar/{await make_feed(by=world.amina)}.ics")).text


async def states(viewer, state):
    return [one.what for one in (await actions(viewer, ActionFilter(state=state))).items]


async def test_an_action_is_handed_over_with_the_reason(world, action):
    amina, esi, cleo = world.amina, world.esi, world.cleo
    over = HandOver(owner_agency="leeds-social-services", owner_name="Esi", reason=WHY)
    with pytest.raises(Refused):
        await hand_over(by=esi, action=await get_action_for(esi, action), version=1, new=over)
    with pytest.raises(NotFound):
        await get_action_for(world.ben, action)
    for nowhere in ("kent-yot", "inspectorate"):  # it must be an agency that works with this young person
        with pytest.raises(Invalid):
            unknown = HandOver(owner_agency=nowhere, owner_name="Ben", reason=WHY)
            await hand_over(by=amina, action=await get_action_for(amina, action), version=1, new=unknown)
    await hand_over(by=amina, action=await get_action_for(amina, action), version=1, new=over)
    with pytest.raises(Stale):
        await hand_over(
            by=cleo, action=await get_action_for(cleo, action), version=1, new=HandOver(owner_agency="wetherby", owner_name="D", reason=WHY)
        )
    [one] = await handed_over(await get_action_for(cleo, action))
    assert (one.from_agency, one.from_name, one.to_agency, one.to_name, one.reason, one.by) == (
        "Leeds YOT", "Amina", "Leeds social services", "Esi", WHY, "Amina",
    )  # fmt: skip
    with pytest.raises(Refused):  # it is theirs no more
        await finish_action(by=amina, action=await get_action_for(amina, action), version=2, new=DONE)
    await finish_action(by=esi, action=await get_action_for(esi, action), version=2, new=DONE)
    assert [(one.owner_name, one.evidence) for one in (await actions(cleo, ActionFilter(state="done"))).items] == [("Esi", "The visits book.")]
    given = await DB.fetch("SELECT u.email FROM notice n JOIN user_account u ON u.id = n.user_account WHERE event = 'action-given' ORDER BY n.id")
    assert [row["email"] for row in given] == ["amina@example.org", "esi@example.org"]


async def test_cancelling_takes_two_people(world, action):
    amina, cleo, jay = world.amina, world.cleo, world.jay
    with pytest.raises(Conflict, match="Nobody has asked"):
        await settle_cancel(by=jay, action=await get_action_for(jay, action), version=1, new=SettleCancel(agree=True))
    await ask_cancel(by=cleo, action=await get_action_for(cleo, action), version=1, new=AskCancel(reason=WHY))
    with pytest.raises(Conflict, match="second person"):
        await ask_cancel(by=amina, action=await get_action_for(amina, action), version=2, new=AskCancel(reason=WHY))
    for alone in (cleo, amina):  # who asked, and who does not run the review
        with pytest.raises(Refused):
            await settle_cancel(by=alone, action=await get_action_for(alone, action), version=2, new=SettleCancel(agree=True))
    assert await states(cleo, "open") == await states(cleo, "to_cancel") == ["Book a visit."]
    await settle_cancel(by=jay, action=await get_action_for(jay, action), version=2, new=SettleCancel(agree=False))
    assert await states(cleo, "to_cancel") == []
    await ask_cancel(by=amina, action=await get_action_for(amina, action), version=3, new=AskCancel(reason=WHY))
    await settle_cancel(by=cleo, action=await get_action_for(cleo, action), version=4, new=SettleCancel(agree=True))
    assert await states(cleo, "open") == []
    [one] = (await actions(cleo, ActionFilter(state="cancelled"))).items
    assert (one.cancel_asked_by, one.cancelled_by, one.cancel_reason, one.can_finish, one.overdue) == ("Amina", "Cleo", WHY, False, False)
    with pytest.raises(Conflict, match="was cancelled on 5 October 2026"):
        await finish_action(by=amina, action=await get_action_for(amina, action), version=5, new=DONE)


@pytest.mark.parametrize(("days", "soon", "late"), [
    (6, 0, 0),
    (7, 2, 0),    # three days before: the agency that took it on, and the lead
    (10, 2, 0),   # the day itself
    (11, 0, 2),
    (38, 0, 2),
    (39, 0, 0),   # longer ago it is on the worklist
])  # fmt: skip
async def test_actions_are_chased_before_and_after_their_day(world, action, days, soon, late):
    with clock.stopped_at(clock.now() + dt.timedelta(days=days)):
        async with write_transaction():
            assert await tell_of_actions_due(by=Operator("system")) == soon
            assert await tell_of_overdue_actions(by=Operator("system")) == late
            assert await tell_of_actions_due(by=Operator("system")) == 0  # the same night again
            assert await tell_of_overdue_actions(by=Operator("system")) == 0


async def test_what_is_late_is_chased_each_week_until_it_is_done(world, action):
    for days, told in ((11, 2), (14, 0), (18, 2), (25, 2)):
        with clock.stopped_at(clock.now() + dt.timedelta(days=days)):
            async with write_transaction():
                assert await tell_of_overdue_actions(by=Operator("system")) == told, days
    await finish_action(by=world.amina, action=await get_action_for(world.amina, action), version=1, new=DONE)
    with clock.stopped_at(clock.now() + dt.timedelta(days=32)):
        async with write_transaction():
            assert await tell_of_overdue_actions(by=Operator("system")) == 0


async def test_the_pages_of_actions(world, action, client, cleo, amina, jay, esi):
    lead, worker, member = await client(cleo), await client(amina), await client(jay)
    here = f"/reviews/actions/{action}"
    assert (await (await client(esi)).get(here)).status_code == 403
    over = {"owner_agency": "wetherby", "owner_name": "Dan", "reason": WHY, "version": "1"}
    assert (await worker.send_form(f"{here}/hand-over", over | {"reason": "x"})).status_code == 422
    assert (await worker.send_form(f"{here}/hand-over", over | {"version": "7"})).status_code == 412
    assert (await worker.send_form(f"{here}/hand-over", over)).status_code == 303
    assert (await worker.get(here)).status_code == 403
    shown = (await lead.get(here)).text
    assert "From Amina, Leeds YOT to Dan, Wetherby" in shown
    assert (await lead.send_form(f"{here}/cancel", {"reason": WHY, "version": "2"})).status_code == 303
    assert "Someone else, who runs the review" in (await lead.get(f"{here}/cancel")).text
    assert (await lead.send_form(f"{here}/settle", {"agree": "yes", "version": "3"})).status_code == 403
    assert "Decide whether it is cancelled" in (await member.get("/reviews/actions?state=to_cancel")).text
    assert (await member.send_form(f"{here}/settle", {"version": "3"})).status_code == 422
    assert (await member.send_form(f"{here}/settle", {"agree": "yes", "version": "3"})).status_code == 303
    assert WHY in (await lead.get("/reviews/actions?state=cancelled&owner=wetherby")).text
    assert "No actions fit" in (await lead.get("/reviews/actions?state=cancelled&owner=leeds-yot")).text
    assert "No actions fit" in (await lead.get("/reviews/actions?overdue=yes")).text
