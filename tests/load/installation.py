"""A real installation, for tests that kill it and crowd it: `yosafe serve` as a process of its own, on its own durable PostgreSQL in a fresh home."""

import asyncio
import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.world import LEEDS, arrival, kai
from yosafe import clock
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.audit.record import Operator
from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person

AGENCIES = (
    AddAgency(code="wetherby", kind=AgencyKind.YOI, name="Wetherby", establishment="WYI"),
    AddAgency(code="leeds-social-services", kind=AgencyKind.SOCIAL_SERVICES, name="Leeds social services", area=LEEDS),
)
WORKERS = (
    ("dan", Role.YOI_OFFICER, "wetherby"),
    ("cleo", Role.YOI_LEAD, "wetherby"),
    ("esi", Role.SOCIAL_WORKER, "leeds-social-services"),
)
BOYS = ("Kai", "Leo", "Max", "Noah")
READY_SECONDS = 30


class Installation:
    """Four boys from Leeds held at Wetherby, and an API key each for Dan, Cleo and Esi."""

    def __init__(self, home: Path, *, workers: int = 1) -> None:
        self.home, self.workers = home, workers
        self.port = free_port()
        self.keys: dict[str, str] = {}
        self.boys: list[str] = []
        self.address = ""
        self.process: subprocess.Popen[bytes] | None = None
        self.code: Path | None = None  # where its code lies, if not here

    @property
    def database(self) -> Path:
        return self.home / "db"

    async def furnish(self) -> None:
        """Make the data with what the tests need in them. The database server stops again: `serve` is to start it."""
        self.address = await asyncio.to_thread(embedded.start, self.database)
        await self.fill()
        embedded.leave(self.database)

    async def fill(self) -> None:
        """What the tests need, in the database at `address`."""
        async with self.looking():
            await upgrade()
            for agency in AGENCIES:
                await accounts.add_agency(agency, by=Operator())
            for name, role, agency_code in WORKERS:
                await accounts.add_user(AddUser(email=f"{name}@example.org", name=name.title(), role=role, agency=agency_code), by=Operator())
                self.keys[name] = (await accounts.make_key(MakeKey(name="load", email=f"{name}@example.org"), by=Operator())).key
            dan = await user_by_email("dan@example.org")
            here = arrival(at=clock.now() - dt.timedelta(days=30))
            for name in BOYS:
                self.boys.append(young_person_ref((await add_young_person(by=dan, new=kai(given_names=name, placement=here))).id))

    @contextlib.asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """The test's own look into the database, beside the server's."""
        await DB.open(self.address)
        try:
            yield
        finally:
            await DB.close()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YOSAFE_")}
        return {**kept, "YOSAFE_HOME": str(self.home), "YOSAFE_LOG": "json", "YOSAFE_CODES_FOR": "none"}

    async def serve(self) -> None:
        """Start the service and wait until it is ready."""
        command = [sys.executable, "-m", "yosafe", "serve", "--port", str(self.port), "--workers", str(self.workers)]
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=self.code)
        await self.ready()

    async def ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                assert time.monotonic() < until, self.log()[-3000:]
                await asyncio.sleep(0.05)

    def client(self, name: str) -> httpx.AsyncClient:
        """A script that acts for Dan, Cleo or Esi."""
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}/api/v1", headers={"Authorization": f"Bearer {self.keys[name]}"}, timeout=30)

    def log(self) -> str:
        return (self.home / "serve.log").read_text()

    def command(self, *words: str) -> Any:
        """What a `yosafe` command prints as JSON."""
        command = [sys.executable, "-m", "yosafe", *words, "--format", "json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, cwd=self.code)
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def kill_server(self) -> None:
        """kill -9 of the service itself."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def kill_postgres(self) -> None:
        """kill -9 of PostgreSQL's main process: its children notice and go."""
        os.kill(self._postmaster().pid, signal.SIGKILL)

    def kill_one_connection(self) -> None:
        """kill -9 of one connection's process: PostgreSQL throws all others out, and recovers by itself."""
        working = [child for child in self._postmaster().children() if "yosafe yosafe" in " ".join(child.cmdline())]
        working[-1].kill()

    def kill_everything(self) -> None:
        """What a machine that loses its power does to processes."""
        for process in (self._postmaster(), *self._postmaster().children()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.kill_server()

    @property
    def kills(self) -> tuple[Callable[[], None], ...]:
        return self.kill_server, self.kill_postgres, self.kill_one_connection, self.kill_everything

    def _postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.database / "data/postmaster.pid").read_text().split()[0]))

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        embedded.stop(self.database)


@contextlib.asynccontextmanager
async def installed(*, workers: int = 1) -> AsyncIterator[Installation]:
    """A furnished installation, not yet serving; gone afterwards."""
    with folder() as home:
        await DB.close()
        installation = Installation(home, workers=workers)
        try:
            await installation.furnish()
            yield installation
        finally:
            await DB.close()
            await asyncio.to_thread(installation.close)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="yosafe-load-"))
    try:
        yield home
    finally:
        shutil.rmtree(home)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
