"""A file of a survey at work: a worker reads and checks it, then stores it in one transaction. Until that ends nothing of it is there; a worker that
dies leaves nothing, and another begins anew."""

import asyncio
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from yosafe.accounts.access import who_asked
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, Operator, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, DatabaseAway, Invalid, NotFound, Refused
from yosafe.importing.kept import keep_mapping
from yosafe.jobs.registry import GiveUp, Job, Payload
from yosafe.surveys.access import check_can_import
from yosafe.surveys.actions import SHOWN_REFUSALS, RowsRefused, prepare, store
from yosafe.surveys.limits import BY_JOB
from yosafe.surveys.mapping import UNNAMED
from yosafe.surveys.schemas import ImportOut, ImportSurvey

from . import files
from .actions import JOB_NAME, SUBJECT

LOOK_EVERY = 1.0  # seconds: how far it is, and whether it was stopped
MAY_NOT = "whoever confirmed it may not bring in surveys any more"
_AT_WORK = "status = 'running' AND attempt = $2"
_SAY = f"UPDATE survey_upload SET rows_done = $3, row_count = $4 WHERE id = $1 AND {_AT_WORK} RETURNING id"
_ONE_AT_A_TIME = asyncio.Semaphore(1)  # of these: a long one takes much memory


class _Stopped(Exception):
    """Someone stopped it, or another worker has it."""


class _At(NamedTuple):
    """A file, and the confirming that a worker answers."""

    upload: int
    attempt: int


class _Heard:
    """How far the reading is. It may be told to stop at the next rows."""

    def __init__(self) -> None:
        self.done = self.of = 0
        self.stop = False

    def __call__(self, done: int, of: int) -> None:
        self.done, self.of = done, of
        if self.stop:
            raise _Stopped


async def _do(payload: Payload) -> None:
    async with _ONE_AT_A_TIME:
        await _bring_in(_At(payload["upload"], payload["attempt"]))


async def _bring_in(at: _At) -> None:
    asked = f"SELECT owner, file_name, size, asked, confirmed_key, confirmed_scope FROM survey_upload WHERE id = $1 AND {_AT_WORK}"
    row = await DB.fetchrow(asked, *at)
    if row is None:
        return
    new = msgspec.convert(row["asked"], ImportSurvey)
    try:
        by = await who_asked(row["owner"], row["confirmed_key"], row["confirmed_scope"])
        check_can_import(by, new.establishment)
    except Refused as refusal:
        await _end_without(at, by=Operator("system"), fault=str(refusal))
        raise GiveUp(MAY_NOT) from None
    heard = _Heard()
    telling = asyncio.create_task(_tell(at, heard))
    try:
        await _read_and_store(at, by, new, row, heard)
    except _Stopped:
        return
    except RowsRefused as refusal:
        await _end_without(at, by=by, outcome=refusal.outcome)
    except (Invalid, Conflict, NotFound, Refused) as refusal:
        words = " ".join(error.message for error in refusal.errors) if isinstance(refusal, Invalid) else str(refusal)
        await _end_without(at, by=by, fault=words[:1000])
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(at: _At, heard: _Heard) -> None:
    """Say in the database how far it is, and hear there whether it was stopped."""
    while not heard.stop:
        await asyncio.sleep(LOOK_EVERY)
        with suppress(DatabaseAway):  # the storing will say so
            heard.stop = await DB.fetchval(_SAY, *at, heard.done, heard.of) is None


async def _read_and_store(at: _At, by: User, new: ImportSurvey, row: Any, heard: _Heard) -> None:
    data = await files.kept(at.upload, size=row["size"])
    prepared = await prepare(by=by, new=new, source=data, name=row["file_name"], limits=BY_JOB, progress=heard)
    async with write_transaction():
        if await DB.fetchval(f"SELECT id FROM survey_upload WHERE id = $1 AND {_AT_WORK} FOR UPDATE", *at) is None:
            raise _Stopped
        done = await store(by=by, prepared=prepared)
        if new.mapping is not None and new.mapping.source != UNNAMED and by.agency:
            await keep_mapping(by=by, agency=by.agency, mapping=new.mapping)
        await files.forget(at.upload)
        await DB.execute(
            "UPDATE survey_upload SET status = 'done', survey = $2, outcome = $3, rows_done = $4, row_count = $4 WHERE id = $1",
            at.upload, done.survey, _kept(done), done.rows,
        )  # fmt: skip
        if done.outcome == "already_imported":  # no entry of an import says where the file went
            await record(EventName.DRAFT_DISCARDED, by=by, subject=(SUBJECT, at.upload))


async def _end_without(at: _At, *, by: Actor, fault: str | None = None, outcome: ImportOut | None = None) -> None:
    """Nothing was stored: say why. The file is kept, so that it may be confirmed otherwise."""
    async with write_transaction():
        ended = f"UPDATE survey_upload SET status = 'failed', fault = $3, outcome = $4 WHERE id = $1 AND {_AT_WORK} RETURNING id"
        if await DB.fetchval(ended, *at, fault, outcome and _kept(outcome)) is not None:
            await record(EventName.SURVEY_NOT_STORED, by=by, subject=(SUBJECT, at.upload))


def _kept(done: ImportOut) -> Any:
    """What is kept of an outcome: the first faults, and no figures, which the survey gives."""
    return msgspec.to_builtins(msgspec.structs.replace(done, refused=done.refused[:SHOWN_REFUSALS], figures=None))


JOB = Job(name=JOB_NAME, about="Reads and stores a file of a survey that someone confirmed", run=_do)
