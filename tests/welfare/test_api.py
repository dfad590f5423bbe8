"""Assessments by API."""

import msgspec
import pytest

from tests.welfare.answers import RATINGS, asset, asset_answers, own_words, screen
from yosafe.db.engine import DB


def body(new) -> dict:
    return msgspec.to_builtins(new)


async def post(browser, new, **changes):
    return await browser.post("/api/v1/assessments", json=body(new) | changes)


async def test_completing_and_reading_one(world, kai_ref, api):
    amina = await api(world.amina)
    made = await post(amina, asset(kai_ref))
    assert made.status_code == 201, made.text
    assert made.json() == {
        "ref": "AS-000001", "young_person": kai_ref, "instrument": "asset-2000", "instrument_version": 1, "occasion": "start",
        "completed_on": "2026-09-15", "establishment": "WYI", "agency": "Leeds YOT", "recorded_by": "Amina", "recorded_at": "2026-10-05T10:00:00Z",
        "answers": asset_answers(), "own_words": own_words(), "concern": "He is afraid at night.",
        "standing": "awaiting", "signing": None, "replaces": None, "replaced_by": None,
    }  # fmt: skip
    read = await amina.get("/api/v1/assessments/AS-000001")
    assert (read.status_code, read.json()) == (200, made.json())
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'assessment:read'") == 1


def numbers(value) -> list[float]:
    match value:
        case bool() | None | str():
            return []
        case dict():
            return [n for one in value.values() for n in numbers(one)]
        case list():
            return [n for one in value for n in numbers(one)]
    return [value]


async def test_no_answer_of_the_api_adds_ratings_up(world, kai_ref, api):
    """Ratings of 1 to 4 whose sum is 31: nothing that goes out is more than 4."""
    amina = await api(world.amina)
    await post(amina, asset(kai_ref))
    assert sum(RATINGS.values()) == 31
    for path in ("assessments/AS-000001", f"young-people/{kai_ref}/assessments", f"young-people/{kai_ref}/assessments/due", "assessments/due"):
        found = numbers((await amina.get(f"/api/v1/{path}")).json())
        assert max(found, default=0) <= 4


async def test_the_list_is_by_pages_newest_first_and_holds_what_one_may_read(world, kai_ref, api):
    amina, dan = await api(world.amina), await api(world.dan)
    for day in ("2026-09-15", "2026-09-17", "2026-09-16"):
        assert (await post(amina, asset(kai_ref), completed_on=day)).status_code == 201
    assert (await post(dan, screen(kai_ref))).status_code == 201
    first = (await amina.get(f"/api/v1/young-people/{kai_ref}/assessments?limit=2")).json()
    assert [one["completed_on"] for one in first["items"]] == ["2026-09-17", "2026-09-16"]
    rest = (await amina.get(f"/api/v1/young-people/{kai_ref}/assessments?limit=2&after={first['next']}")).json()
    assert ([one["completed_on"] for one in rest["items"]], rest["next"]) == (["2026-09-15", "2026-09-07"], None)
    assert [one["instrument"] for one in (await dan.get(f"/api/v1/young-people/{kai_ref}/assessments")).json()["items"]] == ["vulnerability-screen"]


async def test_what_is_due(world, kai_ref, api):
    amina = await api(world.amina)
    of = (await amina.get(f"/api/v1/young-people/{kai_ref}/assessments/due")).json()
    assert [(one["occasion"], one["state"], one["words"]) for one in of["items"]] == [
        ("arrival", "overdue", "Overdue by 20 working days"),
        ("start", "overdue", "Overdue by 10 working days"),
    ]
    everyone = (await amina.get("/api/v1/assessments/due?mine=true&limit=1")).json()
    assert [(one["young_person"], one["name"], one["occasion"]) for one in everyone["items"]] == [(kai_ref, "Morton, Kai", "arrival")]
    rest = (await amina.get("/api/v1/assessments/due", params={"mine": "true", "limit": 1, "after": everyone["next"]})).json()
    assert ([one["occasion"] for one in rest["items"]], rest["next"], of["next"]) == (["start"], None, None)
    for query in ("limit=0", "limit=101", "after=x"):
        assert (await amina.get(f"/api/v1/assessments/due?{query}")).status_code == 422


@pytest.mark.parametrize(
    ("changes", "status", "key"),
    [
        ({"instrument": "asset-2001"}, 422, "instrument"),
        ({"instrument": None}, 422, "instrument"),
        ({"completed_on": "2026-02-30"}, 422, "completed_on"),
        ({"completed_on": "2026-10-06"}, 422, "completed_on"),
        ({"answers": []}, 422, "answers"),
        ({"answers": {"x" * 5000: 1}}, 422, None),
        ({"own_words": None}, 422, "own_words"),
        ({"concern": ""}, 422, "concern"),
        ({"concern": "x" * 10_001}, 422, "concern"),
        ({"concern": "NUL \x00"}, 422, None),
        ({"score": 31}, 422, None),
        ({"young_person": "YP-999999"}, 404, None),
        ({"young_person": "Kai"}, 422, "young_person"),
        ({"young_person": "Kai Morton"}, 404, None),
        ({"instrument_version": 0}, 422, "instrument_version"),
        ({"instrument_version": "one"}, 422, "instrument_version"),
    ],
)
async def test_bad_input_is_refused_and_nothing_is_kept(world, kai_ref, api, changes, status, key):
    amina = await api(world.amina)
    answer = await post(amina, asset(kai_ref), **changes)
    assert answer.status_code == status, answer.text
    if key:
        assert key in [error["key"] for error in answer.json()["errors"]]
    assert await DB.fetchval("SELECT count(*) FROM assessment") == 0


@pytest.mark.parametrize("text", ["not json", "[]", '{"young_person": 1}', "\x00", '{"completed_on": "2026-09-15T10:00:00"}'])
async def test_what_is_no_assessment_at_all(world, api, text):
    amina = await api(world.amina)
    answer = await amina.post("/api/v1/assessments", content=text, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)


async def test_an_officer_records_a_screen_and_is_refused_a_welfare_assessment(world, kai_ref, api):
    dan = await api(world.dan)
    assert (await post(dan, screen(kai_ref))).status_code == 201
    refused = await post(dan, asset(kai_ref))
    assert (refused.status_code, "youth offending team" in refused.json()["detail"]) == (403, True)


async def test_the_same_key_keeps_one(world, kai_ref, api):
    amina = await api(world.amina)
    amina.headers["Idempotency-Key"] = "once"
    first, second = await post(amina, asset(kai_ref)), await post(amina, asset(kai_ref))
    assert (first.status_code, second.json()) == (201, first.json())
    assert await DB.fetchval("SELECT count(*) FROM assessment") == 1
