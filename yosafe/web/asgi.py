"""What a server process imports: `yosafe.web.asgi:create`."""

from litestar import Litestar

from yosafe import settings

from .app import create_app


def create() -> Litestar:
    return create_app(settings.read())
