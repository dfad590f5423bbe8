"""Flags over HTTP: what is given, to whom, and what is refused."""

import datetime as dt

import pytest

from tests.world import LEEDS, TODAY
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.reviews.actions import refresh_flags

FLAGS = "/api/v1/flags"
ANSWER = {"outcome": "agreed", "reason": "His mother can't afford the fare."}


@pytest.fixture
async def flagged(world):
    """Kai and Nia have flags as at today; the number of Kai's flag about the {yot}."""
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    return await DB.fetchval("SELECT id FROM flag WHERE young_person = $1 AND indicator = 'no-yot-contact'", world.kai.id)


async def test_each_sees_the_flags_of_their_own_young_people(flagged, world, api, kai_ref, nia_ref):
    seen = {}
    for name in ("amina", "ben", "cleo", "dan", "esi", "ivy", "jay"):
        script = await api(world[name])
        answer = await script.get(FLAGS, params={"limit": 100})
        seen[name] = {flag["young_person"] for flag in answer.json()["items"]}
    assert seen == {"amina": {kai_ref}, "ben": {nia_ref}, "cleo": {kai_ref}, "dan": {kai_ref}, "esi": {kai_ref}, "ivy": {nia_ref}, "jay": set()}


async def test_a_flag_says_why_in_the_words_of_the_installation(flagged, api, amina):
    found = (await (await api(amina)).get(f"{FLAGS}/{flagged}")).json()
    assert found["flag"]["title"] == "No contact by the YOT"
    assert found["flag"]["sentence"] == "No contact by the YOT recorded for 28 days or more: none since they came into custody on 7 September 2026."
    assert found["flag"]["missing"] == ["Any contact by the YOT since they came into custody"]
    assert found["flag"]["state"] == "new"
    assert found["rule"] == {"version": 1, "days": 28}
    assert [step["change"] for step in found["steps"]] == ["opened"]
    assert found["hit_rate"]["base"] == 0


async def test_an_answer_is_kept_with_its_agency_and_counts_once(flagged, api, amina, esi):
    script = await api(amina)
    for _ in range(2):
        answer = await script.post(f"{FLAGS}/{flagged}/outcomes", json=ANSWER, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 201
    second = await (await api(esi)).post(f"{FLAGS}/{flagged}/outcomes", json={**ANSWER, "outcome": "disagreed"})
    found = second.json()
    assert [(o["outcome"], o["agency"]) for o in found["outcomes"]] == [("agreed", "Leeds YOT"), ("disagreed", "Leeds social services")]
    assert (found["flag"]["state"], found["hit_rate"]["borne_out"], found["hit_rate"]["base"]) == ("answered", 0, 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**ANSWER, "outcome": "maybe"},
        {**ANSWER, "outcome": None},
        {**ANSWER, "reason": "short"},
        {**ANSWER, "reason": "x" * 2001},
        {**ANSWER, "reason": "has a NUL \0 in the middle"},
        {**ANSWER, "reason": "turned \u202e around and hidden"},
        {**ANSWER, "reason": 12345678901},
        {**ANSWER, "more": "than asked"},
        [ANSWER],
    ],
)
async def test_what_can_not_be_kept_is_refused_and_nothing_is_written(flagged, api, amina, body):
    answer = await (await api(amina)).post(f"{FLAGS}/{flagged}/outcomes", json=body)
    assert answer.status_code == 422
    assert await DB.fetchval("SELECT count(*) FROM flag_outcome") == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"state": "any"}, 200),
        ({"state": "whatever"}, 422),
        ({"indicator": "no-yot-contact"}, 200),
        ({"indicator": "bad-vibes"}, 422),
        ({"level": "high"}, 200),
        ({"level": "extreme"}, 422),
        ({"after": "rubbish"}, 422),
        ({"limit": 0}, 422),
        ({"limit": 101}, 422),
        ({"establishment": "STC3"}, 200),
        ({"establishment": "nowhere"}, 422),
    ],
)
async def test_filters(flagged, api, amina, query, status):
    assert (await (await api(amina)).get(FLAGS, params=query)).status_code == status


