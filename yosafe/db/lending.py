"""Connections between one use and the next. asyncpg's pool takes a task and two timers to have one back; most uses of ours are one statement, so one
that ended well is kept at hand for whoever asks next, and goes back to the pool when nobody has asked for a second."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
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
    """What is lent of one pool. It is asked only for as many as it has: who comes when all are in use gets the next one back from whoever has it."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._room: int = pool.get_max_size()  # how many more the pool may be asked for
        self._at_hand: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._going_back: set[asyncio.Task[None]] = set()

    def at_hand(self) -> Connection | None:
        """The one that was used last, None where one must be waited for."""
        while self._at_hand:
            connection = self._at_hand.pop()
            with contextlib.suppress(asyncpg.InterfaceError):  # it was lost, and the pool has noticed
                if not connection.is_closed():
                    return connection
            cut(connection)
            self._leave_room()
        return None

    async def wait(self, ask: Callable[[Pool], Awaitable[Connection]], seconds: float) -> Connection:
        """One that `ask` has of the pool where there is room, else the next to come back, whoever has waited longest first. Raises TimeoutError where
        none comes back for so long."""
        if self._room:
            self._room -= 1
        elif (connection := await self._next(seconds)) is not None:
            return connection
        try:
            return await ask(self.pool)
        except BaseException:
            self._leave_room()
            raise

    async def _next(self, seconds: float) -> Connection | None:
        """The next to come back; None for leave to ask the pool."""
        coming: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(coming)
        try:
            async with asyncio.timeout(seconds):
                return await coming
        except BaseException:
            if coming.done() and not coming.cancelled():  # it came as this was given up: it is the next one's
                self._pass_on(coming.result())
            raise

    def _pass_on(self, connection: Connection | None) -> None:
        """To whoever has waited longest, or at hand; None is room in the pool."""
        while self._waiting:
            if not (coming := self._waiting.popleft()).done():
                coming.set_result(connection)
                return
        if connection is None:
            self._room += 1
            return
        self._at_hand.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(AT_HAND_SECONDS, self._let_go)

    def _leave_room(self) -> None:
        self._pass_on(None)

    async def take_back(self, connection: Connection) -> None:
        """Of a connection whose use ended well: for whoever waits, or to be at hand, unless the pool has to see to it."""
        fit = False
        with contextlib.suppress(asyncpg.InterfaceError):  # it was lost just after its use, and the pool has noticed
            fit = not connection.is_closed() and not connection.is_in_transaction()
        if fit:
            self._pass_on(connection)
        else:
            await self.release(connection)

    async def release(self, connection: Connection) -> None:
        """To the pool, which rolls back what is open and ends what was cancelled; asyncpg does it in a task that a cancellation does not reach. One
        that can't be cleaned is cut."""
        try:
            await self.pool.release(connection, timeout=END_SECONDS)
        except FAULTS as fault:
            log.warning("connection-cut", fault=kind_of(fault))
        finally:
            self._leave_room()

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
