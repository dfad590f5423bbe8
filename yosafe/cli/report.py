"""`yosafe report`: which reports there are, and building one with all its files."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import click

from yosafe import settings
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.faults import kind_of
from yosafe.errors import DomainError, Invalid, NotFound, Refused
from yosafe.reporting import access, actions, queries
from yosafe.reporting.definitions import Definition
from yosafe.reporting.delivery import file_of
from yosafe.reporting.periods import period
from yosafe.reporting.places import Place, place_of
from yosafe.reporting.running import run as build_it
from yosafe.reporting.schemas import FORMS, BuildOut

from . import format_option, print_json
from .database import actor, as_option, run


@click.group(name="report")
def command() -> None:
    """Reports for committees: which there are, and building one."""


@command.command("list")
@format_option
def list_command(form: str) -> None:
    """Every report there is, those of YOSAFE_REPORTS_DIR too, for whom and of which periods. Exit code 3 where a definition is at fault."""
    from yosafe import composition  # noqa: F401  # fills the registry of datasets

    found = access.all_reports()
    if form == "json":
        print_json({"items": [_described(one) for one in found.reports.values()]})
    else:
        for one in found.reports.values():
            click.echo(f"{one.name}: {one.title} ({', '.join(one.kinds)}; {', '.join(one.spans)})")
    if found.faults:
        raise Invalid([error for fault in found.faults for error in fault.errors])


def _described(one: Definition) -> dict[str, Any]:
    return {"name": one.name, "title": one.title, "about": one.about, "for": one.kinds, "roles": one.roles, "periods": one.spans}


@command.command("build")
@click.argument("name")
@click.option("--for", "agency", required=True, metavar="AGENCY", help="The code of the agency that it is for.")
@click.option("--period", "wanted", required=True, help="A period that is over: 2026-09, 2026-Q3 or 2026.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for its files. Made if it is not there.")
@format_option
@as_option
def build_command(name: str, agency: str, wanted: str, out: Path, form: str, email: str | None) -> None:
    """Build a report and write it as PDF, workbook, CSV, Parquet and a dictionary of columns. It is kept in the list of reports as well, not
    issued."""
    from yosafe import composition  # noqa: F401  # fills the registry of datasets

    async def work() -> tuple[BuildOut, list[str]]:
        by = await actor(email)
        place = await place_of(code=agency)
        definition = _definition(name, place, by)
        number = await actions.ask_build(by=by, definition=definition, place=place, period=period(wanted), queued=False)
        row = await access.build_numbered(number)
        try:
            with _showing(len(definition.sections)) as told:
                await build_it(row, definition, by=by, chosen=settings.read(), told=told)
        except BaseException as fault:  # Ctrl-C too: it would else count as being built for ever, and stand in the way of the next
            await _left(number, fault, by)
            raise
        built = await access.build_numbered(number)
        return queries.build_out(built), [await _written(built, one, out, by) for one in FORMS]

    done, files = run(work)
    if form == "json":
        print_json({"build": done, "files": files})
        return
    click.echo(f"{done.title}, {done.period_words}: {done.ref}, not issued.")
    for one in files:
        click.echo(f"  {one}")


async def _left(number: int, fault: BaseException, by: Actor) -> None:
    """Mark a report whose building ended before it was built, as stopped or as failed."""
    if isinstance(fault, Exception):
        await actions.fail(number, str(fault) if isinstance(fault, DomainError) else kind_of(fault), by=by)
        return
    row = await access.build_numbered(number)
    await actions.cancel(by=by, row=row, version=row["version"])


def _definition(name: str, place: Place, by: Actor) -> Definition:
    """The report, where it is for such an agency and whoever acts may build it. Raises NotFound, Refused."""
    found = access.all_reports().reports.get(name)
    if found is None or place.kind not in found.kinds:
        raise NotFound(f"There is no report {name} for {place.name}. `yosafe report list` shows which there are.")
    if isinstance(by, User):
        if by.agency != place.agency:
            raise Refused(f"{by.email} works for another agency. Name someone who works for {place.name} with --as.")
        access.get_report_for(by, name)
        if not by.may(access.BUILD):
            raise Refused("This role does not build reports.")
    return found


async def _written(row: Any, form: str, out: Path, by: Actor) -> str:
    name, _, content = await file_of(*await queries.taken_out(row, form, by=by), form)
    try:
        await asyncio.to_thread(_put, out / name, content)
    except OSError as error:
        raise Invalid(f"{out}: can't be written ({error.strerror}). The report itself is in the list of reports; name another folder.") from error
    return str(out / name)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@contextlib.contextmanager
def _showing(sections: int) -> Iterator[Callable[[int], Awaitable[None]]]:
    """A bar on standard error, on a terminal only. Ctrl-C stops the report."""
    if not sys.stderr.isatty():

        async def quiet(done: int) -> None:
            return None

        yield quiet
        return
    with click.progressbar(length=sections, label="Sections", file=sys.stderr) as bar:

        async def told(done: int) -> None:
            bar.update(1)

        yield told
