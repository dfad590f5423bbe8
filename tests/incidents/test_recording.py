"""Recording an incident on pages: the flow from the first page to the reference, without JavaScript, by one person only."""

import re
from typing import Any

import pytest

from tests.incidents.make import another, incident, involve, rows_in_all_tables
from tests.world import Browser, ClientFor, World
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.incidents import access
from yosafe.incidents.record import record_of
from yosafe.people.access import young_person_ref

NEW = "/incidents/new"
WHAT = {
    "kind": "bullying", "happened_on-day": "4", "happened_on-month": "10", "happened_on-year": "2026", "precision": "exact", "time_exact": "8:40pm",
    "place": "association",
}  # fmt: skip
KAI = {"add": "yes", "q": "mort", "young_person": "YP-000001", "roles": ["harmed"], "hurt": "no"}
DETAILS = {"account": "He was told to hand it over.", "forms": ["threats"], "happened_before": "no", "still_afraid": "no"}
AFTER = {"asked": "yes", "child_said": "They said they would get me.", "told_by": "young_person", "outcomes": ["moved_apart", "health_care"]}


async def begun(browser: Browser, **changes: Any) -> str:
    """The address of a draft whose first page was sent."""
    answer = await browser.send_form(NEW, {**WHAT, **changes})
    assert answer.status_code == 303, answer.text
    match = re.match(rf"{NEW}/[0-9a-f-]{{36}}", answer.headers["location"])
    assert match
    return match[0]


async def filled(browser: Browser) -> str:
    """The address of a draft that is ready to be sent."""
    draft = await begun(browser)
    for step, form in (("people", KAI), ("details", DETAILS), ("after", AFTER)):
        assert (await browser.send_form(f"{draft}/{step}", form)).status_code == 303
    return draft


def faults(page: Any) -> list[str]:
    """The fields that the error summary leads to."""
    return re.findall(r'href="#([\w-]+)"', page.text.partition("There is a problem")[2].partition("</ul>")[0])


async def test_from_the_first_page_to_the_reference(world: World, client: ClientFor) -> None:
    """Four pages of questions, one to check, and the reference."""
    leo = await another(world, "Leaf", "Leo")
    dan = await client(world.dan)
    first = await dan.get(NEW)
    assert first.status_code == 200
    assert 'value="5"' in first.text  # today
    draft = await begun(dan)
    found = await dan.send_form(f"{draft}/people", {"q": "mort", "search": "yes"})
    assert "Morton, Kai" in found.text
    assert "Bello" not in (await dan.send_form(f"{draft}/people", {"q": "bel", "search": "yes"})).text  # Nia is at Oakhill
    assert (await dan.send_form(f"{draft}/people", {**KAI, "hurt": "yes", "injuries": ["bruise", "fear"], "treatment": "nurse"})).status_code == 303
    other = {**KAI, "young_person": young_person_ref(leo.id), "roles": ["alleged_to_have_harmed", "present"]}
    assert (await dan.send_form(f"{draft}/people", other)).status_code == 303
    there = await dan.get(f"{draft}/people")
    assert "Morton, Kai" in there.text
    assert "Leaf, Leo" in there.text
    assert (await dan.send_form(f"{draft}/people")).headers["location"] == f"{draft}/details"
    assert (await dan.send_form(f"{draft}/details", DETAILS)).headers["location"] == f"{draft}/after"
    assert (await dan.send_form(f"{draft}/after", AFTER)).headers["location"] == f"{draft}/check"
    check = await dan.get(f"{draft}/check")
    for words in (
        "Bullying",
        "8:40pm",
        "Morton, Kai",
        "Was harmed, Bruise or swelling",
        "Leaf, Leo",
        "Threats",
        "They said they would get me.",
        "Moved apart",
    ):
        assert words in check.text
    assert "moderate, because someone needed first aid or care" in check.text
    sent = await dan.send_form(f"{draft}/check")
    assert sent.headers["location"] == "/incidents/IN-000001/recorded"
    last = await dan.get(sent.headers["location"])
    assert "IN-000001" in last.text
    assert "What happens next" in last.text
    seen = await record_of(world.dan, await access.get_incident_for(world.dan, 1))
    assert (seen.kind, seen.severity, seen.happened_at.isoformat()) == ("bullying", "moderate", "2026-10-04T19:40:00+00:00")
    assert [(p.name, p.roles, p.injuries, p.treatment) for p in seen.involvements] == [
        ("Morton, Kai", ["harmed"], ["bruise", "fear"], "nurse"),
        ("Leaf, Leo", ["alleged_to_have_harmed", "present"], [], None),
    ]
    assert [(o.outcome, o.done_on.isoformat()) for o in seen.outcomes] == [("moved_apart", "2026-10-04"), ("health_care", "2026-10-04")]
    assert await DB.fetchval("SELECT count(*) FROM draft") == 0


