"""The tables as the code has them and the schema as the migrations make it are the same."""

import pytest

from tests.code.found import all_tables
from tests.conftest import at, run_at
from yosafe.db.engine import DB

COLUMNS = """
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS filled
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'migration'
"""
# contype p(rimary), u(nique), f(oreign); confdeltype r(estrict)
KEYS = """
    SELECT c.relname || '.' || string_agg(a.attname, ',' ORDER BY k.place) AS name, con.contype::text AS kind,
        con.confrelid::regclass::text AS target, con.confdeltype::text AS on_delete, con.conname AS title
    FROM pg_constraint con
    JOIN pg_class c ON c.oid = con.conrelid
    CROSS JOIN unnest(con.conkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
    WHERE con.connamespace = 'public'::regnamespace AND c.relname <> 'migration' AND con.contype <> 'n'
    GROUP BY c.relname, con.oid
"""


@pytest.fixture
async def from_tables(template):
    """The catalogue of a database that is made from the tables: columns and keys."""
    await run_at(template, "CREATE DATABASE made_from_tables")
    await DB.close()
    await DB.open(at(template, "made_from_tables"))
    for table in all_tables():
        await table.create_table()
    columns, keys = await DB.fetch(COLUMNS), await DB.fetch(KEYS)
    await DB.close()
    await run_at(template, "DROP DATABASE made_from_tables WITH (FORCE)")
    return columns, keys


async def test_columns_types_and_nulls(from_tables, db):
    wanted = {row["name"]: (row["type"], row["filled"]) for row in from_tables[0]}
    found = {row["name"]: (row["type"], row["filled"]) for row in await db.fetch(COLUMNS)}
    assert found == wanted


async def test_primary_and_foreign_keys(from_tables, db):
    def keys(rows):
        return {(row["name"], row["kind"], row["target"], row["on_delete"].strip()) for row in rows if row["kind"] in "pf"}

    found = keys(await db.fetch(KEYS))
    assert found == keys(from_tables[1])
    assert {on_delete for _, kind, _, on_delete in found if kind == "f"} == {"r"}


async def test_what_the_tables_call_unique_is(from_tables, db):
    wanted = {row["name"] for row in from_tables[1] if row["kind"] == "u"}
    assert wanted
    assert wanted <= {row["name"] for row in await db.fetch(KEYS) if row["kind"] in "up"}


async def test_every_constraint_begins_with_its_tables_name(db):
    """A unique constraint is an index, whose name must be its own in the whole schema."""
    assert [row["title"] for row in await db.fetch(KEYS) if not row["title"].startswith(row["name"].split(".")[0])] == []


async def test_instants_have_a_zone_and_numbers_are_identities(db):
    rows = await db.fetch(COLUMNS)
    assert [row["name"] for row in rows if row["type"] == "timestamp without time zone"] == []
    serial = await db.fetch("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_default LIKE 'nextval%'")
    assert serial == []
