"""Datasets: named counts by period and category, de-identified where they are read, and which of them may be shown.

A dataset says what it counts, of whom, how, and in which tables (`views`) it is ever published. That list is closed: what may be shown is worked
out for all of them together, so that no report tells by another what it hides.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import Any, Literal

from msgspec import Struct

from yosafe.accounts.permissions import AgencyKind
from yosafe.db.replica import Reads, from_replica
from yosafe.disclosure import TOTAL
from yosafe.settings import Terminology

from .hiding import Cell, Kind, Line, hidden_in_table, hidden_of
from .periods import Period, Span
from .places import Place

Labels = Callable[[Terminology], Mapping[str, str]]
Read = Callable[[Place, Sequence[Period]], Awaitable[Iterable[Any]]]
EVERY = ""  # the code of a total


class Combine(StrEnum):
    """What a longer period is of its parts: their sum; the same people counted once; or what its last day says."""

    SUM = "sum"
    PEOPLE = "people"
    LAST = "last"


class Axis(Struct, frozen=True, kw_only=True):
    """Categories in the order in which they are shown. Those that mean that it is not recorded are `missing`; of those `open` nothing has come yet: a
    share leaves them out. `rising`: of people, each category is of those with more of it than the one before, as once, twice, more often."""

    id: str
    title: str
    labels: Labels
    missing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    rising: bool = False


class View(Struct, frozen=True, kw_only=True):
    """A table in which a dataset is published: the categories of `rows`, by those of `columns` where there are any; or several axes, each as a row
    with the same categories as columns (`stacked`)."""

    id: str
    title: str
    rows: str = ""
    columns: str = ""
    stacked: tuple[str, ...] = ()


class Dataset(Struct, frozen=True, kw_only=True):
    """`noun` is one and several of what is counted; `population` of whom; `counted` how, in sentences. `kinds` are the agencies that it can be read
    for. `read` gives rows of a period's key, a category for each axis, and `n`. What `covers` an
    establishment is shown for one at a time: an area's sum would tell by one paper what the other hides."""

    id: str
    title: str
    noun: tuple[str, str]
    population: str
    counted: tuple[str, ...]
    kinds: frozenset[AgencyKind]
    combine: Combine
    axes: tuple[Axis, ...]
    views: tuple[View, ...]
    read: Read
    rated: bool = False  # whether a rate for young people held makes sense
    grain: Span = Span.MONTH  # the shortest period in which any report shows it
    covers: Literal["establishment", "area"] = "establishment"

    def axis(self, name: str) -> Axis:
        return next(axis for axis in self.axes if axis.id == name)

    def view(self, name: str) -> View:
        return next(view for view in self.views if view.id == name)

    def standing(self, period: Period) -> Period:
        """The period under which its numbers are kept: of what is so on a day, the month that ends with it."""
        return period.months()[-1] if self.combine is Combine.LAST else period


_DATASETS: dict[str, Dataset] = {}


def register_dataset(dataset: Dataset) -> None:
    """Called once for each, in yosafe/composition.py. Raises ValueError for a name that is taken."""
    if _DATASETS.get(dataset.id, dataset) is not dataset:
        raise ValueError(f"there are two datasets called {dataset.id}")
    _DATASETS[dataset.id] = dataset


def datasets() -> dict[str, Dataset]:
    """Every dataset by name."""
    return dict(_DATASETS)


def cell(period: Period, *categories: tuple[str, str]) -> Cell:
    """A number: of a period, in some categories; of none, the total."""
    where = [pair for pair in categories if pair[1] != EVERY]
    if len(where) > 1:
        where.sort()
    return (period.key, tuple(where))


