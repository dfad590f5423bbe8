"""The class of every column, as data. Pure."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from yosafe.errors import Conflict

LEFT_OUT = "left_out"


class Class(StrEnum):
    """What becomes of a column; classes.toml says what each means."""

    PLAIN = "plain"
    PSEUDONYMOUS = "pseudonymous"
    DAY = "day"
    FAMILY = "family"
    GIVEN = "given"
    PERSON = "person"
    EMAIL = "email"
    LABEL = "label"
    NUMBER = "number"
    BLANK = "blank"
    WORDS = "words"
    ANSWERS = "answers"
    SEALED = "sealed"
    SEAL = "seal"


# Of these no value may be found in a copy.
PERSONAL = frozenset(Class) - {Class.PLAIN, Class.PSEUDONYMOUS, Class.DAY, Class.SEAL}
NAMES = frozenset({Class.FAMILY, Class.GIVEN, Class.PERSON})


class Classes(Struct, frozen=True, kw_only=True):
    """`left_out`: tables of which no row is copied, with why. `columns`: by table, the class of each column."""

    left_out: Mapping[str, str]
    columns: Mapping[str, Mapping[str, Class]]

    def of(self, wanted: Collection[Class]) -> Iterable[tuple[str, str]]:
        """Table and column of every column of some classes."""
        return ((table, column) for table, columns in self.columns.items() for column, one in columns.items() if one in wanted)


@cache
def classes() -> Classes:
    """The registry. Raises ValueError where a column has two classes, or a class is none."""
    tables = tomllib.loads((files("yosafe.scrubbing") / "classes.toml").read_text("utf-8"))
    left_out = msgspec.convert(tables.pop(LEFT_OUT), dict[str, str])
    return Classes(left_out=left_out, columns={table: _by_column(table, listed) for table, listed in tables.items()})


def _by_column(table: str, listed: Mapping[str, list[str]]) -> dict[str, Class]:
    found: dict[str, Class] = {}
    for name, columns in listed.items():
        for column in columns:
            if column in found:
                raise ValueError(f"{table}.{column} has two classes")
            found[column] = Class(name)
    return found


def unclassed(there_are: Iterable[tuple[str, str]]) -> list[str]:
    """Columns of the database that have no class, and classed ones that there are not: either way nobody knows what would be copied."""
    known = classes()
    found = {(table, column) for table, column in there_are if table not in known.left_out}
    named = {(table, column) for table, columns in known.columns.items() for column in columns}
    return sorted(f"{table}.{column}" for table, column in found ^ named)


def check_classed(there_are: Iterable[tuple[str, str]]) -> None:
    """Raises Conflict where a column has no class."""
    if faults := unclassed(there_are):
        raise Conflict(
            f"Nobody has said what becomes of {', '.join(faults[:4])} in a copy. Add them to yosafe/scrubbing/classes.toml; nothing was copied."
        )
