"""What is shown of a report, as a linear programme over how far each number could be other than it is. Pure; HiGHS solves it.

Apart from `hiding`, which loads it where there is something to solve: a command that builds nothing starts fast.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import highspy
import numpy as np

MUCH = 1_000.0  # how far a hidden number is let move: more than any needs
# A simplex that goes on from where it stood: nothing but the aim, or one more hidden number, differs from one question to the next.
Line = tuple[int, Sequence[int], bool]
OPTIONS: dict[str, str | int] = {"presolve": "off", "solver": "simplex", "parallel": "off", "simplex_strategy": 4}


class _Highs(highspy.Highs):
    """One that prints nothing: its greeting comes with its first options."""

    def enableCallbacks(self) -> None:  # its name in the library
        self.silent()


class Programme:
    """Numbers by place, and what is known of them: `lines` are a whole, its parts, and whether they add up to it, or else it is at most that; each of
    `kinds` is every way in which someone may be counted, as the numbers that they are in. What is shown can't move."""

    def __init__(self, values: Any, lines: Sequence[Line], kinds: Sequence[Sequence[Sequence[int]]], hidden: Iterable[int]) -> None:
        self.values, self.aim, many = values, 0, len(values)
        terms = [[(whole, 1.0), *((part, -1.0) for part in parts)] for whole, parts, _ in lines]
        columns = many
        for group in kinds:
            counted = defaultdict[int, list[tuple[int, float]]](list)
            for at, kind in enumerate(group, columns):
                for cell in kind:
                    counted[cell].append((at, -1.0))
            columns += len(group)
            terms += [[(cell, 1.0), *found] for cell, found in counted.items()]
        asked = highspy.HighsLp()
        asked.num_col_, asked.num_row_, asked.sense_ = columns, len(terms), highspy.ObjSense.kMaximize
        asked.col_cost_ = np.zeros(columns)
        asked.col_lower_ = np.concatenate([values, np.zeros(columns - many)])
        asked.col_upper_ = np.concatenate([values, np.full(columns - many, highspy.kHighsInf)])
        asked.row_lower_ = np.array([0.0 if at >= len(lines) or lines[at][2] else -highspy.kHighsInf for at in range(len(terms))])
        asked.row_upper_ = np.zeros(len(terms))
        matrix = asked.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(len(row) for row in terms)])
        matrix.index_ = np.array([at for row in terms for at, _ in row])
        matrix.value_ = np.array([of for row in terms for _, of in row])
        self.highs = _Highs()  # type: ignore[no-untyped-call]  # its own __init__ says nothing of what it returns
        for name, chosen in OPTIONS.items():
            self.highs.setOptionValue(name, chosen)
        self.highs.passModel(asked)
        for cell in hidden:
            self.free(cell)

    def free(self, cell: int) -> None:
        """It is hidden from now on, so it may be other than it is."""
        self.highs.changeColBounds(cell, 0.0, float(self.values[cell]) + MUCH)

    def furthest(self, cell: int, sign: int) -> Any:
        """How all move where one goes as far as it can."""
        self.highs.changeColCost(self.aim, 0.0)
        self.highs.changeColCost(cell, float(sign))
        self.aim = cell
        self.highs.run()
        if (status := self.highs.getModelStatus()) != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"what is hidden could not be worked out: {status.name}")
        return np.array(self.highs.getSolution().col_value)[: len(self.values)] - self.values
