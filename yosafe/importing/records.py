"""Records of a text file, one after another, with their numbers. What breaks the rules of quoting costs its own line, never the rest of the file."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from yosafe.errors import Invalid

from .structs import Dialect

# A record that goes wrong is read again line by line. Where that happens so often, the file is not what it was taken for.
MOST_BROKEN = 1_000


class Source(NamedTuple):
    """A text file as bytes, with how to read it. `stripped` where NUL characters are to be left out."""

    data: bytes
    encoding: str
    dialect: Dialect
    name: str
    stripped: bool = False

    def lines(self) -> Iterator[str]:
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, newline="")
        return (line.replace("\0", "") for line in text) if self.stripped else text


class Record(NamedTuple):
    number: int
    cells: list[str]
    fault: str = ""


class _Lines:
    """Lines that remember those of the present record, so that they can be given out again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._again = lines, deque[str]()
        self.record: list[str] = []
        self.count = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        self.count += 1
        return line

    def take_back(self) -> str:
        """The first line of the record; the others will come again."""
        first, *others = self.record
        self._again.extendleft(reversed(others))
        self.count -= len(others)
        self.record = []
        return first


def records(source: Source) -> Iterator[Record]:
    """Every record, blank ones too. Raises Invalid where a cell is too long, or where quoting is broken over and over."""
    return _records(source, _Lines(source.lines()))


def line_of(source: Source, number: int) -> int:
    """How many lines stand before a record."""
    lines = _Lines(source.lines())
    for record in _records(source, lines) if number > 1 else ():
        if record.number == number - 1:
            break
    return lines.count


def _records(source: Source, lines: _Lines) -> Iterator[Record]:
    options = source.dialect.options()
    number = broken = 0
    reader = csv.reader(lines, strict=True, **options)
    while True:
        number += 1
        lines.record.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken += 1
            line = lines.count - len(lines.record) + 1
            yield _mended(source, number, line, lines.take_back(), str(error), broken)
            reader = csv.reader(lines, strict=True, **options)
            continue
        yield Record(number, cells)


def _mended(source: Source, number: int, line: int, text: str, error: str, broken: int) -> Record:
    """The record as its first line alone gives it, with its fault."""
    where = f"{source.name}, row {number:,} (line {line:,})"
    longest = csv.field_size_limit()
    if broken > MOST_BROKEN:
        raise Invalid(f"{where}: quotation marks are not as they should be, in more than {MOST_BROKEN:,} rows. {_REMEDY}")
    cells = split(text.rstrip("\r\n"), source.dialect)
    if any(len(cell) > longest for cell in cells):
        raise Invalid(f"{where}: a cell is longer than {longest:,} characters. Look for a quotation mark that is opened and never closed.")
    if "end of data" in error or "field limit" in error:
        return Record(number, cells, f"line {line:,}: a quotation mark is opened and never closed; close it, or remove it")
    return Record(number, cells, f"line {line:,}: quotation marks are not as they should be; {_REMEDY[0].lower()}{_REMEDY[1:-1]}")


_REMEDY = "Write a mark inside a cell twice, and put marks round the whole cell."


def split(line: str, dialect: Dialect) -> list[str]:
    """The cells of one line whose quoting is broken: a cell's marks open at its edge and close at one; all others are part of the text."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if quote * 2 + delimiter + quote in line:  # a mark at the end of a cell that was not doubled
        line = line.replace(quote * 2 + delimiter + quote, quote * 3 + delimiter + quote)
    cells, at = [], 0
    while True:
        if dialect.spaced and line.startswith(" ", at):
            at += 1
        if line.startswith(quote, at):
            end = _closing(line, at + 1, delimiter, quote)
            if end >= 0:
                cells.append(line[at + 1 : end].replace(quote * 2, quote))
                at = end + 1
                if at >= len(line):
                    return cells
                at += 1
                continue
        end = line.find(delimiter, at)
        if end < 0:
            cells.append(line[at:])
            return cells
        cells.append(line[at:end])
        at = end + 1


def _closing(line: str, start: int, delimiter: str, quote: str) -> int:
    """Where the mark stands that closes a cell: before a delimiter or the end, and not one of two; -1 where there is none."""
    at = line.find(quote, start)
    while at >= 0:
        run = at
        while line.startswith(quote, run):
            run += 1
        if (run - at) % 2 and (run == len(line) or line.startswith(delimiter, run)):
            return run - 1
        at = line.find(quote, run)
    return -1
