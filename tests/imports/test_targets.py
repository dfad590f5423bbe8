"""What rows become: incidents, young people, placements, assessments; and what is refused, in whose words."""

import datetime as dt
from itertools import product

import pytest

from tests.imports.files import LOG, LOG_MAPPING, brought, entry, table
from yosafe.db.engine import write_transaction
from yosafe.errors import Conflict, Invalid, Refused
from yosafe.importing.mapping import Mapping
from yosafe.imports.access import get_run_for
from yosafe.imports.actions import undo
from yosafe.imports.targets import TITLES, target
from yosafe.people.access import get_young_person_for
from yosafe.people.clocks import Owner, start_clock
from yosafe.people.identifier_actions import record_number
from yosafe.people.marks.actions import mark_entry
from yosafe.people.marks.rules import EntryKey
from yosafe.people.marks.schemas import MarkEntry
from yosafe.people.schemas import RecordNumber

PEOPLE = Mapping(
    target="people",
    source="Case list",
    columns={
        "Id": "reference", "Surname": "family_name", "Forename": "given_names", "DOB": "date_of_birth", "Sex": "sex", "Area": "home_area",
        "Prison no": "number", "Other": "not_duplicate_of", "Because": "not_duplicate_because",
    },
    values={"sex": {"M": "male"}, "home_area": {"LDS": "E08000035"}},
)  # fmt: skip
HEADS = list(PEOPLE.columns)


@pytest.fixture
async def kai(world):
    """Kai, by the number that the prison gave."""
    await record_number(by=world.cleo, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    return world.kai


async def test_an_entry_of_a_log_becomes_an_incident_with_the_facts_of_its_day(world, kai, db, tmp_path):
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, entry(), entry("2", date="21/09/2026", time="")), tmp_path)
    assert (done.outcome, done.made, done.refused) == ("finished", 2, 0), done
    row = await db.fetchrow("SELECT * FROM incident i JOIN involvement v ON v.incident = i.id ORDER BY i.happened_at LIMIT 1")
    assert (row["kind"], row["status"], row["severity"], row["place"]) == ("assault", "submitted", "low", "cell")
    assert row["happened_at"] == dt.datetime(2026, 9, 20, 18, 40, tzinfo=dt.UTC)
    assert (row["young_person"], row["establishment"], row["days_since_arrival"]) == (kai.id, "WYI", 13)
    assert await db.fetchval("SELECT happened_precision FROM incident ORDER BY id DESC") == "day"
    assert await db.fetchval("SELECT comment FROM incident_event ORDER BY id LIMIT 1") == "Brought in from Wing log, where it is 1."
    assert await db.fetchval("SELECT count(*) FROM notice") == 0
    assert await db.fetchval("SELECT detail::jsonb -> 'young_people' FROM audit_entry WHERE event = 'import:batch'") == [kai.id]


EXTRA = {"columns": {**LOG_MAPPING.columns, "Closed": "closed", "Weapon": "answer.weapon", "Officer": "staff", "Said": "child_said"}}


