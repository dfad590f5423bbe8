"""The rows of a table a block at a time and a column at a time: each text that a column holds once, with the rows that hold it.

What is done with a text is then done once for all the cells that hold it. Where a line of a file is a row and a cell what stands between two
delimiters, which is so of nearly all, cells are found and told apart in arrays of bytes, without making a text of each.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .records import Record, Source, line_of
from .structs import Row

CHUNK = 1 << 20  # bytes of a file that are looked at together
ROWS = 20_000  # of any other table
DELIMITER, ROW_END = "\x1f", "\x1e"  # between cells and after rows, where the content of a table is told from its form
_DIFFERENT = 24  # texts of a column that are looked for in all rows at once; the others one by one
_WORDS = 8  # of eight bytes: longer cells are looked at one by one
_VISIBLE = np.array([32 < byte < 127 for byte in range(256)])  # bytes that are for certain
_SINGLE = ("iso8859", "cp125", "koi8")
_NEWLINE = ord("\n")

Codes = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]
Words = NDArray[np.uint64]


class Cells(NamedTuple):
    """A column of a block: its different texts, and for each row which of them it holds."""

    texts: list[str]
    codes: Codes


@dataclass(frozen=True, slots=True)
class ListedBlock:
    """Rows as lists of texts. `faults` are those whose cells can't be trusted, by their place in the block."""

    rows: list[Row]
    numbers: Sequence[int]
    faults: dict[int, str]

    def column(self, at: int) -> Cells:
        places: dict[str, int] = {}
        codes = [places.setdefault(row.cells[at] if at < len(row.cells) else "", len(places)) for row in self.rows]
        return Cells(list(places), np.array(codes, np.uint32))

    def row(self, at: int) -> list[str]:
        return self.rows[at].cells

    def content(self) -> bytes:
        return "".join(DELIMITER.join(row.cells) + ROW_END for row in self.rows).encode("utf-8", "surrogatepass")


def listed(rows: Iterator[Row]) -> Iterator[ListedBlock]:
    while some := list(islice(rows, ROWS)):
        yield ListedBlock(some, [row.number for row in some], {at: row.fault for at, row in enumerate(some) if row.fault})


class Plain(NamedTuple):
    """The part of a text file, from a byte on, in which each line is a row of as many cells as there are columns; `first` is its first row."""

    source: Source
    start: int
    width: int
    first: int
    rows: int

    def blocks(self) -> Iterator["PlainBlock"]:
        number = self.first
        for chunk in _chunks(self.source.data, self.start):
            found = _lines(chunk, self.source, self.width)
            if found is None:
                raise AssertionError("the file was looked through before")
            yield _block(found, self.source, number)
            number += len(found.starts)

    def last(self, count: int) -> list[Record]:
        """The last rows."""
        data, count = self.source.data, min(count, self.rows)
        at = len(data) - data.endswith(b"\n")
        for _ in range(count):
            at = data.rfind(b"\n", self.start, at)
        found = _lines(data[at + 1 if at >= 0 else self.start :], self.source, self.width)
        first = self.first + self.rows - count
        return [Record(first + n, row) for n, row in enumerate(_block(found, self.source, first).rows())] if found else []


@dataclass(frozen=True, slots=True)
class PlainBlock:
    """Rows as they stand in the file: by column and row, where a cell begins, how long it is, and its first eight bytes. `every` has the eight bytes
    from each place on."""

    raw: bytes
    every: Words
    starts: Places
    lengths: Places
    first_words: Words
    numbers: Sequence[int]
    faults: dict[int, str]
    source: Source

    def text(self, row: int, at: int) -> str:
        start = int(self.starts[at, row])
        return self.raw[start : start + int(self.lengths[at, row])].decode(self.source.encoding)

    def row(self, at: int) -> list[str]:
        return [self.text(at, column) for column in range(len(self.starts))]

    def rows(self) -> Iterator[list[str]]:
        return map(self.row, range(len(self.numbers)))

    def column(self, at: int) -> Cells:
        words = self.words(at)
        found, texts = np.zeros(len(self.numbers), np.uint8), list[str]()
        while words and len(texts) < _DIFFERENT and not found[first := int((found == 0).argmax())]:
            same = words[0] == words[0][first]
            for word in words[1:]:
                same &= word == word[first]
            texts.append(self.text(first, at))
            found |= same.view(np.uint8) * np.uint8(len(texts))
        codes = found.astype(np.uint32) - np.uint32(1)
        left = np.flatnonzero(found == 0).tolist()
        places = {text: n for n, text in enumerate(texts)}
        codes[left] = [places.setdefault(self.text(row, at), len(places)) for row in left]
        return Cells(list(places), codes)

    def words(self, at: int) -> list[Words]:
        """The bytes of each cell of a column, eight to a number: as no cell holds a NUL, two are the same where all their numbers are. None where
        a cell is long."""
        lengths = self.lengths[at]
        longest = int(lengths.max(initial=1))
        if longest > 8 * _WORDS:
            return []
        found = [self.first_words[at]]
        for done in range(8, longest, 8):
            rest = np.clip(lengths - done, 0, 8)
            found.append(self.every[np.where(rest > 0, self.starts[at] + done, 0)] & _MASKS[rest])
        return found

    def content(self) -> bytes:
        """What the cells hold, one after another, however the file marks them."""
        dialect = self.source.dialect
        marked = bytes.maketrans(dialect.delimiter.encode() + b"\n", (DELIMITER + ROW_END).encode())
        content = self.raw.translate(marked, dialect.quote.encode())
        return content if _is_utf8(self.source.encoding) or content.isascii() else content.decode(self.source.encoding).encode()


