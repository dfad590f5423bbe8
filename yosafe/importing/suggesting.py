"""Which column is which field, and which of a file's words is which code: suggestions, with how sure and why. People confirm them. Pure."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice

from msgspec import Struct
from rapidfuzz import fuzz, process

from yosafe.reference.areas import areas
from yosafe.reference.establishments import establishments

from .converting import Unreadable, parsed_day, printable, reader
from .fields import Field, Kind, Target
from .mapping import DateOrder, value_key
from .reading import Table

LOOKED_AT = 200  # rows
SAMPLES = 3
BY_ALIAS, BY_CONTENT = 0.95, 0.6
NEARLY = 85  # of 100, as rapidfuzz compares words in any order
_CONTENT_TELLS = frozenset({Kind.CODE, Kind.CODES, Kind.PLACE, Kind.AREA, Kind.DATE, Kind.MOMENT, Kind.TIME})


class Suggestion(Struct, frozen=True, kw_only=True):
    """A column of the file: some of its values, and which field it may be. `sure` is 0 to 1, 0 without a field; `why` in words."""

    column: str
    samples: list[str]
    field: str | None
    sure: float
    why: str


class ValueSuggestion(Struct, frozen=True, kw_only=True):
    """A code that a word may be."""

    code: str
    sure: float
    why: str


def samples_of(table: Table) -> list[list[str]]:
    """The filled cells of each column in the first rows."""
    found: list[list[str]] = [[] for _ in table.columns]
    for row in islice((row for row in table.rows() if not row.fault), LOOKED_AT):
        for place, cell in enumerate(row.cells):
            if cell.strip():
                found[place].append(cell)
    return found


def date_order(samples: Iterable[Sequence[str]]) -> tuple[DateOrder, bool]:
    """In which order dates of a file are read, and whether any cell decides it. Day first where nothing does."""
    counts: dict[DateOrder, int] = {"dmy": 0, "mdy": 0, "ymd": 0}
    for cell in (cell for cells in samples for cell in cells):
        day = cell.strip().split("T")[0].split(" ")[0]
        found = {order: parsed_day(day, order) for order in counts}
        if len({one for one in found.values() if one}) != 1 or all(found.values()):
            continue
        for order, one in found.items():
            counts[order] += one is not None
    best = max(counts, key=lambda order: counts[order])
    return (best, True) if counts[best] else ("dmy", False)


def suggest_columns(target: Target, table: Table) -> list[Suggestion]:
    """For each column in order, the field that it most likely is; each field at most once."""
    samples = samples_of(table)
    order, _ = date_order(samples)
    scored = [
        (sure, -place, -number, place, of.name, why)
        for place, column in enumerate(table.columns)
        for number, of in enumerate(target.fields)
        for sure, why in [_score(of, column, table.labels.get(column, ""), samples[place], order)]
        if sure >= 0.5
    ]
    taken: dict[int, tuple[str, float, str]] = {}
    used: set[str] = set()
    for sure, _, _, place, name, why in sorted(scored, reverse=True):
        if place not in taken and name not in used:
            taken[place] = (name, sure, why)
            used.add(name)
    return [
        Suggestion(
            column=column, samples=[printable(one) for one in list(dict.fromkeys(samples[place]))[:SAMPLES]],
            field=taken[place][0] if place in taken else None, sure=round(taken[place][1], 2) if place in taken else 0.0,
            why=taken[place][2] if place in taken else "",
        )
        for place, column in enumerate(table.columns)
    ]  # fmt: skip


def _score(of: Field, column: str, label: str, cells: Sequence[str], order: DateOrder) -> tuple[float, str]:
    by_name, why = max((_by_name(of, name) for name in (column, label) if name), default=(0.0, ""))
    fits = _fits(of, cells, order)
    if by_name:
        if not cells or of.kind not in _CONTENT_TELLS:
            return by_name, why
        return (by_name, f"{why}, and its values fit") if fits >= 0.5 else (by_name * 0.7, f"{why}, but few of its values fit")
    if of.kind in {Kind.CODE, Kind.CODES, Kind.PLACE, Kind.AREA} and len(cells) >= 2 and fits >= 0.8:
        return BY_CONTENT * fits, "its values are known ones"
    if of.kind in {Kind.DATE, Kind.MOMENT} and of.required and fits >= 0.9:
        return 0.5, "its values are dates"
    return 0.0, ""


def _by_name(of: Field, column: str) -> tuple[float, str]:
    key = value_key(column)
    if key in {value_key(of.name), value_key(of.label)}:
        return 1.0, "same name"
    if key in _aliases(of.aliases):
        return BY_ALIAS, "a usual name for it"
    near = max(fuzz.token_sort_ratio(key, value_key(name)) for name in (of.name, of.label, *of.aliases))
    return (near / 100 * 0.85, "nearly the same name") if near >= NEARLY and len(key) > 3 else (0.0, "")


@cache
def _aliases(aliases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(value_key, aliases))


def _fits(of: Field, cells: Sequence[str], order: DateOrder) -> float:
    """The share of cells that can be read as the field."""
    if not cells:
        return 0.0
    read = reader(of, dates=order, values={})
    return sum(map(_can(read), cells)) / len(cells)


def _can(read: Callable[[str], object]) -> Callable[[str], bool]:
    def can(cell: str) -> bool:
        try:
            read(cell)
        except Unreadable:
            return False
        return True

    return can


def suggest_value(of: Field, word: str) -> ValueSuggestion | None:
    """Our code for a word that is not known, where one is near enough; None else."""
    names = _names_of(of)
    found = process.extractOne(value_key(word), list(names), scorer=fuzz.WRatio, score_cutoff=80) if names else None
    if found is None:
        return None
    name, score, _ = found
    return ValueSuggestion(code=names[name], sure=round(score / 100 * 0.9, 2), why=f"nearly the same as “{name}”")


def _names_of(of: Field) -> dict[str, str]:
    """What each code of ours is called, as it is compared."""
    if of.kind is Kind.PLACE:
        return {value_key(name): e.code for e in establishments() for name in (*e.aliases, e.name)}
    if of.kind is Kind.AREA:
        return {value_key(a.name): a.code for a in areas()}
    named = {value_key(word): code for word, code in of.code_aliases.items()}
    return named | {value_key(label): code for code, label in of.codes.items()} | {value_key(code): code for code in of.codes}
