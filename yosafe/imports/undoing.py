"""Taking back what an import made, in one step, while nothing was built on it. Called inside the transaction that does so."""

from collections.abc import Mapping

from msgspec import Struct

from yosafe.db.engine import DB
from yosafe.refs import ref
from yosafe.welfare import brought as welfare

from .targets import ASSESSMENTS, INCIDENTS, PEOPLE, PLACEMENTS

SHOWN = 10


class Part(Struct, frozen=True, kw_only=True):
    """A table with rows that were made together with a record: by which column they belong to it, and when they were written."""

    table: str
    column: str
    written: str = "recorded_at"


class Made(Struct, frozen=True, kw_only=True):
    """What rows of a target became. `parts` go with it, in order; any other row that points at it stands on it, as does its change to a new version.
    `clocks`: the kind of subject of the clocks that run for it. `worked_out`: tables and columns of what is only worked out from it: it goes too."""

    table: str
    prefix: str | None
    parts: tuple[Part, ...] = ()
    versioned: bool = True
    clocks: str = ""
    worked_out: tuple[tuple[str, str], ...] = ()


MADE: Mapping[str, Made] = {
    INCIDENTS: Made(
        table="incident", prefix="IN", clocks="incident",
        parts=(
            Part(table="involvement", column="incident"), Part(table="incident_staff", column="incident"),
            Part(table="incident_event", column="incident", written="at"),
        ),
    ),
    PLACEMENTS: Made(table="placement", prefix=None, clocks="placement"),
    ASSESSMENTS: Made(table="assessment", prefix="AS", versioned=False),
    PEOPLE: Made(
        table="young_person", prefix="YP",
        parts=(
            Part(table="clock", column="young_person"), Part(table="placement", column="young_person"),
            Part(table="external_number", column="young_person"), Part(table="not_same", column="first"), Part(table="not_same", column="second"),
        ),
        worked_out=(("flag_basis", "young_person"),),
    ),
}  # fmt: skip
_POINTING = """
    SELECT c.conrelid::regclass::text AS table, a.attname AS column FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = $1::regclass AND array_length(c.conkey, 1) = 1 ORDER BY 1, 2
"""
# Whatever names a record by its kind and number.
_NAMING = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name IN ('subject_kind', 'subject') AND table_name NOT IN ('audit_entry', 'clock', 'notice')
    GROUP BY table_name HAVING count(*) = 2 ORDER BY 1
"""
_LATER = """
    SELECT part.{column} FROM {table} part JOIN import_row r ON r.subject = part.{column} AND r.run = $1 AND NOT r.linked
    JOIN import_run i ON i.id = r.run WHERE part.{written} > coalesce(r.answered_at, i.ended_at)
"""
_OURS = "(SELECT subject FROM import_row WHERE run = $1 AND NOT linked)"
# Facts of incidents that rest on a stay: who was held where it happened.
_IN_STAY = f"""
    SELECT DISTINCT p.id FROM placement p JOIN involvement v ON v.young_person = p.young_person AND v.establishment = p.establishment
        AND v.happened_at >= p.arrived_at - interval '1 day' AND (p.left_at IS NULL OR v.happened_at <= p.left_at)
    WHERE p.id IN {_OURS}
"""


# Entries of the chronology that the records are, where someone marked them, or once did: the mark would be of nothing.
_MARKED = {
    INCIDENTS: f"""
        SELECT m.entry FROM chronology_mark m WHERE m.source = 'incident' AND m.part = 'happened' AND m.entry IN {_OURS}
        UNION
        SELECT e.incident FROM chronology_mark m JOIN incident_event e ON e.id = m.entry AND e.action = m.part
        WHERE m.source = 'incident' AND e.incident IN {_OURS}
    """,
    PLACEMENTS: f"SELECT m.entry FROM chronology_mark m WHERE m.source = 'placement' AND m.entry IN {_OURS}",
    ASSESSMENTS: f"SELECT m.entry FROM chronology_mark m WHERE m.source = 'assessment' AND m.part = 'completed' AND m.entry IN {_OURS}",
}


async def standing_on(run: int, target: str) -> list[str]:
    """What was built on the records of an import, in words; nothing where it may be undone."""
    of = MADE[target]
    found: list[str] = []
    if of.versioned:
        found += await _said(of, f"SELECT id FROM {of.table} WHERE version > 1 AND id IN {_OURS}", run, "changed since")
    for part in of.parts:
        later = _LATER.format(column=part.column, table=part.table, written=part.written)
        found += await _said(of, later, run, f"added to since ({part.table.replace('_', ' ')})")
    own = {(part.table, part.column) for part in of.parts} | {*of.worked_out}
    for row in await DB.fetch(_POINTING, of.table):
        if (row["table"], row["column"]) not in own:
            query = f'SELECT "{row["column"]}" FROM {row["table"]} WHERE "{row["column"]}" IN {_OURS}'
            found += await _said(of, query, run, f"in use ({row['table'].strip(chr(34)).replace('_', ' ')})")
    for row in await DB.fetch(_NAMING):
        query = f"SELECT subject FROM {row['table_name']} WHERE subject_kind = '{of.table}' AND subject IN {_OURS}"
        found += await _said(of, query, run, f"in use ({row['table_name'].replace('_', ' ')})")
    if of.clocks:
        met = (
            f"SELECT subject FROM clock WHERE subject_kind = '{of.clocks}' AND subject IN {_OURS} AND (met_at IS NOT NULL OR stopped_at IS NOT NULL)"
        )
        found += await _said(of, met, run, "worked on since (time limits)")
    if target in _MARKED:
        found += await _said(of, _MARKED[target], run, "marked as significant, or once marked")
    if target == PLACEMENTS:
        found += await _said(of, _IN_STAY, run, "what incidents of that time rest on")
    return found


async def _said(of: Made, query: str, run: int, words: str) -> list[str]:
    rows = await DB.fetch(f"SELECT DISTINCT found.* FROM ({query}) AS found ORDER BY 1 LIMIT {SHOWN + 1}", run)  # names of ours
    if not rows:
        return []
    named = [ref(of.prefix, row[0]) if of.prefix else f"placement {row[0]}" for row in rows[:SHOWN]]
    return [f"{', '.join(named)}{' and more' if len(rows) > SHOWN else ''}: {words}"]


async def take_back(run: int, target: str) -> int:
    """Delete the records of an import, with what belongs to them; how many."""
    of = MADE[target]
    stays = await DB.fetch(f"SELECT placement FROM assessment WHERE id IN {_OURS} AND placement IS NOT NULL", run) if target == ASSESSMENTS else []
    if of.clocks:
        await DB.execute(f"DELETE FROM clock WHERE subject_kind = '{of.clocks}' AND subject IN {_OURS}", run)
    for table, column in (*of.worked_out, *((part.table, part.column) for part in of.parts)):
        await DB.execute(f"DELETE FROM {table} WHERE {column} IN {_OURS}", run)
    word = await DB.execute(f"DELETE FROM {of.table} WHERE id IN {_OURS}", run)
    if stays:
        await welfare.taken_back([row["placement"] for row in stays])
    await DB.execute("DELETE FROM import_row WHERE run = $1", run)
    return int(word.rpartition(" ")[2])
