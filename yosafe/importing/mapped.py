"""A table read through a mapping: each row as values by field, or with its faults; words that are not known, once each. Pure: no database."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from typing import Any, NamedTuple

from msgspec import Struct

from yosafe.errors import FieldError, Invalid
from yosafe.lists.files import RUNS, as_csv

from .converting import Read, Unreadable, printable, reader, value_class
from .fields import Field, Target
from .mapping import Mapping, check_mapping
from .reading import Row, Table
from .suggesting import ValueSuggestion, suggest_value

ROW, REASON, REMEDY = "Row", "Why it was refused", "What to do"
SHOWN_FAULTS = 20
MOST_UNKNOWN = 500
_QUOTED = re.compile(rf"'+[ \n]*[{re.escape(''.join(RUNS))}]")


class Fault(Struct, frozen=True, kw_only=True):
    """Why a row can't be taken. `row` counts as a spreadsheet does; `value` is what the cell holds as a class, never the cell itself."""

    row: int
    column: str
    field: str
    value: str
    reason: str
    remedy: str


class FaultGroup(Struct, frozen=True, kw_only=True):
    """Faults of one kind: how many rows have it, and the first of them."""

    column: str
    reason: str
    remedy: str
    rows: int
    first_rows: list[int]


class Unknown(Struct, kw_only=True):
    """A word of a column that is none of ours, with how many rows have it."""

    field: str
    column: str
    word: str
    rows: int
    suggestion: ValueSuggestion | None = None


class MappedRow(NamedTuple):
    """A row. `values` by field, only what it says; with `faults` it can't be taken."""

    number: int
    cells: list[str]
    values: dict[str, Any]
    faults: list[Fault]


class _Column(NamedTuple):
    at: int
    name: str
    of: Field
    read: Read


class MappedTable:
    """A table with the mapping that it is read by. Raises Invalid where the mapping does not fit the target or the file."""

    def __init__(self, table: Table, target: Target, mapping: Mapping) -> None:
        check_mapping(mapping, target, columns=table.columns, file=table.name)
        _check_repeated(table, mapping)
        self.table, self.target, self.mapping = table, target, mapping
        self.resent = REASON in table.columns and ROW in table.columns  # a file of refused rows, mended
        self._columns = [self._column(at, name) for at, name in enumerate(table.columns) if name in mapping.columns]
        self._defaults = self._read_defaults()
        self._column_of = {column.of.name: column.name for column in self._columns}

    def _column(self, at: int, name: str) -> _Column:
        of = self.target.field(self.mapping.columns[name])
        labels = self.table.value_labels.get(name, {})
        read = reader(of, dates=self.mapping.dates, values=self.mapping.values.get(of.name, {}))
        return _Column(at, name, of, _by_label(read, labels) if labels and of.is_coded else read)

    def _read_defaults(self) -> dict[str, Any]:
        read: dict[str, Any] = {}
        faults = []
        for name, text in self.mapping.defaults.items():
            of = self.target.field(name)
            try:
                value = reader(of, dates=self.mapping.dates, values=self.mapping.values.get(name, {}))(text)
            except Unreadable as fault:
                faults.append(FieldError(name, f"The default of “{of.label}” {fault.reason}. {fault.remedy}"))
                continue
            if value not in (None, []):
                read[name] = value
        if faults:
            raise Invalid(faults)
        return read

    def column_of(self, field: str) -> str:
        """The file's column that fills a field; "" where none does."""
        return self._column_of.get(field, "")

    def rows(self, *, after: int = 0) -> Iterator[MappedRow]:
        """Every row whose number is above `after`, in order."""
        for row in self.table.rows():
            if row.number > after:
                yield self.read(row)

    def read(self, row: Row) -> MappedRow:
        """One row by the mapping."""
        number, cells, fault = row
        if fault:
            whole = Fault(row=number, column="", field="", value="a row", reason=fault, remedy="Mend the row in the file.")
            return MappedRow(number, cells, {}, [whole])
        values, faults = dict(self._defaults), []
        for at, name, of, read in self._columns:
            cell = _as_typed(cells[at]) if self.resent else cells[at]
            if not cell:
                continue
            try:
                value = read(cell)
            except Unreadable as wrong:
                faults.append(Fault(row=number, column=name, field=of.name, value=value_class(cell), reason=wrong.reason, remedy=wrong.remedy))
                continue
            if value is not None and value != []:
                values[of.name] = value
        faults += self._missing(number, values, {fault.field for fault in faults})
        return MappedRow(number, cells, values, faults)

    def _missing(self, number: int, values: Map[str, Any], wrong: set[str]) -> list[Fault]:
        needed = [(of.name,) for of in self.target.fields if of.required] + list(self.target.one_of)
        return [
            Fault(
                row=number, column=self.column_of(names[0]), field=names[0], value="nothing",
                reason=f"holds nothing, and {' or '.join(self.target.field(name).label.lower() for name in names)} is needed",
                remedy="Fill it in, or give a default in the mapping.",
            )
            for names in needed if not any(name in values or name in wrong for name in names)
        ]  # fmt: skip

    def unknown(self) -> list[Unknown]:
        """Every word that the mapping does not know, once each with how many rows have it, the most frequent first; with what it may be. Reads the
        whole table; of very many words the first 500."""
        found: dict[tuple[str, str], Unknown] = {}
        coded = [column for column in self._columns if column.of.is_coded]
        for row in self.table.rows() if coded else ():
            if row.fault:
                continue
            for at, name, of, read in coded:
                cell = _as_typed(row.cells[at]) if self.resent else row.cells[at]
                try:
                    read(cell)
                except Unreadable:
                    word = printable(cell)
                    if (of.name, word) in found:
                        found[of.name, word].rows += 1
                    elif len(found) < MOST_UNKNOWN:
                        found[of.name, word] = Unknown(field=of.name, column=name, word=word, rows=1, suggestion=suggest_value(of, cell))
        return sorted(found.values(), key=lambda one: (-one.rows, one.field, one.word))


