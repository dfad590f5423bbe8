"""`yosafe db`: the database of this installation."""

import click

from yosafe.db import upgrade

from . import format_option, print_json
from .backups import backup_command, backup_key_command, check_backup_command, restore_command
from .database import run


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
