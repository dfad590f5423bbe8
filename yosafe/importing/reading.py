"""The one way in for tables that others made. A file is read whole and judged first; what can't be trusted is refused by file, line and remedy."""

import hashlib
import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yosafe.errors import Invalid

from . import dialect as marks
from .blocks import Block, Plain, find_plain, listed
from .cells import is_blank
from .foreign import Opened, Sheet, open_foreign
from .header import LONGEST_NAME
from .layout import find_tables, judged
from .records import Record, Source, records
from .sniffing import CSV, WORKBOOKS, check_encoding, find_encoding, find_kind
from .structs import LIMITS, MEBIBYTE, NOTHING_CHOSEN, Choice, Dialect, Found, Limits, Row, Start
from .warnings import remarks

__all__ = ["LIMITS", "MEBIBYTE", "NOTHING_CHOSEN", "Choice", "Limits", "Row", "Table", "read_table"]

LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read through once; `rows()` goes through it again. One shape for every kind of file: names and texts.

    `encoding` and `delimiter` are empty for what is not plain text. `repeated` are names that stood more than once: the first keeps it, the others
    got a number. `labels` say more of a column, `value_labels` of its codes, where the file itself does. `confidence` is 0 to 1.
    """

    name: str
    columns: tuple[str, ...]
    row_count: int
    encoding: str
    delimiter: str
    sha256: str
    warnings: tuple[str, ...]
    kind: str
    dialect: Dialect
    sheet: str
    sheets: tuple[Sheet, ...]
    tables: tuple[Found, ...]
    chosen: int
    confidence: float
    nameless: tuple[int, ...]
    repeated: tuple[str, ...]
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[str, str]]
    _source: Source
    _skip: int
    _plain: Plain | None

    @property
    def found(self) -> Found:
        """Where in the file this table stands."""
        return self.tables[self.chosen]

    def rows(self) -> Iterator[Row]:
        """Every row of the table that isn't empty and no note, in order."""
        found, width = self.found, len(self.columns)
        first, last, notes = found.start.first, found.last, frozenset(found.footer)
        for number, cells, fault in _records(self._source, self._skip):
            if number < first or number in notes:
                continue
            if number > last:
                return
            if not any(cells) or (not cells[0] and is_blank(cells)):
                continue
            if fault or len(cells) != width:
                cells, fault = judged(number, cells, width, fault)
            yield Row(number, cells, fault)

    def blocks(self) -> Iterator[Block]:
        """The same rows, many at a time."""
        yield from self._plain.blocks() if self._plain is not None else listed(self.rows())


def read_table(source: Path | bytes, *, name: str = "", limits: Limits = LIMITS, choice: Choice = NOTHING_CHOSEN) -> Table:
    """The table in a file, from its path or its bytes: text with any delimiter, XLSX, XLS, ODS, SPSS or Stata.

    Raises Invalid, naming file, place and remedy, where it can't be read safely.
    """
    data, name = _bytes_of(source, name, limits)
    digest = hashlib.sha256(data).hexdigest()
    kind = find_kind(data, file=name)
    if kind == CSV:
        if choice.sheet:
            raise Invalid(f"{name}: is plain text and has no sheets. Leave out the sheet.")
        text, skip, margin, said = _text_source(data, name, choice)
        return _table(text, digest, Opened(encoding=text.encoding), kind, limits, choice, skip, margin, said)
    if choice.sheet and kind not in WORKBOOKS:
        raise Invalid(f"{name}: is no workbook and has no sheets. Leave out the sheet.")
    opened = open_foreign(data, kind, file=name, limits=limits, sheet=choice.sheet)
    if kind not in WORKBOOKS and choice.header is None:
        choice = Choice(table=choice.table, header=(1, 1))  # the file itself says what its columns are called
    return _table(Source(opened.body, "utf-8", Dialect(), name), digest, opened, kind, limits, choice, 0, 1.0, ())


