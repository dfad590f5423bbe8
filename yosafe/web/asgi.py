"""What a server process imports: `yosafe.web.asgi:create`."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar

# How many new objects it takes for the collector to look at the young, and how often it looks at older ones then: a request makes some hundreds.
THRESHOLDS = (5_000, 20, 20)


def create() -> "Litestar":
    """The service of this installation's settings. Next to nothing that is made meanwhile is ever thrown away: looking for what could be took a fifth
    of the start, and of every look afterwards most."""
    gc.disable()
    try:
        from yosafe import settings

        from .app import create_app

        return create_app(settings.read())
    finally:
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
