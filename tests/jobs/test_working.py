"""Workers as processes: what a killed one had is taken up once by another, one that is told to stop ends what it has, and of several web workers one
does the jobs."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yosafe.db.engine import DB
from yosafe.jobs.beside import LOCK, working_beside
from yosafe.jobs.queue import enqueue
from yosafe.jobs.working import cut_off, work

ROOT = Path(__file__).parents[2]
WORKER = """
import asyncio, datetime as dt, signal, sys
from yosafe.db.engine import DB
from yosafe.jobs.registry import Job, register_job
from yosafe.jobs.working import work

async def slow(payload):
    await DB.execute("INSERT INTO notice_mail (user_account, kind, made_at, tries, fault) VALUES (1, 'daily', now(), 0, 'begun')")
    await asyncio.sleep(float(sys.argv[2]))
    await DB.execute("INSERT INTO notice_mail (user_account, kind, made_at, tries, fault) VALUES (1, 'daily', now(), 0, 'done')")

async def main():
    register_job(Job(name="slow", about="", run=slow))
    await DB.open(sys.argv[1])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await work(stop=stop, taken_up_after=dt.timedelta(seconds=2))
    await DB.close()

asyncio.run(main())
"""


def start(address: str, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, address, str(seconds)], env={**os.environ, "PYTHONPATH": str(ROOT)})


async def noted(what: str) -> int:
    return await DB.fetchval("SELECT count(*) FROM notice_mail WHERE fault = $1", what)


async def until(what: str, number: int) -> None:
    async with asyncio.timeout(20):
        while await noted(what) < number:
            await asyncio.sleep(0.05)


async def nothing(payload):
    pass


@pytest.mark.serial
async def test_what_a_killed_worker_had_is_taken_up_once(world, database_url, jobs):
    jobs(nothing, name="slow")
    await enqueue("slow")
    killed = start(database_url, 60)
    others = []
    try:
        await until("begun", 1)
        killed.kill()
        killed.wait()
        others = [start(database_url, 0.2), start(database_url, 0.2)]
        await until("done", 1)
        await asyncio.sleep(1)
        assert (await noted("begun"), await noted("done")) == (2, 1)
    finally:
        for one in (killed, *others):
            one.terminate()
            one.wait()


@pytest.mark.serial
async def test_a_worker_that_is_told_to_stop_ends_what_it_has(world, database_url, jobs):
    jobs(nothing, name="slow")
    await enqueue("slow")
    worker = start(database_url, 1)
    try:
        await until("begun", 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    finally:
        worker.kill()
    assert await noted("done") == 1
    assert await DB.fetchval("SELECT count(*) FROM job_queue.pgqueuer") == 0


async def test_a_job_that_is_cut_off_waits_for_another_worker(db, jobs):
    begun = asyncio.Event()

    async def run(payload):
        begun.set()
        await asyncio.sleep(60)

    jobs(run)
    await enqueue("a-job")
    stop = asyncio.Event()
    task = asyncio.create_task(work(stop=stop))
    async with asyncio.timeout(10):
        await begun.wait()
        stop.set()
        cut_off()
        await task
    assert [row["status"] for row in await DB.fetch("SELECT status::text FROM job_queue.pgqueuer")] == ["queued"]


async def test_of_several_processes_one_does_the_jobs(db, jobs):
    done = []

    async def run(payload):
        done.append(1)

    jobs(run)
    async with DB.connection() as other:
        await other.fetchval("SELECT pg_advisory_lock($1)", LOCK)
        async with working_beside():
            await enqueue("a-job")
            await asyncio.sleep(0.5)
            assert done == []
        await other.fetchval("SELECT pg_advisory_unlock($1)", LOCK)
    started = time.monotonic()
    async with working_beside(), asyncio.timeout(10):
        while not done:
            await asyncio.sleep(0.05)
    assert time.monotonic() - started < 5
    assert await DB.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
