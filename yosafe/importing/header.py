"""Where a table starts: which rows are titles, which name the columns, where the data begin. Pure: the first rows in, a Start out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

from yosafe.errors import Invalid
from yosafe.text import clean, visible

from .cells import NOTHING, NUMBER, TIME, effective_width, filled, is_blank, kind
from .records import Record
from .structs import Start

LONGEST_NAME = 200
MOST_TITLES = 30
MOST_HEADER_ROWS = 5
HEAD = 200  # rows that are looked at
_TYPED = (NUMBER, TIME)
_MOSTLY = 0.8
_NEARLY_ALL = 0.9
_IMPORT_ID = ('{"importid"', "{'importid'")


def find_start(head: Sequence[Record], file: str, *, whole: bool, wanted: tuple[int, int] | None = None) -> Start | None:
    """The start of the table in these rows, None where they hold nothing. `whole` where no row follows them.

    With `wanted`, the rows that name the columns are as given. Raises Invalid where a name can't be shown.
    """
    rows = [row for row in head if not is_blank(row.cells)]
    if not rows:
        return None
    if wanted is not None:
        return _as_told(rows, file, wanted)
    titles = _titles(rows)
    depth = _depth(rows[titles:])
    if depth > 1 and all(row.cells[:1] and row.cells[0].strip() for row in rows[titles : titles + depth]):
        titles, depth = titles + depth, 0  # sentences above the table, each from the first column on
    top, body = rows[titles], rows[titles + 1 :]
    before = tuple(row.number for row in rows[:titles])
    doubts = [(0.9, "Rows above the table were taken for a title.")] if titles else []
    if not depth and _is_data(top, body):
        return Start(before, (), _places(rows[titles:]), top.number, doubts=(*doubts, (0.7, "No row names the columns.")))
    header, labels = (rows[titles : titles + depth + 1], 0) if depth else _header(rows[titles:])
    if len(header) > 1:
        doubts.append((0.8, f"{len(header)} rows together name the columns."))
    rest = rows[titles + len(header) + labels :]
    doubts += [] if rest or not whole else [(0.9, "There are no rows under the header.")]
    if rest and all(kind(cell) not in _TYPED for row in rest for cell in row.cells):
        doubts.append((0.9, "All cells are words, so the first row was taken for the columns' names."))
    spoken = [row.cells for row in rows[titles + len(header) : titles + len(header) + labels]]
    first = rows[titles + len(header) + labels - 1].number + 1
    return _start(before, header, rest, first, file, doubts, spoken, rows[titles + len(header) : titles + len(header) + labels])


def _as_told(rows: list[Record], file: str, wanted: tuple[int, int]) -> Start:
    first, last = wanted
    if (first, last) == (0, 0):
        return Start((), (), _places(rows), rows[0].number)
    header = [row for row in rows if first <= row.number <= last]
    if not header:
        raise Invalid(f"{file}: row {first:,} is empty, or too far down to name the columns. Choose another row.")
    before = tuple(row.number for row in rows if row.number < first)
    return _start(before, header, [row for row in rows if row.number > last], last + 1, file, [], [], [])


def _places(rows: list[Record]) -> tuple[str, ...]:
    """The names of columns that have none: as many as nearly all rows have cells, else as most have to their last that holds something."""
    width, count = Counter(len(row.cells) for row in rows).most_common(1)[0]
    width = width if count >= _NEARLY_ALL * len(rows) else _usual_width(rows)
    return tuple(f"column {n}" for n in range(1, width + 1))


def _start(
    before: tuple[int, ...], header: list[Record], body: list[Record], first: int, file: str, doubts: list[tuple[float, str]],
    spoken: list[list[str]], speaking: list[Record],
) -> Start:  # fmt: skip
    width, shifted = _width(header, body)
    texts = joined([row.cells for row in header], width)
    if shifted:
        texts = ["", *texts[:-1]]
        doubts = [*doubts, (0.7, "The rows have one cell more than the header, so their first column has no name.")]
    names, nameless, renamed, hidden = named(texts)
    labels = {name: " ".join(row[at].split()) for row in spoken[:1] for at, name in enumerate(names) if at < len(row) and row[at].strip()}
    numbers = tuple(row.number for row in (*header, *speaking))
    return Start(before, numbers, names, first, nameless, renamed, hidden, tuple(doubts), labels)


def typed_columns(body: Iterable[Record], least: int = 1) -> dict[int, str]:
    """The columns that hold numbers, or days and times, nearly throughout; by place, with which of the two."""
    kinds: dict[int, Counter[str]] = {}
    for row in islice(body, HEAD):
        for at, cell in enumerate(row.cells):
            kinds.setdefault(at, Counter())[kind(cell)] += 1
    typed = {}
    for at, found in kinds.items():
        told = sum(found.values()) - found[NOTHING]
        most = max(_TYPED, key=lambda one: found[one])
        if told >= least and found[most] >= _MOSTLY * told:
            typed[at] = most
    return typed


def looks_like_header(cells: list[str]) -> bool:
    """Whether a row could name columns: two names or more, none a number or a day, no name twice in three."""
    names = [cells[at].strip().casefold() for at in filled(cells)]
    return len(names) >= 2 and not any(kind(name) in _TYPED for name in names) and len(set(names)) * 3 > len(names) * 2


def _titles(rows: list[Record]) -> int:
    """How many rows stand above the header."""
    at = 0
    while at < min(len(rows) - 1, MOST_TITLES) and _is_title(rows[at], rows[at + 1 : at + 1 + HEAD]):
        at += 1
    return at


def _is_title(row: Record, rest: list[Record]) -> bool:
    places = filled(row.cells)
    following = rest[:50]
    counts = sorted(len(filled(r.cells)) for r in following)
    usual = counts[len(counts) * 3 // 4]
    width = _usual_width(following)
    if len(places) == 1 and usual >= 2:
        return not (width == 2 and places == [1]) and (width > 2 or len(row.cells) == 1 or looks_like_header(following[0].cells))
    if effective_width(row.cells) * 2 < width and len(places) * 2 < usual and any(effective_width(r.cells) >= width for r in rest[:5]):
        return not _spread(places) or len(row.cells) < width
    return effective_width(row.cells) > width and _names_typed(following, width)


def _spread(places: list[int]) -> bool:
    """Whether cells stand apart, as the headings of groups of columns do."""
    return places != list(range(places[0], places[0] + len(places)))


def _names_typed(rows: list[Record], width: int) -> bool:
    """Whether the first row is as wide as the table and names columns that hold numbers or days below it."""
    top, body = rows[0], rows[1:]
    typed = typed_columns(body, least=2)
    return effective_width(top.cells) == width and looks_like_header(top.cells) and any(at < width for at in typed)


def _depth(rows: list[Record]) -> int:
    """How many rows with gaps stand above the one that names every column, where the columns below it show that it does."""
    width = _usual_width(rows)
    for depth in range(min(MOST_HEADER_ROWS, len(rows) - 1)):
        cells = rows[depth].cells
        if any(kind(cell) in _TYPED for cell in cells):
            return 0
        if len(filled(cells)) >= _NEARLY_ALL * width:
            typed = typed_columns(rows[depth + 1 :], least=2)
            return depth if any(at < len(cells) and cells[at].strip() for at in typed) else 0
    return 0


def _is_data(top: Record, body: list[Record]) -> bool:
    """Whether the first row is of the same kinds as those below it, so that nothing names the columns."""
    if not body:
        return all(kind(top.cells[at]) in _TYPED for at in filled(top.cells))
    typed = typed_columns(body)
    told = {at: found for at, found in typed.items() if at < len(top.cells) and top.cells[at].strip()}
    if not told:
        return False
    same = [at for at, found in told.items() if kind(top.cells[at]) == found]
    if len(same) < _MOSTLY * len(told) or len(same) * 2 < len(typed):
        return False
    return not _counts_up([top.cells[at] for at in same], [row.cells[at] for row in body[:1] for at in same if at < len(row.cells)])


def _counts_up(names: list[str], below: list[str]) -> bool:
    """Whether numbers name columns: years, or 1, 2, 3, while the row below does not go on so."""

    def steps(cells: list[str]) -> bool:
        if len(cells) < 2 or not all(cell.strip().isdecimal() and len(cell.strip()) < 9 for cell in cells):
            return False
        numbers = [int(cell) for cell in cells]
        gaps = {b - a for a, b in pairwise(numbers)}
        return gaps in ({1}, {-1}) and (len(numbers) > 2 or all(1900 <= n <= 2100 for n in numbers))

    return steps(names) and not steps(below)


def _header(rows: list[Record]) -> tuple[list[Record], int]:
    """The rows that name the columns together, and how many after them only say more about each column."""
    header = [rows[0]]
    if imported := next((n for n, row in enumerate(rows[1:3], start=1) if any(c.strip().lower().startswith(_IMPORT_ID) for c in row.cells)), 0):
        return header, imported
    width = _usual_width(rows)
    for at in range(1, min(len(rows), MOST_HEADER_ROWS)):
        if not _goes_on(header, rows[at], width):
            break
        header.append(rows[at])
    return header, 0


def _goes_on(header: list[Record], row: Record, width: int) -> bool:
    """Whether a row names columns too: it repeats the header, or fills its gaps and leaves out what has a name already."""
    above, places = header[-1].cells, filled(row.cells)
    if repeats(above, row.cells):
        return True
    if any(kind(row.cells[at]) in _TYPED for at in places):
        return False
    over = {at for r in header for at in filled(r.cells)}
    gaps = set(range(min(over), width)) - over
    new = gaps & set(places)
    if not new:
        return False
    if min(over) not in places:
        return True
    return 0 not in over and 0 not in places and _spread(sorted(over)) and len(header) == 1  # headings of groups, then the names under each


def repeats(header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row says again what a header says, in at least four places of five and two in all."""
    names = {at: name.strip().casefold() for at, name in enumerate(header) if name.strip()}
    told = [at for at in range(len(cells)) if cells[at].strip()]
    same = sum(names.get(at) == cells[at].strip().casefold() for at in told)
    return same >= 2 and (same == len(names) or same >= _MOSTLY * max(len(told), min(len(names), len(told) + 1)))


