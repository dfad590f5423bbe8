"""Destroying a record takes two people, and takes all of it: afterwards nothing names the young person, and everyone else's rows are as before."""

import asyncio
import datetime as dt
from typing import Any

import pymupdf
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.incidents.make import another, involve, submit
from tests.world import TODAY, World
from yosafe import clock
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser
from yosafe.audit.record import Operator
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.db.faults import DatabaseFault
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.retention.records import access, certificates, destruction, holding, taking_out
from yosafe.retention.records.reach import OF_ONE, keys
from yosafe.settings import read

REASON = "Looked at by the records officer: nobody needs it."
SYSTEM = Operator("system")


@pytest.fixture
async def due(world: World):
    """Kai's record, due; with Leo he has an incident in which he was hurt, and one of his own. Hugo is the second data protection officer."""
    leo = await another(world, "Leaf", "Leo")
    account = "Kai Morton (YP-000001) was hit in the showers. Morton would not say by whom; Leo saw it."
    await submit(world.dan, involve(leo, "present"), involve(world.kai, "harmed"), account=account)
    await submit(world.dan, involve(world.kai, "hurt_self"), kind="self_harm")
    await DB.execute("UPDATE placement SET left_at = $1, leaving_reason = 'released' WHERE young_person = 1", clock.midnight(TODAY))
    await accounts.add_user(AddUser(email="hugo@example.org", name="Hugo", role=Role.DPO, agency="wetherby"), by=Operator())
    world.made |= {"leo": leo, "hugo": await user_by_email("hugo@example.org")}
    with clock.stopped_at(clock.midnight(dt.date(2036, 10, 20))):
        yield world


async def proposed(world: World):
    return await destruction.propose(by=world.grace, young_person=world.kai, reason=REASON)


async def confirmed(world: World):
    return await destruction.confirm(by=world.made["hugo"], proposed=await proposed(world), version=1)


async def events() -> list[str]:
    rows = await DB.fetch("SELECT event FROM audit_entry WHERE subject_kind = 'destruction' ORDER BY id")
    return [row["event"] for row in rows]


async def test_it_takes_two_and_nothing_goes_before_the_night(due):
    made = await proposed(due)
    with pytest.raises(Refused, match="Somebody else must confirm"):
        await destruction.confirm(by=due.grace, proposed=made, version=1)
    with pytest.raises(Conflict, match="proposed already"):
        await proposed(due)
    assert (await destruction.destroy_confirmed(by=SYSTEM)) == destruction.Done(destroyed=0, stopped=0)
    await destruction.confirm(by=due.made["hugo"], proposed=made, version=1)
    with pytest.raises(Stale):
        await destruction.confirm(by=due.made["hugo"], proposed=made, version=1)
    assert await DB.fetchval("SELECT count(*) FROM young_person") == 3
    assert await destruction.destroy_confirmed(by=SYSTEM) == destruction.Done(destroyed=1, stopped=0)
    assert await destruction.destroy_confirmed(by=SYSTEM) == destruction.Done(destroyed=0, stopped=0)
    assert [row["id"] for row in await DB.fetch("SELECT id FROM young_person ORDER BY id")] == [due.nia.id, due.made["leo"].id]
    assert await events() == ["destruction:proposed", "destruction:confirmed", "young-person:destroyed"]


async def test_the_database_itself_wants_two_people(due):
    made = await proposed(due)
    with pytest.raises(Conflict):
        await DB.execute("UPDATE destruction SET confirmed_at = now(), confirmed_by = proposed_by WHERE id = $1", made.id)


async def test_an_incident_of_others_stays_without_him_and_his_own_goes(due):
    await confirmed(due)
    await destruction.destroy_confirmed(by=SYSTEM)
    [incident] = await DB.fetch("SELECT * FROM incident")
    who = "young person whose record was destroyed"
    assert incident["account"] == f"A {who} (a {who}) was hit in the showers. A {who} would not say by whom; Leo saw it."
    assert incident["child_said"] == taking_out.SAID
    [part] = await DB.fetch("SELECT young_person, role FROM involvement")
    assert tuple(part) == (due.made["leo"].id, "present")


async def test_the_name_of_a_brother_stays(due):
    """Leo has the same family name: his own record is not to lose it."""
    await DB.execute("UPDATE young_person SET family_name = 'Morton' WHERE id = $1", due.made["leo"].id)
    await DB.execute("UPDATE incident SET account = 'Kai was hit. Leo Morton saw it, and Morton said so.' WHERE kind <> 'self_harm'")
    await confirmed(due)
    await destruction.destroy_confirmed(by=SYSTEM)
    assert await DB.fetchval("SELECT account FROM incident") == (
        "A young person whose record was destroyed was hit. Leo Morton saw it, and Morton said so."
    )


