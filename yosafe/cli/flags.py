"""`yosafe flags`: working out who is flagged, and why."""

import click

from yosafe.reviews.actions import RefreshOut, refresh_flags

from . import format_option, print_json
from .cases import date_of
from .database import actor, as_option, run


@click.group(name="flags")
def command() -> None:
    """Flags raised by rule: each a reason to talk about a young person, never a verdict."""


@command.command("refresh")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to work them out for, from what was known by its end. Default: today.")
@as_option
@format_option
def refresh(as_of: str | None, email: str | None, form: str) -> None:
    """Bring the flags of everyone in custody up to a day. Worked out anew are those of whom something is known differently, or whose answers held
    until then. The same day again changes nothing; an earlier day than the last is refused."""
    day = date_of(as_of, "as-of") if as_of else None

    async def work() -> RefreshOut:
        return await refresh_flags(by=await actor(email), as_of=day)

    done = run(work)
    if form == "json":
        print_json(done)
        return
    click.echo(f"As at {done.as_of:%-d %B %Y}: {_people(done.young_people)} in custody, {done.worked_out} worked out anew.")
    click.echo(f"Flags opened {done.opened}, cleared {done.cleared}, kept {done.kept} (raised {done.raised}, lowered {done.lowered}).")


@command.command("audit")
@as_option
def audit(email: str | None) -> None:
    """Work out whom each kind of flag pointed to and missed in the last year, by sub-group, for its page. Done once a week in the night."""
    from yosafe.reviews.risk_model.auditing import audit_indicators

    async def work() -> int:
        return await audit_indicators(by=await actor(email))

    days = run(work)
    click.echo(f"Worked out from flags as they stood on {days} days, four weeks apart." if days else NO_AUDIT)


NO_AUDIT = "Nothing to work out from: no flags were worked out four weeks ago or before."


def _people(number: int) -> str:
    return "1 young person" if number == 1 else f"{number} young people"
