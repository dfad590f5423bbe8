"""`yosafe pack`: de-identified packs of rows for inspectors."""

import asyncio
from pathlib import Path

import click

from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid, Refused
from yosafe.refs import ref as as_ref
from yosafe.reporting.packs import access, actions, files, queries
from yosafe.reporting.packs.columns import COLUMNS, NOT_SAID, TITLES, USUAL
from yosafe.reporting.packs.schemas import FORMS, AskPack, WholePackOut

from . import format_option, print_json
from .database import actor, as_option, run


@click.group(name="pack")
def command() -> None:
    """Rows of what was recorded for inspectors, in which nobody stands alone."""


@command.command("choices")
def choices() -> None:
    """What a pack can say of each row, in which steps it is made coarser, and what it says where nobody asks otherwise."""
    for extract, columns in COLUMNS.items():
        click.echo(f"{extract}: {TITLES[extract]}")
        for column in columns:
            steps = "; ".join(f"{step.id} ({step.title})" for step in column.steps)
            click.echo(f"  {column.id}: {steps}. Usual: {USUAL[extract].get(column.id, NOT_SAID.lower())}")


@command.command("build")
@click.argument("extract", type=click.Choice([*COLUMNS]))
@click.option("--establishment", required=True, metavar="CODE", help="Of which establishment.")
@click.option("--period", required=True, help="A period that is over: 2026-09, 2026-Q3 or 2026.")
@click.option("--column", "columns", multiple=True, metavar="NAME=STEP", help="A column, and how finely it is said. Several times; else the usual.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Take it out, into this folder. From then on there is no other pack.")
@as_option
@format_option
def build(extract: str, establishment: str, period: str, columns: tuple[str, ...], out: Path | None, email: str | None, form: str) -> None:
    """Build a pack as an inspector (`--as`). Exit code 3 where someone would stand alone in it, with what could be given."""
    asked = {"extract": extract, "establishment": establishment, "period": period, "columns": _columns(columns)}

    async def work() -> tuple[WholePackOut, list[str]]:
        import msgspec

        by = await actor(email)
        if not isinstance(by, User) or not by.may(access.BUILD):
            raise Refused("Packs are built by inspectors. Name one with --as.")
        made = as_ref(access.PREFIX, await actions.build_pack(by=by, asked=msgspec.convert(asked, AskPack)))
        written = [await _written(by, made, one, out) for one in FORMS] if out else []
        return queries.whole_pack(await access.get_pack_for(by, made)), written

    done, written = run(work)
    if form == "json":
        print_json({"pack": done, "files": written})
        return
    click.echo(f"{done.ref}: {done.rows} rows; k = {done.smallest}, asked for {done.k}.")
    for one in written:
        click.echo(f"  {one}")


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    if wrong := [one for one in given if "=" not in one]:
        raise Invalid([FieldError("column", f"{wrong[0]}: write NAME=STEP, for example age=halves. `yosafe pack choices` shows which there are")])
    return dict(one.split("=", 1) for one in given)


async def _written(by: User, made: str, form: str, out: Path) -> str:
    row = await access.get_pack_for(by, made)
    name, _, data = files.file_of(await actions.take_out(by=by, row=row, form=form), form)
    try:
        await asyncio.to_thread(_put, out / name, data)
    except OSError as error:
        raise Invalid(f"{out}: can't be written ({error.strerror}). The pack itself is in the list of packs; name another folder.") from error
    return str(out / name)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
