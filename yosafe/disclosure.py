"""Small numbers, hidden so that they can't be worked out. Pure; for surveys and for whatever else is published as counts (`domain.md` 9).

A count below 5 is hidden, none too. `hide` is for the answers to one question: whatever is hidden has company, at least two answers are, and together
at least 5 people gave them, so that what is left of the base says nothing exact. Where the headline share is shown, that holds among its answers and
among the others; where either side has fewer than 5, only the base is shown. `hide_table` is for rows by columns with totals, where more can be taken
from more: there the range that is left open for each hidden number is worked out, and numbers are hidden until every range is wide enough.

What these say holds for one publication. A figure made of several publications (a difference, a pool, an earlier period) is safe where it's made only
of numbers that each publication shows.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

LEAST_COUNT = 5
LEAST_BASE = 10

TOTAL = ""  # the row, or the column, of totals
_Cell = tuple[str, str]


class Hidden(NamedTuple):
    """What may not be shown of one question: some answers, the headline share, or (`all`) everything but that the base is under 10."""

    answers: frozenset[str]
    headline: bool
    all: bool = False


def hide(counts: Mapping[str, int], positive: Collection[str] = ()) -> Hidden:
    """What to hide of a question's answers, given how many people gave each."""
    base = sum(counts.values())
    if base < LEAST_BASE:
        return Hidden(frozenset(counts), headline=True, all=True)
    inside = {code: n for code, n in counts.items() if code in positive}
    outside = {code: n for code, n in counts.items() if code not in positive}
    if not inside:
        return Hidden(_with_company(outside), headline=True)
    if min(sum(inside.values()), sum(outside.values())) < LEAST_COUNT:
        return Hidden(frozenset(counts), headline=True)
    return Hidden(_with_company(inside) | _with_company(outside), headline=False)


def _with_company(counts: Mapping[str, int]) -> frozenset[str]:
    """The small counts and, while they could be worked out from the total, the next answers.

    The next in the questionnaire's order, not the next smallest: that choice would itself tell something of the counts.
    """
    hidden = {code for code, n in counts.items() if n < LEAST_COUNT}
    for code in counts:
        if not hidden or _keeps_its_secret([counts[c] for c in hidden]):
            break
        hidden.add(code)
    return frozenset(hidden)


def _keeps_its_secret(hidden: list[int]) -> bool:
    """Whether knowing the sum of the hidden counts, and that some are below 5, leaves each open. All 0, or all 4, would be told by it."""
    total, small = sum(hidden), max(hidden) < LEAST_COUNT
    return len(hidden) > 1 and total >= LEAST_COUNT and not (small and total == (LEAST_COUNT - 1) * len(hidden))


def all_large(*counts: int) -> bool:
    """Whether every one of some counts may be shown as it is, as the four of two arms by two answers have to be."""
    return min(counts) >= LEAST_COUNT


def hide_table(counts: Mapping[str, Mapping[str, int]]) -> frozenset[_Cell]:
    """Which (row, column) of a table may not be shown; TOTAL stands for the row and the column of totals.

    Every row has the same columns. Who has all that is shown, and adds and subtracts, can't narrow a hidden number to fewer than five values; one
    below 5 may be any of 0 to 4 for all they know. Raises ValueError for a count below 0 or for rows of different columns.
    """
    table = _Table(counts)
    while (exposed := next((cell for cell in table.ordered() if cell in table.hidden and not table.is_safe(cell)), None)) is not None:
        table.hidden.add(table.companion(exposed))
    return frozenset(table.hidden)


