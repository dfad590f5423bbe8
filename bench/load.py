"""Load from a process of its own: many clients over plain sockets, so that what is measured is the server."""

import asyncio
import multiprocessing
import selectors
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

WARM_UP = 1.5  # seconds


@dataclass(frozen=True)
class Figures:
    """What a run of some seconds gave: done in a second, and the 50th, 95th and 99th percentile in milliseconds. `calls`: how many there were, those
    of the warm-up too; `cost`: the processor time of each in milliseconds, of the server or raw client and of PostgreSQL, which other load changes
    less than the rest; `client`: that of who asked over HTTP, which has only what is left of the processors to give."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int
    calls: int
    cost: tuple[float, float] | None = None
    client: float | None = None

    def __str__(self) -> str:
        failed = f"  {self.failed} FAILED" if self.failed else ""
        cost = f"   CPU {self.cost[0]:5.2f} + {self.cost[1]:5.2f} ms" if self.cost else ""
        cost += f" (client {self.client:.2f})" if self.client is not None else ""
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
    """`clients` keep-alive connections, each sending the requests round and round, from another process. An answer that is neither 2xx nor leads
    on to another page has failed."""
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
    started = time.process_time()
    with selectors.DefaultSelector() as ready:
        for n in range(clients):
            client = _Client(port, requests, n)
            client.send()
            ready.register(client.socket, selectors.EVENT_READ, client)
        found = _round_and_round(ready, seconds)
    sender.send(replace(found, client=(time.process_time() - started) * 1000 / max(found.calls, 1)))


Kind = str
MIXED = "all of it"
FIRST_TOLD = 5  # of what failed


def mixed(port: int, clients: Sequence[Sequence[tuple[Kind, bytes]]], *, seconds: float = 0, calls: int = 0) -> dict[Kind, Figures]:
    """Each client its own requests round and round, from another process, for some seconds or so many calls in all (then without a warm-up): the
    figures of each kind, and of MIXED."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_mixed_process, args=(sender, port, [list(one) for one in clients], seconds, calls))
    process.start()
    sender.close()
    try:
        found: dict[Kind, Figures] = receiver.recv()
    finally:
        process.join()
    return found


def _mixed_process(sender: Any, port: int, clients: list[list[tuple[Kind, bytes]]], seconds: float, calls: int) -> None:
    began, warm_up = time.process_time(), 0.0 if calls else WARM_UP
    kinds, taken = [[kind for kind, _ in one] for one in clients], Mixed()
    with selectors.DefaultSelector() as ready:
        for n, requests in enumerate(clients):
            client = _Client(port, [body for _, body in requests], n * len(requests) // len(clients))  # not all at the same place
            client.send()
            ready.register(client.socket, selectors.EVENT_READ, (n, client))
        counted = time.perf_counter() + warm_up
        while calls > taken.calls if calls else time.perf_counter() < counted + seconds:
            for key, _ in ready.select():
                n, client = key.data
                if client.has_answer():
                    kind = kinds[n][(client.place - 1) % len(kinds[n])]
                    taken.add(kind, client, counted)
                    client.send()
        took = time.perf_counter() - counted
    sender.send(taken.figures(took, (time.process_time() - began) * 1000))


class Mixed:
    """The answers of a run, by kind."""

    def __init__(self) -> None:
        self.calls = 0
        self.times: dict[Kind, list[float]] = {}
        self.failed: dict[Kind, int] = {}

    def add(self, kind: Kind, client: "_Client", counted: float) -> None:
        self.calls += 1
        if client.began >= counted:
            self.times.setdefault(kind, []).append(time.perf_counter() - client.began)
            self.failed[kind] = self.failed.get(kind, 0) + (not client.went_well)
            if not client.went_well and sum(self.failed.values()) <= FIRST_TOLD:
                print(f"failed: {client.asked}: {client.answered}", file=sys.stderr, flush=True)

    def figures(self, seconds: float, client: float) -> dict[Kind, Figures]:
        whole = [one for times in self.times.values() for one in times]
        found = {kind: figures(times, seconds, self.failed[kind], len(times)) for kind, times in sorted(self.times.items())}
        everything = figures(whole, seconds, sum(self.failed.values()), self.calls)
        return {**found, MIXED: replace(everything, client=client / max(self.calls, 1))}


def _round_and_round(ready: selectors.BaseSelector, seconds: float) -> Figures:
    """Each client sends as soon as it has its answer. Plain sockets that are waited for together: asyncio's streams took half a millisecond of a
    processor for each call, which on two processors was as much as the server was given."""
    start = time.perf_counter()
    counted, end = start + WARM_UP, start + WARM_UP + seconds
    times: list[float] = []
    failed = calls = 0
    now = start
    while now < end:
        for key, _ in ready.select():
            client: _Client = key.data
            if not client.has_answer():
                continue
            now = time.perf_counter()
            calls += 1
            if client.began >= counted:
                times.append(now - client.began)
                failed += not client.went_well
            client.send()
    return figures(times, seconds, failed, calls)


class _Client:
    """A keep-alive connection and the answer that it waits for."""

    def __init__(self, port: int, requests: list[bytes], first: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests, self.place, self.first = requests, first, True
        self.began, self.went_well, self.answered = 0.0, False, ""
        self._there, self._whole = b"", 0

    def send(self) -> None:
        self.began = time.perf_counter()
        self.socket.sendall(self.requests[self.place % len(self.requests)])
        self.place += 1

    @property
    def asked(self) -> str:
        """Method and address of what was sent last."""
        return self.requests[(self.place - 1) % len(self.requests)].partition(b" HTTP/")[0].decode()

    def has_answer(self) -> bool:
        """Whether all of it has come. Raises RuntimeError where the first is a refusal, and where the server hangs up."""
        came = self.socket.recv(1 << 18)
        if not came:
            raise RuntimeError("the server closed the connection")
        self._there += came
        if not self._whole:
            head = self._there.find(b"\r\n\r\n")
            if head < 0:
                return False
            self._whole = head + 4 + _length(self._there[:head].lower())
        if len(self._there) < self._whole:
            return False
        head = self._there[: self._there.find(b"\r\n\r\n")]
        self.went_well, self.answered = _well(head), head[9:12].decode()
        if self.first and not self.went_well:
            raise RuntimeError(f"{self.asked}: {self._there.decode()[:700]}")
        self.first, self._there, self._whole = False, b"", 0
        return True


def _well(head: bytes) -> bool:
    """Done, or done and led on to the next page; being led to sign in is not."""
    return head[9:10] == b"2" or (head[9:12] == b"303" and b"/sign-in" not in head)


def _length(head: bytes) -> int:
    at = head.index(b"content-length:") + 15
    return int(head[at : head.find(b"\r\n", at) if b"\r\n" in head[at:] else None])


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """One of a script that has an API key."""
    return _request(method, path, (f"Authorization: Bearer {key}", "Content-Type: application/json"), body)


def by_browser(method: str, path: str, cookies: str, body: bytes = b"") -> bytes:
    """One of a browser that has these cookies; what it sends is a form."""
    return _request(method, path, (f"Cookie: {cookies}", "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"), body)


def _request(method: str, path: str, headers: Sequence[str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