Block = PlainBlock | ListedBlock
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)


def find_plain(source: Source, first: int, width: int, first_name: str | None) -> Plain | None:
    """The rows of a text file from one of them to the end, where each line is one; None where some are not, and have to be read with more care.

    Nor are they where a row is empty, which may end the table, or where one begins as the header does, which may be another's.
    """
    encoding, dialect = source.encoding, source.dialect
    marks = (dialect.delimiter, dialect.quote)
    if source.stripped or dialect.spaced or width < 2 or not _is_plain(encoding) or not all(len(mark) == 1 and mark.isascii() for mark in marks):
        return None
    start = _byte_of(source, first)
    if start is None:
        return None
    rows = 0
    for chunk in _chunks(source.data, start):
        found = _lines(chunk, source, width)
        if found is None or (first_name is not None and _begins_with(found, first_name, source)):
            return None
        rows += len(found.starts)
    return Plain(source, start, width, first, rows) if rows else None


def _is_plain(encoding: str) -> bool:
    """Whether in an encoding the bytes of ASCII are always its letters."""
    return _is_utf8(encoding) or codecs.lookup(encoding).name.replace("-", "").startswith(_SINGLE)


def _is_utf8(encoding: str) -> bool:
    return encoding in {"utf-8", "utf-8-sig", "ascii"}


def _byte_of(source: Source, first: int) -> int | None:
    """Where a record begins; None where lines end in several ways before it, or where it is the first after a mark of the encoding."""
    start = 0
    for _ in range(line_of(source, first)):
        start = source.data.find(b"\n", start) + 1
        if start == 0:
            return None
    head = source.data[:start]
    if head.count(b"\r") != head.count(b"\r\n") or (not start and source.encoding == "utf-8-sig"):
        return None
    return start


def _chunks(data: bytes, start: int) -> Iterator[bytes]:
    """The file in pieces that end with a line."""
    while start < len(data):
        end = len(data) if start + CHUNK >= len(data) else data.rfind(b"\n", start, start + CHUNK) + 1
        if end <= start:
            end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


class _Lines(NamedTuple):
    """Lines with eight bytes behind the last; by row and column, where a cell begins and how long it is."""

    raw: bytes
    data: Bytes
    starts: Places
    lengths: Places


def _lines(chunk: bytes, source: Source, width: int) -> _Lines | None:
    """The cells of some lines; None where they are not plain."""
    dialect = source.dialect
    delimiter, quote = ord(dialect.delimiter), ord(dialect.quote)
    chunk = chunk.replace(b"\r\n", b"\n") if b"\r" in chunk else chunk
    if b"\r" in chunk or (dialect.escape and dialect.escape.encode() in chunk):
        return None
    chunk = chunk if chunk.endswith(b"\n") else chunk + b"\n"
    data = np.frombuffer(chunk + bytes(8), np.uint8)
    body = data[: len(chunk)]
    at_end = np.flatnonzero((body == delimiter) | (body == _NEWLINE)).astype(np.int32)
    lines, over = divmod(len(at_end), width)
    if over:
        return None
    ends = at_end.reshape(lines, width)
    is_line = body[ends] == _NEWLINE
    if not is_line[:, -1].all() or is_line[:, :-1].any():
        return None
    starts = np.concatenate((np.zeros(1, at_end.dtype), at_end[:-1] + 1)).reshape(lines, width)
    lengths = ends - starts
    if int(lengths.max()) > csv.field_size_limit():
        return None
    if dialect.quote.encode() in chunk:
        around = (lengths > 1) & (body[starts] == quote) & (body[ends - 1] == quote)
        if chunk.count(dialect.quote.encode()) != 2 * int(around.sum()):  # there is one inside a cell
            return None
        starts, lengths = starts + around, lengths - 2 * around
    if not _all_hold_something(data, starts, lengths):
        return None
    return _Lines(chunk, data, starts, lengths)


def _block(lines: _Lines, source: Source, number: int) -> PlainBlock:
    every, starts, lengths = _every(lines.data), np.ascontiguousarray(lines.starts.T), np.ascontiguousarray(lines.lengths.T)
    words = every.take(starts) & _MASKS.take(np.minimum(lengths, 8))
    return PlainBlock(lines.raw, every, starts, lengths, words, range(number, number + len(lines.starts)), {}, source)


def _every(data: Bytes) -> Words:
    """The eight bytes from each place on as a number. A view with a step of one byte would do, and is slow to take from: it is not aligned."""
    found = np.empty(len(data) - 7, np.uint64)
    for shift in range(8):
        part = found[shift::8]
        part[:] = np.frombuffer(data, "<u8", len(part), shift)
    return found


def _all_hold_something(data: Bytes, starts: Places, lengths: Places) -> bool:
    """Whether in each row a cell begins with a letter or mark that can be seen; the first in most."""
    others = np.flatnonzero(~_VISIBLE[data[starts[:, 0]]] | (lengths[:, 0] == 0))
    return bool((_VISIBLE[data[starts[others]]] & (lengths[others] > 0)).any(axis=1).all())


def _begins_with(lines: _Lines, name: str, source: Source) -> bool:
    """Whether the first cell of a row is this one."""
    wanted = name.encode(source.encoding.removesuffix("-sig"), "replace")
    starts, lengths = lines.starts[:, 0], lines.lengths[:, 0]
    likely = (lengths == len(wanted)) & (lines.data[starts] == wanted[0]) if wanted else lengths == 0
    return any(lines.raw[start : start + len(wanted)] == wanted for start in starts[likely].tolist())