class Frame:
    """The counts of a dataset for a place in some periods, and which of them may be shown."""

    def __init__(self, dataset: Dataset, terminology: Terminology, rows: Iterable[Any], periods: Sequence[Period]) -> None:
        self.dataset = dataset
        self.labels = {axis.id: dict(axis.labels(terminology)) for axis in dataset.axes}
        self._periods = {one.key: one for period in periods for one in dataset.standing(period).within()}
        self._counts = self._counted(list(rows))
        self._hidden: dict[str, frozenset[Cell]] = {}
        self._cells: dict[str, list[Cell]] = {}
        self._tables: dict[str, list[Line]] = {}

    def _counted(self, rows: Sequence[Any]) -> dict[str, Counter[tuple[tuple[str, str], ...]]]:
        """Each period's count in each set of categories of any view."""
        kept = {frozenset(names) for view in self.dataset.views for names in _margins(view)}
        found: dict[str, Counter[tuple[tuple[str, str], ...]]] = defaultdict(Counter)
        for row in rows:
            for names in kept:
                found[row["period"]][tuple(sorted((name, row[name]) for name in names))] += row["n"]
        if self.dataset.combine is Combine.SUM:
            for period in self._periods.values():
                if period.span is not Span.MONTH:
                    found[period.key] = sum((found[month.key] for month in period.months()), Counter())
        return found

    def count(self, period: Period, *categories: tuple[str, str]) -> int:
        key, where = cell(self.dataset.standing(period), *categories)
        return self._counts[key][where]

    def shown(self, period: Period, *categories: tuple[str, str]) -> int | None:
        """The count, or None where it is hidden."""
        at = self.dataset.standing(period)
        return None if cell(at, *categories) in self.hidden(at) else self.count(at, *categories)

    def hidden(self, period: Period) -> frozenset[Cell]:
        """Everything hidden of a period and of those within it."""
        period = self.dataset.standing(period)
        if period.key not in self._hidden:
            parts = self._published(period)
            given = frozenset[Cell]().union(*(self.hidden(part) for part in parts))
            inner = [one for part in parts for one in self._within(part)]
            before = {one for part in inner for one in self.cells(part)}
            values = {one: self._counts[one[0]][one[1]] for within in (*inner, period) for one in self.cells(within)}
            first = [one for view in self.dataset.views for one in self._table_hidden(period, view)]
            self._hidden[period.key] = hidden_of(
                values, self._lines(period), given=given, shown=before - given, first=first, kinds=self._kinds(period)
            )
        return self._hidden[period.key]

    def _published(self, period: Period) -> list[Period]:
        """The periods that it is made of which a report may show."""
        return [] if period.span == self.dataset.grain else period.parts()

    def _within(self, period: Period) -> list[Period]:
        """Itself and every period within it which a report may show, the shortest first."""
        return [*(inner for part in self._published(period) for inner in self._within(part)), period]

    def cells(self, period: Period) -> list[Cell]:
        """Every number of a period that is published, where it may be: details before totals."""
        if period.key not in self._cells:
            found = dict.fromkeys(one for view in self.dataset.views for one in self._of_view(period, view))
            self._cells[period.key] = sorted(found, key=lambda one: -len(one[1]))
        return self._cells[period.key]

    def _of_view(self, period: Period, view: View) -> Iterable[Cell]:
        if view.stacked:
            yield from (cell(period, (axis, code)) for axis in view.stacked for code in self.labels[axis])
        else:
            rows, columns = self._codes(view.rows), self._codes(view.columns)
            yield from (cell(period, (view.rows, row), (view.columns, column)) for row in rows for column in columns)
        yield cell(period)

    def _codes(self, axis: str) -> list[str]:
        return [*self.labels[axis], EVERY] if axis else [EVERY]

    def _lines(self, period: Period) -> list[Line]:
        """What anyone knows: tables add up to their totals, and longer periods are made of shorter ones."""
        lines = [line for one in self._within(period) for line in self._of_tables(one)]
        for one in self._within(period):
            if parts := self._published(one):
                lines += self._across(one, parts)
        return [*dict.fromkeys(lines)]

    def _of_tables(self, period: Period) -> list[Line]:
        if period.key not in self._tables:
            self._tables[period.key] = [line for view in self.dataset.views for line in self._of_table(period, view)]
        return self._tables[period.key]

    def _of_table(self, period: Period, view: View) -> Iterable[Line]:
        if view.stacked:
            yield from (Line(cell(period), tuple(cell(period, (axis, code)) for code in self.labels[axis])) for axis in view.stacked)
            return
        rows, columns = self._codes(view.rows), self._codes(view.columns)
        for column in columns:
            at = (view.columns, column)
            yield Line(cell(period, at), tuple(cell(period, (view.rows, row), at) for row in rows[:-1]))
        if view.columns:
            for row in rows:
                at = (view.rows, row)
                yield Line(cell(period, at), tuple(cell(period, at, (view.columns, column)) for column in columns[:-1]))

    def _across(self, period: Period, parts: Sequence[Period]) -> Iterable[Line]:
        match self.dataset.combine:
            case Combine.SUM:
                return [Line(one, tuple((part.key, one[1]) for part in parts)) for one in self.cells(period)]
            case Combine.PEOPLE:  # how many there were: at least as many as in any part, at most all parts together
                whole = cell(period)
                return [Line(whole, tuple(cell(part) for part in parts), exact=False)] + [Line(cell(part), (whole,), exact=False) for part in parts]
        return ()

    def _kinds(self, period: Period) -> list[list[Kind]]:
        """Every way in which someone may be counted in a period and its parts, where people are counted by how often: whoever is so once in one month
        and twice in another is so three times in the quarter, and everybody knows that."""
        axes = [view.rows for view in self.dataset.views if view.rows and self.dataset.axis(view.rows).rising]
        if self.dataset.combine is not Combine.PEOPLE:
            return []
        return [[*self._of_one(axis, one)] for axis in dict.fromkeys(axes) for one in self._within(period) if self._published(one)]

    def _of_one(self, axis: str, period: Period) -> Iterable[Kind]:
        parts, codes = self._published(period), list(self.labels[axis])
        for often in product(range(len(codes) + 1), repeat=len(parts)):
            if any(often):
                counted = [*zip(parts, often, strict=True), (period, min(sum(often), len(codes)))]
                yield tuple(one for where, n in counted if n for one in (cell(where), cell(where, (axis, codes[n - 1]))))

    def _table_hidden(self, period: Period, view: View) -> Iterable[Cell]:
        """What the rule for one table by itself would hide: it chooses well among rows and columns."""
        if not view.columns:
            return
        counts = {row: {column: self.count(period, (view.rows, row), (view.columns, column)) for column in self.labels[view.columns]}
                  for row in self.labels[view.rows]}  # fmt: skip
        for row, column in hidden_in_table(counts):
            yield cell(period, (view.rows, "" if row == TOTAL else row), (view.columns, "" if column == TOTAL else column))


def _margins(view: View) -> list[tuple[str, ...]]:
    if view.stacked:
        return [(), *((axis,) for axis in view.stacked)]
    if view.columns:
        return [(), (view.rows,), (view.columns,), (view.rows, view.columns)]
    return [(), (view.rows,)]


async def frame_of(dataset: Dataset, place: Place, periods: Sequence[Period], terminology: Terminology) -> Frame:
    """Read once for all the periods that a report shows, and those within them that other reports may have shown."""
    every = {one.key: one for period in periods for one in dataset.standing(period).within()}
    asked = list(every.values()) if dataset.combine is Combine.PEOPLE else [one for one in every.values() if one.span is Span.MONTH]
    async with from_replica(Reads.REPORTS):
        rows = await dataset.read(place, asked)
    return Frame(dataset, terminology, rows, periods)
