"""Keeping apart by page and by API: the forms, the warning before someone is placed, and what a refusal shows again."""

import datetime as dt
import re

import pytest

from tests.incidents.make import incident, involve
from tests.people.test_keep_apart import GO_ON, LATER, WHY, asked, held
from tests.world import KENT, TODAY, WETHERBY
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.keep_apart.actions import start_keep_apart


def day(name, value):
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


FACTS = {"reason_code": "fight", "reason": WHY, "restriction": "unit", **day("review_on", LATER)}
KA = "/keep-apart/KA-000001"


def faults(page):
    summary = re.search(r'govuk-error-summary__list">(.*?)</ul>', page.text, re.DOTALL)
    return re.findall(r'href="#([\w-]*)"', summary[1]) if summary else []


@pytest.fixture
async def lee(world):
    return await held(world.dan, "Frost")


@pytest.fixture
async def pair(world, lee):
    (made,) = await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    return made


async def test_an_officer_begins_it_from_the_record(client, world, lee, kai_ref):
    dan = await client(world.dan)
    section = await dan.get(f"/children/{kai_ref}/keep-apart")
    assert f'href="/keep-apart/new?child={kai_ref}"' in section.text
    form = await dan.get(f"/keep-apart/new?child={kai_ref}")
    assert f'<option value="{kai_ref}" selected>Morton, Kai (YP-000001), A wing</option>' in form.text
    assert "Bello" not in form.text  # held elsewhere
    people = {"person_1": kai_ref, "person_2": young_person_ref(lee.id)}
    made = await dan.send_form("/keep-apart/new", {**people, **FACTS})
    assert (made.status_code, made.headers["location"]) == (303, f"{KA}?done=started")
    page = await dan.get(f"{KA}?done=started")
    assert "They are to be kept apart from now on" in page.text
    assert WHY in page.text
    assert f'href="{KA}/end"' not in page.text  # the lead does that
    assert f'href="{KA}/review"' not in page.text


@pytest.mark.parametrize(("change", "box"), [
    ({"person_2": ""}, "person_2"),
    ({"person_2": "YP-000001"}, "person_2"),
    ({"reason": "short"}, "reason"),
    ({"restriction": ""}, "restriction"),
    (day("review_on", TODAY), "review_on-day"),
    ({"person_1": "YP-000002"}, "person_1"),  # Nia is none of Dan's
])  # fmt: skip
async def test_what_can_not_be_is_put_again(client, world, lee, kai_ref, change, box):
    dan = await client(world.dan)
    refused = await dan.send_form("/keep-apart/new", {"person_1": kai_ref, "person_2": young_person_ref(lee.id), **FACTS, **change})
    assert (refused.status_code, faults(refused)[0]) == (422, box)
    assert await DB.fetchval("SELECT count(*) FROM keep_apart") == 0


async def test_who_are_kept_apart_already_are_named(client, world, lee, kai_ref, pair):
    cleo = await client(world.cleo)
    refused = await cleo.send_form("/keep-apart/new", {"person_1": kai_ref, "person_2": young_person_ref(lee.id), **FACTS})
    assert refused.status_code == 409
    assert "are kept apart already (KA-000001)" in refused.text
    assert WHY in refused.text  # what was typed


async def test_the_lead_reviews_and_ends_it(client, world, pair):
    cleo = await client(world.cleo)
    form = await cleo.get(f"{KA}/review")
    assert re.search(r'value="unit" checked', form.text)
    review = {"version": "1", "restriction": "cell", "reason": "They were seen together, calm.", **day("review_on", LATER)}
    assert (await cleo.send_form(f"{KA}/review", review)).headers["location"] == f"{KA}?done=reviewed"
    late = await cleo.send_form(f"{KA}/end", {"version": "1", "reason": "Mediated, and both content."})
    assert late.status_code == 412
    assert "Mediated, and both content." in late.text
    assert "Not in one cell" in late.text  # as it is now
    assert (await cleo.send_form(f"{KA}/end", {"version": "2", "reason": "Mediated, and both content."})).status_code == 303
    page = await cleo.get(KA)
    assert [page.text.count(title) for title in ("Keeping apart began", "Reviewed", "Keeping apart ended")] == [1, 1, 1]
    assert (await cleo.send_form(f"{KA}/end", {"version": "3", "reason": "Mediated, and both content."})).status_code == 409


