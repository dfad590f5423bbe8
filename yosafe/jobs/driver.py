"""What pgqueuer talks to the database through: our engine. So a job that is asked for inside a transaction is part of it, and a worker finds the
database again as everything else does."""

import asyncio
from typing import Any, Self

from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import Driver, NotifyCallback

from yosafe.db.engine import DB
from yosafe.db.lending import Connection


class OverEngine(Driver):
    """pgqueuer's driver over DB. It hears of new jobs on one connection of the pool, which it keeps while it listens.

    Faults pass as asyncpg raises them, since pgqueuer tells some apart: whoever calls it guards them.
    """

    def __init__(self) -> None:
        self._shutdown = asyncio.Event()
        self._entered = 0
        self._hears: Connection | None = None
        self._heard: list[tuple[str, Any]] = []

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        async with DB.connection() as connection:
            return [dict(row) for row in await connection.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        async with DB.connection() as connection:
            return str(await connection.execute(query, *args))

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        if self._hears is None:
            self._hears = await DB.acquire(DB.opened())

        def relay(_connection: object, _pid: int, _channel: str, payload: str) -> None:
            callback(payload)

        await self._hears.add_listener(channel, relay)
        self._heard.append((channel, relay))

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> Self:
        self._entered += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self._entered -= 1  # the queue and the clock enter it both: the last to leave gives the connection back
        if self._entered > 0 or self._hears is None:
            return
        connection, self._hears = self._hears, None
        try:
            if not connection.is_closed():
                for channel, relay in self._heard:
                    await connection.remove_listener(channel, relay)
        finally:
            self._heard.clear()
            await DB.opened().release(connection)
