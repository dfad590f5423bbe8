"""Who is asking: a middleware that finds the user, and the one guard that every route passes."""

from secrets import token_hex
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from yosafe.accounts.access import check_may, session_of, user_of_key
from yosafe.accounts.viewer import User
from yosafe.audit.record import REQUEST
from yosafe.errors import NotSignedIn, Refused
from yosafe.people.break_glass.reaching import as_opened

from .confirmed import STEP_UP, check_confirmed
from .kit import COOKIE

PUBLIC = "public"
BEARER = "bearer"
JSON = "application/json"  # what a route of the API takes that names no other `content`
_ELSEWHERE = frozenset({"cross-site", "same-site"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def not_about_anyone(scope: Scope) -> bool:
    """Assets, health checks and metrics: nobody has to be looked up for them, and they fill no log."""
    return scope["path"].startswith("/static/") or scope["path"] in ("/healthz", "/readyz", "/metrics")


class KnownHosts(ASGIMiddleware):
    """Answers only to the host names of the settings, whatever the port: a name from elsewhere could make links lead elsewhere."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(not_about_anyone)

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self.hosts = frozenset(host.lower() for host in hosts)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        if host.rsplit(":", 1)[0].lower() not in self.hosts and host.lower() not in self.hosts:
            raise ClientException("This host name is not one of YOSAFE_ALLOWED_HOSTS.")
        await next_app(scope, receive, send)


class WhoAsks(ASGIMiddleware):
    """Sets `user` (a User or None) and a request id. A wrong key or an ended session is nobody."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(not_about_anyone)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[User | None, str | None, Any] = Request(scope)
        reset = REQUEST.set(scope["state"].setdefault("request_id", token_hex(8)))
        try:
            scope["user"], scope["auth"] = await _find(request)
            await next_app(scope, receive, send)
        finally:
            REQUEST.reset(reset)


async def _find(request: Request[User | None, str | None, Any]) -> tuple[User | None, str | None]:
    scheme, key = _scheme_and_key(request)
    if scheme == BEARER:
        return await user_of_key(key), None
    token = request.cookies.get(COOKIE)
    signed_in = await session_of(token) if token else None
    if signed_in is None:
        return None, None
    if signed_in.awaits is not None:
        request.scope["state"].update(half_signed_in=signed_in, half_token=token)
        return None, None
    request.scope["state"].update(session=signed_in.session, confirmed_at=signed_in.confirmed_at, opened=signed_in.opened)
    return signed_in.user, token


async def guard(connection: ASGIConnection[Any, User | None, str | None, Any], handler: BaseRouteHandler) -> None:
    """Fails closed: a route that names no permission answers nobody. Async: Litestar would give a plain function a thread for each request."""
    permission = handler.opt.get("permission")
    if permission is None:
        raise Refused("This address names no permission, so nobody may use it. Tell the people who run yosafe.")
    if str(connection.scope.get("method", "GET")) not in _SAFE:
        _check_sent_from_here(connection, str(handler.opt.get("content", JSON)))
    if permission == PUBLIC:
        return
    if connection.scope.get("user") is None:
        raise NotSignedIn("Sign in to go on.")
    check_may(connection.scope["user"], permission)
    if permission in STEP_UP or handler.opt.get("confirm"):
        check_confirmed(connection)
    if opened := connection.scope["state"].get("opened"):
        await _open(connection, permission, opened)


async def _open(connection: ASGIConnection[Any, User | None, str | None, Any], permission: str, opened: tuple[int, ...]) -> None:
    """Let whoever opened a record in an emergency see it where it is asked for, to read. Everything else stays as their duties have it."""
    if str(connection.scope.get("method", "GET")) in _SAFE and permission.partition(":")[2].startswith("read"):
        connection.scope["user"] = await as_opened(connection.scope["user"], opened, connection.url.path)


def _check_sent_from_here(connection: ASGIConnection[Any, User | None, str | None, Any], content: str) -> None:
    """Raise Refused for what another site may have made a browser send. A browser sends a key by itself to nobody; it does send the cookie, and
    forms of the API carry no token, so that with the cookie their content is of a kind that no other site can send without being let."""
    by_key = _scheme_and_key(connection)[0] == BEARER
    if connection.headers.get("sec-fetch-site") in (_ELSEWHERE - {"same-site"} if by_key else _ELSEWHERE):
        raise Refused("This was sent from another site. Open yosafe itself and try again.")
    kind = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if connection.scope.get("auth") and connection.url.path.startswith("/api/") and kind != content:
        raise Refused(f"Signed in by cookie, send what you write to the API as Content-Type: {content}. Or send an API key.")


def _scheme_and_key(connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[str, str]:
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    return scheme.lower(), key
