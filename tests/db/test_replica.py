"""Reading from a real streaming standby: that nothing older than the reader's own last write is read there, that it is left alone while it is behind,
away or none, and asked again without a restart; and what goes there at all."""

import asyncio
import contextlib
import re

import pytest
from structlog.testing import capture_logs

from tests.conftest import memory_backed
from tests.db.pair import pair
from yosafe.db import replica
from yosafe.db.connect import connect, disconnect
from yosafe.db.engine import DB, write_transaction
from yosafe.db.replica import REPLICA, Reads, State, from_replica
from yosafe.errors import DatabaseAway, Invalid, SettingsWrong
from yosafe.settings import read

pytestmark = pytest.mark.serial

WAIT = 0.5
WHERE = "SELECT pg_is_in_recovery()"


@pytest.fixture(scope="module")
def servers():
    with pair(within=memory_backed()) as found:
        found.main.sql("CREATE TABLE kept (id int PRIMARY KEY)")
        found.main.sql("GRANT ALL ON kept TO app")
        yield found


@pytest.fixture
async def opened(servers, monkeypatch):
    """The engine on the main server, and the replica in use."""
    monkeypatch.setattr(replica, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(replica, "PATIENCE", 1.0)
    await DB.close()
    await DB.open(servers.main.url())
    await DB.execute("DELETE FROM kept")
    await REPLICA.open(servers.standby.url(), 4, wait=WAIT)
    await until(State.IN_USE)
    yield servers
    await REPLICA.close()
    await DB.close()


async def until(state: State, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while REPLICA.standing().state is not state:
            await asyncio.sleep(0.02)


async def on_the_standby() -> bool:
    async with from_replica(Reads.FIGURES):
        return await DB.fetchval(WHERE)


@contextlib.contextmanager
def counted():
    found, before = [], REPLICA.heard
    REPLICA.heard = lambda what, there: found.append((what, there))
    yield found
    REPLICA.heard = before


async def test_what_only_reads_goes_there_and_nothing_else(opened):
    assert await DB.fetchval(WHERE) is False
    async with from_replica(Reads.FIGURES):
        assert await DB.fetchval(WHERE) is True
        assert [row[0] for row in await DB.fetch(WHERE)] == [True]
        assert (await DB.fetchrow(WHERE))[0] is True
        await DB.execute("INSERT INTO kept VALUES (1)")  # as an entry in the trail
        async with write_transaction():
            assert await DB.fetchval(WHERE) is False
        async with from_replica(Reads.PATTERNS):
            assert await DB.fetchval(WHERE) is True
    assert await DB.fetchval(WHERE) is False
    async with write_transaction(), from_replica(Reads.FIGURES):
        await DB.execute("INSERT INTO kept VALUES (2)")
        assert await DB.fetchval("SELECT count(*) FROM kept") == 2


async def test_who_has_written_reads_it_however_often(opened):
    """Two hundred times: write, and read at once what is there."""
    with counted() as reads:
        for n in range(200):
            await DB.execute("INSERT INTO kept VALUES ($1)", n)
            async with from_replica(Reads.FIGURES):
                assert await DB.fetchval("SELECT max(id) FROM kept") == n
    assert sum(there for _, there in reads) > 150  # most of them from the standby: or nothing was tried


async def test_writers_and_readers_side_by_side(opened):
    """Each of eight writes and reads its own last number, on whichever connection it is given."""

    async def one(start: int) -> int:
        there = 0
        for n in range(start, start + 40):
            await DB.execute("INSERT INTO kept VALUES ($1)", n)
            async with from_replica(Reads.FIGURES):
                assert await DB.fetchval("SELECT max(id) FROM kept WHERE id BETWEEN $1 AND $2", start, start + 39) == n
                there += await DB.fetchval(WHERE)
        return there

    assert sum(await asyncio.gather(*(one(start) for start in range(0, 800, 100)))) > 100


async def test_one_that_is_behind_is_not_asked_and_asked_again_when_it_has_caught_up(opened):
    opened.standby.sql("SELECT pg_wal_replay_pause()")
    try:
        with capture_logs() as logs:
            for n in range(3):
                await DB.execute("INSERT INTO kept VALUES ($1)", n)
                async with from_replica(Reads.FIGURES):
                    assert await DB.fetchval("SELECT max(id) FROM kept") == n
            await until(State.BEHIND)
        assert REPLICA.standing().behind_bytes > 0
        assert ("replica", "behind") in [(line["event"], line.get("state")) for line in logs]
        async with asyncio.timeout(WAIT):  # nobody waits for it any more
            for _ in range(20):
                assert await on_the_standby() is False
    finally:
        opened.standby.sql("SELECT pg_wal_replay_resume()")
    with capture_logs() as logs:
        await until(State.IN_USE)
    assert await on_the_standby() is True
    assert [line["state"] for line in logs if line["event"] == "replica"] == ["in use"]


async def test_it_is_killed_in_the_midst_of_reads(opened):
    """Every read is answered, by the one or the other; afterwards it is used again, without a restart of ours."""
    stop, answers = asyncio.Event(), []

    async def read() -> None:
        while not stop.is_set():
            async with from_replica(Reads.REPORTS):
                answers.append(await DB.fetchval("SELECT pg_is_in_recovery() FROM (SELECT pg_sleep(0.02)) s"))

    readers = [asyncio.create_task(read()) for _ in range(6)]
    while sum(answers) < 20:
        await asyncio.sleep(0.01)
    await asyncio.to_thread(opened.standby.kill)
    await until(State.AWAY)
    after = len(answers)
    while len(answers) < after + 20:
        await asyncio.sleep(0.01)
    assert not any(answers[after + 6 :])
    await asyncio.to_thread(opened.standby.start)
    await until(State.IN_USE)
    while not answers[-1]:
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*readers)
    assert set(answers) == {True, False}


async def test_one_that_falls_silent_is_left(opened):
    """A statement that is under way there is asked of the main server then."""
    slow = asyncio.create_task(_slow())
    await asyncio.sleep(0.2)
    await asyncio.to_thread(opened.standby.freeze)
    try:
        async with asyncio.timeout(10):
            assert await slow is False
        assert REPLICA.standing().state is State.AWAY
        assert await on_the_standby() is False
    finally:
        await asyncio.to_thread(opened.standby.thaw)
    await until(State.IN_USE)
    assert await on_the_standby() is True


async def _slow() -> bool:
    async with from_replica(Reads.REPORTS):
        return await DB.fetchval("SELECT pg_is_in_recovery() FROM (SELECT pg_sleep(CASE WHEN pg_is_in_recovery() THEN 2 ELSE 0 END)) s")


async def test_what_was_read_is_cleared_away_under_it(opened):
    """PostgreSQL ends a statement of a standby that stands in the way of what it has to take in; the main server answers then."""
    opened.standby.sql("ALTER SYSTEM SET max_standby_streaming_delay = '100ms'")
    opened.standby.sql("SELECT pg_reload_conf()")
    await DB.execute("INSERT INTO kept VALUES (1)")

    async def read() -> bool:
        async with from_replica(Reads.REPORTS):
            return await DB.fetchval(
                "SELECT pg_is_in_recovery() FROM kept, (SELECT pg_sleep(CASE WHEN pg_is_in_recovery() THEN 3 ELSE 0 END)) s LIMIT 1"
            )

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.3)
    opened.main.sql("ALTER TABLE kept ADD COLUMN IF NOT EXISTS more int")
    async with asyncio.timeout(2.5):
        assert await reading is False
    await until(State.IN_USE)


