"""Jobs of the tests' own, and a worker that does what is due."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from yosafe.jobs import registry, working
from yosafe.jobs.registry import Job, register_job
from yosafe.jobs.working import work


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Job]:
    """Registers a job for one test; no other is known in it."""
    monkeypatch.setattr(registry, "_JOBS", {})

    def make(run: Callable[[Any], Awaitable[None]], name: str = "a-job", **more: Any) -> Job:
        job = Job(name=name, about="For a test", run=run, **more)
        register_job(job)
        return job

    return make


@pytest.fixture
def do_all(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:
    """Does every job that is due. A try that follows at once, as none does but in tests, may go unheard: it is looked for soon."""
    monkeypatch.setattr(working, "LOOK_EVERY", dt.timedelta(seconds=0.2))

    async def do() -> None:
        async with asyncio.timeout(20):
            await work(stop=asyncio.Event(), concurrency=2, until_empty=True)

    return do
