"""The orders that a list can be in, and where in one of them a page begins: by key, never by offset.

A cursor holds the order, the values by which the last row stands in it, the row's number and which way to go. It stands in addresses, so that an
order whose values are names or dates of birth keeps only the number in it: the values are looked up again.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from yosafe.db.engine import DB
from yosafe.db.paging import Id, cursor_of, key_of, unreadable
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.text import in_known_years

Line = TypeVar("Line")
Cursor: Any = tuple[str, list[Any], Any, bool]
_NAMES = tuple(f"sort_{n}" for n in range(8))  # of the columns that are selected beside the rest; no order has as many parts
# Of how many parts, by which a row's key is picked: looked up, since a page asks it of each of its rows.
_KEYS: list[Callable[[Any], tuple[Any, ...]]] = [lambda row: (row["id"],), *(itemgetter(*_NAMES[:n], "id") for n in range(1, len(_NAMES)))]


class Sort(Struct, frozen=True, kw_only=True):
    """An order: the SQL whose values are compared one after the other, with the kinds of those values; None where they are not for an address.
    `null`: the one value can be absent; rows without it come last, whichever way the list goes."""

    by: tuple[Sql, ...] = ()
    kinds: tuple[Any, ...] | None = ()
    null: bool = False


def sort(*by: str | Sql, kinds: Sequence[Any] | None = None, null: bool = False) -> Sort:
    """An order by these, in turn."""
    return Sort(by=tuple(one if isinstance(one, Sql) else Sql(one) for one in by), kinds=None if kinds is None else tuple(kinds), null=null)


def ranked(column: str, labels: Mapping[str, str] | Collection[str], *, null: bool = False) -> Sort:
    """An order of codes: of a mapping by its labels, of others as they stand. A code that is not among them comes first."""
    codes = sorted(labels, key=lambda code: labels[code].casefold()) if isinstance(labels, Mapping) else list(labels)
    rank = Sql(f"array_position({{}}::text[], {column}::text)", codes)
    return sort(rank if null else Sql("coalesce({}, 0)", rank), kinds=[int], null=null)


class Place(Struct, frozen=True, kw_only=True):
    """Where a page begins. `name` is the order as it is asked for, "due" or "-due"; `tie` the SQL of the number that no two rows share; `last` and
    `values` are those of the row that it begins after, or, going `back`, before."""

    name: str
    sort: Sort
    tie: str
    back: bool = False
    last: Any = None
    values: tuple[Any, ...] | None = None

    @property
    def descending(self) -> bool:
        """The way in which rows are read: a page that is gone back to is read from its end."""
        return self.name.startswith("-") != self.back

    def order(self, by: Sequence[Sql] | None = None, tie: str | None = None) -> Sql:
        """For ORDER BY; `by` and `tie` where the query calls the values something else."""
        way = "DESC" if self.descending else "ASC"
        parts = [Sql(f"{{}} {way}", one) for one in (self.sort.by if by is None else by)]
        if self.sort.null:
            parts.insert(0, Sql(f"({{}} IS NULL) {'DESC' if self.back else 'ASC'}", (by or self.sort.by)[0]))
        return _comma([*parts, Sql(f"{tie or self.tie} {way}")])

    def order_of(self, page: str) -> Sql:
        """The same in a query around one that selects `columns` and `id`."""
        return self.order([Sql(f"{page}.sort_{n}") for n in range(len(self.sort.by))], f"{page}.id")

    @property
    def columns(self) -> Sql:
        """To select beside the rest, begun with a comma: the values by which a row stands in the order."""
        return Sql("".join(f", {{}} AS sort_{n}" for n in range(len(self.sort.by))), *self.sort.by)

    def after(self, by: Sequence[Sql] | None = None, tie: str | None = None) -> Sql:
        """The condition for the rows from here on. The place was found_again()."""
        if self.values is None:
            if self.last is not None:
                raise RuntimeError(f"The order {self.name} can't be gone on with: give its values kinds, or the list a source.")
            return Sql("true")
        by, tie, sign = self.sort.by if by is None else by, tie or self.tie, "<" if self.descending else ">"
        if self.sort.null:
            return self._after_null(by[0], tie, sign)
        places = ", ".join(["{}"] * (len(by) + 1))
        return Sql(f"({_text(by)}{tie}) {sign} ({places})", *by, *self.values, self.last)

    def _after_null(self, one: Sql, tie: str, sign: str) -> Sql:
        (value,) = self.values or (None,)
        if value is None:
            beside = Sql(f"({{}} IS NULL AND {tie} {sign} {{}})", one, self.last)
            return Sql("({} OR {} IS NOT NULL)", beside, one) if self.back else beside
        beyond = Sql(f"({{}} {sign} {{}} OR ({{}} = {{}} AND {tie} {sign} {{}}))", one, value, one, value, self.last)
        return beyond if self.back else Sql("({} OR {} IS NULL)", beyond, one)

    def key(self, row: Any) -> tuple[Any, ...]:
        """By what a row of a query with `columns` and `id` stands in the order: its values, and then the number."""
        return _KEYS[len(self.sort.by)](row)

    def cursor(self, key: tuple[Any, ...], *, back: bool = False) -> str:
        *values, last = key
        return cursor_of((self.name, [] if self.sort.kinds is None else values, last, back))

    async def found_again(self, source: str, seen: Sql) -> "Place":
        """The place with the values that its cursor does not hold. Raises Invalid where the row is gone, or no longer for this reader."""
        if self.last is None or self.values is not None:
            return self
        what = Sql(f"SELECT {', '.join(['{}'] * len(self.sort.by))} FROM {source} WHERE {self.tie} = {{}} AND {{}}", *self.sort.by, self.last, seen)
        row = await DB.fetchrow(*what.parts())
        if row is None:
            raise changed()
        return replace(self, values=tuple(row))

    def among(self, lines: Sequence[Line], value: Callable[[Line], Any], number: Callable[[Line], Any]) -> list[Line]:
        """The lines from here on, of a list that is worked out and not read; `value` is what it is in order of, `number` what no two share."""
        ordered = sorted(lines, key=lambda line: (value(line), number(line)), reverse=self.descending)
        if self.last is None:
            return ordered
        if self.sort.kinds is None:
            before = next((n for n, line in enumerate(ordered) if number(line) == self.last), None)
            if before is None:
                raise changed()
            return ordered[before + 1 :]
        here = ((self.values or ())[0], self.last)
        return [line for line in ordered if ((value(line), number(line)) < here if self.descending else (value(line), number(line)) > here)]


def place_of(sorts: Mapping[str, Sort], name: str, after: str | None, *, tie: str, number: Any = Id) -> Place:
    """Where a page begins in the order `name`, after a cursor that was made in it. Raises Invalid for an order that there is not, and for a cursor
    that is none of this order."""
    if name.removeprefix("-") not in sorts:
        raise Invalid([FieldError("sort", f"Choose one of: {', '.join(sorts)}; with - before it for the other way round")])
    place = Place(name=name, sort=sorts[name.removeprefix("-")], tie=tie)
    cursor = key_of(after, Cursor)
    if cursor is None:
        return place
    order, values, last, back = cursor
    if order != name:
        raise Invalid([FieldError("after", "That page was of the list in another order. Start the list again without it.")])
    try:
        last = msgspec.convert(last, number)
        return replace(place, back=back, last=last, values=_values(place.sort, values))
    except msgspec.ValidationError:
        raise unreadable() from None


def order_in(cursor: str | None) -> str | None:
    """The order that a cursor was made in, so that whoever has a cursor need not say it again. Raises Invalid."""
    found = key_of(cursor, Cursor)
    return None if found is None else str(found[0])


def _values(wanted: Sort, values: list[Any]) -> tuple[Any, ...] | None:
    if wanted.kinds is None:
        if values:
            raise unreadable()
        return None
    if len(values) != len(wanted.kinds):
        raise unreadable()
    found = tuple(msgspec.convert(one, kind | None if wanted.null else kind) for one, kind in zip(values, wanted.kinds, strict=True))
    if any(isinstance(one, dt.date) and not in_known_years(one) for one in found) or any(isinstance(one, int) and abs(one) >= 2**31 for one in found):
        raise unreadable()
    return found


def changed() -> Invalid:
    return Invalid([FieldError("after", "The list has changed since that page. Start it again.")])


def _comma(parts: Sequence[Sql]) -> Sql:
    return Sql(", ".join(["{}"] * len(parts)), *parts)


def _text(by: Sequence[Sql]) -> str:
    return "{}, " * len(by)
