"""`yosafe retention`: how long traces of working are kept, and destroying what is over."""

import click

from yosafe.audit.record import Operator
from yosafe.retention.destroying import destroy, standing

from . import format_option, print_json
from .database import run


@click.group(name="retention")
def command() -> None:
    """How long notices, sessions and other traces of working are kept. What is recorded of a young person is never touched."""


@command.command("show")
@format_option
def show_command(form: str) -> None:
    """The schedule, with how many rows there are of each kind and how many are over."""
    found = run(standing)
    if form == "json":
        print_json(found)
        return
    for one in found:
        oldest = f", the oldest of {one.oldest:%-d %B %Y}" if one.oldest else ""
        click.echo(f"{one.title}: kept {one.days} days. {one.over:,} of {one.rows:,} are over{oldest}.")
        click.echo(f"    {'Confirmed' if one.confirmed else 'Not confirmed'}. {one.source}.")


@command.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would be destroyed, and destroy nothing.")
@format_option
def run_command(dry_run: bool, form: str) -> None:
    """Destroy what is over. The night does the same."""

    async def counted() -> dict[str, int]:
        return {one.kind: one.over for one in await standing()} if dry_run else await destroy(by=Operator())

    counts = run(counted)
    if form == "json":
        print_json({"dry_run": dry_run, "rows": counts})
        return
    for kind, rows in counts.items():
        click.echo(f"{kind}: {rows:,}")
    click.echo("Nothing was destroyed: this was a dry run." if dry_run else f"{sum(counts.values()):,} rows were destroyed.")
