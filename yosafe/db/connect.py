"""Opening the database that the settings name, or yosafe's own."""

import asyncio
from functools import partial
from pathlib import Path

from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.replica import REPLICA
from yosafe.db.timing import say_slow
from yosafe.db.upgrade import check_upgraded
from yosafe.settings import Settings

__all__ = ["address_of", "check_upgraded", "connect", "disconnect", "home_of"]


def home_of(settings: Settings) -> Path:
    """Where yosafe's own server keeps its data."""
    return settings.home / "db"


async def address_of(settings: Settings) -> str:
    """Where the database is; our own server is started for it."""
    if settings.database_url is not None:
        return settings.database_url
    return await asyncio.to_thread(embedded.start, home_of(settings))


async def connect(settings: Settings, *, more: int = 0) -> None:
    """Open the database. `more`: connections beside those of the settings, for what keeps some.

    A server named in the settings may be away: that shows at first use. So may its replica. Our own is started, and started again if it dies."""
    say_slow(settings.slow_statement_ms / 1000)
    if settings.database_url is not None:
        await DB.open(settings.database_url, settings.pool_size + more)
        if settings.replica_url is not None:
            await REPLICA.open(settings.replica_url, settings.pool_size, wait=settings.replica_wait_ms / 1000)
        return
    start = partial(embedded.start, home_of(settings))
    await DB.open(await asyncio.to_thread(start), settings.pool_size + more, revive=start)


async def disconnect(settings: Settings) -> None:
    """Close the database; our own server stops if nobody else uses it."""
    await REPLICA.close()
    await DB.close()
    if settings.database_url is None:
        await asyncio.to_thread(embedded.leave, home_of(settings))
