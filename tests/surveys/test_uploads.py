"""A file that was sent is kept for whoever sent it, looked at, and stored whole by a worker, or not at all."""

import asyncio
import datetime as dt
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.conftest import confirmed, done_by_a_worker, token_in, wave
from tests.world import by_key
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound
from yosafe.importing.reading import Limits
from yosafe.jobs.registry import GiveUp
from yosafe.surveys import actions as surveys
from yosafe.surveys import taking
from yosafe.surveys.schemas import ImportSurvey
from yosafe.surveys.uploads import actions, files, running
from yosafe.surveys.uploads.access import get_upload_for


def asked(**more):
    return ImportSurvey(**({"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-09"} | more))


async def kept(by, data, **more):
    return await get_upload_for(by, await actions.keep_upload(by=by, new=asked(**more), file=data, name="wave.csv"))


async def begun(by, data, *, leave_out=False, **more):
    upload = await kept(by, data, **more)
    await actions.confirm_upload(by=by, upload=upload, leave_out=leave_out)
    return upload.id


async def stands(upload):
    row = await DB.fetchrow(
        "SELECT status, rows_done, (SELECT count(*) FROM survey_upload_part p WHERE p.upload = u.id) AS parts, "
        "(SELECT count(*) FROM survey) AS surveys FROM survey_upload u WHERE id = $1",
        upload,
    )
    return tuple(row)


@pytest.fixture
def short(monkeypatch):
    """Files of more than some hundred bytes are long ones."""
    monkeypatch.setattr(files, "PART", 200)
    monkeypatch.setattr(files, "LOOKED_AT", 400)
    monkeypatch.setattr(actions, "LOOKED_AT", 400)
    monkeypatch.setattr(running, "LOOK_EVERY", 0.01)


async def test_a_kept_file_is_its_owners_until_it_is_stored_or_a_day_old(people):
    upload = await kept(people["cleo"], wave())
    with pytest.raises(NotFound):
        await get_upload_for(people["femi"], upload.id)
    assert (await actions.preview(by=people["cleo"], upload=upload)).found.outcome == "would_import"
    await actions.confirm_upload(by=people["cleo"], upload=upload, leave_out=False)
    assert await stands(upload.id) == ("running", 0, 1, 0)
    await done_by_a_worker(upload.id)
    assert await stands(upload.id) == ("done", 50, 0, 1)
    old = await kept(people["femi"], wave(8, 8), fielded="2026-07")
    with clock.stopped_at(clock.now() + dt.timedelta(days=1, seconds=1)):
        with pytest.raises(NotFound):
            await get_upload_for(people["femi"], old.id)
        await kept(people["cleo"], wave(9, 9), fielded="2026-08")
    assert await DB.fetchval("SELECT count(*) FROM survey_upload WHERE id = $1", old.id) == 0


