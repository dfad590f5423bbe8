"""Whether anyone stands alone in a pack, and what would change that. Pure.

Rows are alike where all that the pack says of them is the same. Young people are counted, not rows: five incidents of one make nobody harder to find.
A pack is given where every row is like those of k young people or more; and where of those who are alike in who they are not all have the same said
of what happened, which would tell it of each of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from .columns import NOT_SAID, Column

Levels = Mapping[str, str]  # columns by the step in which they are said; one that is not here is left out


class Row(Struct, frozen=True):
    """One row before it is made coarser: a number that says only whose rows belong together, and a code for each column."""

    person: int
    codes: Mapping[str, str]


class Figures(Struct, frozen=True, kw_only=True):
    """How alike rows are. `smallest`: of how many young people the smallest group of like rows is. `below`: rows in groups of fewer than k. `told`:
    further rows of groups alike in who they are of whom the same is said of what happened."""

    k: int
    rows: int
    people: int
    groups: int
    smallest: int
    below: int
    told: int

    @property
    def is_safe(self) -> bool:
        return self.people >= self.k and not self.below and not self.told


class Way(Struct, frozen=True, kw_only=True):
    """One step that makes a pack coarser, and how many rows it leaves below what is needed."""

    column: str
    step: str | None
    words: str
    leaves: int


def said(row: Row, columns: Sequence[Column], levels: Levels) -> tuple[str, ...]:
    """What a pack says of a row, in the order of the columns that it has."""
    return tuple(column.step(levels[column.id]).says(row.codes[column.id]) for column in columns if column.id in levels)


def figures(rows: Sequence[Row], columns: Sequence[Column], levels: Levels, k: int) -> Figures:
    asked = [column for column in columns if column.id in levels]
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in rows:
        alike[said(row, asked, levels)].append(row.person)
    events = [at for at, column in enumerate(asked) if column.event]
    whose = [at for at, column in enumerate(asked) if not column.event]
    told_of: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for values in alike:
        told_of[tuple(values[at] for at in whose)].add(tuple(values[at] for at in events))
    below = sum(len(people) for people in alike.values() if len({*people}) < k)
    told = sum(
        len(people) for values, people in alike.items()
        if events and whose and len({*people}) >= k and len(told_of[tuple(values[at] for at in whose)]) == 1
    )  # fmt: skip
    return Figures(
        k=k, rows=len(rows), people=len({row.person for row in rows}), groups=len(alike),
        smallest=min((len({*people}) for people in alike.values()), default=0), below=below, told=told,
    )  # fmt: skip


def coarser(columns: Iterable[Column], levels: Levels) -> Iterable[tuple[Column, str | None]]:
    """Every single step that says less: the next of a column, or leaving it out."""
    for column in columns:
        if column.id in levels:
            names = [step.id for step in column.steps]
            at = names.index(levels[column.id]) + 1
            yield column, names[at] if at < len(names) else None


def taken(levels: Levels, column: str, step: str | None) -> dict[str, str]:
    """The same with one step more."""
    rest = {name: level for name, level in levels.items() if name != column}
    return rest if step is None else {**levels, column: step}


def ways(rows: Sequence[Row], columns: Sequence[Column], levels: Levels, k: int) -> list[Way]:
    """What each single step leaves, that which leaves least first; columns in their order where they leave the same."""
    found = []
    for column, step in coarser(columns, levels):
        after = figures(rows, columns, taken(levels, column.id, step), k)
        words = f"{column.title}: {NOT_SAID.lower() if step is None else column.step(step).title}"
        found.append(Way(column=column.id, step=step, words=words, leaves=after.below + after.told))
    return sorted(found, key=lambda way: way.leaves)


def enough(rows: Sequence[Row], columns: Sequence[Column], levels: Levels, k: int) -> Levels:
    """The same made coarser until it can be given, and no more than that: any column said more finely would be too much. Empty where
    nothing would do but saying nothing at all."""
    if len({row.person for row in rows}) < k:
        return {}
    now: Levels = levels
    while now and not figures(rows, columns, now, k).is_safe:
        best = ways(rows, columns, now, k)[0]
        now = taken(now, best.column, best.step)
    for column in sorted(columns, key=lambda column: not column.event):  # what happened is what it is asked for
        for step in _finer(column, levels, now):
            if figures(rows, columns, {**now, column.id: step}, k).is_safe:
                now = {**now, column.id: step}
                break
    return now


def _finer(column: Column, asked: Levels, now: Levels) -> Sequence[str]:
    """The steps of a column from that which was asked for to the one before that which it has, the finest first."""
    names = [step.id for step in column.steps]
    first = names.index(asked[column.id]) if column.id in asked else len(names)
    return names[first : names.index(now[column.id]) if column.id in now else len(names)]


def about(many: int, least: int) -> str:
    """How many rows, where few could tell of someone: "fewer than 5", "12"."""
    return "none" if not many else f"fewer than {least}" if many < least else f"{many:,}"


def order(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """By what they say, so that their place tells nothing of when they were recorded."""
    return sorted(rows)
