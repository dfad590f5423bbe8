"""Likely duplicates in the database: found by their index, within the viewer's sight only, asked about before one is added, not again
once answered."""

import asyncio
import datetime as dt
import json

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

from tests.merging.histories import merge, now, second_record, undo
from tests.people.test_duplicate_rules import slips
from tests.world import KENT, LEEDS, TODAY, World, another_child, arrival, events_of, kai
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid
from yosafe.people import actions
from yosafe.people.access import get_other_name_for, young_person_ref
from yosafe.people.duplicates import checking, queries
from yosafe.people.duplicates.actions import say_not_same
from yosafe.people.duplicates.schemas import LookForDuplicates
from yosafe.people.identifier_actions import end_name, record_name, record_number
from yosafe.people.merge_rules import Which
from yosafe.people.rules import number_key
from yosafe.people.schemas import ChangeYoungPerson, EndUse, RecordName, RecordNumber

PRISON = RecordNumber(kind="prison", value="a1234 bc")
WHY = "They are brothers: the mother says so."
API = "/api/v1/young-people"


def look(family_name="Morton", given_names="Kai", born=dt.date(2010, 3, 14), **more):
    return LookForDuplicates(family_name=family_name, given_names=given_names, date_of_birth=born, **more)


async def found(by, **more):
    return [(one.ref, one.strength) for one in (await checking.likely(by, look(**more))).candidates]


