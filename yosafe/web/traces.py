"""Traces for whoever runs OpenTelemetry (docs/adr/0039): a span for each request, and in it one for each statement of the database. They hold route
templates, statuses and the text of statements: never an address, a query, a header, a value or a person. Off unless the settings say otherwise."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from yosafe import __version__
from yosafe.db import timing
from yosafe.errors import SettingsWrong
from yosafe.settings import Settings

from .auth import not_about_anyone

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

NOT_THERE = "YOSAFE_TRACES: the libraries are not installed. Install them with pip install 'yosafe[traces]', or leave the setting out."
_BILLION = 1_000_000_000
_watching: list[timing.Watch] = []


def begun(settings: Settings) -> Sequence[ASGIMiddleware]:
    """The middleware that traces, sending over OTLP; none where the settings do not ask for it. Raises SettingsWrong without the libraries."""
    stop()
    if not settings.traces:
        return ()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsWrong(NOT_THERE) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "yosafe", "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return (Traced(provider),)


def stop() -> None:
    """No more spans of statements."""
    for heard in _watching:
        timing.unwatch(heard)
    _watching.clear()


class Traced(ASGIMiddleware):
    """A span for each request. One begins here: what a caller says of a trace of theirs is not believed."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(not_about_anyone)

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind

        self.tracer, self.kind, self.beginning = provider.get_tracer("yosafe", __version__), SpanKind, Context
        stop()
        timing.watch(self.statement)
        _watching.append(self.statement)

    def statement(self, sql: str, seconds: float) -> None:
        """A statement of the request at hand, which has just ended."""
        from opentelemetry.trace import get_current_span

        if not get_current_span().is_recording():  # of a job or a command
            return
        ended = time.time_ns()
        text = timing.shown(sql)
        span = self.tracer.start_span(
            text.partition(" ")[0],
            kind=self.kind.CLIENT,
            start_time=ended - int(seconds * _BILLION),
            attributes={"db.system.name": "postgresql", "db.query.text": text},
        )
        span.end(end_time=ended)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        with self.tracer.start_as_current_span(
            "request", context=self.beginning(), kind=self.kind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:

            async def listen(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await next_app(scope, receive, listen)
            finally:
                method, route = str(scope.get("method")), scope.get("path_template", "-")
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.request.method": method, "http.route": route, "yosafe.request": scope["state"].get("request_id", "")})
