"""What yosafe does by itself, as nobody asked: every periodic job runs, and the trail says who."""

import datetime as dt

import pytest
from croniter import croniter

from tests.world import NOW
from yosafe import composition  # noqa: F401  # fills the registry
from yosafe.db.engine import DB
from yosafe.forms.drafts import start_draft
from yosafe.jobs.queue import standing
from yosafe.jobs.registry import jobs as registered
from yosafe.nightly import JOBS

PERIODIC = [job for job in JOBS if job.cron is not None]


def test_every_job_is_registered_and_has_an_hour_that_is_one():
    assert set(registered()) >= {job.name for job in JOBS}
    assert [job.name for job in PERIODIC if not croniter.is_valid(job.cron)] == []
    assert {"flags-refresh", "drafts-purge", "notices-remind", "notices-mail-daily"} <= {job.name for job in PERIODIC}


@pytest.mark.parametrize("job", PERIODIC, ids=lambda job: job.name)
async def test_it_runs_twice_as_well_as_once(world, monkeypatch, tmp_path, job):
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    before = await DB.fetchval("SELECT count(*) FROM audit_entry")
    for _ in range(2):
        await job.run({})
    kinds = {row["actor_kind"] for row in await DB.fetch("SELECT actor_kind FROM audit_entry ORDER BY id OFFSET $1", before)}
    assert kinds <= {"system"}


async def test_drafts_that_ran_out_go(world):
    draft = await start_draft(by=world.dan, kind="incident")
    kept = await start_draft(by=world.dan, kind="incident")
    await DB.execute("UPDATE draft SET expires_at = $1 WHERE id = $2", NOW - dt.timedelta(minutes=1), draft.id)
    await registered()["drafts-purge"].run({})
    assert [row["id"] for row in await DB.fetch("SELECT id FROM draft")] == [kept.id]


async def test_the_hour_of_a_job_puts_it_into_the_queue_once(db, jobs, do_all):
    done = []

    async def run(payload):
        done.append(payload)

    jobs(run, cron="0 3 * * *")
    assert (await standing()).late_seconds is None  # no worker has ever run
    await do_all()
    assert (done, (await standing()).late_seconds) == ([], 0)
    for _ in range(2):
        await DB.execute("UPDATE job_queue.pgqueuer_schedules SET next_run = now() - interval '1 hour'")  # as where nothing ran at the hour
        assert (await standing()).late_seconds > 3000
        await do_all()
    assert done == [{}, {}]


async def test_a_job_that_is_not_wanted_is_left_out_at_its_hour(db, jobs, do_all):
    async def run(payload):
        raise AssertionError("nobody wanted it")

    jobs(run, cron="0 3 * * *", wanted=lambda: False)
    await do_all()
    await DB.execute("UPDATE job_queue.pgqueuer_schedules SET next_run = now() - interval '1 hour'")
    await do_all()
    assert (await standing()).failed == 0
    assert (await standing()).waiting == 0