async def test_whoever_else_was_in_it_is_looked_for_while_one_is_added(world: World, client: ClientFor) -> None:
    await another(world, "Leaf", "Leo")
    dan = await client(world.dan)
    draft = await begun(dan)
    following = await dan.send_form(f"{draft}/people", {**KAI, "next": "leaf"})
    assert following.status_code == 200
    assert "Leaf, Leo" in following.text
    assert "Morton, Kai" in following.text  # added
    nobody = await dan.send_form(f"{draft}/people", {**KAI, "young_person": "YP-000003", "next": "nobody"})
    assert "No young person whom you can see matches" in nobody.text
    await another(world, "Frost", "Lee")
    refused = await dan.send_form(f"{draft}/people", {**KAI, "q": "frost", "young_person": "", "roles": [], "next": "leaf"})
    assert refused.status_code == 422
    assert re.search(r'<input[^>]*name="next"[^>]*value="leaf"', refused.text)
    assert [one["young_person"] for one in (await DB.fetchval("SELECT answers FROM draft"))["people"]] == ["YP-000001", "YP-000003"]


async def test_pressed_twice_it_is_recorded_once(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await filled(dan)
    assert (await dan.send_form(f"{draft}/check")).status_code == 303
    assert (await dan.send_form(f"{draft}/check")).status_code == 404
    assert await DB.fetchval("SELECT count(*) FROM incident") == 1


async def test_a_complaint_shows_the_clocks_that_started(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await begun(dan, kind="complaint")
    await dan.send_form(f"{draft}/people", {**KAI, "roles": ["complainant"]})
    await dan.send_form(f"{draft}/details", {"account": "The food is cold.", "themes": ["food"]})
    await dan.send_form(f"{draft}/after", AFTER)
    last = await dan.get((await dan.send_form(f"{draft}/check")).headers["location"])
    assert "Complaint acknowledged" in last.text
    assert "Due in 1 working day" in last.text


async def test_it_can_be_recorded_as_more_serious_and_not_as_less(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await filled(dan)
    assert "It will be recorded as low" in (await dan.get(f"{draft}/check")).text
    await dan.send_form(f"{draft}/check", {"severity": "serious"})
    assert await DB.fetchval("SELECT severity FROM incident") == "serious"
    assert "tell the safeguarding lead or the duty manager now" in (await dan.get("/incidents/IN-000001/recorded")).text


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": ""}, ["kind"]),
        ({"kind": "moon"}, ["kind"]),
        ({"happened_on-day": "31", "happened_on-month": "2"}, ["happened_on-day"]),
        ({"happened_on-day": "6"}, ["happened_on-day"]),  # tomorrow
        ({"happened_on-year": ""}, ["happened_on-year"]),
        ({"precision": ""}, ["precision"]),
        ({"time_exact": ""}, ["time_exact"]),
        ({"time_exact": "25:00"}, ["time_exact"]),
        ({"happened_on-day": "5", "time_exact": "11:01am"}, ["time_exact"]),  # in a minute
        ({"place": "moon"}, ["place"]),
        ({"place_detail": "x" * 201}, ["place_detail"]),
        ({"place_detail": "a\u202eb"}, ["place_detail"]),
        ({"kind": "", "place": "", "precision": ""}, ["kind", "precision", "place"]),
    ],
)
async def test_the_first_page_asks_again_with_what_was_typed(world: World, client: ClientFor, changes: dict[str, str], fields: list[str]) -> None:
    dan = await client(world.dan)
    before = await rows_in_all_tables()
    page = await dan.send_form(NEW, {**WHAT, "place_detail": "Wing servery", **changes})
    assert (page.status_code, faults(page)) == (422, fields)
    assert "place_detail" in changes or 'value="Wing servery"' in page.text
    assert "<title>Error: " in page.text.replace("\n", "").replace("  ", "")
    assert await rows_in_all_tables() == before


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({**KAI, "young_person": ""}, ["q"]),
        ({**KAI, "young_person": "YP-000002"}, ["young_person"]),  # Nia
        ({**KAI, "young_person": "YP-999999"}, ["young_person"]),
        ({**KAI, "young_person": "<b>"}, ["young_person"]),
        ({**KAI, "roles": []}, ["roles"]),
        ({**KAI, "roles": ["hurt_self"]}, ["roles"]),
        ({**KAI, "hurt": "yes"}, ["injuries", "treatment"]),
        ({**KAI, "hurt": ""}, ["hurt"]),
        ({}, ["q"]),  # nobody yet
    ],
)
async def test_who_can_not_be_added(world: World, client: ClientFor, form: dict[str, Any], fields: list[str]) -> None:
    dan = await client(world.dan)
    draft = await begun(dan)
    page = await dan.send_form(f"{draft}/people", form)
    assert (page.status_code, faults(page)) == (422, fields)
    assert "people" not in await DB.fetchval("SELECT answers FROM draft")


