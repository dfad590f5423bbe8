"""All time limits of 400,000 young people at once, beside a plain scan of the same rows.

How a time limit stands is worked out when it is read, from its due day. What goes over all of them at night are three passes, each set by set: due
days worked out anew (a bank holiday may have been proclaimed), and those told that one is nearly up, or has passed.
"""

import time
from collections.abc import Awaitable, Callable

from yosafe.accounts import actions
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.people.notices import tell_of_clocks
from yosafe.people.time_limits.refreshing import refresh_due_days
from yosafe.reference.areas import areas

SIZES = (100_000, 400_000)
AGENCIES = 40
BATCH = 20_000  # young people filled in at once: a statement may not take long
SYSTEM = Operator("system")
# Every scan reads what the passes read: whether each runs, when it started, when it is due.
SCAN = "SELECT count(*), max(due_on - (started_at AT TIME ZONE 'Europe/London')::date) FROM clock WHERE met_at IS NULL AND stopped_at IS NULL"
CHILDREN = """
    INSERT INTO young_person (family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version)
    SELECT 'Family ' || n, 'Given', date '2010-01-01', 'male', 'E08000035', now(), 1, 1 FROM generate_series(1, $1::int) n
"""
CLOCKS = """
    INSERT INTO clock (young_person, clock, rules, subject_kind, subject, owner_kind, owner_area, started_at, due_on, recorded_at)
    SELECT y.id, l.clock, 'wt2018', 'referral', y.id, 'social_services', ($1::text[])[1 + y.id % array_length($1::text[], 1)],
        (current_date - (y.id % 90)::int)::timestamp AT TIME ZONE 'Europe/London', current_date - (y.id % 90)::int + l.days, now()
    FROM young_person y CROSS JOIN (VALUES ('referral-decision', 1), ('core-assessment', 63)) l (clock, days)
    WHERE y.id > $2 AND y.id <= $2 + 20000
"""


async def clocks() -> None:
    codes = [one.code for one in areas()][:AGENCIES]
    for n, code in enumerate(codes):
        await actions.add_agency(AddAgency(code=f"ss-{n}", kind=AgencyKind.SOCIAL_SERVICES, name=f"Authority {n}", area=code), by=SYSTEM)
        await actions.add_user(AddUser(email=f"sw{n}@example.org", name="Esi", role=Role.SOCIAL_WORKER, agency=f"ss-{n}"), by=SYSTEM)
    await DB.execute("TRUNCATE young_person CASCADE")
    await DB.execute("ALTER TABLE young_person ALTER id RESTART")
    have, took = 0, dict[str, list[float]]()
    for size in SIZES:
        await DB.execute("TRUNCATE clock, clock_hold, notice")
        for _ in range(have, size, BATCH):
            await DB.execute(CHILDREN, BATCH)
        for first in range(0, size, BATCH):
            await DB.execute(CLOCKS, codes, first)
        await DB.execute("VACUUM ANALYZE clock")
        have = size
        rows = await DB.fetchval("SELECT count(*) FROM clock")
        scan = min([await _seconds(lambda: DB.fetch(SCAN)) for _ in range(3)])
        print(f"plain scan of {rows:,} time limits of {size:,} young people: {scan:.2f} s", flush=True)
        await _refresh()  # the rows above are due at a guess
        for name, before, work in PASSES:
            seconds, written = await _least(before, work)
            took.setdefault(name, []).append(seconds)
            each = f", {seconds / written * 1e6:.0f} us for each of {written:,} rows written" if written else ""
            print(f"{name}: {seconds:.2f} s, {seconds / scan:.1f} times the scan, {seconds / rows * 1e6:.1f} us a time limit{each}", flush=True)
    for name, (few, many) in took.items():
        print(f"{name}: {SIZES[1] // SIZES[0]} times as many took {many / few:.1f} times as long")


async def _least(before: str, work: Callable[[], Awaitable[int]]) -> tuple[float, int]:
    """Seconds of the quickest of some runs, each after the same statement, and how many rows one writes."""
    found = []
    for _ in range(3):
        if before:
            await DB.execute(before)
        began = time.perf_counter()
        written = await work()
        found.append((time.perf_counter() - began, written))
    return min(found)


async def _refresh() -> int:
    return await refresh_due_days(by=SYSTEM)


async def _tell() -> int:
    async with write_transaction():
        return await tell_of_clocks(by=SYSTEM)


# What a night does, each after a statement that gives it the same work again.
PASSES: tuple[tuple[str, str, Callable[[], Awaitable[int]]], ...] = (
    ("due days, all right already", "", _refresh),
    ("due days, one in ten moved", "UPDATE clock SET due_on = due_on + 1 WHERE id % 10 = 0", _refresh),
    ("telling who must know", "TRUNCATE notice", _tell),
    ("telling, all told already", "", _tell),
)


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
