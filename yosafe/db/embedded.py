"""yosafe's own PostgreSQL: started from the programs that a wheel brings, reached through a unix socket that only its owner and root can open.

Whoever uses the server holds a shared lock on `home`/users for as long as the process lives; the last one to leave stops the server. A process that
is killed loses its lock with its life; the server then runs on until the next one leaves, or until stop(). Linux and macOS.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from yosafe.db.programs import Account, Programs, account_for, programs_for
from yosafe.errors import DatabaseAway, SettingsWrong

ROLE = DATABASE = "yosafe"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # bytes; macOS has 104, Linux 108
LAST_BREATH_SECONDS = 15  # for the children of a killed server to notice and go

# For a laptop. Nothing that a statement holds goes to the log: it may be about a child.
SETTINGS = {
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
LOCALE = ("--encoding=UTF8", "--locale=C")
BUILT_IN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")  # PostgreSQL 17 on
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}  # what is acknowledged outlives the server still, not the machine

_held: dict[Path, int] = {}


def start(home: Path, *, durable: bool = True) -> str:
    """The address of the server under `home`, started if it does not run, with its data made if there are none. `durable=False` is for tests.

    Raises SettingsWrong where the folder can't be used, NotUpgraded where the data are of another PostgreSQL, DatabaseAway where it does not start.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        home = home.resolve(strict=True)
        with _alone(home):
            server = _Server(home)
            if not server.runs():
                server.launch(durable=durable)
            _hold(home)
    except OSError as fault:
        raise SettingsWrong(f"{home} can't be used for the database ({fault.strerror}). Name another folder in YOSAFE_HOME.") from None
    return server.address


def running(home: Path) -> bool:
    """Whether the server under `home` runs."""
    return _Server(home.resolve()).runs()


