"""What there is of one young person, row by row: what goes with their record, and the incidents of others that stay. Found by the foreign keys of the
database itself, so that a table that is new is not forgotten; rows that name another child stop it."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from yosafe.db.engine import DB
from yosafe.errors import Conflict

_KEYS = """
    SELECT con.conrelid::regclass::text AS table_name, a.attname::text AS column_name, con.confrelid::regclass::text AS target
    FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
    WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
# Records of two: they go when one of the two goes, since nobody can be kept apart from no one.
PAIRS = frozenset({"keep_apart", "not_same"})
# Rows of an incident that are about one young person each, by the column that says of whom.
OF_ONE = ("involvement", "body_mark", "incident_feedback", "incident_not_told", "incident_outcome", "investigation_interview")
_IS_OTHERS = " OR ".join(
    [f"EXISTS (SELECT FROM {table} t WHERE t.incident = i.id AND t.young_person <> $1)" for table in OF_ONE]
    + [
        "EXISTS (SELECT FROM evidence_file f JOIN evidence_shows s ON s.evidence_file = f.id WHERE f.incident = i.id AND s.young_person <> $1)",
        "EXISTS (SELECT FROM referral_incident l JOIN referral r ON r.id = l.referral WHERE l.incident = i.id AND r.young_person <> $1)",
    ]
)
_IN = " UNION ".join(f"SELECT incident FROM {table} WHERE young_person = $1" for table in OF_ONE)
_INCIDENTS = f"SELECT i.id, ({_IS_OTHERS}) AS is_others FROM incident i WHERE i.id IN ({_IN}) ORDER BY i.id"
_DUPLICATES = "SELECT id, duplicate_of FROM incident WHERE duplicate_of = ANY($1::bigint[])"
# Files of incidents that stay, which show this young person and nobody else.
_FILES = """
    SELECT f.id FROM evidence_file f JOIN evidence_shows s ON s.evidence_file = f.id
    WHERE f.incident = ANY($2::bigint[]) GROUP BY f.id HAVING bool_and(s.young_person = $1) ORDER BY f.id
"""
# Time limits of incidents that stay stand under one of those who were in it: another one, where there is one.
_HANDED = """
    SELECT c.id FROM clock c WHERE c.young_person = $1 AND c.subject_kind = 'incident' AND c.subject = ANY($2::bigint[])
        AND EXISTS (SELECT FROM involvement v WHERE v.incident = c.subject AND v.young_person <> $1)
"""
_SHARED_FILES = """
    SELECT count(DISTINCT s.evidence_file) FROM evidence_shows s WHERE s.young_person = $1
        AND EXISTS (SELECT FROM evidence_shows o WHERE o.evidence_file = s.evidence_file AND o.young_person <> $1)
"""


class Key(Struct, frozen=True):
    table: str
    column: str
    target: str


class Reach(Struct, frozen=True, kw_only=True):
    """`rows`: the numbers of the rows that go, by table, what points at others first. `staying`: incidents in which others have a part. `handed`:
    time limits of these that count for one of the others from now on. `shared_files`: files that show others too, and stay with them."""

    rows: Mapping[str, frozenset[int]]
    staying: tuple[int, ...]
    handed: tuple[int, ...]
    shared_files: int

    @property
    def counts(self) -> dict[str, int]:
        return {table: len(numbers) for table, numbers in sorted(self.rows.items())}


async def keys() -> tuple[Key, ...]:
    return tuple(Key(row["table_name"], row["column_name"], row["target"]) for row in await DB.fetch(_KEYS))


async def reach(young_person: int) -> Reach:
    """All of it. In the transaction that destroys it, rows are locked first; elsewhere it is as of now.

    Raises Conflict where a row would go that names another child: nothing is then destroyed."""
    found = {row["id"]: row["is_others"] for row in await DB.fetch(_INCIDENTS, young_person)}
    staying = _staying(found, [(row["id"], row["duplicate_of"]) for row in await DB.fetch(_DUPLICATES, list(found))])
    rows = {"young_person": {young_person}, "incident": set(found) - staying}
    rows["evidence_file"] = {row["id"] for row in await DB.fetch(_FILES, young_person, sorted(staying))}
    known = await keys()
    handed = {row["id"] for row in await DB.fetch(_HANDED, young_person, sorted(staying))}
    await _follow(rows, known, {"clock": handed})
    await _check_nobody_elses(rows, known, young_person)
    return Reach(
        rows={table: frozenset(rows[table]) for table in in_order(known, [table for table in rows if rows[table]])},
        staying=tuple(sorted(staying)),
        handed=tuple(sorted(handed)),
        shared_files=await DB.fetchval(_SHARED_FILES, young_person),
    )


def _staying(found: Mapping[int, bool], duplicates: list[tuple[int, int]]) -> set[int]:
    """Incidents of others, and the originals of those that stay: a duplicate needs its original."""
    stay = {incident for incident, is_others in found.items() if is_others}
    while more := {original for one, original in duplicates if (one in stay or one not in found) and original not in stay}:
        stay |= more
    return stay


async def _follow(rows: dict[str, set[int]], known: Iterable[Key], but: Mapping[str, set[int]]) -> None:
    """Whatever points at a row that goes, goes with it, but for some."""
    waiting = {table: set(numbers) for table, numbers in rows.items() if numbers}
    while waiting:
        target, numbers = waiting.popitem()
        for key in known:
            if key.target != target:
                continue
            pointing = await DB.fetch(f'SELECT id FROM "{key.table}" WHERE "{key.column}" = ANY($1::bigint[])', list(numbers))
            new = {row["id"] for row in pointing} - rows.setdefault(key.table, set()) - but.get(key.table, set())
            if new:
                rows[key.table] |= new
                waiting.setdefault(key.table, set()).update(new)


async def _check_nobody_elses(rows: Mapping[str, set[int]], known: Iterable[Key], young_person: int) -> None:
    for key in known:
        if key.target != "young_person" or key.table in PAIRS or not rows.get(key.table):
            continue
        others = f'SELECT count(*) FROM "{key.table}" WHERE id = ANY($1::bigint[]) AND "{key.column}" <> $2'
        if await DB.fetchval(others, list(rows[key.table]), young_person):
            raise Conflict(
                f"A record of another young person ({key.table.replace('_', ' ')}) would go with this one. Nothing was destroyed: tell whoever "
                "runs yosafe."
            )


def in_order(known: Iterable[Key], tables: Iterable[str]) -> list[str]:
    """Tables, those that point at others before what they point at."""
    left, done = list(tables), list[str]()
    pointed = [(key.table, key.target) for key in known if key.table != key.target]
    while left:
        ready = [table for table in left if not any(target == table and pointing in left for pointing, target in pointed)]
        if not ready:
            raise RuntimeError(f"tables point at each other: {', '.join(left)}")
        done += ready
        left = [table for table in left if table not in ready]
    return done
