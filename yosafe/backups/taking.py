"""Taking a backup: one picture of the whole database, closed as it is read, and a file only when it is whole."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from pyrage.x25519 import Recipient

from yosafe import __version__, clock
from yosafe.audit import anchor
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.upgrade import status
from yosafe.errors import Conflict

from . import archive
from .archive import Contents
from .programs import programs, running

# Every table, of whatever schema: the queue's, too.
TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
# The picture is held for as long as it takes to write it down.
PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


class Taken(Struct, frozen=True, kw_only=True):
    """A backup that lies there whole: where, how large, of how many rows in how many tables, and as at when."""

    file: str
    bytes: int
    tables: int
    rows: int
    made_at: str


async def take(file: Path, dsn: str, for_whom: Sequence[Recipient], *, by: Actor) -> Taken:
    """Write a backup of the database that is open, whose address is `dsn`, while others use it. Raises Conflict where the file is there already or
    can't be written whole (then there is none), or where no programs fit the server."""
    if await asyncio.to_thread(file.exists):
        raise Conflict(f"{file} is there already: a backup is never overwritten. Name another file.")
    contents, written = await _written(file, dsn, for_whom)
    async with write_transaction():
        await record(EventName.BACKUP_TAKEN, by=by, detail={"rows": contents.total, "bytes": written})
    return Taken(file=str(file), bytes=written, tables=len(contents.rows), rows=contents.total, made_at=contents.made_at.isoformat())


async def _written(file: Path, dsn: str, for_whom: Sequence[Recipient]) -> tuple[Contents, int]:
    async with write_transaction():
        await DB.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await DB.execute(PATIENT)
        contents = await _contents()
        snapshot = await DB.fetchval("SELECT pg_export_snapshot()")
        folder = await asyncio.to_thread(programs, contents.server)
        written = await asyncio.to_thread(_write, file, contents, folder, snapshot, dsn, for_whom)
    return contents, written


async def _contents() -> Contents:
    rows = {f"{t['schemaname']}.{t['tablename']}": await count(t["schemaname"], t["tablename"]) for t in await DB.fetch(TABLES)}
    return Contents(
        made_at=clock.now(), yosafe=__version__, server=await server_version(), migrations=tuple((await status()).applied), rows=rows,
        chains=await anchor.take(),
    )  # fmt: skip


async def count(schema: str, table: str) -> int:
    return int(await DB.fetchval(f'SELECT count(*) FROM "{schema}"."{table}"'))  # names of the catalogue


async def server_version() -> int:
    """The server's major version."""
    return int(await DB.fetchval("SHOW server_version_num")) // 10000


def _write(file: Path, contents: Contents, folder: Path, snapshot: str, dsn: str, for_whom: Sequence[Recipient]) -> int:
    """The file, under its name only when it is whole and on the disk."""
    partial = file.with_name(f"{file.name}.partial")
    words = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out, running(folder / "pg_dump", *words, dsn=dsn, stdout=subprocess.PIPE) as program:
            stream = program.process.stdout
            if stream is None:
                raise RuntimeError("pg_dump was started without its output")
            written = archive.write(contents, stream, program.check, out, for_whom)  # type: ignore[arg-type]  # a pipe reads as a file does
            out.flush()
            os.fsync(out.fileno())
        os.link(partial, file)  # unlike a rename it does not overwrite
    except FileExistsError:
        raise Conflict(f"{file} is there already: a backup is never overwritten. Name another file.") from None
    except OSError as fault:
        raise Conflict(f"{file} can't be written ({fault.strerror}). No backup was taken. Make space, or name another place.") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()
    return written
