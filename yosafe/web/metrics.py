"""What a monitoring system reads at /metrics: counts and times by route template, never by address, person or record.

Numbers of several workers are put together by prometheus_client where PROMETHEUS_MULTIPROC_DIR names a folder (`yosafe serve --workers` does).
"""

import hmac
import os
from collections.abc import Iterator
from typing import Any

from litestar import Controller, Request, Response, get
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from yosafe import __version__
from yosafe.db import timing
from yosafe.db.replica import REPLICA, Reads, State
from yosafe.errors import DomainError, NotFound
from yosafe.jobs.queue import Standing, standing

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REFUSED = b"Send the token of YOSAFE_METRICS_TOKEN as Authorization: Bearer.\n"
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OWN = CollectorRegistry()
_REQUESTS = Counter("yosafe_requests", "Requests answered", ["method", "route", "status"], registry=_OWN)
_SECONDS = Histogram("yosafe_request_seconds", "How long answers took", ["method", "route"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10), registry=_OWN)
_STATEMENTS = Histogram(
    "yosafe_statement_seconds", "How long statements of the database took", buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10), registry=_OWN
)

_READS = Counter(
    "yosafe_replica_reads", "Statements that the replica may answer, by what was read and who answered", ["what", "answered"], registry=_OWN
)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered. `route` is a template of ours; a method that nobody knows is counted with all of its kind."""
    known = method if method in _METHODS else "other"
    _REQUESTS.labels(known, route, status).inc()
    _SECONDS.labels(known, route).observe(seconds)


def count_statement(_: str, seconds: float) -> None:
    _STATEMENTS.observe(seconds)


def count_read(what: Reads, there: bool) -> None:
    """`there`: the replica answered; else the main server was asked."""
    _READS.labels(what.value, "replica" if there else "main").inc()


def measure_statements() -> None:
    timing.watch(count_statement)
    REPLICA.heard = count_read


class _Now:
    """What is so at the moment of asking."""

    def __init__(self, jobs: Standing | None) -> None:
        self.jobs = jobs

    def collect(self) -> Iterator[Metric]:
        version = GaugeMetricFamily("yosafe_version", "The version that runs", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        yield GaugeMetricFamily("yosafe_database_up", "Whether the database answered", value=int(self.jobs is not None))
        if (replica := REPLICA.standing()) is not None:
            states = GaugeMetricFamily("yosafe_replica", "How the replica stands, as this worker sees it", labels=["state"])
            for one in State:
                states.add_metric([one.value], int(one is replica.state))
            yield states
            if replica.behind_bytes is not None:
                yield GaugeMetricFamily("yosafe_replica_behind_bytes", "How much of what was recorded it has yet to take in", replica.behind_bytes)
        if self.jobs is None:
            return
        jobs = GaugeMetricFamily("yosafe_jobs", "Jobs that wait, are being done, or failed for good", labels=["state"])
        for state, number in (("waiting", self.jobs.waiting), ("running", self.jobs.running), ("failed", self.jobs.failed)):
            jobs.add_metric([state], number)
        yield jobs
        yield GaugeMetricFamily("yosafe_jobs_oldest_seconds", "How long the oldest job that is due has waited", value=self.jobs.oldest_seconds)
        if self.jobs.late_seconds is not None:
            yield GaugeMetricFamily("yosafe_jobs_late_seconds", "How long a periodic job is overdue", value=self.jobs.late_seconds)


def text(jobs: Standing | None) -> bytes:
    """All of it in the text format of Prometheus. `jobs` None: the database does not answer."""
    counted = _OWN
    if os.environ.get(TOGETHER):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    now = CollectorRegistry()
    now.register(_Now(jobs))
    return generate_latest(counted) + generate_latest(now)


class MetricsRoute(Controller):
    include_in_schema = False
    opt = {"permission": "public"}  # noqa: RUF012  # Litestar's own attribute

    @get("/metrics")
    async def metrics(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """For whoever shows the token of the settings; 401 in plain text for others. Raises NotFound where none is set."""
        token: str | None = request.app.state.settings.metrics_token
        if token is None:
            raise NotFound("There is nothing at this address. YOSAFE_METRICS_TOKEN opens it.")
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.encode(), token.encode()):
            return Response(REFUSED, status_code=401, media_type=MEDIA_TYPE, headers={"WWW-Authenticate": "Bearer"})
        return Response(text(await _jobs()), media_type=MEDIA_TYPE)


async def _jobs() -> Standing | None:
    try:
        return await standing()
    except DomainError:  # away, or not upgraded: that is what is told
        return None
