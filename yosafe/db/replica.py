"""Reading from a streaming standby of the database, so that what is counted does not slow down what is recorded.

Nothing that is read there is older than the moment at which the reading began: a standby is asked only once it has all that the main server had
confirmed by then, so people always see what they have just written themselves, through whichever worker. One that takes too long over it, that is
away, or that is none, is left alone until it is fit again; meanwhile, and in every transaction, the main server is asked.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextvars import Context
from enum import StrEnum
from functools import partial
from typing import Any

import asyncpg
import structlog
from msgspec import Struct

from yosafe.db.engine import DB, ELSEWHERE
from yosafe.db.faults import FAULTS, DatabaseFault, guarded, kind_of, translated
from yosafe.db.lending import Connection, Lending, cut
from yosafe.db.pools import SERVER_SETTINGS, acquire, new_pool
from yosafe.db.timing import took
from yosafe.errors import Conflict, DatabaseAway, DomainError

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0  # seconds between two looks at how it stands
PATIENCE = 3.0  # seconds for a connection or a sign of life; then it is away
STATEMENT_TIMEOUT, READ_ONLY = "57014", "25006"

NOW = "SELECT pg_current_wal_flush_lsn()::text, (SELECT system_identifier FROM pg_control_system())"
# Whether it has all of it; null where it is no standby of this very server.
HAS_IT = """
    SELECT CASE WHEN pg_is_in_recovery() AND (SELECT system_identifier FROM pg_control_system()) = $2
        THEN pg_last_wal_replay_lsn() >= $1::text::pg_lsn END
"""
BEHIND_BY = "SELECT pg_wal_lsn_diff($1::text::pg_lsn, pg_last_wal_replay_lsn())::bigint"


class Reads(StrEnum):
    """All that is read from the replica: numbers, and facts without a viewer. Who may see what, sessions, lists of records, records themselves and
    the trail are asked of the main server."""

    REPORTS = "reports"  # the datasets of reports
    PATTERNS = "patterns"  # when and where harm is recorded, and how soon again; not whom it names
    FIGURES = "figures"  # how often flags were borne out, how joint reviews went
    FACTS = "facts"  # what indicators and the risk model are worked out from


class State(StrEnum):
    IN_USE = "in use"
    BEHIND = "behind"
    AWAY = "away"
    UNFIT = "no standby of this database"


class Standing(Struct, frozen=True):
    """How the replica stands, as the worker sees it that was asked. `behind_bytes`: how much of what was recorded it has yet to take in, where that
    can be said."""

    state: State
    behind_bytes: int | None


class Moment(Struct, frozen=True):
    """What the main server had confirmed, and which server that is."""

    upto: str
    system: int


class Replica:
    """The standby that the settings name, if they name one."""

    def __init__(self) -> None:
        self.heard: Callable[[Reads, bool], None] = lambda what, there: None
        self._dsn = ""
        self._wait = 0.0
        self._size = 0
        self._lending: Lending | None = None
        self._eye: Connection | None = None  # a connection of its own to look with: those of the pool may all be at work
        self._state = State.AWAY
        self._behind: int | None = None
        self._looked, self._look_now = asyncio.Event(), asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def open(self, dsn: str, pool_size: int, *, wait: float) -> None:
        """Read there from now on, once it is fit. `wait`: the seconds that a read waits for it to have what was recorded before; it is behind where
        it takes longer. That it is away does not fail this."""
        await self.close()
        self._dsn, self._size, self._wait = dsn, pool_size, wait
        self._lending = Lending(await guarded(_pool, dsn, pool_size))
        self._state, self._behind = State.AWAY, None
        self._looked, self._look_now = asyncio.Event(), asyncio.Event()
        self._watch = asyncio.create_task(self._keep_looking(), context=Context())

    async def close(self) -> None:
        watch, lending, self._watch, self._lending = self._watch, self._lending, None, None
        if watch is not None:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
        self._close_eye()
        if lending is not None:
            lending.pool.terminate()

    def standing(self) -> Standing | None:
        """None where none is named."""
        return None if self._lending is None else Standing(self._state, self._behind)

    async def looked(self) -> None:
        """Wait until it was looked at after it was opened."""
        await self._looked.wait()

    @property
    def in_use(self) -> bool:
        return self._lending is not None and self._state is State.IN_USE

    async def answer(self, moment: Moment, method: str, sql: str, args: Sequence[Any]) -> tuple[bool, Any]:
        """Whether it had all that was confirmed at a moment, and its answer to a statement. Where it gets lost meanwhile it had not: nothing was
        changed by asking. Faults of the statement itself are raised as the main server's are."""
        lending = self._lending
        if lending is None or not self.in_use:
            return False, None
        try:
            return await self._ask(lending, moment, method, sql, args)
        except FAULTS as fault:
            error = self._its_own(fault)
            if error is None:
                self._look_now.set()
                return False, None
        raise error  # out here, so that the fault with its values is not chained to it

    async def _ask(self, lending: Lending, moment: Moment, method: str, sql: str, args: Sequence[Any]) -> tuple[bool, Any]:
        connection = lending.at_hand()
        if connection is None:
            connection = await lending.wait(partial(acquire, patience=PATIENCE), PATIENCE)
        try:
            there = await self._has(connection, moment)
            began = time.perf_counter()
            answer = await getattr(connection, method)(sql, *args) if there else None
        except BaseException:
            await lending.release(connection)
            raise
        if there:
            took(sql, time.perf_counter() - began)
        else:
            self._look_now.set()
        await lending.take_back(connection)
        return bool(there), answer

    async def _has(self, connection: Connection, moment: Moment) -> bool | None:
        """Whether it has all of it, or comes to it in time; None where it is no standby of this server."""
        until, pause = time.monotonic() + self._wait, 0.002
        while True:
            async with asyncio.timeout(PATIENCE):
                there: bool | None = await connection.fetchval(HAS_IT, moment.upto, moment.system)
            if there is not False or time.monotonic() >= until:
                return there
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.05)

    def _its_own(self, fault: BaseException) -> Exception | None:
        """The error to raise for what is the statement's own fault; None where the server was lost, or what was read was cleared away under it."""
        state = fault.sqlstate if isinstance(fault, asyncpg.PostgresError) else ""
        if state == READ_ONLY:
            return RuntimeError("A statement that writes was sent to the replica. Put it behind from_replica().")
        error = translated(fault) or DatabaseFault(kind_of(fault))
        return None if isinstance(error, DatabaseAway | Conflict) and state != STATEMENT_TIMEOUT else error

    # Looking how it stands.

    async def _keep_looking(self) -> None:
        while True:
            self._look_now.clear()
            try:
                await self._look()
            finally:
                self._looked.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._look_now.wait()

    async def _look(self) -> None:
        try:
            moment = await moment_now()
        except (DomainError, DatabaseFault):  # the main server is away: whoever needs that says so
            return
        try:
            async with asyncio.timeout(PATIENCE + self._wait):
                if self._eye is None or self._eye.is_closed():
                    self._eye = await asyncpg.connect(self._dsn, timeout=PATIENCE, server_settings=SERVER_SETTINGS)
                there = await self._has(self._eye, moment)
                self._behind = await self._eye.fetchval(BEHIND_BY, moment.upto) if there is not None else None
        except FAULTS as fault:
            self._behind = None
            await self._lost(kind_of(fault))
            return
        self._say({True: State.IN_USE, False: State.BEHIND, None: State.UNFIT}[there])

    async def _lost(self, fault: str) -> None:
        """Cut whatever is still asked there: it is asked of the main server then."""
        self._close_eye()
        self._say(State.AWAY, fault=fault)
        lending = self._lending
        if lending is not None and lending.pool.get_size():
            self._lending = Lending(await guarded(_pool, self._dsn, self._size))
            lending.pool.terminate()

    def _say(self, state: State, **why: str) -> None:
        if state is not self._state or (state is State.AWAY and not self._looked.is_set()):
            self._state = state
            (log.info if state is State.IN_USE else log.warning)("replica", state=state.value, **why)

    def _close_eye(self) -> None:
        eye, self._eye = self._eye, None
        if eye is not None:
            cut(eye)


