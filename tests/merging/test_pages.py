"""Merging and undoing by page, as a browser without a script sends it."""

import datetime as dt
import re
from html import unescape

import pytest

from tests.merging.histories import merge, now, second_record
from tests.world import KAI_ARRIVED, OAKHILL, arrival
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.people import actions
from yosafe.people.access import young_person_ref
from yosafe.people.schemas import ChangeYoungPerson, RecordCarePeriod, RecordContact

REASON = "Same date of birth, and the grandmother says so."
CHOSEN = {"given_names": "other", "ethnicity": "this", "reason": REASON}


@pytest.fixture
async def twin(world):
    other = await second_record(world)
    with clock.stopped_at(KAI_ARRIVED):
        await actions.start_placement(by=world.dan, young_person=other, new=arrival(unit="B wing"))
    return other


@pytest.fixture
async def at(world, twin, kai_ref):
    return f"/children/{kai_ref}/merge/{young_person_ref(twin.id)}"


def hidden(page):
    """The fields of the form that merges, as they will be sent."""
    form = re.search(r'<form method="post" action="[^"]*" novalidate>(.*?)</form>', page.text, re.DOTALL)[1]
    return {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form) if name != "_csrf_token"}


async def test_the_whole_way(client, world, twin, kai_ref, at):
    amina, theirs = await client(world.amina), young_person_ref(twin.id)
    overview = await amina.get(f"/children/{kai_ref}")
    assert f'href="/children/{kai_ref}/merge"' in overview.text
    look = await amina.get(f"/children/{kai_ref}/merge")
    assert f'href="{at}"' in look.text
    compared = await amina.get(at)
    for shown in ("White: Irish", "White: British", "1 placement", "1 time limit", "Which details stay"):
        assert shown in compared.text
    check = await amina.send_form(at, CHOSEN)
    assert (check.status_code, "Check before merging" in check.text) == (200, True)
    assert await DB.fetchval("SELECT count(*) FROM record_merge") == 0
    done = await amina.send_form(at, hidden(check))
    assert (done.status_code, done.headers["location"]) == (303, f"/children/{kai_ref}?done=merged")
    assert (await now(world, world.kai)).given_names == "Kay"
    told = await amina.get(f"/children/{kai_ref}/chronology")
    assert f"{theirs} was merged into this record" in told.text
    assert REASON in told.text
    undo = re.search(rf"/children/{kai_ref}/merge/undo/\d+", (await amina.get(f"/children/{kai_ref}/merge")).text)[0]
    new = RecordContact(kind="visit", from_whom="yot", happened_on=clock.today())
    await actions.record_contact(by=world.amina, young_person=await now(world, world.kai), new=new)
    form = await amina.get(undo)
    assert "<li>1 contact</li>" in form.text
    undone = await amina.send_form(undo, {"reason": "They are brothers, not one child."})
    assert (undone.status_code, undone.headers["location"]) == (303, f"/children/{kai_ref}/merge?done=undone")
    assert "They are brothers" in (await amina.get(f"/children/{kai_ref}/merge")).text
    assert "It was undone on" in (await amina.get(undo)).text
    for ref in (kai_ref, theirs):
        assert f"The merge of {theirs} into {kai_ref} was undone" in (await amina.get(f"/children/{ref}/chronology")).text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Select which stays: given names"),
        (CHOSEN | {"reason": "short"}, "10 characters"),
        ({name: value for name, value in CHOSEN.items() if name != "ethnicity"}, "Select which stays: ethnic group"),
    ],
)
async def test_what_is_missing_is_asked_for(client, world, at, sent, says):
    page = await (await client(world.amina)).send_form(at, sent)
    assert page.status_code == 422
    assert says in page.text
    assert await DB.fetchval("SELECT count(*) FROM record_merge") == 0


async def test_what_was_chosen_can_be_changed_after_the_check(client, world, at):
    amina = await client(world.amina)
    again = await amina.send_form(at, hidden(await amina.send_form(at, CHOSEN)) | {"checked": "change"})
    assert "Which details stay" in again.text
    assert REASON in again.text
    assert re.search(r'name="given_names" type="radio" value="other" checked', again.text)


async def test_who_is_too_late_sees_both_as_they_are(client, world, at):
    amina = await client(world.amina)
    sent = hidden(await amina.send_form(at, CHOSEN))
    kai = await now(world, world.kai)
    await actions.change_young_person(by=world.cleo, young_person=kai, change=ChangeYoungPerson(known_as="Kaz"), version=kai.version)
    page = await amina.send_form(at, sent)
    assert page.status_code == 412
    assert "Kaz" in page.text


async def test_care_histories_that_overlap_are_chosen_between(client, world, twin, kai_ref, at):
    for who in (world.kai, twin):
        period = RecordCarePeriod(status="never", started_on=dt.date(2026, 9, 1))
        await actions.record_care_period(by=world.esi, young_person=who, new=period)
    amina = await client(world.amina)
    assert "Select which stays: care history" in (await amina.send_form(at, CHOSEN)).text
    await amina.send_form(at, hidden(await amina.send_form(at, CHOSEN | {"care": "this"})))
    assert "Set aside: Never in care from 1 September 2026" in (await amina.get(f"/children/{kai_ref}/merge")).text


async def test_two_places_at_once_say_what_to_do_and_ask_nothing(client, world, kai_ref):
    other = await second_record(world)
    await actions.start_placement(by=world.amina, young_person=other, new=arrival(OAKHILL, KAI_ARRIVED))
    page = await (await client(world.amina)).get(f"/children/{kai_ref}/merge/{young_person_ref(other.id)}")
    assert "Nobody is in two places" in page.text
    assert "Check before merging" not in page.text


async def test_the_other_record_is_looked_for_by_name_without_an_address(client, world, twin, kai_ref):
    amina = await client(world.amina)
    found = await amina.send_form(f"/children/{kai_ref}/merge/find", {"q": "Morton"})
    assert young_person_ref(twin.id) in found.text
    none = await amina.send_form(f"/children/{kai_ref}/merge/find", {"q": "Bello"})
    assert "No other record that you can see" in none.text


async def test_a_record_with_itself_goes_back_to_the_search(client, world, kai_ref):
    page = await (await client(world.amina)).get(f"/children/{kai_ref}/merge/{kai_ref}")
    assert (page.status_code, page.headers["location"]) == (303, f"/children/{kai_ref}/merge")


async def test_an_undoing_that_is_refused_says_why(client, world, twin, kai_ref):
    third = await second_record(world, given_names="Kaj")
    first = await merge(world, world.kai, twin)
    await merge(world, world.kai, third)
    page = await (await client(world.amina)).send_form(f"/children/{kai_ref}/merge/undo/{first.id}", {"reason": "They are brothers, not one child."})
    assert page.status_code == 409
    assert f"{young_person_ref(third.id)} was merged into this record later" in page.text


async def test_a_role_that_does_not_merge_is_not_offered_it(client, world, kai_ref):
    assert "/merge" not in (await (await client(world.dan)).get(f"/children/{kai_ref}")).text
