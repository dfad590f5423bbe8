"""What the reader made of a file, as a struct to show: how it was read, which tables it holds, how sure that is."""

from msgspec import Struct

from .dialect import NAMES
from .foreign import Sheet
from .reading import Table
from .sniffing import CSV, KIND_NAMES
from .structs import Found

SURE, FAIRLY = 0.85, 0.5


class TableSeen(Struct, kw_only=True):
    """One of the tables in a file. Rows are numbered from 1 as a spreadsheet shows them."""

    number: int
    header_rows: list[int]
    preamble_rows: list[int]
    footer_rows: list[int]
    first_row: int
    last_row: int
    columns: int
    rows: int
    empty_rows: int
    faulty_rows: int


class Inspection(Struct, kw_only=True):
    """What is known of a file and of the table that is read from it; nothing of what its cells hold."""

    file: str
    kind: str
    sha256: str
    encoding: str
    delimiter: str
    quote: str
    escape: str
    space_after_delimiter: bool
    sheet: str
    sheets: list[Sheet]
    tables: list[TableSeen]
    table: int
    header_rows: list[int]
    preamble_rows: list[int]
    footer_rows: list[int]
    columns: list[str]
    column_count: int
    rows: int
    empty_rows: int
    faulty_rows: int
    confidence: float
    sure: str
    doubts: list[str]
    warnings: list[str]


def inspect(table: Table) -> Inspection:
    """All that is known of a table that was read."""
    seen = [_seen(number, found) for number, found in enumerate(table.tables, start=1)]
    this, plain = seen[table.chosen], table.kind == CSV
    return Inspection(
        file=table.name, kind=table.kind, sha256=table.sha256, encoding=table.encoding, delimiter=table.delimiter,
        quote=table.dialect.quote if plain else "", escape=table.dialect.escape if plain else "", space_after_delimiter=table.dialect.spaced,
        sheet=table.sheet, sheets=list(table.sheets), tables=seen, table=this.number,
        header_rows=this.header_rows, preamble_rows=this.preamble_rows, footer_rows=this.footer_rows,
        columns=list(table.columns), column_count=len(table.columns), rows=table.row_count, empty_rows=this.empty_rows, faulty_rows=this.faulty_rows,
        confidence=table.confidence, sure=how_sure(table.confidence),
        doubts=[words for _, words in table.found.start.doubts], warnings=list(table.warnings),
    )  # fmt: skip


def _seen(number: int, found: Found) -> TableSeen:
    start = found.start
    return TableSeen(
        number=number, header_rows=list(start.header), preamble_rows=list(start.preamble), footer_rows=list(found.footer), first_row=start.first,
        last_row=found.last, columns=len(start.columns), rows=found.rows, empty_rows=found.blank, faulty_rows=found.faults,
    )  # fmt: skip


def how_sure(confidence: float) -> str:
    return "sure" if confidence >= SURE else "fairly sure" if confidence >= FAIRLY else "unsure"


def read_as(kind: str, encoding: str, delimiter: str, sheet: str) -> str:
    """How a file was read, in words: `utf-8, columns separated by commas`; `an Excel workbook, sheet “Data”`."""
    if kind == CSV:
        return f"{encoding}, columns separated by {NAMES.get(delimiter, repr(delimiter))}s"
    return KIND_NAMES[kind] + (f", sheet “{sheet}”" if sheet else "")
