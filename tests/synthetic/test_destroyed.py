"""In a made-up estate, the record of whoever shares most with others is destroyed: nothing of theirs is anywhere, and the rest is as it was."""

import asyncio
from collections.abc import Mapping

import pytest

from tests.conftest import at, run_at
from tests.retention.test_destruction import SYSTEM, Rows, everything
from tests.synthetic.conftest import NAME, NOW
from tests.synthetic.test_scrub import dump
from yosafe import clock
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.retention.records import certificates, destruction, reach, taking_out
from yosafe.retention.records.reach import keys

MARK = "Zqx"


@pytest.fixture(scope="module")
async def estate_copy(loaded_at, template):
    """The address of a copy of the small estate that may be changed."""
    await run_at(template, f"CREATE DATABASE destroyed TEMPLATE {NAME}")
    await DB.close()
    await DB.open(at(template, "destroyed"))
    with clock.stopped_at(NOW):
        yield at(template, "destroyed")
    await DB.close()
    await run_at(template, "DROP DATABASE destroyed WITH (FORCE)")


async def marked(number: int) -> None:
    """Give a young person a name that nobody has, and write it into every text of every row that is theirs, and into those of their incidents."""
    await DB.execute("UPDATE young_person SET family_name = $2, given_names = $3, known_as = NULL WHERE id = $1", number, f"{MARK}fam", f"{MARK}giv")
    found = await reach.reach(number)
    async with DB.transaction():
        await DB.execute("SET LOCAL session_replication_role = replica")
        for table, rows in found.rows.items():
            for column in taking_out.texts_of(table):
                if not await is_json(table, column):
                    sql = f'UPDATE "{table}" SET "{column}" = left($2, length("{column}")) WHERE id = ANY($1::bigint[])'
                    await DB.execute(sql, list(rows), f"{MARK} was here")
        await DB.execute("UPDATE incident SET account = account || $2 WHERE id = ANY($1::bigint[])", list(found.staying), f" {MARK}giv did it.")
        await DB.execute(
            "UPDATE contact SET note = $2 WHERE id = (SELECT min(id) FROM contact WHERE young_person <> $1)", number,
            f"He asked after {MARK}giv {MARK}fam, YP-{number:06}.",
        )  # fmt: skip


async def is_json(table: str, column: str) -> bool:
    kind = await DB.fetchval(
        "SELECT data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND column_name = $2", table, column
    )
    return bool(kind == "jsonb")


_BUSIEST = """
    SELECT v.young_person AS id FROM involvement v JOIN involvement o ON o.incident = v.incident AND o.young_person <> v.young_person
    JOIN review_case c ON c.young_person = v.young_person JOIN review_minutes m ON m.review = c.review
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
"""


async def test_afterwards_nothing_is_theirs_and_everyone_elses_rows_are_as_before(estate_copy, monkeypatch):
    """In a made-up estate, of whoever shares most with others and stands in locked minutes."""
    number = await DB.fetchval(_BUSIEST)
    assert number is not None
    await marked(number)
    before = await everything()
    found = await reach.reach(number)
    dpos = [row["id"] for row in await DB.fetch("SELECT id FROM user_account ORDER BY id LIMIT 2")]
    agency = await DB.fetchval("SELECT agency FROM user_account WHERE id = $1", dpos[0])
    made = await DB.fetchval(
        "INSERT INTO destruction (young_person, agency, rule, kept, source, reason, proposed_at, proposed_by, confirmed_at, confirmed_by) "
        "VALUES ($1, $2, 'custody', '10 years', 'x', 'x', now(), $3, now(), $4) RETURNING id",
        *(number, agency, *dpos),
    )

    async def yes(young_person: int) -> bool:
        return True

    monkeypatch.setattr(destruction, "_still_due", yes)  # when a record is due is for tests/retention/test_holds.py
    assert await destruction.destroy_confirmed(by=SYSTEM) == destruction.Done(destroyed=1, stopped=0)
    one = await certificates.one_destruction(made)
    assert one.destroyed is not None
    assert one.treated is not None
    for key in await keys():
        if key.target == "young_person":
            assert await DB.fetchval(f'SELECT count(*) FROM "{key.table}" WHERE "{key.column}" = $1', number) == 0, key
    left = [line[:200] for line in (await asyncio.to_thread(dump, estate_copy)).split("\n") if MARK in line or f"YP-{number:06}" in line]
    assert left == []
    check_others(before, await everything(), found.rows, one.destroyed, one.treated)
    assert (await verify()).faults == ()
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE young_person = $1", number) > 0


def check_others(before: Rows, after: Rows, gone: Mapping[str, frozenset[int]], destroyed: dict[str, int], treated: dict[str, int]) -> None:
    """What went is what was counted; what is changed is what was counted, and everything else is letter by letter as it was."""
    for table, rows in before.items():
        missing = rows.keys() - after[table].keys()
        assert len(missing) == destroyed.get(table, 0), table
        assert missing >= gone.get(table, frozenset()), table
        assert after[table].keys() <= rows.keys(), table
        changed = {number for number, said in after[table].items() if said != rows[number]}
        assert len(changed) == treated.get(table, 0) or table == "clock", table
    assert sum(destroyed.values()) > 30
