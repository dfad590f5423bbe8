"""Every change to imports: a file is sent, mapped, confirmed, cancelled, undone. What a confirmed one does stands in `running.py`."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import msgspec

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid, Stale
from yosafe.importing.kept import keep_mapping, kept_mapping
from yosafe.importing.mapped import MappedTable
from yosafe.importing.mapping import Mapping, check_mapping
from yosafe.importing.reading import NOTHING_CHOSEN, Choice, Limits, Table, read_table
from yosafe.importing.suggesting import date_order, samples_of, suggest_columns, suggest_value
from yosafe.jobs.queue import enqueue

from . import access
from .running import JOB, SUBJECT, WEB_LIMITS
from .schemas import Mode
from .tables import ImportRun
from .targets import target
from .undoing import standing_on, take_back

UNCONFIRMED_KEPT_FOR = dt.timedelta(days=7)
REFUSED_KEPT_FOR = dt.timedelta(days=90)
STALE = "Someone else changed this import since you opened it. Look at it again before you change it."
SURE_ENOUGH = 0.8  # of a word that is nearly one of ours

_INSERT = """
    INSERT INTO import_run (agency, target, mapping, file_name, file_sha256, file, status, columns, row_count, position, made, known, refused,
        uploaded_at, uploaded_by, version)
    VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, 0, 0, 0, 0, $9, $10, 1) RETURNING id
"""

_UNCONFIRMED = """
    UPDATE import_run SET status = 'cancelled', file = NULL, ended_at = $2, version = version + 1 WHERE status = 'open' AND uploaded_at < $1
    RETURNING id
"""
_UNMENDED = "DELETE FROM import_refusal f USING import_run r WHERE r.id = f.run AND r.ended_at < $1 RETURNING f.run"


async def read_file(source: Path | bytes, *, name: str = "", limits: Limits = WEB_LIMITS, choice: Choice = NOTHING_CHOSEN) -> Table:
    """The table in a file. Raises Invalid, also where it has no rows."""
    table = await asyncio.to_thread(read_table, source, name=name, limits=limits, choice=choice)
    if table.row_count == 0:
        raise Invalid(f"{table.name}: has column names and no rows. Check that it is the right file.")
    return table


async def mapping_for(table: Table, *, agency: int, target_name: str, source: str) -> Mapping:
    """How a file is read: as the agency reads this source, as far as the file has its columns; else as its columns and values suggest."""
    kept = await kept_mapping(agency, target_name, source)
    if kept is not None:
        columns = {column: name for column, name in kept.columns.items() if column in table.columns}
        return Mapping(target=target_name, source=source, dates=kept.dates, columns=columns, values=kept.values, defaults=kept.defaults)
    return await asyncio.to_thread(_suggested, table, target_name, source)


def _suggested(table: Table, target_name: str, source: str) -> Mapping:
    of = target(target_name)
    columns = {one.column: one.field for one in suggest_columns(of, table) if one.field is not None}
    order, _ = date_order(samples_of(table))
    return Mapping(target=target_name, source=source, dates=order, columns=columns)


async def upload(*, by: User, target_name: str, source: str, file: bytes, name: str, mapping: Mapping | None = None) -> int:
    """Keep a file until it is confirmed, a week at most; the number of its import. Raises Invalid, Refused."""
    access.check_can_import(by, target_name)
    table = await read_file(file, name=name)
    if mapping is not None:
        check_mapping(mapping, target(target_name), columns=table.columns, file=table.name)
    used = mapping or await mapping_for(table, agency=by.agency, target_name=target_name, source=source)
    async with write_transaction():
        run = await new_run(by=by, mapping=used, table=table, file=file)
    return run  # noqa: RET504  # mypy knows no transaction that always returns


async def new_run(*, by: User, mapping: Mapping, table: Table, file: bytes | None) -> int:
    """A row for an import that is not confirmed yet, in the open transaction. Without `file` it stays where it is."""
    run: int = await DB.fetchval(
        _INSERT, by.agency, mapping.target, msgspec.to_builtins(mapping), table.name, bytes.fromhex(table.sha256), file, list(table.columns),
        table.row_count, clock.now(), by.id,
    )  # fmt: skip
    await record(EventName.IMPORT_UPLOADED, by=by, subject=(SUBJECT, run), detail={"target": mapping.target, "rows": table.row_count})
    return run


async def let_go(*, by: Actor) -> int:
    """Files that nobody confirmed for a week, and refused rows that nobody mended for a quarter of a year, are kept no longer; how many imports that
    touched."""
    now = clock.now()
    async with write_transaction():
        files = await DB.fetch(_UNCONFIRMED, now - UNCONFIRMED_KEPT_FOR, now)
        rows = await DB.fetch(_UNMENDED, now - REFUSED_KEPT_FOR)
        if files or rows:
            detail = {"files": len(files), "imports": sorted({row["run"] for row in rows})}
            await record(EventName.IMPORTS_LET_GO, by=by, detail=detail)
    return len(files) + len({row["run"] for row in rows})


def check_open(run: ImportRun) -> None:
    """Raise Conflict for an import that was confirmed, or cancelled."""
    if run.status != "open":
        raise Conflict("This import has been confirmed or cancelled already. To bring in more, send another file.")


async def change(run: ImportRun, version: int, assignments: str, *values: Any, only: str) -> None:
    """The row's next version. Raises Stale where someone else was faster."""
    changed = await DB.fetchval(
        f"UPDATE import_run SET {assignments}, version = version + 1 WHERE id = $1 AND version = $2 AND status {only} RETURNING id",
        run.id, version, *values,
    )  # fmt: skip
    if changed is None:
        raise Stale(STALE)


