"""What every change to a record about a young person shares: it is made to the version that its maker saw, or not at all."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from piccolo.table import Table

from yosafe.errors import Stale

from .rules import STALE

Row = TypeVar("Row", bound=Table)


async def change_row(row: Row, values: Mapping[str, Any], version: int, *, still: Any = None) -> Row:
    """The row with its new values and its next version. `still`: what must hold of it besides. Raises Stale where someone else was faster."""
    table: Any = type(row)
    there = (table.id == cast("Any", row).id) & (table.version == version)
    rows = await table.update({**values, "version": version + 1}).where(there if still is None else there & still).returning(*table.all_columns())
    if not rows:
        raise Stale(STALE)
    return cast("Row", table(**rows[0], _exists_in_db=True))
