"""What a reading is made of: limits, what the caller may choose, one row, and each table that was found with where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold and cost. A cell may hold 131,072 characters, which is the csv module's own limit."""

    size: int = 100 * MEBIBYTE
    rows: int = 1_000_000
    columns: int = 2_000
    unpacked: int = 1_000 * MEBIBYTE
    memory: int = 960 * MEBIBYTE  # of the process that opens workbooks and statistics files
    seconds: int = 8  # of that process's own time


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Choice:
    """What the caller says where the guess would be unsure. `header` is the first and last row that name the columns, (0, 0) for none."""

    sheet: str = ""
    table: int = 0  # counted from 1; 0 for the largest
    header: tuple[int, int] | None = None
    encoding: str = ""
    delimiter: str = ""


NOTHING_CHOSEN = Choice()


class Row(NamedTuple):
    """One row. `number` counts as a spreadsheet does, from 1, every record of the file. Where `fault` says something, the cells can't be trusted."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file marks its cells."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    spaced: bool = False  # a space follows each delimiter, before a quotation mark

    def options(self) -> dict[str, Any]:
        """As the csv module takes it."""
        return {"delimiter": self.delimiter, "quotechar": self.quote, "escapechar": self.escape or None, "skipinitialspace": self.spaced}


class Start(NamedTuple):
    """Where a table starts: the rows before it, those that name its columns, its columns, and how sure that is."""

    preamble: tuple[int, ...]
    header: tuple[int, ...]
    columns: tuple[str, ...]
    first: int  # the first row that may be data
    nameless: tuple[int, ...] = ()
    renamed: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()  # places whose name held characters that can't be shown
    doubts: tuple[tuple[float, str], ...] = ()
    labels: Mapping[str, str] = {}  # what further header rows say of a column, where its name stands above


@dataclass(slots=True)
class Found:
    """One table: where it starts and ends and what was seen on the way."""

    start: Start
    last: int = 0
    rows: int = 0
    blank: int = 0
    wrong: list[int] = field(default_factory=list)  # rows with a fault: the first few
    faults: int = 0
    footer: tuple[int, ...] = ()
