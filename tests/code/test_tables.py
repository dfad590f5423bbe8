"""Piccolo's defaults are traps: a foreign key is nullable and cascades, what is not filled becomes '', 0 or now. So each table writes them out."""

import ast
import inspect
import textwrap

import pytest
from piccolo.columns import Array, BigSerial, Column, ForeignKey
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from tests.code.found import all_tables
from yosafe.db.engine import DB

TABLES = all_tables()
COLUMNS = [column for table in TABLES for column in table._meta.columns]
# What a column may be filled with when nobody fills it.
DEFAULTS = {"version": 1}
# Identities that the world or the visitor gives, not the database.
OTHER_KEYS = {"audit_head.strand", "draft.id"}


def name_of(column: Column) -> str:
    return f"{column._meta.table._meta.tablename}.{column._meta.name}"


def test_tables_are_found():
    assert {"young_person", "incident", "audit_entry"} <= {table._meta.tablename for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_a_table_says_its_name_and_uses_our_engine(table: type[Table]):
    assert table._meta.db is DB
    assert table._meta.tablename == "".join(f"_{c.lower()}" if c.isupper() else c for c in table.__name__).lstrip("_")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
def test_every_column_writes_out_null_default_and_what_a_delete_does(table: type[Table]):
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    missing = []
    for statement in body.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(statement.value, ast.Call):
            continue
        call = statement.value
        written = {keyword.arg for keyword in call.keywords}
        needed = set() if "primary_key" in written else {"null", "default"}
        if call.func.id == "ForeignKey":
            needed.add("on_delete")
        if needed - written:
            missing.append((ast.unparse(statement), needed - written))
    assert missing == []


def filled_by(column: Column) -> object:
    """What a column that nobody fills holds, where that is no fact: an empty list, or the first version."""
    return list if isinstance(column, Array) else DEFAULTS.get(column._meta.name)


def test_nothing_is_filled_by_itself():
    given = [column for column in COLUMNS if not (isinstance(column, BigSerial) and column._meta.primary_key)]
    assert [name_of(column) for column in given if column.default not in (None, filled_by(column))] == []
    assert [name_of(column) for column in given if column._meta.name in DEFAULTS and column.default != filled_by(column)] == []


def test_a_column_says_how_private_it_is():
    """For exports, redaction and scrubbing: plain, personal, special (health, origin, what was written of a child) or restricted."""
    assert [name_of(column) for column in COLUMNS if column._meta.help_text not in ("plain", "personal", "special", "restricted")] == []


def test_a_foreign_key_refuses_the_delete():
    keys = [column for column in COLUMNS if isinstance(column, ForeignKey)]
    assert len(keys) > len(TABLES)
    assert [name_of(column) for column in keys if column._foreign_key_meta.on_delete is not OnDelete.restrict] == []


def test_a_primary_key_is_a_big_identity():
    keys = [column for column in COLUMNS if column._meta.primary_key]
    assert len(keys) == len(TABLES)
    assert [name_of(column) for column in keys if not isinstance(column, BigSerial) and name_of(column) not in OTHER_KEYS] == []
