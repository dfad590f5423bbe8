"""What two records of one young person can't both hold of placements, clocks and care, settled so that undoing the merge restores it."""

from typing import Any

from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reference.establishments import establishment
from yosafe.refs import ref

from . import merge_rules
from .merge_rules import Choices, Period, Stay
from .merging import Holding, Merging
from .subjects import showing

_PLACEMENTS = "SELECT id, young_person, establishment, arrived_at, left_at FROM placement WHERE young_person = ANY($1) ORDER BY id"
_PERIODS = "SELECT id, young_person, started_on, ended_on FROM care_period WHERE young_person = ANY($1) ORDER BY id"


async def stays_of(kept: int, merged: int) -> list[Stay]:
    """All stays on both records."""
    return [
        Stay(
            id=row["id"], kept=row["young_person"] == kept, place=row["establishment"], name=establishment(row["establishment"]).name,
            arrived_at=row["arrived_at"], left_at=row["left_at"],
        )
        for row in await DB.fetch(_PLACEMENTS, [kept, merged])
    ]  # fmt: skip


async def care_of_both(kept: int, merged: int) -> list[Period]:
    return [
        Period(id=row["id"], kept=row["young_person"] == kept, started_on=row["started_on"], ended_on=row["ended_on"])
        for row in await DB.fetch(_PERIODS, [kept, merged])
    ]


async def settle_placements(merging: Merging) -> None:
    """A stay that both records have becomes one, with the clock of its arrival. Raises Conflict for two places at the same time."""
    for gone, stays in merge_rules.stays_recorded_twice(await stays_of(merging.kept, merging.merged)).items():
        await _one_clock(merging, gone, stays)
        await merging.instead("placement", gone, stays)


async def _one_clock(merging: Merging, gone: int, stays: int) -> None:
    """Of the clocks of one arrival the one that was met stays, else that of the stay that stays."""
    rows = await DB.fetch(
        "SELECT id, clock, subject, met_at FROM clock WHERE subject_kind = 'placement' AND subject = ANY($1) "
        "ORDER BY met_at IS NULL, subject <> $2, id FOR UPDATE",
        *([gone, stays], stays),
    )
    first: dict[str, Any] = {}
    for row in rows:
        if first.setdefault(row["clock"], row) is not row:
            holds = await DB.fetch("SELECT id FROM clock_hold WHERE clock = $1 ORDER BY id", row["id"])
            await merging.set_aside("clock_hold", [hold["id"] for hold in holds])
            await merging.set_aside("clock", [row["id"]])
    await merging.change("clock", "subject", [row["id"] for row in first.values() if row["subject"] == gone], stays)


async def settle_care(merging: Merging, choices: Choices) -> None:
    """Of two care histories that overlap, the one that was chosen stays whole. Raises Invalid where nobody chose."""
    periods = await care_of_both(merging.kept, merging.merged)
    aside = merge_rules.care_set_aside(periods, choices)
    corrections = await DB.fetch("SELECT id FROM care_correction WHERE care_period = ANY($1) ORDER BY id", aside)
    await merging.set_aside("care_correction", [row["id"] for row in corrections])
    await merging.set_aside("care_period", aside)


async def settle_drafts(merging: Merging) -> None:
    """Forms that someone has begun about the merged record are about the kept one."""
    await DB.execute(
        """
        WITH was AS (
            SELECT id, answers AS old, replace(answers::text, $4, $5)::jsonb || CASE WHEN answers -> 'young_person' = to_jsonb($3::bigint)
                THEN jsonb_build_object('young_person', $2::bigint) ELSE '{}' END AS new
            FROM draft WHERE position($4 in answers::text) > 0 OR answers -> 'young_person' = to_jsonb($3::bigint) ORDER BY id FOR UPDATE
        ), now AS (UPDATE draft d SET answers = was.new FROM was WHERE d.id = was.id RETURNING d.id, was.old, was.new)
        INSERT INTO record_merge_row (record_merge, change, table_name, row_id, column_name, old, new)
        SELECT $1, 'changed', 'draft', id::text, 'answers', old, new FROM now
        """,
        *(merging.id, merging.kept, merging.merged, f'"{ref("YP", merging.merged)}"', f'"{ref("YP", merging.kept)}"'),
    )


