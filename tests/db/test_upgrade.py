"""Upgrades are all or nothing, whoever else upgrades at the same moment."""

import asyncio
import shutil
import sys

import asyncpg
import pytest

from tests.conftest import at, run_at
from yosafe.db.engine import DB
from yosafe.db.upgrade import FOLDER, check_upgraded, migrations, status, upgrade
from yosafe.errors import Conflict, NotUpgraded

FIRST = "CREATE TABLE spoon (id bigint PRIMARY KEY); CREATE TABLE fork (id bigint PRIMARY KEY);"
SECOND = "ALTER TABLE spoon ADD COLUMN length integer; INSERT INTO spoon VALUES (1, 20);"
BROKEN = "CREATE TABLE knife (id bigint PRIMARY KEY); ALTER TABLE nowhere ADD COLUMN x integer;"


@pytest.fixture
async def empty_database(server):
    """A database without any schema; the engine is open on it."""
    await run_at(server, "CREATE DATABASE bare")
    await DB.open(at(server, "bare"))
    yield at(server, "bare")
    await DB.close()
    await run_at(server, "DROP DATABASE bare WITH (FORCE)")


@pytest.fixture
def folder(tmp_path):
    """Migrations to try; `write` adds one."""
    write(tmp_path, "0001", "first", FIRST)
    return tmp_path


def write(folder, number, words, sql, inside=None):
    folder.joinpath(f"yosafe_{number}_{words}.py").write_text(f'ID = "{inside or number}"\nDESCRIPTION = "{words}"\nSQL = """{sql}"""\n')


async def tables() -> set[str]:
    return {row["tablename"] for row in await DB.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


async def test_it_applies_what_is_missing_in_order_and_once(empty_database, folder):
    assert (await status(folder)).pending == ["yosafe_0001_first"]
    assert await upgrade(folder) == ["yosafe_0001_first"]
    write(folder, "0003", "third", "UPDATE spoon SET length = length + 1")
    write(folder, "0002", "second", SECOND)
    assert (await status(folder)).pending == ["yosafe_0002_second", "yosafe_0003_third"]
    assert await upgrade(folder) == ["yosafe_0002_second", "yosafe_0003_third"]
    assert await upgrade(folder) == []
    assert await DB.fetchval("SELECT length FROM spoon") == 21
    assert (await status(folder)).applied == ["yosafe_0001_first", "yosafe_0002_second", "yosafe_0003_third"]


async def test_a_status_changes_nothing(empty_database, folder):
    await status(folder)
    assert await tables() == set()


async def test_a_failing_migration_leaves_nothing_not_even_those_before_it(empty_database, folder):
    write(folder, "0002", "broken", BROKEN)
    with pytest.raises(asyncpg.UndefinedTableError) as caught:
        await upgrade(folder)
    assert caught.value.__notes__ == ["in migration yosafe_0002_broken"]
    assert await tables() == set()
    write(folder, "0002", "broken", SECOND)
    assert len(await upgrade(folder)) == 2


async def test_a_table_in_use_is_waited_for_and_then_left(empty_database, folder, monkeypatch):
    await upgrade(folder)
    monkeypatch.setattr("yosafe.db.upgrade.PATIENCE", "200ms")
    write(folder, "0002", "second", SECOND)
    holder = await asyncpg.connect(empty_database)
    async with holder.transaction():
        await holder.execute("LOCK TABLE spoon")
        with pytest.raises(Conflict, match="Try again"):
            await upgrade(folder)
    await holder.close()
    assert await upgrade(folder) == ["yosafe_0002_second"]


async def test_it_says_what_to_do_before_the_upgrade_and_after_a_newer_one(empty_database, folder):
    with pytest.raises(NotUpgraded, match="yosafe db upgrade"):
        await check_upgraded(folder)
    await upgrade(folder)
    await check_upgraded(folder)
    await DB.execute("INSERT INTO migration (name) VALUES ('yosafe_9999_of_tomorrow')")
    with pytest.raises(NotUpgraded, match="newer"):
        await check_upgraded(folder)


async def test_an_old_server_is_refused(empty_database, folder, monkeypatch):
    monkeypatch.setattr("yosafe.db.upgrade.OLDEST_SERVER", 10**9)
    with pytest.raises(NotUpgraded, match="older"):
        await upgrade(folder)
    assert await tables() == set()


def test_two_of_one_number_are_refused(folder):
    write(folder, "0001", "again", SECOND)
    with pytest.raises(ValueError, match="same ID"):
        migrations(folder)


def test_a_number_that_is_not_the_files_is_refused(folder):
    write(folder, "0002", "second", SECOND, inside="0003")
    with pytest.raises(ValueError, match="0003"):
        migrations(folder)


def test_ours_are_numbered_without_gaps_and_described():
    found = migrations()
    assert [m.id for m in found] == [f"{n:04}" for n in range(1, len(found) + 1)]
    assert all(m.description and m.sql.strip() for m in found)


SOCIAL_WORKERS = """
    INSERT INTO agency (id, code, kind, name, created_at, version) VALUES (1, 'a', 'operator', 'A', now(), 1);
    INSERT INTO user_account (id, email, name, role, agency, created_at, version) VALUES (1, 'a@example.org', 'A', 'admin', 1, now(), 1);
    INSERT INTO young_person (id, family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version)
        VALUES (1, 'Morton', 'Kai', '2010-03-14', 'male', 'E08000035', now(), 1, 1);
    INSERT INTO care_period (young_person, status, responsible_area, social_worker, started_on, ended_on, recorded_at, recorded_by, version) VALUES
        (1, 'looked_after', 'E08000035', 'Ada Moss', '2026-01-01', '2026-02-01', now(), 1, 2),
        (1, 'looked_after', 'E08000035', 'Ada Moss', '2026-02-01', '2026-03-01', now(), 1, 2),
        (1, 'looked_after', 'E08000035', NULL, '2026-03-01', '2026-04-01', now(), 1, 2),
        (1, 'care_leaver', 'E08000035', 'Bo Lind', '2026-04-01', NULL, now(), 1, 1);
"""


async def test_the_social_workers_of_care_periods_become_named_workers(empty_database, tmp_path):
    ours = [path for path in sorted(FOLDER.glob("yosafe_*.py")) if path.stem < "yosafe_0014"]
    for path in ours[:-1]:
        shutil.copy(path, tmp_path)
    await upgrade(tmp_path)
    await DB.execute(SOCIAL_WORKERS)
    shutil.copy(ours[-1], tmp_path)
    assert await upgrade(tmp_path) == ["yosafe_0013_whereabouts"]
    found = await DB.fetch("SELECT role, name, since::text, until::text FROM named_worker ORDER BY id")
    assert [tuple(row) for row in found] == [
        ("social_worker", "Ada Moss", "2026-01-01", "2026-02-01"),
        ("social_worker", "Ada Moss", "2026-02-01", "2026-03-01"),
        ("social_worker", "Bo Lind", "2026-04-01", None),
    ]


PROCESS = """
import asyncio, sys
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
async def main():
    await DB.open(sys.argv[1])
    print(len(await upgrade()))
    await DB.close()
asyncio.run(main())
"""


async def test_four_processes_at_once_all_succeed_and_one_does_it(empty_database):
    async def one() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROCESS, empty_database, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert process.returncode == 0
        return int(out)

    counts = await asyncio.gather(*(one() for _ in range(4)))
    assert sorted(counts) == [0, 0, 0, len(migrations())]
    await check_upgraded()
