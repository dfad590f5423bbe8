"""`make bench ARGS=memory`: what a web worker holds in memory over 100,000 requests of the mixed journey of people at work in a national service;
`ARGS="memory 20000"`: over so many. Printed ten times, with the slope of the last eight."""

import asyncio
from collections.abc import Sequence

import psutil

from . import nation
from .ground import ground, served
from .load import MIXED, mixed

REQUESTS, TIMES, SETTLING = 100_000, 10, 2
FLAT = 2.0  # MiB in 10,000 requests


async def _all(requests: int) -> None:
    async with ground() as on:
        desks = await nation.furnish(await nation.fill())
        with served(on) as server:
            clients, worker, failed = [nation.journey(desk, server.port) for desk in desks], psutil.Process(server.pid), 0
            held = [_held(worker)]
            print(f"{'requests':>10} {'a second':>9} {'memory':>10} {'its own':>10}", flush=True)
            print(f"{0:>10} {'':>9} {held[0][0]:>6.1f} MiB {held[0][1]:>6.1f} MiB", flush=True)
            for time in range(1, TIMES + 1):
                found = (await asyncio.to_thread(mixed, server.port, clients, calls=requests // TIMES))[MIXED]
                held.append(_held(worker))
                failed += found.failed
                print(f"{requests * time // TIMES:>10,} {found.rate:>9,.0f} {held[-1][0]:>6.1f} MiB {held[-1][1]:>6.1f} MiB", flush=True)
    of_each = slope([whole for whole, _ in held[SETTLING:]]) / (requests // TIMES) * 10_000
    print(
        f"slope after the first {requests * SETTLING // TIMES:,}: {of_each:+.2f} MiB in 10,000 requests (flat: below {FLAT}); {failed} failed",
        flush=True,
    )
    if failed or of_each > FLAT:
        raise SystemExit(1)


def _held(worker: psutil.Process) -> tuple[float, float]:
    """MiB that it holds, and of these its own alone."""
    found = worker.memory_full_info()
    return found.rss / (1 << 20), found.uss / (1 << 20)


def slope(values: Sequence[float]) -> float:
    """By how much they grow from one to the next: the least squares line."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    return sum((n - middle) * (value - mean) for n, value in enumerate(values)) / sum((n - middle) ** 2 for n in range(len(values)))


def main(requests: str = "") -> None:
    asyncio.run(_all(int(requests or REQUESTS)))
