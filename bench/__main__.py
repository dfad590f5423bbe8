"""`make bench`: recording and reading, beside raw asyncpg at the same concurrency; how both fare with 100 times the incidents; how searching and
looking for likely duplicates do with 100 times the young people; time limits beside one plain scan; how verifying the trail grows; and the risk
model's features and scores, and every flag, beside one plain count.

`make bench ARGS=models` is about the model only. `make bench ARGS=messy`, `ARGS=tables`, `ARGS=surveys`, `ARGS=imports` (`ARGS="imports kill"`) and
`ARGS="fuzz 10"` are about files that others made: see bench/messy.py and the like. `ARGS=reports`, or `ARGS="reports national"`,
builds reports on a made-up estate.
`ARGS=faults` kills, fills the disk, sets the clock and cuts the network in the midst of writing; `ARGS="faults clock"` one of them alone.
`ARGS="estate national"` makes up a national estate, and works out anew where every referral stands.
`ARGS=attack` tries what nobody would send.
`ARGS=peers` does the same journey by yosafe and by its twins: see bench/peers. `ARGS=journey`, `ARGS=memory` and `ARGS=start`: people at work in a
national service, what a worker holds in memory meanwhile, and how long it takes to start.
"""

import asyncio
import sys
from importlib import import_module

import asyncpg

from yosafe.db.engine import DB

from . import models, searching
from .beside import CLIENTS, CONNECTIONS, RAW, RECORDED_ABOUT, SECONDS, line, one_select, over_http, posts, raw, two_inserts
from .clocks import clocks
from .documents import documents
from .ground import FEW, YOUNG_PEOPLE, Ground, Served, fill, ground, hold, served
from .load import request
from .peers.twins import peers
from .trail import trail

MANY, OF_ONE = 200_000, 1_300


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
    if not names or "peers" in names:
        async with ground() as on:
            await peers(on)
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
            await models.scoring(on, YOUNG_PEOPLE, *(int(name) for name in names if name.isdigit()))


# What needs no database, or one of its own, by the first argument; the others go to the module.
OF_FILES = ("attack", "faults", "journey", "memory", "start", "messy", "tables", "surveys", "imports", "fuzz")

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