@pytest.mark.parametrize(("who", "path"), [("dan", "/review"), ("dan", "/end"), ("amina", "/end"), ("jay", "/review")])
async def test_others_may_not(client, world, pair, who, path):
    assert (await (await client(world[who])).get(f"{KA}{path}")).status_code == 403


@pytest.mark.parametrize(("who", "named"), [("dan", True), ("amina", False)])
async def test_every_page_keeps_the_other_s_name_from_who_may_not_know(client, world, lee, pair, kai_ref, who, named):
    browser = await client(world[who])
    for path in ("/keep-apart", KA, f"/children/{kai_ref}", f"/children/{kai_ref}/keep-apart", f"/children/{kai_ref}/chronology"):
        page = await browser.get(path)
        assert page.status_code == 200
        assert ("Frost" in page.text) is named, path
        assert ("nother young person" in page.text) is not named, path
    assert "Keep apart: 1 person" in page.text


async def test_a_move_is_warned_of_before_and_asks_why(client, world, lee, pair, kai_ref):
    dan, move = await client(world.dan), f"/children/{kai_ref}/placements/1/unit"
    form = await dan.get(move)
    assert "Must be kept apart from 1 person held there" in form.text
    assert f"Frost, Lee ({young_person_ref(lee.id)}), B wing: not on one unit" in form.text
    refused = await dan.send_form(move, {"unit": "B wing", "version": "1"})
    assert (refused.status_code, faults(refused)) == (422, ["keep_apart_confirmed"])
    assert 'value="B wing"' in refused.text
    assert (await dan.send_form(move, {"unit": "B wing", "version": "1", "keep_apart_confirmed": GO_ON})).status_code == 303
    page = await dan.get(KA)
    assert "They live on the same unit now." in page.text
    assert GO_ON in page.text


async def test_nobody_is_warned_where_there_is_nobody(client, world, kai_ref):
    form = await (await client(world.dan)).get(f"/children/{kai_ref}/placements/1/unit")
    assert "kept apart" not in form.text
    assert "keep_apart_confirmed" not in form.text


@pytest.fixture
async def left(client, world, pair, kai_ref):
    dan = await client(world.dan)
    gone = {**day("left_on", TODAY), "left_time": "9:00am", "leaving_reason": "released", "version": "1"}
    assert (await dan.send_form(f"/children/{kai_ref}/placements/1/end", gone)).status_code == 303


BACK = {"unit": "C wing", "legal_status": "dto", **day("arrived_on", TODAY), "arrived_time": "10:00am"}


@pytest.mark.parametrize(("who", "where", "named"), [("cleo", {}, True), ("amina", {"establishment": WETHERBY}, False)])
async def test_an_arrival_is_warned_of(client, world, left, kai_ref, who, where, named):
    browser, path = await client(world[who]), f"/children/{kai_ref}/placements/new"
    assert ("Must be kept apart from 1 person" in (await browser.get(path)).text) is named  # a team has not said yet where
    refused = await browser.send_form(path, {**BACK, **where})
    assert (refused.status_code, faults(refused)) == (422, ["keep_apart_confirmed"])
    assert "Must be kept apart from 1 person" in refused.text
    assert ("Frost" in refused.text) is named
    assert (await browser.send_form(path, {**BACK, **where, "keep_apart_confirmed": GO_ON})).status_code == 303


