"""The whole service with a replica: which of what people ask for is read there, that they see what they have just recorded, that the trail of it is
on the main server, and that whoever watches the machines is told how the replica stands."""

import asyncio
import datetime as dt
import re
from pathlib import Path

import pytest

import yosafe
from tests.conftest import memory_backed
from tests.db.pair import pair
from tests.incidents.make import involve, submit
from tests.reporting.conftest import built
from tests.world import NOW
from yosafe.db import replica
from yosafe.db.engine import DB
from yosafe.db.replica import REPLICA, Reads, State
from yosafe.db.upgrade import upgrade
from yosafe.reviews.actions import refresh_flags
from yosafe.settings import read
from yosafe.web.app import create_app

pytestmark = pytest.mark.serial

TOKEN = "m" * 32


@pytest.fixture(scope="module")
def servers():
    with pair(within=memory_backed()) as found:
        yield found


@pytest.fixture(scope="module")
async def database_url(servers):
    """The main server's, with the whole schema; whoever empties it between tests is its superuser."""
    await DB.close()
    await DB.open(servers.main.url("yosafe"))
    await upgrade()
    yield servers.main.url("yosafe")
    await DB.close()


@pytest.fixture(scope="module")
def app(database_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    environ = {"YOSAFE_HOME": str(home), "YOSAFE_DATABASE_URL": database_url, "YOSAFE_SECRET_KEY": TOKEN, "YOSAFE_METRICS_TOKEN": TOKEN}
    return create_app(read(environ, file=home / "none"))


@pytest.fixture
async def reads(servers, db, world, app, monkeypatch):
    """What was read, and whether the replica answered, while it is in use."""
    monkeypatch.setattr(replica, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(replica, "PATIENCE", 2.0)
    await REPLICA.open(servers.standby.url("yosafe"), 4, wait=10)
    await until(State.IN_USE)
    found, count = [], REPLICA.heard

    def heard(what, there):
        found.append((what, there))
        count(what, there)

    monkeypatch.setattr(REPLICA, "heard", heard)
    yield found
    await REPLICA.close()


async def until(state):
    async with asyncio.timeout(20):
        while REPLICA.standing().state is not state:
            await asyncio.sleep(0.02)


async def patterns(cleo, world):
    assert (await cleo.get("/api/v1/patterns/WYI")).status_code == 200
    return "pattern:read"


async def report(cleo, world):
    await built(cleo, "yoi-safeguarding")
    return "report:built"


async def figures(cleo, world):
    assert (await cleo.get("/api/v1/review-figures")).status_code == 200
    return


async def flags(cleo, world):
    await refresh_flags(by=world.cleo)
    return "flag:refreshed"


ASKED = {Reads.PATTERNS: patterns, Reads.REPORTS: report, Reads.FIGURES: figures, Reads.FACTS: flags}


@pytest.mark.parametrize("what", Reads)
async def test_each_is_read_there_and_its_trail_is_on_the_main_server(api, world, reads, servers, what):
    await submit(world.dan, involve(world.kai, "harmed"))
    event = await ASKED[what](await api(world.cleo), world)
    assert set(reads) == {(what, True)}
    assert event is None or await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = $1", event) == 1


async def test_records_lists_sign_in_and_the_trail_are_not_read_there(api, client, world, reads, kai_ref):
    script, browser = await api(world.cleo), await client(world.cleo)
    for path in ("/api/v1/incidents", f"/api/v1/young-people/{kai_ref}", "/api/v1/young-people?q=Morton", "/api/v1/flags", "/api/v1/clocks"):
        assert (await script.get(path)).status_code == 200, path
    for path in ("/", f"/children/{kai_ref}", "/incidents", "/children"):
        assert (await browser.get(path)).status_code == 200, path
    assert reads == []


async def test_whoever_records_sees_it_in_the_figures_at_once(api, world, reads):
    cleo = await api(world.cleo)
    for n in range(1, 11):
        await submit(world.dan, involve(world.kai, "harmed"), happened_at=NOW - dt.timedelta(hours=1), kind="assault")
        found = (await cleo.get("/api/v1/patterns/WYI")).json()
        assert {row["place"]: row["total"] for row in found["places"]}[""] == n
    assert set(reads) == {(Reads.PATTERNS, True)}


async def test_it_is_said_how_it_stands(api, client, world, reads, servers):
    cleo, watching = await api(world.cleo), await client()
    watching.headers["Authorization"] = f"Bearer {TOKEN}"

    async def told():
        ready, metrics = await watching.get("/readyz"), (await watching.get("/metrics")).text
        states = dict(re.findall(r'^yosafe_replica\{state="([^"]+)"\} (\S+)$', metrics, re.MULTILINE))
        assert set(states) == set(State)
        return ready.status_code, ready.json()["replica"]["state"], [state for state, value in states.items() if value == "1.0"], metrics

    status, state, of_metrics, _ = await told()
    assert (status, state, of_metrics) == (200, "in use", ["in use"])
    await asyncio.to_thread(servers.standby.freeze)
    try:
        await until(State.AWAY)
        assert (await cleo.get("/api/v1/patterns/WYI")).status_code == 200
        status, state, of_metrics, metrics = await told()
        assert (status, state, of_metrics) == (200, "away", ["away"])
        assert float(re.search(r'^yosafe_replica_reads_total\{answered="main",what="patterns"\} (\S+)$', metrics, re.MULTILINE)[1]) >= 3
        assert "yosafe_replica_behind_bytes" not in metrics
    finally:
        await asyncio.to_thread(servers.standby.thaw)
    await until(State.IN_USE)
    assert "yosafe_replica_behind_bytes 0.0" in (await told())[3]
    await REPLICA.close()
    assert "replica" not in (await watching.get("/readyz")).json()


def test_nothing_that_decides_who_may_see_what_asks_it():
    """By the modules that do: none that loads for a user, signs in, keeps the trail, or lists records."""
    root = Path(yosafe.__file__).parent
    using = {str(path.relative_to(root)) for path in root.rglob("*.py") if "from_replica" in path.read_text("utf-8")} - {"db/replica.py"}
    assert len(using) >= 8
    assert [name for name in using if re.match(r"(accounts|audit|lists|jobs|people|incidents|web|cli)/|.*access\.py$", name)] == []