async def test_a_case_is_taken_out_of_locked_minutes_and_nothing_else_opens_them(due):
    content = (
        '{"format":"yosafe-minutes/1","chair":"Ann","cases":[{"young_person":"YP-000001","because":"Kai was hit"},'
        '{"young_person":"YP-000003","because":"He shares with Kai"}]}'
    )
    review = await DB.fetchval(
        "INSERT INTO review (establishment, area, meets_on, chair, agency, recorded_at, recorded_by, version) "
        "SELECT 'WYI', 'E08000035', '2026-10-05', 'Ann', agency, now(), id, 1 FROM user_account WHERE id = $1 RETURNING id",
        due.cleo.id,
    )
    for number, child in enumerate((due.kai, due.made["leo"]), 1):
        await DB.execute(
            "INSERT INTO review_case (review, number, young_person, listed_because, place, version) VALUES ($1, $2, $3, 'He asked', $2, 1)",
            *(review, number, child.id),
        )
    await DB.execute(
        "INSERT INTO review_minutes (review, content, sha256, agreed_by, locked_at, locked_by) VALUES ($1, $2, repeat('0', 64), 'Ann', now(), $3)",
        *(review, content, due.cleo.id),
    )
    made = await confirmed(due)
    with pytest.raises(DatabaseFault):
        await DB.execute("UPDATE review_minutes SET content = '{}'")
    await destruction.destroy_confirmed(by=SYSTEM)
    [minutes] = await DB.fetch("SELECT content, sha256 FROM review_minutes")
    assert minutes["content"] == (
        '{"format":"yosafe-minutes/1","chair":"Ann","cases":[{"young_person":"YP-000003",'
        '"because":"He shares with a young person whose record was destroyed"}]}'
    )
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:destroyed'")
    assert minutes["sha256"] in detail
    assert "0" * 64 in detail
    for setting in (str(made.id), "1", ""):  # it is done: what it named opens nothing any more
        with pytest.raises(DatabaseFault):
            async with DB.transaction():
                await DB.execute("SELECT set_config('yosafe.destruction', $1, true)", setting)
                await DB.execute("UPDATE review_minutes SET content = '{}'")


# What happens between confirmation and the night, and what is said of it.
@pytest.mark.parametrize("meanwhile", ["held", "back in custody", "merged"])
async def test_what_is_not_due_any_more_is_broken_off(due, meanwhile):
    made = await confirmed(due)
    if meanwhile == "held":
        await holding.place_hold(by=due.grace, young_person=due.kai, reason="A claim was announced by a solicitor.")
    elif meanwhile == "back in custody":
        await DB.execute("UPDATE placement SET left_at = NULL, leaving_reason = NULL WHERE young_person = 1")
    else:
        await DB.execute("UPDATE destruction SET young_person = 77")
    assert await destruction.destroy_confirmed(by=SYSTEM) == destruction.Done(destroyed=0, stopped=1)
    one = await certificates.one_destruction(made.id)
    assert (one.state, one.stopped_by) == ("stopped", None)
    assert (destruction.GONE if meanwhile == "merged" else destruction.NOT_DUE) == one.stopped_reason
    assert await DB.fetchval("SELECT count(*) FROM young_person") == 3
    with pytest.raises(NotFound, match="no certificate"):
        await certificates.certificate(due.grace, await access.get_destruction_for(due.grace, one.ref), read())


async def test_it_is_broken_off_until_it_is_done_and_may_be_proposed_again(due):
    made = await confirmed(due)
    with pytest.raises(Invalid):
        await destruction.break_off(by=due.grace, proposed=made, reason="Kai has asked for his record.", version=made.version)
    await destruction.break_off(by=due.grace, proposed=made, reason="They asked for the record today.", version=made.version)
    assert await destruction.destroy_confirmed(by=SYSTEM) == destruction.Done(destroyed=0, stopped=0)
    await confirmed(due)
    await destruction.destroy_confirmed(by=SYSTEM)
    done = await access.get_destruction_for(due.grace, "DR-000002")
    for over in (await access.get_destruction_for(due.grace, "DR-000001"), done):
        with pytest.raises(Conflict):
            await destruction.break_off(by=due.grace, proposed=over, reason=REASON, version=over.version)
    with pytest.raises(Conflict):
        await DB.execute("DELETE FROM destruction")


@pytest.mark.parametrize("reason", ["Kai is long grown up and abroad.", "The record of Morton, released.", "Born on 14/3/2010, so it is over."])
async def test_a_reason_that_outlives_the_record_names_nobody(due, reason):
    with pytest.raises(Invalid) as refusal:
        await destruction.propose(by=due.grace, young_person=due.kai, reason=reason)
    assert [error.key for error in refusal.value.errors] == ["reason"]


