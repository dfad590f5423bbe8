"""A table of one's own made ready for the model: what is a number, what is a word, what is missing, and which columns can't be used and why."""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from yosafe.errors import Invalid
from yosafe.importing.reading import Table

from .arrays import Floats
from .evaluation import auc_of
from .fairness import NOT_KNOWN

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "-", ".", "?", "missing", "not known", "unknown", "not recorded"})
YES = frozenset({"1", "yes", "y", "true", "t"})
MOST_LEVELS = 20  # words of a column that are told apart
LEAST_OF_LEVEL = 10
MOST_GROUPS = 12
LEAK_AUC = 0.97
LEAK_ROWS, LEAK_CHANCE = 20, 1e-9
MOST_INPUTS = 400
_YEAR_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}")


class Asked(Struct, frozen=True, kw_only=True):
    """What the caller said of the columns. Without `features` every column is one that isn't excluded and has no other part."""

    outcome: str
    positive: str = ""
    features: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    person: str = ""
    time: str = ""


class LeftOut(Struct, frozen=True, kw_only=True):
    """A column that isn't used, and why."""

    column: str
    why: str


class Input(Struct, frozen=True, kw_only=True):
    """One number that the model reads: a column, or whether a column of words says `level`."""

    name: str
    column: str
    level: str | None = None


class Ready(Struct, frozen=True, kw_only=True):
    """Rows as the model takes them. `values` has a column for each of `inputs`, NaN where it's not known."""

    inputs: tuple[Input, ...]
    values: Any
    outcome: Any
    persons: Any
    times: Any
    groups: dict[str, list[str]]
    positive: str
    missing: dict[str, int]  # by column that is used
    left_out: list[LeftOut]
    remarks: list[str]


def make_ready(table: Table, asked: Asked) -> Ready:
    """A table made ready. Raises Invalid for columns that aren't there, an outcome that isn't there or not, or nothing to learn from."""
    columns, remarks = _columns(table)
    _check_names(table, asked)
    outcome, positive = _outcome(columns[asked.outcome], asked, table.name)
    kept = ~np.isnan(outcome)
    if gone := int((~kept).sum()):
        remarks.append(f"{_rows(gone)} without “{asked.outcome}” left out.")
    columns = {name: values[kept] for name, values in columns.items()}
    there = outcome[kept] == 1
    _check_outcomes(there, asked.outcome)
    times = _times(columns[asked.time], asked.time) if asked.time else None
    inputs, values, left_out, missing = _inputs(columns, there, asked)
    if not inputs:
        raise Invalid(f"{table.name}: no column is left to learn from. " + " ".join(f"“{one.column}” {one.why}." for one in left_out[:10]))
    remarks += _imbalance(there)
    return Ready(
        inputs=inputs, values=values, outcome=there, persons=_persons(columns[asked.person]) if asked.person else None, times=times,
        groups={name: _grouped(columns[name]) for name in asked.groups}, positive=positive, missing=missing, left_out=left_out, remarks=remarks,
    )  # fmt: skip


def made_like(table: Table, asked: Asked, first: Ready) -> Ready:
    """A second table with the inputs of the first, to judge by. Raises Invalid where it lacks a column."""
    lacking = sorted({one.column for one in first.inputs} - set(table.columns))
    if lacking:
        raise Invalid(f"{table.name}: lacks {', '.join(f'“{name}”' for name in lacking[:10])}, which the model was made with.")
    columns, remarks = _columns(table)
    _check_names(table, asked)
    outcome, _ = _outcome(columns[asked.outcome], asked, table.name, positive=first.positive)
    kept = ~np.isnan(outcome)
    columns = {name: values[kept] for name, values in columns.items()}
    there = outcome[kept] == 1
    _check_outcomes(there, asked.outcome)
    return Ready(
        inputs=first.inputs, values=np.column_stack([_input_values(one, columns[one.column]) for one in first.inputs]), outcome=there,
        persons=_persons(columns[asked.person]) if asked.person else None, times=None,
        groups={name: _grouped(columns[name]) for name in asked.groups}, positive=first.positive, missing=first.missing, left_out=[],
        remarks=remarks + _imbalance(there),
    )  # fmt: skip


Texts = NDArray[np.object_]