async def test_what_a_log_says_besides_is_kept(world, kai, db, tmp_path):
    mapping = Mapping(target="incidents", source="Wing log", values=LOG_MAPPING.values, **EXTRA)
    rows = [
        [*entry("1"), "yes", "blade", "", "It hurt"],
        [*entry("2", kind="self_harm", role="hurt_self"), "no", "blade", "", ""],
        [*entry("3", kind="staff_allegation"), "", "", "Mr Grey", ""],
        [*entry("4", kind="complaint", role="complainant"), "no", "", "", ""],
    ]
    done = await brought(world.cleo, mapping, table([*LOG, "Closed", "Weapon", "Officer", "Said"], *rows), tmp_path)
    assert done.made == 4, done.faults
    closed, hurt, alleged, complaint = await db.fetch("SELECT * FROM incident ORDER BY id")
    assert (closed["status"], closed["severity"], closed["child_said"], closed["answers"]) == ("closed", "serious", "It hurt", {"weapon": "blade"})
    assert hurt["account"] == "He was hit.\n\nAlso in the log: weapon: blade."
    assert alleged["restricted"]
    assert await db.fetchval("SELECT name FROM incident_staff WHERE role = 'staff_alleged'") == "Mr Grey"
    assert await db.fetchval("SELECT count(*) FROM clock WHERE subject_kind = 'incident' AND subject = $1", complaint["id"]) == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"who": "Z9999ZZ"}, "no young person"),
        ({"who": ""}, "needed"),
        ({"date": "20/09/2025"}, "not in custody"),
        ({"date": "20/11/2026"}, "in the past"),
        ({"date": "31/09/2026"}, "no date"),
        ({"kind": "FIGHTING"}, "not known as kind"),
        ({"role": "hurt_self"}, "fit assault"),
        ({"kind": "staff_allegation"}, "member of staff"),
        ({"told": ""}, "needed"),
        ({"told": "a\u202eb"}, "reading direction"),
    ],
)
async def test_an_entry_that_can_not_be_is_refused_and_the_others_come_in(world, kai, db, tmp_path, changed, says):
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, entry("1"), entry("2", **changed)), tmp_path)
    assert (done.made, done.refused) == (1, 1)
    assert any(says in group.reason for group in done.faults), done.faults
    assert "Kai" not in repr(done.faults)
    assert await db.fetchval("SELECT count(*) FROM incident") == 1


async def test_only_whom_the_importer_may_record_of_is_found(world, db, tmp_path):
    """Nia is at Oakhill and from Kent: to Wetherby she is like one who does not exist."""
    await record_number(by=world.ben, young_person=world.nia, new=RecordNumber(kind="prison", value="A9999XX"))
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, entry(who="A9999XX"), entry("2", who="A0000XX")), tmp_path)
    assert done.made == 0
    [group] = done.faults
    assert group.rows == 2, "the same words for both"


async def test_young_people_come_in_and_one_who_is_there_is_a_question(world, db, tmp_path):
    rows = [
        ["1", "Adeyemi", "Tobi", "03/02/2010", "M", "LDS", "B1111BB", "", ""],
        ["2", "Morton", "Kai", f"{world.kai.date_of_birth:%d/%m/%Y}", "M", "LDS", "", "", ""],
        ["3", "Nowak", "Jan", "03/02/1980", "M", "LDS", "", "", ""],
        ["4", "Osei", "Ama", "03/02/2010", "M", "Kent", "", "", ""],
    ]
    done = await brought(world.amina, PEOPLE, table(HEADS, *rows), tmp_path)
    assert (done.made, done.refused, done.questions) == (1, 3, 1), done.faults
    assert (
        await db.fetchval("SELECT y.family_name FROM external_number n JOIN young_person y ON y.id = n.young_person WHERE value = 'B1111BB'")
        == "Adeyemi"
    )
    question = next(group for group in done.faults if "very likely recorded already" in group.reason)
    reference = question.reason.split(": ")[1].split(".")[0]
    rows[1][-2:] = [reference, "Another boy of that name, of other parents"]
    again = await brought(world.amina, PEOPLE, table(HEADS, *rows[:2]), tmp_path)
    assert (again.made, again.known, again.questions) == (1, 1, 0), again.faults
    assert await db.fetchval("SELECT count(*) FROM not_same") == 1


STAYS = Mapping(
    target="placements",
    source="Movements",
    columns={
        "Ref": "young_person", "Est": "establishment", "In": "arrived", "Out": "left", "Status": "legal_status", "Why": "leaving_reason",
    },
)  # fmt: skip