async def test_who_receives_is_asked_too(client, world, left):
    dan = await client(world.dan)
    kai = {"family_name": "Morton", "given_names": "Kai", **day("date_of_birth", dt.date(2010, 3, 14)), "young_person": "YP-000001"}
    refused = await dan.send_form("/children/receive", {**kai, **BACK})
    assert (refused.status_code, faults(refused)) == (422, ["keep_apart_confirmed"])
    assert 'name="keep_apart_confirmed"' in refused.text
    assert "Must be kept apart from 1 person held here" in refused.text
    assert "Frost, Lee" in refused.text
    assert (await dan.send_form("/children/receive", {**kai, **BACK, "keep_apart_confirmed": GO_ON})).status_code == 303


async def test_the_first_page_says_what_is_to_be_reviewed(client, world, pair):
    cleo = await client(world.cleo)
    assert "keep-apart to review" not in (await cleo.get("/")).text
    with clock.stopped_at(clock.now() + dt.timedelta(days=28)):
        page = await (await client(world.cleo)).get("/")
        assert 'href="/keep-apart?state=due"' in page.text
        assert "Review due" in (await (await client(world.cleo)).get("/keep-apart?state=due")).text


@pytest.mark.parametrize(("query", "status"), [("state=never", 422), ("site=Nowhere", 422), ("restriction=far", 422), ("state=all&site=WYI", 200)])
async def test_filters_that_can_not_be(client, world, pair, query, status):
    assert (await (await client(world.dan)).get(f"/keep-apart?{query}")).status_code == status


async def test_by_api(api, world, lee, kai_ref):
    dan, cleo, amina = await api(world.dan), await api(world.cleo), await api(world.amina)
    lee_ref = young_person_ref(lee.id)
    ash = await held(world.dan, "Ash", home=KENT)
    body = {"young_people": [kai_ref, lee_ref, young_person_ref(ash.id)], "reason_code": "threats", "reason": WHY, "restriction": "activity"}
    made = await dan.post("/api/v1/keep-apart", json={**body, "review_on": LATER.isoformat()})
    assert made.status_code == 201
    assert [(one["ref"], one["state"], one["near"]) for one in made.json()["items"]] == [
        ("KA-000001", "open", "same_establishment"), ("KA-000002", "open", "same_establishment"), ("KA-000003", "open", "same_unit"),
    ]  # fmt: skip
    again = await dan.post("/api/v1/keep-apart", json={**body, "review_on": LATER.isoformat()})
    assert (again.status_code, again.json()["type"]) == (409, "urn:yosafe:problem:conflict")
    assert [one["ref"] for one in (await amina.get("/api/v1/keep-apart")).json()["items"]] == ["KA-000001", "KA-000002"]
    of_kai = (await amina.get(f"/api/v1/young-people/{kai_ref}/keep-apart")).json()["items"]
    assert [party["name"] for party in of_kai[0]["young_people"]] == ["Morton, Kai", "Another young person"]
    place = f"/api/v1/young-people/{kai_ref}/placements/1/unit"
    refused = await dan.post(place, json={"unit": "B wing"}, headers={"If-Match": '"1"'})
    assert refused.status_code == 422
    assert [fault["key"] for fault in refused.json()["errors"]] == ["keep_apart_confirmed"] * 2
    moved = await dan.post(place, json={"unit": "B wing", "keep_apart_confirmed": GO_ON}, headers={"If-Match": '"1"'})
    assert moved.status_code == 200
    review = {"restriction": "cell", "review_on": LATER.isoformat(), "reason": "They were seen together, calm."}
    assert (await cleo.post("/api/v1/keep-apart/KA-000001/review", json=review)).status_code == 428
    reviewed = await cleo.post("/api/v1/keep-apart/KA-000001/review", json=review, headers={"If-Match": '"1"'})
    assert (reviewed.json()["restriction"], reviewed.headers["etag"]) == ("cell", '"2"')
    late = await cleo.post("/api/v1/keep-apart/KA-000001/end", json={"reason": "It is over, both say."}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["current"]["restriction"]) == (412, "cell")
    ended = await cleo.post("/api/v1/keep-apart/KA-000001/end", json={"reason": "It is over, both say."}, headers={"If-Match": '"2"'})
    assert [step["kind"] for step in ended.json()["history"]] == ["started", "confirmed", "reviewed", "ended"]


