"""Who knew when as a table: entries, and a column for each agency. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from yosafe.people.chronology import ChronologyEntry

from .schemas import KnownOut


class Row(Struct, frozen=True, kw_only=True):
    """An entry with, for each agency in the order of the columns, when it came to know of it; `others` are those outside who were told."""

    entry: ChronologyEntry
    agencies: tuple[KnownOut | None, ...]
    others: tuple[KnownOut, ...]


class Table(Struct, frozen=True, kw_only=True):
    agencies: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(entries: Sequence[ChronologyEntry]) -> Table:
    """Columns are the agencies that recorded one of the entries or came to know of one, by name."""
    names = sorted({one.agency for one in entries} | {known.who for one in entries for known in one.known if known.agency})
    return Table(agencies=tuple(names), rows=tuple(_row(one, names) for one in entries))


def _row(entry: ChronologyEntry, names: Sequence[str]) -> Row:
    by_agency = {known.who: known for known in entry.known if known.agency}
    return Row(entry=entry, agencies=tuple(by_agency.get(name) for name in names), others=tuple(known for known in entry.known if not known.agency))
