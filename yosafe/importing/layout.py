"""Which tables a file holds: each with its start, its rows, its end and what stands below it. One pass, with a look ahead where a table may begin."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from yosafe.errors import Invalid

from .blocks import Plain
from .cells import WORDS, filled, is_blank, kind
from .header import HEAD, find_start, looks_like_header, repeats, typed_columns
from .records import Record
from .structs import Choice, Found, Limits, Start

RestOf = Callable[[Start, str | None], Plain | None]

MOST_TABLES = 200
MOST_BLANK = 1_100_000  # a sheet of Excel has 1,048,576 rows
_AHEAD = 12  # rows that are looked at where a new table may start
_MOST_NOTES = 20
_SHOWN_FAULTS = 5
_NOTE = re.compile(
    r"(notes?|sources?|footnotes?|copyright|prepared by|produced by|generated|printed|end of)\b|[*©†‡#]|\(?\d{1,2}[.)]\s|\[\w{1,2}\]", re.IGNORECASE
)


class Ahead:
    """Records one after another, those that come next can be seen."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records, self._seen = records, deque[Record]()

    def __iter__(self) -> "Ahead":
        return self

    def __next__(self) -> Record:
        return self._seen.popleft() if self._seen else next(self._records)

    def give_back(self, record: Record) -> None:
        self._seen.appendleft(record)

    def peek(self, count: int) -> list[Record]:
        """The next rows, fewer where the file ends."""
        self._seen.extend(islice(self._records, max(0, count - len(self._seen))))
        return list(islice(self._seen, count))


def find_tables(records: Iterator[Record], file: str, limits: Limits, choice: Choice, plain: RestOf = lambda start, name: None) -> list[Found]:
    """Every table in order. Raises Invalid where there is none, and past the limits of rows and columns. `plain` may find that the rest of the file
    is rows of the first table and nothing else."""
    ahead, tables = Ahead(records), list[Found]()
    counted = 0
    while True:
        head = ahead.peek(HEAD)
        start = find_start(head, file, whole=len(head) < HEAD, wanted=choice.header)
        if start is None:
            if len(head) < HEAD:
                break
            for _ in head:  # nothing but empty rows so far
                next(ahead)
            continue
        if len(start.columns) > limits.columns:
            raise Invalid(f"{file}: has {len(start.columns):,} columns, over the limit of {limits.columns:,}. Leave out those that aren't needed.")
        names = [row.cells for row in head if row.number in start.header]
        found = Found(start)
        while (following := ahead.peek(1)) and following[0].number < start.first:
            found.blank += is_blank(next(ahead).cells)
        split = len(tables) < MOST_TABLES and choice.header is None
        if not tables and (rest := plain(start, names[-1][0] if split and names and names[-1] else None)) is not None:
            _take(rest, found, file, limits)
            return [found]
        counted = _through(ahead, found, names[-1:] if names else [], file, limits, counted, split=split)
        tables.append(found)
    if not tables:
        raise Invalid(f"{file}: has no header row. The first row should name the columns.")
    return tables


def _take(rest: Plain, found: Found, file: str, limits: Limits) -> None:
    """The rows of a table to the end of the file."""
    if rest.rows > limits.rows:
        raise Invalid(_too_many(file, limits))
    found.rows, found.last = rest.rows, rest.first + rest.rows - 1
    _take_notes(found, rest.last(_MOST_NOTES), rest.width)


def _too_many(file: str, limits: Limits) -> str:
    return f"{file}: has more than {limits.rows:,} rows. Split it into smaller files."


def judged(number: int, cells: list[str], width: int, fault: str = "") -> tuple[list[str], str]:
    """The cells, surplus empty ones cut off; with a fault where the row isn't as wide as the table."""
    if len(cells) > width and is_blank(cells[width:]):
        cells = cells[:width]
    if fault or len(cells) == width:
        return cells, fault
    fault = f"has {len(cells)} cells where the header has {width}: look for a missing cell, or a delimiter inside one without quotation marks"
    return cells, fault


