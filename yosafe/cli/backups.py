"""`yosafe db backup` and what goes with it; the commands belong to the group of `yosafe/cli/db.py`."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from yosafe import settings, words
from yosafe.audit.record import Operator
from yosafe.backups import keys, restoring, taking
from yosafe.backups.restoring import Restored
from yosafe.db.connect import address_of, check_upgraded, connect, disconnect
from yosafe.db.engine import DB
from yosafe.logs import configure as configure_logs
from yosafe.settings import Settings

from . import format_option, print_json
from .database import actor, as_option

T = TypeVar("T")
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


def _run(work: Coroutine[Any, Any, T]) -> T:
    configure_logs(settings.read().log)
    return asyncio.run(work)


@click.command("backup-key")
@file_argument
def backup_key_command(file: Path) -> None:
    """Make a key for backups and keep it in FILE, for its owner only. Prints the public half, for YOSAFE_BACKUP_TO.

    Keep a copy of FILE where the fate of this machine can't reach it: without it no backup can be opened, by anyone."""
    click.echo(keys.new_key(file))


@click.command("backup")
@file_argument
@click.option("--check/--no-check", default=True, show_default=True, help="Restore it into a PostgreSQL of its own afterwards and look through it.")
@as_option
@format_option
def backup_command(file: Path, check: bool, email: str | None, form: str) -> None:
    """Write all of the database to FILE, encrypted, while others use it. An existing file is never overwritten.

    With only public keys (YOSAFE_BACKUP_TO) give --no-check, and look through it where the private key is: `yosafe db check-backup FILE`."""
    chosen = settings.read()
    for_whom = keys.recipients(chosen)
    mine = keys.identities(chosen) if check else []

    async def work() -> tuple[taking.Taken, Restored | None]:
        dsn = await address_of(chosen)
        await connect(chosen)
        try:
            await check_upgraded()
            taken = await taking.take(file, dsn, for_whom, by=await actor(email))
        finally:
            await disconnect(chosen)
        return taken, await restoring.check(file, mine, chosen.home) if check else None

    taken, looked = _run(work())
    if form == "json":
        print_json({"backup": taken, "checked": looked})
        return
    click.echo(f"{taken.rows:,} rows of {taken.tables} tables in {taken.file}, {taken.bytes:,} bytes, as at {taken.made_at}.")
    if looked is not None:
        _print_looked(looked)


@click.command("check-backup")
@file_argument
@format_option
def check_backup_command(file: Path, form: str) -> None:
    """Restore FILE into a PostgreSQL of its own, look through it and take it away again: rows of every table, the trail from end to end, upgrades."""
    chosen = settings.read()
    looked = _run(restoring.check(file, keys.identities(chosen), chosen.home))
    if form == "json":
        print_json(looked)
    else:
        _print_looked(looked)


@click.command("restore")
@file_argument
@click.option("--replace", is_flag=True, help="Also where the database has records in it: they are kept as a database of another name.")
@format_option
def restore_command(file: Path, replace: bool, form: str) -> None:
    """Put the backup in FILE in the place of the database. Stop `yosafe serve` and `yosafe work` first. All or nothing: it gets its place only when
    its rows were counted, its trail was read and its schema is this version's."""
    chosen = settings.read()
    restored = _run(_restore(chosen, file, replace))
    if form == "json":
        print_json(restored)
        return
    _print_looked(restored)
    click.echo("This is the database now.")
    if restored.kept:
        click.echo(f"What was there before is kept in the database {restored.kept}. Drop it when you are sure.")


async def _restore(chosen: Settings, file: Path, replace: bool) -> Restored:
    mine = keys.identities(chosen)
    dsn = await address_of(chosen)
    try:
        return await restoring.restore(file, mine, dsn, replace=replace, by=Operator())
    finally:
        await DB.close()
        await disconnect(chosen)


def _print_looked(looked: Restored) -> None:
    click.echo(
        f"Restored and looked through, as at {looked.made_at}: {looked.rows:,} rows of {looked.tables} tables are there, "
        f"{words.plural(looked.entries, 'entry', 'entries')} of the trail are as they were written."
    )
    if looked.upgraded:
        click.echo(f"Upgraded by {words.plural(len(looked.upgraded), 'migration')} since.")