async def _pool(dsn: str, size: int) -> Any:
    return await new_pool(dsn, size, patience=PATIENCE)


async def moment_now() -> Moment:
    """As much as the main server has confirmed by now."""
    row: Any = await DB.fetchrow(NOW)
    return Moment(*row)


REPLICA = Replica()


class _Reading:
    """What is read in one block."""

    def __init__(self, replica: Replica, what: Reads, moment: Moment | None) -> None:
        self.replica, self.what, self.moment, self.over = replica, what, moment, False

    async def answer(self, method: str, sql: str, args: Sequence[Any]) -> tuple[bool, Any]:
        if self.over:  # a task that was started in the block and outlived it
            return False, None
        there, answer = (False, None) if self.moment is None else await self.replica.answer(self.moment, method, sql, args)
        self.replica.heard(self.what, there)
        return there, answer


@contextlib.asynccontextmanager
async def from_replica(what: Reads) -> AsyncIterator[None]:
    """What is fetched meanwhile outside a transaction comes from the replica, where there is one that has all that was recorded before; else, and
    what is executed in any case, it goes where everything goes. `async with from_replica(Reads.REPORTS): rows = await DB.fetch(...)`."""
    if REPLICA.standing() is None or DB.transaction_exists() or ELSEWHERE.get() is not None:
        yield
        return
    await REPLICA.looked()
    reading = _Reading(REPLICA, what, await moment_now() if REPLICA.in_use else None)
    token = ELSEWHERE.set(reading)
    try:
        yield
    finally:
        reading.over = True
        ELSEWHERE.reset(token)