_COMES_BACK = """
    SELECT s.id FROM record_merge_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, r.old) back
    JOIN {table} s ON s.young_person = back.young_person AND {span}(s.{start}, s.{end}) && {span}(back.{start}, back.{end})
    WHERE r.record_merge = $1 AND r.change = 'set_aside' AND r.table_name = '{table}' AND NOT EXISTS (
        SELECT FROM record_merge_row m WHERE m.record_merge = $1 AND m.change = 'changed' AND m.table_name = '{table}'
            AND m.column_name = 'young_person' AND m.row_id = s.id::text)
"""
_SPANS = (
    ("placement", "arrived_at", "left_at", "tstzrange", "a placement"),
    ("care_period", "started_on", "ended_on", "daterange", "a care status"),
    ("time_out", "left_at", "ended_at", "tstzrange", "a time out"),
)


# What the merge ended would go on again, beside another of the same kind that would then be of the same record.
_GOES_ON = """
    SELECT t.id FROM record_merge_row r JOIN {table} t ON t.id = r.row_id::bigint AND to_jsonb(t.until) IS NOT DISTINCT FROM r.new
    JOIN {table} s ON {same} AND s.young_person = t.young_person AND s.until IS NULL AND s.id <> t.id
    WHERE r.record_merge = $1 AND r.change = 'changed' AND r.table_name = '{table}' AND r.column_name = 'until'
        AND EXISTS ({moved} AND m.row_id = s.id::text) = EXISTS ({moved} AND m.row_id = t.id::text)
"""
_MOVED = """
    SELECT FROM record_merge_row m WHERE m.record_merge = $1 AND m.change = 'changed' AND m.table_name = '{table}' AND m.column_name = 'young_person'
"""
_ONE_AT_A_TIME = (
    ("named_worker", "s.role = t.role", "a worker in the same part"),
    ("contact_plan", "s.from_whom = t.from_whom AND s.way = t.way", "a plan of the same contacts"),
)


async def recorded_over(merge: int) -> list[str]:
    """What was recorded since a merge in the time of something that was set aside or ended, and so keeps it from coming back."""
    spans = [
        words for table, start, end, span, words in _SPANS if await DB.fetch(_COMES_BACK.format(table=table, start=start, end=end, span=span), merge)
    ]
    going_on = [
        words
        for table, same, words in _ONE_AT_A_TIME
        if await DB.fetch(_GOES_ON.format(table=table, same=same, moved=_MOVED.format(table=table)), merge)
    ]
    return [*spans, *going_on]


def _all(table: str) -> Any:
    return lambda viewer, young_person: Sql(f"SELECT t.id FROM {table} t WHERE t.young_person = {{}}", young_person)


HOLDINGS = (
    Holding(table="placement", called="placement", rows=_all("placement"), makes_room=settle_placements),
    Holding(table="care_period", called="care period", rows=_all("care_period")),
    Holding(
        table="care_correction", called="correction of care", several="corrections of care", rows=_all("care_correction"),
        belongs_to=("care_period", "care_period"),
    ),
    Holding(table="contact", called="contact", rows=_all("contact")),
    Holding(table="other_name", called="other name", rows=_all("other_name")),
    Holding(table="external_number", called="number given by others", several="numbers given by others", rows=_all("external_number")),
)  # fmt: skip
# Duties say who else works with them, which is nobody's to count. Both come after all that has clocks and duties.
_NONE = Sql("SELECT 0::bigint AS id WHERE false")
LAST_HOLDINGS = (
    Holding(table="duty", called="duty", several="duties", rows=lambda viewer, young_person: _NONE, by_subject=True),
    Holding(
        table="clock", called="time limit", by_subject=True,
        rows=lambda viewer, young_person: Sql(
            "SELECT t.id FROM clock t WHERE t.young_person = {} AND {}", young_person, showing(viewer, "t.subject_kind", "t.subject")
        ),
    ),
)  # fmt: skip
