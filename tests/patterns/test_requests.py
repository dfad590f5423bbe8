"""Patterns of an establishment as its lead, an inspector and the committee see them, and who sees none."""

import csv
import datetime as dt
import io

import pytest

from tests.incidents.make import another, involve, submit
from tests.world import KAI_ARRIVED, TODAY
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref

EVENING = dt.datetime(2026, 9, 20, 19, 30, tzinfo=dt.UTC)  # 20:30 in London


@pytest.fixture
async def harm(world):
    """Kai is harmed in the showers six evenings, three times by Lee; once at no known hour. That Dan is said to have hit him counts nowhere."""
    lee = await another(world, "Frost", "Lee")
    for n in range(6):
        more = [involve(lee, "alleged_to_have_harmed")] if n < 3 else []
        await submit(world.dan, involve(world.kai, "harmed"), *more, happened_at=EVENING + dt.timedelta(days=n), place="showers")
    await submit(world.dan, involve(world.kai, "harmed"), happened_at=EVENING, place="gym")
    await DB.execute("UPDATE incident SET happened_precision = 'day' WHERE place = 'gym'")
    staff = [{"role": "staff_alleged", "name": "Dan"}]
    await submit(world.cleo, involve(world.kai, "concerned"), kind="staff_allegation", staff=staff, happened_at=EVENING, place="segregation")
    return young_person_ref(lee.id)


def places(answer):
    return {row["label"]: row for row in answer.json()["places"]}


async def test_a_lead_reads_every_number_and_who_it_is(api, world, harm):
    answer = await (await api(world.cleo)).get("/api/v1/patterns/WYI")
    assert answer.status_code == 200, answer.text
    found, rows = answer.json(), places(answer)
    assert (found["until"], found["suppressed"], found["no_hour"], found["harmed"]) == (TODAY.isoformat(), False, 1, None)
    assert set(rows) == {"Showers or toilets", "Everywhere"}
    assert [cell["count"] for cell in rows["Showers or toilets"]["cells"]] == [0, 0, 0, 0, 0, 6]
    assert found["alleged_again"] == [{"young_person": harm, "name": "Frost, Lee", "incidents": 3}]
    assert "Too few self-harm incidents" in found["cluster"]
    events = {row["event"]: row["detail"] for row in await DB.fetch("SELECT event, detail FROM audit_entry ORDER BY id")}
    assert "WYI" in events["pattern:read"]
    assert "said to have harmed again" in events["young-person:listed"]


@pytest.mark.parametrize("who", ["femi", "jay"])
async def test_those_who_see_no_names_read_no_small_number(api, client, world, harm, who):
    answer = await (await api(world[who])).get("/api/v1/patterns/WYI")
    found, rows = answer.json(), places(answer)
    assert (found["suppressed"], found["no_hour"], found["alleged_again"]) == (True, None, None)
    numbers = [n for row in rows.values() for n in (*(cell["count"] for cell in row["cells"]), row["total"]) if n is not None]
    assert all(n >= 5 for n in numbers)
    assert len(rows) > 15  # also places where nothing happened
    page = (await (await client(world[who])).get("/patterns?site=WYI")).text
    assert "Frost" not in page
    assert "Small numbers are hidden" in page


async def test_the_page_of_a_lead_and_its_file(client, world, harm):
    cleo = await client(world.cleo)
    page = (await cleo.get("/patterns")).text
    for words in ("Patterns", "Showers or toilets", "Frost, Lee", "1 other with no hour on record", "Kaplan"):
        assert words in page
    file = await cleo.get("/patterns/download")
    rows = {row["place"]: row for row in csv.DictReader(io.StringIO(file.text.lstrip("\ufeff")))}
    assert (rows["Showers or toilets"]["20:00 to 23:59"], rows["Everywhere"]["total"]) == ("6", "6")
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'pattern:exported'") == 1


async def test_an_inspector_chooses_where_and_elsewhere_does_not_exist(client, world, harm):
    chosen = (await (await client(world.femi)).get("/patterns")).text
    assert "Show its patterns" in chosen
    assert "Where and when" not in chosen
    for name, site in (("cleo", "STC3"), ("jay", "STC3"), ("femi", "XXX"), ("cleo", "XXX")):
        answer = await (await client(world[name])).get(f"/patterns?site={site}")
        assert (answer.status_code, "patterns of" in answer.text) == (404, True)
    assert (await (await client(world.dan)).get("/patterns")).status_code == 403


async def test_how_soon_it_comes_again_is_followed_until_they_leave(api, world, harm):
    """Twelve are harmed on the first evening, six of them a week later; those who left the next day are followed for a day."""
    start = await DB.fetchval("SELECT max(id) FROM young_person")
    facts = "family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version"
    await DB.execute(f"INSERT INTO young_person ({facts}) SELECT {facts.replace('given_names', 'given_names || n')} FROM young_person, "
                     "generate_series(1, 12) n WHERE id = $1", world.kai.id)  # fmt: skip
    stay = "establishment, unit, legal_status, recorded_at, recorded_by, version"
    copied = ", ".join(f"p.{name}" for name in stay.split(", "))
    await DB.execute(f"INSERT INTO placement (young_person, arrived_at, {stay}) SELECT y.id, $2, {copied} FROM placement p, young_person y "
                     "WHERE p.young_person = $1 AND y.id > $3", world.kai.id, KAI_ARRIVED, start)  # fmt: skip
    refs = [young_person_ref(start + n) for n in range(1, 13)]
    await submit(world.dan, *(involve(ref, "harmed") for ref in refs), kind="assault", happened_at=EVENING)
    await submit(world.dan, *(involve(ref, "harmed") for ref in refs[:6]), kind="assault", happened_at=EVENING + dt.timedelta(days=7))
    await DB.execute(
        "UPDATE placement SET left_at = $1, leaving_reason = 'released' WHERE young_person > $2", EVENING + dt.timedelta(days=1), start + 6
    )
    found = (await (await api(world.cleo)).get("/api/v1/patterns/WYI")).json()
    first = found["again"][0]
    assert (found["harmed"], first["day"], first["again"]) == (13, 7, 7)  # Kai too
    assert first["percent"] == 100.0  # of all who were still there
