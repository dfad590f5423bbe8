"""Verifying the trail: whether twice the entries take twice the time, and no more memory.

`python -m bench trail` fills up to 1,000,000 entries; `python -m bench trail 10000000` as many as are named, in
the same steps (a tenth, a third, all).
"""

import resource
import time

from yosafe.audit.anchor import take
from yosafe.audit.verify import verify
from yosafe.db.engine import DB

MOST, BATCH = 1_000_000, 5_000
FILL = """
    INSERT INTO audit_entry (at, event, actor_kind, young_person, detail)
    SELECT now(), 'young-person:read', 'system', n % 4000 + 1, '{"page":"overview"}' FROM generate_series(1, $1::int) n
"""


async def trail(most: int = MOST) -> None:
    there = int(await DB.fetchval("SELECT count(*) FROM audit_entry"))
    for size in (most // 10, most // 3, most):
        while there < size:
            await DB.execute(FILL, min(BATCH, size - there))
            there += min(BATCH, size - there)
        began = time.perf_counter()
        verdict = await verify([await take()])
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        rate, faults = verdict.entries / took, len(verdict.faults)
        print(f"  verify {verdict.entries:>10,} entries: {took:6.1f} s, {rate:>9,.0f}/s, {faults} faults, at most {memory} MB", flush=True)
