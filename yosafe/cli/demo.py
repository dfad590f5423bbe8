"""`yosafe demo`: a made-up estate, served on this machine only. Nothing of it outlives the command."""

import contextlib
import fcntl
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from yosafe import settings
from yosafe.audit.record import Operator
from yosafe.db import embedded
from yosafe.db.upgrade import upgrade
from yosafe.errors import SettingsWrong
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.risk_model.auditing import audit_indicators
from yosafe.synthetic.estate import Size
from yosafe.synthetic.load import PASSWORD, Loaded, load
from yosafe.synthetic.walk import Walk, sign_ins, walk

from . import serve
from .database import run

HOST = "127.0.0.1"
SIZES = ("small", "estate", "national")
IN_USE = "in-use"  # locked by the demo whose folder it is
DATABASE_FOLDER = "db"


@click.command(name="demo")
@click.option("--size", type=click.Choice(SIZES), default="small", show_default=True, help="150 young people; 2,940; or 2,940 and ten years.")
@click.option("--seed", type=click.IntRange(0), default=2002, show_default=True, help="The same seed on the same day makes the same estate.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def command(size: Size, seed: int, port: int) -> None:
    """Make up an estate, print a sign-in for each role, and serve it on this machine. Nobody in it is real; every page says so.

    Each demo has a database of its own in a fresh folder, which is gone when the demo ends.
    """
    signal.signal(signal.SIGTERM, _ended)
    port = serve.free_port(HOST, port, f"Stop what uses it, or choose another: `yosafe demo --port {port + 1}`, or `make demo PORT={port + 1}`.")
    with _folder() as home:
        _set(home, port)
        loaded, whom = run(lambda: _make(size, seed), upgraded=False)
        _print(loaded, whom, port, home)
        serve.start(host=HOST, port=port, workers=1)


async def _make(size: Size, seed: int) -> tuple[Loaded, Walk | None]:
    await upgrade()
    with _bar() as bar:
        task = bar.add_task("Making up an estate", total=None)
        loaded = await load(size, seed=seed, progress=lambda done, days: bar.update(task, completed=done, total=days))
    await refresh_flags(by=Operator("system"))
    await audit_indicators(by=Operator("system"))
    return loaded, await walk(loaded.sign_ins)


def _bar() -> Progress:
    """On standard error, and only on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of {task.total} days"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A fresh folder under the home, gone afterwards with its server. What demos left that were killed goes too."""
    base = (Path(os.environ.get("YOSAFE_HOME") or settings.default_home()).expanduser()) / "demo"
    try:
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        home = Path(tempfile.mkdtemp(dir=base))
    except OSError as fault:
        raise SettingsWrong(f"{base} can't be used ({fault.strerror}). Name a folder that this account may write in YOSAFE_HOME.") from None
    with (home / IN_USE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield home
        finally:
            _remove(home)


def _sweep(base: Path) -> None:
    for home in base.iterdir():
        with contextlib.suppress(FileNotFoundError), (home / IN_USE).open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _remove(home)


def _remove(home: Path) -> None:
    embedded.stop(home / DATABASE_FOLDER)
    shutil.rmtree(home, ignore_errors=True)


def _set(home: Path, port: int) -> None:
    """What this demo runs with, whatever the installation is set to: never its database, never its mail server."""
    for name in (
        "YOSAFE_DATABASE_URL",
        "YOSAFE_DATABASE_URL_FILE",
        "YOSAFE_SECRET_KEY",
        "YOSAFE_SECRET_KEY_FILE",
        "YOSAFE_SMTP_HOST",
        "YOSAFE_SMTP_HOST_FILE",
    ):
        os.environ[name] = ""
    os.environ["YOSAFE_HOME"] = str(home)
    os.environ["YOSAFE_DEMO"] = "yes"
    os.environ["YOSAFE_PUBLIC_URL"] = f"http://{HOST}:{port}"
    os.environ["YOSAFE_ALLOWED_HOSTS"] = f"{HOST},localhost"


def _print(loaded: Loaded, whom: Walk | None, port: int, home: Path) -> None:
    people = sign_ins(loaded.sign_ins)
    rows = loaded.rows
    click.echo(
        f"\nA made-up estate of {rows['young_person']:,} young people and {rows['incident']:,} incidents, made in {loaded.seconds:.0f} seconds."
    )
    click.echo("Nobody in it is real.\n")
    widths = [max(len(getattr(one, column)) for one in people) for column in ("name", "role", "agency")]
    for one in people:
        click.echo(f"  {one.name:<{widths[0]}}  {one.role:<{widths[1]}}  {one.agency:<{widths[2]}}  {one.email}")
    click.echo(f"\n  Password for all: {PASSWORD}")
    if whom is not None:
        click.echo(f"\nSomeone to try it with: {whom.child}.")
        click.echo(f"On the same unit: {' and '.join(whom.others)}.")
    click.echo(f"\nFor commands on it, in another window: export YOSAFE_HOME={shlex.quote(str(home))}")
    click.echo(f"\nServing on http://{HOST}:{port}. Ctrl-C ends it, and takes the estate away.\n")
    sys.stdout.flush()


def _ended(signum: int, frame: FrameType | None) -> Any:
    """SIGTERM ends it as Ctrl-C does: the folder is taken away."""
    raise SystemExit(128 + signum)
