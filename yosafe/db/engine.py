"""The one database engine, and the one way to open a transaction.

Piccolo's own engine connects when it is made, joins nested transactions silently, and loses connections when a task is cancelled at the wrong
moment. This one does none of that. Every fault of the database leaves here as an error of ours, without the database's own text.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextvars import ContextVar
from functools import partial
from time import perf_counter
from types import TracebackType
from typing import Any, Protocol, TypeVar, cast

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from yosafe.db.faults import FAULTS, guarded, kind_of
from yosafe.db.lending import END_SECONDS, Connection, Lending, Pool, cut
from yosafe.db.pools import WAIT_SECONDS, acquire, new_pool
from yosafe.db.timing import took
from yosafe.errors import DatabaseAway

T = TypeVar("T")

log = structlog.get_logger(__name__)

UNOPENED = "The database has not been opened. Start yosafe with `yosafe serve`, or open it with connect() first."

# Run at the start of each outermost transaction until one of them is committed: how a request's Idempotency-Key gets into that of its write.
AT_FIRST_WRITE: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("yosafe_at_first_write", default=None)


class Elsewhere(Protocol):
    """Who answers statements that only read, in place of the database that is written to."""

    async def answer(self, method: str, sql: str, args: Sequence[Any]) -> tuple[bool, Any]:
        """Whether it could, and the answer."""
        ...


# Asked first, outside transactions, for what `fetch`, `fetchrow` and `fetchval` are called with: see replica.py.
ELSEWHERE: ContextVar[Elsewhere | None] = ContextVar("yosafe_elsewhere", default=None)


class Transaction(PostgresTransaction):
    """A transaction; inside another one, a savepoint.

    Its end (commit or rollback, giving the connection back) runs to the end even when the task is cancelled, and the context variable is always
    put back. It belongs to the task that opened it: another task that was started inside it gets RuntimeError when it asks the database for anything.
    """

    __slots__ = ("_lending", "_owner")
    engine: "Engine"
    _parent: "Transaction | None"

    async def __aenter__(self) -> "Transaction":
        self._owner = asyncio.current_task()
        if self._parent is None:
            self._lending = self.engine.opened()
            self.connection = await self.engine.acquire(self._lending)
        else:
            self.connection = self._parent.connection_for_this_task()
        self.transaction = self.connection.transaction()
        try:
            await guarded(self.transaction.start)
        except BaseException:
            if self._parent is None:
                cut(self.connection)  # nobody knows whether it has begun
                await self._lending.release(self.connection)
            raise
        self.engine.current_transaction.set(self)
        if self._parent is None and (at_first_write := AT_FIRST_WRITE.get()) is not None:
            await self._begin_with(at_first_write)
        return self

    async def _begin_with(self, at_first_write: Callable[[], Awaitable[None]]) -> None:
        try:
            await at_first_write()
        except BaseException as fault:
            await self.__aexit__(type(fault), fault, fault.__traceback__)
            raise

    async def __aexit__(self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None) -> bool:
        self.engine.current_transaction.set(self._parent)
        await to_the_end(self._end(failed=exception is not None))
        if exception is None and self._parent is None:
            AT_FIRST_WRITE.set(None)
        return False

    def connection_for_this_task(self) -> Connection:
        if asyncio.current_task() is not self._owner:
            raise RuntimeError("A task that was started inside a transaction used the database. Start tasks outside transactions.")
        return self.connection

    async def _end(self, *, failed: bool) -> None:
        try:
            if failed:
                await self._undo()
            else:
                await guarded(self._within_reason, self.transaction.commit)
        except BaseException:
            failed = True
            raise
        finally:
            if self._parent is None:
                await (self._lending.release(self.connection) if failed else self._lending.take_back(self.connection))

    async def _undo(self) -> None:
        """Roll back. Where that fails the connection is cut, so the server rolls back; the caller sees what made it roll back, not this."""
        try:
            await self._within_reason(self.transaction.rollback)
        except FAULTS as fault:
            log.warning("rollback-failed", fault=kind_of(fault))
            cut(self.connection)

    async def _within_reason(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(END_SECONDS):
                await work()
        except TimeoutError:
            cut(self.connection)
            raise


class Engine(PostgresEngine):
    """Piccolo's engine over a pool that is opened, closed, and opened again on another database."""

    current_transaction: ContextVar[Transaction | None]  # type: ignore[assignment]  # transaction() makes only these

    def __init__(self) -> None:
        super().__init__(config={})
        self.revive: Callable[[], object] | None = None
        self.lending: Lending | None = None

    async def check_version(self) -> None:
        """Nothing: Piccolo would connect as soon as the engine is made."""

    async def prep_database(self) -> None:
        """Nothing: no extension is needed."""

    async def open(self, dsn: str, pool_size: int = 8, *, revive: Callable[[], object] | None = None) -> None:
        """Use the database at `dsn` from now on, instead of any other. Connections are made when needed: a server that is away does not fail this.
        `revive` is called, in a thread, when no connection can be made; then there is one more try."""
        await self.close()
        self.revive = revive
        self.pool = await guarded(new_pool, dsn, pool_size)
        self.lending = Lending(self.pool)

    async def close(self) -> None:
        """Give up all connections. Those still in use after some seconds are cut."""
        pool, lending, self.pool, self.lending = self.pool, self.lending, None, None
        if pool is None or lending is None:
            return
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await lending.release_all()
                await pool.close()
        except TimeoutError:
            log.warning("connections-cut")
            pool.terminate()

    @property
    def is_open(self) -> bool:
        return self.pool is not None

    def opened(self) -> Lending:
        if self.lending is None:
            raise DatabaseAway(UNOPENED)
        return self.lending

    async def acquire(self, lending: Lending) -> Connection:
        """A connection, to be given to `take_back` or `release` of the same. Raises DatabaseAway."""
        if (connection := lending.at_hand()) is not None:
            return connection
        ask = acquire if self.revive is None else partial(_acquire_or_revive, revive=self.revive)
        return await guarded(lending.wait, ask, WAIT_SECONDS)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """The open transaction's connection; else one of the pool for this while. Raises DatabaseAway when unopened, when the server is away,
        or when none comes free for some seconds."""
        transaction = self.current_transaction.get()
        if transaction is not None:
            yield transaction.connection_for_this_task()
            return
        lending = self.opened()
        connection = await self.acquire(lending)
        try:
            yield connection
        except BaseException:
            await lending.release(connection)
            raise
        await lending.take_back(connection)

    async def _call(self, method: str, sql: str, args: Sequence[Any]) -> Any:
        """One statement, on the same connection as connection() has, which costs more."""
        transaction = self.current_transaction.get()
        if transaction is not None:
            return await _timed(transaction.connection_for_this_task(), method, sql, args)
        if (elsewhere := ELSEWHERE.get()) is not None and method != "execute":
            answered, answer = await elsewhere.answer(method, sql, args)
            if answered:
                return answer
        lending = self.opened()
        connection = await self.acquire(lending)
        try:
            answer = await _timed(connection, method, sql, args)
        except BaseException:
            await lending.release(connection)
            raise
        await lending.take_back(connection)
        return answer

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """All rows."""
        return cast("list[asyncpg.Record]", await self._call("fetch", sql, args))

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """The first row."""
        return await self._call("fetchrow", sql, args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first column of the first row; None where there is no row."""
        return await self._call("fetchval", sql, args)

    async def execute(self, sql: str, *args: Any) -> str:
        """The server's word on it, such as "UPDATE 1". Without arguments there may be several statements."""
        return cast("str", await self._call("execute", sql, args))

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for many rows, all or none."""
        async with self.connection() as connection:
            await guarded(connection.executemany, sql, rows)

    async def copy_records(self, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> str:
        """Many rows by COPY, all or none. Any Python value for jsonb, as elsewhere."""
        async with self.connection() as connection:
            return await guarded(connection.copy_records_to_table, table, columns=list(columns), records=records)

    async def cursor(self, sql: str, *args: Any, batch: int = 1000) -> AsyncIterator[asyncpg.Record]:
        """Rows one after another, `batch` at a time from the server. Only inside a transaction; else RuntimeError."""
        transaction = self.current_transaction.get()
        if transaction is None:
            raise RuntimeError("A cursor lives in a transaction: put write_transaction() around it.")
        cursor = await guarded(_cursor, transaction.connection_for_this_task(), sql, args)
        while rows := await guarded(cursor.fetch, batch):
            for row in rows:
                yield row

    # What Piccolo calls.

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[asyncpg.Record]:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self.fetch(sql, *args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[asyncpg.Record]:
        await self.execute(ddl)
        return []

    def transaction(self, allow_nested: bool = True) -> Transaction:
        return Transaction(engine=self, allow_nested=allow_nested)

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> Any:
        raise RuntimeError("Piccolo's batch swallows what is raised inside it. Use DB.cursor in a transaction, or pages by key.")


DB = Engine()


def write_transaction() -> Transaction:
    """`async with write_transaction():` commits at the end, rolls back when anything is raised; nested, a savepoint."""
    return DB.transaction()


@contextlib.asynccontextmanager
async def plans_kept() -> AsyncIterator[None]:
    """A transaction in which each statement keeps its first plan. For statements that find few rows by indexes whatever they are asked with: of large
    tables PostgreSQL would plan them anew each time, which takes longer than running them."""
    async with write_transaction():
        await DB.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        yield


def in_transaction() -> bool:
    return DB.transaction_exists()


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """The result of work that is never left half done: a cancellation meanwhile is raised when it has ended."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as signal:
            cancelled = signal
    if cancelled is not None:
        if not task.cancelled() and (fault := task.exception()):
            log.warning("failed-while-cancelled", fault=kind_of(fault))
        raise cancelled
    return task.result()


async def _timed(connection: Connection, method: str, sql: str, args: Sequence[Any]) -> Any:
    """One statement; whoever measures hears how long it took, whatever came of it."""
    began = perf_counter()
    try:
        return await guarded(getattr(connection, method), sql, *args)
    finally:
        took(sql, perf_counter() - began)


async def _acquire_or_revive(pool: Pool, revive: Callable[[], object]) -> Connection:
    try:
        return await acquire(pool)
    except (ConnectionRefusedError, FileNotFoundError):  # nobody listens
        await asyncio.to_thread(revive)
    return await acquire(pool)


async def _cursor(connection: Connection, sql: str, args: tuple[Any, ...]) -> Any:
    return await connection.cursor(sql, *args)
