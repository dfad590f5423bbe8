"""`yosafe survey`: bring in a file of answers, and see what it says."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from yosafe import settings
from yosafe.against_records import queries as beside
from yosafe.against_records import words as beside_words
from yosafe.against_records.schemas import AgainstRecordsOut
from yosafe.forms.read import to_struct
from yosafe.importing.mapping import read_mapping
from yosafe.importing.reading import Choice
from yosafe.settings import SURVEY_LEVELS
from yosafe.surveys import actions, compare_queries, queries, words
from yosafe.surveys.actions import RowsRefused
from yosafe.surveys.limits import BY_COMMAND
from yosafe.surveys.mapping import target_of
from yosafe.surveys.questionnaire import load
from yosafe.surveys.schemas import ComparisonOut, FiguresOut, ImportOut, ImportSurvey, QuestionOut, ResultsOut

from . import format_option, print_json
from .database import actor, as_option, run
from .table import header_option, sheet_option, table_option

DONE = {
    "imported": "Stored {accepted:,} of {rows:,} rows of {file} as survey {survey}.",
    "added": "Added {new:,} of {rows:,} rows of {file} to survey {survey}; {known:,} were in it already.",
    "would_add": "Dry run: {new:,} of {rows:,} rows of {file} would be added to survey {survey}; {known:,} are in it already. Nothing was.",
    "would_import": "Dry run: {accepted:,} of {rows:,} rows of {file} would be stored. Nothing was.",
    "already_imported": "{file} is already there as survey {survey}. Nothing has changed.",
}


@click.group(name="survey")
def command() -> None:
    """Surveys of young people, and their results."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--questionnaire", required=True, help="Which questions the file answers, for example children-custody.")
