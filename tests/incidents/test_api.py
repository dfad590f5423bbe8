"""Incidents by API: what is taken, what is refused and how, and the story of one."""

import json
from typing import Any

import pytest

from tests.incidents.make import ANSWERS, another, incident, involve, rows_in_all_tables
from tests.world import ClientFor, World, events_of
from yosafe.people.access import young_person_ref

URL = "/api/v1/incidents"


def sent(*people: dict[str, Any], kind: str = "bullying", **changes: Any) -> dict[str, Any]:
    return {
        "kind": kind, "happened_at": "2026-10-04T19:40:00Z", "place": "association", "account": "He was told to hand it over.",
        "child_said": "They said they would get me.", "told_by": "young_person",
        "involvements": list(people) or [{"young_person": "YP-000001", "roles": ["harmed"]}], "answers": ANSWERS[kind], **changes,
    }  # fmt: skip


async def test_the_story_of_one(world: World, api: ClientFor) -> None:
    leo = await another(world, "Leaf", "Leo")
    dan, cleo = await api(world.dan), await api(world.cleo)
    made = await dan.post(URL, json=sent(involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed"), outcomes=[{"outcome": "moved_apart"}]))
    assert (made.status_code, made.headers["etag"], made.headers["location"]) == (201, '"1"', f"{URL}/IN-000001")
    assert made.json() == {
        "ref": "IN-000001", "status": "submitted", "severity": "low", "severity_because": [], "recorded_at": "2026-10-05T10:00:00Z", "version": 1,
        "concerns": [],
    }  # fmt: skip
    here = made.headers["location"]
    assert [one["ref"] for one in (await cleo.get(URL, params={"kind": "bullying", "status": "submitted"})).json()["items"]] == ["IN-000001"]
    assert (await dan.post(f"{here}/addenda", json={"text": "He has given the phone credit back."})).status_code == 201
    assert (await dan.post(f"{here}/outcomes", json={"outcome": "family_told", "young_person": "YP-000001"})).status_code == 201
    extra = await dan.post(f"{here}/involvements", json={"young_person": young_person_ref(leo.id), "roles": ["told_us"]})
    assert extra.status_code == 201
    seen = await cleo.get(here)
    assert seen.headers["etag"] == '"1"'
    assert seen.json()["may"] == ["assign", "investigate", "conclude", "mark_duplicate", "mark_not_reportable"]
    mended = await cleo.patch(here, json={"reason": "It was in his cell, not in association", "place": "cell"}, headers={"If-Match": '"1"'})
    assert (mended.status_code, mended.headers["etag"], mended.json()["place"]) == (200, '"2"', "cell")
    end = {"action": "conclude", "finding": "substantiated", "comment": "Both say the same and it is on camera."}
    done = await cleo.post(f"{here}/transitions", json=end, headers={"If-Match": '"2"'})
    assert (done.status_code, done.json()["status"], done.json()["finding"]) == (200, "concluded", "substantiated")
    amina = (await (await api(world.amina)).get(here)).json()
    assert [(p["name"], p["roles"]) for p in amina["involvements"]] == [
        ("Morton, Kai", ["harmed"]),
        ("Another young person", ["alleged_to_have_harmed", "told_us"]),
    ]
    assert (await (await api(world.ben)).get(here)).json()["involvements"][0]["name"] == "Another young person"  # Leo is from Kent
    assert (await (await api(world.ivy)).get(here)).status_code == 404


async def test_a_version_is_asked_for_and_must_be_the_last(world: World, api: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo, here = await api(world.cleo), f"{URL}/IN-000001"
    assert (await cleo.patch(here, json={"reason": "It was in his cell", "place": "cell"})).status_code == 428
    assert (await cleo.post(f"{here}/transitions", json={"action": "investigate"})).status_code == 428
    stale = await cleo.post(f"{here}/transitions", json={"action": "investigate"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:yosafe:problem:stale")


async def test_who_is_too_late_is_shown_both_versions(world: World, api: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, "harmed"))
    cleo, here = await api(world.cleo), f"{URL}/IN-000001"
    correction, read = {"reason": "It was in his cell", "place": "cell"}, {"If-Match": '"1"'}
    assert (await cleo.patch(here, json=correction, headers=read)).status_code == 200
    now = await cleo.get(here)
    for late in (
        await cleo.patch(here, json={**correction, "place": "gym"}, headers=read),
        await cleo.post(f"{here}/transitions", json={"action": "investigate"}, headers=read),
    ):
        assert (late.status_code, late.headers["etag"], late.json()["current"]) == (412, '"2"', now.json())
    assert (now.json()["place"], (await events_of(world.kai.id))[-3:]) == ("cell", ["incident:read"] * 3)


async def test_sent_twice_with_a_key_it_is_done_once(world: World, api: ClientFor) -> None:
    dan = await api(world.dan)
    first, second = [await dan.post(URL, json=sent(), headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert [second.headers[name] for name in ("etag", "location", "idempotent-replay")] == ['"1"', f"{URL}/IN-000001", "true"]
    assert len((await dan.get(URL)).json()["items"]) == 1
    other = await dan.post(URL, json=sent(place="cell"), headers={"Idempotency-Key": "a"})
    assert other.status_code == 409


LONG, RTL, ZERO_WIDTH, LINE = "x" * 10_001, "turn \u202e round", "\u200b\u200d", "y" * 201
KAI = {"young_person": "YP-000001", "roles": ["harmed"]}

# The field, what is sent in it, and where the fault is reported.
BAD: list[tuple[str, Any, str]] = [
    ("kind", 7, "kind"),
    ("kind", "", "kind"),
    ("kind", "food_fight", "kind"),
    ("kind", "moon", "kind"),
    ("kind", None, "kind"),
    ("happened_at", "2026-10-04T19:40:00", "happened_at"),  # no offset: naive
    ("happened_at", "yesterday", "happened_at"),
    ("happened_at", 5, "happened_at"),
    ("happened_at", "2026-10-05T10:01:00Z", "happened_at"),  # in a minute
    ("happened_at", "2027-01-01T00:00:00+00:00", "happened_at"),
    ("happened_at", "2010-03-13T12:00:00Z", "happened_at"),  # the day before Kai was born
    ("happened_at", "2015-06-01T12:00:00Z", "happened_at"),  # years before Kai came
    ("happened_at", "2026-09-06T22:59:59Z", "happened_at"),  # the last second of the day before
    ("happened_at", "0001-01-01T00:00:00Z", "happened_at"),
    ("happened_at", "9999-12-31T23:59:59Z", "happened_at"),
    ("happened_precision", "roughly", "happened_precision"),
    ("place", "moon", "place"),
    ("place", ["cell"], "place"),
    ("place_detail", LINE, "place_detail"),
    ("place_detail", "a\x00b", "place_detail"),
    ("unit", "u" * 61, "unit"),
    ("unit", RTL, "unit"),
    ("account", "", "account"),
    ("account", "   ", "account"),
    ("account", ZERO_WIDTH, "account"),
    ("account", LONG, "account"),
    ("account", "a\x00b", "account"),
    ("account", RTL, "account"),
    ("account", {"text": "x"}, "account"),
    ("child_said", RTL, "child_said"),
    ("child_said", None, "child_said"),
    ("child_not_asked_because", "asleep", "child_not_asked_because"),
    ("immediate_action", LONG, "immediate_action"),
    ("told_by", "gossip", "told_by"),
    ("severity", "dreadful", "severity"),
    ("severity", 3, "severity"),
    ("involvements", [], "involvements"),
    ("involvements", "YP-000001", "involvements"),
    ("involvements", [KAI] * 31, "involvements"),
    ("involvements", [KAI, KAI], "involvements"),
    ("involvements", [{**KAI, "young_person": "yp-000001"}, KAI], "involvements"),  # the same, typed in two ways
    ("involvements", [{**KAI, "young_person": "YP-1"}, KAI], "involvements"),
    ("involvements", [{**KAI, "roles": ["hurt_self"]}], "involvements.0.roles"),
    ("involvements", [{**KAI, "roles": []}], "involvements"),
    ("involvements", [{**KAI, "roles": ["harmed", "harmed"]}], "involvements.0.roles"),
    ("involvements", [{**KAI, "young_person": "YP-000002"}], "involvements.0.young_person"),  # Nia, at Oakhill
    ("involvements", [{**KAI, "young_person": "YP-999999"}], "involvements.0.young_person"),
    ("involvements", [{**KAI, "young_person": "Kai"}], "involvements.0.young_person"),
    ("involvements", [{**KAI, "young_person": "YP-99999999999"}], "involvements.0.young_person"),
    ("involvements", [{**KAI, "injuries": ["heartache"]}], "involvements.0.injuries"),
    ("involvements", [{**KAI, "injuries": ["none", "cut"]}], "involvements.0.injuries"),
    ("involvements", [{**KAI, "treatment": "prayer"}], "involvements.0.treatment"),
    ("involvements", [{**KAI, "name": "Kai"}], "involvements"),  # a field that is not there
    ("answers", {**ANSWERS["bullying"], "forms": ["tickling"]}, "answers.forms"),
    ("answers", {**ANSWERS["bullying"], "forms": "verbal\u202e"}, "answers"),
    ("answers", {**ANSWERS["bullying"], "weapon": "blade"}, "answers.weapon"),  # another kind's question
    ("answers", {**ANSWERS["bullying"], "happened_before": {"x": 1}}, "answers.happened_before"),
    ("answers", {}, "answers.forms"),
    ("answers", [], "answers"),
    ("outcomes", [{"outcome": "shouting"}], "outcomes.0.outcome"),
    ("outcomes", [{"outcome": "none"}], "outcomes.0.note"),
    ("outcomes", [{"outcome": "police_told", "done_on": "2026-10-06"}], "outcomes.0.done_on"),
    ("outcomes", [{"outcome": "police_told", "done_on": "2026-10-03"}], "outcomes.0.done_on"),  # the day before it happened
    ("outcomes", [{"outcome": "police_told", "done_on": "1900-01-01"}], "outcomes.0.done_on"),
    ("outcomes", [{"outcome": "police_told", "done_on": "tomorrow"}], "outcomes"),
    ("outcomes", [{"outcome": "police_told", "young_person": "YP-000002"}], "outcomes.0.young_person"),
    ("outcomes", [{"outcome": "police_told", "note": "n" * 501}], "outcomes"),
    ("restricted", True, "restricted"),  # not for whoever records to say
]


@pytest.fixture(scope="module")
def long_text() -> str:
    return LONG


@pytest.mark.parametrize(("field", "value", "key"), BAD, ids=[f"{n}-{row[0]}" for n, row in enumerate(BAD)])
async def test_bad_input_is_named_and_nothing_is_written(world: World, api: ClientFor, field: str, value: Any, key: str) -> None:
    dan = await api(world.dan)
    before = await rows_in_all_tables()
    refused = await dan.post(URL, content=json.dumps({**sent(), field: value}), headers={"Content-Type": "application/json"})
    assert refused.status_code == 422, refused.text
    keys = [error["key"] for error in refused.json()["errors"]]
    assert any(found == key or found.startswith((f"{key}.", f"{key}[")) for found in keys), refused.json()["errors"]
    assert await rows_in_all_tables() == before


@pytest.mark.parametrize(
    "text", ["Ŵyn said “no” 😀", "عربي عادي", "e\u0301 and a\r\nsecond line", "' OR 1=1 --", "<script>alert(1)</script>", "=SUM(A1)", "{{ 7 * 7 }}"]
)
async def test_what_people_write_comes_back_as_they_wrote_it(world: World, api: ClientFor, text: str) -> None:
    dan = await api(world.dan)
    made = await dan.post(URL, json=sent(account=text, child_said=text, immediate_action=text))
    assert made.status_code == 201, made.text
    seen = (await dan.get(made.headers["location"])).json()
    expected = text.replace("\r\n", "\n").replace("e\u0301", "é")
    assert (seen["account"], seen["child_said"], seen["immediate_action"]) == (expected,) * 3


@pytest.mark.parametrize(
    ("params", "key"),
    [({"child": "Kai"}, "child"), ({"after": "x"}, "after"), ({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"), ({"from": "x"}, "from")],
)
async def test_a_filter_that_can_not_be(world: World, api: ClientFor, params: dict[str, str], key: str) -> None:
    refused = await (await api(world.dan)).get(URL, params=params)
    assert (refused.status_code, refused.json()["errors"][0]["key"]) == (422, key)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"kind": "bullying"}', b'"x"'])
async def test_what_is_no_incident_at_all(world: World, api: ClientFor, body: bytes) -> None:
    refused = await (await api(world.dan)).post(URL, content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code in (400, 422)
    assert refused.headers["content-type"].startswith("application/problem+json")
