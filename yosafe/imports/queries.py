"""Reads of imports: the list, one of them, what a file says before it is confirmed, and the rows that were refused."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from itertools import islice
from typing import Any

import msgspec

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Instant
from yosafe.db.sql import Sql, every
from yosafe.errors import Invalid
from yosafe.importing.mapped import Fault, FaultGroup, MappedTable, Unknown, refused_csv
from yosafe.importing.mapping import Mapping
from yosafe.importing.suggesting import Suggestion, suggest_columns
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place, ranked, sort
from yosafe.settings import Terminology

from . import access, actions
from .running import SUBJECT, try_out
from .schemas import STATUS_WORDS, PreviewOut, RecordsImportOut
from .tables import ImportRun
from .taking import Context
from .targets import TITLES, target

FIRST_ROWS = 20
TRY_SECONDS = 5.0  # as long as someone waits for a page
_FIELDS = (
    "r.id, r.target, r.mapping, r.file_name, r.file_sha256, r.mode, r.status, r.row_count, r.position, r.made, r.known, r.refused, r.uploaded_at, "
    "u.name AS by_name, r.ended_at, r.fault, r.undone_at, r.version"
)


class Imports(Listed[Nothing, RecordsImportOut]):
    """The imports of someone's agency, the latest first. It names no young person."""

    id = "imports"
    noun = ("import", "imports")
    tie = "r.id"
    permission = access.IMPORT

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return _columns()

    def default(self, wanted: Nothing) -> str:
        return "-sent"

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        mine = Sql("r.agency = {} AND r.target = ANY({})", viewer.agency, access.importable(viewer))
        return Sql(
            f"SELECT {_FIELDS} {{}} FROM import_run r JOIN user_account u ON u.id = r.uploaded_by WHERE {{}} ORDER BY {{}} LIMIT {{}}",
            place.columns, every([mine, place.after()]), place.order(), limit,
        )  # fmt: skip

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[RecordsImportOut]:
        return [_described(row) for row in rows]


def _columns() -> list[Column]:
    return [
        Column(
            id="file", title="File", sort=sort("r.file_name", kinds=[str]),
            cells=(("File", lambda one, _: one.file), ("Import (number)", lambda one, _: one.id), ("Source", lambda one, _: one.source)),
        ),
        Column(
            id="target", title="What", sort=ranked("r.target", TITLES),
            cells=(("What", lambda one, _: TITLES[one.target]), ("What (code)", lambda one, _: one.target)),
        ),
        Column(
            id="status", title="State", sort=ranked("r.status", STATUS_WORDS),
            cells=(("State", lambda one, _: STATUS_WORDS[one.status]), ("State (code)", lambda one, _: one.status)),
        ),
        Column(id="rows", title="Rows", number=True, down=True, sort=sort("r.row_count", kinds=[int]), cells=(("Rows", lambda one, _: one.rows),)),
        Column(
            id="made", title="Came in", number=True, down=True, sort=sort("r.made", kinds=[int]),
            cells=(("Came in", lambda one, _: one.made), ("Known already", lambda one, _: one.known)),
        ),
        Column(
            id="refused", title="Refused", number=True, down=True, sort=sort("r.refused", kinds=[int]),
            cells=(("Refused", lambda one, _: one.refused),),
        ),
        Column(
            id="sent", title="Sent", down=True, sort=sort("r.uploaded_at", kinds=[Instant]),
            cells=(("Sent", lambda one, _: one.uploaded_at), ("Sent by", lambda one, _: one.uploaded_by)),
        ),
    ]  # fmt: skip


IMPORTS = Imports()


def _described(row: Any) -> RecordsImportOut:
    mapping = msgspec.convert(row["mapping"], Mapping)
    return RecordsImportOut(
        id=row["id"], target=row["target"], source=mapping.source, file=row["file_name"], sha256=bytes(row["file_sha256"]).hex(),
        status=row["status"], mode=row["mode"], rows=row["row_count"], position=row["position"], made=row["made"], known=row["known"],
        refused=row["refused"], uploaded_at=row["uploaded_at"], uploaded_by=row["by_name"], ended_at=row["ended_at"], fault=row["fault"],
        undone_at=row["undone_at"], mapping=mapping, version=row["version"],
    )  # fmt: skip


