"""What whoever runs yosafe sees of it: metrics, slow statements, traces; and that no person is in them."""

import asyncio
import json
import re

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from tests.world import NOW, ORIGIN
from yosafe import clock
from yosafe.cli.serve import counted_together
from yosafe.db import timing
from yosafe.db.engine import DB
from yosafe.settings import read
from yosafe.web import traces
from yosafe.web.app import create_app
from yosafe.web.metrics import TOGETHER

TOKEN = "m" * 32


def service(database_url, tmp_path, **more):
    environ = {"YOSAFE_HOME": str(tmp_path), "YOSAFE_DATABASE_URL": database_url, "YOSAFE_SECRET_KEY": "m" * 32, **more}
    return create_app(read(environ, file=tmp_path / "none"))


def asking(app, **headers):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN, headers=headers)


@pytest.fixture
async def metrics(database_url, tmp_path, db):
    async with asking(service(database_url, tmp_path, YOSAFE_METRICS_TOKEN=TOKEN), Authorization=f"Bearer {TOKEN}") as prometheus:
        yield prometheus


def value(text, name):
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)[1])


async def test_metrics_count_by_template_and_never_by_record(metrics):
    name = 'yosafe_requests_total{method="GET",route="/children/{ref}",status="303"}'
    assert (await metrics.get("/children/YP-000777?q=Zebedee", headers={"Authorization": ""})).status_code == 303
    before = (await metrics.get("/metrics")).text
    for _ in range(3):
        await metrics.get("/children/YP-000777", headers={"Authorization": ""})
    await metrics.request("ZEBEDEE", "/zebedee")
    answer = await metrics.get("/metrics", headers={"Host": "10.1.2.3:8000"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert value(answer.text, name) == value(before, name) + 3
    assert value(answer.text, "yosafe_statement_seconds_count") > value(before, "yosafe_statement_seconds_count") - 1
    assert value(answer.text, "yosafe_database_up") == 1
    assert 'yosafe_jobs{state="waiting"} 0.0' in answer.text
    assert not re.search(r"YP-0|zebedee|example\.org", answer.text, re.IGNORECASE)


async def test_metrics_say_that_the_database_is_away(metrics, database_url):
    await DB.open("postgresql://nobody@127.0.0.1:1/none")
    try:
        answer = await metrics.get("/metrics")
    finally:
        await DB.open(database_url)
    assert (answer.status_code, value(answer.text, "yosafe_database_up")) == (200, 0)
    assert "yosafe_jobs{" not in answer.text


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}é", f"bearer  {TOKEN}"])
async def test_metrics_are_for_whoever_shows_the_token(metrics, key):
    answer = await metrics.get("/metrics", headers={"Authorization": key.encode()})
    assert (answer.status_code, "yosafe_requests" in answer.text) == (401, False)


async def test_without_a_token_in_the_settings_there_are_no_metrics(client):
    answer = await (await client()).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, "yosafe_requests" in answer.text) == (404, False)


def test_workers_count_into_one_folder_that_goes_with_them():
    import os

    with counted_together():
        folder = os.environ[TOGETHER]
        assert os.path.isdir(folder)
    assert (os.path.exists(folder), TOGETHER in os.environ) == (False, False)


async def test_a_slow_statement_is_in_the_log_without_its_values(db):
    slow = timing.say_slow(0.02)
    try:
        with capture_logs() as logs:
            await DB.fetch("SELECT 1")
            await DB.fetchval("SELECT $1::text,\n   pg_sleep(0.02)", "Zebedee Quill")
            async with DB.transaction():
                await DB.execute("SELECT pg_sleep($1)", 0.02)
    finally:
        timing.say_slow(0)
    slept = [entry for entry in logs if "pg_sleep" in entry["statement"]]  # others may take long on a busy machine
    assert [(entry["event"], entry["statement"]) for entry in slept] == [
        ("slow-statement", "SELECT $1::text, pg_sleep(0.02)"),
        ("slow-statement", "SELECT pg_sleep($1)"),
    ]
    assert slow.count == len(logs)
    assert "Zebedee" not in str(logs)
    assert len(timing.shown("SELECT " + "x" * 5000)) == timing.LONGEST_SHOWN + 1


async def test_what_is_said_of_a_request_can_be_found_by_its_number(client, amina):
    with capture_logs() as logs:
        answer = await (await client(amina)).get("/children")
    [line] = [entry for entry in logs if entry["event"] == "request"]
    assert (answer.headers["x-request-id"], line["route"], line["user"]) == (line["request"], "/children", amina.id)


@pytest.fixture
async def traced(app):
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    middleware = traces.Traced(provider)

    async def around(scope, receive, send):
        await middleware.handle(scope, receive, send, app)

    yield kept, around
    traces.stop()


async def test_traces_hold_templates_and_statements_and_no_person(traced, world, kai_ref):
    kept, around = traced
    with clock.stopped_at(NOW):
        from tests.world import session_of
        from yosafe.web.kit import COOKIE

        async with asking(around, traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") as browser:
            browser.cookies.set(COOKIE, await session_of(world.amina))
            answers = await asyncio.gather(browser.get(f"/children/{kai_ref}?q=Zebedee"), browser.get("/children/Zebedee"))
    assert [answer.status_code for answer in answers] == [200, 404]
    spans = kept.get_finished_spans()
    requests = [span for span in spans if span.parent is None]
    assert sorted((span.name, span.attributes["http.response.status_code"]) for span in requests) == [
        ("GET /children/{ref}", 200),
        ("GET /children/{ref}", 404),
    ]
    statements = [span for span in spans if span.parent is not None]
    assert {span.parent.span_id for span in statements} == {span.context.span_id for span in requests}
    assert len(statements) > 5
    told = json.dumps([json.loads(span.to_json()) for span in spans])
    assert not [word for word in ("Zebedee", "Morton", "Kai", kai_ref, "amina", "0af7651916cd43dd8448eb211c80319c") if word in told]
    before = len(spans)
    await DB.fetch("SELECT 1")
    assert len(kept.get_finished_spans()) == before


def test_traces_are_off_unless_asked_for(app, database_url, tmp_path):
    assert traces.begun(read({"YOSAFE_HOME": str(tmp_path)}, file=tmp_path / "none")) == ()
    try:
        [middleware] = traces.begun(read({"YOSAFE_HOME": str(tmp_path), "YOSAFE_TRACES": "yes"}, file=tmp_path / "none"))
        assert isinstance(middleware, traces.Traced)
    finally:
        traces.stop()
