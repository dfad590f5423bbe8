"""What yosafe is measured beside: the same rows by raw asyncpg at the same concurrency; and what is asked over HTTP."""

import asyncio
import datetime as dt
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import msgspec

from yosafe import clock

from .cost import spent
from .ground import Ground, Served
from .load import Figures, at_once, http, request

CLIENTS, CONNECTIONS, SECONDS = 16, 8, 6.0
RECORDED_ABOUT = 6_000  # young people whom incidents are recorded of

RAW = """
    CREATE TABLE IF NOT EXISTS raw_incident (LIKE incident INCLUDING ALL);
    CREATE TABLE IF NOT EXISTS raw_audit (LIKE audit_entry INCLUDING ALL);
    ALTER TABLE raw_audit ALTER strand SET DEFAULT 0, ALTER seq SET DEFAULT nextval('audit_entry_id_seq'), ALTER hash SET DEFAULT '';
"""
RAW_INCIDENT = """
    INSERT INTO raw_incident (kind, status, severity, restricted, establishment, unit, place, happened_at, happened_precision, account, told_by,
        question_set, answers, agency, recorded_at, recorded_by, version)
    VALUES ($1, 'submitted', 'low', false, 'WYI', 'A', 'cell', now(), 'exact', $2, 'staff', 'bullying@1', '{}', 1, now(), 1, 1) RETURNING id
"""
RAW_AUDIT = """
    INSERT INTO raw_audit (at, event, actor, actor_kind, agency, subject_kind, subject, detail)
    VALUES (now(), $1, 1, 'user', 1, 'incident', $2, '{}')
"""
RAW_LIST = "SELECT * FROM incident WHERE establishment = 'WYI' ORDER BY happened_at DESC, id DESC LIMIT 50"

ACCOUNT = "Two boys took his trainers in the showers and told him what would happen if he said so."


def posts(key: str) -> list[bytes]:
    """Bullying of one by two others, over so many young people that few have a third concern within the time of the bench: a month of a national
    estate, not a day on which a hundred children are each hurt forty times."""
    made, yesterday = [], clock.midnight(clock.today()) - dt.timedelta(hours=4)
    for n in range(1, RECORDED_ABOUT - 2, 3):
        people = [(n, "harmed"), (n + 1, "alleged_to_have_harmed"), (n + 2, "alleged_to_have_harmed")]
        body: dict[str, Any] = {
            "kind": "bullying", "happened_at": yesterday.isoformat(), "place": "showers", "account": ACCOUNT,
            "child_said": "They said not to tell.",
            "told_by": "staff", "involvements": [{"young_person": f"YP-{id:06d}", "roles": [role]} for id, role in people],
            "answers": {"forms": ["possessions"], "happened_before": "no", "still_afraid": "yes"},
        }  # fmt: skip
        made.append(request("POST", "/api/v1/incidents", key, msgspec.json.encode(body)))
    return made


async def raw(on: Ground, work: Callable[[Any], Awaitable[Any]]) -> Figures:
    async with asyncpg.create_pool(on.dsn, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:

        async def make() -> Callable[[], Awaitable[bool]]:
            async def one() -> bool:
                async with pool.acquire() as connection:
                    await work(connection)
                return True

            return one

        with spent(on, os.getpid()) as cost:
            found = await at_once([make] * CLIENTS, seconds=SECONDS)
    return replace(found, cost=cost.of_each(found.calls))


async def two_inserts(connection: Any) -> None:
    async with connection.transaction():
        incident = await connection.fetchval(RAW_INCIDENT, "bullying", ACCOUNT)
        await connection.execute(RAW_AUDIT, "incident:submitted", incident)


async def one_select(connection: Any) -> None:
    await connection.fetch(RAW_LIST)


def line(name: str, found: Figures, note: str = "") -> None:
    print(f"{name:<44} {found}   {note}", flush=True)


async def over_http(on: Ground, server: Served, requests: list[bytes], *, clients: int = CLIENTS) -> Figures:
    with spent(on, server.pid, family=True) as cost:
        found = await asyncio.to_thread(http, server.port, requests, clients=clients, seconds=SECONDS)
    return replace(found, cost=cost.of_each(found.calls))
