"""Many questions at once, from a CSV file: the same rows come back with an answer added."""

import csv
import datetime as dt
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from yosafe.errors import DomainError, FieldError, Invalid

MOST_ERRORS = 20

Answer = dict[str, Any]


def answers(path: Path, *, columns: Sequence[str], needed: Sequence[str], answer: Callable[[dict[str, str]], Answer]) -> list[Answer]:
    """Each row of the file with its answer added.
    `answer` takes the cells of `columns`. Raises Invalid naming every row and column at fault: nothing is answered then."""
    header, rows = _read(path)
    at = _places(path, header, columns, needed)
    answered: list[Answer] = []
    errors: list[FieldError] = []
    for number, cells in rows:
        if any(cells[len(header) :]):
            errors.append(
                FieldError(f"{path.name} row {number}", f"{len(cells)} cells under {len(header)} headings. Check the commas and quotes in this row.")
            )
            continue
        cells = (cells + [""] * len(header))[: len(header)]
        asked = {column: cells[at[column]].strip() if column in at else "" for column in columns}
        faults = [FieldError(f"{path.name} row {number}, column {column}", "Empty. Fill it in.") for column in needed if not asked[column]]
        if faults:
            errors += faults
            continue
        try:
            answered.append(dict(zip(header, cells, strict=True)) | {_heading(header, name): value for name, value in answer(asked).items()})
        except DomainError as error:
            errors += _placed(error, f"{path.name} row {number}", columns)
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
    """A day written as ISO 8601. Raises Invalid with the remedy."""
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else _refuse()
    except ValueError:
        raise Invalid([FieldError(key, "Not a date. Write it as year, month, day: 2002-01-04.")]) from None


def given(ctx: click.Context, cases: Path | None, **single: str | None) -> None:
    """Either one question or a file of them: raises a usage error for neither, both or half of one."""
    names = ", ".join(f"--{name}" for name in single)
    if cases is not None and any(single.values()):
        raise click.UsageError(f"Give either --cases or {names}, not both.", ctx)
    missing = [f"--{name}" for name, value in single.items() if value is None]
    if cases is None and missing:
        raise click.UsageError(f"Give {' and '.join(missing)}, or a file with --cases.", ctx)


def _refuse() -> dt.date:
    raise ValueError


def _read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the rows with their numbers; the header is row 1, blank rows are passed over but counted."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid([FieldError(path.name, "Not a UTF-8 text file. Save it again as CSV UTF-8.")]) from None
    if "\0" in text:
        raise Invalid([FieldError(path.name, "Not a text file. Save it again as CSV UTF-8.")])
    try:
        rows = [
            (number, cells) for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1) if any(c.strip() for c in cells)
        ]
    except csv.Error:
        raise Invalid([FieldError(path.name, "A quotation mark is opened and never closed, or a cell is too long. Save it again as CSV.")]) from None
    if not rows:
        raise Invalid([FieldError(path.name, "The file is empty. The first row names the columns.")])
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _places(path: Path, header: list[str], columns: Sequence[str], needed: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands, whatever the case of its heading."""
    folded = [name.casefold() for name in header]
    twice = [name for name in columns if folded.count(name) > 1]
    missing = [name for name in needed if name not in folded]
    errors = [FieldError(f"{path.name} row 1", f"Two columns are called {name}. Keep one.") for name in twice]
    errors += [FieldError(f"{path.name} row 1", f"No column is called {name}. Add one, or rename yours.") for name in missing]
    if errors:
        raise Invalid(errors)
    return {name: folded.index(name) for name in columns if name in folded}


def _heading(header: list[str], name: str) -> str:
    """The file's own spelling of a column that is answered, where it has one."""
    return next((own for own in header if own.casefold() == name), name)


def _placed(error: DomainError, row: str, columns: Sequence[str]) -> list[FieldError]:
    faults = error.errors if isinstance(error, Invalid) else (FieldError("", str(error)),)
    return [FieldError(f"{row}, column {fault.key}" if fault.key in columns else row, fault.message) for fault in faults]
