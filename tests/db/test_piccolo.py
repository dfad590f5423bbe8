"""What Piccolo does by itself, and why db/engine.py exists. When one of these fails, Piccolo has mended it: look whether ours is still needed."""

import asyncpg
import pytest
from piccolo.columns import ForeignKey, Integer, Varchar
from piccolo.columns.base import OnDelete
from piccolo.engine.postgres import PostgresEngine
from piccolo.table import Table

from yosafe.db.engine import DB


@pytest.fixture
async def engine(new_database):
    engine = PostgresEngine({"dsn": await new_database()})
    await engine.start_connection_pool(min_size=1, max_size=2)
    await engine.run_ddl("CREATE TABLE thing (name varchar(20) NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    yield engine
    engine.current_transaction.set(None)
    engine.pool.terminate()


async def add(engine, name):
    await engine.run_ddl(f"INSERT INTO thing VALUES ('{name}')")


def test_it_connects_when_it_is_made():
    with pytest.warns(Warning, match="Unable to"):
        PostgresEngine({"dsn": "postgresql://yosafe@127.0.0.1:1/nowhere"})


async def test_a_failing_commit_loses_the_connection_and_leaves_the_transaction(engine):
    await add(engine, "taken")
    with pytest.raises(asyncpg.UniqueViolationError):
        async with engine.transaction():
            await add(engine, "taken")
    assert engine.transaction_exists()
    assert engine.pool.get_idle_size() == 0


async def test_an_inner_transaction_is_no_savepoint(engine):
    async def inner() -> None:
        async with engine.transaction():
            await add(engine, "inner")
            raise ZeroDivisionError

    async with engine.transaction():
        with pytest.raises(ZeroDivisionError):
            await inner()
    assert [row["name"] for row in await engine.run_ddl("SELECT name FROM thing")] == ["inner"]


async def test_its_batch_swallows_what_is_raised_inside(engine):
    class Thing(Table, db=engine, tablename="thing"):
        name = Varchar()

    async with await Thing.select(Thing.name).batch():
        raise ZeroDivisionError


def test_its_defaults():
    class Thing(Table, db=DB):
        other = ForeignKey("self")
        name = Varchar(null=True)
        number = Integer(null=True)

    assert Thing.other._meta.null
    assert Thing.other._foreign_key_meta.on_delete is OnDelete.cascade
    assert Thing().name == ""
    assert Thing().number == 0
