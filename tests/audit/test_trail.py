"""The trail: what it refuses, what it finds, and that writers neither fork it nor queue behind each other."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from yosafe.audit.record import EventName, Operator, entry, record, record_many
from yosafe.audit.verify import verify
from yosafe.db.engine import DB, write_transaction

OPERATOR = Operator()


async def enter(count: int = 1) -> None:
    for place in range(count):
        async with write_transaction():
            await record(EventName.USER_ADDED, by=OPERATOR, subject=("user", place), detail={"place": place})


async def tamper(sql: str) -> None:
    """As someone would who owns the database: triggers lifted."""
    async with write_transaction():
        await DB.execute("SET LOCAL session_replication_role = replica")
        await DB.execute(sql)


async def test_an_entry_stands_or_falls_with_its_transaction(db):
    with pytest.raises(ZeroDivisionError):
        async with write_transaction():
            await record(EventName.USER_ADDED, by=OPERATOR)
            raise ZeroDivisionError
    assert await DB.fetchval("SELECT count(*) FROM audit_entry") == 0
    assert (await verify()).faults == ()


async def test_entries_of_a_savepoint_that_is_given_up_leave_no_gap(db):
    """Also where many come in one statement, and where the first of the transaction were among those given up."""
    for first in (0, 2):
        async with write_transaction():
            for _ in range(first):
                await record(EventName.USER_ADDED, by=OPERATOR)
            with pytest.raises(ZeroDivisionError):
                async with write_transaction():
                    await record_many([entry(EventName.USER_ADDED, by=OPERATOR)] * 3)
                    raise ZeroDivisionError
            await record_many([entry(EventName.USER_ADDED, by=OPERATOR)] * 4)
            async with write_transaction():
                await record(EventName.USER_ADDED, by=OPERATOR)
    found = await verify()
    assert (found.entries, found.faults) == (12, ())


@pytest.mark.parametrize("place", ["", "1 2 3 00", "nothing that anyone wrote"], ids=["none", "another transaction's", "nobody's"])
async def test_what_a_transaction_does_not_remember_is_read_from_the_head(db, place):
    """Savepoints rolled back, what another transaction wrote, words of nobody: the chain goes on from its head as it stands."""
    await enter(2)
    async with write_transaction():
        await DB.fetchval("SELECT set_config('yosafe.audit_head', $1, true)", place)
        for kept in range(3):
            await record(EventName.USER_ADDED, by=OPERATOR, subject=("user", kept))
            with pytest.raises(ZeroDivisionError):
                async with write_transaction():
                    await record(EventName.USER_ADDED, by=OPERATOR, subject=("user", 9))
                    raise ZeroDivisionError
        await record(EventName.USER_ADDED, by=OPERATOR, subject=("user", 4))
    verdict = await verify()
    assert (verdict.faults, verdict.entries) == ((), 6)


async def test_an_entry_outside_a_transaction_is_refused(db):
    with pytest.raises(RuntimeError, match="belongs in the transaction"):
        await record(EventName.USER_ADDED, by=OPERATOR)


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET event = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry", "DELETE FROM audit_head"])
async def test_the_database_refuses_to_change_it(db, database_url, sql):
    await enter()
    connection = await asyncpg.connect(database_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(sql)
    finally:
        await connection.close()
    assert (await verify()).entries == 1


async def changed() -> None:
    await tamper("UPDATE audit_entry SET detail = '{}' WHERE id = 2")


async def removed() -> None:
    await tamper("DELETE FROM audit_entry WHERE id = 2")


async def removed_at_the_end() -> None:
    await tamper("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)")


async def inserted() -> None:
    await tamper("""
        INSERT INTO audit_entry (at, event, actor_kind, detail, strand, seq, hash)
        SELECT at, event, actor_kind, detail, strand, 4, hash FROM audit_entry WHERE id = 3
    """)


async def numbered_otherwise() -> None:
    await tamper("UPDATE audit_entry SET id = 77 WHERE id = 2")


async def chain_taken_away() -> None:
    await tamper("DELETE FROM audit_entry; DELETE FROM audit_head WHERE seq = 3")


async def moved() -> None:
    await tamper("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = 1")


async def head_changed() -> None:
    await tamper("UPDATE audit_head SET hash = '' WHERE seq = 3")


@pytest.fixture
async def heads(db):
    """What migrations made is there again for the next test."""
    yield
    await DB.execute("INSERT INTO audit_head SELECT strand, 0, '' FROM generate_series(0, 15) AS strand ON CONFLICT DO NOTHING")


@pytest.mark.parametrize(
    ("do", "kind", "entry"),
    [
        (changed, "changed", 2),
        (removed, "removed", 3),
        (removed_at_the_end, "removed", None),
        (inserted, "inserted", 4),
        (numbered_otherwise, "changed", 77),
        (moved, "changed", 1),
        (head_changed, "changed", None),
        (chain_taken_away, "removed", None),
    ],
)
async def test_verify_finds_it_and_names_it(heads, do: Callable[[], Awaitable[None]], kind, entry):
    async with write_transaction():  # one transaction: one chain
        await enter(3)
    assert (await verify()).faults == ()
    await do()
    [fault] = (await verify()).faults
    assert (fault.kind, fault.entry) == (kind, entry)


async def test_an_empty_chain_taken_away_is_missed_too(heads):
    assert (await verify()).chains == 16
    await tamper("DELETE FROM audit_head WHERE strand = 0")
    verdict = await verify()
    assert (verdict.chains, [(fault.kind, fault.strand) for fault in verdict.faults]) == (15, [("removed", 0)])


async def test_many_writers_at_once_leave_whole_chains(db):
    await asyncio.gather(*(enter(20) for _ in range(8)))
    verdict = await verify()
    assert (verdict.entries, verdict.faults) == (160, ())
    assert await DB.fetchval("SELECT count(DISTINCT strand) FROM audit_entry") > 1
