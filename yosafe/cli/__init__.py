"""The command line. Each noun is a module of this package, imported only when it is asked for, so that a light command starts fast."""

import sys
from importlib import import_module
from typing import Any

import click
import msgspec

from yosafe import __version__
from yosafe.errors import Conflict, DatabaseAway, DomainError, Invalid, NotFound, NotSignedIn, Refused, SettingsWrong, Stale, TooMany, VersionMissing

# One line for each noun: the module of its name in `yosafe/cli` defines `command`.
COMMANDS = {
    "agency": "YOIs, YOTs, local authorities, committees, inspectorates",
    "audit": "Whether the trail of who did and saw what is whole",
    "clocks": "When something is due",
    "db": "The database of this installation",
    "demo": "A made-up estate to try yosafe with",
    "distance": "How far from home an establishment is",
    "import": "Bring in files of young people, placements, incidents and assessments",
    "flags": "Whom the indicators point to",
    "keys": "The keys that files of incidents are sealed with",
    "model": "The risk model: trained and judged here, or on a table of your own",
    "pack": "Rows for inspectors, in which nobody can be found",
    "person": "What is kept about one young person, as a file",
    "report": "Reports for committees: which there are, and building one",
    "retention": "How long records and traces of working are kept, holds, and destroying what is over",
    "serve": "Serve yosafe",
    "survey": "Bring in a survey and read its results",
    "work": "Jobs: mail, reminders, what is done in the night",
    "table": "What a file of a table holds, before anything is brought in",
    "user": "People who sign in, and keys that act for them",
}

MODULES = {"import": "importing"}  # nouns that no module can be called

EXIT_CODES: dict[type[DomainError], int] = {
    SettingsWrong: 2,
    Invalid: 3,
    NotFound: 4,
    NotSignedIn: 5,
    Refused: 5,
    TooMany: 5,
    Conflict: 6,
    Stale: 6,
    VersionMissing: 6,
    DatabaseAway: 7,
}

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="json prints one JSON document and nothing else."
)


def exit_code(error: DomainError) -> int:
    """What the shell is told about a refusal: the code of the nearest class that has one."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), 1)


def print_json(document: Any) -> None:
    """One JSON document, and nothing else, on standard output."""
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def print_refusal(error: DomainError) -> None:
    """A refusal on standard error: what is wrong, and a line for each remedy."""
    lines = [f"{e.key}: {e.message}" if e.key else e.message for e in error.errors] if isinstance(error, Invalid) else [str(error)]
    click.echo(f"{error.title}.", err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)


class Nouns(click.Group):
    """Commands that are imported when called, and refusals turned into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"yosafe.cli.{MODULES.get(name, name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            print_refusal(error)
            sys.exit(exit_code(error))


@click.group(cls=Nouns)
@click.version_option(__version__, prog_name="yosafe")
def main() -> None:
    """A safeguarding monitor for young people in custody in England and Wales."""
