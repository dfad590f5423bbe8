"""Restoring a backup, into a database of its own that gets its name only when it was looked through; and looking through one without keeping it."""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import asyncpg
from msgspec import Struct
from pyrage.x25519 import Identity

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.audit.verify import verify
from yosafe.db import embedded
from yosafe.db.engine import DB, write_transaction
from yosafe.db.faults import AWAY
from yosafe.db.upgrade import migrations, upgrade
from yosafe.errors import Conflict, DatabaseAway, Invalid, NotUpgraded

from . import archive
from .archive import Contents
from .programs import of_database, programs, running
from .taking import TABLES, count

PART = "restoring"
NOT_THE_SAME = "What was restored is not what the backup says it holds"
IN_USE = "The database is in use. Stop every `yosafe serve` and `yosafe work` first, then restore again."
SCRATCH = "checking-"
_LIKE = """
    SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider::text AS provider, datcollate, datctype,
        coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale
    FROM pg_database d WHERE datname = current_database()
"""
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_PROVIDERS = {"b": "builtin", "i": "icu", "c": "libc"}


class Restored(Struct, frozen=True, kw_only=True):
    """What was looked through: as at when it was taken, its rows, the entries of its trail. `upgraded`: migrations applied since; `kept`: the name
    that the database which was there before has now."""

    made_at: str
    tables: int
    rows: int
    entries: int
    upgraded: tuple[str, ...]
    kept: str | None = None


async def check(file: Path, keys: Sequence[Identity], home: Path) -> Restored:
    """Restore a backup into a PostgreSQL of its own under `home`, look through it and take it away again. Raises Invalid for one that can't be
    opened or is not what it says, NotUpgraded for one of a newer yosafe. Leaves the engine closed."""
    _clear(home)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=home))  # beside the data, not in /tmp: for this while it holds what they hold
    try:
        dsn = await asyncio.to_thread(lambda: embedded.start(scratch, durable=False))
        found = await _put(file, keys, dsn)
        return await _looked_through(found, dsn)
    finally:
        await DB.close()
        await asyncio.to_thread(embedded.stop, scratch)
        shutil.rmtree(scratch)


def _clear(home: Path) -> None:
    """Take away what a check that was killed has left."""
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{SCRATCH}*"):
        if not embedded.running(left):
            shutil.rmtree(left, ignore_errors=True)