def _columns(table: Table) -> tuple[dict[str, Texts], list[str]]:
    rows, faulty = [], 0
    for row in table.rows():
        if row.fault:
            faulty += 1
        else:
            rows.append(row.cells)
    if not rows:
        raise Invalid(f"{table.name}: has no row that can be read.")
    found = {name: np.array(values, dtype=object) for name, values in zip(table.columns, zip(*rows, strict=True), strict=True)}
    return found, [f"{_rows(faulty)} left out whose cells can't be trusted."] if faulty else []


def _check_names(table: Table, asked: Asked) -> None:
    named = {asked.outcome, *asked.features, *asked.exclude, *asked.groups, *filter(None, (asked.person, asked.time))}
    lacking = sorted(named - set(table.columns))
    if lacking:
        raise Invalid(f"{table.name}: has no column {', '.join(f'“{name}”' for name in lacking)}. Its columns: {', '.join(table.columns)}.")
    if asked.outcome in {*asked.features, asked.person, asked.time}:
        raise Invalid(f"“{asked.outcome}” is the outcome: it can't be a feature, the person or the time too.")
    if asked.features and asked.exclude:
        raise Invalid("Name the features or what to exclude, not both.")


def _blank(text: str) -> bool:
    return text.strip().casefold() in MISSING


def _number(text: str) -> float:
    """The number in a cell, NaN where it is none or missing."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _numbers(values: Texts) -> Floats:
    return np.array([_number(text) for text in values], dtype=np.float64)


def _outcome(values: Texts, asked: Asked, file: str, positive: str = "") -> tuple[Floats, str]:
    """1, 0, and NaN where it's missing; and what says 1. 1 and 1.0 are one answer."""
    said = {_answer(text): text.strip() for text in values if not _blank(text)}
    if len(said) != 2 and not (positive and said):
        raise Invalid(f"{file}: the outcome “{asked.outcome}” has {len(said):,} different answers. It needs two: it came, or it did not.")
    wanted = asked.positive or positive or _positive(list(said.values()))
    if not wanted or (asked.positive and _answer(asked.positive) not in said):
        raise Invalid(
            f"{file}: which answer of “{asked.outcome}” means that it came? Say --positive with one of: {', '.join(sorted(said.values()))}."
        )
    return np.array([math.nan if _blank(text) else float(_answer(text) == _answer(wanted)) for text in values]), wanted


def _answer(text: str) -> float | str:
    number = _number(text)
    return text.strip() if math.isnan(number) else number


def _positive(said: Sequence[str]) -> str:
    yes = [text for text in said if text.casefold() in YES]
    if len(yes) == 1:
        return yes[0]
    numbers = [(_number(text), text) for text in said]
    return "" if any(math.isnan(number) for number, _ in numbers) else max(numbers)[1]


def _check_outcomes(there: NDArray[np.bool_], name: str) -> None:
    fewest = int(min(there.sum(), (~there).sum()))
    if fewest < 10:
        raise Invalid(f"“{name}”: only {fewest} rows have the rarer answer. Ten are the least that anything can be said of; a hundred to rely on it.")


def _imbalance(there: NDArray[np.bool_]) -> list[str]:
    share = float(there.mean())
    if 0.1 <= share <= 0.9:
        return []
    return [f"The outcomes are far from even: {int(there.sum()):,} of {len(there):,} ({100 * share:.1f} %). Accuracy would say nothing here."]


def _times(values: Texts, name: str) -> Floats:
    found = np.array([_day_or_number(text) for text in values])
    if np.isnan(found).any():
        raise Invalid(f"“{name}”: {_rows(int(np.isnan(found).sum()))} without a date (2002-10-14) or number. The time has to be known for every row.")
    return found


def _day_or_number(text: str) -> float:
    if _YEAR_FIRST.match(text.strip()):
        try:
            return float(dt.date.fromisoformat(text.strip()[:10]).toordinal())
        except ValueError:
            return math.nan
    return _number(text)


def _persons(values: Texts) -> NDArray[Any]:
    """Who each row is about; a row without a person is its own."""
    return np.array([f"row {at}" if _blank(text) else text.strip() for at, text in enumerate(values)])


def _grouped(values: Texts) -> list[str]:
    """Groups to audit by: answers as they stand; numbers of many kinds in four bands; rarer words of many as one."""
    import pandas as pd

    said = Counter(text.strip() for text in values if not _blank(text))
    if len(said) <= MOST_GROUPS:
        return [NOT_KNOWN if _blank(text) else text.strip() for text in values]
    numbers = _numbers(values)
    if np.isnan(numbers).sum() == sum(_blank(text) for text in values):
        cut = pd.qcut(pd.Series(numbers), 4, duplicates="drop")
        return [NOT_KNOWN if pd.isna(part) else f"over {part.left:g} to {part.right:g}" for part in cut]
    kept = {text for text, _ in said.most_common(MOST_GROUPS - 1)}
    return [NOT_KNOWN if _blank(text) else text.strip() if text.strip() in kept else "Others" for text in values]


