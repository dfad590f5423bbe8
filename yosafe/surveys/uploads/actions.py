"""Every change to files of surveys that were sent: kept, mapped, confirmed, stopped, discarded. What a confirmed one does stands in `running.py`."""

import asyncio
from contextlib import suppress

import msgspec

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.importing.kept import kept_mappings
from yosafe.importing.mapping import Mapping
from yosafe.importing.reading import Table, read_table
from yosafe.jobs.queue import enqueue
from yosafe.reference.establishments import establishment
from yosafe.surveys import adding
from yosafe.surveys.access import check_can_import
from yosafe.surveys.actions import RowsRefused, outcome, prepare
from yosafe.surveys.coding import NoQuestions, columns_in
from yosafe.surveys.limits import BY_JOB, LOOKED_AT
from yosafe.surveys.mapping import check_survey_mapping, fits, target_name
from yosafe.surveys.prepared import Prepared
from yosafe.surveys.questionnaire import load
from yosafe.surveys.schemas import ImportOut, ImportSurvey

from . import files
from .access import KEPT_FOR
from .schemas import Looked, Status, UploadOut
from .tables import SurveyUpload

SUBJECT = "survey-upload"
JOB_NAME = "survey-import"
ADD_NEW = "Tick the box to add those who are new, or choose another file"
AT_WORK = "This file is being brought in at this moment. See how far it is, or stop it first."
_CONFIRM = """
    UPDATE survey_upload SET status = 'running', attempt = attempt + 1, rows_done = 0, row_count = NULL, outcome = NULL, fault = NULL, asked = $2,
        confirmed_key = $3, confirmed_scope = $4
    WHERE id = $1 AND status IN ('open', 'failed') RETURNING attempt
"""
_OLD = "SELECT id FROM survey_upload WHERE status <> 'running' AND (owner = $1 OR made_at < $2) FOR UPDATE"


async def keep_upload(*, by: User, new: ImportSurvey, file: bytes | files.Sent, name: str) -> int:
    """Keep a file until it is stored, at most a day; its number. Older ones of the same person go, but for those that are being brought in.

    Where the agency keeps a mapping that fits the file, it is read by that; where no column is known, someone has to say which are: that is no fault.
    Raises what prepare() raises otherwise, of as much of the file as is looked at, and Conflict where it can't be added to the survey of its month.
    """
    sent = files.InHand(file) if isinstance(file, bytes) else file
    if new.dry_run:
        raise Invalid([FieldError("dry_run", "A dry run is answered at once, and not by a worker: send it to /api/v1/surveys")])
    check_can_import(by, establishment(new.establishment).code)
    begun, whole = await files.beginning(sent, name or "The file")
    seen = begun if whole else files.whole_lines(begun)
    new, name = await _with_kept_mapping(by=by, new=new, file=seen, name=name)
    with suppress(NoQuestions):
        await _beside(await prepare(by=by, new=new, source=seen, name=name, limits=BY_JOB), whole=whole)
    async with write_transaction():
        await _let_go(by)
        upload: int = await DB.fetchval(
            "INSERT INTO survey_upload (owner, file_name, size, asked, made_at, status, attempt, rows_done) "
            "VALUES ($1, $2, 0, $3, $4, 'open', 0, 0) RETURNING id",
            by.id, name, msgspec.to_builtins(new), clock.now(),
        )  # fmt: skip
        size = await files.keep_parts(upload, begun, sent, name)
        await DB.execute("UPDATE survey_upload SET size = $2 WHERE id = $1", upload, size)
        await record(EventName.DRAFT_STARTED, by=by, subject=(SUBJECT, upload))
    return upload


async def _let_go(by: User) -> None:
    gone = [row["id"] for row in await DB.fetch(_OLD, by.id, clock.now() - KEPT_FOR)]
    await DB.execute("DELETE FROM survey_upload_part WHERE upload = ANY($1)", gone)
    await DB.execute("DELETE FROM survey_upload WHERE id = ANY($1)", gone)


