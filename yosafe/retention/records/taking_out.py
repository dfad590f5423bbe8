"""Taking one young person out of what stays: names and references in texts of others' records, their words in a shared incident, their case in locked
minutes, and traces that hold copies."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from yosafe.db.engine import DB
from yosafe.imports.targets import ASSESSMENTS, INCIDENTS, PEOPLE, PLACEMENTS
from yosafe.people.hiding import Hidden
from yosafe.refs import ref
from yosafe.reviews.minutes.rules import seal_of
from yosafe.scrubbing.classes import Class, classes

SOMEBODY = "a young person whose record was destroyed"
SAID = "What was said was destroyed with the record of whoever said it."
TEXTS = frozenset({Class.WORDS, Class.LABEL, Class.PERSON, Class.ANSWERS})
# Texts in tables that copies for training leave out, whose columns have no class.
ALSO = {"evidence_file": ("caption", "taken_by", "withdrawn_reason"), "survey_comment": ("words", "marked_because", "done", "done_by")}
# Names of their own, and minutes, which have a way of their own.
NOT_TEXTS = frozenset({"young_person", "other_name", "user_account", "destruction", "review_minutes"})
# Of an incident that stays, `child_said` is the word of those who were hurt or complained: theirs alone, where nobody else was.
_OWN_WORDS = """
    SELECT i.id FROM incident i JOIN involvement v ON v.incident = i.id
    WHERE i.id = ANY($2::bigint[]) AND v.role IN ('harmed', 'hurt_self', 'complainant', 'concerned') AND i.child_said IS NOT NULL
    GROUP BY i.id HAVING bool_and(v.young_person = $1) ORDER BY i.id
"""
_NAMES = """
    SELECT family_name, given_names, known_as FROM young_person WHERE id = $1
    UNION ALL SELECT family_name, given_names, NULL FROM other_name WHERE young_person = $1
"""
# Whoever shares an incident with them: of two brothers the family name stays.
_OTHERS = """
    SELECT yp.family_name, yp.given_names, yp.known_as FROM young_person yp WHERE yp.id <> $1 AND EXISTS (
        SELECT FROM involvement a JOIN involvement b USING (incident) WHERE a.young_person = $1 AND b.young_person = yp.id)
"""
# Somebody else with the same names: then a full name in a text may be theirs, and stays.
_NAMESAKE = """
    SELECT EXISTS (SELECT FROM young_person WHERE id <> $1 AND lower(family_name) = lower($2) AND lower($3) IN (lower(given_names), lower(known_as)))
        OR EXISTS (SELECT FROM other_name WHERE young_person <> $1 AND lower(family_name) = lower($2) AND lower(given_names) = lower($3))
        OR EXISTS (SELECT FROM user_account WHERE lower(name) = lower($3 || ' ' || $2))
