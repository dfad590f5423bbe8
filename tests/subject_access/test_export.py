"""What a young person is given: all of it, with nobody else's name in it, in a world where every text holds names."""

import asyncio
import json
import re

import pymupdf
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.incidents.make import another, involve, submit
from tests.world import KENT, LEEDS, OAKHILL, World
from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.people import actions
from yosafe.people.access import young_person_ref
from yosafe.people.keep_apart.actions import start_keep_apart
from yosafe.people.keep_apart.schemas import StartKeepApart
from yosafe.people.marks.actions import mark_entry
from yosafe.people.marks.rules import EntryKey
from yosafe.people.marks.schemas import MarkEntry
from yosafe.people.schemas import RecordContact
from yosafe.scrubbing.classes import Class
from yosafe.settings import read
from yosafe.subject_access import gathering, held
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.subject_access.export import export
from yosafe.subject_access.held import HELD, NOT_HELD, REASONS
from yosafe.subject_access.names import name_words

NAMES = "leo leaf of YP-000003, Nia Bello, Dan, Cleo and Quirke"
NAMED = re.compile(r"\b(leo|leaf|nia|bello|amina|dan|cleo|quirke|lowry|hobday)\b|YP-000003", re.IGNORECASE)
ALLEGED = "He says that he was told that he would get it later."


@pytest.fixture
async def told(world: World) -> World:
    """Kai with Leo in an incident in which Leo was hurt, one of his own, kept apart from him, a contact, a mark; and an allegation. Then every text
    of every table is given names."""
    leo = await another(world, "Leaf", "Leo")
    await submit(world.dan, involve(leo, "harmed"), involve(world.kai, "alleged_to_have_harmed"))
    await submit(world.dan, involve(world.kai, "hurt_self"), kind="self_harm", staff=[{"role": "staff_present", "name": "Mr Lowry"}])
    staff = [{"role": "staff_alleged", "name": "Officer Quirke"}]
    await submit(world.cleo, involve(world.kai, "concerned"), kind="staff_allegation", account=ALLEGED, staff=staff)
    people = [young_person_ref(one.id) for one in (world.kai, leo)]
    why = "They fought in the showers and each says that it is not over."
    review = clock.today().replace(day=28)
    await start_keep_apart(
        by=world.cleo, new=StartKeepApart(young_people=people, reason_code="fight", reason=why, restriction="unit", review_on=review)
    )
    contact = RecordContact(kind="visit", from_whom="yot", happened_on=clock.today(), note="He is all right now.", worker="Ms Hobday")
    made = await actions.record_contact(by=world.amina, young_person=world.kai, new=contact)
    key = EntryKey("contact", "contact", made.id)
    await mark_entry(by=world.amina, young_person=world.kai, key=key, new=MarkEntry(why="The first time that he spoke of it."))
    await DB.execute("UPDATE contact SET note = 'Kai Morton wrote: ' || note || ' Ms Hobday heard of IN-000003 and of IN-000001.'")
    async with DB.transaction():
        await DB.execute("SET LOCAL session_replication_role = replica")  # what is never changed otherwise, too
        for one in HELD:
            for row in await DB.fetch(
                "SELECT column_name AS name, data_type AS type, coalesce(character_maximum_length, 500) AS most FROM information_schema.columns "
                "WHERE table_name = $1",
                one.table,
            ):
                kind = held.class_of(one.table, row["name"])
                if kind in held.WRITTEN and row["type"] != "jsonb":
                    await DB.execute(f'UPDATE {one.table} SET "{row["name"]}" = left($1 || "{row["name"]}", {row["most"]})', f"{NAMES}: ")
                elif kind is Class.ANSWERS:
                    await DB.execute(f"""UPDATE {one.table} SET "{row["name"]}" = "{row["name"]}" || jsonb_build_object('said', $1::text)""", NAMES)
    return world


def settings(home):
    return read({"YOSAFE_HOME": str(home)})


