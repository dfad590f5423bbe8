"""`make bench ARGS=models`: features and scores, and every flag, of 100,000 young people with 2,000,000 incidents of five years, beside one plain
count of those incidents by young person in the same database; the same with a tenth of both; and the peak memory of this process.
`ARGS="models 2000 10000"` for so many young people instead."""

import datetime as dt
import os
import resource
import time

import numpy as np

from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.models.estimator import HarmModel
from yosafe.models.features import NAMES
from yosafe.models.landmarks import load_features
from yosafe.reviews.actions import refresh_flags

from .cost import Cost, spent
from .ground import Ground, hold

PLAIN = "SELECT young_person, count(*) FROM involvement GROUP BY young_person"
FEW, MANY = 10_000, 100_000
EACH, YEARS = 20, 5
PART = 2_000
TIMES = 5
AIM = 4


_INDEXES = """
    SELECT x.indexrelid::regclass::text AS name, pg_get_indexdef(x.indexrelid) AS made FROM pg_index x
    WHERE x.indrelid = ANY($1::text[]::regclass[]) AND NOT x.indisprimary AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid)
"""
_CAME = "now() - young_person % 400 * interval '1 day'"
FILLED = ("incident", "incident_event", "involvement")


async def fill(first: int, last: int) -> None:
    """Young people who arrived over the last four hundred days, and of each of them EACH incidents; in parts, as no statement may take long. What
    they point at is there, so nothing asks for it again, and indexes are made when all is in."""
    start = time.perf_counter()
    await hold(first, last)
    await DB.execute(f"UPDATE placement SET arrived_at = {_CAME}, recorded_at = {_CAME} WHERE young_person >= {first}")
    async with DB.transaction():
        await DB.execute("SET LOCAL session_replication_role = replica")
        indexes = await DB.fetch(_INDEXES, list(FILLED))
        for one in indexes:
            await DB.execute(f"DROP INDEX {one['name']}")
        for begin in range(first, last + 1, PART):
            await happen(begin, min(last, begin + PART - 1))
        for one in indexes:
            await DB.execute(one["made"])
    for table in (*FILLED, "placement", "young_person"):
        await DB.execute(f"VACUUM ANALYZE {table}")
    print(f"{last:,} young people and {last * EACH:,} incidents are there, after {time.perf_counter() - start:.0f} s", flush=True)


async def happen(first: int, last: int) -> None:
    """What happened to some of them."""
    await DB.execute(f"""
        WITH made AS (
            INSERT INTO incident (kind, status, severity, restricted, establishment, unit, place, happened_at, happened_precision, account, told_by,
                question_set, answers, agency, recorded_at, recorded_by, version)
            SELECT (ARRAY['bullying', 'assault', 'self_harm', 'complaint'])[1 + n % 4], 'submitted', 'low', false, 'WYI', 'A', 'cell',
                now() - random() * interval '{YEARS} years', 'exact', 'Words.', 'staff', 'x', '{{}}', 1, now() - interval '1 day', 1, 1
            FROM generate_series(1, {(last - first + 1) * EACH}) n RETURNING id, kind, happened_at
        ), steps AS (
            INSERT INTO incident_event (incident, action, to_status, at, recorded_by) SELECT id, 'moved', 'submitted', happened_at, 1 FROM made
        )
        INSERT INTO involvement (incident, young_person, role, injuries, age, establishment, care_status, happened_at, recorded_at)
        SELECT id, {first} + id % {last - first + 1},
            CASE kind WHEN 'self_harm' THEN 'hurt_self' WHEN 'complaint' THEN 'complainant' ELSE 'harmed' END,
            '{{}}', 16, 'WYI', 'not_known', happened_at, happened_at FROM made
    """)


async def measure(people: int) -> float:
    """Seconds of features and scores, the least of some turns beside as many of the plain count; printed."""
    draw = np.random.default_rng(1)
    model = HarmModel().fit(draw.normal(size=(500, len(NAMES))), draw.random(500) < 0.3)
    counts, scored = [], []
    for _ in range(TIMES):
        counts.append(await _counting())
        start = time.perf_counter()
        found = await load_features(clock.today())
        scores = model.decision_function(found[list(NAMES)].to_numpy())
        scored.append(time.perf_counter() - start)
    plain, ours = min(counts), min(scored)
    print(
        f"{people:,} young people, {people * EACH:,} incidents: count {plain:.2f} s, features and scores of {len(scores):,} {ours:.2f} s: "
        f"{ours / plain:.1f} times (aim {AIM}); {_peak()}",
        flush=True,
    )
    return ours


async def _counting() -> float:
    start = time.perf_counter()
    await DB.fetch(PLAIN)
    return time.perf_counter() - start


def _peak() -> str:
    return f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB (aim 2,048)"


NIGHTS = 4


async def refreshing(on: Ground, last: dt.date) -> float:
    """Processor seconds of the flags of a night, the mean of some, beside those of the plain count; printed, with the first time, when everyone's are
    worked out and opened, and the last day again, when nothing is new."""
    with spent(on, os.getpid()) as count:
        for _ in range(TIMES):
            await DB.fetch(PLAIN)
    plain = _both(count) / TIMES
    await _flags(on, "first", last - dt.timedelta(days=NIGHTS), plain)
    nights = [await _flags(on, f"night {n}", last - dt.timedelta(days=NIGHTS - n), plain) for n in range(1, NIGHTS + 1)]
    await _flags(on, "the same day again", last, plain)
    night = sum(nights) / NIGHTS
    print(f"flags of a night, the mean of {NIGHTS}: {night:.2f} s of processor, {night / plain:.1f} times the count (aim {AIM})", flush=True)
    return night


async def _flags(on: Ground, name: str, day: dt.date, plain: float) -> float:
    """Processor seconds of one refresh."""
    with spent(on, os.getpid()) as cost:
        done = await refresh_flags(by=Operator("system"), as_of=day)
    took = _both(cost)
    print(
        f"flags of {done.young_people:,}, {name}: worked out of {done.worked_out:,}; {done.opened:,} opened, {done.kept:,} kept, "
        f"{done.cleared:,} cleared; {took:.2f} s of processor ({cost.process:.2f} here, {cost.postgres:.2f} PostgreSQL), "
        f"{took / plain:.1f} times the count of {plain:.2f} s; {_peak()}",
        flush=True,
    )
    return took


def _both(cost: Cost) -> float:
    return cost.process + cost.postgres


async def scoring(on: Ground, held: int, few: int = FEW, many: int = MANY) -> None:
    """Few, then many. `held`: how many young people are there already."""
    await fill(held + 1, few)
    less = await measure(few), await refreshing(on, clock.today() - dt.timedelta(days=NIGHTS + 1))
    await fill(few + 1, many)
    more = await measure(many), await refreshing(on, clock.today())
    for name, one, other in zip(("features and scores", "flags of a night"), less, more, strict=True):
        print(f"{name}: {many / few:.0f} times as many take {other / one:.1f} times as long", flush=True)
