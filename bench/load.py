"""Load from a process of its own: many clients over plain sockets, so that what is measured is the server."""

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

WARM_UP = 1.5  # seconds


@dataclass(frozen=True)
class Figures:
    """What a run of some seconds gave: done in a second, and the 50th, 95th and 99th percentile in milliseconds. `calls`: how many there were, those
    of the warm-up too; `cost`: the processor time of each in milliseconds, of the server or raw client and of PostgreSQL, which other load changes
    less than the rest."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int
    calls: int
    cost: tuple[float, float] | None = None

    def __str__(self) -> str:
        failed = f"  {self.failed} FAILED" if self.failed else ""
        cost = f"   CPU {self.cost[0]:5.2f} + {self.cost[1]:5.2f} ms" if self.cost else ""
        return f"{self.rate:8.0f} /s   p50 {self.p50:6.1f} ms   p95 {self.p95:6.1f} ms   p99 {self.p99:6.1f} ms{cost}{failed}"


def figures(times: Sequence[float], seconds: float, failed: int, calls: int) -> Figures:
    ordered = sorted(times) or [float("nan")]

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    return Figures(len(times) / seconds, at(0.5), at(0.95), at(0.99), failed, calls)


async def repeat(one: Callable[[], Awaitable[bool]], *, seconds: float, warm_up: float = WARM_UP) -> tuple[list[float], int, int]:
    """Call `one` again and again; the times of the calls after the warm-up, how many of these failed, and how many calls there were in all."""
    times: list[float] = []
    failed = calls = 0
    start = time.perf_counter()
    while (began := time.perf_counter()) - start < warm_up + seconds:
        done = await one()
        calls += 1
        if began - start >= warm_up:
            times.append(time.perf_counter() - began)
            failed += not done
    return times, failed, calls


async def at_once(makers: Sequence[Callable[[], Awaitable[Callable[[], Awaitable[bool]]]]], *, seconds: float) -> Figures:
    """Several clients at once, each made first."""
    ones = [await make() for make in makers]
    runs = await asyncio.gather(*(repeat(one, seconds=seconds) for one in ones))
    return figures([t for times, _, _ in runs for t in times], seconds, sum(failed for _, failed, _ in runs), sum(calls for _, _, calls in runs))


def http(port: int, requests: Sequence[bytes], *, clients: int, seconds: float) -> Figures:
    """`clients` keep-alive connections, each sending the requests round and round, from another process. An answer that is not 2xx has failed."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_http_process, args=(sender, port, list(requests), clients, seconds))
    process.start()
    sender.close()
    try:
        found: Figures = receiver.recv()
    finally:
        process.join()
    return found


def _http_process(sender: Any, port: int, requests: list[bytes], clients: int, seconds: float) -> None:
    async def go() -> Figures:
        return await at_once([lambda n=n: _connect(port, requests, n) for n in range(clients)], seconds=seconds)  # type: ignore[misc]

    sender.send(asyncio.run(go()))


async def _connect(port: int, requests: list[bytes], first: int) -> Callable[[], Awaitable[bool]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    place = first

    async def one() -> bool:
        nonlocal place
        writer.write(requests[place % len(requests)])
        place += 1
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        body = await reader.readexactly(length)
        if head[9:10] != b"2" and place == first + 1:
            raise RuntimeError(f"{head.splitlines()[0].decode()}: {body.decode()[:500]}")
        return head[9:10] == b"2"

    return one


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