async def test_a_kept_file_that_is_there_already_goes_and_the_trail_says_so(people):
    await surveys.import_survey(by=people["cleo"], new=asked(), source=wave())
    upload = await begun(people["cleo"], wave())
    await done_by_a_worker(upload)
    now = await get_upload_for(people["cleo"], upload)
    assert (now.status, actions.outcome_of(now).outcome) == ("done", "already_imported")
    last = await DB.fetchrow("SELECT event, subject_kind FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert (last["event"], last["subject_kind"]) == ("draft:discarded", "survey-upload")


async def test_of_a_long_file_the_beginning_is_shown_and_a_worker_reads_all(people, short):
    bad = wave(60, 60, "maybe,16,A")
    upload = await kept(people["cleo"], bad)
    looked = await actions.preview(by=people["cleo"], upload=upload)
    assert (looked.whole, looked.found.outcome, looked.found.rows < 121, looked.found.refused_rows) == (False, "would_import", True, 0)
    await actions.confirm_upload(by=people["cleo"], upload=upload, leave_out=False)
    await done_by_a_worker(upload.id)
    now = await get_upload_for(people["cleo"], upload.id)
    assert (now.status, now.survey, actions.outcome_of(now).refused_rows) == ("failed", None, 1)
    await actions.confirm_upload(by=people["cleo"], upload=now, leave_out=True)
    await done_by_a_worker(upload.id)
    assert (await stands(upload.id))[::3] == ("done", 1)
    assert await DB.fetchval("SELECT (returned, refused_rows) FROM survey") == (121, 1)
    assert (await verify()).faults == ()


@pytest.mark.parametrize("after", ["stopped", "confirmed again", "discarded"])
async def test_what_is_stopped_stores_nothing(people, monkeypatch, after):
    """Also where the worker has the whole file in hand when it hears of it."""
    cleo, reached, go_on = people["cleo"], asyncio.Event(), threading.Event()
    loop, code = asyncio.get_running_loop(), taking.code

    def waits(*args, **more):
        loop.call_soon_threadsafe(reached.set)
        assert go_on.wait(10)
        return code(*args, **more)

    upload = await begun(cleo, wave())
    monkeypatch.setattr(surveys, "code", waits)
    worker = asyncio.create_task(done_by_a_worker(upload))
    await asyncio.wait_for(reached.wait(), 10)
    with pytest.raises(Conflict, match="at this moment"):
        await actions.discard_upload(by=cleo, upload=await get_upload_for(cleo, upload))
    await actions.stop_upload(by=cleo, upload=await get_upload_for(cleo, upload))
    monkeypatch.setattr(surveys, "code", code)
    if after == "confirmed again":
        await actions.confirm_upload(by=cleo, upload=await get_upload_for(cleo, upload), leave_out=False)
    elif after == "discarded":
        await actions.discard_upload(by=cleo, upload=await get_upload_for(cleo, upload))
    go_on.set()
    await worker
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0
    if after == "stopped":
        with pytest.raises(Conflict, match="not on its way in"):
            await actions.stop_upload(by=cleo, upload=await get_upload_for(cleo, upload))
    elif after == "confirmed again":
        await done_by_a_worker(upload)
        assert (await stands(upload))[::3] == ("done", 1)


async def test_it_says_how_far_it_is_and_hears_that_it_was_stopped(people, monkeypatch):
    monkeypatch.setattr(running, "LOOK_EVERY", 0.01)

    def slow(table, questionnaire, mapping, *, progress, **_):
        for done in range(1, 500):
            time.sleep(0.01)
            progress(done, 500)
        raise AssertionError("it was not stopped")

    upload = await begun(people["cleo"], wave())
    monkeypatch.setattr(surveys, "code", slow)
    worker = asyncio.create_task(done_by_a_worker(upload))
    async with asyncio.timeout(10):
        while not await DB.fetchval("SELECT rows_done > 0 AND row_count = 500 FROM survey_upload"):
            await asyncio.sleep(0.01)
        await actions.stop_upload(by=people["cleo"], upload=await get_upload_for(people["cleo"], upload))
        await worker
    assert (await stands(upload))[::3] == ("open", 0)


async def test_a_worker_that_dies_leaves_nothing_and_another_begins_anew(people, monkeypatch):
    store, dies = running.store, []

    async def killed(**more):
        done = await store(**more)
        dies.append(done)
        raise RuntimeError("killed")

    upload = await begun(people["cleo"], wave())
    monkeypatch.setattr(running, "store", killed)
    with pytest.raises(RuntimeError):
        await done_by_a_worker(upload)
    assert dies
    assert await stands(upload) == ("running", 0, 1, 0)
    monkeypatch.setattr(running, "store", store)
    for _ in range(2):
        await done_by_a_worker(upload)
        assert await stands(upload) == ("done", 50, 0, 1)


async def test_what_a_key_confirmed_is_done_with_what_the_key_might_then(world, people, monkeypatch):
    acted, store = [], running.store

    async def seen(*, by, prepared):
        acted.append(by.permissions)
        return await store(by=by, prepared=prepared)

    monkeypatch.setattr(running, "store", seen)
    await done_by_a_worker(await begun(await by_key(world, "cleo", "survey:import"), wave()))
    await done_by_a_worker(await begun(people["cleo"], wave(3), fielded="2026-08"))
    assert acted == [{"survey:import"}, people["cleo"].permissions]


@pytest.mark.parametrize(("change", "said"), [
    ("UPDATE user_account SET disabled_at = now()", "no account any more"),
    ("UPDATE user_account SET role = 'yoi_officer'", "surveys of your own establishment"),
    ("UPDATE api_key SET revoked_at = now()", "API key by which this was asked for was revoked"),
])  # fmt: skip
async def test_what_is_confirmed_by_someone_who_may_import_no_more_stores_nothing(world, people, change, said):
    by = await by_key(world, "cleo", "survey:import")
    upload = await begun(by, wave())
    await DB.execute(f"{change} WHERE id = $1", by.key if "api_key" in change else by.id)
    with pytest.raises(GiveUp, match="may not bring in"):
        await done_by_a_worker(upload)
    assert (await stands(upload))[::3] == ("failed", 0)
    assert said in await DB.fetchval("SELECT fault FROM survey_upload")
    assert await DB.fetchval("SELECT actor_kind FROM audit_entry WHERE event = 'survey:not-stored'") == "system"


async def test_why_nothing_was_stored_is_told_on_the_page(people, browser_of):
    cleo = await browser_of("cleo")
    upload = await begun(people["cleo"], wave())
    shown = await cleo.get(f"/surveys/import/{upload}")
    assert "The survey is being brought in" in shown.text
    await surveys.import_survey(by=Operator(), new=asked(), source=wave(3), name="other.csv")
    await done_by_a_worker(upload)
    shown = await cleo.get(f"/surveys/import/{upload}")
    assert "Nothing of this file was stored" in shown.text
    assert "Another file is already there for Wetherby in September 2026" in shown.text
    assert (await cleo.post(f"/surveys/import/{upload}/discard", data={"_csrf_token": token_in(shown)})).status_code == 303


async def test_by_page_it_is_stopped_and_confirmed_once_more(people, browser_of):
    cleo, upload = await browser_of("cleo"), await begun(people["cleo"], wave())
    here = f"/surveys/import/{upload}"
    shown = await cleo.get(here)
    assert (await cleo.post(f"{here}/cancel", data={"_csrf_token": token_in(shown)})).headers["location"] == here
    preview = await cleo.get(here)
    assert "Import 50 rows" in preview.text
    assert (await confirmed(cleo, here, preview)).headers["location"] == "/surveys/1?done=imported"


async def test_a_script_sends_a_file_for_a_worker_and_asks_how_far_it_is(people, script_of, monkeypatch):
    femi = await script_of("femi")
    form = {"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-01"}

    async def send(data, **more):
        return await femi.post("/api/v1/survey-uploads", data=form | more, files={"file": ("wave.csv", data, "text/csv")})

    sent = await send(wave())
    assert (sent.status_code, sent.json()["status"]) == (202, "running")
    here = f"/api/v1/survey-uploads/{sent.json()['id']}"
    assert (await femi.post(f"{here}/cancel")).json()["status"] == "open"
    assert (await femi.post(f"{here}/cancel")).status_code == 409
    again = (await send(wave())).json()["id"]
    await done_by_a_worker(again)
    now = (await femi.get(f"/api/v1/survey-uploads/{again}")).json()
    assert (now["status"], now["rows_done"], now["outcome"]["outcome"], now["survey"]) == ("done", 50, "imported", 1)
    refusals = [await send(wave(1, 1, "maybe,16,A"), fielded="2025-12"), await send(wave(), dry_run="true"), await send(b"\0")]
    assert [one.status_code for one in refusals] == [422] * 3
    monkeypatch.setattr(files, "BY_JOB", Limits(size=100, rows=100))
    assert (await send(wave(2), fielded="2025-11")).status_code == 422
    cleo = await script_of("cleo")
    assert (await cleo.get(f"/api/v1/survey-uploads/{again}")).status_code == 404


@given(
    st.lists(st.text(st.sampled_from('ab,"\n é'), max_size=12), max_size=12), st.sampled_from(["utf-8", "utf-16", "utf-16-be"]), st.integers(0, 300)
)
def test_what_is_cut_ends_with_a_line_that_is_in_no_marks(lines, encoding, at):
    text = ("\ufeff" if encoding == "utf-16-be" else "") + "\n".join(lines)
    cut = files.whole_lines(text.encode(encoding)[:at])
    read = cut.decode(encoding)
    assert read == "" or text.removeprefix("\ufeff").startswith(read.removeprefix("\ufeff"))
    assert read.removeprefix("\ufeff") == "" or read.endswith("\n")