def _table(
    source: Source, digest: str, opened: Opened, kind: str, limits: Limits, choice: Choice, skip: int, margin: float, said: tuple[str, ...]
) -> Table:
    file = f"{source.name}, sheet “{opened.sheet}”" if opened.sheet else source.name
    rest: list[Plain | None] = [None]

    def rest_of(start: Start, first_name: str | None) -> Plain | None:
        rest[0] = find_plain(source, start.first, len(start.columns), first_name)
        return rest[0]

    tables = find_tables(_records(source, skip), file, limits, choice, rest_of)
    if choice.table > len(tables):
        raise Invalid(f"{file}: has {len(tables)} table{'' if len(tables) == 1 else 's'}, so none is number {choice.table}.")
    chosen = choice.table - 1 if choice.table else max(range(len(tables)), key=lambda n: (tables[n].rows, -n))
    found, plain = tables[chosen], kind == CSV
    warnings = (*said, *remarks(tables, chosen, opened, plain=plain, chosen_by_caller=bool(choice.table), sheet_named=bool(choice.sheet)))
    return Table(
        name=source.name, columns=found.start.columns, row_count=found.rows, encoding=opened.encoding if plain else "",
        delimiter=source.dialect.delimiter if plain else "", sha256=digest, warnings=warnings, kind=kind, dialect=source.dialect, sheet=opened.sheet,
        sheets=tuple(opened.sheets), tables=tuple(tables), chosen=chosen, confidence=_confidence(tables, found, opened, margin, choice),
        nameless=found.start.nameless, repeated=found.start.renamed, labels={**found.start.labels, **opened.labels}, value_labels=opened.value_labels,
        _source=source, _skip=skip, _plain=None if found.footer else rest[0],
    )  # fmt: skip


def _text_source(data: bytes, name: str, choice: Choice) -> tuple[Source, int, float, tuple[str, ...]]:
    """How to read a text file, how many rows to leave out before it, how sure that is, and what to warn of."""
    _check_lines(data, name)
    encoding = check_encoding(data, choice.encoding, file=name) if choice.encoding else find_encoding(data, file=name)
    source = Source(data, encoding.name, Dialect(), name, stripped=bool(encoding.nul))
    sample = _sample(source)
    declared = marks.declared_delimiter(sample[0])
    delimiter = choice.delimiter or declared
    if len(delimiter) > 1 or delimiter in {"\r", "\n", '"', "'"}:
        raise Invalid(f"{name}: a delimiter is one character, and no quotation mark.")
    guess = marks.find_dialect(sample[0], whole=sample[1], delimiter=delimiter)
    said = [encoding.warning] if encoding.warning else []
    if encoding.nul:
        line = data.count(b"\n", 0, data.find(0)) + 1
        characters = "1 NUL character" if encoding.nul == 1 else f"{encoding.nul:,} NUL characters"
        said.append(f"{characters} left out, the first in line {line:,}: the file may be damaged there.")
    margin = encoding.confidence * (1.0 if delimiter else 0.6 + 0.4 * min(1.0, guess.margin * 2))
    return source._replace(dialect=guess.dialect), 1 if declared else 0, margin, tuple(said)


def _check_lines(data: bytes, name: str) -> None:
    """Raise Invalid for a line of more than two million bytes; one of less than a million passes. Read as one piece it would fill the memory."""
    for start in range(0, len(data) - LONGEST_LINE, LONGEST_LINE):
        end = start + LONGEST_LINE
        if data.find(b"\n", start, end) < 0 and data.find(b"\r", start, end) < 0:
            line = data.count(b"\n", 0, start) + 1
            raise Invalid(
                f"{name}, line {line:,}: is longer than a million characters, so this is no table in plain text, or its line ends are lost."
            )


def _sample(source: Source) -> tuple[str, bool]:
    """The first characters, and whether they are all of them."""
    parts, size = [], 0
    for line in source.lines():
        parts.append(line[: marks.SAMPLE])
        size += len(parts[-1])
        if size >= marks.SAMPLE:
            return "".join(parts), False
    return "".join(parts), True


def _records(source: Source, skip: int) -> Iterator[Record]:
    return itertools.islice(records(source), skip, None)


def _confidence(tables: list[Found], found: Found, opened: Opened, margin: float, choice: Choice) -> float:
    """0 to 1: the product of each doubt."""
    sure = margin
    for doubt, _ in found.start.doubts if choice.header is None else ():
        sure *= doubt
    if len(tables) > 1 and not choice.table:
        sure *= 0.6
    if sum(bool(sheet.rows) for sheet in opened.sheets) > 1 and not choice.sheet:
        sure *= 0.7
    if found.rows and found.faults:
        sure *= max(0.3, 1 - found.faults / found.rows)
    return round(sure, 2)


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
    if not data[:4096].strip() and not data.strip():
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
