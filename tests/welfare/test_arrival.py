"""The arrival check: which papers came, what was done on the first night, and what is missing asked for until it comes."""

import datetime as dt

import pytest

from tests.welfare.answers import screen, screen_answers
from tests.welfare.test_pages import location
from tests.world import TODAY, another_child, kai
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.chronology import Wanted, chronology
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.arrival import rules
from yosafe.welfare.arrival.access import get_paper_for, paper_ref
from yosafe.welfare.arrival.actions import add_paper, follow_paper
from yosafe.welfare.arrival.queries import arrivals_of, missing_counts, open_paper
from yosafe.welfare.arrival.schemas import AddPaper, FollowPaper

ARRIVED = dt.date(2026, 9, 7)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"papers": ["asset", "warrant"], "papers_when": "with_them"},
         {"asset": ("with_them", ARRIVED), "warrant": ("with_them", ARRIVED), "pre_sentence": ("awaited", None), "health": ("awaited", None)}),
        ({"papers": ["none"], "papers_when": "not_come", "care_status": "looked_after"},
         dict.fromkeys(("asset", "pre_sentence", "warrant", "health", "care_plan"), ("awaited", None))),
        ({"papers": ["asset", "pre_sentence", "warrant", "health", "watch_form"], "papers_when": "later", "papers_on": "2026-09-09"},
         dict.fromkeys(("asset", "pre_sentence", "warrant", "health", "watch_form"), ("came_later", dt.date(2026, 9, 9)))),
        ({"papers": ["warrant"], "papers_when": "same_day"},
         {"warrant": ("came_later", ARRIVED), **dict.fromkeys(("asset", "pre_sentence", "health"), ("awaited", None))}),
    ],
)  # fmt: skip
def test_what_a_screen_says_of_papers(answers, expected):
    assert {one.paper: (one.state, one.came_on) for one in rules.papers_in(answers, arrived_on=ARRIVED)} == expected


async def screened(world, kai_ref, **changes):
    return await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref, answers=screen_answers(**changes)))


async def missing(world) -> dict[str, str]:
    (stay,) = await arrivals_of(world.dan, world.kai.id)
    return {one.paper: one.ref for one in stay.papers if one.state == "awaited"}


async def test_the_screen_opens_the_check_and_a_second_one_changes_nothing(world, kai_ref):
    await screened(world, kai_ref)
    (stay,) = await arrivals_of(world.dan, world.kai.id)
    assert {one.paper: one.state for one in stay.papers} == {
        "asset": "with_them", "warrant": "with_them", "pre_sentence": "awaited", "health": "awaited",
    }  # fmt: skip
    assert stay.first_night is not None
    assert (stay.first_night.actions, stay.first_night.by) == (["family_called"], "Dan")
    assert {one.days for one in stay.papers if one.state == "awaited"} == {28}
    await screened(world, kai_ref, papers=["none"], papers_when="not_come")
    (again,) = await arrivals_of(world.dan, world.kai.id)
    assert again.papers == stay.papers
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'paper:recorded'") == 1
    assert ((await missing_counts(world.cleo)).missing, (await missing_counts(world.ivy)).missing) == (2, 0)


def step(kind: str, **changes) -> FollowPaper:
    facts = {"asked": {"whom": "Court clerk"}, "came": {}, "not_coming": {"note": "The court never had one."}}[kind]
    return FollowPaper(**{"kind": kind, "happened_on": TODAY, **facts, **changes})


