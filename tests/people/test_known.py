"""Who knew when: every sign of another agency knowing, which is the first, and what it shows to whom."""

import datetime as dt

import pytest

from tests.incidents.make import incident, involve
from tests.referrals.make import send
from tests.world import NOW, TODAY
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.incidents import actions as incidents
from yosafe.incidents.access import incident_ref
from yosafe.incidents.schemas import RecordOutcome
from yosafe.incidents.trail import record_read_of
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.known.rules import after
from yosafe.people.known.schemas import KnownOut
from yosafe.people.known.shown import NOT_SHARED, recorded, said, shared

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(("days", "words"), [
    (0, "on the same day"), (1, "1 day after it was recorded"), (12, "12 days after it was recorded"), (-2, "2 days before it was recorded"),
])  # fmt: skip
def test_delays_in_words(days, words):
    assert after(days, "it was recorded") == words


def test_days_in_words():
    first = KnownOut(who="Leeds YOT", agency=True, on=TODAY + 3 * DAY, how="read", days=3)
    family = KnownOut(who="Family", agency=False, on=TODAY, how="told", days=-1)
    assert recorded(TODAY, NOW) == "Recorded on the same day."
    assert recorded(TODAY - 9 * DAY, NOW) == "Recorded on 5 October 2026, 9 days after it happened."
    assert shared([]) == NOT_SHARED
    assert shared([first]) == "First known elsewhere on 8 October 2026: Leeds YOT opened the record, 3 days after it was recorded."
    assert shared([family, first]).endswith("1 day before it was recorded, and 1 other later or on that day.")
    assert said(family) == "Was told, 1 day before it was recorded"


async def known_of(viewer, world, number, source="incident", part="happened"):
    found = (await chronology(viewer, world.kai, Wanted(source=source))).items
    [entry] = [one for one in found if one.key == f"{source}.{part}.{number}"]
    return [(one.who, one.how, one.on - TODAY) for one in entry.known], entry


async def test_the_first_sign_of_each(world):
    made = await incident(world.dan, involve(world.kai, "harmed"), kind="assault")
    assert (await known_of(world.amina, world, made.id))[0] == []
    await record_read_of(made.id, by=world.cleo)  # of the agency that recorded it
    told = RecordOutcome(outcome="family_told", whom="His mother", done_on=TODAY)
    await incidents.add_outcome(told, by=world.cleo, incident=made)
    for later, who in ((2, "amina"), (3, "amina")):
        with clock.stopped_at(NOW + later * DAY):
            await record_read_of(made.id, by=world[who])
    with clock.stopped_at(NOW + DAY):
        sent = await send(world.cleo, world.kai, incident_ref(made.id))
    with clock.stopped_at(NOW + 4 * DAY):
        await record_read_of(made.id, by=world.esi)
        known, entry = await known_of(world.amina, world, made.id)
    assert known == [("Family", "told", 0 * DAY), ("Leeds social services", "referral", DAY), ("Leeds YOT", "read", 2 * DAY)]
    assert (entry.shared_on, entry.known[1].days) == (TODAY, 1)
    event = await DB.fetchval("SELECT id FROM referral_event WHERE referral = $1", int(sent.ref[3:]))
    assert (await known_of(world.cleo, world, event, "referral", "sent"))[0] == [("Leeds social services", "referral", DAY)]


async def test_a_notice_counts_once_it_is_read(world):
    with clock.stopped_at(NOW):
        made = await incident(world.dan, involve(world.kai, "harmed"), kind="assault")
    notice = "INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account) VALUES ('incident-recorded', 'incident', $1, false, $2, $3)"
    await DB.execute(notice, made.id, NOW, world.esi.id)
    assert (await known_of(world.amina, world, made.id))[0] == []
    await DB.execute("UPDATE notice SET read_at = $1 WHERE user_account = $2", NOW + 2 * DAY, world.esi.id)
    assert (await known_of(world.amina, world, made.id))[0] == [("Leeds social services", "notice", 2 * DAY)]


async def test_looking_at_the_chronology_is_no_sign(world):
    made = await incident(world.dan, involve(world.kai, "harmed"))
    for _ in range(2):
        known, _ = await known_of(world.amina, world, made.id)
    assert known == []


async def test_by_page_and_by_api(world, client, api):
    made = await incident(world.dan, involve(world.kai, "harmed"), kind="assault")
    await incidents.add_outcome(RecordOutcome(outcome="family_told", whom="His mother", done_on=TODAY), by=world.cleo, incident=made)
    await record_read_of(made.id, by=world.amina)
    amina = await client(world.amina)
    table = (await amina.get("/children/YP-000001/chronology/known")).text
    assert "Opened the record, on the same day" in table
    assert "Family: 5 October 2026" in table
    assert (await amina.get("/children/YP-000001/chronology/known?source=rumours")).status_code == 422
    line = (await amina.get("/children/YP-000001/chronology")).text
    assert "Leeds YOT opened the record, on the same day, and 1 other later or on that day." in line
    [entry] = (await (await api(world.amina)).get("/api/v1/young-people/YP-000001/chronology?source=incident")).json()["items"]
    assert [one["who"] for one in entry["known"]] == ["Leeds YOT", "Family"]
    assert entry["shared_on"] == "2026-10-05"