async def test_only_who_answers_and_only_what_is_due(due):
    for name in ("amina", "cleo", "hal"):
        with pytest.raises(Refused):
            await destruction.propose(by=due[name], young_person=due.kai, reason=REASON)
    with pytest.raises(Conflict, match="not due"):
        await destruction.propose(by=due.grace, young_person=due.made["leo"], reason=REASON)
    await proposed(due)
    oakhill = replace(due.grace, agency=due.ivy.agency, establishment=due.ivy.establishment)
    with pytest.raises(NotFound):
        await access.get_destruction_for(oakhill, "DR-000001")


async def test_what_fails_in_the_middle_leaves_the_record_whole_and_goes_on_the_next_time(due, monkeypatch):
    await confirmed(due)
    before = await everything()
    with monkeypatch.context() as patched:

        async def fail(whom: Any) -> dict[str, int]:
            raise RuntimeError("the machine stops here")

        patched.setattr(taking_out, "of_everywhere", fail)
        with pytest.raises(RuntimeError):
            await destruction.destroy_confirmed(by=SYSTEM)
    assert await everything() == before
    assert await destruction.destroy_confirmed(by=SYSTEM) == destruction.Done(destroyed=1, stopped=0)


async def test_traces_that_name_him_go(due):
    await DB.execute(
        "INSERT INTO answered_request (user_account, key, request_hash, at, status, body) "
        "VALUES ($1, 'a', '', now(), 201, $2), ($1, 'b', '', now(), 201, $3)",
        *(due.amina.id, b'{"young_person": "YP-000001"}', b'{"young_person": "YP-000002"}'),
    )
    await DB.execute(
        "INSERT INTO record_merge (kept, merged, reason, marks, at, recorded_by) "
        "VALUES (1, 90, 'the same', '{}', now(), $1), (2, 91, 'x', '{}', now(), $1)",
        due.amina.id,
    )
    await confirmed(due)
    await destruction.destroy_confirmed(by=SYSTEM)
    assert [row["key"] for row in await DB.fetch("SELECT key FROM answered_request")] == ["b"]
    assert [row["kept"] for row in await DB.fetch("SELECT kept FROM record_merge")] == [2]
    assert await DB.fetchval("SELECT count(*) FROM notice WHERE subject_kind = 'young_person' AND subject = 1") == 0


async def test_certificate(due, tmp_path):
    await confirmed(due)
    counted = (await certificates.would_go(due.grace, due.kai)).goes
    await destruction.destroy_confirmed(by=SYSTEM)
    found = await access.get_destruction_for(due.grace, "DR-000001")
    one = await certificates.one_destruction(found.id)
    assert one.destroyed is not None
    assert counted.items() <= one.destroyed.items()
    pdf = await certificates.certificate(due.grace, found, read({"YOSAFE_HOME": str(tmp_path)}))
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        text = " ".join(" ".join(page.get_text() for page in opened).split())
    for words in ("DR-000001", "YP-000001", "Held in custody: 10 years", REASON, "by Grace, Wetherby", "by Hugo", "Involvement 2", "audit trail"):
        assert words in text
    for name in ("Kai", "Morton", "2010"):
        assert name not in text


async def test_commands(due, database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))

    async def said(*words: str, who: str = "grace", code: int = 0) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, main, ["retention", *words, "--as", f"{who}@example.org"])
        assert result.exit_code == code, result.output
        return result.output

    await DB.close()
    assert "Involvement: 2" in await said("reach", "YP-000001")
    assert "DR-000001 waits" in await said("propose", "YP-000001", "--reason", REASON)
    await said("confirm", "DR-000001", code=5)
    assert "broken off" in await said("break-off", "DR-000001", "--reason", REASON)
    await said("propose", "YP-000001", "--reason", REASON)
    assert "coming night" in await said("confirm", "DR-000002", who="hugo")
    await said("certificate", "DR-000002", "--out", str(tmp_path / "c.pdf"), code=4)
    await DB.open(database_url)
    await destruction.destroy_confirmed(by=SYSTEM)
    await DB.close()
    await said("certificate", "DR-000002", "--out", str(tmp_path / "c.pdf"))
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    await DB.open(database_url)


async def test_tables_of_one_young_person_in_an_incident_are_all_known(db):
    both = {key.table for key in await keys() if key.target == "incident"} & {key.table for key in await keys() if key.target == "young_person"}
    assert both == set(OF_ONE), "say in retention/records/reach.py that rows of it are about one of those in an incident"


Rows = dict[str, dict[Any, str]]


async def everything() -> Rows:
    """Every row of every table but the trail and the books of upgrades, as text by its number."""
    found: Rows = {}
    for table in await DB.fetch(
        "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id' ORDER BY 1"
    ):
        if table["name"] not in ("audit_entry", "destruction"):
            rows = await DB.fetch(f'SELECT id, to_jsonb(t)::text AS said FROM "{table["name"]}" t')
            found[table["name"]] = {row["id"]: row["said"] for row in rows}
    return found
