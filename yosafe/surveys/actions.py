"""Every change to surveys: a file comes in whole, or with the rows left out that can't be read, or not at all."""

import asyncio
import datetime as dt
from pathlib import Path

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.importing.mapped import Fault, refused_csv
from yosafe.importing.mapping import Mapping
from yosafe.importing.reading import NOTHING_CHOSEN, Choice, Limits, Table, read_table
from yosafe.reference.establishments import establishment

from . import access, adding, coding, queries, rules
from .adding import Existing
from .coding import RefusedRow
from .comments.actions import keep_comments
from .comments.queries import built_on
from .limits import AT_ONCE
from .mapping import check_survey_mapping
from .prepared import Prepared, digests_of
from .questionnaire import Questionnaire, load
from .responses import Responses
from .results import figures, returned_from
from .schemas import FiguresOut, ImportOut, ImportSurvey
from .taking import Coded, Progress, code, number_column, unheard
from .telling_apart import Digest, Marks, Overlap, of_columns, only_new
from .words import month_typed

EARLIEST = dt.date(1950, 1, 1)
SHOWN_REFUSALS = 100

_INSERT = """
    INSERT INTO survey (questionnaire, questionnaire_version, establishment, fielded_on, held, offered, returned, refused_rows, questions, weighted,
        told_apart_by, columns_sha256, agency, recorded_at, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id
"""
_FILE = """
    INSERT INTO survey_file (survey, file_name, file_sha256, content_sha256, row_count, added, agency, recorded_at, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


class RowsRefused(Invalid):
    """Rows of the file can't be read, and it was not said to leave them out; `outcome` has all of them."""

    def __init__(self, outcome: ImportOut) -> None:
        self.outcome = outcome
        rows = "1 row was" if outcome.refused_rows == 1 else f"{outcome.refused_rows:,} rows were"
        errors = [FieldError(f"row {r.row:,}" + (f", {r.column}" if r.column else ""), r.reason) for r in outcome.refused[:SHOWN_REFUSALS]]
        remedy = "Mend the file and import it again, or import it without those rows." if outcome.accepted else "Mend the file and import it again."
        super().__init__([*errors, FieldError("", f"{rows} refused, so nothing was stored. {remedy}")])


async def prepare(
    *, by: Actor, new: ImportSurvey, source: Path | bytes, name: str = "", limits: Limits = AT_ONCE, choice: Choice = NOTHING_CHOSEN,
    progress: Progress = unheard,
) -> Prepared:  # fmt: skip
    """Read a file and see what it says; nothing is written. Raises Refused, NotFound for a code, Invalid where the file as a whole can't be used."""
    place = establishment(new.establishment)
    access.check_can_import(by, place.code)
    questionnaire = load(new.questionnaire)
    fielded_on = first_of(new.fielded)
    digest = digests_of(questionnaire.id, place.code, fielded_on)
    table, coded = await asyncio.to_thread(_read, source, name, limits, choice, questionnaire, new.mapping, progress, digest)
    coding.check_response(held=new.held, offered=new.offered, returned=coded.marks.returned)
    return Prepared(new, questionnaire, place, fielded_on, table, coded)


def _read(
    source: Path | bytes,
    name: str,
    limits: Limits,
    choice: Choice,
    questionnaire: Questionnaire,
    mapping: Mapping | None,
    progress: Progress,
    digest: Digest,
) -> tuple[Table, Coded]:
    table = read_table(source, name=name, limits=limits, choice=choice)
    if table.row_count == 0:
        raise Invalid(f"{table.name}: has column names and no rows. Check that it is the right file.")
    if mapping is not None:
        check_survey_mapping(mapping, questionnaire, table)
    return table, code(table, questionnaire, mapping, progress=progress, digest=digest)


def first_of(month: str) -> dt.date:
    """The first day of a month as it was typed. Raises Invalid."""
    typed = month_typed(month)
    if typed is None:
        raise Invalid([FieldError("fielded", "Enter the month in which the survey was asked, for example 2026-09 or September 2026")])
    day = dt.date.fromisoformat(f"{typed}-01")
    if not EARLIEST <= day <= clock.today():
        raise Invalid([FieldError("fielded", f"The month must be from {EARLIEST:%B %Y} to this month")])
    return day