async def test_added_twice_and_taken_away(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await begun(dan)
    await dan.send_form(f"{draft}/people", KAI)
    assert faults(await dan.send_form(f"{draft}/people", KAI)) == ["young_person"]
    await dan.send_form(f"{draft}/people", {"remove": "YP-000001"})
    assert (await DB.fetchval("SELECT answers FROM draft"))["people"] == []


@pytest.mark.parametrize(
    ("button", "changes", "leads", "there"),
    [
        ({}, {}, "/details", ["YP-000001"]),  # Continue, with someone chosen
        ({"later": "yes"}, {}, None, ["YP-000001"]),
        ({"later": "yes"}, {"hurt": ""}, None, []),  # not whole: nothing to keep yet
    ],
)
async def test_whoever_is_chosen_is_not_lost_by_going_on(
    world: World, client: ClientFor, button: dict[str, str], changes: dict[str, str], leads: str | None, there: list[str]
) -> None:
    dan = await client(world.dan)
    draft = await begun(dan)
    form = {name: value for name, value in {**KAI, **changes, **button}.items() if name != "add"}
    answer = await dan.send_form(f"{draft}/people", form)
    assert answer.headers["location"] == (f"{draft}{leads}" if leads else "/")
    kept = (await DB.fetchval("SELECT answers FROM draft")).get("people", [])
    assert [person["young_person"] for person in kept] == there


@pytest.mark.parametrize(("changes", "fields"), [({"hurt": ""}, ["hurt"]), ({"young_person": ""}, ["q"]), ({"roles": []}, ["roles"])])
async def test_going_on_with_someone_half_chosen_asks_for_the_rest(
    world: World, client: ClientFor, changes: dict[str, Any], fields: list[str]
) -> None:
    dan = await client(world.dan)
    draft = await begun(dan)
    form = {name: value for name, value in {**KAI, **changes}.items() if name != "add"}
    page = await dan.send_form(f"{draft}/people", form)
    assert (page.status_code, faults(page)) == (422, fields)
    assert ' value="mort"' in page.text


async def test_nothing_about_injuries_is_answered_beforehand(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await begun(dan)
    page = await dan.send_form(f"{draft}/people", {"q": "mort", "search": "yes"})
    assert re.search(r'<input[^>]*name="young_person"[^>]*checked', page.text)  # the only one found
    assert not re.search(r'<input[^>]*name="hurt"[^>]*checked', page.text)


async def test_no_page_comes_before_its_turn(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await begun(dan)
    for page in ("details", "after", "check"):
        assert (await dan.get(f"{draft}/{page}")).headers["location"] == f"{draft}/people"
    assert (await dan.send_form(f"{draft}/check")).headers["location"] == f"{draft}/people"
    assert (await dan.get(f"{draft}/nonsense")).status_code == 404
    assert await DB.fetchval("SELECT count(*) FROM incident") == 0


async def test_another_kind_asks_for_other_parts_and_other_questions(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await filled(dan)
    changed = await dan.send_form(f"{draft}/what", {**WHAT, "kind": "self_harm"})
    assert changed.headers["location"] == f"{draft}/people"
    assert "Select roles that fit self-harm" in (await dan.get(f"{draft}/people")).text


async def test_a_change_from_the_check_page_leads_back_to_it(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    draft = await filled(dan)
    changed = await dan.send_form(f"{draft}/what", {**WHAT, "place": "cell"})
    assert changed.headers["location"] == f"{draft}/check"
    assert "Cell or room" in (await dan.get(f"{draft}/check")).text


async def test_saved_for_later_and_found_again(world: World, client: ClientFor) -> None:
    """Half a page is kept; the worklist leads back to it."""
    dan = await client(world.dan)
    later = await dan.send_form(NEW, {**WHAT, "place": "", "later": "yes"})
    assert later.headers["location"] == "/"
    worklist = await dan.get("/")
    assert "Bullying on 4 October 2026" in worklist.text
    match = re.search(rf'href="({NEW}/[0-9a-f-]+)"', worklist.text)
    assert match
    back = await dan.get(match[1])
    assert back.headers["location"] == f"{match[1]}/what"
    assert 'value="8:40pm"' in (await dan.get(back.headers["location"])).text or 'value="20:40"' in (await dan.get(back.headers["location"])).text
    assert (await dan.send_form(f"{match[1]}/discard")).status_code == 303
    assert await DB.fetchval("SELECT count(*) FROM draft") == 0


@pytest.mark.parametrize("who", ["cleo", "ivy"])
async def test_a_draft_is_its_owners_only(world: World, client: ClientFor, who: str) -> None:
    draft = await filled(await client(world.dan))
    someone = await client(world[who])
    for page in ("", "/what", "/people", "/check"):
        assert (await someone.get(f"{draft}{page}")).status_code == 404
    for page in ("/what", "/people", "/check", "/discard"):
        assert (await someone.send_form(f"{draft}{page}", WHAT)).status_code == 404
    assert await DB.fetchval("SELECT count(*) FROM draft") == 1


async def test_someone_who_left_meanwhile_is_not_recorded(world: World, client: ClientFor) -> None:
    """The check page says so and leads to the page where they stand."""
    dan = await client(world.dan)
    draft = await filled(dan)
    await DB.execute("UPDATE placement SET left_at = $1 WHERE young_person = $2", clock.now(), world.kai.id)
    page = await dan.send_form(f"{draft}/check")
    assert (page.status_code, faults(page)) == (422, ["people"])
    assert await DB.fetchval("SELECT count(*) FROM incident") == 0
    assert "You can't see this young person now" in (await dan.get(f"{draft}/people")).text
    assert "Morton" not in (await dan.get(f"{draft}/people")).text


async def test_from_a_young_persons_page_they_are_chosen_already(world: World, client: ClientFor) -> None:
    dan = await client(world.dan)
    assert 'name="child" value="YP-000001"' in (await dan.get(NEW, params={"child": "YP-000001"})).text
    draft = await begun(dan, child="YP-000001")
    assert 'value="YP-000001" checked' in (await dan.get(f"{draft}/people")).text


async def test_nobody_else_records(world: World, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    for who in ("amina", "esi", "jay", "femi", "grace", "hal"):
        assert (await (await client(world[who])).get(NEW)).status_code == 403
        assert (await (await client(world[who])).send_form(NEW, WHAT)).status_code == 403
