"""`yosafe clocks`: time limits, worked out from the date they started. Needs no database."""

from pathlib import Path
from typing import Any

import click

from yosafe.reference.rule_sets import CONVENTION, Due, due

from . import format_option, print_json
from .cases import answers, check_given, date_of, print_csv


@click.group("clocks")
def command() -> None:
    """When something is due."""


@command.command("due")
@click.option("--started", metavar="DATE", help="The day of the trigger, as 2002-01-04.")
@click.option("--clock", metavar="ID", help="For example initial-assessment.")
@click.option("--rules", metavar="wt1999|wt2018", help="A rule set, instead of the one of the day.")
@click.option(
    "--cases",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="F.csv",
    help="Many at once: columns started, clock and, if wanted, rules.",
)
@format_option
@click.pass_context
def due_command(ctx: click.Context, started: str | None, clock: str | None, rules: str | None, cases: Path | None, form: str) -> None:
    """The day on which a clock runs out, under the rules of the day that it started."""
    check_given(ctx, cases, started=started, clock=clock)
    if cases is not None:
        _many(cases, rules, form)
        return
    found = due(clock or "", date_of(started or "", "started"), rules)
    if form == "json":
        print_json(describe(found))
    else:
        click.echo(_words(found))


def describe(found: Due) -> dict[str, Any]:
    """What a program needs to use the answer, and a person to check it by hand."""
    return {
        "due": found.due.isoformat(),
        "rules": found.rules,
        "clock": found.clock.id,
        "started": found.started.isoformat(),
        "limit": found.clock.limit,
        "skipped": _skipped(found),
        "note": found.note,
        "source": found.source,
        "confirmed": found.clock.confirmed,
    }


def _many(cases: Path, rules: str | None, form: str) -> None:
    def answer(asked: dict[str, str]) -> dict[str, Any]:
        found = due(asked["clock"], date_of(asked["started"], "started"), asked["rules"] or rules)
        return {"rules": found.rules, "due": found.due.isoformat(), "note": found.note, "skipped": _skipped(found)}

    rows = answers(cases, columns=("started", "clock", "rules"), needed=("started", "clock"), answer=answer)
    if form == "json":
        print_json(rows)
    else:
        print_csv(rows)


def _skipped(found: Due) -> list[dict[str, str]]:
    return [{"day": s.day.isoformat(), "why": s.why} for s in found.skipped]


def _words(found: Due) -> str:
    lines = [
        f"{found.clock.title}: due {found.due:%A %-d %B %Y}",
        f"{found.clock.limit} from {found.started:%A %-d %B %Y}, the day that {found.clock.starts}",
    ]
    lines += [f"Not counted: {s.day:%-d %B %Y}, {s.why}" for s in found.skipped]
    return "\n".join([*lines, f"Rules: {found.rules}. Source: {found.source}.", *([found.note] if found.note else []), CONVENTION])