@pytest.mark.parametrize("number", [0, -1, 999_999, 2**63, 10**30])
async def test_no_such_flag(flagged, api, amina, number):
    assert (await (await api(amina)).get(f"{FLAGS}/{number}")).status_code == 404


@pytest.mark.parametrize("order", ["-recorded", "-level", "name"])
async def test_pages_of_one_follow_each_other_to_the_end(flagged, api, amina, order):
    await DB.execute("UPDATE flag SET level = 'high' WHERE id = $1", flagged)
    script, seen, after = await api(amina), [], None
    everything = [flag["id"] for flag in (await script.get(FLAGS, params={"sort": order})).json()["items"]]
    while True:
        found = (await script.get(FLAGS, params={"limit": 1, "sort": order} | ({"after": after} if after else {}))).json()
        seen += [flag["id"] for flag in found["items"]]
        after = found["next"]
        if after is None:
            break
    assert seen == everything
    assert len(seen) > 2


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("-level", [("Young", "high"), ("Adams", "raised"), ("Young", "note")]),
        ("-recorded", [("Young", "note"), ("Adams", "raised"), ("Young", "high")]),
        ("name", [("Adams", "raised"), ("Young", "high"), ("Young", "note")]),
    ],
)
async def test_the_register_in_each_order(world, api, amina, order, first):
    await DB.execute("UPDATE young_person SET family_name = CASE WHEN id = $1 THEN 'Young' ELSE 'Adams' END, home_area = $2", world.kai.id, LEEDS)
    for place, (who, level) in enumerate([(world.kai, "high"), (world.nia, "raised"), (world.kai, "note")]):
        await DB.execute(
            "INSERT INTO flag (young_person, indicator, level, sentence, because, missing, settings, raised_on, last_seen_on, raised_at, version) "
            "VALUES ($1, $2, $3, 'x', '[]', '[]', '{}', $4, $4, $5, 1)",
            *(who.id, ("moves", "in-care", "far-from-home")[place], level, TODAY, clock.now() + dt.timedelta(seconds=place)),
        )
    found = (await (await api(amina)).get(FLAGS, params={"sort": order})).json()["items"]
    assert [(flag["name"].split(",")[0], flag["level"]) for flag in found] == first


async def test_a_cursor_of_another_order_or_of_a_flag_out_of_sight_is_refused(flagged, api, amina, ben):
    cursor = (await (await api(ben)).get(FLAGS, params={"sort": "name", "limit": 1})).json()["next"]
    script = await api(amina)
    for order in ("name", "-name", "level", "-recorded"):
        assert (await script.get(FLAGS, params={"sort": order, "after": cursor})).status_code == 422
    assert (await script.get(FLAGS, params={"sort": "luck"})).status_code in (400, 422)


async def test_a_childs_flags_say_what_could_not_be_worked_out(flagged, api, amina, ben, kai_ref):
    found = (await (await api(amina)).get(f"/api/v1/young-people/{kai_ref}/flags")).json()
    assert {"first-weeks", "no-yot-contact"} & {flag["indicator"] for flag in found["flags"]} == {"no-yot-contact"}
    assert {gap["indicator"]: gap["missing"] for gap in found["not_worked_out"]}["in-care"] == ["Care status"]
    assert (await (await api(ben)).get(f"/api/v1/young-people/{kai_ref}/flags")).status_code == 404


async def test_reading_flags_leaves_a_trace(flagged, world, api, amina, kai_ref):
    script = await api(amina)
    for path in (FLAGS, f"{FLAGS}/{flagged}", f"/api/v1/young-people/{kai_ref}/flags"):
        await script.get(path)
    rows = await DB.fetch("SELECT subject, young_person FROM audit_entry WHERE event = 'flag:read' AND actor = $1 ORDER BY id", amina.id)
    assert [tuple(row) for row in rows] == [(None, None), (flagged, world.kai.id), (None, world.kai.id)]