async def _with_kept_mapping(*, by: User, new: ImportSurvey, file: bytes, name: str) -> tuple[ImportSurvey, str]:
    """What was asked for, with the mapping that was used last for such a file, where there is one; and the file's name as it may be shown."""
    questionnaire = load(new.questionnaire)
    table = await asyncio.to_thread(read_table, file, name=name, limits=BY_JOB)
    if new.mapping is not None:
        return new, table.name
    kept = await kept_mappings(by.agency, target_name(questionnaire.id)) if by.agency else []
    found = next((one for one in kept if fits(one, table, questionnaire)), None)
    return msgspec.structs.replace(new, mapping=found), table.name


async def map_upload(*, by: User, upload: SurveyUpload, mapping: Mapping) -> None:
    """Say which columns of a kept file hold which questions, and what their words mean. Raises Invalid where it does not fit, Conflict where it is
    being brought in."""
    new = asked_of(upload)
    questionnaire = load(new.questionnaire)
    table = await table_of(upload)
    check_survey_mapping(mapping, questionnaire, table)
    columns_in(table, questionnaire, mapping)
    async with write_transaction():
        asked = msgspec.to_builtins(msgspec.structs.replace(new, mapping=mapping))
        changed = (
            "UPDATE survey_upload SET asked = $2, status = 'open', outcome = NULL, fault = NULL "
            "WHERE id = $1 AND status IN ('open', 'failed') RETURNING id"
        )
        if await DB.fetchval(changed, upload.id, asked) is None:
            raise Conflict(AT_WORK)
        await record(EventName.DRAFT_SAVED, by=by, subject=(SUBJECT, upload.id))


async def table_of(upload: SurveyUpload) -> Table:
    """The table in a kept file; of a long one, its beginning."""
    seen, _ = await _seen(upload)
    return await asyncio.to_thread(read_table, seen, name=upload.file_name, limits=BY_JOB)


async def _seen(upload: SurveyUpload) -> tuple[bytes, bool]:
    """What is looked at of a kept file before it is confirmed, and whether that is all of it. Raises Conflict where it is kept no longer."""
    data = await files.kept(upload.id, size=upload.size, most=LOOKED_AT + files.PART)
    if not data:
        raise Conflict("This file is stored, or no longer kept. Choose it again.")
    if len(data) >= upload.size:
        return data, True
    if files.is_text(data, upload.file_name):
        return files.whole_lines(data), False
    return await files.kept(upload.id, size=upload.size), True


def asked_of(upload: SurveyUpload) -> ImportSurvey:
    """What was asked for with a kept file."""
    return msgspec.convert(_as_mapping(upload.asked), ImportSurvey)


def _as_mapping(value: object) -> dict[str, object]:
    """A jsonb column, which Piccolo gives as it was read or as text."""
    return msgspec.json.decode(value, type=dict[str, object]) if isinstance(value, str) else msgspec.convert(value, dict[str, object])


async def prepare_upload(*, by: User, upload: SurveyUpload, leave_out: bool = False) -> tuple[Prepared, bool]:
    """What a kept file says, for showing before it is confirmed, and whether all of it was looked at."""
    new = msgspec.structs.replace(asked_of(upload), leave_out=leave_out)
    seen, whole = await _seen(upload)
    return await prepare(by=by, new=new, source=seen, name=upload.file_name, limits=BY_JOB), whole


async def preview(*, by: User, upload: SurveyUpload) -> Looked:
    """What confirming a kept file would do, or what came of it. Raises Conflict where it can't be added to the survey of its month."""
    if upload.outcome is not None:
        return Looked(outcome_of(upload), whole=True)
    prepared, whole = await prepare_upload(by=by, upload=upload)
    return Looked(await _beside(prepared, whole=whole), whole)


