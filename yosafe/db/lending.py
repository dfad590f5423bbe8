"""Connections between one use and the next. asyncpg's pool takes a task and two timers to have one back; most uses of ours are one statement, so one
that ended well is kept at hand for whoever asks next, and goes back to the pool when nobody has asked for a second."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import asyncpg
import structlog

from yosafe.db.faults import FAULTS, kind_of

Pool = Any
Connection = Any  # asyncpg's pool hands out proxies that answer to everything a Connection does

log = structlog.get_logger(__name__)

END_SECONDS = 30  # for a commit, rollback or release; after that the connection is cut
AT_HAND_SECONDS = 1.0


class Lending:
    """What is lent of one pool."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._at_hand: list[Connection] = []
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._going_back: set[asyncio.Task[None]] = set()

    def at_hand(self) -> Connection | None:
        """The one that was used last, None where the pool must be asked."""
        while self._at_hand:
            connection = self._at_hand.pop()
            with contextlib.suppress(asyncpg.InterfaceError):  # it was lost, and the pool has noticed
                if not connection.is_closed():
                    return connection
            cut(connection)
        return None

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """While someone waits for the pool, nothing is kept from it."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def take_back(self, connection: Connection) -> None:
        """Of a connection whose use ended well: to be at hand, unless the pool has to see to it or someone waits there."""
        if self._waiting or connection.is_closed() or connection.is_in_transaction():
            await self.release(connection)
            return
        self._at_hand.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(AT_HAND_SECONDS, self._let_go)

    async def release(self, connection: Connection) -> None:
        """To the pool, which rolls back what is open and ends what was cancelled; asyncpg does it in a task that a cancellation does not reach. One
        that can't be cleaned is cut."""
        try:
            await self.pool.release(connection, timeout=END_SECONDS)
        except FAULTS as fault:
            log.warning("connection-cut", fault=kind_of(fault))

    async def release_all(self) -> None:
        """Keep nothing from the pool: it is about to be closed, or looked at."""
        if self._timer is not None:
            self._timer.cancel()
        self._let_go()
        while self._going_back:
            await asyncio.wait(self._going_back)

    def _let_go(self) -> None:
        self._timer = None
        at_hand, self._at_hand = self._at_hand, []
        for connection in at_hand:
            task = asyncio.ensure_future(self.release(connection))
            self._going_back.add(task)
            task.add_done_callback(self._going_back.discard)


def cut(connection: Connection) -> None:
    """End a connection without a word to the server, which rolls back what was open."""
    with contextlib.suppress(asyncpg.InterfaceError):  # it was lost, and the pool has noticed
        connection.terminate()