async def test_faults_of_the_statement_are_as_anywhere(opened):
    async with from_replica(Reads.FIGURES):
        with pytest.raises(Invalid):
            await DB.fetchval("SELECT 1 / ($1::int - 1)", 1)
        with pytest.raises(RuntimeError, match="writes"):
            await DB.fetchval("INSERT INTO kept VALUES (1) RETURNING id")
        assert await DB.fetchval(WHERE) is True


@pytest.mark.parametrize("which", ["main", "promoted", "other"])
async def test_a_server_that_is_no_standby_of_this_database_is_not_read(opened, which):
    """The main server itself, one that was made a main server, and another installation's standby."""
    if which == "main":
        await REPLICA.open(opened.main.url(), 4, wait=0.1)
        await until(State.UNFIT)
    else:
        with pair(within=memory_backed()) as others:
            if which == "promoted":
                await DB.open(others.main.url())
                await REPLICA.open(others.standby.url(), 4, wait=0.1)
                await until(State.IN_USE)
                others.standby.sql("SELECT pg_promote()")
            else:
                await REPLICA.open(others.standby.url(), 4, wait=0.1)
            await until(State.UNFIT)
            assert await on_the_standby() is False
            await REPLICA.close()
            await DB.open(opened.main.url())
    assert await on_the_standby() is False


async def test_without_one_and_with_one_that_is_away(opened):
    await REPLICA.close()
    assert REPLICA.standing() is None
    assert await on_the_standby() is False
    await REPLICA.open("postgresql://app@127.0.0.1:1/yosafe", 4, wait=0.1)
    with capture_logs() as logs:
        assert await on_the_standby() is False
    assert [line for line in logs if line["event"] == "replica"] == [
        {"event": "replica", "state": "away", "fault": "ConnectionRefusedError", "log_level": "warning"}
    ]


async def test_while_the_main_server_is_away_it_is_said_as_ever(opened):
    await DB.open("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseAway):
        await on_the_standby()


async def test_a_task_that_outlives_the_block_reads_the_main_server(opened):
    begin = asyncio.Event()

    async def late() -> bool:
        await begin.wait()
        return await DB.fetchval(WHERE)

    async with from_replica(Reads.FIGURES):
        task = asyncio.create_task(late())
        assert await DB.fetchval(WHERE) is True
    begin.set()
    assert await task is False


async def test_the_settings_name_it(opened, tmp_path):
    await REPLICA.close()
    await DB.close()
    named = {"YOSAFE_HOME": str(tmp_path), "YOSAFE_SECRET_KEY": "s" * 32, "YOSAFE_REPLICA_URL": opened.standby.url()}
    settings = read({**named, "YOSAFE_DATABASE_URL": opened.main.url(), "YOSAFE_REPLICA_WAIT_MS": "2000"}, file=tmp_path / "none")
    await connect(settings)
    assert await on_the_standby() is True
    await disconnect(settings)
    assert (REPLICA.standing(), DB.is_open) == (None, False)
    for more, fault in (
        ({}, "YOSAFE_DATABASE_URL"),
        ({"YOSAFE_REPLICA_URL": "standby"}, "YOSAFE_REPLICA_URL"),
        ({"YOSAFE_REPLICA_WAIT_MS": "-1"}, "WAIT_MS"),
    ):
        with pytest.raises(SettingsWrong, match=fault):
            read({**named, **more}, file=tmp_path / "none")


def test_the_replica_is_spoken_of_in_the_guide():
    """What is read there is said to whoever sets one up."""
    from tests.conftest import ROOT

    said = (ROOT / "docs/how-to/deploy.md").read_text("utf-8")
    named = re.search(r"## A replica\n(.*?)\n## ", said, re.DOTALL)[1]
    assert [what.value for what in Reads if what.value not in named.lower()] == []
