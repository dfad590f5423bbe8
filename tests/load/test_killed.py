"""kill -9 in the middle of a burst of writes: what was acknowledged is there afterwards, whole and once, and the trail is as it was written."""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.incidents.make import ANSWERS
from tests.load.installation import Installation, installed
from yosafe import clock
from yosafe.audit.verify import verify
from yosafe.db.engine import DB

pytestmark = pytest.mark.serial

CLIENTS = 8
BURST = (30, 90)  # writes acknowledged when the kill comes
AGAIN = ("already sent and done", "Send it again in a moment")  # just after it was killed


@dataclass
class Write:
    """One POST with its Idempotency-Key. `ref` is what an acknowledged incident was called."""

    key: str
    path: str
    body: dict[str, Any]
    acknowledged: bool = False
    ref: str = ""

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        answer = await client.post(self.path, json=self.body, headers={"Idempotency-Key": self.key})
        if answer.status_code == 201:
            self.acknowledged, self.ref = True, answer.json()["ref"]
        return answer


@dataclass
class Sent:
    """Everything that was sent, in all rounds."""

    incidents: list[Write] = field(default_factory=list)
    addenda: list[Write] = field(default_factory=list)
    statuses: Counter[int | str] = field(default_factory=Counter)

    @property
    def all(self) -> list[Write]:
        return self.incidents + self.addenda


def incident(key: str, kind: str, one: str, other: str) -> Write:
    """Bullying is one statement; a complaint starts clocks in the same transaction."""
    parts = ("harmed", "alleged_to_have_harmed") if kind == "bullying" else ("complainant", "told_us")
    body = {
        "kind": kind, "happened_at": (clock.now() - dt.timedelta(hours=1)).isoformat(), "place": "cell", "account": key, "told_by": "staff",
        "child_said": "They said not to tell.", "answers": ANSWERS[kind],
        "involvements": [{"young_person": one, "roles": [parts[0]]}, {"young_person": other, "roles": [parts[1]]}],
    }  # fmt: skip
    return Write(key, "/incidents", body)


async def write_until_it_fails(installation: Installation, sent: Sent, name: str, stop: asyncio.Event) -> None:
    """A client that records incidents, each with an addendum, until the service goes away under it or it is told to stop."""
    n = 0
    async with installation.client("dan") as client:
        while not stop.is_set():
            n += 1
            one, other = random.sample(installation.boys, 2)
            first = incident(f"{name}-{n}", random.choice(("bullying", "complaint")), one, other)
            sent.incidents.append(first)
            if not await succeeded(sent, first, client):
                return
            more = Write(f"{first.key}-more", f"/incidents/{first.ref}/addenda", {"text": f"{first.key}-more"})
            sent.addenda.append(more)
            if not await succeeded(sent, more, client):
                return


async def succeeded(sent: Sent, write: Write, client: httpx.AsyncClient) -> bool:
    try:
        status: int | str = (await write.send(client)).status_code
    except httpx.TransportError:
        status = "no answer"
    sent.statuses[status] += 1
    return status == 201


async def burst(installation: Installation, sent: Sent, name: str, kill: Callable[[], None]) -> None:
    stop = asyncio.Event()
    clients = [asyncio.create_task(write_until_it_fails(installation, sent, f"{name}-{n}", stop)) for n in range(CLIENTS)]
    until = sent.statuses[201] + random.randint(*BURST)
    while sent.statuses[201] < until and not all(client.done() for client in clients):
        await asyncio.sleep(0.003)
    await asyncio.to_thread(kill)
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*clients)


async def repeat(installation: Installation, writes: list[Write]) -> Counter[str]:
    """Send again, with the same keys. What was done is answered as before, or refused where its answer could not be kept; the rest is done now."""
    found: Counter[str] = Counter()
    async with installation.client("dan") as client:
        for write in writes:
            before = write.ref
            answer = await write.send(client)
            if answer.status_code == 409:
                assert any(words in answer.json()["detail"] for words in AGAIN)
                found["done before"] += 1
            elif before:
                assert (answer.status_code, write.ref, answer.headers.get("idempotent-replay")) == (201, before, "true")
                found["answered as before"] += 1
            else:
                assert answer.status_code == 201, answer.text
                found["done now"] += 1
    return found


INCIDENTS = """
    SELECT 'IN-' || lpad(i.id::text, 6, '0') AS ref, i.account AS key,
        (SELECT count(*) FROM involvement v WHERE v.incident = i.id) AS people,
        (SELECT count(*) FROM incident_event e WHERE e.incident = i.id AND e.action = 'submit') AS events,
        (SELECT count(*) FROM clock c WHERE c.subject_kind = 'incident' AND c.subject = i.id) AS clocks,
        (SELECT count(DISTINCT named) FROM audit_entry a,
            jsonb_array_elements(coalesce(a.detail::jsonb -> 'young_people', to_jsonb(ARRAY[a.young_person]))) named
            WHERE a.subject_kind = 'incident' AND a.subject = i.id AND a.event = 'incident:submitted') AS audited
    FROM incident i
"""
ADDENDA = """
    SELECT 'IN-' || lpad(d.incident::text, 6, '0') AS ref, d.text AS key,
        (SELECT count(DISTINCT (a.young_person, a.request)) FROM audit_entry a
            WHERE a.subject_kind = 'incident' AND a.subject = d.incident AND a.event = 'incident:addendum') AS audited
    FROM addendum d
"""


async def check_whole(sent: Sent) -> None:
    """Each write that was sent is there once, with all that belongs to it."""
    incidents = {row["key"]: row for row in await DB.fetch(INCIDENTS)}
    assert await DB.fetchval("SELECT count(*) FROM incident") == len(incidents) == len(sent.incidents)
    for write in sent.incidents:
        row = incidents[write.key]
        clocks = 2 if write.body["kind"] == "complaint" else 0
        assert (row["people"], row["events"], row["clocks"], row["audited"]) == (2, 1, clocks, 2), write
        assert not write.acknowledged or row["ref"] == write.ref
    addenda = {row["key"]: row for row in await DB.fetch(ADDENDA)}
    assert await DB.fetchval("SELECT count(*) FROM addendum") == len(addenda) == len(sent.addenda)
    for write in sent.addenda:
        row = addenda[write.key]
        assert (row["ref"], row["audited"]) == (write.path.split("/")[2], 2), write


async def test_what_was_acknowledged_outlives_every_kill() -> None:
    sent = Sent()
    async with installed() as installation:
        await installation.serve()
        for number, kill in enumerate(installation.kills):
            before = sent.statuses[201]
            await burst(installation, sent, f"round-{number}", kill)
            assert sent.statuses[201] >= before + BURST[0], sent.statuses
            if installation.process.poll() is not None:
                await installation.serve()
            else:
                await installation.ready()  # recovers without a restart of its own
            unknown = [write for write in sent.all if not write.acknowledged]
            again = await repeat(installation, unknown + random.sample([write for write in sent.all if write.acknowledged], CLIENTS))
            assert again["answered as before"] >= CLIENTS / 2, again
            async with installation.looking():
                await check_whole(sent)
                assert (await verify()).faults == ()
        verdict = installation.command("audit", "verify")
        assert (verdict["faults"], verdict["entries"] > len(sent.all)) == ([], True)
        assert "Traceback" not in installation.log()
    assert set(sent.statuses) <= {201, 503, "no answer"}, sent.statuses