def text_of(pdf: bytes) -> str:
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        return " ".join(" ".join(page.get_text() for page in opened).split())


async def test_nobody_else_is_named_and_their_own_is_all_there(told, tmp_path):
    made = await export(told.grace, "YP-000001", settings=settings(tmp_path))
    text, data = text_of(made.pdf), json.loads(made.json)
    for file in (text, made.json.decode()):
        assert NAMED.search(file) is None, NAMED.search(file)
        assert "Morton" in file
        assert "another person" in file.lower()
    kept = {one["kind"]: {record["number"]: record["answers"] for record in one["records"]} for one in data["kept"]}
    assert set(kept) >= {"young_person", "placement", "contact", "involvement", "incident", "chronology_mark", "clock"}
    assert [len(kept["incident"]), len(kept["contact"]), len(kept["chronology_mark"])] == [2, 1, 1]
    [contact] = kept["contact"].values()
    assert contact["note"] == (
        "Another young person of another record, another person and another person: "
        "Kai Morton wrote: He is all right now. Ms another person heard of another record and of IN-000001."
    )
    assert "worker" not in contact
    back = {(one["kind"], one["field"], one["reason"]) for one in data["withheld"]}
    assert back >= {
        ("keep_apart", None, "third_party"),
        ("incident_staff", None, "staff"),
        ("contact", "worker", "third_party"),
        ("contact", "note", "third_party"),
        ("contact", "recorded_by", "staff"),
        ("incident", "child_said", "third_party"),
    }
    assert data["reasons"] == REASONS
    assert "What was held back, and why" in text
    assert {one["why"] for one in data["withheld"]} <= set(REASONS.values())


async def test_words_of_the_one_who_was_hurt_are_given_to_them_alone(told, tmp_path):
    """Leo was hurt in the first incident, Kai in the second."""
    data = json.loads((await export(told.grace, "YP-000001", settings=settings(tmp_path))).json)
    [incidents] = [one["records"] for one in data["kept"] if one["kind"] == "incident"]
    assert [("child_said" in one["answers"], "answers" in one["answers"], "account" in one["answers"]) for one in incidents] == [
        (False, False, True),
        (True, True, True),
    ]


async def test_an_allegation_against_staff_leaves_no_trace(told, tmp_path):
    made = await export(told.grace, "YP-000001", settings=settings(tmp_path))
    [number] = [row["id"] for row in await DB.fetch("SELECT id FROM incident WHERE restricted")]
    for file in (text_of(made.pdf), made.json.decode()):
        assert f"IN-{number:06d}" not in file
        assert re.search(r"restricted|allegation|get it later", file, re.IGNORECASE) is None
    data = json.loads(made.json)
    parts = [one for kind in data["kept"] for one in kind["records"] if one["answers"].get("incident") == number]
    clocks = [one["answers"]["clock"] for kind in data["kept"] if kind["kind"] == "clock" for one in kind["records"]]
    assert (parts, [one for one in clocks if one.startswith("staff")]) == ([], [])
    listed = await DB.fetch("SELECT id FROM incident_staff WHERE incident = $1", number)
    assert {row["id"] for row in listed}.isdisjoint(one["number"] for one in data["withheld"] if one["kind"] == "incident_staff")


# Where a name was asked for, people type what someone is, too.
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Jane Foster", ["Jane", "Foster"]),
        ("Dr. Ward-O'Brien", ["Ward", "O'Brien"]),
        ("A night officer", []),
        ("His mother, Ana", ["Ana"]),
        ("Head of learning", ["Head"]),
        (None, []),
    ],
)
def test_words_that_may_be_names(typed, names):
    assert list(name_words(typed)) == names