async def import_survey(
    *, by: Actor, new: ImportSurvey, source: Path | bytes, name: str = "", limits: Limits = AT_ONCE, choice: Choice = NOTHING_CHOSEN,
    progress: Progress = unheard,
) -> ImportOut:  # fmt: skip
    """Read and store a survey, or say what would be stored (`new.dry_run`). The same file again changes nothing and is said to be there.

    Raises what prepare() raises, RowsRefused, and Conflict where there is a survey of that month and it was not said to add to it.
    """
    return await store(by=by, prepared=await prepare(by=by, new=new, source=source, name=name, limits=limits, choice=choice, progress=progress))


async def store(*, by: Actor, prepared: Prepared) -> ImportOut:
    """Store what was prepared, with its audit entry, in one transaction: as a survey of its own, or added to that of the month."""
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended('survey ' || $1, 0))", prepared.establishment.code)
        there = await adding.same_file(prepared)
        if there is not None:
            return await outcome(prepared, "already_imported", survey=there)
        survey = await adding.of_that_month(prepared)
        if survey is not None:
            return await _add(by, prepared, survey)
        if prepared.refused_rows and (not prepared.new.leave_out or not prepared.coded.responses.count):
            raise RowsRefused(await outcome(prepared, "refused"))
        if prepared.new.dry_run:
            return await outcome(prepared, "would_import")
        number = await _insert(prepared, by)
        await _came(by, prepared, number, EventName.SURVEY_IMPORTED, added=prepared.coded.responses.count, there=Marks(prepared.coded.marks.numbered))
    return await outcome(prepared, "imported", survey=number)


async def _add(by: Actor, prepared: Prepared, survey: Existing) -> ImportOut:
    """Add the respondents who are new to a survey, in the open transaction; nothing is changed of those who are there."""
    found = await adding.beside(prepared, survey)
    refused = prepared.refused_rows + len(found.changed)
    if not prepared.new.add_new:
        raise Conflict(adding.not_said(prepared, survey, found))
    if refused and not prepared.new.leave_out:
        raise RowsRefused(await outcome(prepared, "refused", survey=survey.id, found=found))
    if not found.many and found.marks.left == survey.marks.left:
        return await outcome(prepared, "already_imported", survey=survey.id, found=found)
    if prepared.new.dry_run:
        return await outcome(prepared, "would_add", survey=survey.id, found=found)
    responses = await adding.added(by=by, prepared=prepared, survey=survey, found=found)
    await _came(by, prepared, survey.id, EventName.SURVEY_ADDED_TO, added=found.many, there=survey.marks)
    return await outcome(prepared, "added", survey=survey.id, found=found, all_of_it=(responses, *adding.asked_of(prepared, survey)))


async def _came(by: Actor, prepared: Prepared, survey: int, event: EventName, *, added: int, there: Marks) -> None:
    """What belongs to the coming in of a file: what it was, what was written in it by those who are new, and the audit entry."""
    table, coded = prepared.table, prepared.coded
    await DB.execute(_FILE, survey, table.name, bytes.fromhex(table.sha256), coded.content, coded.read, added, by.agency, clock.now(), by.id)
    is_new = only_new(there, prepared.digest, number_column(table, prepared.new.mapping)) if there.keys or there.numbered else None
    comments = await keep_comments(survey=survey, table=table, questionnaire=prepared.questionnaire, is_new=is_new)
    detail = {"questionnaire": prepared.questionnaire.id, "establishment": prepared.establishment.code, "rows": coded.read, "added": added}
    await record(event, by=by, subject=("survey", survey), detail={**detail, "refused_rows": prepared.refused_rows, "comments": comments})


