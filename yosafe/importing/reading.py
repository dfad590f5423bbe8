"""The one way in for tables that others made. A file is read whole and judged first; what can't be trusted is refused by file, line and remedy."""

import csv
import hashlib
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from yosafe.errors import Invalid
from yosafe.text import clean

from .sniffing import DELIMITER_NAMES, DELIMITERS, find_delimiter, find_encoding

MEBIBYTE = 1 << 20
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold. A cell may hold 131,072 characters, which is the csv module's own limit."""

    size: int = 100 * MEBIBYTE
    rows: int = 1_000_000
    columns: int = 2_000


class Row(NamedTuple):
    """One row. `number` counts as a spreadsheet does: the header is row 1. Where `fault` says something, the cells can't be trusted."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read through once without fault; `rows()` goes through it again."""

    name: str
    columns: tuple[str, ...]
    row_count: int
    encoding: str
    delimiter: str
    sha256: str
    warnings: tuple[str, ...]
    _data: bytes
    _header_at: int

    def rows(self) -> Iterator[Row]:
        """Every row under the header that isn't empty, in order."""
        for number, cells in _records(self._data, self.encoding, self.delimiter, self.name):
            if number > self._header_at and not _is_blank(cells):
                yield _judged(number, cells, len(self.columns))


def read_table(source: Path | bytes, *, name: str = "", limits: Limits = Limits()) -> Table:
    """The table in a CSV file, from its path or its bytes. Raises Invalid, naming file, line and remedy, where it can't be read safely."""
    data, name = _bytes_of(source, name, limits)
    encoding = find_encoding(data, file=name)
    declared = _declared_delimiter(data, encoding.name)
    delimiter = declared or find_delimiter(_lines(data, encoding.name))
    header_at, columns, warnings = _header(data, encoding.name, delimiter, name, limits, skip=1 if declared else 0)
    row_count, more = _survey(data, encoding.name, delimiter, name, limits, header_at, len(columns))
    warnings = [w for w in (encoding.warning, *warnings, *more) if w]
    digest = hashlib.sha256(data).hexdigest()
    return Table(name, columns, row_count, encoding.name, delimiter, digest, tuple(warnings), data, header_at)


def _bytes_of(source: Path | bytes, name: str, limits: Limits) -> tuple[bytes, str]:
    name = _safe_name(name or (source.name if isinstance(source, Path) else "The file"))
    if isinstance(source, Path):
        try:
            size = source.stat().st_size
            _check_size(size, name, limits)
            data = source.read_bytes()
        except OSError as error:
            raise Invalid(f"{name}: can't be opened ({error.strerror}). Check the path and that you may read it.") from error
    else:
        data = source
    _check_size(len(data), name, limits)
    if not data.strip():
        raise Invalid(f"{name}: is empty. Choose the file that holds the table.")
    return data, name


def _safe_name(name: str) -> str:
    """The name as it may be shown and stored: the last part, no control or hidden characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")[:LONGEST_NAME] or "The file"


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.size:
        found, limit = f"{size / MEBIBYTE:,.1f} MiB", f"{limits.size / MEBIBYTE:,.0f} MiB"
        raise Invalid(f"{name}: is {found}, over the limit of {limit}. Split it, or leave out columns that aren't needed.")


def _lines(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _declared_delimiter(data: bytes, encoding: str) -> str:
    """What a first line such as `sep=;`, which spreadsheets write, says; empty where there is none."""
    first = _lines(data, encoding).readline(16).rstrip("\r\n").strip('"').lower()
    return first[4:] if first.startswith("sep=") and first[4:] in DELIMITERS else ""


def _records(data: bytes, encoding: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, the header too. Raises Invalid where quotes don't close or a cell is too long."""
    reader = csv.reader(_lines(data, encoding), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(_quote_fault(name, number, before + 1, str(error))) from error
        yield number, cells


def _quote_fault(name: str, number: int, line: int, error: str) -> str:
    where = f"{name}, row {number:,} (line {line:,})"
    if "field limit" in error:
        return f"{where}: a cell is longer than {csv.field_size_limit():,} characters. Look for a quotation mark that is opened and never closed."
    if "end of data" in error:
        return f"{where}: a quotation mark is opened and never closed. Close it, or remove it."
    return f"{where}: quotation marks are not as they should be ({error}). Write a mark inside a cell twice, and put marks round the whole cell."


def _header(data: bytes, encoding: str, delimiter: str, name: str, limits: Limits, *, skip: int) -> tuple[int, tuple[str, ...], list[str]]:
    for number, cells in _records(data, encoding, delimiter, name):
        if number <= skip or _is_blank(cells):
            continue
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > limits.columns:
            raise Invalid(f"{name}: has {len(cells):,} columns, over the limit of {limits.columns:,}. Leave out those that aren't needed.")
        names, warnings = _named(cells, name)
        return number, names, warnings
    raise Invalid(f"{name}: has no header row. The first row should name the columns.")


def _named(cells: list[str], file: str) -> tuple[tuple[str, ...], list[str]]:
    names, warnings = [], []
    for at, cell in enumerate(cells, start=1):
        try:
            column = " ".join(clean(cell).split())[:LONGEST_NAME]
        except ValueError as error:
            raise Invalid(f"{file}, row 1, column {at}: the column's name {error}.") from error
        if not column:
            column = f"column {at}"
            warnings.append(f"Column {at} has no name; it is called “{column}” here.")
        names.append(column)
    twice = [column for column, count in Counter(n.casefold() for n in names).items() if count > 1]
    if twice:
        places = " and ".join(str(i) for i, n in enumerate(names, start=1) if n.casefold() == twice[0])
        raise Invalid(f"{file}: columns {places} have the same name. Rename one of them, then try again.")
    return tuple(names), warnings


def _survey(data: bytes, encoding: str, delimiter: str, name: str, limits: Limits, header_at: int, width: int) -> tuple[int, list[str]]:
    """Go through the whole file once: how many rows, and what to warn of."""
    rows = blank = wrong = 0
    for number, cells in _records(data, encoding, delimiter, name):
        if number <= header_at:
            continue
        if _is_blank(cells):
            blank += 1
            continue
        rows += 1
        wrong += bool(_judged(number, cells, width).fault)
        if rows > limits.rows:
            raise Invalid(f"{name}: has more than {limits.rows:,} rows. Split it into smaller files.")
    warnings = []
    if blank:
        warnings.append(f"{blank:,} empty row{'' if blank == 1 else 's'} left out.")
    if wrong:
        warnings.append(f"{wrong:,} row{' does' if wrong == 1 else 's do'} not have {width:,} cell{'' if width == 1 else 's'} as the header has.")
    if width == 1 and rows:
        warnings.append("Only one column was found. The delimiters tried were " + ", ".join(DELIMITER_NAMES.values()) + ".")
    return rows, warnings


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _judged(number: int, cells: list[str], width: int) -> Row:
    """The row, its surplus empty cells cut off; with a fault where it isn't as wide as the header."""
    if len(cells) > width and _is_blank(cells[width:]):
        cells = cells[:width]
    if len(cells) == width:
        return Row(number, cells)
    return Row(
        number,
        cells,
        f"has {len(cells)} cells where the header has {width}: look for a missing cell, or a delimiter inside one without quotation marks",
    )
