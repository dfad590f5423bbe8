"""Doing the jobs inside `yosafe serve`, where yosafe brings its own database: nobody has to start a second program on a laptop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from yosafe.db.engine import DB
from yosafe.db.faults import FAULTS, kind_of
from yosafe.errors import DomainError

LOCK = 7_305_184_417  # any number, as long as it stays the same
LOOK_EVERY = 10.0  # seconds, whether the process that does the jobs has gone
END_WITHIN = 8.0  # seconds for what is in hand when yosafe stops; what takes longer is begun anew at the next start
CONNECTIONS = 2  # that it keeps: one holds the lock, one hears of new jobs

log = structlog.get_logger(__name__)


@asynccontextmanager
async def working_beside() -> AsyncIterator[None]:
    """Do the jobs while the block lasts. Of several web workers on one database, one does: the others take over when it ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(_in_turn(stop))
    try:
        yield
    finally:
        stop.set()
        _, slow = await asyncio.wait({task}, timeout=END_WITHIN)
        if slow:
            from .working import cut_off  # it has been loaded, or nothing would be slow

            cut_off()
            await asyncio.wait({task}, timeout=END_WITHIN)
            task.cancel()


async def _in_turn(stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await _work_if_nobody_does(stop)
        except (*FAULTS, DomainError) as fault:
            log.warning("work-interrupted", fault=kind_of(fault))
        try:
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        except TimeoutError:
            continue


async def _work_if_nobody_does(stop: asyncio.Event) -> None:
    async with DB.connection() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            return
        try:
            from .working import work  # here: a web worker that does no jobs need not load it

            await work(stop=stop)
        finally:
            if not connection.is_closed():
                await connection.fetchval("SELECT pg_advisory_unlock($1)", LOCK)