@click.option("--establishment", required=True, metavar="CODE", help="Where it was asked.")
@click.option("--fielded", required=True, metavar="YYYY-MM", help="The month in which it was asked.")
@click.option("--held", type=int, help="How many were held at the time.")
@click.option("--offered", type=int, help="How many were offered the survey.")
@click.option("--leave-out", is_flag=True, help="Store the rows that can be read and leave out the others. Without it one such row refuses the file.")
@click.option(
    "--add-new", is_flag=True, help="Add those who are new to the survey of that month, where there is one. Without it a second file is refused."
)
@click.option("--dry-run", is_flag=True, help="Say what would be stored; write nothing.")
@click.option("--mapping", "mapped_by", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What columns and words mean, as TOML.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.csv", help="Write the rows that can't be stored, with why.")
@sheet_option
@table_option
@header_option
@format_option
@as_option
def import_command(
    file: Path, form: str, email: str | None, mapped_by: Path | None, errors: Path | None,
    sheet: str, number: int | None, header: tuple[int, int] | None, **asked: object,
) -> None:  # fmt: skip
    """Bring in a file of answers: CSV, a workbook, SPSS or Stata. The same answers again change nothing. Interrupted, it leaves nothing."""
    new, choice = to_struct(ImportSurvey, asked), Choice(sheet=sheet, table=number or 0, header=header)
    if mapped_by is not None:
        target = target_of(load(new.questionnaire))
        new = msgspec.structs.replace(new, mapping=read_mapping(mapped_by.read_text("utf-8"), target, file=mapped_by.name))

    async def work() -> ImportOut:
        by = await actor(email)
        with told_on_terminal() as progress:
            prepared = await actions.prepare(by=by, new=new, source=file, limits=BY_COMMAND, choice=choice, progress=progress)
        if errors is not None and prepared.refused_rows:
            await asyncio.to_thread(errors.write_bytes, await actions.refused_file(prepared))
        return await actions.store(by=by, prepared=prepared)

    try:
        done = run(work)
    except RowsRefused as refusal:
        if form == "json":
            print_json(refusal.outcome)
        raise
    if form == "json":
        print_json(done)
        return
    click.echo(DONE[done.outcome].format_map({name: getattr(done, name) for name in (*ImportOut.__struct_fields__, "new")}))
    for remark in done.warnings:
        click.echo(f"  {remark}")
    if done.figures:
        click.echo()
        _print_first(done.figures)


@contextlib.contextmanager
def told_on_terminal() -> Iterator[Callable[[int, int], None]]:
    """How many rows are checked, on a terminal that someone looks at; elsewhere nothing."""
    with Progress(TextColumn("Checking"), TextColumn("{task.completed:,} of {task.total:,} rows"), TimeElapsedColumn(), console=Console(stderr=True),
                  transient=True, disable=not sys.stderr.isatty()) as bar:  # fmt: skip
        task = bar.add_task("", total=0)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@command.command("undo")
@click.argument("survey", type=int)
@as_option
def undo_command(survey: int, email: str | None) -> None:
    """Take back the import of a survey as one step, within 7 days of it."""

    async def work() -> None:
        await actions.undo_import(by=await actor(email), survey_id=survey)

    run(work)
    click.echo(f"Survey {survey} is no longer there. Its file can be imported again.")


@command.command("results")
@click.option("--establishment", required=True, metavar="CODE", help="Where it was asked.")
@click.option("--fielded", required=True, metavar="YYYY-MM", help="The month in which it was asked.")
@click.option("--questionnaire", help="Where there were several in that month.")
@click.option("--against", metavar="WHAT", help="Compare with: previous, similar, published, or a question that parts respondents (in-care-ever).")
@click.option("--level", type=click.Choice(SURVEY_LEVELS), help="How improbable by chance a difference has to be. Default: the setting, 0.01.")
@click.option("--holm", is_flag=True, help="Allow for the number of questions (Holm).")
@format_option
@as_option
def results_command(
    establishment: str, fielded: str, questionnaire: str | None, against: str | None, level: str | None, holm: bool, form: str, email: str | None
) -> None:
    """The figures of a survey, or what they are beside something else; small numbers hidden."""
    fielded_on = actions.first_of(fielded)

    async def work() -> ResultsOut | ComparisonOut:
        viewer = await actor(email)
        number = await queries.find_survey(viewer, establishment_code=establishment, fielded_on=fielded_on, questionnaire=questionnaire)
        if against is None:
            return await queries.results(viewer, number)
        chosen = settings.read().survey_level if level is None else float(level)
        survey = await compare_queries.opened(viewer, number)
        return await compare_queries.comparison(viewer, survey, against=against, level=chosen, holm=holm)

    found = run(work)
    if form == "json":
        print_json(found)
        return
    if isinstance(found, ComparisonOut):
        _print_comparison(found)
        return
    click.echo(f"{found.survey.title}: {found.survey.establishment_name}, {words.month_words(fielded_on)} (survey {found.survey.id})\n")
    _print_all(found.figures)


@command.command("records")
@click.option("--establishment", required=True, metavar="CODE", help="Where it was asked.")
@click.option("--fielded", required=True, metavar="YYYY-MM", help="The month in which it was asked.")
@click.option("--questionnaire", help="Where there were several in that month.")
@format_option
@as_option
def records_command(establishment: str, fielded: str, questionnaire: str | None, form: str, email: str | None) -> None:
    """What a survey says beside what is recorded of those who were held there; small numbers hidden."""
    fielded_on = actions.first_of(fielded)

    async def work() -> AgainstRecordsOut:
        viewer = await actor(email)
        number = await queries.find_survey(viewer, establishment_code=establishment, fielded_on=fielded_on, questionnaire=questionnaire)
        return await beside.against_records(viewer, number, settings.read().terminology)

    found = run(work)
    if form == "json":
        print_json(found)
        return
    _print_beside(found)


def _print_beside(found: AgainstRecordsOut) -> None:
    held = f"{found.held:,}" if found.held else "fewer than 10"
    click.echo(f"{found.survey.title}: {found.survey.establishment_name}, {words.month_words(found.since)}; {held} held in that month")
    click.echo(beside_words.summary(found) if found.questions else "No question of this survey matches a recorded fact.")
    for row in found.questions:
        said, recorded = words.side(row.said), words.side(row.recorded)
        click.echo(f"\n  {row.short}")
        click.echo(f"      say so: {f'{said[0]} ({said[1]}), base {row.said.base:,}' if row.said else 'not shown'}")
        click.echo(f"      {row.recorded_title}: {f'{recorded[0]} ({recorded[1]}), of {row.recorded.base:,} held' if row.recorded else 'not shown'}")
        click.echo(f"      {row.hidden or f'{beside_words.gap(row)[0]} ({beside_words.gap(row)[1]}): {row.verdict}'}")
        if row.lacking:
            click.echo(f"      {row.lacking}")
    click.echo("\nHow these figures were made")
    for sentence in found.method:
        click.echo(f"  {sentence}")


def _print_first(figures: FiguresOut) -> None:
    click.echo(figures.title)
    _print_response(figures)
    for question in figures.headline:
        _print_question(question)


def _print_all(figures: FiguresOut) -> None:
    _print_response(figures)
    for section in figures.sections:
        click.echo(f"\n{section.title}")
        for question in section.questions:
            _print_question(question)
            _print_answers(question)
    click.echo("\nHow these figures were made")
    for sentence in figures.method:
        click.echo(f"  {sentence}")


def _print_comparison(found: ComparisonOut) -> None:
    click.echo(f"{found.survey.title}: {found.here} (here) and {found.there} (there)\n{words.summary(found)}")
    for section in found.sections:
        click.echo(f"\n{section.title}")
        for row in section.questions:
            sides = f"{words.side(row.here)[0] or 'not shown'} here, {words.side(row.there)[0] or 'not shown'} there"
            click.echo(f"  {row.short}: {sides}. {words.verdict(row, holm=found.holm) or row.hidden}")
    click.echo("\nHow this comparison was made")
    for sentence in found.method:
        click.echo(f"  {sentence}")


def _print_response(figures: FiguresOut) -> None:
    response = figures.response
    counts = [("held", response.held), ("offered", response.offered), ("returned", response.returned), ("left out", response.left_out)]
    line = ", ".join(f"{count:,} {name}" for name, count in counts if count is not None)
    click.echo(f"  {line}" + (f" ({response.rate}%)" if response.rate is not None else ""))
    if figures.weighted:
        click.echo(f"  Sum of weights {figures.sum_of_weights:,.0f}")


def _print_question(question: QuestionOut) -> None:
    figure, interval = words.main_figure(question)
    if question.base is None:
        click.echo(f"  {question.short}: {question.hidden}")
        return
    shown = f"{figure} ({interval})" if figure else "hidden, small number" if any(a.positive for a in question.answers) else "see the answers"
    not_asked = f", {question.not_asked:,} not asked" if question.not_asked else ""
    click.echo(f"  {question.short}: {shown}; base {question.base:,}, {question.missing:,} no answer{not_asked}")


def _print_answers(question: QuestionOut) -> None:
    for answer in question.answers if question.base is not None else ():
        if answer.count is None or answer.share is None:
            click.echo(f"      {answer.label}: hidden")
        else:
            click.echo(f"      {answer.label}: {answer.count:,}, {words.share(answer.share, question.base or 0)}")
