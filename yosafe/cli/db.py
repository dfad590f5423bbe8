"""`yosafe db`: the database of this installation."""

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click

from yosafe.audit.record import Operator
from yosafe.db import embedded, upgrade
from yosafe.db.engine import DB, Engine
from yosafe.errors import Invalid
from yosafe.scrubbing.copying import Copied, check_apart, check_empty, scrub

from . import format_option, print_json
from .backups import backup_command, backup_key_command, check_backup_command, restore_command
from .database import run

T = TypeVar("T")


@click.group(name="db")
def command() -> None:
    """The database of this installation."""


@command.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to this version of yosafe. Safe to run twice, and by several at once."""
    applied = run(upgrade.upgrade, upgraded=False)
    click.echo("\n".join(f"Applied {name}" for name in applied) if applied else "Nothing to do: the database is up to date.")


@command.command("status")
@format_option
def status_command(form: str) -> None:
    """What has been applied and what is waiting."""
    status = run(upgrade.status, upgraded=False)
    if form == "json":
        print_json(status)
        return
    for name in status.applied:
        click.echo(f"applied  {name}")
    for name in status.pending:
        click.echo(f"waiting  {name}")
    if status.pending:
        click.echo("Run `yosafe db upgrade`.")


for _command in (backup_key_command, backup_command, check_backup_command, restore_command):
    command.add_command(_command)


@contextlib.contextmanager
def _place(to: str) -> Iterator[str]:
    """The address of the database to copy into. A folder gets a server of its own, which stops afterwards; what was begun there goes if it fails."""
    if to.startswith(("postgresql://", "postgres://")):
        yield to
        return
    folder = Path(to)
    if "://" in to or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise Invalid(f"{to} is neither an address that begins with postgresql:// nor a new folder. Name one of the two.")
    home = folder / "db"
    try:
        yield embedded.start(home)
    except BaseException:
        embedded.stop(home)
        shutil.rmtree(home, ignore_errors=True)
        raise
    embedded.leave(home)


async def _prepare(address: str) -> None:
    """The schema of this version, in a database with nothing in it."""
    await DB.open(address)
    try:
        await upgrade.upgrade()
        await check_empty(DB)
    finally:
        await DB.close()


async def _at(address: str, work: Callable[[Engine], Awaitable[T]]) -> T:
    """What `work` returns, with the copy open beside the database."""
    copy = Engine()
    await copy.open(address, 2)
    try:
        return await work(copy)
    finally:
        await copy.close()


@command.command("scrub")
@click.option(
    "--to", required=True, metavar="PLACE", help="postgresql://... of an empty database, or a new folder, which becomes an installation of its own."
)
def scrub_command(to: str) -> None:
    """Make a copy for training, in which nobody can be found.

    Names, words, numbers and files are left out or made up anew, and days are moved. The database itself is only read.
    """
    with _place(to) as address:
        run(lambda: _at(address, check_apart))
        asyncio.run(_prepare(address))

        async def work(copy: Engine) -> Copied:
            return await scrub(copy, by=Operator())

        copied = run(lambda: _at(address, work))
    rows = sum(copied.rows.values())
    click.echo(
        f"Copied {rows:,} rows of {len(copied.rows)} tables. The days of {copied.young_people:,} young people moved in {copied.groups:,} groups."
    )
    click.echo("Nobody can sign in to the copy yet: `yosafe user list` names the made-up accounts, `yosafe user reset` prints a link for one.")
