"""Every upgrade with rows in every table that there was before it: an installation of any age comes up to date with what it holds."""

import re

import pytest

from tests.conftest import at, run_at
from yosafe.audit.verify import verify
from yosafe.db.engine import DB, write_transaction
from yosafe.db.upgrade import check_upgraded, migrations, upgrade

COLUMNS = """
    SELECT c.table_name AS tab, c.column_name AS name, c.udt_name AS kind, c.character_maximum_length AS length
    FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.table_name = ANY($1) AND c.is_generated = 'NEVER'
        AND (c.column_name = 'id' OR (c.is_nullable = 'NO' AND c.column_default IS NULL AND c.is_identity = 'NO'))
    ORDER BY 1, c.ordinal_position
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'audit_head') ORDER BY 1"
CHECKS = "SELECT conrelid::regclass::text AS tab, pg_get_constraintdef(oid) AS says FROM pg_constraint WHERE contype = 'c' AND conrelid > 16384"
VALUES = {
    "int2": "1", "int4": "1", "int8": "1", "float8": "1", "numeric": "1", "bool": "false", "text": "'x'", "varchar": "'x'", "bpchar": "'x'",
    "date": "'2026-01-05'",
    "timestamptz": "'2026-01-05 10:00+00'", "timestamp": "'2026-01-05 10:00'", "jsonb": "'{}'", "json": "'{}'", "bytea": r"'\x00'", "time": "'10:00'",
    "uuid": "gen_random_uuid()",
}  # fmt: skip


@pytest.fixture
async def bare(server):
    await run_at(server, "CREATE DATABASE aged")
    await DB.close()
    await DB.open(at(server, "aged"))
    yield
    await DB.close()
    await run_at(server, "DROP DATABASE aged WITH (FORCE)")


# Where what fits the kind of a column does not fit what a table asks of its rows.
OWN = {
    ("agency", "establishment"): "'WYI'", ("agency", "kind"): "'yoi'", ("care_period", "status"): "'not_known'", ("clock", "owner_kind"): "'yoi'",
    ("clock", "owner_establishment"): "'WYI'", ("referral", "sharing_basis"): "'consent'",
    ("referral", "child_view"): "'He agreed'", ("survey", "fielded_on"): "'2026-01-01'", ("survey", "questions"): "'[\"one\"]'",
    ("respondent", "answers"): "'{\"one\": 1}'",
    ("keep_apart", "second"): "2", ("other_name", "family_name"): "'Reed'", ("record_merge", "merged"): "2",
    ("record_merge_row", "change"): "'added'", ("subject_decision", "reason"): "'serious_harm'",
    ("not_same", "second"): "2", ("complaint_concern", "concern"): "2", ("incident_feedback", "not_told_because"): "'He was released'",
    ("investigation_interview", "declined"): "true",
    ("investigation_interview", "with_whom"): "'other'", ("investigation_interview", "name"): "'Mr Hall'",
    ("report_build", "status"): "'queued'", ("report_signature", "words_sha256"): "decode(repeat('00', 32), 'hex')",
    ("report_schedule", "span"): "'month'", ("inspection_pack", "extract"): "'incidents'",
    ("inspection_pack", "content"): "'{}'", ("evidence_file", "sha256"): "repeat('0', 64)",
    ("arrival_paper", "state"): "'awaited'",
    ("arrival_paper_step", "whom"): "'His team'", ("information_share", "asked_on"): "'2026-01-05'", ("information_share", "due_on"): "'2026-01-09'",
    ("sharing_protocol", "review_on"): "'2026-07-05'", ("break_glass", "until"): "'2026-01-05 12:00+00'",
    ("break_glass", "reason"): "'He is being taken to hospital'",
}  # fmt: skip


async def fill(tables: list[str]) -> None:
    """A row of number 1 in each, which every reference of another row means: references and triggers are lifted meanwhile, but for the trail's."""
    allowed: dict[tuple[str, str], str] = {}
    for check in await DB.fetch(CHECKS):
        for column, first in re.findall(r"\(?\(?(\w+)\)?(?:::text)? = ANY \(+ARRAY\[('[^']*')", check["says"]):
            allowed.setdefault((check["tab"], column), first)
    rows: dict[str, dict[str, str]] = {table: {} for table in tables}
    for c in await DB.fetch(COLUMNS, tables):
        rows[c["tab"]][c["name"]] = allowed.get((c["tab"], c["name"])) or VALUES.get(c["kind"]) or "'{}'"
    for table, row in rows.items():
        row |= {name: value for (own, name), value in OWN.items() if own == table}
        if await DB.fetchval(f"SELECT count(*) FROM {table}"):
            continue  # the migration has made some of what there was
        async with write_transaction():
            await DB.execute(f"SET LOCAL session_replication_role = {'origin' if table == 'audit_entry' else 'replica'}")
            await DB.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})")


async def test_every_upgrade_with_rows_of_every_table(bare, tmp_path):
    filled: set[str] = set()
    for one in migrations():
        (tmp_path / f"{one.name}.py").write_text(f'ID = "{one.id}"\nDESCRIPTION = ""\nSQL = {one.sql!r}\n')
        await upgrade(tmp_path)
        there = {row["tablename"] for row in await DB.fetch(TABLES)}
        await fill(sorted(there - filled))
        filled = there
    await check_upgraded()
    empty = [table for table in sorted(filled) if not await DB.fetchval(f"SELECT count(*) FROM {table}")]
    assert (len(filled) > 100, empty) == (True, [])
    assert (await verify()).faults == ()
