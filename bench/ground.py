"""What is measured on: a durable embedded server, an establishment with young people, incidents in any number, the application."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from yosafe.accounts import actions
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.audit.record import Operator
from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade

YOUNG_PEOPLE, FEW = 300, 2_000  # young people to so many incidents


@dataclass(frozen=True)
class Ground:
    home: Path
    dsn: str
    key: str
    lead_key: str


@contextlib.asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """A fresh installation with a YOI, a lead, an officer, their API keys and YOUNG_PEOPLE young people held there."""
    home = Path(tempfile.mkdtemp(prefix="yosafe-bench-"))
    try:
        dsn = await asyncio.to_thread(embedded.start, home / "db")
        await DB.open(dsn)
        await upgrade()
        keys = await _people()
        yield Ground(home, dsn, *keys)
    finally:
        await DB.close()
        embedded.stop(home / "db")
        shutil.rmtree(home)


async def _people() -> tuple[str, str]:
    operator = Operator()
    await actions.add_agency(AddAgency(code="wetherby", kind=AgencyKind.YOI, name="Wetherby", establishment="WYI"), by=operator)
    keys = []
    for name, role in (("dan", Role.YOI_OFFICER), ("cleo", Role.YOI_LEAD)):
        await actions.add_user(AddUser(email=f"{name}@example.org", name=name.title(), role=role, agency="wetherby"), by=operator)
        keys.append((await actions.make_key(MakeKey(name="bench", email=f"{name}@example.org"), by=operator)).key)
    await hold(1, YOUNG_PEOPLE)
    return keys[0], keys[1]


async def hold(first: int, last: int) -> None:
    """More young people, held at Wetherby."""
    await DB.execute(f"""
        INSERT INTO young_person (family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version)
        SELECT 'Family' || n, 'Given' || n, '2009-01-01'::date + n % 1000, 'male', 'E08000035', now() - interval '200 days', 1, 1
        FROM generate_series({first}, {last}) n;
        INSERT INTO placement (young_person, establishment, unit, legal_status, arrived_at, distance_miles, recorded_at, recorded_by, version)
        SELECT id, 'WYI', 'A', 'dto', now() - interval '190 days', 20, now() - interval '190 days', 1, 1 FROM young_person WHERE id >= {first};
    """)
    await DB.execute("VACUUM ANALYZE young_person")
    await DB.execute("VACUUM ANALYZE placement")


async def fill(incidents: int) -> None:
    """Bring the number of incidents up to this many, over half a year, two involved in each. With more incidents come more young people, so that
    each has as many as before: those who were there keep theirs."""
    have, held = await DB.fetchval("SELECT count(*) FROM incident"), await DB.fetchval("SELECT count(*) FROM young_person")
    people = incidents * YOUNG_PEOPLE // FEW
    if people > held:
        await hold(held + 1, people)
    first = held if have and people > held else 0
    await DB.execute(f"""
        INSERT INTO incident (kind, status, severity, restricted, establishment, unit, place, happened_at, happened_precision, account, told_by,
            question_set, answers, agency, recorded_at, recorded_by, version)
        SELECT (ARRAY['bullying', 'assault', 'self_harm', 'complaint'])[1 + n % 4], (ARRAY['submitted', 'concluded', 'closed'])[1 + n % 3],
            'low', false, 'WYI', 'A', 'cell', now() - random() * interval '180 days', 'exact', 'Synthetic account of what happened. ' || n,
            'staff', 'bullying@1', '{{}}', 1, now(), 1, 1
        FROM generate_series({have} + 1, {incidents}) n;
        INSERT INTO involvement (incident, young_person, role, injuries, age, establishment, care_status, happened_at, recorded_at)
        SELECT i.id, 1 + {first} + (i.id * 7 + k * 13) % {max(people, YOUNG_PEOPLE) - first}, (ARRAY['harmed', 'alleged_to_have_harmed'])[1 + k],
            '{{}}', 16, 'WYI', 'not_known', i.happened_at, i.recorded_at
        FROM incident i CROSS JOIN generate_series(0, 1) k WHERE i.id > (SELECT coalesce(max(incident), 0) FROM involvement);
    """)
    await DB.execute("VACUUM ANALYZE incident")
    await DB.execute("VACUUM ANALYZE involvement")
    await DB.execute("CHECKPOINT")  # what the filling leaves to write is nothing that anybody who reads waits for


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served(NamedTuple):
    port: int
    pid: int


@contextlib.contextmanager
def served(ground: Ground, *, workers: int = 1) -> Iterator[Served]:
    """The application on the ground's database, in one worker or more. Nobody needs a code to sign in."""
    port = free_port()
    environ = {
        **os.environ,
        "YOSAFE_HOME": str(ground.home),
        "YOSAFE_DATABASE_URL": ground.dsn,
        "YOSAFE_LOG": "json",
        "YOSAFE_FILE_KEYS": f"bench:{'0' * 64}",
        "YOSAFE_CODES_FOR": "none",
    }
    command = [sys.executable, "-m", "yosafe", "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Served(port, server.pid)
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within a minute")
