"""`make bench ARGS=start`: from the start of a process to its first answer, on a server of its own and on the database that yosafe brings; what of it
is importing; and from `make demo` to the page on which people sign in."""

import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from yosafe.db import embedded

from .ground import free_port, ground

ROOT = Path(__file__).parents[1]
TIMES, LARGEST = 5, 12
AIM, DEMO_AIM = 2.0, 25.0
LONGEST = 120.0


class Started(NamedTuple):
    """Seconds of the clock, and of the processor by the process and those that it started and that have ended."""

    wall: float
    processor: float


def first_answer(command: list[str], environ: dict[str, str], port: int, path: str) -> Started:
    """From the start of a command to its first answer that is not an error; then it is ended."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environ}, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while time.perf_counter() - began < LONGEST and process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30):
                wall = time.perf_counter() - began
                break
            time.sleep(0.005)
        else:
            raise RuntimeError(f"{' '.join(command)} did not answer within {LONGEST:.0f} s")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0  # it is known here already
    return Started(wall, used.ru_utime + used.ru_stime)


def serving(environ: dict[str, str], what: str) -> None:
    """Some starts of `yosafe serve`; the middle one is printed."""
    found = []
    for _ in range(TIMES):
        port = free_port()
        command = [sys.executable, "-m", "yosafe", "serve", "--port", str(port)]
        found.append(first_answer(command, {"YOSAFE_LOG": "json", "YOSAFE_FILE_KEYS": f"bench:{'0' * 64}", **environ}, port, "/sign-in"))
    wall, processor = statistics.median(one.wall for one in found), statistics.median(one.processor for one in found)
    quickest = min(one.wall for one in found)
    print(
        f"yosafe serve, {what}: first page after {wall:.2f} s (quickest of {TIMES}: {quickest:.2f} s; aim {AIM:.0f} s), "
        f"{processor:.2f} s of processor",
        flush=True,
    )


def importing() -> None:
    """What importing the service costs, by the packages that it is made of."""
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import yosafe.web.app"], check=True, capture_output=True, text=True, cwd=ROOT
    ).stderr
    own, whole = Counter[str](), 0
    for line in said.splitlines():
        itself, _, rest = line.removeprefix("import time:").strip().partition("|")
        if itself.strip().isdigit():
            name = rest.partition("|")[2].strip()
            own[".".join(name.split(".")[: 2 if name.startswith("yosafe.") else 1])] += int(itself)
            whole += int(itself)
    print(f"importing yosafe.web.app: {whole / 1e6:.2f} s (as measured, which takes longer); by package:", flush=True)
    for name, took in own.most_common(LARGEST):
        print(f"  {name:<24} {took / 1000:6.0f} ms")


def demo() -> None:
    """After installation, whatever has changed since."""
    with tempfile.TemporaryDirectory(prefix="yosafe-bench-") as home:
        port = free_port()
        started = first_answer(["make", "--old-file=.venv/.ready", "demo", f"PORT={port}"], {"YOSAFE_HOME": home}, port, "/sign-in")
        time.sleep(2)  # the demo takes its folder away
    print(f"make demo: page to sign in after {started.wall:.1f} s (aim {DEMO_AIM:.0f} s)", flush=True)


async def _on_a_server() -> None:
    async with ground() as on:
        await asyncio.to_thread(serving, {"YOSAFE_HOME": str(on.home / "served"), "YOSAFE_DATABASE_URL": on.dsn}, "on a database server")


def main() -> None:
    asyncio.run(_on_a_server())
    with tempfile.TemporaryDirectory(prefix="yosafe-bench-") as home:
        Path(home).chmod(0o755)
        environ = {"YOSAFE_HOME": home, "YOSAFE_DATABASE_URL": ""}
        serving(environ, "with its own database")
        embedded.stop(Path(home) / "db")
    importing()
    demo()