async def map_columns(*, by: User, run: ImportRun, mapping: Mapping, version: int) -> None:
    """Say anew how a file is read; the agency keeps it for the next file of this source. Raises Invalid, Conflict, Stale."""
    check_open(run)
    table = await read_file(await file_of(run), name=run.file_name)
    if mapping.source != _mapping(run).source:
        raise Invalid("source: the source of a file that was sent can't be changed. Send it again under the other source.")
    unknown = [column for column in mapping.columns if column not in table.columns]
    check_mapping(mapping, target(run.target), file=table.name)
    if unknown:
        raise Invalid(f"{table.name}: has no column “{unknown[0]}”.")
    async with write_transaction():
        await change(run, version, "mapping = $3", msgspec.to_builtins(mapping), only="= 'open'")
        await keep_mapping(by=by, agency=by.agency, mapping=mapping)
        await record(EventName.IMPORT_MAPPED, by=by, subject=(SUBJECT, run.id), detail={"target": mapping.target})


async def file_of(run: ImportRun) -> bytes:
    """The file of an import that is not confirmed. Raises Conflict where it is kept no longer."""
    file: bytes | None = await DB.fetchval("SELECT file FROM import_run WHERE id = $1", run.id)
    if file is None:
        raise Conflict("The file of this import is kept no longer. Send it again.")
    return file


def _mapping(run: ImportRun) -> Mapping:
    """The mapping of a row, as Piccolo or asyncpg gives it."""
    held: Any = run.mapping
    return msgspec.json.decode(held, type=Mapping) if isinstance(held, str) else msgspec.convert(held, Mapping)


async def mapped(run: ImportRun) -> MappedTable:
    """The file of an import that is open, read by its mapping. Raises Invalid where that is not whole yet, Conflict."""
    table = await read_file(await file_of(run), name=run.file_name)
    return MappedTable(table, target(run.target), _mapping(run))


def suggested_values(table: MappedTable) -> dict[str, dict[str, str]]:
    """The mapping's values, with a code for each word that is nearly one of ours."""
    values = {name: dict(of) for name, of in table.mapping.values.items()}
    for unknown in table.unknown():
        found = suggest_value(table.target.field(unknown.field), unknown.word)
        if found is not None and found.sure >= SURE_ENOUGH:
            values.setdefault(unknown.field, {}).setdefault(unknown.word, found.code)
    return values


async def confirm(*, by: User, run: ImportRun, mode: Mode, version: int) -> None:
    """Let an import begin, as a job. Raises Invalid where its mapping does not fit, Conflict where the same file is at work, Stale."""
    check_open(run)
    await mapped(run)
    await start(by=by, run=run, mode=mode, version=version)


async def start(*, by: User, run: ImportRun, mode: Mode, version: int, queued: bool = True) -> None:
    """Mark an import as at work; `queued`: a worker does it."""
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::bigint::text, 0))", by.agency)
        busy = "SELECT id FROM import_run WHERE agency = $1 AND target = $2 AND file_sha256 = $3 AND status = 'running'"
        if await DB.fetchval(busy, by.agency, run.target, run.file_sha256) is not None:
            raise Conflict("The same file is being brought in at this moment. Look at it in the list of imports.")
        await change(
            run, version, "status = 'running', mode = $3, confirmed_at = $4, confirmed_by = $5, confirmed_key = $6, confirmed_scope = $7",
            mode, clock.now(), by.id, by.key, by.scope, only="= 'open'",
        )  # fmt: skip
        await record(EventName.IMPORT_STARTED, by=by, subject=(SUBJECT, run.id), detail={"target": run.target, "mode": mode})
        if queued:
            await enqueue(JOB.name, once=f"import {run.id}", run=run.id)


async def cancel(*, by: User, run: ImportRun, version: int) -> None:
    """Stop an import: one that is not confirmed is let go of; one at work stops after the rows in hand, and what came in stays until it is undone.
    Raises Conflict for one that has ended, Stale."""
    if run.status not in ("open", "running"):
        raise Conflict("This import has ended already.")
    async with write_transaction():
        await change(run, version, "status = 'cancelled', file = NULL, ended_at = $3", clock.now(), only="IN ('open', 'running')")
        await record(EventName.IMPORT_CANCELLED, by=by, subject=(SUBJECT, run.id), detail={"target": run.target})


async def undo(*, by: User, run: ImportRun, version: int) -> int:
    """Take back every record that an import made, in one step; how many. Raises Conflict, with what stands on them, where something was built on one;
    Stale."""
    if run.status not in ("finished", "cancelled") or not run.made:
        raise Conflict("There is nothing of this import to take back.")
    async with write_transaction():
        now = clock.now()
        await change(run, version, "status = 'undone', undone_at = $3, undone_by = $4", now, by.id, only="IN ('finished', 'cancelled')")
        if standing := await standing_on(run.id, run.target):
            raise Conflict(f"This import can't be undone any more, because something was built on it. {'. '.join(standing)}.")
        people = await DB.fetchval(
            "SELECT coalesce(array_agg(DISTINCT person::bigint), '{}') FROM audit_entry a, "
            "jsonb_array_elements_text(a.detail::jsonb -> 'young_people') person WHERE a.event = ANY($1) AND a.subject_kind = $2 AND a.subject = $3",
            [EventName.IMPORT_BATCH.value, EventName.IMPORT_ANSWERED.value], SUBJECT, run.id,
        )  # fmt: skip
        taken = await take_back(run.id, run.target)
        await record(
            EventName.IMPORT_UNDONE, by=by, subject=(SUBJECT, run.id), detail={"target": run.target, "records": taken, "young_people": people}
        )
    return taken
