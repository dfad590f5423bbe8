"""`yosafe serve`: the service itself."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from tempfile import TemporaryDirectory

import click
import uvicorn

from yosafe import settings
from yosafe.db.upgrade import upgrade
from yosafe.errors import Conflict, SettingsWrong

from .database import run

NO_KEYS = (
    "YOSAFE_FILE_KEYS: no key is set that files of incidents are sealed with. `yosafe keys new NAME` prints one; keep a copy of it "
    "apart from the backups."
)


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
def command(host: str, port: int, workers: int) -> None:
    """Serve yosafe. Upgrades the embedded database by itself; a server's is upgraded with `yosafe db upgrade`."""
    free_port(host, port, f"Stop what uses it, or choose another: `yosafe serve --port {port + 1}`.")
    start(host=host, port=port, workers=workers)


def free_port(host: str, port: int, remedy: str) -> int:
    """The port, or any free one for 0. Raises Conflict with the remedy where something listens there already, or it may not be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as fault:
        raise Conflict(f"Port {port} of {host} can't be used ({fault.strerror}). {remedy}") from None


def start(*, host: str, port: int, workers: int) -> None:
    chosen = settings.read()
    if chosen.database_url is not None and not chosen.file_keys and not chosen.demo:
        raise SettingsWrong(NO_KEYS)
    if chosen.database_url is None:
        run(upgrade, upgraded=False)
    os.environ.setdefault("YOSAFE_HOME", str(chosen.home))
    with counted_together() if workers > 1 else nullcontext():
        _run(host, port, workers)


@contextmanager
def counted_together() -> Iterator[None]:
    """Where workers put what they count, so that whichever is asked for /metrics answers for all; gone afterwards."""
    with TemporaryDirectory(prefix="yosafe-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        try:
            yield
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]


def _run(host: str, port: int, workers: int) -> None:
    uvicorn.run(
        "yosafe.web.asgi:create", factory=True, host=host, port=port, workers=workers, log_level="warning", access_log=False, server_header=False,
        proxy_headers=True, timeout_graceful_shutdown=10,
    )  # fmt: skip
