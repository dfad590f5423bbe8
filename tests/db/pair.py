"""A PostgreSQL and its streaming standby, on loopback: for tests of reading from a replica, and for what is tried to break it."""

import contextlib
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from yosafe.db.programs import Account, Programs, account_for, programs_for

SMALL = {"shared_buffers": "32MB", "unix_socket_directories": "", "max_wal_senders": "4", "log_min_error_statement": "panic"}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """One server on a port of its own. `yosafe` is its superuser, `app` an account without rights that the database `yosafe` belongs to."""

    def __init__(self, data: Path, account: Account, programs: Programs, *, durable: bool, address: str = "127.0.0.1") -> None:
        self.data, self.account, self.programs, self.address = data, account, programs, address
        self.within: tuple[str, ...] = ()  # what its programs are run by, such as `env` with variables
        self.port = free_port()
        self.settings = {**SMALL, **({} if durable else NOT_DURABLE), "listen_addresses": address}

    def url(self, account: str = "app", database: str = "yosafe") -> str:
        return f"postgresql://{account}@{self.address}:{self.port}/{database}"

    def run(self, program: str, *words: str | Path) -> str:
        done = self.account.command(*self.within, self.programs.folder / program, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def make_folder(self) -> None:
        self.data.mkdir(mode=0o700)
        os.chown(self.data, self.account.uid, self.account.gid)

    def make(self) -> None:
        """Its data, without a database of ours."""
        self.make_folder()
        self.run("initdb", "-D", self.data, "-U", "yosafe", "-A", "trust", "--no-sync", "--encoding=UTF8", "--locale=C")

    def furnish(self) -> None:
        self.sql("CREATE ROLE app LOGIN", "postgres")
        self.sql("CREATE DATABASE yosafe OWNER app", "postgres")

    def start(self) -> None:
        options = " ".join(f"-c {name}='{value}'" for name, value in {**self.settings, "port": str(self.port)}.items())
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.data.with_suffix(".log"), "-o", options)

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.account.command(*self.within, self.programs.folder / "pg_ctl", "stop", "-m", "immediate", "-D", self.data)

    def sql(self, statement: str, database: str = "yosafe") -> str:
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url("yosafe", database), "-c", statement).strip()

    def processes(self) -> list[psutil.Process]:
        main = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        return [main, *main.children()]

    def kill(self) -> None:
        """kill -9 of all of it."""
        processes = self.processes()
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, 10)

    def freeze(self) -> None:
        """It answers nothing any more, and hangs up on nobody: as when the network between is cut."""
        for process in self.processes():
            process.suspend()

    def thaw(self) -> None:
        for process in self.processes():
            process.resume()

    def processor_seconds(self) -> float:
        """What its processes that live have used of the processor."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())


class Pair:
    """A main server and one that follows it."""

    def __init__(self, folder: Path, account: Account, *, durable: bool) -> None:
        programs = programs_for(folder / "main", account)
        self.main, self.standby = (Cluster(folder / name, account, programs, durable=durable) for name in ("main", "standby"))

    def make(self) -> None:
        self.standby.make_folder()
        self.main.make()
        self.main.start()
        self.main.furnish()
        self.follow()

    def follow(self) -> None:
        """Make the standby anew and start it."""
        source = self.main.url("yosafe", "postgres")
        self.main.run("pg_basebackup", "-D", self.standby.data, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        self.standby.start()

    def stop(self) -> None:
        for cluster in (self.standby, self.main):
            cluster.stop()


@contextlib.contextmanager
def pair(*, durable: bool = False, within: Path | None = None) -> Iterator[Pair]:
    """Both running; stopped and gone afterwards."""
    with place(within) as (folder, account):
        found = Pair(folder, account, durable=durable)
        try:
            found.make()
            yield found
        finally:
            found.stop()


@contextlib.contextmanager
def place(within: Path | None = None) -> Iterator[tuple[Path, Account]]:
    """A folder for clusters, and the account that runs them."""
    folder = Path(tempfile.mkdtemp(prefix="yosafe-pair-", dir=within))
    try:
        account = account_for(folder / "main")
        os.chown(folder, account.uid, account.gid)
        yield folder, account
    finally:
        shutil.rmtree(folder)
