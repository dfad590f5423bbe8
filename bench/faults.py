"""`make bench ARGS=faults`: what outlives what. A real `yosafe serve` on its own durable PostgreSQL, eight clients that record incidents, and in
the middle of it a fault; then it comes back, whatever was not acknowledged is sent again under the same key, and everything is counted.

As root on Linux the disk is filled, too (a small file system in memory). Then the replica is killed, the clock jumps and the network is cut: see
apart.py. Any loss ends it with an error. `make bench ARGS="faults clock"` tries one alone (kills, disk, replica, clock, network).
"""

import asyncio
import contextlib
import os
import random
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

from bench import apart
from tests.load import installation as ground
from tests.load.installation import Installation, installed
from tests.load.test_killed import CLIENTS, Sent, burst, check_whole, repeat, write_until_it_fails
from yosafe.audit.verify import verify
from yosafe.db.engine import DB

DISK = "320m"
FULL_FOR = 15.0  # seconds at most that clients go on against a full disk
HEADS = ("fault", "acknowledged", "not known", "lost", "twice", "trail", "back after")
NAMES = {
    "kill_server": "kill -9 of yosafe", "kill_postgres": "kill -9 of PostgreSQL", "kill_one_connection": "kill -9 of one connection",
    "kill_everything": "kill -9 of all at once",
}  # fmt: skip


async def counted(installation: Installation, sent: Sent, before: int, what: str, seconds: float) -> None:
    """Send again what was not acknowledged, look whether each write is there once and whole, and print the line."""
    unknown = [write for write in sent.all if not write.acknowledged]
    acknowledged = sent.statuses[201] - before
    await repeat(installation, unknown + random.sample([write for write in sent.all if write.acknowledged], CLIENTS))
    async with installation.looking():
        await check_whole(sent)  # raises where one is lost, there twice or not whole
        entries = (await verify()).entries if not (await verify()).faults else -1
    if entries < 0:
        raise RuntimeError(f"after {what} the trail is not as it was written")
    print(f"{what:<58}{acknowledged:>14}{len(unknown):>12}{0:>8}{0:>8}{entries:>10} whole{seconds:>10.1f} s", flush=True)


async def kills() -> None:
    sent = Sent()
    async with installed() as installation:
        await installation.serve()
        for kill in installation.kills:
            before = sent.statuses[201]
            await burst(installation, sent, kill.__name__, kill)
            began = time.monotonic()
            gone = installation.process is None or installation.process.poll() is not None
            await (installation.serve() if gone else installation.ready())
            await counted(installation, sent, before, NAMES[kill.__name__], time.monotonic() - began)


async def full_disk() -> None:
    """The disk is full while they write, and is not any more when someone has made space."""
    sent = Sent()
    async with small_disk() as fill, installed() as installation:
        await installation.serve()
        stop = asyncio.Event()
        clients = [asyncio.create_task(write_until_it_fails(installation, sent, f"full-{n}", stop)) for n in range(CLIENTS)]
        while sent.statuses[201] < CLIENTS * 5:  # noqa: ASYNC110  # what counts is a plain counter
            await asyncio.sleep(0.01)
        ballast = await asyncio.to_thread(fill)
        await asyncio.wait(clients, timeout=FULL_FOR)
        stop.set()
        await asyncio.gather(*clients)
        refused = sum(number for status, number in sent.statuses.items() if status != 201)
        ballast.unlink()
        began = time.monotonic()
        await installation.ready()
        await counted(installation, sent, 0, f"full disk ({refused} refused)", time.monotonic() - began)


@contextlib.asynccontextmanager
async def small_disk() -> AsyncIterator[Callable[[], Path]]:
    """New folders of this process lie on a small file system meanwhile; call what is given to fill it, and unlink the file to make space."""
    with tempfile.TemporaryDirectory(prefix="yosafe-disk-") as place:
        await asyncio.to_thread(subprocess.run, ["/bin/mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0755", "yosafe", place], check=True)

        def fill() -> Path:
            ballast = Path(place) / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(b"\0" * 65536)
            return ballast

        before, tempfile.tempdir = tempfile.tempdir, place
        try:
            yield fill
        finally:
            tempfile.tempdir = before
            await asyncio.to_thread(subprocess.run, ["/bin/umount", place], check=True)


def main(*which: str) -> None:
    """Those that are named, or all; what this machine does not let us try is said."""
    ground.READY_SECONDS = 120  # others may be at work on this machine
    print(f"{HEADS[0]:<58}{HEADS[1]:>14}{HEADS[2]:>12}{HEADS[3]:>8}{HEADS[4]:>8}{HEADS[5]:>16}{HEADS[6]:>12}", flush=True)
    root, library = os.geteuid() == 0, apart.faketime()
    tries: dict[str, tuple[Callable[[], Coroutine[None, None, None]], str]] = {
        "kills": (kills, ""),
        "disk": (full_disk, "" if root and Path("/bin/mount").exists() else "a file system can be mounted by root only"),
        "replica": (lambda: apart.replica_killed(counted), ""),
        "clock": (lambda: apart.clock_jumps(counted, library or Path()), "" if library else "libfaketime is not there: apt-get install faketime"),
        "network": (lambda: apart.network_cut(counted), "" if root and apart.IP.exists() else "a network namespace is made with ip, by root only"),
    }
    for name, (trial, why_not) in tries.items():
        if which and name not in which:
            continue
        if why_not:
            print(f"{name}: left out, since {why_not}")
        else:
            asyncio.run(trial())
    if DB.is_open:
        raise RuntimeError("the engine was left open")
