"""`yosafe audit`: whether the trail is as it was written."""

import sys

import click

from yosafe import words
from yosafe.audit.verify import verify

from . import format_option, print_json
from .database import run


@click.group(name="audit")
def command() -> None:
    """The trail of who did and saw what."""


@command.command("verify")
@format_option
def verify_command(form: str) -> None:
    """Read every chain from end to end. Exit code 1 where an entry was changed, removed or inserted."""
    verdict = run(verify)
    if form == "json":
        print_json(verdict)
    else:
        for fault in verdict.faults:
            click.echo(f"{fault.kind}: {fault.message}")
        entries = words.plural(verdict.entries, "entry", "entries")
        if verdict.faults:
            click.echo(
                f"{words.plural(len(verdict.faults), 'fault')} in {entries}. Keep this database as it is and tell your data protection officer.",
                err=True,
            )
        else:
            click.echo(f"{entries} in {words.plural(verdict.chains, 'chain')}: as they were written.")
    if verdict.faults:
        sys.exit(1)
