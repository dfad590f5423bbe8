"""`yosafe model`: the risk model, trained and judged here, or on a table of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from yosafe.errors import Conflict, Invalid
from yosafe.importing.reading import Choice, read_table

from . import format_option, print_json
from .database import actor, as_option, run
from .table import header_option, sheet_option, table_option

if TYPE_CHECKING:
    from yosafe.reviews.risk_model.schemas import ModelLine, ModelOut, Standing


def _names(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (value or "").split(",") if name.strip())


@click.group(name="model")
def command() -> None:
    """The risk model: a reason to talk about a young person, never a verdict."""


@command.command("validate")
@click.argument("file", metavar="TABLE", type=click.Path(path_type=Path))
@click.option("--outcome", required=True, metavar="COL", help="The column that says whether it came.")
@click.option("--positive", default="", metavar="ANSWER", help="Which answer says that it came. Without it: yes, true, 1, or the greater number.")
@click.option("--features", callback=_names, metavar="A,B", help="Learn from these columns only.")
@click.option("--exclude", callback=_names, metavar="A,B", help="Learn from every column but these.")
@click.option("--groups", callback=_names, metavar="A,B", help="Audit by these; not learnt from unless named as features.")
@click.option("--person", default="", metavar="COL", help="Which rows are about one person: those are never parted.")
@click.option("--time", default="", metavar="COL", help="Learn from what was earlier, judge by what came later.")
@click.option("--test", "second", type=click.Path(path_type=Path), metavar="TABLE2", help="Judge by this table instead.")
@click.option("--folds", type=click.IntRange(2, 50), default=10, show_default=True, help="In how many parts the rows are judged.")
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True, help="How many times over.")
@click.option(
    "--capacity", type=click.FloatRange(0, 100, min_open=True), default=10.0, show_default=True, help="How many of 100 a panel can look at."
)
@click.option("--seed", type=click.IntRange(0, 2**31), default=2002, show_default=True, help="The same seed gives the same figures.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the report as a page too. A new file.")
@sheet_option
@table_option
@header_option
@format_option
def validate_command(
    file: Path, second: Path | None, folds: int, repeats: int, capacity: float, seed: int, page: Path | None, sheet: str, number: int | None,
    header: tuple[int, int] | None, form: str, **asked: str | tuple[str, ...],
) -> None:  # fmt: skip
    """Fit yosafe's estimator to a table and audit it: AUC, Brier, calibration, what a panel would find and miss, the same by group, with intervals
    and simpler ways beside it. Needs no database and sends nothing anywhere."""
    from yosafe.models.own_table import Asked
    from yosafe.models.report import as_lines, as_page
    from yosafe.models.validation import How, validate

    if page is not None and page.exists():
        raise Conflict(f"{page} is there already. Choose a new name for the report.")
    table = read_table(file, choice=Choice(sheet=sheet, table=number or 0, header=header))
    how = How(folds=folds, repeats=repeats, seed=seed, capacity=capacity / 100)
    found = validate(table, Asked(**asked), how, read_table(second) if second else None)  # type: ignore[arg-type]
    if page is not None:
        try:
            page.write_text(as_page(found), encoding="utf-8")
        except OSError as error:
            raise Invalid(f"{page}: can't be written ({error.strerror}). Choose another place.") from error
    if form == "json":
        print_json(found)
        return
    for line in as_lines(found):
        click.echo(line)


@command.command("train")
@click.option(
    "--capacity", type=click.FloatRange(0, 100, min_open=True), default=10.0, show_default=True, help="How many of 100 a panel can look at."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=2002, show_default=True, help="The same seed on the same records gives the same model."
)
@as_option
@format_option
def train_command(capacity: float, seed: int, email: str | None, form: str) -> None:
    """Learn from what is recorded here, week by week, and judge by later weeks of young people that it had not learnt from. The version is kept with
    its card, and refused with the figures where it is too weak to be used."""
    from yosafe.reviews.model_versions import train_model
    from yosafe.reviews.risk_model.queries import model

    async def work() -> "ModelOut":
        by = await actor(email)
        made = await train_model(by=by, seed=seed, capacity=capacity / 100)
        return await model(by, made.version)

    _print(run(work), form)


@command.command("list")
@as_option
@format_option
def list_command(email: str | None, form: str) -> None:
    """The versions that were trained here, the newest first."""
    from yosafe.reviews.risk_model.queries import lines, standing

    async def work() -> "tuple[list[ModelLine], Standing]":
        by = await actor(email)
        return await lines(by), await standing(by)

    found, stands = run(work)
    if form == "json":
        print_json({"versions": found, "standing": stands})
        return
    for one in found:
        click.echo(f"{one.version}. trained {one.trained_at:%-d %B %Y}: {_state(one)}")
    click.echo(" ".join([stands.words, *stands.figures]))


@command.command("card")
@click.argument("version", type=click.IntRange(1), required=False)
@as_option
@format_option
def card_command(version: int | None, email: str | None, form: str) -> None:
    """What is said of a version: how it was judged, whom it misses, whom it flags for nothing. Without a number, of the newest."""
    from yosafe.reviews.risk_model.queries import model

    async def work() -> "ModelOut":
        return await model(await actor(email), version)

    _print(run(work), form)


@command.command("activate")
@click.argument("version", type=click.IntRange(1))
@click.option("--signed-by", "signed_by", multiple=True, required=True, metavar="EMAIL", help="Who signed: twice, two people of different agencies.")
@format_option
def activate_command(version: int, signed_by: tuple[str, ...], form: str) -> None:
    """Use a version that two people have read the card of and signed. Where they sign by themselves, on its page, this isn't needed."""
    from yosafe.reviews.risk_model.actions import activate
    from yosafe.reviews.risk_model.queries import model

    async def work() -> "ModelOut":
        by = await actor(None)
        await activate(by=by, version=version, signed_by=signed_by)
        return await model(by, version)

    done = run(work)
    if form == "json":
        print_json(done)
        return
    click.echo(
        f"Version {version} is used from now on. Its flags are raised when flags are next worked out: in the night, or by `yosafe flags refresh`."
    )


