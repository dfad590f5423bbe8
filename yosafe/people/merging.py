"""How one record is moved into another so that it can be undone: each row that changes is kept as it was. What there is to move each feature says
(`Holding`, registered in yosafe/composition.py); a test in tests/code finds a foreign key to young_person that nobody declared."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql

Rows = Callable[[User, int], Sql]


class Merging(Struct, frozen=True, kw_only=True):
    """A merge in hand, inside its transaction. Names of tables and columns come from code only."""

    id: int
    kept: int
    merged: int

    async def change(self, table: str, column: str, rows: Iterable[int], value: Any) -> None:
        """Give one column of some rows a value: a text, a number, a day, true or false, None."""
        await DB.execute(
            f"""
            WITH was AS (SELECT id, to_jsonb({column}) AS old FROM {table} WHERE id = ANY($2::bigint[]) ORDER BY id FOR UPDATE),
            now AS (
                UPDATE {table} t SET {column} = (jsonb_populate_record(NULL::{table}, jsonb_build_object('{column}', $3::jsonb))).{column}
                FROM was WHERE t.id = was.id AND was.old IS DISTINCT FROM $3::jsonb RETURNING t.id, was.old, to_jsonb(t.{column}) AS new
            )
            INSERT INTO record_merge_row (record_merge, change, table_name, row_id, column_name, old, new)
            SELECT $1, 'changed', '{table}', id::text, '{column}', old, new FROM now ORDER BY id
            """,
            *(self.id, list(rows), _as_json(value)),
        )

    async def move(self, table: str, column: str) -> None:
        """Everything that names the merged record names the kept one."""
        rows = await DB.fetch(f"SELECT id FROM {table} WHERE {column} = $1", self.merged)
        await self.change(table, column, [row["id"] for row in rows], self.kept)

    async def set_aside(self, table: str, rows: Iterable[int]) -> None:
        """Take rows out, with all that they held kept for the undoing. Nothing may point at them any more."""
        await DB.execute(
            f"""
            WITH gone AS (DELETE FROM {table} WHERE id = ANY($2::bigint[]) RETURNING *)
            INSERT INTO record_merge_row (record_merge, change, table_name, row_id, old)
            SELECT $1, 'set_aside', '{table}', gone.id::text, to_jsonb(gone) FROM gone ORDER BY gone.id
            """,
            *(self.id, list(rows)),
        )

    async def added(self, table: str, row: int) -> None:
        """Note a row that exists because of the merge."""
        await DB.execute(
            "INSERT INTO record_merge_row (record_merge, change, table_name, row_id) VALUES ($1, 'added', $2, $3)", *(self.id, table, str(row))
        )

    async def instead(self, table: str, gone: int, stays: int) -> None:
        """Let every row that points at one row of a table point at another, and set the one aside."""
        for row in await DB.fetch(_POINTING, table):
            pointing, column = row["pointing"], row["column_name"]
            at_it = await DB.fetch(f"SELECT id FROM {pointing} WHERE {column} = $1", gone)
            await self.change(pointing, column, [one["id"] for one in at_it], stays)
        await self.set_aside(table, [gone])


_POINTING = """
    SELECT con.conrelid::regclass::text AS pointing, a.attname::text AS column_name
    FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
    WHERE con.contype = 'f' AND con.confrelid = to_regclass($1) ORDER BY 1, 2
"""


def _as_json(value: Any) -> Any:
    """A value as the engine binds it for jsonb: texts and None as the JSON that they are, for a bare text passes as JSON already made."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return value


class Holding(Struct, frozen=True, kw_only=True):
    """Rows that name a young person and go where the record goes.

    `called` is what one is in words, and `several` what more are, where an "s" is not enough. `rows(viewer, young_person)` are the numbers of those
    that a viewer, who sees the young person, may know of. `makes_room` settles, before the rows move, what can't stand twice in one record, through
    the Merging, so that undoing restores it.
    `belongs_to` (column, table) points at a row of another holding, with which these rows go; `by_subject` says that their subject does.
    `unless` holds conditions on a row `t`, by "table.column" or "table", under which what the merge changed or added there stays when it is undone.
    `lock` is that of whoever changes these rows for everyone at once; it is taken first. `settles` runs at the end of an undoing: it unties what was
    recorded since, and returns references of what can't be taken apart.
    """

    table: str
    column: str = "young_person"
    called: str
    several: str | None = None
    rows: Rows
    makes_room: Callable[[Merging], Awaitable[None]] | None = None
    lock: int | None = None
    belongs_to: tuple[str, str] | None = None
    by_subject: bool = False
    unless: dict[str, str] = {}
    settles: Callable[[Merging], Awaitable[list[str]]] | None = None