def _through(ahead: Ahead, found: Found, names: list[list[str]], file: str, limits: Limits, counted: int, *, split: bool) -> int:
    """Go through one table's rows to its end; how many rows there are up to here."""
    width, first_name = len(found.start.columns), names[0][0] if names and names[0] else None
    last: deque[Record] = deque(maxlen=_MOST_NOTES)
    for record in ahead:
        number, cells, fault = record
        if not any(cells) or (not cells[0] and is_blank(cells)):
            found.blank += 1
            last.append(record)
            if split and width > 1 and _is_next(ahead) and _new_table(ahead.peek(_AHEAD), found, names, last):
                break
            if found.blank > MOST_BLANK:
                raise Invalid(f"{file}, row {number:,}: has more than {MOST_BLANK:,} empty rows. Delete those below the table.")
            continue
        if split and cells[0] == first_name and repeats(names[0], cells):
            ahead.give_back(record)
            break
        found.rows += 1
        counted += 1
        found.last = number
        if counted > limits.rows:
            raise Invalid(_too_many(file, limits))
        if fault or len(cells) != width:
            _note_fault(found, record, width)
        last.append(record)
    _take_notes(found, last, width)
    return counted


def _is_next(ahead: Ahead) -> bool:
    """Whether a row that holds something comes next."""
    following = ahead.peek(1)
    return bool(following) and not is_blank(following[0].cells)


def _note_fault(found: Found, record: Record, width: int) -> None:
    if judged(record.number, record.cells, width, record.fault)[1]:
        found.faults += 1
        if len(found.wrong) < _SHOWN_FAULTS:
            found.wrong.append(record.number)


def _new_table(following: list[Record], found: Found, names: list[list[str]], before: Sequence[Record]) -> bool:
    """Whether after an empty row another table begins: its header says the same, or stands under a title over other kinds of cells."""
    rows = [row for row in following if not is_blank(row.cells)]
    titles = 0
    while titles < min(3, len(rows)) and len(filled(rows[titles].cells)) == 1:
        titles += 1
    if len(rows) < titles + 2 or (titles and _NOTE.match(_only(rows[0]))):
        return False
    top, body = rows[titles], rows[titles + 1 :]
    if not looks_like_header(top.cells):
        return False
    if any(repeats(name, top.cells) for name in names):
        return True
    said = {name.strip().casefold() for row in names for name in row if name.strip()}
    again = {cell.strip().casefold() for cell in top.cells if cell.strip()} & said
    if titles and names and top.cells[0].strip() and top.cells[0].strip().casefold() == names[0][0].strip().casefold():
        return True
    if titles and len(again) >= 2:
        return True
    others = typed_columns(body, least=2)
    evidence = any(at < len(top.cells) and top.cells[at].strip() for at in others)
    narrower = len(top.cells) != len(found.start.columns) and all(len(row.cells) == len(top.cells) for row in body[:3])
    return evidence and (narrower or (titles > 0 and bool(typed_columns(before))))


def _only(row: Record) -> str:
    return row.cells[filled(row.cells)[0]].strip()


def _take_notes(found: Found, last: Sequence[Record], width: int) -> None:
    """Rows at the very end that are notes, not data: words in the first cell alone, after an empty row or marked as a note."""
    notes: list[int] = []
    pending: list[int] = []
    for row in reversed(last if width > 1 else ()):
        if is_blank(row.cells):
            if pending:
                notes += pending
                pending = []
        elif _is_note(row, width):
            pending.append(row.number)
            if _NOTE.match(_only(row)):
                notes += pending
                pending = []
        else:
            break
    if not notes or len(notes) >= found.rows:
        return
    found.footer = tuple(sorted(notes))
    found.rows -= len(notes)
    found.last = max((row.number for row in last if row.number not in found.footer and not is_blank(row.cells)), default=found.last)
    found.faults -= sum(judged(row.number, row.cells, width, row.fault)[1] != "" for row in last if row.number in found.footer)
    found.wrong = [number for number in found.wrong if number not in found.footer]


def _is_note(row: Record, width: int) -> bool:
    places = filled(row.cells)
    if places != [0] or kind(row.cells[0]) != WORDS:
        return False
    text = row.cells[0].strip()
    return bool(_NOTE.match(text)) or (width > 2 and " " in text)
