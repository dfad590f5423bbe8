"""An import from its file to its end: nothing comes in twice, all or nothing is all or nothing, and what was made can be taken back."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports.files import LOG, LOG_MAPPING, brought, entry, table
from tests.world import NOW, WETHERBY, by_key
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.errors import Conflict
from yosafe.imports import access, actions, queries, running
from yosafe.imports.running import JOB
from yosafe.imports.taking import Context
from yosafe.incidents.access import get_incident_for, incident_ref
from yosafe.incidents.actions import add_addendum
from yosafe.incidents.schemas import AddAddendum
from yosafe.jobs.registry import GiveUp
from yosafe.people.identifier_actions import record_number
from yosafe.people.schemas import RecordNumber


@pytest.fixture
async def kai(world):
    await record_number(by=world.cleo, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    return world.kai


async def counts(db):
    return await db.fetchval("SELECT count(*) FROM incident"), await db.fetchval("SELECT count(*) FROM import_row")


async def test_the_same_file_again_changes_nothing_and_one_that_overlaps_brings_what_is_new(world, kai, db, tmp_path):
    first, second, third = entry("1"), entry("2"), entry("3")
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, first, second, second), tmp_path)
    assert (done.made, done.known, done.refused) == (2, 1, 0)
    again = await brought(world.cleo, LOG_MAPPING, table(LOG, first, second, second), tmp_path)
    assert (again.made, again.known) == (0, 3)
    more = await brought(world.cleo, LOG_MAPPING, table(LOG, second, third), tmp_path)
    assert (more.made, more.known) == (1, 1)
    assert await counts(db) == (3, 3)
    changed = await brought(world.cleo, LOG_MAPPING, table(LOG, entry("3", told="Something else.")), tmp_path)
    assert (changed.made, changed.known, changed.refused) == (0, 0, 1)
    assert "says something else now" in changed.faults[0].reason


LETTERS = st.sampled_from("abcd")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(st.tuples(LETTERS, st.booleans()), min_size=1, max_size=6), min_size=1, max_size=4))
async def test_any_files_in_any_order_make_each_row_once(world, kai, db, tmp_path, files):
    """With a reference of its own, or known by what it says."""
    before = {row["key"] for row in await db.fetch("SELECT key FROM import_row")}
    for rows in files:
        lines = [entry(letter if named else "", told=f"{letter} {named}") for letter, named in rows]
        done = await brought(world.cleo, LOG_MAPPING, table(LOG, *lines), tmp_path)
        assert done.made + done.known == len(rows)
    after = {row["key"] for row in await db.fetch("SELECT key FROM import_row")}
    assert len(after) <= 8
    assert before <= after
    assert (await counts(db))[0] == len(after)
    assert len(after - before) <= len({row for rows in files for row in rows})


@pytest.mark.parametrize("mode", ["good", "all"])
async def test_all_or_nothing_is_all_or_nothing(world, kai, db, tmp_path, mode):
    file = table(LOG, *(entry(str(n)) for n in range(5)), entry("6", who="Z1"))
    done = await brought(world.cleo, LOG_MAPPING, file, tmp_path, mode=mode)
    assert (done.outcome, done.made, done.refused) == (("finished", 5, 1) if mode == "good" else ("refused", 0, 1))
    assert await counts(db) == ((5, 5) if mode == "good" else (0, 0))
    assert await db.fetchval("SELECT mode FROM import_run") == mode


async def test_refused_rows_are_mended_and_sent_again(world, kai, db, tmp_path):
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, entry("1"), entry("2", who="=Z1"), entry("3", kind="ODD")), tmp_path)
    rows = await queries.refused_rows(world.cleo, await access.get_run_for(world.cleo, done.run))
    assert b",'=Z1," in rows
    read = list(csv.reader(io.StringIO(rows.decode("utf-8-sig"))))
    mended = [[cell.replace("'=Z1", "A1234BC").replace("ODD", "ASLT") for cell in line] for line in read]
    again = await brought(world.cleo, LOG_MAPPING, table(*mended), tmp_path)
    assert (again.made, again.refused) == (2, 0), again.faults
    assert (await counts(db))[0] == 3
    whole = await brought(world.cleo, LOG_MAPPING, table(LOG, entry("1"), entry("2"), entry("3")), tmp_path)
    assert (whole.made, whole.known) == (0, 3), "a mended row is known by what it says in the end"


async def test_a_dry_run_says_what_would_come_in_and_writes_nothing(world, kai, db, tmp_path):
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, entry("1"), entry("2", who="Z1")), tmp_path, dry=True)
    assert (done.outcome, done.made, done.refused) == ("would_import", 1, 1)
    assert await counts(db) == (0, 0)
    assert await db.fetchval("SELECT count(*) FROM import_run") == 0


async def test_an_import_goes_on_where_its_process_died(world, kai, db, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    file = table(LOG, *(entry(str(n)) for n in range(7)))
    take, taken = running.take, []

    async def dies(context, rows, write):
        if len(taken) == 2:
            raise RuntimeError("killed")
        taken.append(rows)
        return await take(context, rows, write)

    monkeypatch.setattr(running, "take", dies)
    with pytest.raises(RuntimeError):
        await brought(world.cleo, LOG_MAPPING, file, tmp_path)
    assert await counts(db) == (4, 4)
    monkeypatch.setattr(running, "take", take)
    done = await brought(world.cleo, LOG_MAPPING, file, tmp_path)
    assert (done.outcome, done.made, done.known, done.rows) == ("finished", 7, 0, 7)
    assert await db.fetchval("SELECT count(*) FROM import_run") == 1


async def test_a_cancelled_import_stops_after_the_rows_in_hand(world, kai, db, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    run = await uploaded(world, [entry(str(n)) for n in range(6)])
    await actions.start(by=world.cleo, run=run, mode="good", version=1, queued=False)
    table = await actions.mapped(run)

    async def cancels(_):
        await db.execute("UPDATE import_run SET status = 'cancelled', ended_at = now() WHERE id = $1", run.id)

    take = running.take

    async def then_cancelled(context, rows, write):
        found = await take(context, rows, write)
        await cancels(None)
        return found

    monkeypatch.setattr(running, "take", then_cancelled)
    await running.bring_in(run.id, context=Context(world.cleo, table), mode="good")
    now = await queries.the_import(await access.get_run_for(world.cleo, run.id))
    assert (now.status, now.made) == ("cancelled", 2)


async def uploaded(world, rows):
    number = await actions.upload(
        by=world.cleo, target_name="incidents", source="Wing log", file=table(LOG, *rows), name="log.csv", mapping=LOG_MAPPING
    )
    return await access.get_run_for(world.cleo, number)


async def test_what_came_in_is_taken_back_in_one_step(world, kai, db, tmp_path):
    before = {name: await db.fetchval(f"SELECT count(*) FROM {name}") for name in ("incident", "involvement", "incident_event", "clock")}
    file = table(LOG, entry("1"), entry("2", kind="complaint", role="complainant"))
    done = await brought(world.cleo, LOG_MAPPING, file, tmp_path)
    run = await access.get_run_for(world.cleo, done.run)
    assert await actions.undo(by=world.cleo, run=run, version=run.version) == 2
    assert {name: await db.fetchval(f"SELECT count(*) FROM {name}") for name in before} == before
    assert await db.fetchval("SELECT detail::jsonb -> 'young_people' FROM audit_entry WHERE event = 'import:undone'") == [kai.id]
    with pytest.raises(Conflict, match="nothing of this import"):
        now = await access.get_run_for(world.cleo, done.run)
        await actions.undo(by=world.cleo, run=now, version=now.version)
    again = await brought(world.cleo, LOG_MAPPING, file, tmp_path)
    assert again.made == 2, "what was taken back may come in again"


async def test_what_something_was_built_on_stays(world, kai, db, tmp_path):
    done = await brought(world.cleo, LOG_MAPPING, table(LOG, entry("1"), entry("2")), tmp_path)
    reference = incident_ref(await db.fetchval("SELECT min(id) FROM incident"))
    incident = await get_incident_for(world.cleo, reference)
    await add_addendum(AddAddendum(text="More was found."), by=world.cleo, incident=incident)
    run = await access.get_run_for(world.cleo, done.run)
    with pytest.raises(Conflict, match=reference):
        await actions.undo(by=world.cleo, run=run, version=run.version)
    assert await counts(db) == (2, 2)
    assert await db.fetchval("SELECT status FROM import_run") == "finished"


async def test_a_confirmed_import_is_done_by_a_worker_and_again_changes_nothing(world, kai, db):
    run = await uploaded(world, [entry("1"), entry("2", who="Z1")])
    await actions.confirm(by=world.cleo, run=run, mode="good", version=run.version)
    await JOB.run({"run": run.id})
    await JOB.run({"run": run.id})
    now = await queries.the_import(await access.get_run_for(world.cleo, run.id))
    assert (now.status, now.made, now.refused) == ("finished", 1, 1)
    assert await db.fetchval("SELECT file FROM import_run") is None, "the file is not kept once it is in"
    assert await db.fetchval("SELECT establishment FROM incident") == WETHERBY


SCOPE = ("import:run", "incident:record")


async def test_what_a_key_confirmed_is_done_with_what_the_key_might_then(world, kai, db, monkeypatch):
    """Not with all that its owner may, and not with what the key may since."""
    acted = []

    async def seen(run, *, context, mode):
        acted.append(context.by)

    monkeypatch.setattr(running, "bring_in", seen)
    for by, may in ((await by_key(world, "cleo", *SCOPE), {*SCOPE}), (world.cleo, world.cleo.permissions)):
        run = await uploaded(world, [entry("1", told=f"By {by.key}")])
        await actions.confirm(by=by, run=run, mode="good", version=run.version)
        await db.execute("UPDATE api_key SET scope = scope || '{audit:read}'")
        await JOB.run({"run": run.id})
        assert acted.pop().permissions == may


@pytest.mark.parametrize(("change", "said"), [
    ("UPDATE user_account SET disabled_at = now()", "no account any more"),
    ("UPDATE user_account SET role = 'yoi_officer'", "Your role does not include this"),
    ("UPDATE api_key SET revoked_at = now()", "API key by which this was asked for was revoked"),
])  # fmt: skip
async def test_what_is_confirmed_by_someone_who_may_import_no_more_is_cancelled_and_the_trail_says_so(world, kai, db, client, change, said):
    run = await uploaded(world, [entry("1")])
    await actions.confirm(by=await by_key(world, "cleo", *SCOPE), run=run, mode="good", version=run.version)
    key = await db.fetchval("SELECT confirmed_key FROM import_run WHERE id = $1", run.id)
    await db.execute(f"{change} WHERE id = $1", key if "api_key" in change else world.cleo.id)
    with pytest.raises(GiveUp, match="may not import"):
        await JOB.run({"run": run.id})
    now = await queries.the_import(run)
    assert said in (now.fault or "")
    if "api_key" in change:
        assert now.fault in (await (await client(world.cleo)).get(f"/imports/{run.id}")).text
    assert await db.fetchval("SELECT (status, file IS NULL, ended_at IS NOT NULL) FROM import_run") == ("cancelled", True, True)
    assert await counts(db) == (0, 0)
    entries = "SELECT actor_kind FROM audit_entry WHERE event = 'import:ended' AND subject = $1"
    assert [row["actor_kind"] for row in await db.fetch(entries, run.id)] == ["system"]


async def test_saying_how_a_file_is_read_is_in_the_trail_though_the_source_was_read_so_before(world, kai, db):
    first, second = [await uploaded(world, [entry(name)]) for name in ("1", "2")]
    for run in (first, second):
        await actions.map_columns(by=world.cleo, run=run, mapping=LOG_MAPPING, version=run.version)
    rows = await db.fetch("SELECT subject FROM audit_entry WHERE event = 'import:mapped' ORDER BY id")
    assert [row["subject"] for row in rows] == [first.id, second.id]


async def test_what_nobody_confirms_or_mends_is_let_go_of(world, kai, db, tmp_path):
    await brought(world.cleo, LOG_MAPPING, table(LOG, entry("1"), entry("2", who="Z1")), tmp_path)
    waiting = await uploaded(world, [entry("3")])
    for days, left in ((6, (1, "open")), (8, (1, "cancelled")), (91, (0, "cancelled"))):
        with clock.stopped_at(NOW + dt.timedelta(days=days)):
            await actions.let_go(by=Operator("system"))
        refused = await db.fetchval("SELECT count(*) FROM import_refusal")
        assert (refused, await db.fetchval("SELECT status FROM import_run WHERE id = $1", waiting.id)) == left
    assert await db.fetchval("SELECT count(file) FROM import_run") == 0
    assert (await counts(db))[0] == 1


async def test_two_at_one_file_and_an_old_version_are_refused(world, kai, db):
    one, other = await uploaded(world, [entry("1")]), await uploaded(world, [entry("1")])
    await actions.confirm(by=world.cleo, run=one, mode="good", version=1)
    with pytest.raises(Conflict, match="at this moment"):
        await actions.confirm(by=world.cleo, run=other, mode="good", version=1)
    assert await db.fetchval("SELECT count(*) FROM import_run WHERE status = 'running'") == 1
