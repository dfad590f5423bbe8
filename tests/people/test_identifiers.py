"""Other names and numbers that others gave: recorded, ended, shown, found, hidden from whom they must be."""

import asyncio
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.incidents.make import another, incident, involve
from tests.world import KENT, TODAY, events_of, kai
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Stale
from yosafe.incidents.record import record_of
from yosafe.people.access import get_external_number_for, get_other_name_for
from yosafe.people.actions import add_young_person
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.identifier_actions import end_name, end_number, record_name, record_number
from yosafe.people.queries import ChildFilter, children, names_of, numbers_of
from yosafe.people.rules import number_key
from yosafe.people.schemas import EndUse, RecordName, RecordNumber

YESTERDAY = TODAY - dt.timedelta(days=1)
NAMES, NUMBERS = "/api/v1/young-people/YP-000001/names", "/api/v1/young-people/YP-000001/numbers"
NICKNAME = {"kind": "nickname", "given_names": "Smiley"}
CASE = {"kind": "yot", "value": "L 04/123", "agency": "leeds-yot"}
FIRST = {"If-Match": '"1"'}


async def called(world, who="amina", **name):
    return await record_name(by=world[who], young_person=world.kai, new=RecordName(**{"kind": "alias", **name}))


async def numbered(world, **number):
    return await record_number(by=world.amina, young_person=world.kai, new=RecordNumber(**{"kind": "prison", **number}))


async def found(world, q, who="amina"):
    return [one.name for one in (await children(world[who], ChildFilter(q=q))).items]


@pytest.mark.parametrize("who", ["amina", "dan", "cleo", "esi"])
async def test_who_knows_a_young_person_records_and_ends_by_api(api, world, who):
    script = await api(world[who])
    for at, sent, shown in ((NAMES, NICKNAME, {"family_name": None}), (NUMBERS, CASE, {"agency_name": "Leeds YOT"})):
        made = await script.post(at, json=sent)
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        assert (sent | shown | {"until": None, "recorded_by": who.capitalize()}).items() <= made.json().items()
        assert (await script.post(at, json=sent)).status_code == 409
        end = f"{at}/{made.json()['id']}/end"
        ended = await script.post(end, json={"until": str(TODAY)}, headers=FIRST)
        assert (ended.status_code, ended.json()["until"], ended.json()["ended_by"]) == (200, str(TODAY), who.capitalize())
        assert (await script.post(end, json={"until": str(TODAY)}, headers={"If-Match": '"2"'})).status_code == 409
        assert (await script.post(at, json=sent)).status_code == 201  # it may come into use again
        listed = (await script.get(at)).json()
        assert [one["until"] for one in listed["items"]] == [None, str(TODAY)]
    wanted = {"other-name:recorded": 2, "other-name:ended": 1, "external-number:recorded": 2, "external-number:ended": 1}
    noted = await events_of(world.kai.id)
    assert {event: noted.count(event) for event in wanted} == wanted


async def test_to_others_they_do_not_exist(api, world):
    name, number = await called(world, family_name="Barker"), await numbered(world, value="A1234BC")
    for who in (world.ben, world.ivy):
        script = await api(who)
        for at, sent, one in ((NAMES, NICKNAME, name), (NUMBERS, CASE, number)):
            assert (await script.get(at)).status_code == 404
            assert (await script.post(at, json=sent)).status_code == 404
            assert (await script.post(f"{at}/{one}/end", json={"until": str(TODAY)}, headers=FIRST)).status_code == 404
    for load in (get_other_name_for, get_external_number_for):
        with pytest.raises(NotFound):
            await load(world.ben, world.nia.id, 1)  # not of that child
    assert (await names_of(world.kai))[0].until is None


@pytest.mark.parametrize(
    ("at", "sent", "key"),
    [
        (NAMES, {"kind": "alias"}, "family_name"),
        (NAMES, NICKNAME | {"kind": "prison"}, "kind"),
        (NAMES, NICKNAME | {"since": "2010-03-13"}, "since"),
        (NAMES, NICKNAME | {"since": "2026-10-06"}, "since"),
        (NUMBERS, CASE | {"kind": "nickname"}, "kind"),
        (NUMBERS, CASE | {"agency": None}, "agency"),
        (NUMBERS, CASE | {"agency": "nobody"}, "agency"),
        (NUMBERS, CASE | {"agency": "operator"}, "agency"),
        (NUMBERS, {"kind": "nhs", "value": "999 123 4562"}, "value"),
    ],
)
async def test_what_can_not_be_is_refused_on_its_field(api, world, at, sent, key):
    refused = await (await api(world.amina)).post(at, json=sent)
    assert (refused.status_code, [error["key"] for error in refused.json()["errors"]]) == (422, [key])
    assert (await names_of(world.kai), await numbers_of(world.kai)) == ([], [])


