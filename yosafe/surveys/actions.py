"""Every change to surveys: a file comes in whole, or with the rows left out that can't be read, or not at all."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import NamedTuple

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.importing.mapped import Fault, refused_csv
from yosafe.importing.mapping import Mapping
from yosafe.importing.reading import NOTHING_CHOSEN, Choice, Limits, Table, read_table
from yosafe.reference.establishments import Establishment, establishment

from . import access, coding, queries, rules
from .coding import RefusedRow
from .comments.actions import keep_comments
from .limits import AT_ONCE
from .mapping import check_survey_mapping
from .questionnaire import Questionnaire, load
from .results import figures, returned_from
from .schemas import FiguresOut, ImportOut, ImportSurvey
from .taking import Coded, Progress, code, unheard
from .words import month_typed

EARLIEST = dt.date(1950, 1, 1)
SHOWN_REFUSALS = 100

_INSERT = """
    INSERT INTO survey (questionnaire, questionnaire_version, establishment, fielded_on, held, offered, returned, refused_rows, file_name,
        file_sha256, content_sha256, questions, weighted, agency, recorded_at, recorded_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id
"""


class Prepared(NamedTuple):
    """A file that has been read under a questionnaire, and nothing written yet."""

    new: ImportSurvey
    questionnaire: Questionnaire
    establishment: Establishment
    fielded_on: dt.date
    table: Table
    coded: Coded

    @property
    def refused_rows(self) -> int:
        return self.table.row_count - self.coded.responses.count


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
    table, coded = await asyncio.to_thread(_read, source, name, limits, choice, questionnaire, new.mapping, progress)
    coding.check_response(held=new.held, offered=new.offered, returned=table.row_count)
    return Prepared(new, questionnaire, place, fielded_on, table, coded)


def _read(
    source: Path | bytes, name: str, limits: Limits, choice: Choice, questionnaire: Questionnaire, mapping: Mapping | None, progress: Progress
) -> tuple[Table, Coded]:
    table = read_table(source, name=name, limits=limits, choice=choice)
    if table.row_count == 0:
        raise Invalid(f"{table.name}: has column names and no rows. Check that it is the right file.")
    if mapping is not None:
        check_survey_mapping(mapping, questionnaire, table)
    return table, code(table, questionnaire, mapping, progress=progress)


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

    Raises what prepare() raises, RowsRefused, and Conflict where this establishment has another file for the month.
    """
    return await store(by=by, prepared=await prepare(by=by, new=new, source=source, name=name, limits=limits, choice=choice, progress=progress))


async def store(*, by: Actor, prepared: Prepared) -> ImportOut:
    """Store what was prepared, with its audit entry, in one transaction."""
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended('survey ' || $1, 0))", prepared.establishment.code)
        there = await already_there(prepared)
        if there is not None:
            return await outcome(prepared, "already_imported", survey=there)
        if prepared.refused_rows and (not prepared.new.leave_out or not prepared.coded.responses.count):
            raise RowsRefused(await outcome(prepared, "refused"))
        if prepared.new.dry_run:
            return await outcome(prepared, "would_import")
        survey = await _insert(prepared, by)
        comments = await keep_comments(survey=survey, table=prepared.table, questionnaire=prepared.questionnaire)
        detail = {"questionnaire": prepared.questionnaire.id, "establishment": prepared.establishment.code, "rows": prepared.table.row_count}
        more = {"refused_rows": prepared.refused_rows, "comments": comments}
        await record(EventName.SURVEY_IMPORTED, by=by, subject=("survey", survey), detail={**detail, **more})
    return await outcome(prepared, "imported", survey=survey)


