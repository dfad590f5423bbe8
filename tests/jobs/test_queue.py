"""A job stands or falls with its transaction, is done once, is tried again when it fails, and in the end is shown without what it was about."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.db.engine import DB, write_transaction
from yosafe.jobs.queue import SCHEMA, enqueue, failed, new_queries, standing, tidy, try_again
from yosafe.jobs.registry import LONGEST_WAIT, GiveUp, Job, register_job

NO_WAIT = dt.timedelta(0)


async def test_a_job_stands_or_falls_with_the_transaction_that_asks_for_it(db, jobs, do_all):
    done = []

    async def run(payload):
        done.append(payload["number"])

    jobs(run)
    with pytest.raises(ZeroDivisionError):
        async with write_transaction():
            await enqueue("a-job", number=1)
            raise ZeroDivisionError
    async with write_transaction():
        await enqueue("a-job", number=2)
    await do_all()
    await do_all()
    assert done == [2]
    assert (await standing()).waiting == 0


async def test_one_that_waits_is_enough_where_that_is_said(db, jobs, do_all):
    done = []

    async def run(payload):
        done.append(1)

    jobs(run)
    assert [await enqueue("a-job", once="a key") for _ in range(3)] == [True, False, False]
    await do_all()
    assert await enqueue("a-job", once="a key")
    assert done == [1]


async def test_a_job_that_nobody_registered_is_a_mistake(db, jobs):
    with pytest.raises(KeyError):
        await enqueue("no-such-job")


async def test_what_fails_is_tried_again_and_then_lies_there_without_what_it_said(db, jobs, do_all, capsys):
    tried = []

    async def run(payload):
        tried.append(1)
        raise ValueError("Kai Morton said something")

    jobs(run, tries=3, first_wait=NO_WAIT)
    await enqueue("a-job", number=7)
    await do_all()
    assert len(tried) == 3
    (left,) = await failed()
    assert (left.job, left.tries, left.fault) == ("a-job", 3, "ValueError")
    assert (await standing()).failed == 1
    kept = str([dict(row) for row in await DB.fetch(f"SELECT traceback FROM {SCHEMA}.pgqueuer_log")])
    said = capsys.readouterr()
    assert "ValueError" in kept
    assert "Morton" not in kept + said.out + said.err
    assert await try_again() == 1
    await do_all()
    assert len(tried) == 6


async def test_one_that_gives_up_is_not_tried_again(db, jobs, do_all):
    async def run(payload):
        raise GiveUp("refused")

    jobs(run, tries=9)
    await enqueue("a-job")
    await do_all()
    assert [(one.tries, one.fault) for one in await failed()] == [(1, "refused")]


async def test_one_that_is_tried_again_later_is_not_due_now(db, jobs, do_all):
    async def run(payload):
        raise OSError

    jobs(run, tries=2, first_wait=dt.timedelta(minutes=5))
    await enqueue("a-job")
    before = await DB.fetchval("SELECT now()")
    await do_all()
    row = await DB.fetchrow(f"SELECT execute_after, attempts FROM {SCHEMA}.pgqueuer")
    assert dt.timedelta(minutes=4.9) < row["execute_after"] - before < dt.timedelta(minutes=5.5)
    assert (row["attempts"], (await standing()).waiting) == (1, 1)


async def test_what_is_noted_of_old_jobs_goes(db, jobs, do_all):
    async def run(payload):
        pass

    jobs(run)
    await enqueue("a-job")
    await do_all()
    await DB.execute(f"UPDATE {SCHEMA}.pgqueuer_log SET created = created - interval '31 days' WHERE status <> 'successful'")
    await tidy()
    assert [row["status"] for row in await DB.fetch(f"SELECT status::text FROM {SCHEMA}.pgqueuer_log")] == ["successful"]


async def test_the_migration_makes_what_the_library_wants(db):
    """The upgrade of pgqueuer that asks for another schema says so here."""
    assert (await new_queries().plan_upgrade()).statements == ()


async def _nothing(payload):
    pass


def test_two_jobs_of_one_name_are_a_mistake(jobs):
    jobs(_nothing)
    with pytest.raises(ValueError, match="a-job"):
        register_job(Job(name="a-job", about="Another", run=_nothing))


@given(failures=st.integers(0, 1000), first=st.integers(1, 7200))
def test_the_wait_grows_and_is_an_hour_at_most(failures, first):
    job = Job(name="a", about="a", run=_nothing, first_wait=dt.timedelta(seconds=first))
    wait = job.wait_after(failures)
    assert min(dt.timedelta(seconds=first), LONGEST_WAIT) <= wait <= LONGEST_WAIT
    assert job.wait_after(failures + 1) >= wait
