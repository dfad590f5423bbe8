"""An import at work: batch after batch, each one transaction with its audit entry and the position in the file; or all of them in one."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from yosafe import clock, errors
from yosafe.accounts.access import who_asked
from yosafe.audit.record import Actor, EventName, Operator, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict
from yosafe.importing.mapped import MappedRow, MappedTable
from yosafe.importing.mapping import Mapping
from yosafe.importing.reading import MEBIBYTE, Limits, read_table
from yosafe.jobs.registry import GiveUp, Job, Payload

from .access import check_can_import
from .schemas import Tried
from .taking import Context, Refused, Taken, kept_question, take
from .targets import target
from .trying import Tally
from .writers import WRITERS

BATCH = 1_000
TRIED = 250  # at a time, where someone waits for what would come of it
WEB_LIMITS = Limits(size=10 * MEBIBYTE, rows=100_000)
COMMAND_LIMITS = Limits(size=1024 * MEBIBYTE, rows=2_000_000)
SUBJECT = "import"
_ROW_COLUMNS = ("run", "agency", "target", "key", "content", "row_number", "subject", "linked")
_REFUSAL_COLUMNS = ("run", "row_number", "cells", "faults", "question", "said")

Progress = Callable[[int], None]


class Position(NamedTuple):
    """Where an import stands."""

    run: int
    position: int


class _TakenBack(Exception):
    """All or nothing, and something was refused or it was cancelled: the transaction takes back what was written."""


def batches(table: MappedTable, after: int, many: int) -> Iterator[list[MappedRow]]:
    """The rows of a file from after a position on, some at a time."""
    rows = table.rows(after=after)
    while batch := list(islice(rows, many)):
        yield batch


async def each_batch(table: MappedTable, after: int, many: int | None = None) -> Any:
    """The same, read in a thread: other work goes on meanwhile."""
    found = batches(table, after, many or BATCH)
    while batch := await asyncio.to_thread(next, found, None):
        yield batch


async def bring_in(run: int, *, context: Context, mode: str, progress: Progress = lambda done: None) -> None:
    """Take an import from where it stands to its end. Where it was cancelled meanwhile it stops. Raises Conflict where another process is at it."""
    position = await DB.fetchval("SELECT position FROM import_run WHERE id = $1", run)
    if mode == "all":
        await _all_or_nothing(run, context, progress)
        return
    async for rows in each_batch(context.table, position):
        async with write_transaction():
            if not await _goes_on(Position(run, position)):
                return
            taken = await take(context, rows, WRITERS[context.table.target.name])
            await _keep(run, context, rows, taken)
        position = rows[-1].number
        progress(len(rows))
    async with write_transaction():
        if await _goes_on(Position(run, position)):
            await end(run, "finished", by=context.by)


async def _all_or_nothing(run: int, context: Context, progress: Progress) -> None:
    """One transaction for the whole file, or none: then the refused rows are kept, and nothing else."""
    refused: list[Refused] = []
    try:
        async with write_transaction():
            async for rows in each_batch(context.table, 0):
                taken = await take(context, rows, WRITERS[context.table.target.name])
                refused += taken.refused
                await _keep(run, context, rows, Taken(made=taken.made, known=taken.known))
                progress(len(rows))
            if refused or not await _running(run):
                raise _TakenBack
            await end(run, "finished", by=context.by)
    except _TakenBack:
        async with write_transaction():
            if await _running(run):
                await _keep_refused(run, refused)
                await DB.execute("UPDATE import_run SET refused = $2 WHERE id = $1", run, len(refused))
                await end(run, "refused", by=context.by)


async def _running(run: int) -> bool:
    """Whether it has not been cancelled, holding it."""
    return bool(await DB.fetchval("SELECT status = 'running' FROM import_run WHERE id = $1 FOR UPDATE", run))


async def _goes_on(at: Position) -> bool:
    """Whether it has not been cancelled. Holds it. Raises Conflict where it is not where this process left it."""
    row = await DB.fetchrow("SELECT status, position, agency FROM import_run WHERE id = $1 FOR UPDATE", at.run)
    if row is None or row["status"] != "running":
        return False
    if row["position"] != at.position:
        raise Conflict("Another process is bringing in this file. Look at it in the list of imports.")
    await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::bigint::text, 0))", row["agency"])
    return True


async def _keep(run: int, context: Context, rows: Sequence[MappedRow], taken: Taken) -> None:
    """What became of a batch, with the position after it and its audit entry."""
    agency, name = context.by.agency, context.table.target.name
    await DB.copy_records(
        "import_row", _ROW_COLUMNS,
        [(run, agency, name, one.keyed.key, one.keyed.content, one.keyed.row.number, one.subject, False) for one in taken.made],
    )  # fmt: skip
    await _keep_refused(run, taken.refused)
    await DB.execute(
        "UPDATE import_run SET position = $2, made = made + $3, known = known + $4, refused = refused + $5 WHERE id = $1",
        *(run, rows[-1].number, len(taken.made), taken.known, len(taken.refused)),
    )
    if taken.made:
        people = sorted({person for one in taken.made for person in one.young_people})
        detail = {"target": name, "rows": len(taken.made), "young_people": people}
        await record(EventName.IMPORT_BATCH, by=context.by, subject=(SUBJECT, run), detail=detail)


async def _keep_refused(run: int, refused: Sequence[Refused]) -> None:
    if refused:
        rows = [
            (
                run, one.row.number, one.row.cells, msgspec.to_builtins(list(one.faults)), one.question is not None,
                one.question and kept_question(one.question),
            )
            for one in refused
        ]  # fmt: skip
        await DB.copy_records("import_refusal", _REFUSAL_COLUMNS, rows)


async def end(run: int, status: str, *, by: Actor, fault: str | None = None) -> None:
    """Mark an import as ended, and let go of its file: what it said is in the records now, or in the refused rows. `fault`: why it did not go on."""
    ended = "UPDATE import_run SET status = $2, ended_at = $3, fault = $4, file = NULL, version = version + 1 WHERE id = $1"
    await DB.execute(ended, run, status, clock.now(), fault)
    await record(EventName.IMPORT_ENDED, by=by, subject=(SUBJECT, run), detail={"status": status})


async def try_out(
    context: Context, *, seconds: float | None = None, progress: Progress = lambda done: None, refused: list[Refused] | None = None
) -> Tried:
    """What would become of the rows: each batch is written and taken back at once. With `seconds`, of as many as can be tried in that time. `refused`
    is added to."""
    tally, until = Tally(), None if seconds is None else asyncio.get_running_loop().time() + seconds
    async for rows in each_batch(context.table, 0, None if seconds is None else TRIED):
        if until is not None and asyncio.get_running_loop().time() > until:
            return tally.tried(whole=False)
        try:
            async with write_transaction():
                taken = await take(context, rows, WRITERS[context.table.target.name])
                tally.add(len(rows), taken)
                if refused is not None:
                    refused += taken.refused
                raise _TakenBack
        except _TakenBack:
            progress(len(rows))
    return tally.tried(whole=True)


_CONFIRMED = """
    SELECT status, mode, mapping, file, file_name, confirmed_by, confirmed_key, confirmed_scope, target FROM import_run WHERE id = $1
"""


async def _do(payload: Payload) -> None:
    """The job: an import that was confirmed on a page or by API. Taken up again after a worker's death, it goes on where it was."""
    row = await DB.fetchrow(_CONFIRMED, payload["run"])
    if row is None or row["status"] != "running":
        return
    try:
        by = await who_asked(row["confirmed_by"], row["confirmed_key"], row["confirmed_scope"])
        check_can_import(by, row["target"])
    except errors.Refused as refusal:
        async with write_transaction():
            if await _running(payload["run"]):
                await end(payload["run"], "cancelled", by=Operator("system"), fault=str(refusal))
        raise GiveUp("whoever confirmed it may not import any more") from None
    table = await asyncio.to_thread(read_table, row["file"], name=row["file_name"], limits=WEB_LIMITS)
    mapped = MappedTable(table, target(row["target"]), msgspec.convert(row["mapping"], Mapping))
    await bring_in(payload["run"], context=Context(by, mapped), mode=row["mode"])


JOB = Job(name="import-run", about="Brings in a file of records that someone confirmed", run=_do)
