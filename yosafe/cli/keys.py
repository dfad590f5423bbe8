"""`yosafe keys`: the keys that files of incidents are sealed with."""

import re
import secrets

import click

from yosafe import settings, words
from yosafe.errors import Invalid
from yosafe.incidents.files import keys

from . import format_option, print_json
from .database import actor, as_option, run


@click.group(name="keys")
def command() -> None:
    """The keys that files of incidents are sealed with."""


@command.command("new")
@click.argument("name")
def new_command(name: str) -> None:
    """Print a new key called NAME, as YOSAFE_FILE_KEYS takes it. Put it before those that are there: the first seals, all of them open.

    Keep a copy apart from the backups: without it the files it seals can't be opened, by anyone."""
    if not re.fullmatch(settings.KEY_NAME, name):
        raise Invalid("A key's name has 1 to 40 small letters, digits and hyphens, for example 2026-11.")
    click.echo(f"{name}:{secrets.token_hex(settings.KEY_BYTES)}")


@command.command("status")
@format_option
def status_command(form: str) -> None:
    """How many pieces of files are sealed with which key, and which keys are missing here."""
    found = run(keys.standing)
    if form == "json":
        print_json(found)
        return
    for one in found:
        said = "not sealed" if one.key is None else f"{one.key}{', seals what is added' if one.newest else '' if one.known else ', MISSING HERE'}"
        click.echo(f"{words.plural(one.pieces, 'piece')}: {said}")
    if not found:
        click.echo("No keys are set, and there are no files.")


@command.command("rotate")
@as_option
@format_option
def rotate_command(email: str | None, form: str) -> None:
    """Seal with the newest key whatever is sealed with another or with none, while others work. May be stopped, and run again for the rest."""

    async def work() -> int:
        return await keys.rotate(by=await actor(email))

    done = run(work)
    if form == "json":
        print_json({"pieces": done})
    else:
        click.echo(f"{words.plural(done, 'piece')} sealed with the newest key. Keep the old keys for as long as there are backups of their time.")