def _inputs(
    columns: dict[str, Texts], there: NDArray[np.bool_], asked: Asked
) -> tuple[tuple[Input, ...], Floats, list[LeftOut], dict[str, int]]:  # fmt: skip
    """Each usable column's numbers. What the caller named is left out only where nothing can be made of it."""
    other = {asked.outcome, asked.person, asked.time, *asked.exclude, *(() if asked.features else asked.groups)}
    inputs: list[Input] = []
    parts: list[Floats] = []
    left_out: list[LeftOut] = []
    missing: dict[str, int] = {}
    seen: dict[bytes, str] = {}
    for name in asked.features or [name for name in columns if name not in other]:
        made, why = _made(name, columns[name], there, named=name in asked.features)
        if not why:
            key = np.column_stack([values for _, values in made]).tobytes()
            why = f"says the same as “{seen[key]}”" if key in seen else ""
            seen.setdefault(key, name)
        if why:
            left_out.append(LeftOut(column=name, why=why))
            continue
        missing[name] = sum(_blank(text) for text in columns[name])
        inputs += [one for one, _ in made]
        parts += [values for _, values in made]
    if len(inputs) > MOST_INPUTS:
        raise Invalid(f"{len(inputs):,} numbers to learn from, over the limit of {MOST_INPUTS}. Name fewer --features.")
    return tuple(inputs), np.column_stack(parts) if parts else np.empty((len(there), 0)), left_out, missing


def _made(name: str, values: Texts, there: NDArray[np.bool_], *, named: bool) -> tuple[list[tuple[Input, Floats]], str]:
    """A column as inputs, or why it can't be used."""
    blank = np.array([_blank(text) for text in values])
    known = int((~blank).sum())
    said = Counter(text.strip() for text in values[~blank])
    if not known:
        return [], "is empty"
    if len(said) == 1:
        return [], "says the same in every row that has an answer" if not blank.any() else "has one answer, or none"
    numbers = _numbers(values)
    numeric = int((~np.isnan(numbers)).sum()) >= 0.95 * known
    if not named and len(said) == known and known > 20 and (not numeric or _counts_up(numbers)):
        return [], "is different in every row, as a number or name of a record is"
    levels = sorted((text for text, count in said.items() if count >= LEAST_OF_LEVEL), key=lambda text: (-said[text], text))
    if not numeric and (len(levels) > MOST_LEVELS or len(levels) < 2):
        return [], f"is text with {len(said):,} different answers"
    made = [Input(name=name, column=name)] if numeric else [Input(name=f"{name}: {level}", column=name, level=level) for level in levels[1:]]
    found = [(one, _input_values(one, values)) for one in made]
    why = next((why for _, column in found if (why := _leak(column, there))), "")
    return ([], why) if why and not named else (found, "")


def _counts_up(numbers: Floats) -> bool:
    known = numbers[~np.isnan(numbers)]
    return bool((known == np.round(known)).all())


def _input_values(one: Input, values: Texts) -> Floats:
    if one.level is None:
        return _numbers(values)
    return np.array([math.nan if _blank(text) else float(text.strip() == one.level) for text in values])


def _leak(values: Floats, there: NDArray[np.bool_]) -> str:
    """Why a column must have been written down after the outcome: it tells it almost wholly, or one of its answers does."""
    known = ~np.isnan(values)
    area = auc_of(there[known], values[known])
    if area is not None and max(area, 1 - area) >= LEAK_AUC:
        return f"tells the outcome almost wholly by itself (AUC {max(area, 1 - area):.3f}): it was probably written down after it"
    share = float(there.mean())
    for answer, count in Counter(values[known].tolist()).most_common(MOST_LEVELS):
        came = int(there[values == answer].sum())
        if count >= LEAK_ROWS and ((came == count and share**count < LEAK_CHANCE) or (came == 0 and (1 - share) ** count < LEAK_CHANCE)):
            always = "always" if came else "never"
            return f"has an answer ({answer:g}, {count:,} rows) after which the outcome {always} came: it was probably written down after it"
    return ""


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
