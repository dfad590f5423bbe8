"""`yosafe person`: what is kept about one young person, as a file."""

import datetime as dt
from pathlib import Path

import click

from yosafe import composition  # noqa: F401  # importing it fills the registries of what features give to the chronology
from yosafe.accounts.access import check_may, user_by_email
from yosafe.errors import Invalid
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology import Wanted
from yosafe.people.chronology_document import EXPORT, LEVELS, Document, chronology_document
from yosafe.settings import read
from yosafe.subject_access.export import Files, export

from .database import run


@click.group(name="person")
def command() -> None:
    """The record of one young person."""


@command.command("chronology")
@click.argument("ref")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write. One that is there already is not touched."
)
@click.option("--as", "email", metavar="EMAIL", required=True, help="The user for whom this is done: it holds what they may see.")
@click.option("--level", type=click.Choice(list(LEVELS)), default="full", show_default=True, help="How much is left in.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--significant", is_flag=True, help="Only what is marked as significant.")
def chronology_command(ref: str, out: Path, email: str, level: str, since: dt.datetime | None, until: dt.datetime | None, significant: bool) -> None:
    """The chronology as a tagged PDF."""
    _check_free(out)

    async def work() -> Document:
        user = await user_by_email(email)
        check_may(user, EXPORT)
        child = await get_young_person_for(user, ref)
        wanted = Wanted(since=since.date() if since else None, until=until.date() if until else None, significant=significant)
        return await chronology_document(user, child, wanted, LEVELS[level], settings=read())

    made = run(work)
    out.write_bytes(made.pdf)
    click.echo(f"Wrote {out}, {len(made.pdf) / 1024:,.0f} KB.")


@command.command("export")
@click.argument("ref")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to make. One that is there already is not touched."
)
@click.option("--as", "email", metavar="EMAIL", required=True, help="The data protection officer of an agency that answers for the young person.")
def export_command(ref: str, out: Path, email: str) -> None:
    """All that is kept about a young person, for them to have, as a tagged PDF and JSON: names of others taken out, what is held back listed."""
    _check_free(out)

    async def work() -> Files:
        return await export(await user_by_email(email), ref, settings=read())

    made = run(work)
    out.mkdir(mode=0o700)
    (out / f"{made.name}.pdf").write_bytes(made.pdf)
    (out / f"{made.name}.json").write_bytes(made.json)
    click.echo(f"Wrote {made.name}.pdf and {made.name}.json in {out}: {made.records:,} records, {made.withheld:,} places held back.")
    click.echo("Read both before you give them: no rule finds a person who is meant and not named.")


def _check_free(out: Path) -> None:
    """Raise Invalid where something is there already, or nothing can be made there."""
    if out.exists():
        raise Invalid(f"{out} is there already. Choose another name, or move it away.")
    if not out.parent.is_dir():
        raise Invalid(f"There is no folder {out.parent}. Make it first, or choose another.")
