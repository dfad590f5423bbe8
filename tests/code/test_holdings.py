"""Whatever names a young person is moved when two records of one are merged, or stays on purpose: nothing is forgotten by being new."""

from yosafe import composition  # noqa: F401  # fills the registry
from yosafe.people.merging import LEFT_AS_THEY_ARE, holdings

NAMING = """
    SELECT con.conrelid::regclass::text AS table_name, a.attname::text AS column_name
    FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = ANY(con.conkey)
    WHERE con.contype = 'f' AND con.confrelid = 'young_person'::regclass
"""
# What names one by number without a foreign key, and why it stays: the trail is never rewritten, and its filter finds all numbers of a record; a
# destruction outlives the record, and is broken off where that was merged meanwhile.
WITHOUT_KEY = {("audit_entry", "young_person"), ("destruction", "young_person")}
CALLED_SO = """
    SELECT c.relname::text AS table_name, a.attname::text AS column_name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'young_person' AND NOT a.attisdropped
"""


def pairs(rows):
    return {(row["table_name"], row["column_name"]) for row in rows}


async def test_every_foreign_key_to_a_young_person_is_declared(db):
    declared = {(one.table, one.column) for one in holdings()}
    assert declared & LEFT_AS_THEY_ARE.keys() == set()
    assert pairs(await db.fetch(NAMING)) == declared | LEFT_AS_THEY_ARE.keys(), "say what becomes of it when records are merged: people/merging.py"


async def test_every_column_called_young_person_is_known(db):
    declared = {(one.table, one.column) for one in holdings()}
    assert pairs(await db.fetch(CALLED_SO)) == {pair for pair in declared | LEFT_AS_THEY_ARE.keys() if pair[1] == "young_person"} | WITHOUT_KEY


async def test_a_holding_names_what_there_is(db):
    for one in holdings():
        if one.by_subject:
            await db.fetch(f"SELECT subject_kind, subject FROM {one.table}")
        if one.belongs_to:
            column, owner = one.belongs_to
            await db.fetch(f"SELECT o.young_person FROM {one.table} t JOIN {owner} o ON o.id = t.{column}")