def _check_repeated(table: Table, mapping: Mapping) -> None:
    """Raise Invalid where a column of the mapping stands more than once in the file: nothing says which is meant."""
    for name in table.repeated:
        if name in mapping.columns:
            raise Invalid(f"{table.name}: more than one column has the name “{name}”. Rename or leave out all but one of them, then try again.")


def _by_label(read: Read, labels: Map[str, str]) -> Read:
    """Codes that the file itself gives words for are read by the words, where those are known."""

    def by_label(cell: str) -> Any:
        try:
            return read(labels.get(cell.strip(), cell))
        except Unreadable:
            return read(cell)

    return by_label


def _as_typed(cell: str) -> str:
    """What a cell of a file of refused rows held before it was made safe for spreadsheets."""
    return cell[1:] if _QUOTED.match(cell) else cell


def grouped(faults: Iterable[Fault]) -> list[FaultGroup]:
    """Faults by column and reason, those of most rows first."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for fault in faults:
        rows.setdefault((fault.column, fault.reason, fault.remedy), []).append(fault.row)
    groups = [
        FaultGroup(column=column, reason=reason, remedy=remedy, rows=len(there), first_rows=there[:SHOWN_FAULTS])
        for (column, reason, remedy), there in rows.items()
    ]
    return sorted(groups, key=lambda group: (-group.rows, group.column, group.reason))


def refused_csv(columns: Sequence[str], rows: Iterable[tuple[Sequence[str], Sequence[Fault]]]) -> bytes:
    """The refused rows as they were sent, each with its row number, why it was refused and what to do: to be mended and sent again. Its cells can't
    run as formulas, and a file of this shape is read back as it was."""
    kept = [place for place, column in enumerate(columns) if column not in (ROW, REASON, REMEDY)]
    heads = [*(columns[place] for place in kept), ROW, REASON, REMEDY]

    def lines() -> Iterator[list[object]]:
        for cells, faults in rows:
            held: list[object] = [_quoted(cells[place]) if place < len(cells) else "" for place in kept]
            yield [*held, faults[0].row if faults else "", "; ".join(map(_said, faults)), " ".join(dict.fromkeys(f.remedy for f in faults))]

    return as_csv(heads, lines())


def _quoted(cell: str) -> str:
    """One quote more for a cell that would lose its own when it is read back."""
    return f"'{cell}" if _QUOTED.match(cell) else cell


def _said(fault: Fault) -> str:
    return f"{fault.column} {fault.reason}" if fault.column else fault.reason
