"""Serious case reviews: who sees and decides, in which order, the time limit, too many recommendations, and what is left to do."""

import datetime as dt

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.test_keep_apart_pages import faults
from tests.world import KENT, LEEDS, TODAY, events_of
from yosafe.committees.case_reviews.access import get_case_review_for, get_party
from yosafe.committees.case_reviews.actions import (
    add_party,
    ask_review,
    complete_review,
    decide_review,
    finish_recommendation,
    receive_review,
    recommend,
    record_change,
)
from yosafe.committees.case_reviews.queries import CaseReviewFilter, case_review_out, case_reviews, waiting_for
from yosafe.committees.case_reviews.rules import decision_faults, state_of, warning
from yosafe.committees.case_reviews.schemas import (
    AddParty,
    AskReview,
    CompleteReview,
    DecideReview,
    FinishRecommendation,
    ReceiveReview,
    Recommend,
    RecordChange,
)
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.notices.queries import notices
from yosafe.people.access import may_see
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.clock_queries import clocks_of
from yosafe.reference.rule_sets import due

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
EVIDENCE = "An audit of ten files in March."


def asking(**changes):
    facts = {"area": LEEDS, "happened": "serious_harm", "happened_on": YESTERDAY, "concern": "Three agencies knew, and none asked another."}
    return AskReview(**facts | changes)


def hold(**changes):
    return DecideReview(**{"decision": "hold", "reason": "It must be learnt from.", "decided_on": TODAY, "chair": "Ada Quist"} | changes)


NOT_HELD = DecideReview(decision="not_hold", reason="Nothing is to be learnt here.", decided_on=TODAY)
PANEL = AddParty(seat="custody", member="Cleo Marsh", agency="wetherby", asked_on=TODAY, due_on=TODAY)
ENDING = CompleteReview(completed_on=TODAY, summary="Agencies must ask each other.")


async def test_those_who_decide_are_told_and_so_is_who_asked(world):
    review = await ask_review(by=world.amina, young_person=world.kai, new=asking())
    await decide_review(by=world.jay, review=review, decision=NOT_HELD, version=1)
    told = {name: [one.event for one in (await notices(world[name])).items] for name in ("amina", "jay", "esi", "cleo")}
    assert told == {"amina": ["case-review-decided"], "jay": ["case-review-asked"], "esi": [], "cleo": []}
    [notice] = (await notices(world.jay)).items
    assert (notice.link, notice.urgent) == ("/case-reviews/SR-000001", True)


async def held(world):
    review = await ask_review(by=world.amina, young_person=world.kai, new=asking())
    return await decide_review(by=world.jay, review=review, decision=hold(), version=1)


@pytest.mark.parametrize(("decision", "completed_on", "state"), [
    (None, None, "asked"), ("not_hold", None, "not_held"), ("hold", None, "held"), ("hold", TODAY, "completed"),
])  # fmt: skip
def test_where_a_review_stands(decision, completed_on, state):
    assert state_of(decision, completed_on) == state


@pytest.mark.parametrize(("number", "warned"), [(0, False), (10, False), (11, True), (50, True)])
def test_more_than_ten_recommendations_are_warned_of(number, warned):
    assert bool(warning(number)) == warned


@given(st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), st.integers(-99, 99), st.integers(-99, 99))
def test_a_decision_lies_between_what_happened_and_today(happened_on, later, now):
    decided_on, today = happened_on + dt.timedelta(days=later), happened_on + dt.timedelta(days=now)
    found = decision_faults(decision="not_hold", chair=None, decided_on=decided_on, happened_on=happened_on, today=today)
    assert (not found) == (happened_on <= decided_on <= today)


