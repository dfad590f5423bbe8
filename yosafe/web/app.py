"""Putting the application together: the only place that knows every feature."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from yosafe import (
    __version__,
    composition,  # noqa: F401  # importing it fills the registries of what features give to one another
)
from yosafe.accounts.policy import set_policy
from yosafe.accounts.viewer import User
from yosafe.db.connect import connect, disconnect
from yosafe.errors import NotFound
from yosafe.jobs.beside import CONNECTIONS, working_beside
from yosafe.logs import configure as configure_logs
from yosafe.notices.queries import count_new
from yosafe.people.access import led_to
from yosafe.people.clock_queries import overdue
from yosafe.settings import Settings, put_in_force

from . import logs, metrics, traces
from .auth import PUBLIC, KnownHosts, WhoAsks, guard
from .body import StrictRequest, close_sent_files
from .errors import HANDLERS
from .idempotency import OnceOnly
from .kit import CSRF_COOKIE, see_other, version_asked
from .openapi import Description
from .routes import API, PAGES
from .security import security_headers
from .templating import PACKAGE, template_config

BODY_LIMIT = 1_000_000


def create_app(settings: Settings) -> Litestar:
    """The whole service on one installation's settings. It opens the database when it starts, not before."""

    @asynccontextmanager
    async def database(_: Litestar) -> AsyncIterator[None]:
        beside = settings.database_url is None  # our own: nobody starts a second program for it
        await connect(settings, more=CONNECTIONS if beside else 0)
        try:
            async with working_beside() if beside else nullcontext():
                yield
        finally:
            await disconnect(settings)

    configure_logs(settings.log)
    set_policy(settings)
    put_in_force(settings)
    metrics.measure_statements()
    return Litestar(
        route_handlers=[*PAGES, Router("/api/v1", route_handlers=API), _static()],
        lifespan=[database],
        dependencies={"user": Provide(current_user, sync_to_thread=False), "version": Provide(version_asked, sync_to_thread=False)},
        guards=[guard],
        before_request=before_request,
        middleware=[*traces.begun(settings), logs.AccessLog(), KnownHosts(settings.allowed_hosts), WhoAsks(), OnceOnly()],
        before_send=[security_headers, close_sent_files],
        exception_handlers=HANDLERS,
        csrf_config=_csrf(settings),
        template_config=template_config(settings),
        openapi_config=_openapi(settings),
        request_class=StrictRequest,
        request_max_body_size=BODY_LIMIT,
        state=State({"settings": settings}),
        logging_config=None,
    )


async def before_request(request: Request[User | None, Any, Any]) -> Redirect | None:
    """For the menu and the head of every page; and from the page of a record that was merged into another one to the same page of that one."""
    await count_for_head(request)
    return await led_on(request)


_OF_A_CHILD = re.compile(r"(/children/)(YP-\d{1,12})((?:/.*)?)", re.ASCII)


async def led_on(request: Request[User | None, Any, Any]) -> Redirect | None:
    user, asked = request.scope.get("user"), _OF_A_CHILD.fullmatch(request.url.path)
    if user is None or asked is None or request.method != "GET" or not user.may("young-person:read"):
        return None
    kept = await led_to(user, asked[2])
    if kept is None:
        return None
    return see_other(f"{asked[1]}{kept}{asked[3]}" + (f"?{request.url.query}" if request.url.query else ""))


async def count_for_head(request: Request[User | None, Any, Any]) -> None:
    """The time limits that are overdue, and the notices that are new."""
    user = request.scope.get("user")
    if user is None or request.url.path.startswith(("/api/", "/static/")):
        return
    user = user.as_usual
    if user.may("clock:read"):
        request.scope["state"]["overdue"] = await overdue(user)
    if user.may("notice:read"):
        request.scope["state"]["new_notices"] = await count_new(user)


def current_user(request: Request[User, Any, Any]) -> User | None:
    """The signed-in user, for handlers that ask for `user`. None only on public routes: the guard has seen to it."""
    user: User | None = request.scope.get("user")
    return user


def _csrf(settings: Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=settings.secret_key,
        cookie_name=CSRF_COOKIE,
        cookie_secure=True,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=["^/api/"],
    )


def _no_such_file(request: Request[Any, Any, Any]) -> None:
    """Raise NotFound for what no file can be called: to ask for it would be a fault."""
    if "\0" in request.scope["path"]:
        raise NotFound("There is nothing at this address.")


def _static() -> Router:
    """Assets by their hashed names, for ever; gzip here only: a compressed page would leak its CSRF token (BREACH)."""
    return create_static_files_router(
        "/static",
        directories=[PACKAGE / "web/static"],
        before_request=_no_such_file,
        opt={"permission": PUBLIC},
        cache_control=CacheControlHeader(max_age=31_536_000, immutable=True, public=True),
        middleware=[DefineMiddleware(CompressionMiddleware, config=CompressionConfig(backend="gzip"))],
        include_in_schema=False,
        name="static",
    )


def _openapi(settings: Settings) -> Description:
    return Description(
        title="yosafe",
        version=__version__,
        description="Safeguarding records of young people in custody. Sign in with `Authorization: Bearer <API key>` or the session cookie; "
        "with the cookie, every write says its Content-Type.",
        components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        security=[{"key": []}],
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        openapi_router=Router("/api", route_handlers=[], opt={"permission": PUBLIC}, include_in_schema=False),
    )
