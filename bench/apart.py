"""Faults of an installation whose PostgreSQL is a server of its own: its replica is killed, the clock jumps, the network between is cut.

The clock is that of a library which stands between the processes and the time of the machine (libfaketime: `apt-get install faketime`); yosafe and
PostgreSQL are told the same. The network is cut in a network namespace, which root only can make: PostgreSQL runs inside, yosafe outside.
"""

import asyncio
import contextlib
import datetime as dt
import os
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.db.pair import Cluster, pair, place
from tests.load.installation import Installation, folder
from tests.load.test_killed import CLIENTS, Sent
from tests.load.writing import ROUND, Writers
from tests.world import COOKIE, session_of
from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.db.programs import Account, account_for, programs_for

Counted = Callable[[Installation, Sent, int, str, float], Awaitable[None]]
KEYS = "bench:" + "5c" * 32
LIBRARIES = ("usr/lib/*/faketime/libfaketimeMT.so.1", "usr/lib*/faketime/libfaketimeMT.so.1")
FORWARD, BACK = 3 * 3600, -40 * 60  # seconds beside the true time
CUT = 12.0  # seconds
IP = Path("/usr/sbin/ip")
OUTSIDE, INSIDE = "10.231.7.1", "10.231.7.2"


class Apart(Installation):
    """yosafe on a server that the settings name."""

    def __init__(self, home: Path, server: Cluster, **more: str) -> None:
        super().__init__(home)
        self.server, self.more = server, more

    async def furnish(self) -> None:
        self.address = self.server.url()
        await self.fill()

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "YOSAFE_DATABASE_URL": self.address, "YOSAFE_FILE_KEYS": KEYS, **self.more}

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    async def told(self) -> dict[str, Any]:
        """What /readyz says."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            found: dict[str, Any] = (await client.get("/readyz")).json()
            return found


@contextlib.asynccontextmanager
async def served(server: Cluster, **more: str) -> AsyncIterator[Apart]:
    """yosafe on this server, with these variables beside its settings."""
    with folder() as home:
        await DB.close()
        installation = Apart(home, server, **more)
        try:
            await installation.furnish()
            await installation.serve()
            yield installation
        finally:
            await DB.close()
            await asyncio.to_thread(installation.close)


async def replica_killed(counted: Counted) -> None:
    """While eight record and two read figures; then it comes back."""
    with pair(durable=True) as servers:
        async with served(servers.main, YOSAFE_REPLICA_URL=servers.standby.url()) as installation:
            sent, answers, stop = Sent(), Counter[int](), asyncio.Event()
            crowd = Writers(installation, sent)
            readers = [asyncio.create_task(_read_figures(installation, answers, stop)) for _ in range(2)]
            await _until(installation, "in use")
            await crowd.some_more()
            await asyncio.to_thread(servers.standby.kill)
            await _until(installation, "away")
            await crowd.some_more()
            await asyncio.to_thread(servers.standby.start)
            began = time.monotonic()
            await _until(installation, "in use")
            seconds = time.monotonic() - began
            await crowd.some_more()
            await crowd.end()
            stop.set()
            await asyncio.gather(*readers)
            failed = sum(number for status, number in answers.items() if status != 200)
            if failed or sum(answers.values()) < ROUND:
                raise RuntimeError(f"reads while the replica was killed: {answers}")
            await counted(installation, sent, 0, f"kill -9 of the replica, {answers[200]} reads and {failed} failed", seconds)


async def _read_figures(installation: Installation, answers: Counter[int], stop: asyncio.Event) -> None:
    async with installation.client("cleo") as client:
        while not stop.is_set():
            answers[(await client.get("/patterns/WYI")).status_code] += 1


async def _until(installation: Apart, state: str) -> None:
    async with asyncio.timeout(60):
        while (await installation.told()).get("replica", {}).get("state") != state:  # noqa: ASYNC110  # another process is asked
            await asyncio.sleep(0.05)


@contextlib.contextmanager
def alone(*, within: tuple[str, ...] = (), address: str = "127.0.0.1", switch: bool = True, rule: str = "") -> Iterator[Cluster]:
    """One durable server by itself, whose programs are run by `within`, which becomes its account where `switch` is False."""
    with place() as (where, account):
        data = where / "main"
        run_by = account if switch else Account(account.uid, account.gid, switch=False)
        server = Cluster(data, run_by, programs_for(data, account), durable=True, address=address)
        server.within = within
        try:
            server.make()
            with (data / "pg_hba.conf").open("a") as file:
                file.write(rule)
            server.start()
            server.furnish()
            yield server
        finally:
            server.stop()


def faketime() -> Path | None:
    """The library, if it is there."""
    return next((path for pattern in LIBRARIES for path in Path("/").glob(pattern)), None)


async def clock_jumps(counted: Counted, library: Path) -> None:
    """Three hours forward, and back to forty minutes before the true time, while eight record. A session ends by it rather than last longer."""
    with folder() as told:
        told.chmod(0o755)
        offset = told / "offset"
        offset.write_text("+0")
        variables = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        with alone(within=("env", *(f"{name}={value}" for name, value in variables.items()))) as server:
            async with served(server, **variables) as installation:
                sent, tokens = Sent(), list[str]()
                crowd = Writers(installation, sent)
                for seconds in (0, FORWARD, BACK):
                    offset.write_text(f"{seconds:+d}")
                    await crowd.some_more()
                    if [token for token in tokens if await _is_in(installation, token)]:
                        raise RuntimeError("a session outlived a jump of hours")
                    tokens.append(await _signed_in(installation, seconds))
                    if not await _is_in(installation, tokens[-1]):
                        raise RuntimeError("nobody can sign in after the clock jumped")
                await crowd.end()
                async with installation.looking():
                    ahead, behind = [await DB.fetchval(_BESIDE, clock.now() + dt.timedelta(seconds=one)) for one in (FORWARD, BACK)]
                if min(ahead, behind) < ROUND:
                    raise RuntimeError("the clock did not jump for what is written in the trail")
                refused = sum(number for status, number in sent.statuses.items() if status != 201)
                await counted(installation, sent, 0, f"the clock +3 h, then -3 h 40 ({refused} refused)", 0.0)


# Entries that were written about such a time, as PostgreSQL's own clock is not to be asked.
_BESIDE = "SELECT count(*) FROM audit_entry WHERE at BETWEEN $1::timestamptz - interval '10 minutes' AND $1 + interval '10 minutes'"


async def _signed_in(installation: Installation, seconds: int) -> str:
    """A session of Cleo's, begun by the clock of the installation."""
    async with installation.looking():
        with clock.stopped_at(clock.now() + dt.timedelta(seconds=seconds)):
            return await session_of(await user_by_email("cleo@example.org"))


