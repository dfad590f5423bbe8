"""Answers of the database column by column, as arrays: a hundred thousand rows take no more Python than one."""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .engine import DB

Column = NDArray[Any]

# By the number of PostgreSQL's type: bool, bigint, smallint, integer, double precision, timestamptz (microseconds since 2000, UTC).
_TYPES = {16: "u1", 20: ">i8", 21: ">i2", 23: ">i4", 701: ">f8", 1184: ">i8"}
_HEAD = struct.Struct("!iiIii")  # dimensions, whether any is NULL, type, length, first


async def fetch_columns(sql: str, *args: Any, numbers: Sequence[str], words: Sequence[str] = ()) -> dict[str, Column]:
    """The named columns of a query, whole, in one order. `numbers` are of the types above and hold no NULL (else ValueError); `words` are text or
    NULL."""
    asked = [f"array_send(array_agg({name})) AS {name}" for name in numbers] + [f"array_agg({name}) AS {name}" for name in words]
    (row,) = await DB.fetch(f"SELECT {', '.join(asked)} FROM ({sql}) AS found", *args)
    return {name: _array(name, row[name]) for name in numbers} | {name: np.array(row[name] or [], dtype=object) for name in words}


def _array(name: str, sent: bytes | None) -> Column:
    if sent is None:  # of no rows
        return np.zeros(0, dtype="i8")
    _, nulls, kind, length, _ = _HEAD.unpack_from(sent)
    if nulls:
        raise ValueError(f"The column {name} holds NULL, and a number was asked for. Say in the query what stands for it.")
    cells = np.frombuffer(sent, dtype=[("size", ">i4"), ("value", _TYPES[kind])], offset=_HEAD.size, count=length)
    return cells["value"].astype(cells["value"].dtype.newbyteorder("="))