class _Table:
    """Counts with their totals, as numbers whose every line adds up to none: a total counts against its line.

    So whoever knows the visible numbers knows exactly this of the hidden ones: they may change along closed ways through hidden cells, up in one and
    down in the next, and a count may not fall below 0.
    """

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        columns = list(next(iter(counts.values()), {}))
        if any(list(row) != columns for row in counts.values()) or any(n < 0 for row in counts.values() for n in row.values()):
            raise ValueError("a table needs the same columns in every row, and no count below 0")
        self.values: dict[_Cell, int] = {(row, column): n for row, cells in counts.items() for column, n in cells.items()}
        self.rows, self.columns = [*counts, TOTAL], [*columns, TOTAL]
        self.values |= {(row, TOTAL): sum(cells.values()) for row, cells in counts.items()}
        self.values |= {(TOTAL, column): sum(cells[column] for cells in counts.values()) for column in columns}
        self.values[TOTAL, TOTAL] = sum(sum(cells.values()) for cells in counts.values())
        self.hidden = {cell for cell, n in self.values.items() if n < LEAST_COUNT}

    def ordered(self) -> Iterator[_Cell]:
        return ((row, column) for row in self.rows for column in self.columns)

    def is_safe(self, cell: _Cell) -> bool:
        """Whether a hidden number may be 0 to 4 where it is below 5, and anything in a span of five where it is not."""
        value, span = self.values[cell], LEAST_COUNT - 1
        if value < LEAST_COUNT:
            return self._room(cell, up=False, enough=value) >= value and self._room(cell, up=True, enough=span - value) >= span - value
        return self._room(cell, up=False, enough=span) + self._room(cell, up=True, enough=span) >= span

    def companion(self, exposed: _Cell) -> _Cell:
        """What to hide beside an exposed number: the corner that closes a rectangle with what is hidden in both its lines, or else the next in
        whichever line hides less. In the table's order and not by size, which would tell something; totals last."""
        row, column = exposed
        along = [(row, c) for c in _after(self.columns, column)]
        down = [(r, column) for r in _after(self.rows, row)]
        corners = [(r, c) for r, _ in down for _, c in along if {(r, column), (row, c)} <= self.hidden]
        lines = sorted([along, down], key=lambda line: sum(cell in self.hidden for cell in line))
        wanted = [cell for line in [corners, *lines, [*self.ordered()]] for cell in line if cell not in self.hidden]
        return next((cell for cell in wanted if TOTAL not in cell), wanted[0])

    def _room(self, cell: _Cell, *, up: bool, enough: int) -> int:
        """By how much a hidden number could be other than it is, all that is shown staying the same; not looked for beyond `enough`."""
        row, column = cell
        total = TOTAL in cell and cell != (TOTAL, TOTAL)
        limit = enough if up else min(enough, self.values[cell])
        moves = _Moves(self, without=cell)
        # A total has the other sign: it grows with its line.
        return moves.flow(("row", row), ("column", column), limit, lowering=up is not total)


class _Moves:
    """How far the other hidden numbers can make up for a change in one: the greatest flow between its row and its column (Ford and Fulkerson
    1956)."""

    def __init__(self, table: _Table, *, without: _Cell) -> None:
        self.change: dict[_Cell, int] = {}
        self.table, self.cells = table, [cell for cell in table.hidden if cell != without]

    def _can(self, cell: _Cell, *, lower: bool, most: int) -> int:
        """By how much the signed number of a cell may fall or rise: what is in it can only be taken out once, and there's no end to what may be
        added."""
        against = (TOTAL in cell) and cell != (TOTAL, TOTAL)
        moved = self.change.get(cell, 0)
        if lower is against:
            return most
        return self.table.values[cell] + (-moved if against else moved)

    def flow(self, start: tuple[str, str], end: tuple[str, str], limit: int, *, lowering: bool) -> int:
        sent = 0
        while sent < limit:
            way = self._way(start, end, lowering=lowering, most=limit - sent)
            if way is None:
                break
            step = min(self._can(cell, lower=lower, most=limit - sent) for cell, lower in way)
            for cell, lower in way:
                self.change[cell] = self.change.get(cell, 0) + (-step if lower else step)
            sent += step
        return sent

    def _way(self, start: tuple[str, str], end: tuple[str, str], *, lowering: bool, most: int) -> list[tuple[_Cell, bool]] | None:
        """Cells to change in turn, from a row to a column: out of a row by one sign, out of a column by the other."""
        came: dict[tuple[str, str], tuple[tuple[str, str], _Cell, bool] | None] = {start: None}
        waiting = [start]
        while waiting and end not in came:
            here = waiting.pop(0)
            at = 0 if here[0] == "row" else 1
            lower = lowering if here[0] == "row" else not lowering
            for cell in self.cells:
                there = ("column" if at == 0 else "row", cell[1 - at])
                if cell[at] == here[1] and there not in came and self._can(cell, lower=lower, most=most) > 0:
                    came[there] = (here, cell, lower)
                    waiting.append(there)
        if end not in came:
            return None
        way, step = [], came[end]
        while step is not None:
            way.append((step[1], step[2]))
            step = came[step[0]]
        return way


def _after(names: list[str], name: str) -> list[str]:
    """The other names, those after this one first."""
    at = names.index(name)
    return [*names[at + 1 :], *names[:at]]
