"""`yosafe import`: bring in files of young people, placements, incidents and assessments."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sys import stderr
from typing import Any

import click

from yosafe.accounts.access import user_by_email
from yosafe.errors import Invalid
from yosafe.importing.reading import Choice
from yosafe.imports import commanding
from yosafe.imports.schemas import Mode, RunOut
from yosafe.imports.targets import TITLES

from . import format_option, print_json
from .database import run
from .table import header_option, sheet_option, table_option

SAYS = {
    "would_import": "Dry run: of {rows:,} rows of {file}, {made:,} would come in, {known:,} are known already, {refused:,} would be refused.",
    "finished": "Import {run}: of {rows:,} rows of {file}, {made:,} came in, {known:,} were known already, {refused:,} were refused.",
    "refused": "Import {run}: {refused:,} of {rows:,} rows of {file} can't be taken, so none came in.",
    "cancelled": "Import {run} was cancelled: {made:,} rows of {file} came in before, {refused:,} were refused.",
}
SHOWN = 20


@click.command(name="import")
@click.argument("target", type=click.Choice(list(TITLES)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--agency", required=True, metavar="CODE", help="For which agency: that of the user named by --as.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who answers for the records: someone who may make them one by one.")
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="A TOML file: which column and word is ours. Else what the agency keeps for the source."
)
@click.option("--source", metavar="NAME", help="What the file comes from. Default: what the mapping says, else the file's own name.")
@click.option("--all-or-nothing", is_flag=True, help="One row that can't be taken refuses the file. Without it the rows that are right come in.")
@click.option("--dry-run", is_flag=True, help="Say what would come in; write nothing.")
@click.option("--errors", type=click.Path(path_type=Path), metavar="OUT.csv", help="Write the refused rows there, to be mended and sent again.")
@sheet_option
@table_option
@header_option
@format_option
def command(
    target: str, file: Path, agency: str, email: str, mapping: Path | None, source: str | None, all_or_nothing: bool, dry_run: bool,
    errors: Path | None, sheet: str, number: int | None, header: tuple[int, int] | None, form: str,
) -> None:  # fmt: skip
    """Bring in a table of records, in any form that `yosafe table inspect` reads. The same file again changes nothing."""
    choice = Choice(sheet=sheet, table=number or 0, header=header)
    mode: Mode = "all" if all_or_nothing else "good"
    asked = commanding.Asked(target, file, source or file.stem[:80], mapping, choice, mode)

    async def work() -> tuple[RunOut, bytes]:
        by = await user_by_email(email)
        await commanding.check_agency(by, agency)
        mapped = await commanding.read(asked, by=by)
        with showing(mapped.table.row_count) as progress:
            if dry_run:
                return await commanding.dry_run(mapped, by=by, progress=progress)
            done = await commanding.whole(mapped, by=by, mode=mode, progress=progress)
        return done, await commanding.refused_of_run(done.run, by=by) if done.run and done.refused and errors else b""

    done, refused = run(work)
    if errors and done.refused:
        _write(errors, refused)
    if form == "json":
        print_json(done)
    else:
        _print(done, errors)
    if done.outcome == "refused" or (done.refused and not done.made and not done.known):
        raise SystemExit(3)


@contextmanager
def showing(rows: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, on a terminal only."""
    if not stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=rows, label="Rows", file=stderr) as bar:
        yield bar.update


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Invalid(f"{path.name}: can't be written ({error.strerror}). The import itself is as said above; name another file.") from error


def _print(done: RunOut, errors: Path | None) -> None:
    words: dict[str, Any] = {name: getattr(done, name) for name in RunOut.__struct_fields__}
    click.echo(SAYS[done.outcome].format_map(words))
    for remark in done.warnings:
        click.echo(f"  {remark}")
    if done.questions:
        click.echo(f"  {done.questions:,} of the refused rows are very likely of records that are there: say which they are.")
    for one in done.unknown[:SHOWN]:
        near = f" (perhaps {one.suggestion.code})" if one.suggestion else ""
        click.echo(f"  {one.column}: “{one.word}” is not known, in {one.rows:,} {'row' if one.rows == 1 else 'rows'}{near}")
    for group in done.faults[:SHOWN]:
        where = ", ".join(f"{row:,}" for row in group.first_rows[:5])
        click.echo(f"  {group.rows:,} {'row' if group.rows == 1 else 'rows'} ({where}): {group.column or 'the row'} {group.reason}. {group.remedy}")
    if errors and done.refused:
        click.echo(f"  The refused rows are in {errors.name}.")