async def the_import(run: ImportRun) -> RecordsImportOut:
    """An import that was loaded for a viewer."""
    query = f"SELECT {_FIELDS} FROM import_run r JOIN user_account u ON u.id = r.uploaded_by WHERE r.id = $1"
    return _described(await DB.fetchrow(query, run.id))


async def columns_of(run: ImportRun) -> list[str]:
    """The columns of its file."""
    columns: list[str] = await DB.fetchval("SELECT columns FROM import_run WHERE id = $1", run.id)
    return columns


async def suggested(run: ImportRun) -> list[Suggestion]:
    """The columns of a file that is open, with some of their values and what each may be. Raises Conflict."""
    table = await actions.read_file(await actions.file_of(run), name=run.file_name)
    return await asyncio.to_thread(suggest_columns, target(run.target), table)


async def unknown_of(run: ImportRun) -> list[Unknown]:
    """The words of a file that is open which its mapping does not know; none while it can't be read by it. Raises Conflict."""
    try:
        mapped = await actions.mapped(run)
    except Invalid:
        return []
    return await asyncio.to_thread(mapped.unknown)


async def preview(viewer: User, run: ImportRun) -> PreviewOut:
    """What a file that is open says through its mapping, and what would become of its rows; that they were shown is noted. Raises Conflict."""
    table = await actions.read_file(await actions.file_of(run), name=run.file_name)
    mapping = (await the_import(run)).mapping
    suggested = await asyncio.to_thread(suggest_columns, target(run.target), table)
    await record_read(EventName.IMPORT_READ, by=viewer, subject=(SUBJECT, run.id), detail={"page": "preview"})
    columns = [_with_chosen(one, mapping) for one in suggested]
    try:
        mapped = MappedTable(table, target(run.target), mapping)
    except Invalid as refusal:
        missing = [error.message.removeprefix(f"{table.name}: ") for error in refusal.errors]
        return PreviewOut(columns=columns, unknown=[], missing=missing, warnings=list(table.warnings), first_rows=[], tried=None)
    first = [_shown(row.number, row.values) for row in islice(mapped.rows(), FIRST_ROWS)]
    return PreviewOut(
        columns=columns, unknown=await asyncio.to_thread(mapped.unknown), missing=[], warnings=list(table.warnings), first_rows=first,
        tried=await try_out(Context(viewer, mapped), seconds=TRY_SECONDS),
    )  # fmt: skip


def _with_chosen(one: Suggestion, mapping: Mapping) -> Suggestion:
    """A column with the field that the mapping gives it: its reason stands where that is what was suggested."""
    chosen = mapping.columns.get(one.column)
    kept = chosen == one.field
    return Suggestion(column=one.column, samples=one.samples, field=chosen, sure=one.sure if kept else 0.0, why=one.why if kept else "")


def _shown(number: int, values: dict[str, Any]) -> dict[str, Any]:
    return {"row": number, **{name: value.isoformat() if isinstance(value, dt.date | dt.time) else value for name, value in values.items()}}


async def refused_rows(viewer: User, run: ImportRun) -> bytes:
    """The refused rows of an import as a file to mend and send again; that they were taken out is noted."""
    rows = await DB.fetch("SELECT row_number, cells, faults FROM import_refusal WHERE run = $1 ORDER BY row_number", run.id)
    await record_read(EventName.IMPORT_READ, by=viewer, subject=(SUBJECT, run.id), detail={"page": "refused rows", "rows": len(rows)})
    return refused_csv(await columns_of(run), [(row["cells"], msgspec.convert(row["faults"], list[Fault])) for row in rows])


async def refused_groups(run: int) -> list[FaultGroup]:
    """The faults of the refused rows, by kind."""
    rows = await DB.fetch(
        """
        SELECT f.fault ->> 'column' AS "column", f.fault ->> 'reason' AS reason, f.fault ->> 'remedy' AS remedy, count(*) AS rows,
            (array_agg(r.row_number ORDER BY r.row_number))[1:20] AS first_rows
        FROM import_refusal r, jsonb_array_elements(r.faults) AS f (fault) WHERE r.run = $1 GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 1, 2 LIMIT 50
        """,
        run,
    )
    return [FaultGroup(**dict(row)) for row in rows]
