"""Making the copy: rows are read from the one database, changed on the way, and written to the other. What is left out or replaced never gets there,
not even to be deleted again."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.audit.record import COLUMNS, Actor, EventName, entry, record
from yosafe.db.engine import DB, Engine, write_transaction
from yosafe.errors import Conflict
from yosafe.incidents.kinds import question_sets
from yosafe.reference.codes import code_lists
from yosafe.reference.establishments import establishments
from yosafe.reviews.minutes.rules import FORMAT, seal_of
from yosafe.welfare.instruments import instruments

from .classes import NAMES, Class, check_classed, classes
from .made_up import MadeUp, earlier
from .moving import Weeks

IN_PLACE = "That is the database itself. A copy goes into another database, which is empty, or into a folder of its own. Nothing was copied."
NOT_EMPTY = "There is something in that database already. Name an empty one, or a new folder. Nothing was copied."
KEPT_BY_UPGRADE = ("migration", "audit_head")
LOCK = 7_305_184_977  # any number, as long as it stays the same

_COLUMNS = """
    SELECT c.relname::text AS table_name, a.attname::text AS column_name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'migration'
        AND a.attgenerated = ''
    ORDER BY c.relname, a.attnum
"""
_KEYS = """
    SELECT con.conrelid::regclass::text AS table_name, a.attname::text AS column_name, con.confrelid::regclass::text AS target
    FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
    WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace ORDER BY 1, a.attnum
"""
_FILLED = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1) ORDER BY 1"
_TIES = """
    SELECT i.young_person AS first, j.young_person AS second FROM involvement i JOIN involvement j USING (incident)
    WHERE i.young_person < j.young_person
    UNION SELECT first, second FROM keep_apart UNION SELECT first, second FROM not_same
"""
_INCIDENTS = "SELECT incident AS id, min(young_person) AS young_person FROM involvement GROUP BY 1"
_USER_TRIGGERS = "SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY($1)"
_COUNTERS = """
    SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'id' AND a.attidentity <> ''
