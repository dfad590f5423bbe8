"""Young people by API: the story, versions, and what is refused with nothing written."""

import asyncio

import pytest

from tests.world import KENT, LEEDS
from yosafe.db.engine import DB

API = "/api/v1/young-people"
LEE = {"family_name": "Frost", "given_names": "Lee", "date_of_birth": "2010-05-01", "sex": "male", "home_area": LEEDS}
ARRIVAL = {"establishment": "WYI", "unit": "A wing", "legal_status": "dto", "arrived_at": "2026-10-01T14:30:00+01:00"}
CONTACT = {"kind": "visit", "from_whom": "yot", "happened_on": "2026-10-02"}
CARE = {"status": "looked_after", "legal_basis": "care_order", "responsible_area": LEEDS, "started_on": "2026-01-05"}
TABLES = ("young_person", "placement", "care_period", "contact", "clock")


async def counts():
    return [await DB.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]


def keys(answer):
    return [error["key"] for error in answer.json()["errors"]]


def version(number):
    return {"If-Match": f'"{number}"'}


async def test_the_story(api, world):
    amina, dan, esi = await api(world.amina), await api(world.dan), await api(world.esi)
    added = await amina.post(API, json=LEE)
    assert (added.status_code, added.headers["etag"]) == (201, '"1"')
    lee = f"{API}/{added.json()['ref']}"
    assert (await dan.get(lee)).status_code == 404
    received = await dan.post(
        f"{API}/receptions", json={"identity": {k: LEE[k] for k in ("family_name", "given_names", "date_of_birth")}, "placement": ARRIVAL}
    )
    assert (received.status_code, received.json()["placement"]["establishment_name"]) == (201, "Wetherby")
    assert (await dan.get(lee)).json()["age"] == 16
    assert (await esi.post(f"{lee}/care-periods", json=CARE)).status_code == 201
    contact = await amina.post(f"{lee}/contacts", json=CONTACT | {"note": "Settled"})
    assert (contact.status_code, contact.json()["agency"], contact.json()["recorded_by"]) == (201, "Leeds YOT", "Amina")
    changed = await amina.patch(lee, json={"religion": "none"}, headers=version(1))
    assert (changed.status_code, changed.headers["etag"], changed.json()["religion"]) == (200, '"2"', "none")
    story = (await amina.get(f"{lee}/chronology?order=oldest")).json()
    assert [entry["title"] for entry in story["items"]] == ["Care status: looked after", "Arrived at Wetherby", "Visit: youth offending team"]
    assert [one["state"] for one in (await dan.get("/api/v1/clocks?mine=true")).json()["items"]] == ["overdue", "overdue"]
    [placement] = (await dan.get(f"{lee}/placements")).json()["items"]
    place = f"{lee}/placements/{placement['id']}"
    assert (await dan.post(f"{place}/unit", json={"unit": "B wing"}, headers=version(1))).json()["unit"] == "B wing"
    ended = await dan.post(f"{place}/end", json={"left_at": "2026-10-05T09:00:00+01:00", "leaving_reason": "bail"}, headers=version(2))
    assert (ended.status_code, ended.json()["left_at"]) == (200, "2026-10-05T08:00:00Z")
    assert (await dan.get(lee)).status_code == 404
    assert (await amina.get(lee)).json()["placement"] is None
    [care] = (await amina.get(f"{lee}/care-periods")).json()["items"]
    assert care["responsible_area"] == LEEDS
    assert len((await amina.get(f"{lee}/contacts")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 428), (version(0), 412), (version(7), 412), ({"If-Match": "nonsense"}, 422), (version(1), 200), ({"If-Match": 'W/"1"'}, 200)],
)
async def test_a_change_names_its_version(api, world, kai_ref, headers, status):
    amina = await api(world.amina)
    answer = await amina.patch(f"{API}/{kai_ref}", json={"religion": "sikh"}, headers=headers)
    assert answer.status_code == status
    assert (await amina.get(f"{API}/{kai_ref}")).json()["religion"] == ("sikh" if status == 200 else None)


async def test_who_is_too_late_is_shown_both_versions(api, world, kai_ref):
    amina, dan = await api(world.amina), await api(world.dan)
    assert (await amina.patch(f"{API}/{kai_ref}", json={"religion": "sikh"}, headers=version(1))).status_code == 200
    late, now = await amina.patch(f"{API}/{kai_ref}", json={"religion": "none"}, headers=version(1)), await amina.get(f"{API}/{kai_ref}")
    assert (late.status_code, late.headers["etag"], late.json()["current"]) == (412, '"2"', now.json())
    place = f"{API}/{kai_ref}/placements/1"
    assert (await dan.post(f"{place}/unit", json={"unit": "B wing"}, headers=version(1))).status_code == 200
    leaving = {"left_at": "2026-10-05T09:00:00+01:00", "leaving_reason": "bail"}
    for late in (
        await dan.post(f"{place}/unit", json={"unit": "C wing"}, headers=version(1)),
        await dan.post(f"{place}/end", json=leaving, headers=version(1)),
    ):
        assert (late.status_code, late.headers["etag"], late.json()["current"]["unit"]) == (412, '"2"', "B wing")


