"""Old and new workers on one database: each migration from now on leaves what the version before it needs, or is named here with the reason, and then
the changelog says to stop everything first. ADR 42; tests/load/test_rolling_upgrade.py does it with real workers."""

from pathlib import Path

import pytest

import yosafe
from tests.conftest import at, run_at
from tests.db.compatible import broken, catalogue
from tests.db.tomorrow import TOMORROW
from yosafe.db.engine import DB, write_transaction
from yosafe.db.upgrade import migrations, upgrade
from yosafe.errors import DatabaseAway

FROM = "0044"  # what came before was written while nobody ran it side by side

# By the words of a migration: what breaks, and why it may. An older worker must be stopped before such an upgrade, and CHANGELOG.md says so.
NAMED: dict[str, dict[str, str]] = {
    "keeping_records": {"function review_minutes_stay() is another": "It lets through one thing more; older workers never ask for that"},
    "one_capacity": {"column review_panel.capacity is gone": "No version was released before it"},
}

BASE = """
    CREATE TABLE spoon (id bigint PRIMARY KEY, length integer, kind text NOT NULL DEFAULT 'tea', bowl varchar(10));
    CREATE UNIQUE INDEX spoon_bowl ON spoon (bowl);
    CREATE TABLE fork (id bigint PRIMARY KEY, spoon bigint REFERENCES spoon);
    CREATE FUNCTION polish() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""
BREAKS = {
    "DROP TABLE fork": {"table fork is gone"},
    "ALTER TABLE spoon RENAME TO ladle": {"table spoon is gone", "rule fork.fork_spoon_fkey is new"},
    "ALTER TABLE spoon DROP COLUMN length": {"column spoon.length is gone"},
    "ALTER TABLE spoon RENAME length TO size": {"column spoon.length is gone"},
    "ALTER TABLE spoon ALTER length TYPE bigint": {"column spoon.length is of another type"},
    "ALTER TABLE spoon ALTER length SET NOT NULL": {"column spoon.length must be filled"},
    "ALTER TABLE spoon ALTER kind DROP DEFAULT": {"column spoon.kind fills itself no more"},
    "ALTER TABLE spoon ADD COLUMN age integer NOT NULL": {"column spoon.age is new and must be filled"},
    "ALTER TABLE spoon ADD COLUMN age integer NOT NULL DEFAULT 1; ALTER TABLE spoon ALTER age DROP DEFAULT": {
        "column spoon.age is new and must be filled"
    },
    "ALTER TABLE spoon ADD CHECK (length > 0)": {"rule spoon.spoon_length_check is new"},
    "ALTER TABLE spoon ADD COLUMN age integer CHECK (age IS NOT NULL)": {"rule spoon.spoon_age_check is new"},
    "ALTER TABLE spoon ADD COLUMN age integer; ALTER TABLE spoon ADD CHECK (age > length)": {"rule spoon.spoon_check is new"},
    "ALTER TABLE fork DROP CONSTRAINT fork_spoon_fkey; ALTER TABLE fork ADD CONSTRAINT fork_spoon_fkey FOREIGN KEY (spoon) "
    "REFERENCES spoon ON DELETE CASCADE": {"rule fork.fork_spoon_fkey is new"},
    "CREATE UNIQUE INDEX spoon_length ON spoon (length)": {"rule spoon.spoon_length is new"},
    "DROP INDEX spoon_bowl": {"rule spoon.spoon_bowl is gone"},
    "CREATE TRIGGER spoon_polish BEFORE INSERT ON spoon FOR EACH ROW EXECUTE FUNCTION polish()": {"trigger spoon.spoon_polish is new"},
    "CREATE OR REPLACE FUNCTION polish() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'": {"function polish() is another"},
    "DROP FUNCTION polish()": {"function polish() is gone"},
}
LEAVES = (
    "CREATE TABLE knife (id bigint PRIMARY KEY, edge text NOT NULL UNIQUE, fork bigint REFERENCES fork)",
    "ALTER TABLE spoon ADD COLUMN age integer, ADD COLUMN worn boolean NOT NULL DEFAULT false",
    "ALTER TABLE spoon ADD COLUMN age integer CHECK (age > 0), ADD COLUMN owner bigint REFERENCES fork",
    "CREATE INDEX spoon_length ON spoon (length)",
    "ALTER TABLE spoon ALTER kind DROP NOT NULL",
    "CREATE FUNCTION dry() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "UPDATE spoon SET length = 1",
)


@pytest.fixture
async def bare(server):
    await run_at(server, "CREATE DATABASE side_by_side")
    await DB.close()
    await DB.open(at(server, "side_by_side"))
    yield at(server, "side_by_side")
    await DB.close()
    await run_at(server, "DROP DATABASE side_by_side WITH (FORCE)")


async def broken_by(sql: str) -> set[str]:
    before = await catalogue()
    await DB.execute(sql)
    return broken(before, await catalogue())


@pytest.mark.parametrize(("sql", "what"), BREAKS.items())
async def test_what_an_older_worker_could_not_live_with_is_found(bare, sql, what):
    await DB.execute(BASE)
    assert await broken_by(sql) == what


@pytest.mark.parametrize("sql", LEAVES)
async def test_what_it_never_notices_is_not(bare, sql):
    await DB.execute(BASE)
    assert await broken_by(sql) == set()


async def test_each_migration_leaves_what_the_version_before_it_needs(bare, tmp_path):
    found: dict[str, set[str]] = {}
    left: dict[str, set[str]] = {}
    for one in migrations():
        (tmp_path / f"{one.name}.py").write_text(f'ID = "{one.id}"\nDESCRIPTION = ""\nSQL = {one.sql!r}\n')
        before = await catalogue()
        await upgrade(tmp_path)
        found[one.id] = broken(before, await catalogue())
        if one.id >= FROM and (more := found[one.id] - NAMED.get(one.name.split("_", 2)[2], {}).keys()):
            left[one.name] = more
    assert "column survey.file_name is gone" in found["0032"]  # what came before the rule would not stand: it is looked at
    assert left == {}
    assert all(reason for named in NAMED.values() for reason in named.values())


async def test_a_plan_of_before_an_upgrade_is_told_and_made_anew(bare):
    """Outside a transaction nobody notices; inside one nothing is saved, and it is said to try again."""
    await DB.execute(BASE)
    await DB.execute("INSERT INTO spoon (id) VALUES (1)")
    for n in range(2):
        async with write_transaction():
            await DB.fetchrow("SELECT * FROM spoon WHERE id = $1 FOR UPDATE", 1)
        await run_at(bare, f"ALTER TABLE spoon ADD COLUMN more_{n} text")
        with pytest.raises(DatabaseAway, match="upgraded just now"):
            async with write_transaction():
                await DB.execute("UPDATE spoon SET length = 3")
                await DB.fetchrow("SELECT * FROM spoon WHERE id = $1 FOR UPDATE", 1)
        assert await DB.fetchval("SELECT length FROM spoon") is None
        async with write_transaction():
            assert f"more_{n}" in dict(await DB.fetchrow("SELECT * FROM spoon WHERE id = $1 FOR UPDATE", 1))
        await DB.fetch("SELECT * FROM spoon")
    await run_at(bare, "ALTER TABLE spoon ADD COLUMN last text")
    assert "last" in dict((await DB.fetch("SELECT * FROM spoon"))[0])


def test_whole_rows_are_taken_by_the_columns_that_are_known():
    """A column that a newer version added is no fault: of_row leaves it out. people/changing.py asks for its columns by name."""
    root = Path(yosafe.__file__).parent
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if "_exists_in_db" in path.read_text("utf-8")}
    assert found == {"db/rows.py", "people/changing.py"}


async def test_what_the_real_workers_are_tried_with_is_such_a_migration(bare):
    await upgrade()
    assert await broken_by(TOMORROW) == set()