# Grace answers for Wetherby, where Kai is and Nia never was. Only data protection officers do this at all.
@pytest.mark.parametrize(
    ("who", "ref", "raises"),
    [("grace", "YP-000001", None), ("grace", "YP-000002", NotFound), ("grace", "YP-000999", NotFound), ("grace", "IN-000001", NotFound)]
    + [(who, "YP-000001", Refused) for who in ("amina", "cleo", "esi", "femi", "hal", "jay")],
)
async def test_who_may(world, tmp_path, who, ref, raises):
    before = await DB.fetchval("SELECT count(*) FROM audit_entry")
    if raises:
        with pytest.raises(raises):
            await export(world[who], ref, settings=settings(tmp_path))
        assert await DB.fetchval("SELECT count(*) FROM audit_entry") == before
        return
    await export(world[who], ref, settings=settings(tmp_path))
    entry = await DB.fetchrow("SELECT event, actor, young_person, detail FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert tuple(entry)[:3] == ("young-person:all-exported", world.grace.id, world.kai.id)
    assert json.loads(entry["detail"]).keys() == {"records", "withheld"}


@pytest.mark.parametrize(
    ("agency", "sees"),
    [
        ({"agency_kind": AgencyKind.YOT, "area": LEEDS}, True),
        ({"agency_kind": AgencyKind.YOT, "area": KENT}, False),
        ({"agency_kind": AgencyKind.SOCIAL_SERVICES, "area": LEEDS}, True),
        ({"agency_kind": AgencyKind.ACPC, "area": LEEDS}, False),  # until something is referred to it
        ({"agency_kind": AgencyKind.YOI, "establishment": OAKHILL}, False),
        ({"agency_kind": AgencyKind.INSPECTORATE}, False),
        ({"agency_kind": AgencyKind.OPERATOR}, False),
    ],
)
async def test_which_agency_answers(world, agency, sees):
    officer = replace(world.grace, **{"establishment": None, "area": None, **agency})
    if sees:
        assert (await get_young_person_to_answer(officer, "YP-000001")).id == world.kai.id
    else:
        with pytest.raises(NotFound, match="for whom your agency answers"):
            await get_young_person_to_answer(officer, "YP-000001")


async def test_every_table_about_a_young_person_is_in_the_registry(db):
    keys = [tuple(row) for row in await db.fetch(gathering._KEYS)]
    columns = [tuple(row) for row in await db.fetch(gathering._COLUMNS)]
    assert held.unknown(keys, columns) == [], "say in subject_access/held.py what a young person is given of it"
    assert NOT_HELD.keys() <= {table for table, _ in columns} - {one.table for one in HELD}
    assert len({one.table for one in HELD}) == len(HELD)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("CREATE TABLE later (id bigint PRIMARY KEY, young_person bigint REFERENCES young_person)", "later.young_person"),
        ("CREATE TABLE later (id bigint PRIMARY KEY, contact bigint REFERENCES contact)", "later.contact"),
        ("ALTER TABLE contact ADD COLUMN whispered text", "contact.whispered"),
    ],
)
async def test_what_nobody_has_spoken_of_stops_it(world, tmp_path, change, named):
    async def made():
        async with DB.transaction():
            await DB.execute(change)
            await export(world.grace, "YP-000001", settings=settings(tmp_path))

    with pytest.raises(Conflict, match=f"given {named}. Add"):
        await made()


async def test_by_command(told, tmp_path, database_url, monkeypatch):
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    out = tmp_path / "kai"
    await DB.close()
    for who, ref, code in (("cleo", "YP-000001", 5), ("grace", "YP-000002", 4), ("grace", "YP-000001", 0), ("grace", "YP-000001", 3)):
        asked = ("person", "export", ref, "--out", str(out), "--as", f"{who}@example.org")
        done = await asyncio.to_thread(CliRunner().invoke, main, asked)
        assert (done.exit_code, out.exists()) == (code, code in (0, 3)), done.output
    await DB.open(database_url)
    assert "is there already" in done.output
    assert sorted(path.name for path in out.iterdir()) == ["subject-access-YP-000001.json", "subject-access-YP-000001.pdf"]
    assert (out / "subject-access-YP-000001.pdf").read_bytes().startswith(b"%PDF")
