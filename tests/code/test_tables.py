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
COLUMNS = [pytest.param(column, id=f"{table._meta.tablename}.{column._meta.name}") for table in TABLES for column in table._meta.columns]
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


@pytest.mark.parametrize("column", COLUMNS)
def test_nothing_is_filled_by_itself(column: Column):
    if isinstance(column, BigSerial) and column._meta.primary_key:
        return
    allowed = list if isinstance(column, Array) else DEFAULTS.get(column._meta.name)  # none of them is a fact: it is an empty list
    assert column.default in (None, allowed)
    if column._meta.name in DEFAULTS:
        assert column.default == allowed


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_says_how_private_it_is(column: Column):
    """For exports, redaction and scrubbing: plain, personal, special (health, origin, what was written of a child) or restricted."""
    assert column._meta.help_text in ("plain", "personal", "special", "restricted")


@pytest.mark.parametrize("column", [c for c in COLUMNS if isinstance(c.values[0], ForeignKey)])
def test_a_foreign_key_refuses_the_delete(column: ForeignKey):
    assert column._foreign_key_meta.on_delete is OnDelete.restrict


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.values[0]._meta.primary_key])
def test_a_primary_key_is_a_big_identity(column: Column):
    assert isinstance(column, BigSerial) or name_of(column) in OTHER_KEYS