"""


class Person(Struct, frozen=True, kw_only=True):
    """Whom to take out. `names`: each name by itself, for records that they had a part in; one that is also in `known`, of somebody else there,
    stays. `pattern`: full names and references, for all others, in a
    spelling that PostgreSQL and Python read alike."""

    number: int
    refs: tuple[str, ...]
    names: tuple[str, ...]
    known: tuple[str, ...]
    pattern: str

    def anywhere(self, value: Any) -> Any:
        return _each(value, lambda text: re.sub(self.pattern, _somebody, text, flags=re.IGNORECASE))

    def tied(self, value: Any) -> Any:
        """The same, and each name by itself."""
        hidden = Hidden(self.names, self.known, instead=SOMEBODY)
        return _each(self.anywhere(value), hidden.text)


def _somebody(found: re.Match[str]) -> str:
    before = found.string[: found.start()].rstrip(" \t'\"")
    return SOMEBODY[0].upper() + SOMEBODY[1:] if not before or before[-1] in ".!?\n" else SOMEBODY


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(key): _each(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each(one, change) for one in value]
    return value


async def person(young_person: int) -> Person:
    """Read before the record goes."""
    numbers: Sequence[int] = await DB.fetchval("SELECT young_person_numbers($1)", young_person)
    rows = [tuple(row) for row in await DB.fetch(_NAMES, young_person)]
    refs = tuple(ref("YP", number) for number in numbers)
    pairs = dict.fromkeys(
        (family, given)
        for family, given_names, known_as in rows
        if family
        for given in (given_names, (given_names or "").split(" ")[0], known_as)
        if given
    )
    full = [pair for pair in pairs if not await DB.fetchval(_NAMESAKE, young_person, *pair)]
    parts = [_spelt(*refs)] + [_spelt(f"{given} {family}", f"{family} {given}", f"{family}, {given}") for family, given in full]
    names = tuple(dict.fromkeys(name for row in rows for name in row if name))
    known = tuple(name for row in await DB.fetch(_OTHERS, young_person) for name in row if name)
    return Person(number=young_person, refs=refs, names=names, known=known, pattern="|".join(parts))


def _spelt(*texts: str) -> str:
    """Whole words, with any room between them."""
    spelt = (r"\s+".join(re.escape(word) for word in text.split()) for text in texts)
    return "|".join(rf"(?<!\w){text}(?!\w)" for text in spelt)


async def of_staying(whom: Person, staying: Sequence[int], own: Mapping[str, str]) -> dict[str, int]:
    """In incidents that stay and whatever belongs to them (`own`: by table, the column that names the incident), their names and their words;
    how many rows were changed, by table."""
    said = {row["id"] for row in await DB.fetch(_OWN_WORDS, whom.number, list(staying))}
    await DB.execute("UPDATE incident SET child_said = $2 WHERE id = ANY($1::bigint[])", list(said), SAID)
    changed = {"incident": said}
    for table, column in own.items():
        rows = f'"{column}" = ANY($1::bigint[])'
        changed[table] = changed.get(table, set()) | await _rewrite(table, rows, [list(staying)], whom.tied)
    return {table: len(numbers) for table, numbers in changed.items() if numbers}


async def of_everywhere(whom: Person) -> dict[str, int]:
    """In every text of every other record, full names and references."""
    changed = {}
    for table in [*classes().columns, *ALSO]:
        columns = texts_of(table)
        if columns:
            found = " OR ".join(f'"{column}"::text ~* $1' for column in columns)
            changed[table] = await _rewrite(table, f"({found})", [whom.pattern], whom.anywhere)
    return {table: len(numbers) for table, numbers in changed.items() if numbers}


def texts_of(table: str) -> tuple[str, ...]:
    """The columns of a table that hold what people typed."""
    listed = classes().columns.get(table, {})
    if table in NOT_TEXTS:
        return ()
    return ALSO.get(table) or tuple(column for column, one in listed.items() if one in TEXTS)


async def _rewrite(table: str, rows: str, values: Iterable[Any], change: Any) -> set[int]:
    """The numbers of the rows that are not as they were."""
    columns = texts_of(table)
    if not columns:
        return set()
    named = ", ".join(f'"{column}"' for column in columns)
    changed, fits = set(), await _longest(table)
    for row in await DB.fetch(f'SELECT id, {named} FROM "{table}" WHERE {rows} ORDER BY id FOR UPDATE', *values):
        new = {column: change(_read(row[column])) for column in columns}
        differs = {column: value for column, value in new.items() if value != _read(row[column])}
        if differs:
            sets = ", ".join(f'"{column}" = ${place}' for place, column in enumerate(differs, 2))
            await DB.execute(f'UPDATE "{table}" SET {sets} WHERE id = $1', row["id"], *(_fitting(v, fits.get(c)) for c, v in differs.items()))
            changed.add(row["id"])
    return changed


def _read(value: Any) -> Any:
    """jsonb as it may have been kept: a text that is JSON."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def _fitting(value: Any, longest: int | None) -> Any:
    return value[:longest] if isinstance(value, str) and longest else value