@pytest.mark.parametrize(("decided_on", "limit"), [(dt.date(2003, 1, 31), dt.date(2003, 5, 31)), (dt.date(2026, 8, 31), dt.date(2027, 2, 28))])
def test_four_months_then_and_six_now(decided_on, limit):
    assert due("serious-case-review", decided_on).due == limit


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("amina", asking(), None),
    ("cleo", asking(area=KENT), None),
    ("esi", asking(happened="death"), None),
    ("dan", asking(), Refused),
    ("amina", asking(area="E99999999"), "area"),
    ("amina", asking(happened="bruise"), "happened"),
    ("amina", asking(happened_on=TOMORROW), "happened_on"),
    ("amina", asking(happened_on=dt.date(2010, 3, 13)), "happened_on"),
])  # fmt: skip
async def test_who_asks(world, who, new, refused):
    if refused is None:
        await ask_review(by=world[who], young_person=world.kai, new=new)
        assert (await events_of(world.kai.id))[-1] == "case-review:asked"
        assert await may_see(world.jay, world.kai.id) == (new.area == LEEDS)
        return
    with pytest.raises(Refused if refused is Refused else Invalid) as refusal:
        await ask_review(by=world[who], young_person=world.kai, new=new)
    if refused is not Refused:
        assert [fault.key for fault in refusal.value.errors] == [refused]


async def test_who_sees_it(world):
    review = await ask_review(by=world.amina, young_person=world.kai, new=asking())
    for name, sees in {"amina": True, "jay": True, "cleo": False, "esi": False, "dan": False, "ben": False, "femi": False}.items():
        if sees:
            assert (await get_case_review_for(world[name], "SR-000001")).id == review.id
        else:
            with pytest.raises(NotFound):
                await get_case_review_for(world[name], "SR-000001")
    review = await decide_review(by=world.jay, review=review, decision=hold(), version=1)
    await add_party(by=world.jay, review=review, new=PANEL)
    assert (await get_case_review_for(world.cleo, "SR-000001")).id == review.id
    with pytest.raises(NotFound):
        await get_case_review_for(world.dan, "SR-000001")  # leads only
    entries = {name: len((await chronology(world[name], world.kai, Wanted(source="case-review"))).items) for name in ("cleo", "esi")}
    assert entries == {"cleo": 2, "esi": 0}


@pytest.mark.parametrize(("decision", "wrong"), [
    (hold(chair=None), ["chair"]),
    (DecideReview(decision="not_hold", reason="Nothing is to be learnt.", decided_on=TODAY, chair="Ada"), ["chair"]),
    (hold(decided_on=TOMORROW), ["decided_on"]),
    (hold(decided_on=YESTERDAY - dt.timedelta(days=1)), ["decided_on"]),
    (hold(decision="perhaps", chair=None), ["decision"]),
])  # fmt: skip
async def test_what_a_decision_is(world, decision, wrong):
    review = await ask_review(by=world.amina, young_person=world.kai, new=asking())
    with pytest.raises(Invalid) as refusal:
        await decide_review(by=world.jay, review=review, decision=decision, version=1)
    assert [fault.key for fault in refusal.value.errors] == wrong


async def test_only_the_committee_decides_and_once(world):
    review = await ask_review(by=world.amina, young_person=world.kai, new=asking())
    with pytest.raises(Refused):
        await decide_review(by=world.amina, review=review, decision=hold(), version=1)
    elsewhere = await ask_review(by=world.amina, young_person=world.kai, new=asking(area=KENT))
    with pytest.raises(Refused):
        await decide_review(by=world.jay, review=elsewhere, decision=hold(), version=1)
    with pytest.raises(Conflict):
        await add_party(by=world.jay, review=review, new=PANEL)
    with pytest.raises(Stale):
        await decide_review(by=world.jay, review=review, decision=hold(), version=7)
    decided = await decide_review(by=world.jay, review=review, decision=NOT_HELD, version=1)
    with pytest.raises(Conflict):
        await decide_review(by=world.jay, review=decided, decision=hold(), version=2)
    with pytest.raises(Conflict):
        await record_change(by=world.jay, review=decided, new=RecordChange(what="Nothing.", changed_on=TODAY))
    assert await clocks_of(world.amina, world.kai.id, subject=("case_review", review.id)) == []
    assert not await may_see(world.jay, world.kai.id)  # their duty has ended


