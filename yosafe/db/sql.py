"""Putting a query together from parts, with every value bound. `Sql("a = {} AND {}", 1, other)` splices other Sql and binds the rest."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any


@lru_cache(2048)  # every text that the code has, with some left for those that vary
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(text.split("{}"))


class Sql:
    """A piece of SQL: constant text with `{}` where a value, or another piece, goes. Values never enter the text."""

    def __init__(self, text: str, *values: Any) -> None:
        pieces = _pieces(text)
        if len(pieces) != len(values) + 1:
            raise ValueError(f"{len(pieces) - 1} places for {len(values)} values")
        self.pieces, self.values = pieces, values

    def parts(self) -> tuple[Any, ...]:
        """The text with $1, $2 ... and then the values: `await DB.fetch(*query.parts())`."""
        out: list[str] = []
        bound: list[Any] = []
        self._put(out, bound)
        return ("".join(out), *bound)

    def _put(self, out: list[str], bound: list[Any]) -> None:
        out.append(self.pieces[0])
        for value, piece in zip(self.values, self.pieces[1:], strict=True):
            if isinstance(value, Sql):
                value._put(out, bound)
            else:
                bound.append(value)
                out.append(f"${len(bound)}")
            out.append(piece)


FEW = 10  # PostgreSQL takes a list that it does not know for one of ten


def one_of(values: Collection[Any]) -> Sql:
    """`Sql("i.id {}", one_of(numbers))`. A few are named one by one: of a bound list of few, PostgreSQL finds each time that planning anew would be
    cheaper than the plan it has, and planning takes longer than the query itself."""
    if 0 < len(values) <= FEW:
        return Sql(f"IN ({', '.join(['{}'] * len(values))})", *values)
    return Sql("= ANY({})", list(values))


def at_most(rows: int) -> Sql:
    """`Sql("... {}", at_most(50))`, the LIMIT of a page. The number stands in the text: of a bound one PostgreSQL thinks that it is a tenth of
    everything, finds the plan that it has dear, and plans anew each time, which of a large table takes longer than reading a page of it."""
    return Sql(f"LIMIT {rows:d}")


def every(conditions: Iterable[Sql]) -> Sql:
    """All of them at once; no condition is true."""
    return _joined(list(conditions), " AND ", "true")


def either(conditions: Iterable[Sql]) -> Sql:
    """One of them or more; no condition is false."""
    return _joined(list(conditions), " OR ", "false")


def _joined(conditions: list[Sql], word: str, empty: str) -> Sql:
    return Sql("(" + word.join(["{}"] * len(conditions)) + ")", *conditions) if conditions else Sql(empty)