async def _beside(prepared: Prepared, *, whole: bool) -> ImportOut:
    """What would become of a file, beside what is there. Raises Conflict where it can't be added to the survey of its month."""
    there = await adding.same_file(prepared) if whole else None
    if there is not None:
        return await outcome(prepared, "already_imported", survey=there)
    survey = await adding.of_that_month(prepared)
    if survey is not None:
        return await outcome(prepared, "would_add", survey=survey.id, found=await adding.beside(prepared, survey))
    return await outcome(prepared, "refused" if prepared.refused_rows else "would_import")


def outcome_of(upload: SurveyUpload) -> ImportOut:
    """What came of a file that a worker has read."""
    return msgspec.convert(_as_mapping(upload.outcome), ImportOut)


async def confirm_upload(*, by: User, upload: SurveyUpload, leave_out: bool, add_new: bool = False) -> None:
    """Let a kept file be read and stored by a worker. Raises RowsRefused where rows are seen that can't be stored and are not to be left out, Invalid
    where there is a survey of that month and it was not said to add to it, Conflict where it is being brought in already, and what prepare() raises.
    """
    check_can_import(by, establishment(asked_of(upload).establishment).code)
    looked = await preview(by=by, upload=upload)
    if looked.found.refused_rows and (not leave_out or (looked.whole and not looked.found.accepted)):
        raise RowsRefused(looked.found)
    if looked.found.outcome == "would_add" and not add_new:
        raise Invalid([FieldError("add_new", ADD_NEW)])
    asked = msgspec.structs.replace(asked_of(upload), leave_out=leave_out, add_new=add_new)
    async with write_transaction():
        attempt = await DB.fetchval(_CONFIRM, upload.id, msgspec.to_builtins(asked), by.key, by.scope)
        if attempt is None:
            raise Conflict(AT_WORK)
        await record(EventName.SURVEY_CONFIRMED, by=by, subject=(SUBJECT, upload.id))
        await enqueue(JOB_NAME, once=f"survey file {upload.id} {attempt}", upload=upload.id, attempt=attempt)


async def stop_upload(*, by: User, upload: SurveyUpload) -> None:
    """Stop a file on its way in: nothing of it is stored, and it is kept as it was before it was confirmed. Raises Conflict where it has ended."""
    async with write_transaction():
        stopped = "UPDATE survey_upload SET status = 'open', attempt = attempt + 1 WHERE id = $1 AND status = 'running' RETURNING id"
        if await DB.fetchval(stopped, upload.id) is None:
            raise Conflict("This file is not on its way in any more. Look at it again.")
        await record(EventName.SURVEY_STOPPED, by=by, subject=(SUBJECT, upload.id))


async def discard_upload(*, by: User, upload: SurveyUpload) -> None:
    """Keep a file no longer. Raises Conflict where it is being brought in."""
    async with write_transaction():
        await files.forget(upload.id)
        if await DB.fetchval("DELETE FROM survey_upload WHERE id = $1 AND status <> 'running' RETURNING id", upload.id) is None:
            raise Conflict(AT_WORK)
        await record(EventName.DRAFT_DISCARDED, by=by, subject=(SUBJECT, upload.id))


def described(upload: SurveyUpload) -> UploadOut:
    """A file that was sent, and how far it is."""
    return UploadOut(
        id=upload.id, file=upload.file_name, status=msgspec.convert(upload.status, Status), size=upload.size, rows_done=upload.rows_done,
        rows=upload.row_count, fault=upload.fault, survey=upload.survey, outcome=None if upload.outcome is None else outcome_of(upload),
    )  # fmt: skip


def faults_of(refusal: Exception) -> list[FieldError]:
    """What is wrong, for a form about a file: at the file where nothing else is named, a month that is taken at the month."""
    if isinstance(refusal, Invalid):
        return [FieldError(error.key or "file", error.message) for error in refusal.errors]
    return [FieldError("fielded", str(refusal))]
