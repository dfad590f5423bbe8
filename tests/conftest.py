"""One PostgreSQL for each worker of the run, and empty tables for each test."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

from yosafe.accounts import policy
from yosafe.db import embedded
from yosafe.db.engine import DB, Engine
from yosafe.db.upgrade import upgrade

pytest_plugins = ("tests.world",)

settings.register_profile("yosafe", deadline=None)
settings.load_profile("yosafe")

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
TEMPLATE, WORKING = "base", "working"
KEPT = ("migration", "audit_head")  # made by migrations

ROOT = Path(__file__).parents[1]
REAL_DATA = Path(os.environ.get("YOSAFE_EXTERNAL_DATA") or ROOT.parent / "shared/data")


@pytest.fixture(autouse=True)
def nobody_gives_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever application was made last in this process: a test that is about codes says so."""
    monkeypatch.setattr(policy, "_now", policy.Policy(secret=b"of the tests"))


NewDatabase = Callable[[], Awaitable[str]]


# Files whose tests take longest, however few they are. Begun first, so that no worker is left with one at the end.
LONGEST = ("test_crawl", "test_every_page", "test_any_estate", "test_calibration")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, the longest files go first, then those with most tests. Where the folder of real data is absent, leave out what reads it
    (pytest_terminal_summary says so)."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        tests = Counter(item.path for item in items)
        items.sort(key=lambda item: (LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST), -tests[item.path]))
    if REAL_DATA.is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("external")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """What is imported by now, and all tests, stay to the end: the collector need not go over them again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not REAL_DATA.is_dir():
        terminalreporter.write_line(f"No folder {REAL_DATA}: the tests that read real data were left out. Name it in YOSAFE_EXTERNAL_DATA.")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; a test that uses it is marked `external`."""
    return REAL_DATA


def memory_backed() -> Path | None:
    """Where files live in memory, if there is such a place with room in it."""
    return MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM else None


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL of this worker's own, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="yosafe-test-", dir=memory_backed()))
    try:
        yield embedded.start(home, durable=False)
    finally:
        embedded.stop(home)
        shutil.rmtree(home)


@pytest.fixture(scope="session")
async def template(server: str) -> str:
    """The address to make databases at. One of them, TEMPLATE, has the schema as upgrade() makes it."""
    await run_at(server, f"CREATE DATABASE {TEMPLATE}")
    await DB.open(at(server, TEMPLATE))
    await upgrade()
    await DB.close()
    return server


@pytest.fixture(scope="session")
async def database_url(template: str) -> AsyncIterator[str]:
    """The address of this worker's database, for what runs in another process. Use `db` with it, so that it is empty."""
    await run_at(template, f"CREATE DATABASE {WORKING} TEMPLATE {TEMPLATE}")
    yield at(template, WORKING)
    await DB.close()


@pytest.fixture
async def db(database_url: str) -> Engine:
    """The engine, open on a database with the whole schema and nothing in it."""
    if not DB.is_open:
        await DB.open(database_url)
    await empty()
    return DB


@pytest.fixture
async def new_database(template: str) -> AsyncIterator[NewDatabase]:
    """Makes databases with the whole schema, apart from the one that `db` is on. The engine is closed afterwards if it was opened on one."""
    made: list[str] = []

    async def make() -> str:
        made.append(f"fresh_{len(made)}")
        await run_at(template, f"CREATE DATABASE {made[-1]} TEMPLATE {TEMPLATE}")
        return at(template, made[-1])

    await DB.close()
    yield make
    await DB.close()
    for name in made:
        await run_at(template, f"DROP DATABASE {name} WITH (FORCE)")


EMPTY = f"""
    DO $$
    DECLARE
        name text;
        filled boolean;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- lifts the triggers that refuse, and foreign keys
        FOR name IN
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname IN ('public', 'job_queue') AND tablename NOT IN ({", ".join(f"'{k}'" for k in KEPT)})
        LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
            IF filled THEN
                EXECUTE format('DELETE FROM %s', name);
            END IF;
        END LOOP;
        FOR name IN
            SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences
            WHERE schemaname IN ('public', 'job_queue') AND last_value IS NOT NULL
        LOOP
            EXECUTE format('ALTER SEQUENCE %s RESTART', name);
        END LOOP;
        UPDATE audit_head SET seq = 0, hash = '' WHERE seq <> 0;
    END
    $$
"""


async def empty() -> None:
    """Take every row out of every table, the append-only ones too, and begin all numbers at 1 again. A tenth of the time that TRUNCATE takes."""
    await DB.execute(EMPTY)


def at(server: str, database: str) -> str:
    """The address of another database of the same server."""
    return server.replace("/yosafe?", f"/{database}?")


async def run_at(address: str, sql: str) -> None:
    """Run one statement on a connection of its own, outside the engine."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(sql)
    finally:
        await asyncio.wait_for(connection.close(), 10)
