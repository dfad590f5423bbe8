"""`make bench ARGS=peers`: recording an incident, a list of 50 and the page of the same 50, by raw asyncpg, by yosafe and by its twins (README.md in
this folder), one after the other on one database server, each in one worker, asked by as many clients."""

import asyncio
import contextlib
import http.client
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import asyncpg

from yosafe.db.engine import DB

from ..beside import CLIENTS, CONNECTIONS, RAW, RECORDED_ABOUT, Figures, line, one_select, over_http, posts, raw, two_inserts
from ..ground import FEW, Ground, Served, fill, free_port, hold, served
from ..load import request

HERE = Path(__file__).parent
PLACE = HERE / ".venv"
REQUIREMENTS = HERE / "requirements.txt"
SCHEMA = (HERE / "schema.sql").read_text("utf-8")
RECORDING, READING = ("POST incident",), ("list of 50", "page of 50")
JOURNEY = (*RECORDING, *READING)
YOSAFE = "yosafe"


class Twin(NamedTuple):
    """What it is made of, its folder, and the command that serves it in one worker; `{port}` is where."""

    name: str
    folder: str
    command: tuple[str, ...]


UVICORN = ("uvicorn", "app:app", "--port", "{port}", "--no-access-log", "--loop", "uvloop", "--http", "httptools")
GUNICORN = (
    "gunicorn", "service.wsgi", "--bind", "127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", str(CONNECTIONS),
    "--keep-alive", "60", "--log-level", "warning",
)  # fmt: skip
TWINS = (Twin("FastAPI + SQLAlchemy", "with_fastapi", UVICORN), Twin("Django + DRF", "with_django", GUNICORN))


def environment() -> Path:
    """The folder of the twins' own programs; made where it is missing or was made of other requirements."""
    made_of, wanted = PLACE / "requirements", REQUIREMENTS.read_text("utf-8")
    if not made_of.exists() or made_of.read_text("utf-8") != wanted:
        print("Installing the twins into bench/peers/.venv", flush=True)
        venv.create(PLACE, clear=True, with_pip=True)
        quiet = ("--quiet", "--disable-pip-version-check")
        subprocess.run([PLACE / "bin/pip", "install", *quiet, "--requirement", REQUIREMENTS], check=True, stderr=subprocess.DEVNULL)
        made_of.write_text(wanted, "utf-8")
    return PLACE / "bin"


