"""Many questions at once, from a table: the same rows come back with an answer added."""

import csv
import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yosafe.errors import DomainError, FieldError, Invalid
from yosafe.text import IN_KNOWN_YEARS, in_known_years

if TYPE_CHECKING:
    from yosafe.importing.reading import Row, Table

MOST_ERRORS = 20

Answer = dict[str, Any]


def answers(path: Path, *, columns: Sequence[str], needed: Sequence[str], answer: Callable[[dict[str, str]], Answer]) -> list[Answer]:
    """Each row of the file with its answer added; `answer` takes the cells of `columns`, empty where the file has no such column.
    Raises Invalid naming every row and column at fault: nothing is answered then."""
    from yosafe.importing.reading import read_table  # numpy, which a single question does without

    table = read_table(path)
    for warning in table.warnings:
        click.echo(f"{table.name}: {warning}", err=True)
    at = _places(table, columns, needed)
    answered: list[Answer] = []
    errors: list[FieldError] = []
    for row in table.rows():
        try:
            answered.append(_answered(table, row, answer(_asked(row, at, columns, needed))))
        except DomainError as error:
            errors += _placed(error, f"{table.name} row {row.number}", columns)
    if errors:
        more = [FieldError("", f"And {len(errors) - MOST_ERRORS} more like these.")] if len(errors) > MOST_ERRORS else []
        raise Invalid(errors[:MOST_ERRORS] + more)
    return answered


def print_csv(rows: Sequence[Answer]) -> None:
    """The rows with the columns they came with and those that were added, but for lists, which have no place in a cell."""
    if not rows:
        return
    names = [name for name, value in rows[0].items() if not isinstance(value, list)]
    writer = csv.DictWriter(sys.stdout, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def date_of(text: str, key: str) -> dt.date:
    """A day written as year, month, day (ISO 8601). Raises Invalid with the remedy."""
    remedy = FieldError(key, "Not a date. Write it as year, month, day: 2002-01-04.")
    text = text.strip()
    if len(text) != len("2002-01-04"):
        raise Invalid([remedy])
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid([remedy]) from None
    if not in_known_years(day):
        raise Invalid([FieldError(key, f"The day {IN_KNOWN_YEARS}")])
    return day


def check_given(ctx: click.Context, cases: Path | None, **single: str | None) -> None:
    """Either one question or a file of them: raises a usage error for neither, both or half of one."""
    if cases is not None and any(value is not None for value in single.values()):
        raise click.UsageError(f"Give either --cases or {' and '.join(f'--{name}' for name in single)}, not both.", ctx)
    missing = [f"--{name}" for name, value in single.items() if value is None]
    if cases is None and missing:
        raise click.UsageError(f"Give {' and '.join(missing)}, or a file with --cases.", ctx)


def _places(table: "Table", columns: Sequence[str], needed: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands, whatever the case of its heading."""
    headings = [heading.casefold() for heading in table.columns]
    twice = [name for name in table.repeated if name.casefold() in columns]
    if twice:
        raise Invalid([FieldError(f"{table.name} row 1", f"More than one column is called {name}. Rename all but one of them.") for name in twice])
    missing = [name for name in needed if name not in headings]
    if missing:
        found = ", ".join(table.columns)
        raise Invalid([FieldError(f"{table.name} row 1", f"No column is called {name}. Add one, or rename yours: {found}.") for name in missing])
    return {name: headings.index(name) for name in columns if name in headings}


def _asked(row: "Row", at: dict[str, int], columns: Sequence[str], needed: Sequence[str]) -> dict[str, str]:
    if row.fault:
        raise Invalid(row.fault[0].upper() + row.fault[1:] + ".")
    asked = {name: row.cells[at[name]].strip() if name in at else "" for name in columns}
    empty = [FieldError(name, "Empty. Fill it in.") for name in needed if not asked[name]]
    if empty:
        raise Invalid(empty)
    return asked


def _answered(table: "Table", row: "Row", answer: Answer) -> Answer:
    """The row under its own headings; an answer to a column that the file has goes under the file's spelling of it."""
    own = {heading.casefold(): heading for heading in table.columns}
    return dict(zip(table.columns, row.cells, strict=True)) | {own.get(name, name): value for name, value in answer.items()}


def _placed(error: DomainError, row: str, columns: Sequence[str]) -> list[FieldError]:
    faults = error.errors if isinstance(error, Invalid) else (FieldError("", str(error)),)
    return [FieldError(f"{row}, column {fault.key}" if fault.key in columns else row, fault.message) for fault in faults]
