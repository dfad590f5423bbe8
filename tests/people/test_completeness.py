"""How complete the records are: of one young person, and of those whom someone sees; not asked, declined and blank told apart."""

import re

import pytest

from tests.world import LEEDS, OAKHILL, WETHERBY, arrival, kai
from yosafe.db.engine import DB
from yosafe.people.actions import add_young_person, record_care_period
from yosafe.people.queries import completeness
from yosafe.people.schemas import RecordCarePeriod

AT = "/api/v1/young-people/completeness"


@pytest.fixture
async def three(world):
    """Kai and Ash at Wetherby and Sam, who is not held: of Leeds all. Ash declined two things, was not asked another, and was never in care."""
    said = {"religion": "declined", "interpreter": "declined", "disability": "not_asked", "first_time_in_custody": False}
    ash = await add_young_person(by=world.dan, new=kai(family_name="Ash", placement=arrival(WETHERBY), **said))
    await record_care_period(by=world.cleo, young_person=ash, new=RecordCarePeriod(status="never", started_on=world.kai.date_of_birth))
    await add_young_person(by=world.amina, new=kai(family_name="Sam", first_language="declined"))
    return world


def rows(found):
    return {field["field"]: [field[of] for of in ("recorded", "declined", "not_asked", "blank", "base")] for field in found["fields"]}


async def test_the_record_of_one_says_what_is_missing_and_why(api, three):
    ash = (await (await api(three.dan)).get("/api/v1/young-people/YP-000003")).json()
    assert ash["completeness"] == {
        "recorded": 5, "wanted": 9, "declined": ["religion", "whether an interpreter is needed"], "not_asked": ["disability"], "blank": ["asylum"],
    }  # fmt: skip
    assert ash["missing"] == ["asylum"]


async def test_the_page_of_one_says_the_same(client, three):
    page = (await (await client(three.dan)).get("/children/YP-000003")).text
    assert "5 of 9 recorded." in page
    for line in ("Not asked: disability", "Declined to say: religion, whether an interpreter is needed", "Nothing recorded: asylum"):
        assert f"<li>{line}</li>" in page


async def test_all_whom_someone_sees_are_counted_answer_by_answer(api, three):
    found = (await (await api(three.amina)).get(AT)).json()
    assert found["young_people"] == 3
    assert rows(found) == {
        "ethnicity": [3, 0, 0, 0, 3],
        "religion": [0, 1, 0, 2, 3],
        "first_language": [2, 1, 0, 0, 3],
        "interpreter": [2, 1, 0, 0, 3],
        "disability": [0, 0, 1, 2, 3],
        "asylum_status": [0, 0, 0, 3, 3],
        "first_time_in_custody": [1, 0, 0, 2, 3],
        "home_outcode": [3, 0, 0, 0, 3],
        "care_status": [1, 0, 0, 2, 3],
    }
    assert [(place["establishment"], place["young_people"], place["recorded"], place["wanted"]) for place in found["places"]] == [
        (WETHERBY, 2, 9, 18), (None, 1, 3, 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "site", "number"),
    [
        ("amina", "", 3), ("amina", WETHERBY, 2), ("amina", OAKHILL, 0), ("dan", "", 2), ("esi", "", 3), ("ben", "", 1), ("ivy", OAKHILL, 1),
        ("ivy", WETHERBY, 0), ("jay", "", 0),
    ],
)  # fmt: skip
async def test_only_those_whom_someone_sees_now_are_counted(api, three, who, site, number):
    found = (await (await api(three[who])).get(AT, params={"site": site})).json()
    assert found["young_people"] == number
    assert {field["base"] for field in found["fields"]} == {number}
    assert sum(place["young_people"] for place in found["places"]) == number


@pytest.mark.parametrize("who", ["femi", "grace", "hal"])
async def test_who_reads_no_records_reads_no_counts_of_them(api, client, three, who):
    assert (await (await api(three[who])).get(AT)).status_code == 403
    assert (await (await client(three[who])).get("/children/completeness")).status_code == 403


async def test_a_place_that_is_none_is_refused(api, client, three):
    refused = await (await api(three.amina)).get(AT, params={"site": "nowhere"})
    assert (refused.status_code, refused.json()["errors"][0]["key"]) == (422, "site")
    page = await (await client(three.amina)).get("/children/completeness?site=nowhere")
    assert page.status_code == 422
    assert "No establishment has that code" in page.text


async def test_the_page_is_led_to_from_the_list_and_counts(client, three):
    browser = await client(three.amina)
    assert 'href="/children/completeness"' in (await browser.get("/children")).text
    page = (await browser.get(f"/children/completeness?site={WETHERBY}")).text
    religion = re.search(r"Religion</th>(.*?)</tr>", page, re.DOTALL)[1]
    assert re.findall(r">(\d+)</td>", religion) == ["0", "1", "0", "1", "2"]
    assert "All 2 children whom you see now at" in page
    assert "Morton" not in page
    assert "You see no young person at" in (await browser.get(f"/children/completeness?site={OAKHILL}")).text


async def test_someone_in_care_twice_counts_once(three):
    for status, area in (("looked_after", LEEDS), ("formerly_in_care", None)):
        new = RecordCarePeriod(
            status=status, legal_basis="care_order" if area else None, responsible_area=area, started_on=three.kai.created_at.date()
        )
        await record_care_period(by=three.cleo, young_person=three.kai, new=new)
    found = await completeness(three.amina)
    assert found.young_people == 3
    assert [(of.recorded, of.base) for of in found.fields if of.field == "care_status"] == [(2, 3)]
    assert await DB.fetchval("SELECT count(*) FROM care_period WHERE young_person = $1", three.kai.id) == 2
