"""`make bench ARGS=attack`: requests made from the description of the API by schemathesis, fit and unfit, of each operation and as each role, on a
world with a record of each kind; then hostile addresses of every route. How many there were, what they were answered, and everything that was wrong.
`ARGS="attack 40"`: 40 of a kind for each operation and role in place of 10.
"""

import asyncio
import contextlib
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

import httpx
import structlog
from litestar import Litestar

from tests.attack.described import Tried, attack, operations, requests_of
from tests.attack.test_addresses import HOSTILE, hostile_addresses
from tests.code.test_access_matrix import MODULES, make_app
from tests.code.test_strict_bodies import DESCRIBED
from tests.world import NOW, ORIGIN, World, build
from yosafe import clock
from yosafe.accounts.actions import make_key
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import MakeKey
from yosafe.audit.record import Operator
from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade

TELL = 40  # operations from one line to the next


def main(each: str = "10") -> None:
    sys.exit(asyncio.run(_all(int(each))))


async def _all(each: int) -> int:
    home = Path(tempfile.mkdtemp(prefix="yosafe-attack-"))
    try:
        dsn = await asyncio.to_thread(embedded.start, home / "db", durable=False)
        await DB.open(dsn)
        await upgrade()
        with clock.stopped_at(NOW):
            world = await build()
            for module in MODULES.values():
                if hasattr(module, "prepare"):
                    await module.prepare(world)
            return await _attack(dsn, world, each)
    finally:
        await DB.close()
        embedded.stop(home / "db")
        shutil.rmtree(home)


async def _attack(dsn: str, world: World, each: int) -> int:
    app, tried, began = make_app(dsn), Tried(), time.process_time()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # not a line for each request
    known = operations(DESCRIBED)
    async with contextlib.AsyncExitStack() as open_ones:
        senders = [await open_ones.enter_async_context(await _sender(app, world, role)) for role in Role]
        for done, (name, operation) in enumerate(known, 1):
            made = requests_of(operation, each)  # once for all: to make them takes longer than to answer them
            known_wrong = len(tried.wrong)
            for sender in senders:
                await attack(sender, name, made, tried)
            for words in tried.wrong[known_wrong:]:
                print(words, flush=True)
            if done % TELL == 0:
                print(f"{done} of {len(known)} operations: {tried.number:,} requests so far, {len(tried.wrong)} wrong", flush=True)
        for role, sender in zip(Role, senders, strict=True):
            await _to_addresses(sender, tried)
            print(f"hostile addresses as {role.value}: {tried.number:,} requests so far, {len(tried.wrong)} wrong", flush=True)
    spent = time.process_time() - began
    print(f"{len(known)} operations, {len(Role)} roles, {tried.number:,} requests in {spent:,.0f} s of processor time, {len(tried.wrong)} wrong")
    print(", ".join(f"{status}: {number:,}" for status, number in sorted(tried.statuses.items())))
    return 1 if tried.wrong else 0


async def _sender(app: Litestar, world: World, role: Role) -> httpx.AsyncClient:
    key = (await make_key(MakeKey(name="attack", email=world.of(role).email), by=Operator())).key
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Authorization": f"Bearer {key}"})


async def _to_addresses(sender: httpx.AsyncClient, tried: Tried) -> None:
    for _, path in hostile_addresses(len(HOSTILE)):
        answer = await sender.get(path)
        tried.statuses[answer.status_code] = tried.statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 500:
            tried.wrong.append(f"GET {path}: {answer.status_code}")