@pytest.mark.parametrize(("who", "roles", "offered"), [
    ("dan", ("harmed", "alleged_to_have_harmed"), True),
    ("dan", ("harmed", "present"), False),      # not at odds
    ("amina", ("harmed", "alleged_to_have_harmed"), False),
])  # fmt: skip
async def test_an_incident_leads_to_it_with_those_who_were_at_odds(client, world, lee, kai_ref, who, roles, offered):
    made = await incident(world.dan, *(involve(one, role) for one, role in zip((world.kai, lee), roles, strict=True)))
    record = await (await client(world[who])).get(f"/incidents/IN-{made.id:06}")
    there = f"/keep-apart/new?child={kai_ref}&amp;child={young_person_ref(lee.id)}&amp;incident=IN-{made.id:06}"
    assert (f'href="{there}"' in record.text) is offered
    if offered:
        form = await (await client(world[who])).get(there.replace("&amp;", "&"))
        assert form.text.count(" selected>") == 2
        assert f'href="/incidents/IN-{made.id:06}"' in form.text


async def from_incident(client, world, lee, kai_ref, reference):
    """What Cleo is answered who keeps the two apart because of an incident."""
    people = {"person_1": kai_ref, "person_2": young_person_ref(lee.id)}
    return await (await client(world.cleo)).send_form(f"/keep-apart/new?incident={reference}", {**people, **FACTS})


@pytest.mark.parametrize(("kind", "sees"), [("bullying", ("cleo", "dan", "amina")), ("staff_allegation", ("cleo",))])
async def test_the_incident_that_led_to_it_is_on_both_records_for_those_who_may_see_both(client, api, world, lee, kai_ref, kind, sees):
    role, more = ("concerned", {"outcomes": [{"outcome": "health_care"}]}) if kind == "staff_allegation" else ("harmed", {})
    made = await incident(world.cleo, involve(world.kai, role), kind=kind, **more)
    reference = f"IN-{made.id:06}"
    assert (await from_incident(client, world, lee, kai_ref, reference)).headers["location"] == f"{KA}?done=started"
    for who in ("cleo", "dan", "amina"):  # an incident of Wetherby is read by the team at home too, unless it is restricted
        browser, may = await client(world[who]), who in sees
        pair = await browser.get(KA)
        assert (pair.status_code, reference in pair.text) == (200, may), who
        assert (await (await api(world[who])).get(f"/api/v1{KA}")).json()["incident"] == (reference if may else None)
        record = await browser.get(f"/incidents/{reference}")
        assert (record.status_code, f'href="{KA}"' in record.text) == ((200, True) if may else (404, False)), who
    assert (await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'keep-apart:started' LIMIT 1")).count(f'"incident":{made.id}') == 1


@pytest.mark.parametrize(("reference", "status"), [("IN-000099", 404), ("YP-000001", 404), ("x", 404), ("IN-000001", 422)])
async def test_an_incident_that_is_not_there_or_about_neither_leads_to_nothing(client, world, lee, kai_ref, reference, status):
    await incident(world.cleo, involve(await held(world.dan, "Bystander"), "harmed"))
    refused = await from_incident(client, world, lee, kai_ref, reference)
    assert refused.status_code == status
    assert status == 404 or faults(refused) == ["person_2"]
    assert await DB.fetchval("SELECT count(*) FROM keep_apart") == 0


async def test_one_who_left_lately_can_be_chosen_by_who_still_sees_them(client, world, left, kai_ref):
    form = await (await client(world.cleo)).get(f"/keep-apart/new?child={kai_ref}")
    assert f'<option value="{kai_ref}" selected>Morton, Kai (YP-000001), not held here</option>' in form.text
    assert (await (await client(world.dan)).get(f"/keep-apart/new?child={kai_ref}")).status_code == 404
