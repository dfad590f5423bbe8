"""Connections to PostgreSQL as yosafe wants them, and pools of them.

jsonb comes as Python values and takes any Python value, but a str is taken as JSON text already made: that is what Piccolo's JSONB columns send.
"""

import asyncio
from typing import Any

import asyncpg
import msgspec

from yosafe.db.lending import Connection, Pool

WAIT_SECONDS = 10  # for a connection to be free or made
LONGEST_KEPT = 200_000  # bytes of a statement whose plan is kept: a chronology of all sources is long, and planning it takes longer than reading it
# Statements that a connection keeps. The pages have some 450; one that was dropped is parsed and planned anew each time that its page is asked for.
MOST_KEPT = 500
SERVER_SETTINGS = {"application_name": "yosafe", "timezone": "UTC", "statement_timeout": "120s", "lock_timeout": "10s"}


async def new_pool(dsn: str, size: int, *, patience: float = WAIT_SECONDS) -> Pool:
    """Connections are made when needed, each within `patience` seconds."""
    return await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=size,
        timeout=patience,
        init=teach_json,
        reset=_leave_as_it_is,
        server_settings=SERVER_SETTINGS,
        max_cacheable_statement_size=LONGEST_KEPT,
        statement_cache_size=MOST_KEPT,
        max_cached_statement_lifetime=0,  # until another one takes its place: plans are made anew where the tables changed
    )


async def acquire(pool: Pool, *, patience: float = WAIT_SECONDS) -> Connection:
    # not acquire(timeout=): it waits in a second task, and a cancellation between the two loses the connection
    async with asyncio.timeout(patience):
        return await pool.acquire()


async def _leave_as_it_is(connection: Connection) -> None:
    """Called when a connection goes back, after asyncpg has rolled back what was open. We set nothing on a session, so there is nothing to reset,
    and every request is spared a round trip."""


async def teach_json(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_json, decoder=_unjson, format="binary")


def _json(value: Any) -> bytes:
    return b"\x01" + (value.encode() if isinstance(value, str) else msgspec.json.encode(value))  # 1 is the version of jsonb's binary form


def _unjson(value: bytes) -> Any:
    return msgspec.json.decode(value[1:])