@pytest.mark.parametrize(
    ("change", "keys_of_faults"),
    [
        ({"release_on": "2010-03-14"}, ["release_on"]),  # Kai's date of birth
        ({"release_on": "1900-01-01"}, ["release_on"]),
        ({"release_on": "2056-10-06"}, ["release_on"]),
        ({"release_on": "2011-01-01", "date_of_birth": "2011-05-01"}, ["release_on"]),
        ({"release_on": "2027-03-01"}, None),
        ({"release_on": None}, None),
    ],
)
async def test_an_expected_release_is_a_day_that_can_be_expected(api, world, kai_ref, change, keys_of_faults):
    amina = await api(world.amina)
    answer = await amina.patch(f"{API}/{kai_ref}", json=change, headers=version(1))
    assert answer.status_code == (422 if keys_of_faults else 200), answer.text
    assert keys_of_faults is None or keys(answer) == keys_of_faults
    for path in (f"{API}/{kai_ref}", f"{API}/{kai_ref}/assessments/due", f"{API}/{kai_ref}/flags"):
        assert (await amina.get(path)).status_code == 200


async def test_null_takes_an_answer_away_and_silence_leaves_it(api, world, kai_ref):
    amina = await api(world.amina)
    changed = (await amina.patch(f"{API}/{kai_ref}", json={"ethnicity": None}, headers=version(1))).json()
    assert (changed["ethnicity"], changed["first_language"]) == (None, "english")
    assert "ethnic group" in changed["missing"]


@pytest.mark.parametrize(
    "name",
    [
        "José-María O’Neill",
        "李 小龙",
        "محمد",
        "Nguyễn",
        "Kai 🙂",
        "e\u0301clair",
        "Robert'); DROP TABLE young_person;--",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
    ],
)
async def test_names_of_every_kind_are_kept(api, world, name):
    amina = await api(world.amina)
    ref = (await amina.post(API, json=LEE | {"given_names": name})).json()["ref"]
    kept = (await amina.get(f"{API}/{ref}")).json()["given_names"]
    assert kept == (name if name != "e\u0301clair" else "éclair")
    assert [one["ref"] for one in (await amina.get(API, params={"q": name})).json()["items"]] == [ref]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"family_name": None}, "family_name"),
        ({"family_name": 7}, "family_name"),
        ({"family_name": ["Frost"]}, "family_name"),
        ({"family_name": ""}, "family_name"),
        ({"family_name": " \u200d\t"}, "family_name"),
        ({"family_name": "a\0b"}, "family_name"),
        ({"family_name": "\u202eFrost"}, "family_name"),
        ({"family_name": "x" * 101}, "family_name"),
        ({"date_of_birth": "2026-10-06"}, "date_of_birth"),
        ({"date_of_birth": "2010-02-30"}, "date_of_birth"),
        ({"date_of_birth": "1 May 2010"}, "date_of_birth"),
        ({"date_of_birth": "1899-05-01"}, "date_of_birth"),
        ({"release_on": "2010-05-01"}, "release_on"),
        ({"release_on": "2056-10-06"}, "release_on"),
        ({"sex": "m"}, "sex"),
        ({"first_time_in_custody": "yes"}, "first_time_in_custody"),
        ({"home_area": "Leeds"}, "home_area"),
        ({"home_area": KENT}, "home_area"),
        ({"home_outcode": "LS"}, "home_outcode"),
        ({"nickname": "Frosty"}, "nickname"),
        ({"version": 3}, "version"),
        ({"placement": ARRIVAL | {"arrived_at": "2026-10-01T14:30:00"}}, "placement.arrived_at"),
        ({"placement": ARRIVAL | {"arrived_at": "2026-10-05T11:01:00+01:00"}}, "arrived_at"),
        ({"placement": ARRIVAL | {"arrived_at": "2009-10-05T11:01:00+01:00"}}, "date_of_birth"),
        ({"placement": ARRIVAL | {"legal_status": "guilty"}}, "legal_status"),
        ({"placement": ARRIVAL | {"establishment": "XXX"}}, "establishment"),
        ({"placement": ARRIVAL | {"unit": "x" * 61}}, "placement.unit"),
        ({"placement": "WYI"}, "placement"),
    ],
)
async def test_bad_input_is_refused_on_its_field_and_nothing_is_written(api, world, changes, key):
    amina = await api(world.amina)
    before = await counts()
    answer = await amina.post(API, json=LEE | changes)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert keys(answer) == [key]
    assert await counts() == before


