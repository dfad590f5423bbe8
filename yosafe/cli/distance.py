"""`yosafe distance`: whole miles between a home outcode and an establishment. Needs no database."""

from pathlib import Path
from typing import Any

import click

from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.reference.distance import EARTH_RADIUS_MILES, miles
from yosafe.reference.establishments import Establishment, establishment
from yosafe.reference.outcodes import Outcode, outcode

from . import format_option, print_json
from .cases import answers, check_given, print_csv


@click.command("distance")
@click.option("--home", metavar="OUTCODE_OR_POSTCODE", help="For example LS22 or LS22 5ED.")
@click.option("--establishment", "code", metavar="CODE", help="For example WYI for Wetherby.")
@click.option(
    "--cases", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="F.csv", help="Many at once: columns home and establishment."
)
@format_option
@click.pass_context
def command(ctx: click.Context, home: str | None, code: str | None, cases: Path | None, form: str) -> None:
    """How far from home: great-circle, from the middle of the outcode, in whole miles."""
    check_given(ctx, cases, home=home, establishment=code)
    if cases is not None:
        _many(cases, form)
        return
    start, place = _home(home or ""), establishment(code or "")
    found = describe(start, place)
    if form == "json":
        print_json(found)
    else:
        click.echo(
            f"About {found['miles']} mile{'' if found['miles'] == 1 else 's'} from {start.code} to {place.name} ({place.code})."
            + (f"\n{start.note}" if start.note else "")
        )


def describe(home: Outcode, place: Establishment) -> dict[str, Any]:
    return {
        "miles": miles(home, place),
        "home": home.code,
        "establishment": place.code,
        "name": place.name,
        "note": home.note,
        "method": f"great circle from the middle of the outcode, on a sphere of {EARTH_RADIUS_MILES} miles",
    }


def _many(cases: Path, form: str) -> None:
    def answer(asked: dict[str, str]) -> dict[str, Any]:
        return {"miles": miles(_home(asked["home"]), _place(asked["establishment"]))}

    rows = answers(cases, columns=("home", "establishment"), needed=("home", "establishment"), answer=answer)
    if form == "json":
        print_json(rows)
    else:
        print_csv(rows)


def _home(text: str) -> Outcode:
    try:
        return outcode(text)
    except Invalid as error:
        raise Invalid([FieldError("home", fault.message) for fault in error.errors]) from None


def _place(code: str) -> Establishment:
    """In a file, an unknown code is a fault of its row."""
    try:
        return establishment(code)
    except NotFound as error:
        raise Invalid([FieldError("establishment", str(error))]) from None