def leave(home: Path) -> None:
    """Give up our use of the server; it stops if nobody else uses it. Happens by itself when the process ends."""
    home = home.resolve()
    descriptor = _held.pop(home, None)
    if descriptor is None:
        return
    os.close(descriptor)
    if not home.exists():
        return
    with _alone(home), _lock_file(home) as others:
        try:
            fcntl.flock(others, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _Server(home).stop()


def stop(home: Path) -> None:
    """Stop the server for everyone."""
    home = home.resolve()
    descriptor = _held.pop(home, None)
    if descriptor is not None:
        os.close(descriptor)
    if home.exists():
        with _alone(home):
            _Server(home).stop()


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (home / "mutex").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _lock_file(home: Path) -> Iterator[int]:
    descriptor = os.open(home / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _hold(home: Path) -> None:
    if home not in _held:
        descriptor = os.open(home / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held[home] = descriptor
        atexit.register(leave, home)


class _Server:
    """The server whose data are under one home. Call its methods inside _alone()."""

    def __init__(self, home: Path) -> None:
        self.data = home / "data"

    @property
    def socket_folder(self) -> Path:
        """The data folder itself, or where that name is too long for a socket a folder with a short one."""
        if len(os.fsencode(self.data / SOCKET)) <= LONGEST_SOCKET:
            return self.data
        base = Path("/run") if os.geteuid() == 0 and Path("/run").is_dir() else Path("/tmp")  # noqa: S108  # its owner is checked
        return base / f"yosafe-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]}"

    @property
    def address(self) -> str:
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    def runs(self) -> bool:
        pid = _first_number(self.data / "postmaster.pid")
        return pid is not None and self._is_ours(pid)

    def launch(self, *, durable: bool) -> None:
        """Start the server, on new data if there are none. After a crash it recovers by itself."""
        account = account_for(self.data)
        programs = programs_for(self.data, account)
        if not self.data.exists():
            _make_data(self.data, account, programs, durable=durable)
        self._clear_the_way()
        self._make_socket_folder(account)
        with _way_in(self.data, account) as (data, passed):
            socket = data if self.socket_folder == self.data else self.socket_folder
            settings = {"listen_addresses": "", "unix_socket_directories": str(socket), "unix_socket_permissions": "0700"}
            if not durable:
                settings |= NOT_DURABLE
            options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
            done = account.command(
                programs.folder / "pg_ctl", "start", "-w", "-t", "120", "-D", data, "-l", data / "server.log", "-o", options, pass_fds=passed
            )
        if done.returncode:
            raise DatabaseAway(f"PostgreSQL does not start. {self.data}/server.log says why: {_last_words(self.data / 'server.log')}")

    def stop(self) -> None:
        """Stop the server: what is being written is rolled back, what was acknowledged stays. Nothing happens where none runs."""
        if not self.runs():
            return
        account = account_for(self.data)
        with _way_in(self.data, account) as (data, passed):
            done = account.command(programs_for(self.data, account).folder / "pg_ctl", "stop", "-w", "-m", "fast", "-D", data, pass_fds=passed)
        if done.returncode:
            raise DatabaseAway(f"PostgreSQL does not stop. {self.data}/server.log may say why.")

    def _is_ours(self, pid: int) -> bool:
        """Whether a process is a PostgreSQL at work in our data: a number in a file may be anyone's by now."""
        try:
            process = psutil.Process(pid)
            return bool(process.name() == "postgres" and Path(process.cwd()) == self.data)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def _clear_the_way(self) -> None:
        """After a crash: wait for what is left of the server to go, then take away files that name a process which is someone else's by now.
        A file that names no process at all is PostgreSQL's own business."""
        until = time.monotonic() + LAST_BREATH_SECONDS
        while any(self._is_ours(pid) for pid in psutil.pids()):
            if time.monotonic() > until:
                raise DatabaseAway(f"Processes of an earlier server still work in {self.data}. Wait for them, or end them.")
            time.sleep(0.05)
        for path in (self.data / "postmaster.pid", self.socket_folder / f"{SOCKET}.lock"):
            pid = _first_number(path)
            if pid is not None and psutil.pid_exists(pid):
                path.unlink()

    def _make_socket_folder(self, account: Account) -> None:
        folder = self.socket_folder
        if folder == self.data:
            return
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, account.uid, account.gid)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
            raise SettingsWrong(f"{folder} was made by someone else. Take it away, or name a folder with a shorter path in YOSAFE_HOME.")


def _make_data(data: Path, account: Account, programs: Programs, *, durable: bool) -> None:
    """A new cluster with our role and database. It gets its name only when it is whole."""
    new = data.with_name("data.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if account.switch:
        os.chown(new, account.uid, account.gid)
    locale = LOCALE + (BUILT_IN_LOCALE if programs.version >= 17 else ())
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    sync = () if durable else ("--no-sync",)
    with _way_in(new, account) as (way, passed):
        _must(account.command(
            programs.folder / "initdb", "-D", way, "-U", ROLE, "--auth-local=trust", "--auth-host=reject", *locale, *settings, *sync, pass_fds=passed
        ))  # fmt: skip
        _must(
            account.command(programs.folder / "postgres", "--single", "-D", way, "postgres", input=f"CREATE DATABASE {DATABASE}\n", pass_fds=passed)
        )
    new.rename(data)


def _must(done: "subprocess.CompletedProcess[str]") -> None:
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise DatabaseAway(
            f"PostgreSQL's data can't be made: {said[-1] if said else 'no reason given'}. Is there space, and may this account write there?"
        )


@contextlib.contextmanager
def _way_in(folder: Path, account: Account) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """A name of the folder that the account can use, and the descriptors to pass on with it. Usually its own name. Where a folder above it is closed
    to the account, the folder is handed over open (/proc/self/fd/N), which opens nothing to anyone else."""
    if account.may("w", folder):
        yield folder, ()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        way = Path(f"/proc/self/fd/{descriptor}")
        if not way.exists():
            raise SettingsWrong(f"The account that runs PostgreSQL can't reach {folder}. Name another folder in YOSAFE_HOME.")
        yield way, (descriptor,)
    finally:
        os.close(descriptor)


def _first_number(path: Path) -> int | None:
    try:
        words = path.read_text().split()
    except FileNotFoundError:
        return None
    return int(words[0]) if words and words[0].isdigit() else None


def _last_words(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return " / ".join(lines[-2:]) or "it is empty"