async def test_a_review_from_the_decision_to_the_last_recommendation(world):
    jay, cleo = world.jay, world.cleo
    review = await held(world)
    [limit] = await clocks_of(jay, world.kai.id, subject=("case_review", review.id))
    assert (limit.due_on, limit.met_on, limit.owner) == (dt.date(2027, 4, 5), None, "Leeds ACPC")
    for new, wrong in (
        (AddParty(seat="press", member="A", asked_on=TODAY, due_on=TODAY), "seat"),
        (AddParty(seat="cps", member="A", asked_on=TODAY, due_on=YESTERDAY), "due_on"),
        (AddParty(seat="cps", member="A", agency="nobody", asked_on=TODAY, due_on=TODAY), "agency"),
        (AddParty(seat="cps", member="A", asked_on=YESTERDAY, due_on=TODAY), "asked_on"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await add_party(by=jay, review=review, new=new)
        assert [fault.key for fault in refusal.value.errors] == [wrong]
    party = await add_party(by=jay, review=review, new=PANEL)
    todo = [await recommend(by=jay, review=review, new=Recommend(text="Ask.", party=party.id, owner="Cleo", due_on=TODAY)) for _ in range(11)]
    assert [one.number for one in todo] == [*range(1, 12)]
    found = await case_review_out(jay, review.id)
    assert found.warning.startswith("11 recommendations: more than 10")
    assert {one.what for one in await waiting_for(cleo)} >= {"Send your management review", "Do recommendation 1"}
    assert {one.what for one in await waiting_for(jay)} == {"Complete the review"}
    with pytest.raises(Invalid) as refusal:
        await complete_review(by=jay, review=review, new=ENDING, version=2)
    assert "1 management review still to be received" in refusal.value.errors[0].message
    with pytest.raises(Refused):
        await receive_review(by=world.amina, review=review, party=party, new=ReceiveReview(received_on=TODAY), version=1)
    came = await receive_review(by=cleo, review=review, party=party, new=ReceiveReview(received_on=TODAY), version=1)
    with pytest.raises(Conflict):
        await receive_review(by=cleo, review=review, party=came, new=ReceiveReview(received_on=TODAY), version=2)
    review = await complete_review(by=jay, review=review, new=ENDING, version=2)
    for act in (add_party(by=jay, review=review, new=PANEL), complete_review(by=jay, review=review, new=ENDING, version=3)):
        with pytest.raises(Conflict):
            await act
    [limit] = await clocks_of(cleo, world.kai.id, subject=("case_review", review.id))
    assert limit.state == "met"
    done = FinishRecommendation(done_on=TODAY, evidence=EVIDENCE)
    with pytest.raises(Refused):
        await finish_recommendation(by=world.amina, review=review, recommendation=todo[0], new=done, version=1)
    await finish_recommendation(by=cleo, review=review, recommendation=todo[0], new=done, version=1)
    await finish_recommendation(by=jay, review=review, recommendation=todo[1], new=done, version=1)
    await record_change(by=jay, review=review, new=RecordChange(what="They ring each other on the day.", changed_on=TODAY))
    [listed] = (await case_reviews(jay, CaseReviewFilter())).items  # open, for what is still to be done
    assert (listed.state, listed.open, listed.of, listed.due_on) == ("completed", 9, 11, None)
    with pytest.raises(NotFound):
        await get_party(review, 2**63)


def day(name, date=TODAY):
    return {f"{name}-day": str(date.day), f"{name}-month": str(date.month), f"{name}-year": str(date.year)}


async def test_by_page_and_by_api(client, api, world):
    amina, jay, child = await client(world.amina), await client(world.jay), "/children/YP-000001"
    form = {"happened": "serious_harm", "area": LEEDS, "concern": "Nobody put it together.", **day("happened_on", YESTERDAY)}
    assert faults(await amina.send_form(f"{child}/case-reviews/new", form | {"concern": ""})) == ["concern"]
    assert (await amina.send_form(f"{child}/case-reviews/new", form)).headers["location"] == "/case-reviews/SR-000001?done=asked"
    here = "/case-reviews/SR-000001"
    assert "Decide whether to hold it" in (await jay.get("/")).text
    decision = {"decision": "hold", "reason": "It must be learnt from.", "version": "1", **day("decided_on")}
    assert faults(await jay.send_form(f"{here}/decision", decision)) == ["chair"]
    assert (await amina.get(f"{here}/decision")).status_code == 403
    assert (await jay.send_form(f"{here}/decision", decision | {"chair": "Ada Quist"})).headers["location"] == f"{here}?done=decision"
    assert (await jay.send_form(f"{here}/decision", decision | {"chair": "Ada Quist"})).status_code == 409
    assert (await jay.get(f"{here}/nothing")).status_code == 404
    script = await api(world.jay)
    body = {"seat": "yot", "member": "Amina Yusuf", "agency": "leeds-yot", "asked_on": TODAY.isoformat(), "due_on": TOMORROW.isoformat()}
    made = (await script.post(f"/api/v1{here}/parties", json=body)).json()
    party = made["parties"][0]["id"]
    late = await script.post(f"/api/v1{here}/completion", json={"completed_on": TODAY.isoformat(), "summary": "Ask."}, headers={"If-Match": '"9"'})
    assert late.status_code == 422  # a management review is still to come
    recommendation = {"text": "Ask each other.", "party": str(party), "owner": "Amina", **day("due_on", TOMORROW)}
    assert (await jay.send_form(f"{here}/recommendation", recommendation)).headers["location"] == f"{here}?done=recommendation"
    found = (await script.get(f"/api/v1{here}")).json()
    ending = f"{here}/recommendations/{found['recommendations'][0]['id']}"
    done = {"evidence": EVIDENCE, "version": "1", **day("done_on")}
    assert faults(await amina.send_form(ending, done | {"evidence": "Yes"})) == ["evidence"]
    assert (await amina.send_form(ending, done)).headers["location"] == f"{here}?done=done"
    assert (await amina.send_form(f"{here}/parties/{party}", {"version": "1", **day("received_on")})).status_code == 303
    text = (await amina.get(here)).text
    for said in ("1 of 1 done", EVIDENCE, "6 months from the decision", "Source not confirmed"):
        assert said in text, said
    assert 'href="/children/YP-000001"' in text
    assert "SR-000001" in (await amina.get(f"{child}/sharing")).text
    assert "SR-000001" in (await jay.get("/case-reviews?state=held")).text
    assert (await jay.get("/case-reviews?state=lost")).status_code == 422
    completion = {"summary": "Agencies must ask each other.", "version": "2", **day("completed_on")}
    assert (await jay.send_form(f"{here}/completion", completion)).headers["location"] == f"{here}?done=completion"
    assert "Agencies must ask each other." in (await jay.get(here)).text


async def test_the_notice_is_of_one_event_for_those_who_may_know(client, api, world):
    """By reference and not by name; the agency that asked and the committee take it out, which is recorded; for others it does not exist."""
    asked = AskReview(area=LEEDS, happened="serious_harm", happened_on=YESTERDAY, concern="Nobody put it together.")
    await ask_review(by=world.amina, young_person=world.kai, new=asked)
    for who, status in (("amina", 200), ("jay", 200), ("ben", 404), ("cleo", 404), ("femi", 403)):
        answer = await (await api(world[who])).get("/api/v1/case-reviews/SR-000001/notice")
        assert answer.status_code == status, who
        if status == 200:
            with pymupdf.open(stream=answer.content, filetype="pdf") as opened:
                text = " ".join(" ".join(one.get_text() for one in opened).split())
            for said in ("Notice of a significant event", "Leeds ACPC", "YP-000001", "They were seriously harmed", "To be decided", "nobody else"):
                assert said in text, said
            assert "Kai" not in text
    page = await (await client(world.jay)).get("/case-reviews/SR-000001/notice")
    assert "notice-SR-000001.pdf" in page.headers["content-disposition"]
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'case-review:notice-taken' AND young_person = $1", world.kai.id) == 3
