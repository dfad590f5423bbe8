"""Bringing the schema up to date. A migration is a file in migrations/ with ID, DESCRIPTION and SQL; its name is one phrase.

Piccolo's own runner is not used: it records each step outside the transaction of its DDL unless wrapped, prints to standard output (where
`--format json` promises one document), imports the files under bare names, and wants Python for what is here frozen SQL. What it was wrapped in,
one transaction with a lock and time limits, is all that is needed.
"""

import importlib.util
from pathlib import Path

from msgspec import Struct

from yosafe.db.engine import DB, write_transaction
from yosafe.errors import NotUpgraded

FOLDER = Path(__file__).parent / "migrations"
OLDEST_SERVER = 150000
LIMIT = "15min"  # for another process that upgrades, and for one statement of ours
PATIENCE = "60s"  # for a table that someone else has locked
LOCK = 7_305_184_411  # any number, as long as it stays the same
BOOKS = """
    CREATE TABLE IF NOT EXISTS migration (
        name varchar(200) PRIMARY KEY,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


class Migration(Struct, frozen=True):
    id: str
    name: str
    description: str
    sql: str


class Status(Struct, frozen=True):
    """Names of migrations, oldest first. `unknown` ones are in the database only: a newer yosafe was here."""

    applied: list[str]
    pending: list[str]
    unknown: list[str]


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations in order. Raises ValueError for a file whose ID is not in its name, or is not its own."""
    found = [_read(path) for path in sorted(folder.glob("yosafe_*.py"))]
    if len({m.id for m in found}) != len(found):
        raise ValueError("two migrations have the same ID")
    return found


def _read(path: Path) -> Migration:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path.name} can't be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not path.stem.startswith(f"yosafe_{module.ID}_"):
        raise ValueError(f"{path.name}: its ID is {module.ID}")
    return Migration(module.ID, path.stem, module.DESCRIPTION, module.SQL)


async def upgrade(folder: Path = FOLDER) -> list[str]:
    """Apply what is missing; the names applied. All or nothing; any number of processes may call it at once, one does it.

    Raises NotUpgraded where the server is too old, Conflict where a table stays locked by someone for a minute.
    """
    await _check_server()
    async with write_transaction():
        await DB.execute(f"SET LOCAL lock_timeout = '{LIMIT}'; SET LOCAL statement_timeout = '{LIMIT}'")
        await DB.fetchval("SELECT pg_advisory_xact_lock($1)", LOCK)
        await DB.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        await DB.execute(BOOKS)
        done = set(await _applied())
        missing = [m for m in migrations(folder) if m.name not in done]
        for migration in missing:
            await _apply(migration)
    return [m.name for m in missing]


async def _apply(migration: Migration) -> None:
    try:
        await DB.execute(migration.sql)
    except Exception as fault:
        fault.add_note(f"in migration {migration.name}")
        raise
    await DB.execute("INSERT INTO migration (name) VALUES ($1)", migration.name)


async def status(folder: Path = FOLDER) -> Status:
    """What has been applied and what is pending. Changes nothing."""
    applied = await _applied() if await DB.fetchval("SELECT to_regclass('migration') IS NOT NULL") else []
    known = [m.name for m in migrations(folder)]
    return Status(applied, [name for name in known if name not in applied], [name for name in applied if name not in known])


async def check_upgraded(folder: Path = FOLDER) -> None:
    """Raise NotUpgraded unless the database has exactly the schema of this yosafe."""
    await _check_server()
    found = await status(folder)
    if found.unknown:
        raise NotUpgraded("A newer yosafe has upgraded this database. Install that version here too.")
    if found.pending:
        raise NotUpgraded(f"The database lacks {len(found.pending)} upgrades. Take a backup, then run `yosafe db upgrade`.")


async def _check_server() -> None:
    if int(await DB.fetchval("SHOW server_version_num")) < OLDEST_SERVER:
        raise NotUpgraded(
            "The database server is older than PostgreSQL 15. Upgrade it, or leave YOSAFE_DATABASE_URL out: yosafe then brings its own."
        )


async def _applied() -> list[str]:
    return [row["name"] for row in await DB.fetch("SELECT name FROM migration ORDER BY name")]