_HOLDINGS: dict[tuple[str, str], Holding] = {}
# Foreign keys to young_person that stay as they are when records are merged: none. Whoever adds one says why here.
LEFT_AS_THEY_ARE: dict[tuple[str, str], str] = {}


def register_holding(holding: Holding) -> None:
    """Called once for each, in yosafe/composition.py, in the order in which rows move."""
    _HOLDINGS[holding.table, holding.column] = holding


def holdings() -> tuple[Holding, ...]:
    """All of them. Raises RuntimeError in a process that has not put the features together: it would move nothing and believe that it had."""
    if not _HOLDINGS:
        raise RuntimeError("import yosafe.composition before records are merged")
    return tuple(_HOLDINGS.values())


async def wait_for_all() -> None:
    """Hold back whoever changes rows of everybody, before any row is held: two who wait for each other would both be turned away."""
    for one in holdings():
        if one.lock is not None:
            await DB.execute("SELECT pg_advisory_xact_lock($1)", one.lock)


async def marks() -> dict[str, int]:
    """The highest number in each table: what has a higher one was recorded later."""
    return {one.table: await DB.fetchval(f"SELECT coalesce(max(id), 0) FROM {one.table}") for one in holdings()}


async def take_apart(merging: Merging) -> None:
    """Put every row back that has not been changed since. What was recorded since stays, but for what belongs to a record that goes back."""
    await _insert(merging, "young_person")
    for one in holdings():
        await _change_back(merging, one.table, one.column)
    for table in dict.fromkeys(one.table for one in holdings()):
        await _insert(merging, table)
    rows = await DB.fetch(
        "SELECT DISTINCT table_name, column_name FROM record_merge_row WHERE record_merge = $1 AND change = 'changed' ORDER BY 1, 2", merging.id
    )
    for row in rows:
        if (row["table_name"], row["column_name"]) not in _HOLDINGS:
            await _change_back(merging, row["table_name"], row["column_name"])
    for one in holdings():
        await _follow(merging, one)
    for row in await DB.fetch("SELECT table_name, row_id FROM record_merge_row WHERE record_merge = $1 AND change = 'added'", merging.id):
        table = row["table_name"]
        await DB.execute(f"DELETE FROM {table} t WHERE id = $1 AND NOT ({_unless(table)})", int(row["row_id"]))


def _unless(what: str) -> str:
    return next((one.unless[what] for one in holdings() if what in one.unless), "false")


async def _insert(merging: Merging, table: str) -> None:
    """Rows that were set aside stand again, as they were."""
    await DB.execute(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, r.old)).* FROM record_merge_row r "
        "WHERE r.record_merge = $1 AND r.change = 'set_aside' AND r.table_name = $2 ORDER BY r.id",
        *(merging.id, table),
    )


async def _change_back(merging: Merging, table: str, column: str) -> None:
    """The old value, where the new one still stands."""
    await DB.execute(
        f"""
        UPDATE {table} t SET {column} = (jsonb_populate_record(NULL::{table}, jsonb_build_object('{column}', r.old))).{column}
        FROM record_merge_row r
        WHERE r.record_merge = $1 AND r.change = 'changed' AND r.table_name = $2 AND r.column_name = $3
            AND t.id = r.row_id::{_TYPE.get(table, "bigint")} AND to_jsonb(t.{column}) IS NOT DISTINCT FROM r.new
            AND NOT ({_unless(f"{table}.{column}")})
        """,
        *(merging.id, table, column),
    )


_TYPE = {"draft": "uuid"}  # of the keys that are no numbers


async def _follow(merging: Merging, one: Holding) -> None:
    """Rows recorded since that belong to a record which goes back, go with it."""
    if one.belongs_to:
        column, owner = one.belongs_to
        await DB.execute(
            f"UPDATE {one.table} t SET {one.column} = $2 FROM {owner} o WHERE o.id = t.{column} AND t.{one.column} = $1 AND o.young_person = $2",
            *(merging.kept, merging.merged),
        )
    if one.by_subject:
        for owner, column in ((held.table, held.column) for held in holdings() if not held.by_subject):
            await DB.execute(
                f"UPDATE {one.table} t SET {one.column} = $2 FROM {owner} o "
                f"WHERE t.subject_kind = '{owner}' AND o.id = t.subject AND t.{one.column} = $1 AND o.{column} = $2",
                *(merging.kept, merging.merged),
            )
