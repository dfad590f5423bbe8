"""Putting a query together from parts, with every value bound. `Sql("a = {} AND {}", 1, other)` splices other Sql and binds the rest."""

from collections.abc import Collection, Iterable
from typing import Any


class Sql:
    """A piece of SQL: constant text with `{}` where a value, or another piece, goes. Values never enter the text."""

    def __init__(self, text: str, *values: Any) -> None:
        pieces = text.split("{}")
        if len(pieces) != len(values) + 1:
            raise ValueError(f"{len(pieces) - 1} places for {len(values)} values")
        self.pieces, self.values = pieces, values

    def parts(self) -> tuple[Any, ...]:
        """The text with $1, $2 ... and then the values: `await DB.fetch(*query.parts())`."""
        bound: list[Any] = []
        return (self._text(bound), *bound)

    def _text(self, bound: list[Any]) -> str:
        out = [self.pieces[0]]
        for value, piece in zip(self.values, self.pieces[1:], strict=True):
            if isinstance(value, Sql):
                out.append(value._text(bound))
            else:
                bound.append(value)
                out.append(f"${len(bound)}")
            out.append(piece)
        return "".join(out)


FEW = 10  # PostgreSQL takes a list that it does not know for one of ten


def one_of(values: Collection[Any]) -> Sql:
    """`Sql("i.id {}", one_of(numbers))`. A few are named one by one: of a bound list of few, PostgreSQL finds each time that planning anew would be
    cheaper than the plan it has, and planning takes longer than the query itself."""
    if 0 < len(values) <= FEW:
        return Sql(f"IN ({', '.join(['{}'] * len(values))})", *values)
    return Sql("= ANY({})", list(values))


def every(conditions: Iterable[Sql]) -> Sql:
    """All of them at once; no condition is true."""
    return _joined(list(conditions), " AND ", "true")


def either(conditions: Iterable[Sql]) -> Sql:
    """One of them or more; no condition is false."""
    return _joined(list(conditions), " OR ", "false")


def _joined(conditions: list[Sql], word: str, empty: str) -> Sql:
    return Sql("(" + word.join(["{}"] * len(conditions)) + ")", *conditions) if conditions else Sql(empty)