def _usual_width(rows: Sequence[Record]) -> int:
    """How many cells most of the first rows have, to the last that holds something; for a tie the more."""
    widths = Counter(effective_width(row.cells) for row in rows[:HEAD])
    physical = Counter(len(row.cells) for row in rows[:HEAD])
    return max(widths, key=lambda width: (widths[width], width)) if len(physical) > 1 else max(widths)


def _width(header: list[Record], body: list[Record]) -> tuple[int, bool]:
    """How many columns there are, and whether the first of them has no name because the header is one cell short."""
    named_to = max(effective_width(row.cells) for row in header)
    reach = max(len(row.cells) for row in header)
    widths = [effective_width(row.cells) for row in body]
    full = [len(row.cells) for row in body]
    if not body:
        return (reach if len(header) == 1 else named_to), False
    wider = [width for width in widths if width > named_to]
    if len(wider) >= _NEARLY_ALL * len(widths) and len(widths) > 1:
        width = Counter(wider).most_common(1)[0][0]
        shifted = width == reach + 1 and len({row.cells[0] for row in body}) == len(body) and all(c.strip() for r in header for c in r.cells)
        return width, shifted
    if any(named_to < width <= reach for width in widths):
        return reach, False
    return (reach if sum(width >= reach for width in full) >= _NEARLY_ALL * len(full) else named_to), False