async def test_an_end_is_in_order_and_of_the_version_that_was_read(world):
    await called(world, family_name="Barker", since=YESTERDAY)
    await numbered(world, value="A1234BC", since=YESTERDAY)
    name, number = await get_other_name_for(world.amina, 1, 1), await get_external_number_for(world.amina, 1, 1)
    for until in (YESTERDAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):
        with pytest.raises(Invalid):
            await end_name(by=world.amina, name=name, ending=EndUse(until=until), version=1)
    with pytest.raises(Stale):
        await end_number(by=world.amina, number=number, ending=EndUse(until=TODAY), version=2)
    await end_number(by=world.dan, number=number, ending=EndUse(until=TODAY), version=1)
    with pytest.raises(Stale):  # read before it was ended
        await end_number(by=world.amina, number=number, ending=EndUse(until=TODAY), version=1)


async def test_two_at_once_record_it_once(world):
    done = await asyncio.gather(*(numbered(world, value="A1234BC") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in done) == 3
    assert len(await numbers_of(world.kai)) == 1


async def test_the_same_number_of_two_teams_is_two_numbers(world):
    await numbered(world, **CASE)
    await numbered(world, **CASE | {"agency": "kent-yot"})
    with pytest.raises(Conflict):
        await numbered(world, **CASE | {"value": "l-04 123"})  # written in another way
    assert [one.agency for one in await numbers_of(world.kai)] == ["kent-yot", "leeds-yot"]


@pytest.fixture
async def named(world):
    """Kai has been called Barker, and José Ramón Łuczak; Zoë Ødegård-Hill is found by her own name. Two numbers of Kai's, one ended."""
    for name in ({"family_name": "Barker"}, {"family_name": "Łuczak", "given_names": "José Ramón"}, {"kind": "nickname", "given_names": "Smiley"}):
        await called(world, **name)
    for value in ("A1234BC", "CX 99-001"):
        await numbered(world, value=value)
    await end_name(by=world.amina, name=await get_other_name_for(world.amina, 1, 1), ending=EndUse(until=TODAY), version=1)
    await end_number(by=world.amina, number=await get_external_number_for(world.amina, 1, 2), ending=EndUse(until=TODAY), version=1)
    await add_young_person(by=world.amina, new=kai(family_name="Ødegård-Hill", given_names="Zoë", known_as="Ünal"))
    return world


KAI, ZOE = "Morton, Kai", "Ødegård-Hill, Zoë"


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("barker", [KAI]), ("kai barker", [KAI]), ("barker, kai", [KAI]), ("barker zoe", []), ("BARK", [KAI]), ("arker", []),
        ("luczak", [KAI]), ("jose ramon luczak", [KAI]), ("Łuczak, JOSÉ", [KAI]), ("kai luczak", []),
        ("smiley", [KAI]), ("smiley morton", [KAI]), ("smiley hill", []),
        ("zoe", [ZOE]), ("odegard", [ZOE]), ("odegard hill", [ZOE]), ("ODEGARD-HILL, ZOE", [ZOE]), ("unal", [ZOE]), ("ü", [ZOE]),
        ("A1234BC", [KAI]), ("a12 34", [KAI]), ("A12", [KAI]), ("A1", []), ("1234BC", []), ("cx99001", [KAI]), ("CX 99-001", [KAI]), ("cx", []),
        ("A1234BD", []), ("%", []), ("A1234%", [KAI]),
    ],
)  # fmt: skip
async def test_who_is_found_by_which_name_or_number(named, q, names):
    assert await found(named, q) == names


async def test_by_a_name_or_number_only_those_whom_one_sees_are_found(named):
    for q in ("barker", "A1234BC", "zoe"):
        assert await found(named, q, "ben") == []
        assert await found(named, q, "femi") == []
    assert await found(named, "A1234BC", "dan") == [KAI]


async def test_a_number_that_reads_as_a_day_finds_both(world):
    await numbered(world, kind="other", value="14/03/2010")
    await add_young_person(by=world.amina, new=kai(family_name="Born", date_of_birth=dt.date(2011, 4, 5)))
    born = await add_young_person(by=world.amina, new=kai(family_name="Same"))
    assert await found(world, "14/03/2010") == [KAI, "Same, Kai"]
    assert born.date_of_birth == world.kai.date_of_birth


