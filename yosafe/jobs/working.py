"""A worker: takes jobs from the queue and does them, tries again those that fail, and begins those whose hour has come."""

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import EntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain import models
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.types import Channel

from yosafe.db.faults import FAULTS, kind_of
from yosafe.errors import DomainError

from .queue import CHANNEL, anything_due, enqueue, new_queries
from .registry import GiveUp, Job, jobs

log = structlog.get_logger(__name__)

TAKEN_UP_AFTER = dt.timedelta(minutes=2)  # without a sign of life from the worker that had it
LOOK_EVERY = dt.timedelta(seconds=30)  # where nothing was heard
AGAIN_AFTER = 5.0  # seconds, where the database was away
LOOK_WHETHER_EMPTY = 0.1  # seconds
CONCURRENCY = 4
IN_HAND: set[asyncio.Task[Any] | None] = set()
STOPPED = "stopped"
AWAY = (*FAULTS, DomainError, FailingListenerError)


class JobFailed(Exception):
    """What is kept of a job that failed for good: the kind of its fault and no more."""


class Careful(EntrypointExecutor):
    """Runs a job. Of a fault nothing but its kind is kept or logged: its words may hold what nobody but the child's people should read."""

    job: Job
    stop: asyncio.Event

    async def execute(self, job: models.Job, context: models.Context) -> None:
        if self.stop.is_set():  # it was taken just before: one that was cut off may come round again
            raise RetryRequested(dt.timedelta(0), STOPPED)
        tried, task = job.attempts + 1, asyncio.current_task()
        IN_HAND.add(task)
        try:
            await self.job.run(msgspec.json.decode(job.payload or b"{}"))
        except asyncio.CancelledError:
            again = RetryRequested(dt.timedelta(0), STOPPED)  # the worker is told to stop at once: another one takes it up
        except GiveUp as why:
            log.warning("job-given-up", job=self.job.name, id=job.id, fault=str(why))
            raise JobFailed(str(why)) from None
        except Exception as fault:  # noqa: BLE001  # whatever a job may raise: it is tried again, and shown in the end
            log.warning("job-failed", job=self.job.name, id=job.id, tried=tried, fault=kind_of(fault))
            if tried >= self.job.tries:
                raise JobFailed(kind_of(fault)) from None
            again = RetryRequested(self.job.wait_after(tried), kind_of(fault))
        else:
            return
        finally:
            IN_HAND.discard(task)
        raise again from None


def cut_off() -> None:
    """Interrupt what is in hand, for a stop that can't wait: it goes back into the queue. A worker that is merely cancelled waits for it."""
    for task in list(IN_HAND):
        if task is not None:
            task.cancel()


async def work(
    *, stop: asyncio.Event, concurrency: int = CONCURRENCY, until_empty: bool = False, taken_up_after: dt.timedelta = TAKEN_UP_AFTER
) -> None:
    """Do jobs until `stop` is set, then end those in hand. Where the database goes away it waits and begins again. `until_empty`: end when nothing
    that is due is left, and raise what the database said where it could not be reached."""
    while not stop.is_set():
        worker = _worker(stop)
        ending = asyncio.create_task(_when_empty(worker.shutdown) if until_empty else _pass_on(stop, worker.shutdown))
        try:
            await worker.run(
                dequeue_timeout=min(LOOK_EVERY, taken_up_after), batch_size=max(1, concurrency // 2), max_concurrent_tasks=max(2, concurrency),
                shutdown_on_listener_failure=True, heartbeat_timeout=taken_up_after,
            )  # fmt: skip
        except AWAY as fault:
            if until_empty:
                raise
            log.warning("work-interrupted", fault=kind_of(fault))
            await _pause(stop, AGAIN_AFTER)
        finally:
            ending.cancel()
        if until_empty:
            return


async def _pass_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


async def _when_empty(shutdown: asyncio.Event) -> None:
    """The library's own way waits for what is due later too."""
    while not shutdown.is_set():
        await asyncio.sleep(LOOK_WHETHER_EMPTY)
        if not await anything_due():
            shutdown.set()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _worker(stop: asyncio.Event) -> PgQueuer:
    """A worker that knows every job that is registered, and begins none once it is to stop."""
    asked = new_queries()
    worker = PgQueuer(connection=asked.driver, channel=Channel(CHANNEL), queries=asked)
    for job in jobs().values():
        worker.qm.entrypoint(job.name, on_failure="hold", executor_factory=_runs(job, stop))(_never_called)
        if job.cron is not None:
            worker.sm.schedule(job.name, job.cron)(_begins(job))
    return worker


def _runs(job: Job, stop: asyncio.Event) -> Callable[[EntrypointExecutorParameters], Careful]:
    def make(parameters: EntrypointExecutorParameters) -> Careful:
        made = Careful(parameters=parameters)
        made.job, made.stop = job, stop
        return made

    return make


async def _never_called(job: models.Job) -> None:
    raise NotImplementedError("Careful runs the job itself")


def _begins(job: Job) -> Callable[[models.Schedule], Coroutine[Any, Any, None]]:
    """What is done at the hour of a periodic job: it goes into the queue, where it is tried again if it fails. One that still waits is enough."""

    async def begin(_schedule: models.Schedule) -> None:
        if job.wanted():
            await enqueue(job.name, once=f"at its hour: {job.name}")

    return begin
