"""Significant events: who marks, what is refused, what shows to whom, and what becomes of marks when records are merged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.incidents.make import another, incident, involve
from tests.merging.histories import merge, now, second_record, undo
from tests.people.test_keep_apart_pages import faults
from tests.world import KAI_ARRIVED, TODAY, arrival, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused, Stale
from yosafe.people.actions import record_contact, start_placement
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.marks.access import NOT_THERE, get_entry_for, get_mark_for
from yosafe.people.marks.actions import mark_entry, take_off_mark
from yosafe.people.marks.queries import open_entry
from yosafe.people.marks.rules import EntryKey, entry_key
from yosafe.people.marks.schemas import MarkEntry, TakeOffMark
from yosafe.people.merging import holdings
from yosafe.people.schemas import RecordContact

KAI, ARRIVED = "YP-000001", "placement.arrived.1"
WHY = MarkEntry(why="He came in the night, without papers.")
OFF = TakeOffMark(why="The papers had come by fax.")


@given(st.text(max_size=20), st.text(max_size=20), st.integers(1, 2**63 - 1))
def test_a_key_is_read_as_it_was_written(source, part, number):
    key = EntryKey(source, part, number)
    fits = bool(source) and bool(part) and "." not in source + part
    assert entry_key(str(key)) == (key if fits else None)


@pytest.mark.parametrize("text", ["", "contact", "contact.contact", "contact.contact.0", "contact.contact.01", "contact.contact.-1", "a.b.c.1",
                                  "contact.contact.9223372036854775808", "contact.contact.٣"])  # fmt: skip
def test_what_is_no_key(text):
    assert entry_key(text) is None


async def mark(world, who="amina", key=ARRIVED, ref=KAI):
    child, named, _ = await get_entry_for(world[who], ref, key)
    return await mark_entry(by=world[who], young_person=child, key=named, new=WHY)


@pytest.mark.parametrize(("who", "refused"), [("amina", None), ("dan", None), ("cleo", None), ("esi", None), ("ben", NotFound), ("femi", NotFound)])
async def test_who_marks(world, who, refused):
    if refused:
        with pytest.raises(refused):
            await mark(world, who)
        assert await DB.fetchval("SELECT count(*) FROM chronology_mark") == 0
        return
    await mark(world, who)
    assert (await events_of(world.kai.id))[-1] == "chronology-mark:set"
    assert await DB.fetchval("SELECT detail FROM audit_entry ORDER BY id DESC LIMIT 1") == "{}"
    [entry] = (await chronology(world.esi, world.kai, Wanted(significant=True))).items
    assert (entry.key, entry.mark.why, entry.mark.by) == (ARRIVED, WHY.why, world[who].name)


async def test_a_mark_is_set_once_taken_off_and_set_again(world):
    first = await mark(world)
    with pytest.raises(Conflict):
        await mark(world, "cleo")
    with pytest.raises(Stale):
        await take_off_mark(by=world.cleo, mark=first, taking=OFF, version=7)
    gone = await take_off_mark(by=world.cleo, mark=first, taking=OFF, version=1)
    with pytest.raises(Conflict):
        await take_off_mark(by=world.cleo, mark=gone, taking=OFF, version=2)
    assert (await get_mark_for(world.amina, KAI, ARRIVED)).taken_off_at is not None
    again = await mark(world, "esi")
    assert again.version > gone.version  # a form of the first does not end the second
    with pytest.raises(Refused):
        await mark_entry(by=world.grace, young_person=world.kai, key=entry_key(ARRIVED), new=WHY)


async def test_a_mark_on_what_someone_may_not_see_is_no_hint(world, api):
    """An allegation that names Dan: neither the entry, nor its mark, nor the number of marks shows to him."""
    about = {"role": "staff_alleged", "name": "Dan", "email": "dan@example.org"}
    made = await incident(world.cleo, involve(world.kai, "harmed"), kind="staff_allegation", staff=[about])
    key = f"incident.happened.{made.id}"
    await mark(world, "cleo", key)
    dan, held = await api(world.dan), next(one for one in holdings() if one.table == "chronology_mark")
    assert (await chronology(world.dan, world.kai, Wanted(significant=True))).items == []
    assert await DB.fetch(*held.rows(world.dan, world.kai.id).parts()) == []
    assert len(await DB.fetch(*held.rows(world.cleo, world.kai.id).parts())) == 1
    for path in (key, "incident.happened.999", "gossip.x.1", "nonsense"):
        answer = await dan.get(f"/api/v1/young-people/{KAI}/chronology/entries/{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, NOT_THERE)
        answer = await dan.post(f"/api/v1/young-people/{KAI}/chronology/entries/{path}/mark", json={"why": WHY.why})
        assert (answer.status_code, answer.json()["detail"]) == (404, NOT_THERE)


async def test_a_name_in_a_mark_is_for_those_who_may_know_it(world):
    """Leo is from Kent: Leeds has no duty towards him, Wetherby has."""
    leo = await another(world, "Leaf", "Leo")
    made = await incident(world.dan, involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed"))
    named = MarkEntry(why="He said for the first time that it was Leo.")
    first = await mark_entry(by=world.cleo, young_person=world.kai, key=EntryKey("incident", "happened", made.id), new=named)
    for who, name in (("cleo", "Leo"), ("amina", "another young person")):
        [entry] = (await chronology(world[who], world.kai, Wanted(significant=True))).items
        assert entry.mark.why == f"He said for the first time that it was {name}."
    await take_off_mark(by=world.cleo, mark=first, taking=TakeOffMark(why="It was not Leo after all."), version=1)
    for who, name in (("cleo", "Leo"), ("amina", "another young person")):
        _, found = await open_entry(world[who], KAI, f"incident.happened.{made.id}")
        assert found.past_marks[0].taken_off_why == f"It was not {name} after all."


async def test_by_page(client, world):
    amina, here = await client(world.amina), f"/children/{KAI}/chronology/entries/{ARRIVED}"
    assert "Mark as significant" in (await amina.get(here)).text
    assert faults(await amina.send_form(f"{here}/mark", {"why": "short"})) == ["why"]
    assert (await amina.send_form(f"{here}/mark", {"why": WHY.why})).headers["location"] == f"{here}?done=marked"
    assert (await amina.send_form(f"{here}/mark", {"why": WHY.why})).status_code == 409
    for path in (f"/children/{KAI}/chronology?significant=yes", f"/children/{KAI}", here, f"/children/{KAI}/chronology/known"):
        assert "Significant" in (await amina.get(path)).text, path
    assert (await amina.get(f"/children/{KAI}/chronology?significant=perhaps")).status_code == 422
    late = await amina.send_form(f"{here}/take-off", {"why": OFF.why, "version": "9"})
    assert (late.status_code, OFF.why in late.text) == (412, True)
    assert (await amina.send_form(f"{here}/take-off", {"why": OFF.why, "version": "1"})).status_code == 303
    history = (await amina.get(here)).text
    assert WHY.why in history
    assert OFF.why in history
    assert (await amina.get(f"{here}/take-off")).status_code == 409


async def test_by_api(api, world):
    amina, here = await api(world.amina), f"/api/v1/young-people/{KAI}/chronology/entries/{ARRIVED}"
    made = await amina.post(f"{here}/mark", json={"why": WHY.why})
    assert (made.status_code, made.headers["etag"], made.json()["entry"]["mark"]["agency"]) == (201, '"1"', "Leeds YOT")
    assert (await amina.post(f"{here}/mark", json={"why": "short"})).status_code == 422
    late = await amina.post(f"{here}/mark/take-off", json={"why": OFF.why}, headers={"If-Match": '"4"'})
    assert (late.status_code, late.json()["current"]["entry"]["mark"]["version"]) == (412, 1)
    gone = await amina.post(f"{here}/mark/take-off", json={"why": OFF.why}, headers={"If-Match": '"1"'})
    assert (gone.json()["entry"]["mark"], gone.json()["past_marks"][0]["taken_off_why"]) == (None, OFF.why)


async def standing(young_person):
    rows = await DB.fetch("SELECT source, entry FROM chronology_mark WHERE young_person = $1 AND taken_off_at IS NULL ORDER BY id", young_person)
    return [(row["source"], row["entry"]) for row in rows]


async def test_marks_go_with_a_merge_and_come_back(world):
    """Both records are in one incident, and both have it marked: the mark of the kept one stands, and the other comes back."""
    other = await second_record(world)
    with clock.stopped_at(KAI_ARRIVED):
        await start_placement(by=world.dan, young_person=other, new=arrival(unit="B wing"))
    shared = await incident(world.cleo, involve(world.kai, "harmed"), involve(other, "present"))
    visit = RecordContact(kind="visit", from_whom="yot", happened_on=TODAY)
    contacts = [await record_contact(by=world.amina, young_person=other, new=visit) for _ in range(2)]
    refs = (KAI, f"YP-{other.id:06}")
    for ref in refs:
        await mark(world, "amina", f"incident.happened.{shared.id}", ref)
    await mark(world, "amina", f"contact.contact.{contacts[0].id}", refs[1])
    before = await standing(world.kai.id), await standing(other.id)
    merged = await merge(world, world.kai, other)
    assert await standing(world.kai.id) == [("incident", shared.id), ("contact", contacts[0].id)]
    await mark(world, "amina", f"contact.contact.{contacts[1].id}")  # of the other one, marked since
    await undo(world, merged)
    assert await standing(world.kai.id) == before[0]
    assert await standing(other.id) == [*before[1], ("contact", contacts[1].id)]
    assert len((await chronology(world.amina, await now(world, other), Wanted(significant=True))).items) == 3
