"""`yosafe serve`: the service itself."""

import os

import click
import uvicorn

from yosafe import settings
from yosafe.db.upgrade import upgrade

from .database import run


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
def command(host: str, port: int, workers: int) -> None:
    """Serve yosafe. Upgrades the embedded database by itself; a server's is upgraded with `yosafe db upgrade`."""
    start(host=host, port=port, workers=workers)


def start(*, host: str, port: int, workers: int) -> None:
    chosen = settings.read()
    if chosen.database_url is None:
        run(upgrade, upgraded=False)
    os.environ.setdefault("YOSAFE_HOME", str(chosen.home))
    uvicorn.run(
        "yosafe.web.asgi:create", factory=True, host=host, port=port, workers=workers, log_level="warning", access_log=False, server_header=False,
        proxy_headers=True, timeout_graceful_shutdown=10,
    )  # fmt: skip