async def _is_in(installation: Installation, token: str) -> bool:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{installation.port}", headers={"Cookie": f"{COOKIE}={token}"}) as browser:
        return (await browser.get("/incidents")).status_code == 200


async def network_cut(counted: Counted) -> None:
    """Nothing comes through for some seconds, in neither direction, and nobody is told; then everything does again."""
    with namespace() as (name, device):
        account = account_for(Path("/nonexistent"))
        become = ("/usr/bin/setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups")
        run_by = (str(IP), "netns", "exec", name, *become)
        with alone(within=run_by, address=INSIDE, switch=False, rule=f"host all all {OUTSIDE}/30 trust\n") as server:
            async with served(server) as installation:
                sent = Sent()
                crowd = Writers(installation, sent)
                await crowd.some_more()
                await _ip("-n", name, "link", "set", device, "down")
                before = sent.statuses[201]
                await asyncio.sleep(CUT)
                through = sent.statuses[201] - before
                await _ip("-n", name, "link", "set", device, "up")
                began = time.monotonic()
                await crowd.some_more()
                seconds = time.monotonic() - began
                await crowd.end()
                if through > CLIENTS:  # each may have had its answer under way
                    raise RuntimeError("the network was not cut")
                refused = sum(number for status, number in sent.statuses.items() if status != 201)
                await counted(installation, sent, 0, f"the network cut for {CUT:.0f} s ({refused} refused)", seconds)


@contextlib.contextmanager
def namespace() -> Iterator[tuple[str, str]]:
    """A network namespace with one cable to ours, and the name of the cable's end in there; gone afterwards."""
    name, ours, theirs = (f"ysf-{kind}{os.getpid() % 100_000}" for kind in "not")
    for words in (
        ("netns", "add", name),
        ("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name),
        ("addr", "add", f"{OUTSIDE}/30", "dev", ours),
        ("link", "set", ours, "up"),
        ("-n", name, "addr", "add", f"{INSIDE}/30", "dev", theirs),
        ("-n", name, "link", "set", "lo", "up"),
        ("-n", name, "link", "set", theirs, "up"),
    ):
        subprocess.run([IP, *words], check=True)
    try:
        yield name, theirs
    finally:
        subprocess.run(["/usr/sbin/ip", "netns", "del", name], check=True)  # the cable goes with it


async def _ip(*words: str) -> None:
    await asyncio.to_thread(subprocess.run, [IP, *words], check=True)