@pytest.mark.parametrize(
    ("path", "body", "key"),
    [
        ("placements", ARRIVAL | {"arrived_at": "2026-10-01T14:30:00"}, "arrived_at"),
        ("placements", {}, "establishment"),
        ("placements", ARRIVAL, "arrived_at"),  # he is there already
        ("care-periods", CARE | {"started_on": "2026-10-06"}, "started_on"),
        ("care-periods", CARE | {"status": "fostered"}, "status"),
        ("care-periods", CARE | {"responsible_area": None}, "responsible_area"),
        ("care-periods", CARE | {"accommodation": "moon"}, "accommodation"),
        ("contacts", CONTACT | {"kind": "planned_missed"}, "missed_reason"),
        ("contacts", CONTACT | {"missed_reason": "distance"}, "missed_reason"),
        ("contacts", CONTACT | {"happened_on": "2026-10-06"}, "happened_on"),
        ("contacts", CONTACT | {"kind": "séance"}, "kind"),
        ("contacts", CONTACT | {"note": "x" * 10_001}, "note"),
        ("contacts", CONTACT | {"note": ""}, "note"),
        ("contacts", CONTACT | {"seen_alone": "no"}, "seen_alone"),
        ("contacts", CONTACT | {"agency": 3}, "agency"),
    ],
)
async def test_bad_input_about_a_child_is_refused_and_nothing_is_written(api, world, kai_ref, path, body, key):
    cleo = await api(world.cleo)
    before = await counts()
    answer = await cleo.post(f"{API}/{kai_ref}/{path}", json=body)
    assert (answer.status_code, keys(answer)) == (422, [key]), answer.text
    assert await counts() == before


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00", "?limit=0", "?limit=101", "?limit=x", "?after=x", "?held=maybe", "/YP-000001/contacts?limit=-1",
        "/YP-000001/chronology?from=tomorrow", "/YP-000001/chronology?source=x", "/YP-000001/chronology?order=up", "/YP-000001/chronology?after=e30",
    ],
)  # fmt: skip
async def test_bad_questions(api, world, query):
    answer = await (await api(world.amina)).get(API + query)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("query", ["?state=late", "?limit=1000", "?after=x"])
async def test_bad_questions_about_clocks(api, world, query):
    assert (await (await api(world.amina)).get(f"/api/v1/clocks{query}")).status_code == 422


async def test_the_same_key_adds_once(api, world):
    amina = await api(world.amina)
    first = await amina.post(API, json=LEE, headers={"Idempotency-Key": "lee-1"})
    again = await amina.post(API, json=LEE, headers={"Idempotency-Key": "lee-1"})
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (await counts())[0] == 3


async def test_the_same_key_at_the_same_moment_adds_once_and_all_are_told(api, world):
    """What is looked for before the write finds the one that was just added: that refusal is not the answer."""
    amina = await api(world.amina)
    answers = await asyncio.gather(*(amina.post(API, json=LEE, headers={"Idempotency-Key": "lee-2"}) for _ in range(8)))
    assert {(answer.status_code, answer.text, answer.headers["etag"]) for answer in answers} == {(201, answers[0].text, '"1"')}
    assert (await counts())[0] == 3


async def test_a_duplicate_is_refused_and_the_key_may_be_used_again(api, world):
    amina = await api(world.amina)
    body = LEE | {"family_name": "Morton", "given_names": "Kai", "date_of_birth": "2010-03-14"}
    refused = await amina.post(API, json=body, headers={"Idempotency-Key": "kai-2"})
    assert (refused.status_code, "YP-000001" in refused.json()["detail"]) == (409, True)
    again = await amina.post(API, json=body, headers={"Idempotency-Key": "kai-2"})
    assert again.json()["detail"] == refused.json()["detail"]
    [one] = refused.json()["candidates"]
    assert (one["ref"], one["strength"], one["reasons"][0]) == ("YP-000001", "very_likely", "same date of birth")
    other = {"not_duplicate_of": ["YP-000001"]}
    assert keys(await amina.post(API, json=body | other)) == ["not_duplicate_because"]
    assert (await amina.post(API, json=body | other | {"not_duplicate_because": "A cousin of the same name."})).status_code == 201


async def test_no_answer_holds_more_than_it_says(api, world, kai_ref):
    shown = (await (await api(world.amina)).get(f"{API}/{kai_ref}")).json()
    assert not {"id", "recorded_by", "created_at"} & set(shown)
