"""Rows of the database as objects of their tables."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from piccolo.table import Table

Row = TypeVar("Row", bound=Table)


def of_row(table: type[Row], row: Mapping[str, Any]) -> Row:
    """A whole row as it is kept. Columns that the table does not know are left out: a newer yosafe may have added them, and work beside this one."""
    return table(**{name: row[name] for name in _names(table)}, _exists_in_db=True)


@cache
def _names(table: type[Table]) -> tuple[str, ...]:
    return tuple(column._meta.name for column in table.all_columns())