async def test_that_someone_looked_by_a_number_is_kept_and_the_number_is_not(named):
    await children(named.amina, ChildFilter(q="A1234BC"))
    detail = await DB.fetchval("SELECT detail FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert '"by":"number"' in detail
    assert "1234" not in detail
    details = await DB.fetch("SELECT detail FROM audit_entry WHERE event LIKE 'other-name:%' OR event LIKE 'external-number:%'")
    assert details
    assert not any(word in row["detail"] for row in details for word in ("Barker", "Smiley", "A1234BC"))


@given(st.text("aB3é-/. _", max_size=12))
def test_a_number_is_looked_for_by_its_letters_and_digits(text):
    assert number_key(text) == "".join(one for one in text if one.isascii() and one.isalnum()).upper()


async def test_the_database_has_the_same_key_of_a_number(db):
    for text in ("A1234BC", "cx 99-001", "20/0012", "é1", "1_2", ""):
        assert await DB.fetchval("SELECT number_key($1)", text) == number_key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Séamus", "SEAMUS"), ("O’Neill", "o'neill"), ("Straße", "strasse"), ("Æsa", "aesa"), ("Łódź", "lodz"), ("Smith-Jones", "smith jones"),
        ("İlker", "ilker"),
    ],
)  # fmt: skip
async def test_names_that_are_typed_differently_are_found_alike(db, one, other):
    assert await DB.fetchval("SELECT folded($1) = folded($2)", one, other)
    assert not await DB.fetchval("SELECT folded($1) = folded($2)", one, other + "x")


async def test_another_name_is_taken_out_of_what_others_read(world):
    """Leo, whom Amina may not know of, is called by a name that he has had."""
    leo = await another(world, "Larkin", "Leo")
    for name in ({"kind": "nickname", "given_names": "Ginge"}, {"kind": "former", "family_name": "Quayle"}):
        await record_name(by=world.dan, young_person=leo, new=RecordName(**name))
    ended = await get_other_name_for(world.dan, leo.id, 2)
    await end_name(by=world.dan, name=ended, ending=EndUse(until=TODAY), version=1)
    account = "Kai took Ginge's shoes. Quayle cried."
    written = await incident(world.dan, involve(leo, "harmed"), involve(world.kai, "alleged_to_have_harmed"), account=account)
    assert (await record_of(world.cleo, written)).account == account
    hidden = "Kai took another young person's shoes. Another young person cried."
    assert (await record_of(world.amina, written)).account == hidden
    [told] = [entry.text for entry in (await chronology(world.amina, world.kai, Wanted())).items if entry.source == "incident"]
    assert hidden in told


async def test_pages_record_show_and_end(client, world, kai_ref):
    browser = await client(world.dan)
    here = f"/children/{kai_ref}"
    assert f'href="{here}/names"' in (await browser.get(here)).text
    assert "No other name is recorded." in (await browser.get(f"{here}/names")).text
    wrong = await browser.send_form(f"{here}/numbers/new", {"kind": "nhs", "value": "999 123 4562"})
    assert wrong.status_code == 422
    assert 'value="999 123 4562"' in wrong.text
    assert (await browser.send_form(f"{here}/names/new", NICKNAME)).headers["location"] == f"{here}/names?done=name"
    assert (await browser.send_form(f"{here}/numbers/new", CASE)).headers["location"] == f"{here}/names?done=number"
    assert (await browser.send_form(f"{here}/numbers/new", CASE)).status_code == 409
    overview = (await browser.get(here)).text
    assert "Smiley (Nickname or street name)" in overview
    assert "L 04/123" in overview
    assert "also Smiley" in (await browser.get("/children")).text
    day = {"until-day": "5", "until-month": "10", "until-year": "2026"}
    late = await browser.send_form(f"{here}/numbers/1/end", day | {"version": "7"})
    assert (late.status_code, "as it is now" in late.text) == (412, True)
    assert (await browser.send_form(f"{here}/numbers/1/end", day | {"version": "1"})).headers["location"] == f"{here}/names?done=ended"
    page = (await browser.get(f"{here}/names")).text
    assert "Ended by Dan" in page
    assert f"{here}/names/1/end" in page
    assert f"{here}/numbers/1/end" not in page
    assert "L 04/123" not in (await browser.get(here)).text


async def test_who_only_reads_is_offered_nothing_to_change(client, world, kai_ref):
    await DB.execute(
        "INSERT INTO duty (young_person, kind, area, subject_kind, subject, started_at) VALUES (1, 'committee', 'E08000035', 'x', 1, now())"
    )
    browser = await client(world.jay)
    page = await browser.get(f"/children/{kai_ref}/names")
    assert page.status_code == 200
    assert "Record another name" not in page.text
    assert (await browser.get(f"/children/{kai_ref}/names/new")).status_code == 403


async def test_a_name_of_someone_elsewhere_is_no_hint(api, world):
    await record_name(by=world.ben, young_person=world.nia, new=RecordName(kind="alias", family_name="Barker"))
    assert world.nia.home_area == KENT
    answer = (await (await api(world.amina)).get("/api/v1/young-people", params={"q": "barker"})).json()
    assert answer == {"items": [], "next": None}