async def test_stays_of_the_past_come_in_and_two_never_overlap(world, db, tmp_path):
    kai = f"YP-{world.kai.id:06d}"
    rows = [
        [kai, "Feltham", "01/02/2026", "01/03/2026", "remand", "transferred"],
        [kai, "Wetherby", "01/03/2026", "05/03/2026 10:00", "remand", "bail"],
        [kai, "Feltham", "20/02/2026", "25/02/2026", "remand", "bail"],
        [kai, "Wetherby", "01/09/2026", "", "remand", ""],
        [kai, "Wetherby", "05/04/2026", "04/04/2026", "remand", "bail"],
        [kai, "Wetherby", "05/04/2001", "06/04/2001", "remand", "bail"],
        ["YP-999999", "Wetherby", "05/04/2026", "06/04/2026", "remand", "bail"],
    ]
    legal = next(iter(target("placements").field("legal_status").codes))
    rows = [[*row[:4], legal, row[5]] for row in rows]
    done = await brought(world.amina, STAYS, table(["Ref", "Est", "In", "Out", "Status", "Why"], *rows), tmp_path)
    assert (done.made, done.refused) == (1, 6) or (done.made, done.refused) == (2, 5), done.faults
    reasons = " ".join(group.reason for group in done.faults)
    for words in ("can't overlap", "must be after arrival", "before the date of birth", "no young person"):
        assert words in reasons, (words, reasons)
    assert await db.fetchval("SELECT count(*) FROM placement WHERE young_person = $1", world.kai.id) == done.made + 1


ASSESSED = Mapping(
    target="assessments",
    source="Old Asset",
    columns={"Ref": "young_person", "Done": "completed_on", "Stage": "occasion", "Living": "answer.living_arrangements_rating"},
)


@pytest.mark.parametrize(
    ("day", "rating", "made"),
    [("10/09/2026", "3", 1), ("10/09/2026", "Not associated", 1), ("10/09/2026", "7", 0), ("10/09/2027", "3", 0), ("10/09/1990", "3", 0)],
)
async def test_assessments_come_in_with_the_ratings_that_they_have(world, db, tmp_path, day, rating, made):
    file = table(["Ref", "Done", "Stage", "Living"], [f"YP-{world.kai.id:06d}", day, "start", rating])
    done = await brought(world.amina, ASSESSED, file, tmp_path)
    assert (done.made, done.refused) == (made, 1 - made), done.faults
    if made:
        row = await db.fetchrow("SELECT * FROM assessment")
        assert row["answers"]["living_arrangements_rating"] in (0, 3, "0", "3")
        assert row["placement"] is not None


SCREENED = Mapping(
    target="assessments",
    source="Reception book",
    columns={
        "Ref": "young_person", "Done": "completed_on", "Kind": "instrument", "Harm now": "answer.self_harm_now",
        "Night": "answer.first_night_actions", "Stage": "occasion",
    },
    defaults={"instrument": "vulnerability-screen"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "kind", "harm", "says"),
    [
        ("02/10/2026", "", "no", None),
        ("02/10/2026", "Arrival screen", "yes", None),
        ("02/10/2026", "asset-2000", "", "role does not complete this one"),
        ("01/05/2026", "", "no", "not held anywhere on that day"),
        ("02/10/2026", "", "perhaps", "not known as"),
    ],
)
async def test_arrival_screens_come_in_and_meet_their_time_limit(world, db, tmp_path, day, kind, harm, says):
    arrived = await db.fetchrow("SELECT id, establishment FROM placement WHERE young_person = $1", world.kai.id)
    await db.execute("UPDATE placement SET arrived_at = '2026-10-02 12:00+01' WHERE id = $1", arrived["id"])
    await db.execute("DELETE FROM clock WHERE subject_kind = 'placement' AND subject = $1", arrived["id"])
    async with write_transaction():
        at = dt.datetime(2026, 10, 2, 11, tzinfo=dt.UTC)
        owner = Owner.yoi(arrived["establishment"])
        await start_clock("arrival-screen", young_person=world.kai.id, subject=("placement", arrived["id"]), owner=owner, started_at=at)
    met = "SELECT met_at IS NOT NULL FROM clock WHERE clock = 'arrival-screen' AND subject = $1"
    row = [f"YP-{world.kai.id:06d}", day, kind, harm, "", "start" if kind == "asset-2000" else ""]
    done = await brought(world.cleo, SCREENED, table(list(SCREENED.columns), row), tmp_path)
    assert (done.made, done.refused) == ((1, 0) if says is None else (0, 1)), done.faults
    assert await db.fetchval(met, arrived["id"]) is (says is None)
    if says is not None:
        assert says in done.faults[0].reason
        return
    kept = await db.fetchrow("SELECT instrument, occasion, placement, answers FROM assessment")
    assert tuple(kept) == ("vulnerability-screen", "arrival", arrived["id"], {"self_harm_now": harm})
    run = await get_run_for(world.cleo, done.run)
    assert await undo(by=world.cleo, run=run, version=run.version) == 1
    assert await db.fetchval(met, arrived["id"]) is False