@pytest.mark.parametrize(
    ("changes", "strength"),
    [
        ({}, "very_likely"),
        ({"family_name": "Moreton"}, "very_likely"),
        ({"family_name": "Kai", "given_names": "Morton"}, "very_likely"),
        ({"given_names": "Smiley"}, "very_likely"),  # another name, recorded beside his own
        ({"family_name": "Okoro"}, "very_likely"),  # the same
        ({"family_name": "Marten", "given_names": "Kay", "born": dt.date(2010, 3, 14)}, "very_likely"),  # both names wrong
        ({"family_name": "Frost", "given_names": "Lee", "born": dt.date(2008, 1, 1), "numbers": [PRISON]}, "very_likely"),
        ({"born": dt.date(2011, 3, 14)}, "very_likely"),
        ({"born": dt.date(2008, 7, 2)}, "possible"),
        ({"family_name": "Frost"}, "possible"),
        ({"family_name": "Frost", "given_names": "Lee"}, None),
        ({"family_name": "Frost", "born": dt.date(2008, 7, 2)}, None),
    ],
)  # fmt: skip
async def test_who_is_found_by_whom(world, kai_ref, changes, strength):
    for name in ({"given_names": "Smiley"}, {"family_name": "Okoro"}):
        await record_name(by=world.amina, young_person=world.kai, new=RecordName(kind="alias", **name))
    await record_number(by=world.amina, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    expected = [(kai_ref, strength)] if strength else []
    for who in ("amina", "dan", "esi"):
        assert await found(world[who], **changes) == expected
    assert await found(world.ben, **changes) == []  # to him there is no such record, however well it is described


async def test_what_was_looked_for_is_not_kept_and_who_was_shown_is(world):
    await found(world.amina, family_name="Moreton")
    rows = await DB.fetch("SELECT event, detail FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert (rows[0]["event"], json.loads(rows[0]["detail"])) == ("young-person:searched", {"by": "likely match", "young_people": [world.kai.id]})


@pytest.mark.parametrize(
    ("changes", "elsewhere"),
    [({}, True), ({"given_names": "NIA  grace"}, True), ({"given_names": "Nia"}, False), ({"family_name": "Belo"}, False)],
)
@pytest.mark.parametrize("who", ["dan", "amina"])
async def test_records_made_elsewhere_take_an_exact_match_and_someone_who_receives(world, nia_ref, changes, elsewhere, who):
    """ADR 0003: being nearly right tells nothing."""
    wanted = look(**{"family_name": "Bello", "given_names": "Nia Grace", "born": dt.date(2011, 1, 30)} | changes)
    answer = await checking.likely(world[who], wanted)
    assert answer.candidates == []
    assert answer.elsewhere == ([nia_ref] if elsewhere and who == "dan" else [])
    read = [event for event in await events_of(world.nia.id) if event == "young-person:read"]
    assert len(read) == len(answer.elsewhere)


async def test_the_index_follows_every_change(world):
    """Names that change, merge and come back are found as they are then, not as they were."""
    twin = await second_record(world, given_names="Kay")
    theirs = (young_person_ref(twin.id), "very_likely")
    described = {"family_name": "Okonjo", "given_names": "Kayleigh", "born": dt.date(2010, 3, 14)}
    assert await found(world.amina, **described) == []
    changed = ChangeYoungPerson(family_name="Okonjo", given_names="Kaylee")
    await actions.change_young_person(by=world.amina, young_person=twin, change=changed, version=twin.version)
    assert theirs in await found(world.amina, **described)
    merged = await merge(world, world.kai, await now(world, twin), which="this")
    assert theirs not in await found(world.amina, **described)
    await undo(world, merged)
    assert theirs in await found(world.amina, **described)


# Other names and the date of birth beside them. A child whose date stood still here would not be found.

ASTRAY = "SELECT n.id FROM other_name n JOIN young_person y ON y.id = n.young_person WHERE n.born <> y.date_of_birth"
THEIRS = dt.date(2009, 5, 2)


async def by_other_name(world, born):
    """Those who are found by their other name and a date of birth; no date anywhere is another than that of the record."""
    assert await DB.fetch(ASTRAY) == []
    return [ref for ref, _ in await found(world.amina, family_name="Zielinski", given_names="Florian", born=born)]


async def test_other_names_keep_the_date_of_birth_of_their_record(world, kai_ref):
    was = dt.date(2010, 3, 14)
    await record_name(by=world.amina, young_person=world.kai, new=RecordName(kind="alias", family_name="Zielinski", given_names="Florian"))
    assert await by_other_name(world, was) == [kai_ref]
    corrected = ChangeYoungPerson(date_of_birth=THEIRS)
    await actions.change_young_person(by=world.amina, young_person=world.kai, change=corrected, version=world.kai.version)
    assert (await by_other_name(world, was), await by_other_name(world, THEIRS)) == ([], [kai_ref])
    await end_name(by=world.amina, name=await get_other_name_for(world.amina, world.kai.id, 1), ending=EndUse(until=TODAY), version=1)
    assert await by_other_name(world, THEIRS) == [kai_ref]


@pytest.mark.parametrize("which", list(Which))
async def test_other_names_follow_a_merge_and_its_undoing(world, kai_ref, which):
    """Whichever date the record that is kept has from then on."""
    twin = await second_record(world, date_of_birth=THEIRS)
    await record_name(by=world.amina, young_person=twin, new=RecordName(kind="alias", family_name="Zielinski", given_names="Florian"))
    await record_name(by=world.amina, young_person=world.kai, new=RecordName(kind="alias", family_name="Okonjo"))
    before = await DB.fetch("SELECT * FROM other_name ORDER BY id")
    merged = await merge(world, world.kai, await now(world, twin), which=which)
    born = (await now(world, world.kai)).date_of_birth
    assert born == (world.kai.date_of_birth if which is Which.THIS else THEIRS)
    assert await by_other_name(world, born) == [kai_ref]
    await undo(world, merged)
    assert await by_other_name(world, THEIRS) == [young_person_ref(twin.id)]
    assert await DB.fetch("SELECT * FROM other_name ORDER BY id") == before


async def test_other_names_have_that_date_whatever_a_statement_says(world, database_url):
    """What is loaded in bulk or put right by hand; and a name recorded while the date is being corrected has the new one."""
    await DB.execute(LOADED, world.kai.id, world.amina.id)
    assert await by_other_name(world, world.kai.date_of_birth) != []
    await DB.execute("UPDATE other_name SET born = '1999-09-09'")
    assert await by_other_name(world, world.kai.date_of_birth) != []
    await DB.execute("UPDATE other_name SET young_person = $1", world.nia.id)
    assert await by_other_name(world, world.kai.date_of_birth) == []
    elsewhere = await asyncpg.connect(database_url)
    async with elsewhere.transaction():
        await elsewhere.execute("UPDATE young_person SET date_of_birth = $2 WHERE id = $1", world.kai.id, THEIRS)
        recorded = asyncio.create_task(DB.execute(LOADED, world.kai.id, world.amina.id))
        while not await elsewhere.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            await asyncio.sleep(0.01)
    await recorded
    await elsewhere.close()
    assert await by_other_name(world, THEIRS) != []


LOADED = """
    INSERT INTO other_name (young_person, kind, family_name, given_names, born, recorded_at, recorded_by, version)
    VALUES ($1, 'alias', 'Zielinski', 'Florian', '2001-01-01', now(), $2, 1)
"""
ALIKE = """
    SELECT other_name_keys($1, $2, $3) && $4::text[],
        name_sounds($1 || ' ' || $2) && name_sounds($5) AND $3 = ANY($6::date[])
"""


async def test_any_one_slip_shares_a_key(db):
    """What the rules judge to be likely must be among what the index finds: here for every slip of the hand."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(slips())
    def collect(pair):
        seen.append(pair)

    seen = []
    collect()
    for n, (one, other) in enumerate(seen):
        near = queries.rules.near_dates(other[2])
        keys = await DB.fetchrow(queries._KEYS, [other[0]], [other[1]], other[2], queries.rules.days_of(near))
        assert await DB.fetchval("SELECT likeness($1, $2, NULL, $3) && $4::text[]", *one, keys["keys"]), (one, other)
        for who in (one, other, seen[n - 1][0]):  # of other names whoever sounds alike and was born on a day that one slip makes, and nobody else
            found, wanted = await DB.fetchrow(ALIKE, *who, keys["sounds_and_days"], f"{other[0]} {other[1]}", sorted(near))
            assert found == wanted, (who, other)


# Adding


async def test_a_confirmed_other_child_is_added_and_nobody_is_asked_again(world, kai_ref):
    new = kai(given_names="Kay", not_duplicate_of=[kai_ref.lower()], numbers=[RecordNumber(kind="prison", value="A9999BC")])
    with pytest.raises(Invalid) as refusal:
        await actions.add_young_person(by=world.amina, new=new)
    assert [fault.key for fault in refusal.value.errors] == ["not_duplicate_because"]
    new.not_duplicate_because = WHY
    added = await actions.add_young_person(by=world.amina, new=new)
    assert await DB.fetchval("SELECT value FROM external_number WHERE young_person = $1", added.id) == "A9999BC"
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:added' ORDER BY id DESC LIMIT 1")
    assert json.loads(detail) == {"not_duplicate_of": [world.kai.id]}
    assert "young-person:not-same" in await events_of(world.kai.id)
    assert await queries.leads(world.amina) == []
    [said] = await queries.not_same_as(world.amina, world.kai.id)
    assert (said.reason, said.recorded_by, said.refs) == (WHY, "Amina", [kai_ref, young_person_ref(added.id)])


async def test_naming_some_other_record_confirms_nothing_and_tells_nothing(world, kai_ref, nia_ref):
    with pytest.raises(Conflict) as refusal:
        await actions.add_young_person(by=world.amina, new=kai(not_duplicate_of=[nia_ref, "YP-999999"], not_duplicate_because=WHY))
    assert [one.ref for one in refusal.value.candidates] == [kai_ref]
    assert await DB.fetchval("SELECT count(*) FROM young_person") == 2
    with pytest.raises(Invalid):
        await actions.add_young_person(by=world.amina, new=kai(not_duplicate_of=["IN-000001"], not_duplicate_because=WHY))


# Among those that are there


async def twins(world: World):
    """Kai, and a record of Ben's from Kent that is nearly his, whose child is at Wetherby now: both are Cleo's to see."""
    other = await actions.add_young_person(by=world.ben, new=kai(given_names="Kay", home_area=KENT, home_outcode=None))
    await actions.start_placement(by=world.ben, young_person=other, new=arrival())
    return other


async def test_leads_are_pairs_of_which_the_viewer_sees_both(world, kai_ref):
    other = await twins(world)
    theirs = young_person_ref(other.id)
    [lead] = await queries.leads(world.cleo)
    assert (lead.one.ref, lead.other.ref, lead.strength) == (kai_ref, theirs, "very_likely")
    assert lead.reasons == ["same date of birth", "same family name", "given name spelt nearly the same"]
    for who in ("amina", "ben", "esi", "femi"):
        assert await queries.leads(world[who]) == []
    await say_not_same(by=world.cleo, one=world.kai, other=other, reason=WHY)
    assert await queries.leads(world.cleo) == []
    assert [one.ref for one in await queries.alike_to(world.cleo, world.kai)] == [theirs]  # the page about one child shows it
    assert len(await queries.not_same_as(world.cleo, world.kai.id)) == 1
    assert await queries.not_same_as(world.amina, world.kai.id) == []  # she does not see the other


async def test_the_same_is_not_said_twice_nor_of_one_record(world):
    other = await twins(world)
    tries = await asyncio.gather(*(say_not_same(by=world.cleo, one=world.kai, other=other, reason=WHY) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tries) == ["Conflict", "Conflict", "NoneType"]
    with pytest.raises(Invalid):
        await say_not_same(by=world.cleo, one=world.kai, other=world.kai, reason=WHY)


async def test_a_shared_number_makes_a_lead_whatever_the_names(world):
    await actions.add_young_person(by=world.amina, new=kai(family_name="Frost", given_names="Lee", date_of_birth=dt.date(2008, 7, 2)))
    [lee] = (await checking.likely(world.amina, look("Frost", "Lee", dt.date(2008, 7, 2)))).candidates
    other = await now(world, int(lee.ref[3:]))
    for child in (world.kai, other):
        await record_number(by=world.amina, young_person=child, new=RecordNumber(kind="pnc", value="10/123456 A"))
    [lead] = await queries.leads(world.amina)
    assert lead.reasons[0] == "the same Police National Computer number"
    assert number_key("10/123456 A") not in json.dumps(lead.reasons)


async def test_merging_after_all_and_undoing_it(world):
    """Of what was said with a third record the kept record's stays, and undoing brings everything back."""
    twin = await second_record(world)
    third = await actions.add_young_person(by=world.amina, new=await another_child(world.amina, kai(given_names="Kaj")))
    before = pairs_of_said(await DB.fetch("SELECT first, second FROM not_same"))
    assert before == {(world.kai.id, twin.id), (world.kai.id, third.id), (twin.id, third.id)}
    merged = await merge(world, world.kai, twin)
    assert pairs_of_said(await DB.fetch("SELECT first, second FROM not_same")) == {(world.kai.id, third.id)}
    await undo(world, merged)
    assert pairs_of_said(await DB.fetch("SELECT first, second FROM not_same")) == before


def pairs_of_said(rows):
    return {tuple(sorted((row["first"], row["second"]))) for row in rows}


# By API and by page


async def test_by_api(api, world, kai_ref, nia_ref):
    other = young_person_ref((await twins(world)).id)
    cleo, dan = await api(world.cleo), await api(world.dan)
    body = {"family_name": "Moreton", "given_names": "Kai", "date_of_birth": "2010-03-14"}
    asked = (await cleo.post(f"{API}/likely-duplicates", json=body)).json()
    assert [(one["ref"], one["strength"]) for one in asked["candidates"]] == [(kai_ref, "very_likely"), (other, "very_likely")]
    listed = (await cleo.get(f"{API}/likely-duplicates")).json()
    assert [(one["one"]["ref"], one["other"]["ref"]) for one in listed["items"]] == [(kai_ref, other)]
    said = {"other": other, "reason": WHY}
    assert (await dan.post(f"{API}/{kai_ref}/not-the-same", json=said)).status_code == 403
    for hidden in (nia_ref, "YP-999999"):
        assert (await cleo.post(f"{API}/{kai_ref}/not-the-same", json=said | {"other": hidden})).status_code == 404
    assert (await cleo.post(f"{API}/{kai_ref}/not-the-same", json=said | {"reason": "no"})).status_code == 422
    made = await cleo.post(f"{API}/{kai_ref}/not-the-same", json=said)
    assert (made.status_code, made.json()["refs"], made.json()["reason"]) == (201, [kai_ref, other], WHY)
    assert (await cleo.post(f"{API}/{kai_ref}/not-the-same", json=said)).status_code == 409
    assert (await cleo.get(f"{API}/likely-duplicates")).json() == {"items": [], "next": None}
    assert [one["refs"] for one in (await cleo.get(f"{API}/{kai_ref}/not-the-same")).json()["items"]] == [[kai_ref, other]]


async def test_by_page(client, world, kai_ref):
    other = young_person_ref((await twins(world)).id)
    cleo = await client(world.cleo)
    assert 'href="/children/duplicates"' in (await cleo.get("/children")).text
    page = (await cleo.get("/children/duplicates")).text
    for shown in (
        f"/children/{kai_ref}/merge/{other}",
        f"/children/{kai_ref}/not-the-same/{other}",
        "Very likely",
        "Given name spelt nearly the same",
    ):
        assert shown in page
    at = f"/children/{kai_ref}/not-the-same/{other}"
    assert (await cleo.get(at)).status_code == 200
    assert (await cleo.send_form(at, {"reason": "no"})).status_code == 422
    done = await cleo.send_form(at, {"reason": WHY})
    assert done.headers["location"] == "/children/duplicates?done=two"
    assert "No two records that you see" in (await cleo.get(done.headers["location"])).text
    again = await cleo.send_form(at, {"reason": WHY})
    assert (again.status_code, WHY in again.text) == (409, True)
    assert WHY in (await cleo.get(f"/children/{kai_ref}/merge")).text
    assert "These were said to be two children" in (await cleo.get(f"/children/{kai_ref}/merge/{other}")).text
    assert (await cleo.get(f"/children/{kai_ref}/not-the-same/{kai_ref}")).headers["location"] == f"/children/{kai_ref}/merge"


async def test_a_prison_number_finds_a_record_whatever_its_name_and_is_kept(client, world, kai_ref):
    await record_number(by=world.amina, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    amina = await client(world.amina)
    who = {
        "family_name": "Frost", "given_names": "Lee", "date_of_birth-day": "1", "date_of_birth-month": "5", "date_of_birth-year": "2009",
        "prison_number": "a1234bc",
    }  # fmt: skip
    found = await amina.send_form("/children/new", who)
    assert ("The same prison number" in found.text, kai_ref in found.text) == (True, True)
    assert (await amina.send_form("/children/new", who | {"prison_number": "none"})).status_code == 422
    other = who | {"prison_number": "A9999BC"}
    details = await amina.send_form("/children/new", other)
    assert 'name="prison_number" value="A9999BC"' in details.text
    added = await amina.send_form("/children", other | {"sex": "male", "home_area": LEEDS})
    ref = added.headers["location"].split("?")[0].rsplit("/", 1)[1]
    assert "A9999BC" in (await amina.get(f"/children/{ref}/names")).text
