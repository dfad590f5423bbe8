"""The queue. A job stands or falls with the transaction that asks for it. The library is pgqueuer (docs/adr/0010); only this package knows it."""

import datetime as dt
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.db.engine import DB
from yosafe.db.faults import guarded

from .registry import jobs

SCHEMA, CHANNEL = "job_queue", "yosafe_jobs"
KEPT_FOR = dt.timedelta(days=30)


class Failed(Struct, frozen=True, kw_only=True):
    """A job that was tried as often as its kind is, and lies there until someone tries it again. `fault` is the kind of the last one."""

    id: int
    job: str
    tries: int
    asked_at: dt.datetime
    failed_at: dt.datetime
    fault: str


class Standing(Struct, frozen=True, kw_only=True):
    """How many wait, are being done, and have failed for good; for how many seconds the oldest that is due has waited. `late_seconds`: for how long
    the hour of a periodic job has passed without a worker that begins it; None where none has ever run."""

    waiting: int
    running: int
    failed: int
    oldest_seconds: int
    late_seconds: int | None


def new_queries() -> Any:
    """pgqueuer's queries over our engine. Imported when needed: a command that asks for no job starts fast."""
    from pgqueuer.adapters.persistence import qb
    from pgqueuer.domain.settings import DBSettings, Durability
    from pgqueuer.domain.types import Channel
    from pgqueuer.queries import Queries

    from .driver import OverEngine

    names = DBSettings(  # all of them: it would take what is left out from the environment, under names as common as CHANNEL
        prefix="", db_schema=SCHEMA, channel=Channel(CHANNEL), function="fn_pgqueuer_changed", trigger="tg_pgqueuer_changed", queue_table="pgqueuer",
        queue_table_log="pgqueuer_log", statistics_table="pgqueuer_statistics", schedules_table="pgqueuer_schedules",
        queue_status_type="pgqueuer_status", durability=Durability.durable,
    )  # fmt: skip
    return Queries(
        OverEngine(),
        qbe=qb.QueryBuilderEnvironment(settings=names),
        qbq=qb.QueryQueueBuilder(settings=names),
        qbs=qb.QuerySchedulerBuilder(settings=names),
    )


_queries = cache(new_queries)


async def enqueue(name: str, *, once: str | None = None, after: dt.timedelta | None = None, **payload: int | str) -> bool:
    """Ask for a job, as part of the open transaction if there is one. `once`: not where one with this key waits or runs; False then.
    `payload` holds numbers and codes only. Raises KeyError for a job that is not registered."""
    jobs()[name]
    made = await guarded(_queries().enqueue, name, msgspec.json.encode(payload), 0, after, once, None, on_conflict="skip")
    return made[0] is not None


_FAILED = f"""
    SELECT q.id, q.entrypoint AS job, q.attempts + 1 AS tries, q.created AS asked_at, q.updated AS failed_at,
        coalesce((
            SELECT l.traceback ->> 'exception_message' FROM {SCHEMA}.pgqueuer_log l
            WHERE l.job_id = q.id AND l.traceback IS NOT NULL ORDER BY l.created DESC, l.id DESC LIMIT 1
        ), 'not known') AS fault
    FROM {SCHEMA}.pgqueuer q WHERE q.status = 'failed' ORDER BY q.updated DESC, q.id DESC LIMIT 200
"""
_STANDING = f"""
    SELECT count(*) FILTER (WHERE status = 'queued') AS waiting, count(*) FILTER (WHERE status = 'picked') AS running,
        count(*) FILTER (WHERE status = 'failed') AS failed,
        coalesce(extract(epoch FROM now() - min(execute_after) FILTER (WHERE status = 'queued' AND execute_after <= now())), 0)::int
            AS oldest_seconds,
        (SELECT CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM now() - min(s.next_run)))::int END
            FROM {SCHEMA}.pgqueuer_schedules s) AS late_seconds
    FROM {SCHEMA}.pgqueuer
"""


async def failed() -> list[Failed]:
    """The jobs that have failed for good, the newest first."""
    return [Failed(**row) for row in await DB.fetch(_FAILED)]


async def try_again() -> int:
    """Let every job that failed for good begin anew; how many."""
    ids = [one.id for one in await failed()]
    await guarded(_queries().requeue_jobs, ids)
    return len(ids)


async def standing() -> Standing:
    """How the queue stands."""
    row = await DB.fetchrow(_STANDING)
    return Standing(**dict(row or {}))


async def anything_due() -> bool:
    """Whether a job is being done, or could be."""
    due = f"SELECT EXISTS (SELECT FROM {SCHEMA}.pgqueuer WHERE status = 'picked' OR (status = 'queued' AND execute_after <= now()))"
    return bool(await DB.fetchval(due))


async def tidy() -> None:
    """Take out what is noted of jobs that ended more than 30 days ago."""
    before = dt.datetime.now(dt.UTC) - KEPT_FOR  # the library's own clock, not one that tests stop
    await DB.execute(f"DELETE FROM {SCHEMA}.pgqueuer_log WHERE created < $1", before)
    await DB.execute(f"DELETE FROM {SCHEMA}.pgqueuer_statistics WHERE created < $1", before)
