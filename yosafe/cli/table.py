"""`yosafe table`: what the reader makes of a file. Needs no database, changes nothing and shows no cell."""

import re
from pathlib import Path

import click

from yosafe.importing.describe import Inspection, inspect, read_as
from yosafe.importing.reading import Choice, read_table

from . import format_option, print_json

_NAMED = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|", "space": " "}


class Header(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases of click
    """`3`, `3-5` or `none`, as the first and last row that name the columns."""

    name = "rows"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if value == "none":
            return (0, 0)
        match = re.fullmatch(r"([1-9]\d{0,6})(?:-([1-9]\d{0,6}))?", str(value), re.ASCII)
        if not match or int(match[2] or match[1]) < int(match[1]):
            self.fail("write a row such as 3, rows such as 3-5, or none", param, ctx)
        return int(match[1]), int(match[2] or match[1])


sheet_option = click.option("--sheet", default="", help="Which sheet of a workbook. Without it the largest that is not hidden.")
table_option = click.option(
    "--table", "number", type=click.IntRange(1), default=None, help="Which of several tables, from 1. Without it the one with most rows."
)
header_option = click.option("--header", type=Header(), metavar="ROWS", help="Which row or rows name the columns: 3, 3-5 or none.")


@click.group(name="table")
def command() -> None:
    """Tables that others made, in files of many kinds."""


@command.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@sheet_option
@table_option
@header_option
@click.option("--encoding", default="", help="For plain text: for example utf-8, cp1252, utf-16.")
@click.option("--delimiter", default="", help="For plain text: one character, or tab, comma, semicolon, bar, space.")
@format_option
def inspect_command(
    file: Path, sheet: str, number: int | None, header: tuple[int, int] | None, encoding: str, delimiter: str, form: str
) -> None:  # fmt: skip
    """Say how a file reads: kind, encoding, delimiter, header rows, columns, rows, tables, warnings, and how sure that is."""
    choice = Choice(sheet=sheet, table=number or 0, header=header, encoding=encoding, delimiter=_NAMED.get(delimiter, delimiter))
    found = inspect(read_table(file, choice=choice))
    if form == "json":
        print_json(found)
        return
    click.echo(f"{found.file}: {read_as(found.kind, found.encoding, found.delimiter, found.sheet)}")
    for line in _lines(found):
        click.echo(f"  {line}")


def _extent(rows: int | None, columns: int | None) -> str:
    return "not looked at" if rows is None or columns is None else f"{rows:,} rows, {columns:,} columns"


def _lines(found: Inspection) -> list[str]:
    marks = [f"quotation mark {found.quote}"] if found.quote else []
    marks += [f"escape {found.escape}"] if found.escape else []
    header = ", ".join(map(str, found.header_rows)) or "none"
    return [
        *([", ".join(marks)] if marks else []),
        f"{found.column_count:,} columns, {found.rows:,} rows; header rows: {header}",
        f"{found.sure.capitalize()} (confidence {found.confidence:.2f})" + "".join(f". {doubt.rstrip('.')}" for doubt in found.doubts),
        *(f"sheet “{s.name}”{' (hidden)' if s.hidden else ''}: {_extent(s.rows, s.columns)}" for s in found.sheets),
        *(
            f"table {t.number}: rows {t.first_row:,} to {t.last_row:,}, {t.columns:,} columns, {t.rows:,} rows"
            for t in found.tables
            if len(found.tables) > 1
        ),
        *found.warnings,
        "Columns:",
        *(f"  {number}. {name}" for number, name in enumerate(found.columns, start=1)),
    ]