async def _insert(prepared: Prepared, by: Actor) -> int:
    table, coded, new = prepared.table, prepared.coded, prepared.new
    survey: int = await DB.fetchval(
        _INSERT, prepared.questionnaire.id, prepared.questionnaire.version, prepared.establishment.code, prepared.fielded_on,
        new.held, new.offered, coded.marks.returned, coded.marks.left_out, list(coded.asked), coded.weighted,
        "numbers" if coded.marks.numbered else "rows", of_columns(table.columns), by.agency, clock.now(), by.id,
    )  # fmt: skip
    await queries.store_responses(survey, coded.responses, coded.marks)
    return survey


async def outcome(
    prepared: Prepared,
    word: str,
    *,
    survey: int | None = None,
    found: Overlap | None = None,
    all_of_it: tuple[Responses, int | None, int | None] | None = None,
) -> ImportOut:
    """What became of a file, with the figures that it gives: of the whole survey where `all_of_it` says what that is now, of how many held and
    offered."""
    table, coded, new = prepared.table, prepared.coded, prepared.new
    changed = adding.changed_rows(prepared, found)
    said, held, offered = all_of_it or (coded.responses, new.held, new.offered)

    def shown() -> FiguresOut:
        left_out = coded.marks.left_out if found is None else found.marks.left_out
        return figures(prepared.questionnaire, returned_from(said, coded.asked, held=held, offered=offered, left_out=left_out))

    return ImportOut(
        outcome=word, survey=survey, file=table.name, questionnaire=prepared.questionnaire.id, establishment=prepared.establishment.code,
        fielded=f"{prepared.fielded_on:%Y-%m}", sha256=table.sha256,
        kind=table.kind, sheet=table.sheet, encoding=table.encoding, delimiter=table.delimiter,
        rows=table.row_count, accepted=coded.read - prepared.refused_rows - len(changed),
        known=coded.again + (found.known if found else coded.responses.count if word == "already_imported" else 0),
        refused_rows=prepared.refused_rows + len(changed), faults=coded.faults + len(changed),
        refused=sorted([*coded.refused, *changed], key=lambda one: one.row), warnings=coded.warnings,
        figures=await asyncio.to_thread(shown) if said.count else None,
    )  # fmt: skip


async def refused_file(prepared: Prepared) -> bytes:
    """The rows that can't be stored as a CSV file, each with why: to be mended. Nothing in it runs as a formula."""
    rows: list[tuple[list[str], list[Fault]]] = []

    def refused(cells: list[str], faults: list[RefusedRow]) -> None:
        remedy = "Mend the cell, or leave it empty; then import the whole file again."
        rows.append((cells, [Fault(row=f.row, column=f.column, field="", value="", reason=f.reason, remedy=remedy) for f in faults]))

    await asyncio.to_thread(code, prepared.table, prepared.questionnaire, prepared.new.mapping, refused=refused)
    return refused_csv(prepared.table.columns, rows)


async def undo_import(*, by: Actor, survey_id: int) -> None:
    """Take a survey back as one step, all its files, within 7 days of the last. Raises NotFound, Refused, and Conflict where it is too late or
    something was built on it."""
    survey = await access.get_survey_for(by, survey_id)
    access.check_can_import(by, survey.establishment)
    async with write_transaction():
        row = await DB.fetchrow("SELECT questionnaire, establishment, returned FROM survey WHERE id = $1 FOR UPDATE", survey_id)
        if row is None:
            raise NotFound(access.NOT_THERE)
        files, last = await adding.files_of(survey_id)
        if not rules.may_be_undone(last, clock.now()):
            raise Conflict(f"This survey came in more than {rules.UNDO_DAYS} days ago, so it stays. Ask whoever runs yosafe if it must go.")
        if built := await built_on(survey_id):
            raise Conflict(f"This survey stays, because something was built on it. {built}")
        await DB.execute("DELETE FROM survey_upload WHERE survey = $1", survey_id)
        await DB.execute("DELETE FROM survey_file WHERE survey = $1", survey_id)
        await DB.execute("DELETE FROM survey_column WHERE survey = $1", survey_id)
        await DB.execute("DELETE FROM survey WHERE id = $1", survey_id)
        detail = {"questionnaire": row["questionnaire"], "establishment": row["establishment"], "rows": row["returned"], "files": files}
        await record(EventName.SURVEY_UNDONE, by=by, subject=("survey", survey_id), detail=detail)
