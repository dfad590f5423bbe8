"""Arrivals: how soon they were recorded, and whether the papers that should come with a young person did (Appendix B, 5.6)."""

from collections.abc import Sequence
from typing import Any

from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period
from yosafe.reporting.places import Place

from .custody import HERE
from .spans import RECORDED_AFTER, SOON, fixed, spans

PAPERS = {"lacking": "At least one is not there, or nothing is recorded", "there": "All that are recorded came, at once or later"}
_ARRIVALS = f"""
    SELECT s.key AS period, {SOON.format(at="p.recorded_at", day="(p.arrived_at AT TIME ZONE 'Europe/London')::date")} AS soon,
        CASE WHEN a.there THEN 'there' ELSE 'lacking' END AS papers, count(*) AS n
    FROM {{}} JOIN placement p ON p.establishment = ANY({{}}) AND p.arrived_at >= s.since AND p.arrived_at < s.until
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_and(state IN ('with_them', 'came_later')), false) AS there
        FROM arrival_paper WHERE placement = p.id
    ) a
    GROUP BY 1, 2, 3
"""


async def _arrivals(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_ARRIVALS, spans(periods), list(place.establishments)).parts())


ARRIVALS = Dataset(
    id="arrivals", title="Arrivals", noun=("arrival", "arrivals"), kinds=HERE, combine=Combine.SUM, read=_arrivals,
    population="Arrivals in the establishment, from court or from elsewhere, by the day on which they came",
    counted=("Papers are as they stand now: one that has come since is there.",),
    axes=(
        Axis(id="soon", title="When it was recorded", labels=fixed(RECORDED_AFTER)),
        Axis(id="papers", title="Papers", labels=fixed(PAPERS)),
    ),
    views=(
        View(id="soon", title="by when they were recorded", rows="soon"),
        View(id="papers", title="by the papers that came", rows="papers"),
    ),
)  # fmt: skip

DATASETS = (ARRIVALS,)
