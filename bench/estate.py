"""`make bench ARGS="estate national"`: making up an estate as `yosafe demo --size national` does, in a folder of its own that is gone afterwards:
seconds, memory and what is in it; then the stage of every referral worked out anew from its events, beside the stage that pages show. Without a size,
a small one.
"""

import asyncio
import resource
import shutil
import tempfile
import time
from pathlib import Path

from yosafe import composition  # noqa: F401  # the registries of what features give to each other
from yosafe.audit.record import Operator
from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
from yosafe.referrals.recount import recount
from yosafe.reviews.actions import refresh_flags
from yosafe.synthetic.estate import Size
from yosafe.synthetic.load import load

SEED = 2002


def main(asked: list[str]) -> int:
    """1 where a size is not known, or a referral is kept at another stage than its events say."""
    sizes: dict[str, Size] = {"small": "small", "estate": "estate", "national": "national"}
    name = asked[0] if asked else "small"
    if name not in sizes:
        print(f"There is no size {name}. There are: {', '.join(sizes)}.")
        return 1
    return asyncio.run(_make(sizes[name]))


async def _make(size: Size) -> int:
    home, began = Path(tempfile.mkdtemp(prefix="yosafe-bench-")), time.perf_counter()
    try:
        await DB.open(await asyncio.to_thread(embedded.start, home / "db"))
        await upgrade()
        _say(began, "an empty installation")
        told = 0

        def tell(done: int, days: int) -> None:
            nonlocal told
            if done * 10 // days > told:
                told = done * 10 // days
                _say(began, f"{done:,} of {days:,} days")

        loaded = await load(size, seed=SEED, progress=tell)
        _say(
            began, f"made up: {sum(loaded.rows.values()):,} rows, {loaded.rows['young_person']:,} young people, {loaded.rows['incident']:,} incidents"
        )
        done = await refresh_flags(by=Operator("system"))
        _say(began, f"flags of {done.young_people:,} worked out again")
        start, found = time.perf_counter(), await recount()
        print(
            f"stages of {found.referrals:,} referrals from {found.events:,} events in {time.perf_counter() - start:.1f} s: "
            f"{len(found.differ):,} differ from what pages show",
            flush=True,
        )
        print(f"database: {await DB.fetchval('SELECT pg_size_pretty(pg_database_size(current_database()))')}")
        return int(bool(found.differ))
    finally:
        await DB.close()
        embedded.stop(home / "db")
        shutil.rmtree(home)


def _say(began: float, what: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - began:7.1f} s  {what}; peak memory {peak:,.0f} MiB", flush=True)
