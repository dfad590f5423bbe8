"""Which numbers of a report may not be shown, worked out for all that is ever published of one dataset and place: its tables, their totals, and the
shorter periods that the longer ones are made of (domain words, 9; ADR 26). Pure.

A number below 5 is hidden, none too. Whoever has all numbers that are shown, and knows how they add up, knows linear equations of the hidden ones.
What these leave open for each is measured by linear programming, and more is hidden until a number below 5 may be any of 0 to 4 for all they tell,
and a greater one anything in a span of five. What shorter periods show is given: their reports may be out.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yosafe.disclosure import LEAST_COUNT

Cell = tuple[str, tuple[tuple[str, str], ...]]  # a period, and the categories that were counted: none is the total

SPAN = LEAST_COUNT - 1
_MUCH = 1_000.0  # how far a hidden number is let move: more than any needs
_SLACK = 1e-6


class Line(NamedTuple):
    """What is known of numbers beside themselves. `exact`: the parts add up to the whole. Otherwise the whole is at most that: of people who are
    counted once in a quarter, however many of its months they are counted in."""

    whole: Cell
    parts: tuple[Cell, ...]
    exact: bool = True


def hidden_of(
    values: Mapping[Cell, int], lines: Sequence[Line], *, given: Collection[Cell] = (), shown: Collection[Cell] = (), first: Iterable[Cell] = ()
) -> frozenset[Cell]:
    """The cells to hide. `given` were hidden before, `shown` were shown: both stay so. `first`: cells to hide whatever comes of it.

    Raises ValueError for a line that does not hold, or a count below 0: then the numbers are not what they are said to be.
    """
    _check(values, lines)
    system = _System(values, lines, {*given, *first, *(cell for cell, n in values.items() if n < LEAST_COUNT and cell not in shown)}, set(shown))
    while len(system.hidden) < len(values) and (exposed := system.exposed()) is not None:
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
    def __init__(self, values: Mapping[Cell, int], lines: Sequence[Line], hidden: set[Cell], shown: set[Cell]) -> None:
        self.values, self.lines, self.hidden, self.shown = values, lines, hidden, shown
        self.left: set[Cell] = set()
        self.order = {cell: at for at, cell in enumerate(values)}
        self.of: dict[Cell, list[int]] = defaultdict(list)
        for at, line in enumerate(lines):
            for cell in (line.whole, *line.parts):
                self.of[cell].append(at)
        self.room: dict[Cell, tuple[float, float]] = {}  # how far each was seen to go down and up; what is hidden later takes none of it back
        self.random = random.Random(1)  # noqa: S311  # a repeatable search, no secret

    def hide(self, cell: Cell) -> None:
        self.hidden.add(cell)

    def is_safe(self, cell: Cell) -> bool:
        down, up = self.room.get(cell, (0.0, 0.0))
        value = self.values[cell]
        if value < LEAST_COUNT:
            return down >= value - _SLACK and up >= SPAN - value - _SLACK
        return down + up >= SPAN - _SLACK

    def exposed(self) -> Cell | None:
        """A hidden number of which too much can be told."""
        self._exchange()
        waiting = [cell for cell in sorted(self.hidden, key=self.order.__getitem__) if not self.is_safe(cell) and cell not in self.left]
        if not waiting:
            return None
        programme = _Programme(self)
        for cell in waiting:
            for alone in (False, True):
                for sign in (1, -1):
                    if not self.is_safe(cell):
                        self._see(programme.furthest(cell, sign, alone=alone))
            if not self.is_safe(cell):
                return cell
        return None

    def _exchange(self) -> None:
        """What is plain without a programme: numbers that are parts of the same lines and of no others can be taken from one and put to another."""
        alike: dict[tuple[int, ...], list[Cell]] = defaultdict(list)
        for cell in self.hidden:
            if not any(self.lines[at].whole == cell for at in self.of[cell]):
                alike[tuple(self.of[cell])].append(cell)
        for cells in alike.values():
            if len(cells) > 1:
                together = sum(self.values[cell] for cell in cells)
                for cell in cells:
                    self._see({cell: -float(self.values[cell])})
                    self._see({cell: float(together - self.values[cell])})

    def _see(self, moves: Mapping[Cell, float]) -> None:
        """One way in which all hidden numbers could be other than they are: half of it could be too, so each room is a range."""
        for cell, move in moves.items():
            down, up = self.room.get(cell, (0.0, 0.0))
            self.room[cell] = (max(down, -move), max(up, move))

    def told_anyway(self) -> set[Cell]:
        """Numbers that were to keep others company, and that what shorter periods show tells to the digit: hiding them hides nothing."""
        found = set[Cell]()
        if large := [cell for cell in self.left if self.values[cell] >= LEAST_COUNT]:
            programme = _Programme(self)
            for cell in large:
                moved = [programme.furthest(cell, sign, alone=True)[cell] for sign in (1, -1)]
                if all(abs(move) < _SLACK for move in moved):
                    found.add(cell)
        return found

    def companion(self, exposed: Cell) -> Cell | None:
        """What to hide beside it: the nearest by lines through hidden numbers that may still be hidden, details before totals, the last of a table
        before the first. Not by size, which would tell something; and tables begin with what matters most."""
        met, edge = {exposed}, [exposed]
        while edge:
            lines = [self.lines[at] for cell in edge for at in self.of[cell]]
            around = dict.fromkeys(cell for line in lines for cell in (*line.parts, line.whole))
            open_ = [cell for cell in around if cell not in self.hidden and cell not in self.shown]
            if open_:
                return max(open_, key=lambda cell: (len(cell[1]), self.order[cell]))
            edge = [cell for cell in around if cell in self.hidden and cell not in met]
            met |= set(edge)
        return None


class _Programme:
    """What is shown, as a linear programme over the moves of hidden numbers."""

    def __init__(self, system: _System) -> None:
        import numpy as np
        from scipy.sparse import csr_array

        self.system, self.np = system, np
        self.cells = sorted(system.hidden, key=system.order.__getitem__)
        at = {cell: n for n, cell in enumerate(self.cells)}
        equal: list[tuple[int, int, float]] = []
        most: list[tuple[int, int, float]] = []
        slack: list[float] = []
        rows = 0
        for line in system.lines:
            terms = [(at[part], 1.0) for part in line.parts if part in at] + ([(at[line.whole], -1.0)] if line.whole in at else [])
            if not terms:
                continue
            if line.exact:
                equal += [(rows, n, value) for n, value in terms]
                rows += 1
            else:  # the whole may be no more than its parts together
                most += [(len(slack), n, -value) for n, value in terms]
                slack.append(float(sum(system.values[part] for part in line.parts) - system.values[line.whole]))

        def sparse(found: list[tuple[int, int, float]], height: int) -> Any:
            if not found:
                return None
            row, column, value = zip(*found, strict=True)
            return csr_array((value, (row, column)), shape=(height, len(self.cells)))

        self.equal, self.rows = sparse(equal, rows), rows
        self.most, self.slack = sparse(most, len(slack)), slack
        self.low = np.array([-float(system.values[cell]) for cell in self.cells])
        self.high = np.full(len(self.cells), _MUCH)
        self.at = at

    def furthest(self, cell: Cell, sign: int, *, alone: bool) -> dict[Cell, float]:
        """How all move where one goes as far as it needs to; unless `alone`, others that are not known to be safe are moved along."""
        from scipy.optimize import linprog

        np, system, n = self.np, self.system, self.at[cell]
        aim = np.zeros(len(self.cells))
        if not alone:
            for other in self.cells:
                if other != cell and not system.is_safe(other):
                    aim[self.at[other]] = system.random.choice((-0.01, 0.01))
        aim[n] = -100.0 * sign
        bounds = np.column_stack([self.low, self.high])
        bounds[:, 1] = np.minimum(bounds[:, 1], _MUCH if alone else 4.0 * SPAN)
        bounds[n] = (max(self.low[n], -float(SPAN)), float(SPAN))
        found = linprog(
            aim, A_eq=self.equal, b_eq=np.zeros(self.rows) if self.rows else None, A_ub=self.most, b_ub=self.slack or None, bounds=bounds,
            method="highs",
        )  # fmt: skip
        if found.x is None:
            raise RuntimeError(f"what is hidden could not be worked out: {found.message}")
        return dict(zip(self.cells, found.x.tolist(), strict=True))