MAY = {"amina": {"people", "placements", "assessments"}, "cleo": {"people", "placements", "incidents", "assessments"}}


ROOM = ("young_person", "placement", "external_number", "clock", "assessment", "import_row", "flag_basis")


async def test_young_people_stays_and_assessments_are_taken_back_too(world, db, tmp_path):
    """Each in its turn: a stay is taken back before who was held, and not while an assessment rests on it."""
    before = {name: await db.fetchval(f"SELECT count(*) FROM {name}") for name in ROOM}
    people = await brought(world.amina, PEOPLE, table(HEADS, ["1", "Adeyemi", "Tobi", "03/02/2010", "M", "LDS", "B1111BB", "", ""]), tmp_path)
    reference = f"YP-{await db.fetchval('SELECT max(id) FROM young_person'):06d}"
    stays = await brought(
        world.amina, STAYS, table(["Ref", "Est", "In", "Out", "Status", "Why"], [reference, "Feltham", "01/10/2026", "", "dto", ""]), tmp_path
    )
    assessed = await brought(world.amina, ASSESSED, table(["Ref", "Done", "Stage", "Living"], [reference, "02/10/2026", "start", "2"]), tmp_path)
    for done in (people, stays):
        run = await get_run_for(world.amina, done.run)
        with pytest.raises(Conflict, match="can't be undone any more"):
            await undo(by=world.amina, run=run, version=run.version)
    child = await get_young_person_for(world.amina, reference)
    stay = EntryKey("placement", "arrived", await db.fetchval("SELECT max(id) FROM placement"))
    completed = EntryKey("assessment", "completed", await db.fetchval("SELECT max(id) FROM assessment"))
    for key, done in ((stay, stays), (completed, assessed)):
        await mark_entry(by=world.amina, young_person=child, key=key, new=MarkEntry(why="This is what all began with."))
        run = await get_run_for(world.amina, done.run)
        with pytest.raises(Conflict, match="marked as significant"):
            await undo(by=world.amina, run=run, version=run.version)
    await db.execute("DELETE FROM chronology_mark")  # as if nobody had
    await db.execute("INSERT INTO flag_basis (young_person, fingerprint) VALUES ($1, 1)", child.id)  # as a night does, where no flag is raised
    for done in (assessed, stays, people):
        run = await get_run_for(world.amina, done.run)
        assert await undo(by=world.amina, run=run, version=run.version) == 1
    assert {name: await db.fetchval(f"SELECT count(*) FROM {name}") for name in ROOM} == before


async def test_everyone_brings_in_what_they_may_record_and_nobody_else_does(world, tmp_path):
    mappings = {"people": PEOPLE, "placements": STAYS, "incidents": LOG_MAPPING, "assessments": ASSESSED}
    for who, name in product(["amina", "ben", "cleo", "dan", "esi", "femi", "grace", "hal", "jay"], TITLES):
        may = name in MAY.get("amina" if who == "ben" else who, set())
        file = table(list(mappings[name].columns), ["x"] * len(mappings[name].columns))
        try:
            done = await brought(getattr(world, who), mappings[name], file, tmp_path, dry=True)
            assert (may, done.refused) == (True, 1), (who, name)
        except Refused:
            assert not may, (who, name)


async def test_a_field_of_every_target_is_named_once(world):
    for name in TITLES:
        names = [one.name for one in target(name).fields]
        assert len(set(names)) == len(names)
        assert all(len(one) <= 60 for one in names)


async def test_a_file_without_rows_is_refused(world, tmp_path):
    with pytest.raises(Invalid, match="no rows"):
        await brought(world.cleo, LOG_MAPPING, table(LOG), tmp_path)
