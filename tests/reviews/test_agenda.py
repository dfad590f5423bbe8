"""What comes onto an agenda and why: requests, those left for later, the order. Nobody who was proposed is forgotten."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import TODAY, another_child, arrival, kai
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person, start_placement
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_case_for, get_review_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.agenda.access import get_request_for
from yosafe.reviews.agenda.actions import ask_for_review, leave_off, order_cases, withdraw_request
from yosafe.reviews.agenda.queries import left_off, requests_of
from yosafe.reviews.agenda.rules import reordered
from yosafe.reviews.agenda.schemas import AskForReview, LeaveOff, Order, WithdrawRequest
from yosafe.reviews.listing_queries import candidates
from yosafe.reviews.meeting_schemas import ArrangeReview, ListCase
from yosafe.reviews.minutes.actions import put_off_case
from yosafe.reviews.minutes.schemas import PutOff

WHY = AskForReview(reason="Two agencies hear different things from him.")
LATER = "His worker is away until Monday."


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 99), max_size=8), st.randoms())
def test_those_who_are_seen_change_places_among_themselves(places, chance):
    places = dict(zip(places, sorted(set(places.values())), strict=False))
    wanted = list(places)
    chance.shuffle(wanted)
    found = reordered(places, wanted)
    assert sorted(found.values()) == sorted(places.values())
    assert [number for number, _ in sorted(found.items(), key=lambda one: one[1])] == wanted
    with pytest.raises(Invalid):
        reordered(places, [*wanted, 31])


@pytest.fixture
async def review(world):
    return await meetings.arrange_review(by=world.cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo"))


async def proposed(world, review):
    return {one.young_person: one for one in await candidates(world.cleo, review, terminology="2002")}


async def test_a_request_waits_until_a_case_comes_of_it(world, review, kai_ref):
    amina, cleo, dan, esi = world.amina, world.cleo, world.dan, world.esi
    for refused in (world.femi, world.hal):
        with pytest.raises(Refused):
            await ask_for_review(by=refused, young_person=world.kai, new=WHY)
    await ask_for_review(by=amina, young_person=world.kai, new=WHY)
    with pytest.raises(Conflict, match="asked already"):
        await ask_for_review(by=amina, young_person=world.kai, new=WHY)
    taken = await ask_for_review(by=esi, young_person=world.kai, new=WHY)
    told = await DB.fetch("SELECT u.email FROM notice n JOIN user_account u ON u.id = n.user_account WHERE n.event = 'review-asked' ORDER BY u.email")
    assert {row["email"] for row in told} == {"cleo@example.org", "jay@example.org"}  # a notice shows to who sees the young person
    assert (await proposed(world, review))[kai_ref].asked == (f"Leeds YOT: {WHY.reason}", f"Leeds social services: {WHY.reason}")
    with pytest.raises(Refused):
        await withdraw_request(by=amina, request=taken, version=1, new=WithdrawRequest(reason=LATER))
    await withdraw_request(by=esi, request=taken, version=1, new=WithdrawRequest(reason=LATER))
    with pytest.raises(NotFound):
        await get_request_for(world.ben, taken.id)
    case = await meetings.list_case(by=cleo, review=review, new=ListCase(young_person=kai_ref))  # the request is reason enough
    assert case.listed_because == f"Asked for by Leeds YOT: {WHY.reason}"
    first, last = await requests_of(dan, world.kai.id)
    assert (first.withdrawn_reason, first.taken_on) == (LATER, False)
    assert (last.came_of_it, last.can_withdraw) == ("RV-000001/1", False)
    with pytest.raises(Conflict, match="led to a case"):
        await withdraw_request(by=amina, request=await get_request_for(amina, last.id), version=2, new=WithdrawRequest(reason=LATER))


async def test_who_is_left_for_later_stays_listed_and_is_proposed_again(world, review, kai_ref):
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    cleo, jay = world.cleo, world.jay
    assert kai_ref in await proposed(world, review)
    with pytest.raises(Refused):
        await leave_off(by=world.amina, review=review, new=LeaveOff(young_person=kai_ref, reason=LATER))
    with pytest.raises(NotFound):
        await leave_off(by=cleo, review=review, new=LeaveOff(young_person=young_person_ref(world.nia.id), reason=LATER))
    await leave_off(by=cleo, review=review, new=LeaveOff(young_person=kai_ref, reason=LATER))
    assert kai_ref not in await proposed(world, review)
    assert [(one.young_person, one.reason, one.by) for one in await left_off(cleo, review)] == [(kai_ref, LATER, "Cleo")]
    following = await meetings.arrange_review(by=cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo"))
    again = (await proposed(world, following))[kai_ref]
    assert (again.left_because, again.left_at) == (LATER, TODAY)
    case = await meetings.list_case(by=cleo, review=review, new=ListCase(young_person=kai_ref))  # taken on after all
    assert await left_off(cleo, review) == []
    with pytest.raises(Conflict, match="on the agenda already"):
        await leave_off(by=cleo, review=review, new=LeaveOff(young_person=kai_ref, reason=LATER))
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        await put_off_case(by=jay, review=review, case=case, version=1, new=PutOff(reason="The meeting ran out of time."))
    assert (await proposed(world, following))[kai_ref].left_because == "The meeting ran out of time."


async def test_the_order_is_changed_by_whoever_saw_it_last(world, review, kai_ref):
    cleo = world.cleo
    other = await add_young_person(by=world.amina, new=await another_child(world.amina, kai(family_name="Abel", given_names="Tom")))
    await start_placement(by=cleo, young_person=other, new=arrival())
    for who in (kai_ref, young_person_ref(other.id)):
        await meetings.list_case(by=cleo, review=review, new=ListCase(young_person=who, because="Talked of every week."))
    review = await get_review_for(cleo, "RV-000001")
    with pytest.raises(Invalid):
        await order_cases(by=cleo, review=review, version=review.version, new=Order(cases=(1,)))
    await order_cases(by=cleo, review=review, version=review.version, new=Order(cases=(2, 1)))
    with pytest.raises(Stale):
        await order_cases(by=cleo, review=review, version=review.version, new=Order(cases=(1, 2)))
    assert [row["number"] for row in await DB.fetch("SELECT number FROM review_case ORDER BY place")] == [2, 1]
    _, case = await get_case_for(cleo, "RV-000001", 1)  # a number is a reference, and stays
    assert case.young_person == world.kai.id


async def test_the_pages_of_agendas(world, review, client, cleo, amina, dan, femi, kai_ref):
    lead, worker = await client(cleo), await client(amina)
    path = f"/children/{kai_ref}/review-requests"
    assert "Nobody has asked." in (await worker.get(path)).text
    assert (await worker.send_form(path, {"reason": "x"})).status_code == 422
    assert (await worker.send_form(path, {"reason": WHY.reason})).status_code == 303
    assert (await worker.send_form(path, {"reason": WHY.reason})).status_code == 409
    assert f"Asked for by Leeds YOT: {WHY.reason}" in (await lead.get("/reviews/RV-000001")).text
    assert (await (await client(dan)).get("/review-requests/1/withdraw")).status_code == 403
    leave = f"/reviews/RV-000001/leave?child={kai_ref}"
    assert "Leave for a later review" in (await lead.get(leave)).text
    assert (await lead.send_form("/reviews/RV-000001/leave", {"child": kai_ref, "reason": ""})).status_code == 422
    assert (await lead.send_form("/reviews/RV-000001/leave", {"child": kai_ref, "reason": LATER})).status_code == 303
    assert "Left for a later review" in (await lead.get("/reviews/RV-000001")).text
    assert (await worker.send_form("/review-requests/1/withdraw", {"reason": LATER, "version": "9"})).status_code == 412
    assert (await worker.send_form("/review-requests/1/withdraw", {"reason": LATER, "version": "1"})).status_code == 303
    assert "Taken back" in (await worker.get(path)).text
    assert "not changed" in (await lead.get((await lead.send_form("/reviews/RV-000001/order", {"order": "1,x"})).headers["location"])).text
    assert (await (await client(femi)).get(path)).status_code == 403
