"""`yosafe agency`: who takes part."""

import click

from yosafe.accounts import actions, queries
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.schemas import AddAgency
from yosafe.forms.read import to_struct

from . import format_option, print_json
from .database import actor, as_option, run


@click.group(name="agency")
def command() -> None:
    """YOIs, YOTs, local authorities, committees, inspectorates."""


@command.command("add")
@click.argument("code")
@click.option("--kind", type=click.Choice([kind.value for kind in AgencyKind]), required=True)
@click.option("--name", required=True)
@click.option("--area", help="Code of the area it covers, for example E08000035.")
@click.option("--establishment", help="Code of the establishment, for example WYI.")
@as_option
def add(code: str, kind: str, name: str, area: str | None, establishment: str | None, email: str | None) -> None:
    """Add an agency with a short name of small letters, digits and hyphens."""
    new = to_struct(AddAgency, {"code": code, "kind": kind, "name": name, "area": area, "establishment": establishment})

    async def work() -> None:
        await actions.add_agency(new, by=await actor(email))

    run(work)
    click.echo(f"Added {name} as {code}. Add people with `yosafe user add`.")


@command.command("list")
@format_option
def list_command(form: str) -> None:
    """Every agency."""
    found = run(queries.agencies)
    if form == "json":
        print_json(found)
        return
    for agency in found:
        click.echo(f"{agency.code:<24} {agency.kind.value:<16} {agency.area or agency.establishment or '-':<10} {agency.name}")