async def restore(file: Path, keys: Sequence[Identity], dsn: str, *, replace: bool, by: Actor) -> Restored:
    """Put a backup in the place of the database at `dsn`, brought to the schema of this yosafe. `replace`: where that has something in it, which is
    then kept under another name. Raises Conflict where it has, or is in use, and what check() raises; nothing has been changed then."""
    name = unquote(urlsplit(dsn).path.lstrip("/"))
    stamp = f"{clock.now():%Y%m%d%H%M%S}"
    new = f"{name}_{PART}_{stamp}"
    async with _connection(dsn) as here:
        filled = await here.fetchval("SELECT to_regclass('migration') IS NOT NULL")
        if filled and not replace:
            raise Conflict(
                f"The database {name} has records in it. Restore into an empty one, or give --replace: the records that are there are then kept "
                "as a database of another name."
            )
        if await here.fetchval(_OTHERS):
            raise Conflict(IN_USE)
        await _clear_databases(here, f"{name}_{PART}_")
        await _asked(here, await _create(here, new))
    try:
        found = await _put(file, keys, of_database(dsn, new))
        looked = await _looked_through(found, of_database(dsn, new), by=by)
        await DB.close()
        kept = await _swap(dsn, name, new, f"{name}_before_{stamp}", drop=not filled)
    except BaseException:
        await DB.close()
        async with _connection(dsn) as here:
            await here.execute(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
        raise
    return Restored(
        made_at=looked.made_at, tables=looked.tables, rows=looked.rows, entries=looked.entries, upgraded=looked.upgraded, kept=kept,
    )  # fmt: skip


async def _put(file: Path, keys: Sequence[Identity], dsn: str) -> Contents:
    """Restore the archive into the empty database at `dsn`; what the backup says is in it."""
    async with _connection(dsn) as here:
        server = int(await here.fetchval("SHOW server_version_num")) // 10000
    folder = await asyncio.to_thread(programs, server)
    return await asyncio.to_thread(_put_in, file, keys, dsn, folder)


def _put_in(file: Path, keys: Sequence[Identity], dsn: str, folder: Path) -> Contents:
    said: list[Contents] = []
    words = ("--exit-on-error", "--no-owner", "--no-privileges", "--single-transaction")
    with _opened(file) as backup, running(folder / "pg_restore", *words, dsn=dsn, stdin=subprocess.PIPE) as program:
        stream: Any = program.process.stdin

        def begin(contents: Contents) -> BinaryIO:
            _check_known(contents)
            said.append(contents)
            return stream  # type: ignore[no-any-return]  # a pipe writes as a file does

        try:
            archive.read(backup, keys, begin)
            stream.close()
        except BrokenPipeError:
            program.check()  # says why it no longer reads
            raise Invalid(archive.BROKEN) from None
        program.check()
    return said[0]


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as fault:
        raise Invalid(f"{file} can't be read ({fault.strerror}). Check the name and its owner.") from None


def _check_known(contents: Contents) -> None:
    known = {one.name for one in migrations()}
    if unknown := [name for name in contents.migrations if name not in known]:
        raise NotUpgraded(f"This backup is of a newer yosafe ({contents.yosafe}): it has {len(unknown)} upgrades that this one does not know.")


async def _looked_through(said: Contents, dsn: str, *, by: Actor | None = None) -> Restored:
    """Compare what was restored with what the backup says, bring it to this schema, read its trail from end to end. `by`: whoever keeps it."""
    await DB.open(dsn)
    rows = {f"{t['schemaname']}.{t['tablename']}": await count(t["schemaname"], t["tablename"]) for t in await DB.fetch(TABLES)}
    wrong = sorted(name for name in {*rows, *said.rows} if rows.get(name) != said.rows.get(name))
    if wrong:
        raise Invalid(f"{NOT_THE_SAME}: {', '.join(wrong[:5])} {'has' if len(wrong) == 1 else 'have'} another number of rows. Use another backup.")
    applied = await upgrade()
    verdict = await verify([said.chains] if said.chains.ends else [])
    if verdict.faults:
        raise Invalid(
            f"The trail in this backup is not as it was written ({verdict.faults[0].message}). Keep it, and tell your data protection officer."
        )
    if by is not None:
        async with write_transaction():
            await record(EventName.BACKUP_RESTORED, by=by, detail={"rows": said.total, "made_at": said.made_at.isoformat(timespec="seconds")})
    return Restored(
        made_at=said.made_at.isoformat(), tables=len(rows), rows=said.total, entries=verdict.entries, upgraded=tuple(applied)
    )  # fmt: skip


async def _create(here: Any, name: str) -> str:
    """The statement that makes a database sorted as the one that is there."""
    like = await here.fetchrow(_LIKE)
    words = [f"ENCODING '{like['encoding']}'", f"LOCALE_PROVIDER {_PROVIDERS[like['provider']]}"]
    words += [f"LC_COLLATE '{like['datcollate']}'", f"LC_CTYPE '{like['datctype']}'"]
    if like["provider"] != "c" and like["locale"]:
        words.append(f"{'BUILTIN_LOCALE' if like['provider'] == 'b' else 'ICU_LOCALE'} '{like['locale']}'")
    return f'CREATE DATABASE "{name}" TEMPLATE template0 {" ".join(words)}'


async def _clear_databases(here: Any, prefix: str) -> None:
    """Take away what a restoring that was killed has left; one that is at work is in use, and stays."""
    for row in await here.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix):
        with contextlib.suppress(asyncpg.ObjectInUseError):
            await here.execute(f'DROP DATABASE "{row["datname"]}"')


async def _swap(dsn: str, name: str, new: str, before: str, *, drop: bool) -> str | None:
    """Give the new database the name. A database can't be renamed from within, so each is renamed from the other."""
    async with _connection(of_database(dsn, new)) as there:
        await _asked(there, f'ALTER DATABASE "{name}" RENAME TO "{before}"')
    async with _connection(of_database(dsn, before)) as there:
        try:
            await _asked(there, f'ALTER DATABASE "{new}" RENAME TO "{name}"')
        except BaseException:
            await _back(dsn, new, before, name)
            raise
    if not drop:
        return before
    async with _connection(dsn) as there:
        await _asked(there, f'DROP DATABASE "{before}"')
    return None


async def _back(dsn: str, new: str, before: str, name: str) -> None:
    async with _connection(of_database(dsn, new)) as there:
        await there.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{before}' AND pid <> pg_backend_pid()")
        await there.execute(f'ALTER DATABASE "{before}" RENAME TO "{name}"')


async def _asked(here: Any, sql: str) -> None:
    try:
        await here.execute(sql)
    except asyncpg.ObjectInUseError:
        raise Conflict(IN_USE) from None
    except asyncpg.InsufficientPrivilegeError:
        raise Conflict(
            "The account of YOSAFE_DATABASE_URL may not make databases. Give it that right for this while: ALTER ROLE ... CREATEDB."
        ) from None
    except (asyncpg.DiskFullError, asyncpg.OutOfMemoryError):
        raise Conflict("There is no space left for the data. Make space, then begin again: nothing has been changed.") from None


@contextlib.asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator[Any]:
    """A connection beside the engine's, for what no transaction may hold."""
    connect: Callable[..., Any] = asyncpg.connect
    try:
        connection = await connect(dsn, timeout=30)
    except (OSError, asyncpg.PostgresError):
        raise DatabaseAway(AWAY) from None
    try:
        yield connection
    finally:
        await asyncio.wait_for(connection.close(), 10)