async def test_a_missing_paper_is_asked_for_until_it_comes(world, kai_ref):
    await screened(world, kai_ref)
    ref = (await missing(world))["health"]
    assert (await missing_counts(world.cleo)).unasked == 2
    paper = await follow_paper(by=world.dan, paper=await get_paper_for(world.dan, ref), step=step("asked"), version=1)
    found = await open_paper(world.amina, ref)
    assert (found.asked, found.last_asked_on, found.state, (await missing_counts(world.cleo)).unasked) == (1, TODAY, "awaited", 1)
    with pytest.raises(Stale):
        await follow_paper(by=world.cleo, paper=await get_paper_for(world.dan, ref), step=step("came"), version=1)
    paper = await follow_paper(by=world.cleo, paper=paper, step=step("not_coming"), version=2)
    with pytest.raises(Conflict):
        await follow_paper(by=world.cleo, paper=paper, step=step("asked"), version=3)
    paper = await follow_paper(by=world.cleo, paper=paper, step=step("came"), version=3)
    with pytest.raises(Conflict):
        await follow_paper(by=world.cleo, paper=paper, step=step("came"), version=4)
    assert [one.kind for one in (await open_paper(world.dan, ref)).history] == ["asked", "not_coming", "came"]
    told = {(one.title, one.text) for one in (await chronology(world.amina, world.kai, Wanted(source="arrival-paper"))).items}
    assert told == {
        ("Papers of the arrival recorded", "Came: Asset, Warrant. Not come: Pre-sentence report, Health summary."),
        ("Health summary: asked for it", "Court clerk"), ("Health summary: it will not come", "The court never had one."),
        ("Health summary: it came", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "kind", "changes", "refusal"),
    [
        ("amina", "asked", {}, None),
        ("esi", "asked", {}, Refused),
        ("ben", "asked", {}, NotFound),
        ("dan", "asked", {"whom": None}, Invalid),
        ("dan", "not_coming", {"note": None}, Invalid),
        ("dan", "came", {"happened_on": TODAY + dt.timedelta(days=1)}, Invalid),
        ("dan", "came", {"happened_on": ARRIVED - dt.timedelta(days=1)}, Invalid),
    ],
)
async def test_who_follows_a_paper_and_what_must_be_said(world, kai_ref, who, kind, changes, refusal):
    await screened(world, kai_ref)
    ref = (await missing(world))["health"]
    if refusal:
        with pytest.raises(refusal):
            await follow_paper(by=world[who], paper=await get_paper_for(world[who], ref), step=step(kind, **changes), version=1)
    else:
        await follow_paper(by=world[who], paper=await get_paper_for(world[who], ref), step=step(kind, **changes), version=1)
    assert await DB.fetchval("SELECT count(*) FROM arrival_paper_step") == (0 if refusal else 1)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"state": "awaited"}, None),
        ({"state": "came_later", "came_on": TODAY}, None),
        ({"state": "came_later"}, Invalid),
        ({"state": "with_them", "came_on": TODAY}, Invalid),
        ({"state": "awaited", "paper": "none"}, Invalid),
        ({"state": "awaited", "paper": "asset"}, Conflict),
    ],
)
async def test_one_more_paper_is_added(world, kai_ref, facts, refusal):
    await screened(world, kai_ref)
    new = AddPaper(**{"paper": "education_plan", **facts})
    if refusal is None:
        made = await add_paper(by=world.dan, young_person=world.kai, new=new)
        assert (await open_paper(world.dan, paper_ref(made.id))).state == facts["state"]
        return
    with pytest.raises(refusal):
        await add_paper(by=world.dan, young_person=world.kai, new=new)


async def test_without_an_arrival_there_are_no_papers(world):
    child = await add_young_person(by=world.amina, new=await another_child(world.amina, kai(given_names="Leo")))
    with pytest.raises(Conflict, match="arrival"):
        await add_paper(by=world.amina, young_person=child, new=AddPaper(paper="asset", state="awaited"))
    assert await arrivals_of(world.amina, child.id) == []


async def test_by_pages_and_by_api(world, kai_ref, client, api):
    await screened(world, kai_ref)
    ref, dan = (await missing(world))["pre_sentence"], await client(world.dan)
    assert "Has not come" in (await dan.get(f"/children/{kai_ref}/arrival")).text
    assert "papers have not come" in (await dan.get("/")).text
    form = {
        "kind": "asked",
        "whom": "Clerk of the court",
        "happened_on-day": "5",
        "happened_on-month": "10",
        "happened_on-year": "2026",
        "version": "1",
    }
    refused = await dan.send_form(f"/papers/{ref}", form | {"whom": "", "note": "Rang twice."})
    assert (refused.status_code, "Rang twice." in refused.text) == (422, True)
    location(await dan.send_form(f"/papers/{ref}", form))
    assert (await dan.send_form(f"/papers/{ref}", form)).status_code == 412
    by_api = await api(world.dan)
    came = {"kind": "came", "happened_on": TODAY.isoformat()}
    assert (await by_api.post(f"/api/v1/papers/{ref}/steps", json=came)).status_code == 428
    answer = await by_api.post(f"/api/v1/papers/{ref}/steps", json=came, headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["state"], len(answer.json()["history"])) == (200, "came_later", 2)
    assert [one["paper"] for one in (await by_api.get("/api/v1/papers")).json()["items"]] == ["health"]
    (stay,) = (await by_api.get(f"/api/v1/young-people/{young_person_ref(world.kai.id)}/arrivals")).json()["items"]
    assert stay["first_night"]["actions"] == ["family_called"]
    assert (await (await api(world.ben)).get(f"/api/v1/papers/{ref}")).status_code == 404
