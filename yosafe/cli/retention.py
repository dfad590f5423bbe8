"""`yosafe retention`: how long records of young people and traces of working are kept, holds, and destroying what is over."""

from pathlib import Path

import click

from yosafe import composition  # noqa: F401  # importing it fills the registries of what features hold of a record
from yosafe.accounts.access import check_may, user_by_email
from yosafe.audit.record import Operator
from yosafe.errors import Invalid
from yosafe.refs import ref as as_ref
from yosafe.retention.destroying import destroy, standing
from yosafe.retention.records import access, certificates, destruction, holding, queries
from yosafe.retention.records.access import PREFIX, get_destruction_for
from yosafe.retention.records.queries import DueFilter
from yosafe.retention.records.rules import SHORTEST_REASON
from yosafe.retention.records.schemas import DueOut, DueState, HoldOut, WouldGo
from yosafe.settings import read
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.text import clean
from yosafe.words import day

from . import format_option, print_json
from .database import run

officer_option = click.option("--as", "email", metavar="EMAIL", required=True, help="The data protection officer for whom this is done.")


@click.group(name="retention")
def command() -> None:
    """How long records of young people are kept, who has them held; and notices, sessions and other traces of working (`show`, `run`)."""


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
    """Destroy traces of working that are over. The night does the same. No record of a young person is touched."""

    async def counted() -> dict[str, int]:
        return {one.kind: one.over for one in await standing()} if dry_run else await destroy(by=Operator())

    counts = run(counted)
    if form == "json":
        print_json({"dry_run": dry_run, "rows": counts})
        return
    for kind, rows in counts.items():
        click.echo(f"{kind}: {rows:,}")
    click.echo("Nothing was destroyed: this was a dry run." if dry_run else f"{sum(counts.values()):,} rows were destroyed.")


@command.command("due")
@click.option("--state", type=click.Choice(["due", "soon", "held"]), default="due", show_default=True, help="Over now, within a year, or held.")
@officer_option
@format_option
def due_command(state: DueState, email: str, form: str) -> None:
    """Records of young people that are kept longer than the schedule asks, by reference. Changes nothing."""

    async def found() -> list[DueOut]:
        user = await user_by_email(email)
        check_may(user, access.READ)
        page = await queries.DUE.page(user, DueFilter(state=state), limit=100)
        due = page.items
        while page.next:
            page = await queries.DUE.page(user, DueFilter(state=state), after=page.next, limit=100)
            due += page.items
        return due

    records = run(found)
    if form == "json":
        print_json({"state": state, "records": records})
        return
    for one in records:
        click.echo(f"{one.young_person}: until {day(one.due_on)}. {one.because}.{' Held.' if one.held else ''}")
    click.echo(f"{len(records):,} in all.")


@command.command("hold")
@click.argument("ref")
@click.option("--reason", required=True, help="Why the record must be held: 20 characters or more.")
@officer_option
def hold_command(ref: str, reason: str, email: str) -> None:
    """Hold a record, so that it is not destroyed."""
    why = _why(reason)

    async def work() -> int:
        user = await user_by_email(email)
        return (await holding.place_hold(by=user, young_person=await get_young_person_to_answer(user, ref), reason=why)).id

    click.echo(f"Hold {run(work)} stands on {ref}.")


@command.command("lift")
@click.argument("hold", type=int)
@click.option("--reason", required=True, help="Why the hold is no longer needed: 20 characters or more.")
@officer_option
def lift_command(hold: int, reason: str, email: str) -> None:
    """Lift a hold that the agency placed."""
    why = _why(reason)

    async def work() -> HoldOut:
        user = await user_by_email(email)
        found = await access.get_hold_for(user, hold)
        await holding.lift_hold(by=user, hold=found, reason=why, version=found.version)
        return await queries.one_hold(hold)

    click.echo(f"Hold {hold} on {run(work).young_person} is lifted.")


@command.command("reach")
@click.argument("ref")
@officer_option
@format_option
def reach_command(ref: str, email: str, form: str) -> None:
    """What would be destroyed of a record now, counted. Changes nothing."""

    async def work() -> WouldGo:
        user = await user_by_email(email)
        check_may(user, access.READ)
        return await certificates.would_go(user, await get_young_person_to_answer(user, ref))

    found = run(work)
    if form == "json":
        print_json(found)
        return
    for table, count in found.goes.items():
        click.echo(f"{certificates.called(table)}: {count:,}")
    click.echo(f"{found.stays:,} incidents of others stay, without this one's name; {found.shared_files:,} files show others too, and stay.")


@command.command("propose")
@click.argument("ref")
@click.option("--reason", required=True, help="Why, in 20 characters or more and without a name: it outlives the record.")
@officer_option
def propose_command(ref: str, reason: str, email: str) -> None:
    """Propose that a record that is due be destroyed. Somebody else confirms it."""
    why = _why(reason)

    async def work() -> int:
        user = await user_by_email(email)
        return (await destruction.propose(by=user, young_person=await get_young_person_to_answer(user, ref), reason=why)).id

    click.echo(f"{as_ref(PREFIX, run(work))} waits for a second person.")


@command.command("confirm")
@click.argument("destruction_ref", metavar="REF")
@officer_option
def confirm_command(destruction_ref: str, email: str) -> None:
    """Confirm a destruction that somebody else proposed. It is done in the coming night."""

    async def work() -> None:
        user = await user_by_email(email)
        found = await get_destruction_for(user, destruction_ref)
        await destruction.confirm(by=user, proposed=found, version=found.version)

    run(work)
    click.echo(f"{destruction_ref} is confirmed: the record goes in the coming night. Until then `yosafe retention break-off` leaves it.")


@command.command("break-off")
@click.argument("destruction_ref", metavar="REF")
@click.option("--reason", required=True, help="Why, in 20 characters or more and without a name.")
@officer_option
def break_off_command(destruction_ref: str, reason: str, email: str) -> None:
    """Leave a record as it is whose destruction was proposed or confirmed."""
    why = _why(reason)

    async def work() -> None:
        user = await user_by_email(email)
        found = await get_destruction_for(user, destruction_ref)
        await destruction.break_off(by=user, proposed=found, reason=why, version=found.version)

    run(work)
    click.echo(f"{destruction_ref} is broken off. The record stays.")


@command.command("certificate")
@click.argument("destruction_ref", metavar="REF")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write. One that is there is not touched.")
@officer_option
def certificate_command(destruction_ref: str, out: Path, email: str) -> None:
    """The certificate of what was destroyed, as a tagged PDF."""
    if out.exists():
        raise Invalid(f"{out} is there already. Choose another name, or move it away.")

    async def work() -> bytes:
        user = await user_by_email(email)
        check_may(user, access.READ)
        return await certificates.certificate(user, await get_destruction_for(user, destruction_ref), read())

    out.write_bytes(run(work))
    click.echo(f"Wrote {out}.")


def _why(reason: str) -> str:
    """The reason as it is kept. Raises Invalid for one that says too little."""
    if len(why := clean(reason)) < SHORTEST_REASON:
        raise Invalid(f"Say why in {SHORTEST_REASON} characters or more.")
    return why
