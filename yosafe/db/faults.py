"""What the database can say, as errors fit to be shown. Its own text holds rows' values, so it never leaves: neither shown nor logged nor chained."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
import structlog

from yosafe.errors import Conflict, DatabaseAway, DomainError, Invalid

T = TypeVar("T")
log = structlog.get_logger(__name__)

# InternalClientError: asyncpg lost count of what it had sent, as it does when the server is killed at the wrong moment.
FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

AWAY = "The database can't be reached just now. Try again in a minute; if it goes on, ask whoever runs yosafe to look at the database server."
BUSY = "The database is too busy to answer. Try again in a minute."
MISNAMED = "The database server refuses yosafe. Check the name, account and password in YOSAFE_DATABASE_URL."
CONFLICT = "This conflicts with what is already recorded. Look at the record again before you try once more."
AGAIN = "Someone else was changing the same thing. Nothing was saved. Try again."
UPGRADED = "The database was upgraded just now. Nothing was saved. Try again."
UNFIT = "One of the values can't be kept: a number is too large, a text too long, or a character is not allowed."

# SQLSTATEs, or the two characters of their class. https://www.postgresql.org/docs/18/errcodes-appendix.html
_ANSWERS: dict[str, tuple[type[DomainError], str]] = {
    "08": (DatabaseAway, AWAY),  # connection exception
    "23": (Conflict, CONFLICT),  # integrity constraint violation
    "22": (Invalid, UNFIT),  # data exception
    "28": (DatabaseAway, MISNAMED),  # invalid authorisation
    "3D": (DatabaseAway, MISNAMED),  # no such database
    "53": (DatabaseAway, BUSY),  # insufficient resources
    "40001": (Conflict, AGAIN),  # serialisation failure
    "40P01": (Conflict, AGAIN),  # deadlock
    "55P03": (Conflict, AGAIN),  # lock not available within lock_timeout
    "57014": (DatabaseAway, BUSY),  # statement_timeout
    "57P01": (DatabaseAway, AWAY),  # the server is stopping,
    "57P02": (DatabaseAway, AWAY),  # has crashed,
    "57P03": (DatabaseAway, AWAY),  # or is starting
    "25006": (DatabaseAway, AWAY),  # read-only: a standby was reached
}

LOST = ("is closed", "is closing", "was closed", "released back to the pool")


class DatabaseFault(Exception):
    """A fault in yosafe's own use of the database: wrong kind of argument, unforeseen error. Says the kind of fault only."""


def kind_of(fault: BaseException) -> str:
    return type(fault).__name__


async def guarded(work: Callable[..., Awaitable[T]], *args: Any, **options: Any) -> T:
    """The result of a call to asyncpg; its faults as DomainErrors. Mistakes in SQL (class 42) pass as they are: they name columns, not values."""
    try:
        return await work(*args, **options)
    except FAULTS as fault:
        error = translated(fault)
        if error is None:
            raise
    raise error  # out here, so that the fault with its values is not chained to it


def translated(fault: BaseException) -> Exception | None:
    """The error to raise instead, None where the fault may be raised as it is."""
    if isinstance(fault, asyncpg.DataError) and fault.__cause__ is not None:
        return _from_argument(fault, fault.__cause__)
    if isinstance(fault, asyncpg.InvalidCachedStatementError):  # outside a transaction asyncpg plans it anew by itself
        return DatabaseAway(UPGRADED)
    if isinstance(fault, asyncpg.PostgresError):
        return _from_server(fault)
    if isinstance(fault, asyncpg.InterfaceError):
        return DatabaseAway(AWAY) if any(words in str(fault) for words in LOST) else None  # the rest is misuse
    if isinstance(fault, TimeoutError):
        return DatabaseAway(BUSY)
    return DatabaseAway(AWAY)


def _from_server(fault: asyncpg.PostgresError) -> Exception | None:
    state = fault.sqlstate or ""
    if state.startswith("42"):
        return None
    kind, words = _ANSWERS.get(state) or _ANSWERS.get(state[:2]) or (None, "")
    names = {name: getattr(fault, f"{name}_name", None) for name in ("table", "column", "constraint")}
    log.warning("database-fault", fault=kind_of(fault), state=state, **{name: value for name, value in names.items() if value})
    return kind(words) if kind else DatabaseFault(f"{kind_of(fault)} ({state})")


def _from_argument(fault: asyncpg.DataError, cause: BaseException) -> Exception:
    """asyncpg could not encode an argument, and said so before the server could: too large a number is the visitor's, a wrong type is ours."""
    if isinstance(cause, OverflowError):
        return Invalid(UNFIT)
    return DatabaseFault(f"{str(fault).split(':', 1)[0]} ({kind_of(cause)})")