async def _longest(table: str) -> dict[str, int]:
    rows = await DB.fetch(
        "SELECT column_name, character_maximum_length AS most FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
        table,
    )
    return {row["column_name"]: row["most"] for row in rows if row["most"]}


async def out_of_minutes(whom: Person, reviews: Sequence[int], destruction: int) -> list[dict[str, Any]]:
    """Their cases in locked minutes, and their names in the rest; which minutes were sealed anew, with both seals. To be called once the destruction
    is known to have been confirmed: the database refuses it otherwise."""
    sealed = []
    await DB.execute("SELECT set_config('yosafe.destruction', $1, true)", str(destruction))
    query = "SELECT id, review, content, sha256 FROM review_minutes WHERE review = ANY($1::bigint[]) OR content ~* $2 ORDER BY id FOR UPDATE"
    for row in await DB.fetch(query, list(reviews), whom.pattern):
        written = msgspec.json.decode(row["content"])
        left = {**written, "cases": [case for case in written["cases"] if case["young_person"] not in whom.refs]}
        change = whom.tied if row["review"] in reviews else whom.anywhere
        text = msgspec.json.encode(change(left)).decode()
        if text != row["content"]:
            seal = seal_of(text)
            await DB.execute("UPDATE review_minutes SET content = $2, sha256 = $3 WHERE id = $1", row["id"], text, seal)
            sealed.append({"review": row["review"], "was": row["sha256"], "now": seal})
    await DB.execute("SELECT set_config('yosafe.destruction', '', true)")
    return sealed


_REFERRED = r"convert_from(body, 'UTF8') ~* $1 OR location ~* $1"


async def traces(whom: Person, gone: Mapping[str, Iterable[int]]) -> dict[str, int]:
    """Copies that nobody needs any more: drafts about them, answers to other systems, merges of their records, refused rows that name them, notices
    and marks about rows that go; how many of each."""
    numbers = [int(one.removeprefix("YP-")) for one in whom.refs]
    counts = {
        "draft": await _delete(
            "DELETE FROM draft WHERE answers::text ~* $1 OR title ~* $1 OR answers -> 'young_person' = to_jsonb($2::bigint)",
            *(whom.pattern, whom.number),
        ),
        "answered_request": await _delete(f"DELETE FROM answered_request WHERE {_REFERRED}", whom.pattern),
        "import_refusal": await _delete("DELETE FROM import_refusal WHERE cells::text ~* $1", whom.pattern),
        "record_merge_row": await _delete(
            "DELETE FROM record_merge_row r USING record_merge m WHERE m.id = r.record_merge AND (m.kept = ANY($1::bigint[]) "
            "OR m.merged = ANY($1::bigint[]))",
            numbers,
        ),
        "record_merge": await _delete("DELETE FROM record_merge WHERE kept = ANY($1::bigint[]) OR merged = ANY($1::bigint[])", numbers),
    }
    for table, rows in gone.items():
        for trace, kind, number, called in POINTING:
            sql = f"DELETE FROM {trace} WHERE {kind} = $1 AND {number} = ANY($2::bigint[])"
            counts[trace] = counts.get(trace, 0) + await _delete(sql, called.get(table, table), list(rows))
    return {table: number for table, number in counts.items() if number}


# What points at rows by their kind and number, and what they call the rows of a table, where it is not its name.
POINTING: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("notice", "subject_kind", "subject", {}),
    ("import_row", "target", "subject", {"young_person": PEOPLE, "placement": PLACEMENTS, "incident": INCIDENTS, "assessment": ASSESSMENTS}),
    ("chronology_mark", "source", "entry", {"keep_apart_step": "keep-apart"}),  # its entries are its steps
)


async def _delete(sql: str, *values: Any) -> int:
    return int((await DB.execute(sql, *values)).split()[-1])
