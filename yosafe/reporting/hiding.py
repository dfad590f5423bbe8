"""Which numbers of a report may not be shown, worked out for all that is ever published of one dataset and place: its tables, their totals, and the
shorter periods that the longer ones are made of (domain words, 9; ADR 26). Pure.

A number below 5 is hidden, none too. Whoever has all numbers that are shown, and knows how they add up, knows linear equations of the hidden ones.
What these leave open for each is measured by linear programming, and more is hidden until a number below 5 may be any of 0 to 4 for all they tell,
and a greater one anything in a span of five. What shorter periods show is given: their reports may be out.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from yosafe.disclosure import LEAST_COUNT, TOTAL, hide_table

if TYPE_CHECKING:
    from .programme import Programme

Cell = tuple[str, tuple[tuple[str, str], ...]]  # a period, and the categories that were counted: none is the total

SPAN = LEAST_COUNT - 1
_SLACK = 1e-6
KEPT = 4_096  # decisions that a process remembers
_KNOWN: dict[bytes, frozenset[int]] = {}
_TABLES: dict[bytes, frozenset[tuple[int, int]]] = {}
_ONE_AT_A_TIME = threading.Lock()  # reports are built in threads


class Line(NamedTuple):
    """What is known of numbers beside themselves. `exact`: the parts add up to the whole. Otherwise the whole is at most that: of people who are
    counted once in a quarter, however many of its months they are counted in."""

    whole: Cell
    parts: tuple[Cell, ...]
    exact: bool = True


Kind = tuple[Cell, ...]  # one way in which someone may be counted: the numbers, of several periods, that they are in


def hidden_of(
    values: Mapping[Cell, int],
    lines: Sequence[Line],
    *,
    given: Collection[Cell] = (),
    shown: Collection[Cell] = (),
    first: Iterable[Cell] = (),
    kinds: Sequence[Sequence[Kind]] = (),
) -> frozenset[Cell]:
    """The cells to hide. `given` were hidden before, `shown` were shown: both stay so. `first`: cells to hide whatever comes of it. `kinds`: where
    people are counted anew in each period, for each period that is made of others every way in which someone may be counted in it and in these.

    Raises ValueError for a line that does not hold, or a count below 0: then the numbers are not what they are said to be.
    """
    _check(values, lines)
    cells = [*values]
    place = {cell: at for at, cell in enumerate(cells)}
    asked = Asked(
        values=tuple(values.values()), depth=tuple(len(where) for _, where in cells),
        lines=tuple((place[line.whole], tuple(place[part] for part in line.parts), line.exact) for line in lines),
        kinds=tuple(tuple(tuple(place[cell] for cell in kind) for kind in group) for group in kinds),
        hidden=frozenset(place[cell] for cell in (*given, *first)), shown=frozenset(place[cell] for cell in shown),
    )  # fmt: skip
    return frozenset(cells[at] for at in _decided(asked))


def hidden_in_table(counts: Mapping[str, Mapping[str, int]]) -> frozenset[tuple[str, str]]:
    """What the rule for one table by itself hides, rows and columns by their names. The same numbers are decided once."""
    rows, columns = [*counts], [*next(iter(counts.values()))]
    digest = hashlib.sha256(repr([[*row.values()] for row in counts.values()]).encode()).digest()
    with _ONE_AT_A_TIME:
        known = _TABLES.get(digest)
    if known is None:
        at_row, at_column = ({name: at for at, name in enumerate(names)} | {TOTAL: -1} for names in (rows, columns))
        known = frozenset((at_row[row], at_column[column]) for row, column in hide_table(counts))
        with _ONE_AT_A_TIME:
            _make_room(_TABLES)
            _TABLES[digest] = known
    return frozenset((TOTAL if row < 0 else rows[row], TOTAL if column < 0 else columns[column]) for row, column in known)


def _make_room(kept: dict[bytes, Any]) -> None:
    if len(kept) >= KEPT:
        kept.pop(next(iter(kept)))  # what was asked first


def forget() -> None:
    """Decide everything anew from now on, to measure what that takes."""
    with _ONE_AT_A_TIME:
        _KNOWN.clear()
        _TABLES.clear()


class Asked(NamedTuple):
    """All that the decision rests on, with cells by their place: a month like another is decided once. `depth`: of how many categories a cell is."""

    values: tuple[int, ...]
    depth: tuple[int, ...]
    lines: tuple[tuple[int, tuple[int, ...], bool], ...]
    kinds: tuple[tuple[tuple[int, ...], ...], ...]
    hidden: frozenset[int]
    shown: frozenset[int]


def _decided(asked: Asked) -> frozenset[int]:
    """As it was decided before, where it was. What is remembered is a digest and places: no numbers."""
    sets = (sorted(asked.hidden), sorted(asked.shown))
    digest = hashlib.sha256(repr((asked.values, asked.depth, asked.lines, asked.kinds, sets)).encode()).digest()
    with _ONE_AT_A_TIME:
        if digest not in _KNOWN:
            _make_room(_KNOWN)
            _KNOWN[digest] = _decide(asked)
        return _KNOWN[digest]


def _decide(asked: Asked) -> frozenset[int]:
    system = _System(asked)
    while len(system.hidden) < len(asked.values) and (exposed := system.exposed()) is not None:
        companion = system.companion(exposed)
        if companion is None:  # all that is new is hidden: what is left was safe before, or nothing can be done about it here
            system.left.add(exposed)
            continue
        system.hide(companion)
    return frozenset(system.hidden - system.told_anyway())


def _check(values: Mapping[Cell, int], lines: Sequence[Line]) -> None:
    if any(n < 0 for n in values.values()):
        raise ValueError("no count is below 0")
    for line in lines:
        whole, parts = values[line.whole], sum(values[part] for part in line.parts)
        if whole > parts or (line.exact and whole != parts):
            raise ValueError(f"{line.whole}: {whole} is not made of {parts}")


class _System:
    """Cells by their place, and how far each hidden one was seen to go down and up: what is hidden later takes none of it back."""

    def __init__(self, asked: Asked) -> None:
        import numpy as np  # here, as the programme below: a command that builds nothing starts fast

        self.np, self.asked, self.left = np, asked, set[int]()
        self.values = np.array(asked.values, dtype=float)
        self.of: list[list[int]] = [[] for _ in asked.values]
        for at, (whole, parts, _) in enumerate(asked.lines):
            for cell in (whole, *parts):
                self.of[cell].append(at)
        self.wholes = {whole for whole, _, _ in asked.lines}
        self.of_people = {cell for group in asked.kinds for kind in group for cell in kind}
        small = self.values < LEAST_COUNT
        self.needs_down = np.where(small, self.values, 0.0) - _SLACK
        self.needs_up = np.where(small, SPAN - self.values, 0.0) - _SLACK
        self.down, self.up = np.zeros(len(self.values)), np.zeros(len(self.values))
        self.hidden = {*asked.hidden, *(at for at, n in enumerate(asked.values) if n < LEAST_COUNT and at not in asked.shown)}
        self.programme: Programme | None = None

    def hide(self, cell: int) -> None:
        self.hidden.add(cell)
        if self.programme is not None:
            self.programme.free(cell)

    def safe(self) -> Any:
        """Of each number, whether it was seen to go far enough down, up, and in all."""
        return (self.down >= self.needs_down) & (self.up >= self.needs_up) & (self.down + self.up >= SPAN - _SLACK)

    def exposed(self) -> int | None:
        """A hidden number of which too much can be told: the first that the programme does not show to be safe."""
        self._exchange()
        cells = self.np.array(sorted(self.hidden - self.left), dtype=int)
        while len(cells := cells[~self.safe()[cells]]):
            cell = int(cells[0])
            for sign in (1, -1):
                if self._lacks(cell, sign) and not self.safe()[cell]:
                    self._see(self._solver().furthest(cell, sign))
            if not self.safe()[cell]:
                return cell
        return None

    def _lacks(self, cell: int, sign: int) -> bool:
        """Whether more room on this side would help: a number below 5 has its own on each side, a greater one in all."""
        seen, needs = (self.up, self.needs_up) if sign > 0 else (self.down, self.needs_down)
        return bool(self.values[cell] >= LEAST_COUNT or seen[cell] < needs[cell])

    def _solver(self) -> "Programme":
        if self.programme is None:
            from .programme import Programme

            self.programme = Programme(self.values, self.asked.lines, self.asked.kinds, self.hidden)
        return self.programme

    def _exchange(self) -> None:
        """What is plain without a programme: numbers that are parts of the same lines and of no others can be taken from one and put to another."""
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for cell in self.hidden - self.wholes - self.of_people:
            alike[tuple(self.of[cell])].append(cell)
        for cells in alike.values():
            if len(cells) > 1:
                values = self.values[cells]
                self.down[cells] = self.np.maximum(self.down[cells], values)
                self.up[cells] = self.np.maximum(self.up[cells], values.sum() - values)

    def _see(self, moves: Any) -> None:
        """One way in which all hidden numbers could be other than they are: half of it could be too, so each room is a range."""
        self.np.maximum(self.down, -moves, out=self.down)
        self.np.maximum(self.up, moves, out=self.up)

    def told_anyway(self) -> set[int]:
        """Numbers that were to keep others company, and that what shorter periods show tells to the digit: hiding them hides nothing."""
        large = [cell for cell in self.left if self.values[cell] >= LEAST_COUNT]
        return {cell for cell in large if all(abs(self._solver().furthest(cell, sign)[cell]) < _SLACK for sign in (1, -1))}

    def companion(self, exposed: int) -> int | None:
        """What to hide beside it: the nearest by lines through hidden numbers that may still be hidden, details before totals, the last of a table
        before the first. Not by size, which would tell something; and tables begin with what matters most."""
        met, edge = {exposed}, {exposed}
        while edge:
            lines = [self.asked.lines[at] for cell in edge for at in self.of[cell]]
            around = {cell for whole, parts, _ in lines for cell in (whole, *parts)}
            if open_ := around - self.hidden - self.asked.shown:
                return max(open_, key=self._rank)
            edge = (around & self.hidden) - met
            met |= edge
        return max(self.of_people - self.hidden - self.asked.shown, key=self._rank, default=None)  # by whoever is counted in both

    def _rank(self, cell: int) -> tuple[int, int]:
        return self.asked.depth[cell], cell
