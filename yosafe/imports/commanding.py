"""An import from beginning to end in one process, for the command line: the file stays where it is. Killed and begun again it goes on."""

from pathlib import Path
from typing import NamedTuple

import msgspec

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid, NotFound, Refused
from yosafe.importing.kept import keep_mapping
from yosafe.importing.mapped import MappedTable, refused_csv
from yosafe.importing.mapping import Mapping, read_mapping
from yosafe.importing.reading import NOTHING_CHOSEN, Choice, Table

from . import access, actions, queries
from .running import COMMAND_LIMITS, Progress, bring_in, try_out
from .schemas import Mode, RunOut
from .tables import ImportRun
from .taking import Context
from .taking import Refused as Refusal
from .targets import target


class Asked(NamedTuple):
    """What the command line asks for."""

    target: str
    file: Path
    source: str
    mapping: Path | None
    choice: Choice = NOTHING_CHOSEN
    mode: Mode = "good"


async def check_agency(by: User, code: str) -> None:
    """Raise NotFound for a code that no agency has, Refused for another agency than the user's: everyone brings in for their own."""
    agency = await DB.fetchval("SELECT id FROM agency WHERE code = $1", code)
    if agency is None:
        raise NotFound("There is no agency with this code. `yosafe agency list` shows them.")
    if agency != by.agency:
        raise Refused(f"{by.email} works for another agency. Name someone who works for this one with --as.")


async def read(asked: Asked, *, by: User) -> MappedTable:
    """The file, read by the mapping that was named, or by what the agency keeps for its source, or by what its columns suggest.

    Raises Refused, Invalid.
    """
    access.check_can_import(by, asked.target)
    table = await actions.read_file(asked.file, limits=COMMAND_LIMITS, choice=asked.choice)
    mapping = await _mapping(asked, table, by)
    return MappedTable(table, target(asked.target), mapping)


async def _mapping(asked: Asked, table: Table, by: User) -> Mapping:
    if asked.mapping is None:
        return await actions.mapping_for(table, agency=by.agency, target_name=asked.target, source=asked.source)
    try:
        text = asked.mapping.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"{asked.mapping.name}: can't be read. Check the path, and that it is TOML in UTF-8.") from None
    return read_mapping(text, target(asked.target), file=asked.mapping.name)


async def dry_run(mapped: MappedTable, *, by: User, progress: Progress) -> tuple[RunOut, bytes]:
    """What would become of the file, and the rows that would be refused, to mend; nothing is written."""
    refused: list[Refusal] = []
    tried = await try_out(Context(by, mapped), progress=progress, refused=refused)
    done = RunOut(
        outcome="would_import", run=None, target=mapped.target.name, file=mapped.table.name, rows=mapped.table.row_count, made=tried.made,
        known=tried.known, refused=tried.refused, questions=tried.questions, faults=tried.faults, unknown=mapped.unknown(),
        warnings=list(mapped.table.warnings),
    )  # fmt: skip
    return done, refused_csv(mapped.table.columns, [(one.row.cells, one.faults) for one in refused])


async def whole(mapped: MappedTable, *, by: User, mode: Mode, progress: Progress) -> RunOut:
    """Bring the file in. An import of the same file that was cut off goes on; the mapping is kept for the next file of its source."""
    run = await _run_of(mapped, by=by, mode=mode)
    progress(await _before(run))
    await bring_in(run.id, context=Context(by, mapped), mode=run.mode or mode, progress=progress)
    return await outcome(run.id, mapped)


async def _run_of(mapped: MappedTable, *, by: User, mode: Mode) -> ImportRun:
    """The import that was cut off, or a new one at work. Raises Conflict where a worker is at it."""
    digest = bytes.fromhex(mapped.table.sha256)
    query = (
        "SELECT id, file IS NOT NULL AS queued, mapping FROM import_run WHERE agency = $1 AND target = $2 AND file_sha256 = $3 AND status = 'running'"
    )
    there = await DB.fetchrow(query, by.agency, mapped.target.name, digest)
    if there is not None:
        if there["queued"]:
            raise Conflict("A worker is bringing in this file at this moment. Look at it in the list of imports.")
        if msgspec.convert(there["mapping"], Mapping) != mapped.mapping:
            raise Conflict(f"Import {there['id']} of this file was cut off under another mapping. Go on with that one, or cancel it in the list.")
        return await access.get_run_for(by, there["id"])
    await keep_mapping(by=by, agency=by.agency, mapping=mapped.mapping)
    async with write_transaction():
        made = await actions.new_run(by=by, mapping=mapped.mapping, table=mapped.table, file=None)
        run = await access.get_run_for(by, made)
        await actions.start(by=by, run=run, mode=mode, version=run.version, queued=False)
    return await access.get_run_for(by, made)


async def _before(run: ImportRun) -> int:
    return int(await DB.fetchval("SELECT made + known + refused FROM import_run WHERE id = $1", run.id))


async def outcome(run: int, mapped: MappedTable) -> RunOut:
    """What became of an import."""
    row = await DB.fetchrow("SELECT status, made, known, refused FROM import_run WHERE id = $1", run)
    assert row is not None  # noqa: S101  # it was just written
    groups = await queries.refused_groups(run)
    questions = await DB.fetchval("SELECT count(*) FROM import_refusal WHERE run = $1 AND question", run)
    return RunOut(
        outcome=row["status"], run=run, target=mapped.target.name, file=mapped.table.name, rows=mapped.table.row_count,
        made=row["made"] if row["status"] != "refused" else 0, known=row["known"], refused=row["refused"], questions=questions, faults=groups,
        unknown=mapped.unknown() if row["refused"] else [], warnings=list(mapped.table.warnings),
    )  # fmt: skip


async def refused_of_run(run: int, *, by: User) -> bytes:
    """The refused rows of an import, to mend and send again."""
    return await queries.refused_rows(by, await access.get_run_for(by, run))