@command.command("stop")
@click.option("--reason", required=True, help="Why: it stands in the history of every flag that clears.")
@as_option
def stop_command(reason: str, email: str | None) -> None:
    """Take the version that is used out of use. Its flags clear at once, with the reason."""
    from yosafe.forms.read import to_struct
    from yosafe.reviews.risk_model.actions import end_use
    from yosafe.reviews.risk_model.schemas import StopModel

    async def work() -> None:
        await end_use(by=await actor(email), new=to_struct(StopModel, {"reason": reason}))

    run(work)
    click.echo("No version of the risk model is used. Flags are raised by the indicators alone.")


@command.command("drift")
@as_option
@format_option
def drift_command(email: str | None, form: str) -> None:
    """Whether the version that is used still meets what it learnt: its inputs, its scores, what people made of its flags; and what to do."""
    from yosafe.models.report import figure
    from yosafe.reviews.risk_model.drifting import DriftOut, band_words, drift

    async def work() -> DriftOut:
        return await drift(await actor(email))

    found = run(work)
    if form == "json":
        print_json(found)
        return
    if found.version is None:
        raise Conflict(" ".join([found.words, *found.why]))
    click.echo(f"Version {found.version}: {found.words}")
    for said in found.why:
        click.echo(f"  {said}")
    for one in found.inputs:
        click.echo(f"{one.title}: index {one.index:.2f} (by chance {one.by_chance:.2f}), {band_words(one)}")
    for month in found.months:
        came = "under 5" if month.came is None else f"{month.came}"
        click.echo(f"{month.month}: expected {month.expected:.1f}, came {came}; expected over came {figure(month.ratio, 2)}")
    for flags in found.yields:
        numbers = ["few" if number is None else str(number) for number in (flags.raised, flags.decided, flags.borne_out)]
        click.echo(f"Flags of {flags.month}: {numbers[0]}; decided on {numbers[1]}, borne out {numbers[2]}")


def _state(one: "ModelLine") -> str:
    area = one.auc
    if area is None:
        return " ".join(one.refused) or "can't be read"
    figures = "no AUC" if area.value is None or area.low is None else f"AUC {area.value:.3f}, at least {area.low:.3f}"
    return f"{figures}; {STATES[one.state]}"


STATES = {"in_use": "in use", "signed_once": "reaches the bar, signed by one", "to_sign": "reaches the bar, not signed", "refused": "refused"}


def _print(one: "ModelOut", form: str) -> None:
    from yosafe.models.card import as_lines

    if one.card is None:
        raise Conflict(f"Version {one.version}: {' '.join(one.refused)}")
    if form == "json":
        print_json(one)
        return
    click.echo(f"Version {one.version} of the risk model, trained {one.trained_at:%-d %B %Y}. SHA-256 {one.sha256}")
    for line in as_lines(one.card):
        click.echo(line)
    click.echo(f"Now: {STATES[one.state]}.")
