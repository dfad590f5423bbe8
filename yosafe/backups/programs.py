"""PostgreSQL's own pg_dump and pg_restore, run beside us on a server that a URL names."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from yosafe.db.programs import Programs, client_programs
from yosafe.errors import Conflict

LAST_WORDS = 2000  # bytes of what a program said that are looked at
FULL = ("No space left on device", "could not extend file", "Disk quota exceeded")
NO_TLS = "not compiled in"


def programs(server: int) -> Path:
    """The folder of programs that fit a server of this major version: those on the PATH, which may speak TLS, or the wheel's. Raises Conflict."""
    found = [*_on_the_path(), *client_programs()]
    fit = sorted((one for one in found if one.version >= server), key=lambda one: one.version)
    if not fit:
        raise Conflict(f"The server is PostgreSQL {server}, and the newest pg_dump here is older. Install PostgreSQL {server}'s client programs.")
    return fit[0].folder


def _on_the_path() -> list[Programs]:
    path = shutil.which("pg_dump")
    if path is None:
        return []
    said = subprocess.run([path, "--version"], text=True, capture_output=True, check=False).stdout  # noqa: S603  # a fixed program
    match = re.search(r" (\d+)", said)
    return [Programs(int(match[1]), Path(path).parent)] if match else []


class Program:
    """One running program, and how it ended."""

    def __init__(self, process: "subprocess.Popen[bytes]", errors: IO[bytes]) -> None:
        self.process, self._errors = process, errors

    def check(self) -> None:
        """Wait for the end. Raises Conflict with what to do where it is not a good one; its own words may hold values, and are not shown."""
        if self.process.wait() == 0:
            return
        self._errors.seek(0)
        said = self._errors.read(LAST_WORDS).decode(errors="replace")
        if any(words in said for words in FULL):
            raise Conflict("There is no space left for the data. Make space, then begin again: nothing has been changed.")
        if NO_TLS in said:
            raise Conflict("The programs that come with yosafe don't speak TLS. Install PostgreSQL's client programs (postgresql-client).")
        if "unsupported version" in said:
            raise Conflict("The backup was made by a newer PostgreSQL than this server. Restore it on one that is at least as new.")
        raise Conflict(f"{Path(str(self.process.args[0])).name} failed{_kind(said)}. Look at the database server's log; nothing has been changed.")  # type: ignore[index]  # a list


def _kind(said: str) -> str:
    """The kind of fault, of words that hold no values."""
    kinds = {
        "server version mismatch": "the server is newer than it", "permission denied": "the account may not do this",
        "could not connect": "no connection",
        "connection to server": "the connection was lost", "terminating connection": "the connection was ended",
        "already exists": "something exists already",
        "out of memory": "out of memory",
    }  # fmt: skip
    return next((f": {words}" for found, words in kinds.items() if found in said), "")


@contextlib.contextmanager
def running(program: Path, *words: str, dsn: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL) -> Iterator[Program]:
    """The program while the block lasts; killed where the block fails, so that the server undoes what it was about."""
    address, password = _apart(dsn)
    environment = {**{k: v for k, v in os.environ.items() if k.startswith(("PG", "LD_")) or k in ("HOME", "PATH")}, "LC_ALL": "C"}
    if password is not None:
        environment["PGPASSWORD"] = password  # not among its words, which everyone on the machine can read
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  # fixed programs, no shell
            [str(program), *words, "--dbname", address], env=environment, stdin=stdin, stdout=stdout, stderr=errors
        )
        try:
            yield Program(process, errors)
        finally:
            if process.poll() is None:
                process.kill()
            for stream in (process.stdout, process.stdin):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()
            process.wait()


def _apart(dsn: str) -> tuple[str, str | None]:
    """An address without its password, and the password."""
    parts = urlsplit(dsn)
    if parts.password is None:
        return dsn, None
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}")), unquote(parts.password)


def of_database(dsn: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
