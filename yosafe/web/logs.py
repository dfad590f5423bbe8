"""Structured logs without personal data: method, route template, status, time, request id, user id. Never a path, a query, a header or a body."""

from time import perf_counter

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from .auth import not_about_anyone
from .errors import problem_of
from .metrics import count

log = structlog.get_logger("yosafe.access")


class AccessLog(ASGIMiddleware):
    """One line a request, of what is the same for every child."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(not_about_anyone)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        started, status = perf_counter(), 500

        async def listen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await next_app(scope, receive, listen)
        except Exception as refusal:
            status = problem_of(refusal, None).status  # the answer is made further out
            raise
        finally:
            user, took = scope.get("user"), perf_counter() - started
            count(str(scope.get("method")), scope.get("path_template", "-"), status, took)
            log.info(
                "request",
                method=scope.get("method"),
                route=scope.get("path_template", "-"),
                status=status,
                ms=round(took * 1000, 1),
                request=scope["state"].get("request_id"),
                user=user.id if user else None,
            )