def joined(header: list[list[str]], width: int) -> list[str]:
    """The name of each column from all header rows: a heading over several columns goes to each of them, and what is said twice is said once."""
    levels = [[" ".join(cell.split()) for cell in (row + [""] * width)[:width]] for row in header]
    for level in range(len(levels) - 1):
        heading, over = "", levels[level - 1] if level else [""] * width
        raw = list(levels[level])
        for at in range(width):
            if raw[at]:
                heading = raw[at]
            elif level and _starts(header[level - 1], at):
                heading = ""
            elif heading and any(below[at] for below in levels[level + 1 :]) and not (level and over[at] != over[at - 1]):
                levels[level][at] = heading
            else:
                heading = ""
    names = []
    for at in range(width):
        parts = list(dict.fromkeys(level[at] for level in levels if level[at]))
        names.append(" ".join(parts))
    return names


def _starts(row: list[str], at: int) -> bool:
    return at < len(row) and bool(row[at].strip())


def named(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...], tuple[int, ...]]:
    """Names that can be shown and differ: a column without one is called by its place, one that comes again gets a number.

    Also the places without a name, the names that stand more than once, and the places whose name held characters that hide or break things.
    """
    names: list[str] = []
    nameless: list[int] = []
    hidden: list[int] = []
    renamed: dict[str, None] = {}
    taken: set[str] = set()
    for at, text in enumerate(texts, start=1):
        shown = visible(text)
        if shown != text:
            hidden.append(at)
        name = " ".join(clean(shown).split())[:LONGEST_NAME]
        if not name:
            nameless.append(at)
            name = f"column {at}"
        elif name.casefold() in taken:
            renamed[name] = None
        count, plain = 1, name
        while name.casefold() in taken:
            count += 1
            name = f"{plain} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names), tuple(nameless), tuple(renamed), tuple(hidden)
