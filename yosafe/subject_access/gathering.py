"""Everything that the registry finds of one young person, row by row: what is given, and what is held back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.trail_words import PREFIXES
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, either, every
from yosafe.refs import ref
from yosafe.scrubbing.classes import Class

from .held import ABOUT_SOMEBODY, HELD, OWN_TABLES, WRITTEN, Held, Reason, check_known, class_of
from .names import Names, names_for, texts_in

NOT_SAID = frozenset({"id", "version", "young_person", "restricted"})  # that one is not restricted would say that others are
_OWN_ROLES = ("harmed", "hurt_self", "complainant", "concerned")

_KEYS = """
    SELECT con.conrelid::regclass::text AS table_name, a.attname::text AS column_name, con.confrelid::regclass::text AS target
    FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = ANY(con.conkey)
    WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
_COLUMNS = """
    SELECT c.relname::text AS table_name, a.attname::text AS column_name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
"""
# Incidents in which nobody else was the one who was hurt, who complained or whom it was about.
_OWN_INCIDENTS = "SELECT incident FROM involvement WHERE role = ANY($2) GROUP BY incident HAVING bool_and(young_person = $1)"


class Answer(Struct, frozen=True, kw_only=True):
    """A column of a row: its value, or why it is held back. `names_out`: somebody's name was taken out of it."""

    column: str
    value: Any = None
    withheld: Reason | None = None
    names_out: bool = False


class Record(Struct, frozen=True, kw_only=True):
    """A row; one that is `withheld` has no answers."""

    number: int
    answers: tuple[Answer, ...] = ()
    withheld: Reason | None = None


class Section(Struct, frozen=True, kw_only=True):
    table: str
    title: str
    records: tuple[Record, ...]


class Decided(Struct, frozen=True, kw_only=True):
    """What somebody decided of a record, or of one `field` of it: held back for a reason; with no `withheld`, given."""

    kind: str
    number: int
    field: str | None
    withheld: Reason | None


Rows = dict[str, list[Mapping[str, Any]]]


async def gather(young_person: int, decided: Iterable[Decided] = ()) -> list[Section]:
    """All of it, in the order of the registry, tables without a row left out, with what was `decided` of some. To be called in a transaction.

    Raises Conflict where the database has a table or a column that the registry does not know."""
    keys = [(row["table_name"], row["column_name"], row["target"]) for row in await DB.fetch(_KEYS)]
    check_known(keys, [(row["table_name"], row["column_name"]) for row in await DB.fetch(_COLUMNS)])
    rows = await _found(young_person)
    own = {row["incident"] for row in await DB.fetch(_OWN_INCIDENTS, young_person, [*_OWN_ROLES])}
    agencies = {row["id"]: row["name"] for row in await DB.fetch("SELECT id, name FROM agency")}
    names = await names_for(young_person, _written(rows), _named(rows), _refs(rows))
    decisions = {(one.kind, one.number, one.field): one.withheld for one in decided}
    reading = _Reading(rows, {(table, column): target for table, column, target in keys}, own, agencies, names, decisions)
    return [
        Section(table=held.table, title=held.title, records=tuple(reading.record(held, row) for row in rows[held.table]))
        for held in HELD
        if rows[held.table]
    ]


def _reader(young_person: int) -> User:
    """Someone who sees all of one record but what is restricted: as a record that was opened in an emergency shows. Not an account."""
    return User(
        id=0, email="", name="", role=Role.YOT_WORKER, agency=0, agency_kind=AgencyKind.YOT, agency_name="", area=None, establishment=None,
        opened=(young_person,),
    )  # fmt: skip


async def _found(young_person: int) -> Rows:
    reader, rows = _reader(young_person), Rows()
    for held in HELD:
        ways = []
        for via in held.via:
            numbers = [young_person] if via.table == "young_person" else [row[via.of] for row in rows[via.table]]
            ways.append(Sql(f"t.{via.column} = ANY({{}}::bigint[])", numbers))
        also = [held.also(reader, young_person)] if held.also else []
        query = Sql(f"SELECT t.* FROM {held.table} t WHERE {{}} ORDER BY t.id", every([either(ways), *also]))
        rows[held.table] = [dict(row) for row in await DB.fetch(*query.parts())]
    return rows


def _written(rows: Rows) -> Iterable[str]:
    for table, found in rows.items():
        for row in found:
            for column, value in row.items():
                if class_of(table, column) in WRITTEN:
                    yield from texts_in(_json(value))


def _named(rows: Rows) -> Iterable[str]:
    """Whoever the records name in a place of its own."""
    for table, found in rows.items():
        for row in found:
            for column, value in row.items():
                if class_of(table, column) is Class.PERSON and value:
                    yield from texts_in(value)


def _refs(rows: Rows) -> set[str]:
    return {ref(PREFIXES[table], row["id"]) for table, found in rows.items() if table in PREFIXES for row in found}


def _json(value: Any) -> Any:
    """jsonb as Piccolo's columns may have left it: a text that is JSON."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


class _Reading:
    """What becomes of each column of each row."""

    def __init__(
        self, rows: Rows, keys: Mapping[tuple[str, str], str], own: set[int], agencies: Mapping[int, str], names: Names,
        decisions: Mapping[tuple[str, int, str | None], Reason | None],
    ) -> None:  # fmt: skip
        self._keys, self._own, self._agencies, self._names, self._decisions = keys, own, agencies, names, decisions
        self._numbers = {table: {row["id"] for row in found} for table, found in rows.items()}

    def record(self, held: Held, row: Mapping[str, Any]) -> Record:
        of_another = held.own is not None and row[held.own] not in self._own
        whole = held.withheld or (Reason.THIRD_PARTY if of_another and not held.own_columns else None)
        if (withheld := self._decisions.get((held.table, row["id"], None), whole)) is not None:
            return Record(number=row["id"], withheld=withheld)
        answers = []
        for column, value in row.items():
            if column in NOT_SAID or value is None or value in ("", [], {}):
                continue
            if (decided := self._decisions.get((held.table, row["id"], column))) is not None:
                answers.append(Answer(column=column, withheld=decided))
            elif of_another and column in held.own_columns:
                answers.append(Answer(column=column, withheld=Reason.THIRD_PARTY))
            elif column in held.columns and (of_another or value != "young_person"):
                answers.append(Answer(column=column, withheld=held.columns[column]))
            elif (answer := self._answer(held.table, column, value)) is not None:
                answers.append(answer)
        return Record(number=row["id"], answers=tuple(answers))

    def _answer(self, table: str, column: str, value: Any) -> Answer | None:
        """None for the number of a record that is no part of this."""
        target = self._keys.get((table, column))
        if target == "user_account":
            return Answer(column=column, withheld=Reason.STAFF)
        if target == "agency":
            return Answer(column=column, value=self._agencies[value])
        if target == "young_person" or (target in self._numbers and value not in self._numbers[target]):
            return None
        kind = class_of(table, column)
        if table not in OWN_TABLES and (kind in ABOUT_SOMEBODY or kind is Class.NUMBER):
            return Answer(column=column, withheld=Reason.THIRD_PARTY)
        if kind in WRITTEN:
            typed = _json(value)
            told = self._names.out_of(typed)
            return Answer(column=column, value=told, names_out=told != typed)
        return Answer(column=column, value=_plain(value))


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value
