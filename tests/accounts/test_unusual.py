"""Reading that a data protection officer may want to ask about: why each line is there, and whose it is."""

import datetime as dt

import pytest

from tests.world import NOW
from yosafe import clock
from yosafe.accounts import policy
from yosafe.accounts.unusual import UNUSUAL, UnusualFilter
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.people.break_glass.actions import open_record
from yosafe.people.break_glass.schemas import OpenRecord

DAY, NIGHT = dt.datetime(2026, 10, 2, 13, tzinfo=dt.UTC), dt.datetime(2026, 10, 2, 0, 30, tzinfo=dt.UTC)  # half past one in London
LIMITS = policy.Unusual(records=2, night_records=2)


@pytest.fixture(autouse=True)
def low(monkeypatch):
    monkeypatch.setattr(policy, "_now", policy.Policy(secret=b"of the tests", unusual=LIMITS))


async def reads(who, children, at):
    with clock.stopped_at(at):
        for child in children:
            await record_read(EventName.YOUNG_PERSON_READ, by=who, young_person=child.id, detail={"page": "overview"})


async def found(viewer, **wanted):
    page = await UNUSUAL.page(viewer, UnusualFilter(**wanted))
    return [(one.name, one.day.day, one.reason, one.records) for one in page.items]


async def test_each_line_says_why_it_is_there(world):
    both = [world.kai, world.nia]
    await reads(world.dan, both, DAY)
    await reads(world.cleo, both, NIGHT)  # which is the night of the first
    await reads(world.dan, [world.kai, world.kai], DAY + dt.timedelta(days=1))  # one record, twice
    await reads(world.amina, both, DAY)  # of another agency
    assert {*await found(world.grace)} == {("Dan", 2, "many", 2), ("Cleo", 2, "many", 2), ("Cleo", 1, "night", 2)}
    assert await found(world.grace, reason="night") == [("Cleo", 1, "night", 2)]
    assert await found(world.grace, user=world.dan.id) == [("Dan", 2, "many", 2)]
    assert await found(world.grace, since=dt.date(2026, 10, 3)) == []


async def test_the_reader_s_own_family_name_and_what_was_opened_in_an_emergency(world):
    await DB.execute("UPDATE user_account SET name = 'Dan MÓRTON' WHERE id = $1", world.dan.id)
    await reads(world.dan, [world.kai], DAY)
    why = "Her mother called: she said that she would hurt herself."
    await open_record(by=world.cleo, wanted=OpenRecord(young_person="YP-000002", date_of_birth=dt.date(2011, 1, 30), reason=why))
    await reads(world.cleo, [world.nia], NOW + dt.timedelta(hours=1))
    await reads(world.cleo, [world.nia], NOW + dt.timedelta(hours=4))  # over by then
    assert await found(world.grace) == [("Cleo", 5, "opened", 1), ("Dan MÓRTON", 2, "name", 1)]


async def test_looking_and_taking_out_are_noted_by_number(client, world):
    await reads(world.dan, [world.kai, world.nia], DAY)
    browser = await client(world.grace)
    page = await browser.get("/admin/audit/unusual")
    assert "2 records or more in one day" in page.text
    assert "Morton" not in page.text
    assert (await browser.get("/admin/audit/unusual?reason=moon")).status_code == 422
    file = await browser.get("/admin/audit/unusual/export")
    assert "YP-000001" in file.text
    details = [row["detail"] for row in await DB.fetch("SELECT detail FROM audit_entry WHERE event IN ('audit:read', 'list:exported') ORDER BY id")]
    assert all('"young_people":[1,2]' in detail and "Morton" not in detail for detail in details)
    assert len(details) == 2
    by_api = (await browser.get("/api/v1/audit/unusual?reason=many")).json()["items"]
    assert [one["words"] for one in by_api] == ["2 records or more in one day"]
