"""`yosafe audit`: whether the trail is as it was written."""

import sys
from typing import TextIO

import click

from yosafe import words
from yosafe.audit import anchor
from yosafe.audit.verify import verify

from . import format_option, print_json
from .database import run


@click.group(name="audit")
def command() -> None:
    """The trail of who did and saw what."""


@command.command("anchor")
@click.argument("file", type=click.File("a", encoding="utf-8"))
def anchor_command(file: TextIO) -> None:
    """Add the ends of the chains as they are now to FILE, one line each time; - prints it, to be mailed or kept by others.

    Keep the file where whoever runs the database can't change it. `yosafe audit verify --anchor FILE` then tells even of a trail that was
    rewritten as a whole."""
    taken = run(anchor.take)
    file.write(f"{anchor.line(taken)}\n")
    if file.name != "<stdout>":
        click.echo(f"Anchored {words.plural(sum(end.seq for end in taken.ends), 'entry', 'entries')}.", err=True)


@command.command("verify")
@click.option("--anchor", "file", type=click.File(encoding="utf-8"), help="A file of anchors that was kept elsewhere.")
@format_option
def verify_command(file: TextIO | None, form: str) -> None:
    """Read every chain from end to end. Exit code 1 where an entry was changed, removed or inserted, or is another than an anchor says."""
    anchors = anchor.read(file.read()) if file else []
    verdict = run(lambda: verify(anchors))
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
            if anchors:
                entries = f"{entries} ({words.plural(verdict.anchored, 'place')} anchored)"
            click.echo(f"{entries} in {words.plural(verdict.chains, 'chain')}: as they were written.")
    if verdict.faults:
        sys.exit(1)
