"""A trail from before numbers were hashed is chained anew by the upgrade, unless it was tampered with."""

import asyncpg
import pytest

from tests.conftest import at, run_at
from yosafe.audit.record import EventName, Operator, record
from yosafe.audit.verify import verify
from yosafe.db.engine import DB, write_transaction
from yosafe.db.faults import DatabaseFault
from yosafe.db.upgrade import FOLDER, upgrade


@pytest.fixture
async def before(server, tmp_path):
    """A database as it was before migration 0008, with three entries on one chain and one on another; the engine is open on it."""
    await run_at(server, "CREATE DATABASE earlier")
    await DB.open(at(server, "earlier"))
    for path in FOLDER.glob("yosafe_000[1-7]_*.py"):
        tmp_path.joinpath(path.name).write_text(path.read_text())
    await upgrade(tmp_path)
    async with write_transaction():
        for place in range(3):
            await record(EventName.USER_ADDED, by=Operator(), subject=("user", place), detail={"é": "Zoë"})
    yield
    await DB.close()
    await run_at(server, "DROP DATABASE earlier WITH (FORCE)")


async def enter_and_verify() -> tuple[int, tuple[object, ...]]:
    async with write_transaction():
        await record(EventName.USER_ADDED, by=Operator())
    verdict = await verify()
    return verdict.entries, verdict.faults


async def test_a_whole_trail_stays_whole_and_goes_on(before):
    assert len((await verify()).faults) == 3  # hashed otherwise
    assert "yosafe_0008_audit_numbers_and_lists" in await upgrade()
    assert await enter_and_verify() == (4, ())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await DB.execute("DELETE FROM audit_entry")


async def test_a_tampered_trail_is_not_upgraded(before):
    async with write_transaction():
        await DB.execute("SET LOCAL session_replication_role = replica; UPDATE audit_entry SET detail = '{}' WHERE id = 2")
    with pytest.raises(DatabaseFault, match="P0001"):
        await upgrade()


async def test_entries_gone_from_the_end_are_still_missed(before):
    async with write_transaction():
        await DB.execute("SET LOCAL session_replication_role = replica; DELETE FROM audit_entry WHERE id = 3")
    await upgrade()
    assert [fault.kind for fault in (await verify()).faults] == ["removed"]