"""
# A joint review is about many: what it says of one moves with the review.
OF_MANY = ("review", "review_case")


class Copied(Struct, frozen=True, kw_only=True):
    """Rows by table; how many young people, and in how many groups their days moved."""

    rows: dict[str, int]
    young_people: int
    groups: int


class Key(Struct, frozen=True):
    column: str
    target: str


async def check_apart(to: Engine) -> None:
    """Raises Conflict where both engines are open on one database, by whatever address."""
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        async with to.transaction():
            if not await to.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
                raise Conflict(IN_PLACE)


async def check_empty(to: Engine) -> None:
    """Raises Conflict where anything is recorded there."""
    for row in await to.fetch(_FILLED, [*KEPT_BY_UPGRADE]):
        if await to.fetchval(f'SELECT EXISTS (SELECT FROM "{row["tablename"]}")'):
            raise Conflict(NOT_EMPTY)


async def scrub(to: Engine, *, by: Actor) -> Copied:
    """Copy the open database into another, which has the schema and nothing in it. All or nothing; both trails say so.

    Raises Conflict where the two are one, where the other is not empty, or where a column has no class.
    """
    await check_apart(to)
    await check_empty(to)
    async with to.transaction():
        async with write_transaction():
            await DB.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            check_classed([(row["table_name"], row["column_name"]) for row in await DB.fetch(_COLUMNS)])
            copied = await (await _begun(to)).copy_all()
        detail = {"tables": len(copied.rows), "rows": sum(copied.rows.values())}
        await to.copy_records("audit_entry", COLUMNS, [entry(EventName.DATABASE_SCRUBBED, by=by, detail=detail)])
        async with write_transaction():  # the copy is there only once the trail says so
            await record(EventName.DATABASE_SCRUBBED, by=by, detail=detail)
    return copied


async def _begun(to: Engine) -> "_Copying":
    key = secrets.token_bytes(32)
    young_people = [row["id"] for row in await DB.fetch("SELECT id FROM young_person")]
    weeks = Weeks(key, young_people, [(row["first"], row["second"]) for row in await DB.fetch(_TIES)])
    keys: dict[str, list[Key]] = {}
    for row in await DB.fetch(_KEYS):
        keys.setdefault(row["table_name"], []).append(Key(row["column_name"], row["target"]))
    copying = _Copying(to, MadeUp(key, taken=await _taken(), vocabulary=await _vocabulary()), weeks, keys)
    copying.weeks_of["young_person"] = {one: weeks.of(one) for one in young_people}
    copying.weeks_of["incident"] = {row["id"]: weeks.of(row["young_person"]) for row in await DB.fetch(_INCIDENTS)}
    return copying


async def _taken() -> set[str]:
    """Every word of every name, in small letters."""
    taken: set[str] = set()
    for table, column in classes().of(NAMES):
        for row in await DB.fetch(f'SELECT DISTINCT "{column}" AS name FROM "{table}" WHERE "{column}" IS NOT NULL'):
            taken |= set(row["name"].casefold().split())
    return taken


async def _vocabulary() -> set[str]:
    """What answers and minutes may say that nobody typed."""
    options = {
        option.value
        for sets in (question_sets(), instruments())
        for question_set in sets.sets
        for question in question_set.by_name.values()
        for option in question.options
    }
    codes = {code.code for one in code_lists().values() for code in one.codes}
    places = {text for place in establishments() for text in (place.code, place.name)}
    kept = await DB.fetch("SELECT name AS text FROM agency UNION SELECT indicator FROM flag UNION SELECT level FROM flag")
    return options | codes | places | {row["text"] for row in kept} | {FORMAT}


class _Copying:
    """A copy in hand. `weeks_of`: by table, the weeks of each row that others point at, where they are not those of all."""

    def __init__(self, to: Engine, made_up: MadeUp, weeks: Weeks, keys: Mapping[str, list[Key]]) -> None:
        self.to, self.made_up, self.weeks, self.keys = to, made_up, weeks, keys
        self.weeks_of: dict[str, dict[int, int]] = {}
        self.pointed_at = {key.target for found in keys.values() for key in found}

    async def copy_all(self) -> Copied:
        await self.to.execute("SET LOCAL statement_timeout = 0")
        tables = self._in_order()
        quiet = [row["name"] for row in await self.to.fetch(_USER_TRIGGERS, tables)]
        for table in quiet:  # they refuse rows that they did not see made
            await self.to.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        rows = {table: await self._copy(table) for table in tables}
        for table in quiet:
            await self.to.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        for row in await self.to.fetch(_COUNTERS):
            await self.to.execute(
                f"""SELECT setval(pg_get_serial_sequence('{row["name"]}', 'id'), max(id)) FROM "{row["name"]}" HAVING max(id) > 0"""
            )
        return Copied(rows=rows, young_people=rows["young_person"], groups=self.weeks.groups)

    def _in_order(self) -> list[str]:
        """Tables, those that are pointed at first."""
        waiting, done = dict.fromkeys(classes().columns), dict[str, None]()
        while waiting:
            ready = [t for t in waiting if all(key.target in done or key.target == t or key.target not in waiting for key in self.keys.get(t, []))]
            if not ready:
                raise RuntimeError(f"tables point at each other: {', '.join(waiting)}")
            for table in ready:
                done[table] = waiting.pop(table)
        return list(done)

    async def _copy(self, table: str) -> int:
        columns = classes().columns[table]
        order = "id" if "id" in columns else next(iter(columns))
        said = await self.to.copy_records(table, list(columns), self._rows(table, columns, order))  # type: ignore[arg-type]  # asyncpg takes it
        return int(said.split()[-1])

    async def _rows(self, table: str, columns: Mapping[str, Class], order: str) -> AsyncIterator[tuple[Any, ...]]:
        names = ", ".join(f'"{column}"' for column in columns)
        changes = [(column, self._change(one)) for column, one in columns.items()]
        held = self.weeks_of.setdefault(table, {}) if table in self.pointed_at and table not in ("young_person", "incident") else None
        async for row in DB.cursor(f'SELECT {names} FROM "{table}" ORDER BY "{order}"'):
            weeks = self._weeks(table, row)
            if held is not None and weeks != self.weeks.for_all:
                held[row["id"]] = weeks
            new: dict[str, Any] = {column: None if row[column] is None else change(row[column], weeks) for column, change in changes}
            for column, one in columns.items():
                if one is Class.SEAL:
                    new[column] = seal_of(new[next(of for of, other in columns.items() if other is Class.SEALED)])
            yield tuple(new.values())

    def _weeks(self, table: str, row: Mapping[str, Any]) -> int:
        """Of a joint review those of all; else of the young person; else of the first row that this one points at and that is about one."""
        keys = [key for key in self.keys.get(table, []) if key.target != table and row[key.column] is not None]
        if table in OF_MANY or (table != "review_request" and any(key.target in OF_MANY for key in keys)):
            return self.weeks.for_all
        if table in ("young_person", "incident"):
            return self.weeks_of[table].get(row["id"], self.weeks.for_all)
        ordered = sorted(keys, key=lambda key: key.target != "young_person")
        return next((weeks for key in ordered if (weeks := self.weeks_of.get(key.target, {}).get(row[key.column])) is not None), self.weeks.for_all)

    def _change(self, one: Class) -> Callable[[Any, int], Any]:
        made_up = self.made_up
        match one:
            case Class.PLAIN | Class.PSEUDONYMOUS | Class.SEAL:  # a seal is set when what it seals is there
                return lambda value, weeks: value
            case Class.DAY:
                return earlier
            case Class.BLANK:
                return lambda value, weeks: None
            case Class.ANSWERS:
                return made_up.answers
            case Class.SEALED:
                return self._sealed
            case _:
                change: Callable[[str], str] = getattr(made_up, one.value)
                return lambda value, weeks: change(value)

    def _sealed(self, value: str, weeks: int) -> str:
        return msgspec.json.encode(self.made_up.answers(msgspec.json.decode(value), weeks)).decode()
