"""`make bench ARGS=journey`: people at work in a national service, each signed in once: the worklist, lists, records, young people, chronologies, a
draft that is saved, an incident that is recorded. With one worker and with two; `ARGS="journey 60"`: for so many seconds each in place of 20."""

import asyncio
import time
from dataclasses import replace

from yosafe.db.engine import DB

from . import nation
from .cost import spent
from .ground import Ground, Served, ground, served
from .load import MIXED, Figures, Kind, mixed

WORKERS, SECONDS = (1, 2), 20.0


async def measured(on: Ground, server: Served, desks: list[nation.Desk], seconds: float) -> dict[Kind, Figures]:
    clients = [nation.journey(desk, server.port) for desk in desks]
    with spent(on, server.pid, family=True) as cost:
        found = await asyncio.to_thread(mixed, server.port, clients, seconds=seconds)
    return {**found, MIXED: replace(found[MIXED], cost=cost.of_each(found[MIXED].calls))}


async def _all(seconds: float) -> None:
    async with ground() as on:
        began = time.perf_counter()
        desks = await nation.furnish(await nation.fill())
        counts = [await DB.fetchval(f"SELECT count(*) FROM {table}") for table in ("young_person", "placement", "incident")]
        people, held = counts[0], await DB.fetchval("SELECT count(*) FROM placement WHERE left_at IS NULL")
        print(
            f"{people:,} young people, {held:,} of them held now, and {counts[2]:,} incidents, filled in {time.perf_counter() - began:.0f} s; "
            f"{len(desks)} people at {nation.DESKS} establishments, each with a browser that waits for nothing but answers",
            flush=True,
        )
        failed = 0
        for workers in WORKERS:
            with served(on, workers=workers) as server:
                found = await measured(on, server, desks, seconds)
            table(workers, seconds, found)
            failed += found[MIXED].failed
    if failed:
        raise SystemExit(f"{failed} failed")


def table(workers: int, seconds: float, found: dict[Kind, Figures]) -> None:
    """In Markdown."""
    print(f"\n| {workers} worker{'s' if workers > 1 else ''}, {seconds:.0f} s | a second | p50 ms | p95 ms | p99 ms | failed |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, one in sorted(found.items(), key=lambda item: (item[0] == MIXED, item[0])):
        print(f"| {kind} | {one.rate:,.0f} | {one.p50:.0f} | {one.p95:.0f} | {one.p99:.0f} | {one.failed} |")
    whole = found[MIXED]
    server, postgres = whole.cost or (0.0, 0.0)
    print(f"\nprocessor time of each: {server:.2f} ms of yosafe, {postgres:.2f} ms of PostgreSQL; {whole.client or 0:.2f} ms of who asks", flush=True)


def main(seconds: str = "") -> None:
    asyncio.run(_all(float(seconds or SECONDS)))