async def already_there(prepared: Prepared) -> int | None:
    """The survey made from this very table. Raises Conflict where the table, or the month, is taken by something else."""
    row = await DB.fetchrow(
        "SELECT id, questionnaire, fielded_on FROM survey "
        "WHERE establishment = $3 AND (content_sha256 = $1 OR (content_sha256 IS NULL AND file_sha256 = $2))",
        prepared.coded.content, bytes.fromhex(prepared.table.sha256), prepared.establishment.code,
    )  # fmt: skip
    if row is not None:
        if (row["questionnaire"], row["fielded_on"]) != (prepared.questionnaire.id, prepared.fielded_on):
            raise Conflict(f"This file is already there as survey {row['id']}, of {row['fielded_on']:%B %Y}. Check the month and the questionnaire.")
        return int(row["id"])
    other = await DB.fetchval(
        "SELECT id FROM survey WHERE questionnaire = $1 AND establishment = $2 AND fielded_on = $3",
        prepared.questionnaire.id, prepared.establishment.code, prepared.fielded_on,
    )  # fmt: skip
    if other is not None:
        raise Conflict(f"Another file is already there for {prepared.establishment.name} in {prepared.fielded_on:%B %Y} (survey {other}).")
    return None


async def _insert(prepared: Prepared, by: Actor) -> int:
    table, coded, new = prepared.table, prepared.coded, prepared.new
    survey: int = await DB.fetchval(
        _INSERT, prepared.questionnaire.id, prepared.questionnaire.version, prepared.establishment.code, prepared.fielded_on,
        new.held, new.offered, table.row_count, prepared.refused_rows, table.name, bytes.fromhex(table.sha256), coded.content,
        list(coded.asked), coded.weighted, by.agency, clock.now(), by.id,
    )  # fmt: skip
    await queries.store_responses(survey, coded.responses)
    return survey


async def outcome(prepared: Prepared, word: str, *, survey: int | None = None) -> ImportOut:
    """What became of a file, with the figures that it gives."""
    table, coded, new = prepared.table, prepared.coded, prepared.new
    accepted = coded.responses.count

    def shown() -> FiguresOut:
        asked = returned_from(coded.responses, coded.asked, held=new.held, offered=new.offered, left_out=prepared.refused_rows)
        return figures(prepared.questionnaire, asked)

    return ImportOut(
        outcome=word, survey=survey, file=table.name, questionnaire=prepared.questionnaire.id, establishment=prepared.establishment.code,
        fielded=f"{prepared.fielded_on:%Y-%m}", sha256=table.sha256,
        kind=table.kind, sheet=table.sheet, encoding=table.encoding, delimiter=table.delimiter,
        rows=table.row_count, accepted=accepted, refused_rows=prepared.refused_rows, faults=coded.faults, refused=coded.refused,
        warnings=coded.warnings,
        figures=await asyncio.to_thread(shown) if accepted else None,
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
    """Take a survey back as one step, within 7 days of its import. Raises NotFound, Refused, and Conflict where it is too late."""
    survey = await access.get_survey_for(by, survey_id)
    access.check_can_import(by, survey.establishment)
    async with write_transaction():
        row = await DB.fetchrow("SELECT recorded_at, questionnaire, establishment, returned FROM survey WHERE id = $1 FOR UPDATE", survey_id)
        if row is None:
            raise NotFound(access.NOT_THERE)
        if not rules.may_be_undone(row["recorded_at"], clock.now()):
            raise Conflict(f"This survey came in more than {rules.UNDO_DAYS} days ago, so it stays. Ask whoever runs yosafe if it must go.")
        if await DB.fetchval("SELECT EXISTS (SELECT FROM survey_comment WHERE survey = $1 AND read_at IS NOT NULL)", survey_id):
            raise Conflict("Someone has read what young people wrote in this survey, so it stays: what was done about it rests on it.")
        await DB.execute("DELETE FROM survey_upload WHERE survey = $1", survey_id)
        await DB.execute("DELETE FROM survey_column WHERE survey = $1", survey_id)
        await DB.execute("DELETE FROM survey WHERE id = $1", survey_id)
        detail = {"questionnaire": row["questionnaire"], "establishment": row["establishment"], "rows": row["returned"]}
        await record(EventName.SURVEY_UNDONE, by=by, subject=("survey", survey_id), detail=detail)
