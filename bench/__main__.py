"""`make bench`: recording and reading, beside raw asyncpg at the same concurrency; how both fare with 100 times the incidents; how searching and
looking for likely duplicates do with 100 times the young people; time limits beside one plain scan; how verifying the trail grows; and the risk
model's features and scores, and every flag, beside one plain count.

`make bench ARGS=models` is about the model only. `make bench ARGS=messy`, `ARGS=tables`, `ARGS=surveys`, `ARGS=imports` (`ARGS="imports kill"`) and
`ARGS="fuzz 10"` are about files that others made: see bench/messy.py and the like. `ARGS=reports`, or `ARGS="reports national"`,
builds reports on a made-up estate.
`ARGS=faults` kills, and fills the disk, in the midst of writing.
`ARGS="estate national"` makes up a national estate, and works out anew where every referral stands.
`ARGS=attack` tries what nobody would send.
"""

import asyncio
import datetime as dt
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import asyncpg
import msgspec

from yosafe import clock
from yosafe.db.engine import DB

from . import models, searching
from .clocks import clocks
from .cost import spent
from .documents import documents
from .ground import FEW, YOUNG_PEOPLE, Ground, Served, fill, ground, hold, served
from .load import Figures, at_once, http, request
from .trail import trail

CLIENTS, CONNECTIONS, SECONDS = 16, 8, 6.0
MANY, OF_ONE = 200_000, 1_300
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
    with spent(on, server.pid) as cost:
        found = await asyncio.to_thread(http, server.port, requests, clients=clients, seconds=SECONDS)
    return replace(found, cost=cost.of_each(found.calls))


async def recording(on: Ground, server: Served) -> None:
    async with asyncpg.create_pool(on.dsn, min_size=1, max_size=1) as pool:
        await pool.execute(RAW)
    await hold(await DB.fetchval("SELECT count(*) FROM young_person") + 1, RECORDED_ABOUT)
    limit = await raw(on, two_inserts)
    line("raw asyncpg: two inserts in a transaction", limit)
    found = await over_http(on, server, posts(on.key))
    line("POST /api/v1/incidents, three involved", found, f"{found.rate / limit.rate:.2f} of raw (aim 0.35)")


async def listing(on: Ground, server: Served) -> None:
    p95: dict[str, list[float]] = {}
    for incidents in (FEW, MANY):
        await fill(incidents)
        limit = await raw(on, one_select)
        line(f"raw asyncpg: one select of 50 of {incidents:,}", limit)
        for name, requests in reads(on).items():
            found = await over_http(on, server, requests)
            line(f"{name}, {incidents:,} incidents", found, f"{found.rate / limit.rate:.2f} of raw" + (" (aim 0.3)" if "list of 50" in name else ""))
            p95.setdefault(name, []).append(found.p95)
    await DB.execute(f"""
        INSERT INTO involvement (incident, young_person, role, injuries, age, establishment, care_status, happened_at, recorded_at)
        SELECT id, {YOUNG_PEOPLE}, 'present', '{{}}', 16, 'WYI', 'not_known', happened_at, recorded_at FROM incident ORDER BY id DESC LIMIT {OF_ONE}
    """)
    longest = request("GET", f"/api/v1/young-people/YP-{YOUNG_PEOPLE:06d}/chronology?limit=50", on.lead_key)
    line(f"GET chronology of one in {OF_ONE:,} incidents", await over_http(on, server, [longest]))
    for name, (few, many) in p95.items():
        print(f"{name}: p95 with {MANY:,} incidents is {many / few:.2f} of that with {FEW:,} (aim 1.5)")


def reads(on: Ground) -> dict[str, list[bytes]]:
    children = [f"/api/v1/young-people/YP-{n:06d}/chronology?limit=50" for n in range(1, YOUNG_PEOPLE)]
    return {
        "GET list of 50": [request("GET", "/api/v1/incidents?limit=50", on.lead_key)],
        "GET list of one kind": [request("GET", "/api/v1/incidents?kind=self_harm&limit=50", on.lead_key)],
        "GET chronology": [request("GET", path, on.lead_key) for path in children],
    }


async def looking(on: Ground, server: Served) -> None:
    """Among few and among many, with the same young people to look for."""
    key, p95 = await searching.team(), dict[str, list[float]]()
    for young_people in (searching.FEW, searching.MANY):
        await searching.fill(young_people)
        for name, requests in (await searching.asked(key)).items():
            found = await over_http(on, server, requests, clients=searching.CLIENTS)
            line(f"{name}, {young_people:,} young people", found, "(aim p95 60 ms)")
            p95.setdefault(name, []).append(found.p95)
    for name, (few, many) in p95.items():
        print(f"{name}: p95 with {searching.MANY:,} young people is {many / few:.2f} of that with {searching.FEW:,} (aim 1.5)")
    print("\n".join(searching.matching()), flush=True)


async def main(names: list[str]) -> None:
    print(f"{CLIENTS} clients, {CONNECTIONS} connections, one worker, {SECONDS:.0f} s each, fsync on", flush=True)
    if not names or {"listing", "documents", "recording"} & {*names}:
        async with ground() as on:
            with served(on) as server:
                if not names or "listing" in names:
                    await listing(on, server)
                if not names or "documents" in names:
                    await documents(on)
                if not names or "recording" in names:  # last, into tables that have been in use
                    await fill(FEW)
                    await recording(on, server)
    if not names or "clocks" in names:
        async with ground():
            await clocks()
    if not names or "trail" in names:
        async with ground():
            await trail(*(int(name) for name in names if name.isdigit()))
    if not names or "searching" in names:
        async with ground() as on:
            with served(on) as server:
                await looking(on, server)
    if not names or "models" in names:
        async with ground() as on:
            await models.scoring(on, YOUNG_PEOPLE)


# What needs no database, or one of its own, by the first argument; the others go to the module.
OF_FILES = ("attack", "faults", "messy", "tables", "surveys", "imports", "fuzz")

if __name__ == "__main__":
    first, rest = next(iter(sys.argv[1:]), ""), sys.argv[2:]
    if first == "estate":
        from . import estate

        sys.exit(estate.main(rest))
    elif first == "reports":
        from . import reports

        sys.exit(reports.main(rest))
    elif first not in OF_FILES:
        asyncio.run(main(sys.argv[1:]))
    elif first == "fuzz":
        from . import fuzz

        sys.exit(fuzz.main(float(next(iter(rest), "10")), rest[1:]))
    else:
        import_module(f"bench.{first}").main(*rest)