@contextlib.contextmanager
def serving(twin: Twin, on: Ground, programs: Path) -> Iterator[Served]:
    port = free_port()
    command = [str(programs / twin.command[0]), *(part.format(port=port) for part in twin.command[1:])]
    environ = {**os.environ, "PEER_DATABASE_URL": on.dsn, "PEER_CONNECTIONS": str(CONNECTIONS)}
    environ = {name: value for name, value in environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    with (on.home / f"{twin.folder}.log").open("wb") as log:
        server = subprocess.Popen(command, env=environ, cwd=HERE / twin.folder, stdout=log, stderr=log)
        try:
            _wait(port, server, on.home / f"{twin.folder}.log")
            yield Served(port, server.pid)
        finally:
            server.terminate()
            server.wait(20)


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until it answers at all. Raises RuntimeError with its last words where it does not."""
    for _ in range(300):
        with contextlib.suppress(OSError):
            ask(port, "GET", "/api/v1/incidents", "")
            return
        if server.poll() is not None:
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
    raise RuntimeError(f"a twin does not answer:\n{log.read_text()[-2000:]}")


def ask(port: int, method: str, path: str, key: str, body: bytes = b"") -> tuple[int, bytes]:
    """The status and the words of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


async def check(twin: Twin, on: Ground, port: int) -> None:
    """That it does the work that it is measured by. Raises RuntimeError with what it does not."""
    sent = json.loads(posts(on.key)[0].partition(b"\r\n\r\n")[2])

    async def asked(method: str, path: str, key: str, body: object = None) -> tuple[int, bytes]:
        return await asyncio.to_thread(ask, port, method, path, key, b"" if body is None else json.dumps(body).encode())

    async def counted() -> tuple[int, ...]:
        return tuple([int(await DB.fetchval(f"SELECT count(*) FROM peers.{table}")) for table in ("incident", "involvement", "audit_entry")])

    stranger = [{"young_person": "YP-999999", "roles": ["harmed"]}]
    refused = {
        "an unknown key": (await asked("GET", "/api/v1/incidents", "unknown"), 401),
        "an unknown kind": (await asked("POST", "/api/v1/incidents", on.key, {**sent, "kind": "weather"}), 400),
        "a young person who is not there": (await asked("POST", "/api/v1/incidents", on.key, {**sent, "involvements": stranger}), 400),
    }
    wrong = [f"{what} is answered {status}" for what, ((status, _), least) in refused.items() if not least <= status < 500]
    before = await counted()
    status, words = await asked("POST", "/api/v1/incidents", on.key, sent)
    written = tuple(now - then for now, then in zip(await counted(), before, strict=True))
    frozen = await DB.fetch("SELECT age, establishment, legal_status, distance_miles FROM peers.involvement ORDER BY id DESC LIMIT 3")
    if (status, written) != (201, (1, 3, 1)) or any(None in tuple(row) for row in frozen):
        wrong.append(f"recording answers {status} and writes {written}: {words[:300]!r}")
    for path, count in (("/api/v1/incidents?limit=50", b'"ref"'), ("/incidents", b'<td><a href="/incidents/IN-')):
        entries = (await counted())[2]
        status, words = await asked("GET", path, on.lead_key)
        if status != 200 or words.count(count) != 50 or (await counted())[2] != entries + 1:
            wrong.append(f"{path} answers {status} with {words.count(count)} of 50, and {(await counted())[2] - entries} audit entries")
    if wrong:
        raise RuntimeError(f"{twin.name}: {'; '.join(wrong)}")


def asked_of(on: Ground) -> dict[str, list[bytes]]:
    return {
        "list of 50": [request("GET", "/api/v1/incidents?limit=50", on.lead_key)],
        "page of 50": [request("GET", "/incidents", on.lead_key)],
        "POST incident": posts(on.key),
    }


async def journey(name: str, on: Ground, server: Served, wanted: Sequence[str]) -> dict[str, Figures]:
    found, requests = {}, asked_of(on)
    for what in wanted:
        found[what] = await over_http(on, server, requests[what])
        line(f"{name}: {what}", found[what])
    return found


async def peers(on: Ground) -> None:
    """All of it, a table of it, and by how much yosafe is ahead: reading in an establishment of YOUNG_PEOPLE, then recording of more."""
    programs = await asyncio.to_thread(environment)
    await fill(FEW)
    async with asyncpg.create_pool(on.dsn, min_size=1, max_size=1) as one:
        await one.execute(RAW)
    print(f"{CLIENTS} clients, one worker, {CONNECTIONS} connections, {FEW:,} incidents, Python {sys.version.split()[0]}", flush=True)
    rows: dict[str, dict[str, Figures]] = {name: {} for name in ("raw asyncpg", YOSAFE, *(twin.name for twin in TWINS))}
    await each(on, programs, rows, READING)
    rows["raw asyncpg"] |= dict.fromkeys(READING, await raw(on, one_select))
    await hold(await DB.fetchval("SELECT count(*) FROM young_person") + 1, RECORDED_ABOUT)
    await each(on, programs, rows, RECORDING)
    rows["raw asyncpg"] |= dict.fromkeys(RECORDING, await raw(on, two_inserts))
    table(rows)


async def each(on: Ground, programs: Path, rows: dict[str, dict[str, Figures]], what: Sequence[str]) -> None:
    """The same of each twin, on tables made anew, and of yosafe."""
    for twin in TWINS:
        async with asyncpg.create_pool(on.dsn, min_size=1, max_size=1) as one:
            await one.execute(SCHEMA)
            await one.execute("ANALYZE")
        with serving(twin, on, programs) as server:
            await check(twin, on, server.port)
            rows[twin.name] |= await journey(twin.name, on, server, what)
    with served(on) as server:
        rows[YOSAFE] |= await journey(YOSAFE, on, server, what)


def table(rows: dict[str, dict[str, Figures]]) -> None:
    """In Markdown, for docs/explanation/promises.md: a second, p95, and the processor time of server and PostgreSQL for each."""
    print(f"\n| | {' | '.join(f'{what}, a second' for what in JOURNEY)} | {' | '.join(f'{what}, processor ms' for what in JOURNEY)} |")
    print(f"| --- |{' ---: |' * 2 * len(JOURNEY)}")
    for name in rows:
        figures = [rows[name][what] for what in JOURNEY]
        rates = [f"{one.rate:,.0f} (p95 {one.p95:.0f} ms)" for one in figures]
        print(f"| {name} | {' | '.join(rates)} | {' | '.join(f'{sum(one.cost or ()):.2f}' for one in figures)} |")
    print()
    for what in JOURNEY:
        ours, limit = rows[YOSAFE][what], rows["raw asyncpg"][what]
        said = [f"{ours.rate / rows[twin.name][what].rate:.2f} times {twin.name}" for twin in TWINS]
        ahead = all(ours.rate > rows[twin.name][what].rate for twin in TWINS)
        print(f"{what}: yosafe does {', '.join(said)} ({'ahead of both' if ahead else 'NOT ahead of both'}), {ours.rate / limit.rate:.2f} of raw")
    print(f"failed: {sum(one.failed for figures in rows.values() for one in figures.values())}", flush=True)
