"""`make bench ARGS=models`: features and scores of 100,000 young people with 2,000,000 incidents of five years, beside one plain count of those
incidents by young person in the same database; the same with a tenth of both; and the peak memory of this process."""

import resource
import time

import numpy as np

from yosafe import clock
from yosafe.db.engine import DB
from yosafe.models.estimator import HarmModel
from yosafe.models.features import NAMES
from yosafe.models.landmarks import load_features

from .ground import hold

PLAIN = "SELECT young_person, count(*) FROM involvement GROUP BY young_person"
FEW, MANY = 10_000, 100_000
EACH, YEARS = 20, 5
PART = 2_000
TIMES = 5
AIM = 4


async def fill(first: int, last: int) -> None:
    """Young people, and of each of them EACH incidents; in parts, as no statement may take long."""
    await hold(first, last)
    for start in range(first, last + 1, PART):
        await happen(start, min(last, start + PART - 1))
    for table in ("incident", "incident_event", "involvement", "placement", "young_person"):
        await DB.execute(f"VACUUM ANALYZE {table}")


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
    """Seconds of features and scores over seconds of the plain count, the middle of some; printed."""
    draw = np.random.default_rng(1)
    model = HarmModel().fit(draw.normal(size=(500, len(NAMES))), draw.random(500) < 0.3)
    counts, scored = [], []
    for _ in range(TIMES):
        start = time.perf_counter()
        await DB.fetch(PLAIN)
        counts.append(time.perf_counter() - start)
        start = time.perf_counter()
        found = await load_features(clock.today())
        scores = model.decision_function(found[list(NAMES)].to_numpy())
        scored.append(time.perf_counter() - start)
    plain, ours = sorted(counts)[TIMES // 2], sorted(scored)[TIMES // 2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{people:,} young people, {people * EACH:,} incidents: count {plain:.2f} s, features and scores of {len(scores):,} {ours:.2f} s: "
        f"{ours / plain:.1f} times (aim {AIM}); peak memory {peak:,.0f} MiB (aim 2,048)",
        flush=True,
    )
    return ours


async def scoring(held: int) -> None:
    """Few, then many. `held`: how many young people are there already."""
    await fill(held + 1, FEW)
    few = await measure(FEW)
    await fill(FEW + 1, MANY)
    many = await measure(MANY)
    print(f"{MANY // FEW} times as many take {many / few:.1f} times as long", flush=True)
