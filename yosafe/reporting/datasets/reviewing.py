"""Flags, what joint reviews made of them, and what was to be done."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period
from yosafe.reporting.places import Place

from .custody import HERE
from .spans import fixed, of_list, spans

RESTRICTED_INDICATORS = ["staff-allegation-open"]
_FLAGS = """
    SELECT s.key AS period, f.level, coalesce(o.outcome, 'none_yet') AS outcome, count(*) AS n
    FROM {} JOIN flag f ON f.raised_on BETWEEN s.first AND s.last AND f.indicator <> ALL({}) AND EXISTS (
        SELECT FROM placement p WHERE p.young_person = f.young_person AND p.establishment = ANY({}) AND p.arrived_at < s.until
            AND (p.arrived_at AT TIME ZONE 'Europe/London')::date <= f.raised_on
            AND (p.left_at IS NULL OR (p.left_at AT TIME ZONE 'Europe/London')::date >= f.raised_on))
    LEFT JOIN LATERAL (SELECT outcome FROM flag_outcome WHERE flag = f.id ORDER BY at DESC, id DESC LIMIT 1) o ON true
    GROUP BY 1, 2, 3
"""


async def _flags(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_FLAGS, spans(periods), RESTRICTED_INDICATORS, list(place.establishments)).parts())


FLAGS = Dataset(
    id="flags", title="Flags raised", noun=("flag", "flags"), kinds=HERE, combine=Combine.SUM, read=_flags,
    population="Flags raised about young people who were held in the establishment on that day",
    counted=(
        "What a joint review made of a flag is the latest that was said of it. A flag is a reason to talk, never a verdict.",
        "The flag of an allegation against staff is not counted: a number would show that it exists.",
    ),
    axes=(
        Axis(id="level", title="Level", labels=of_list("flag_level")),
        Axis(
            id="outcome", title="What came of it", open=("none_yet",),
            labels=lambda terminology: {**of_list("flag_outcome")(terminology), "none_yet": "Not yet discussed"},
        ),
    ),
    views=(View(id="outcome", title="by what came of them", rows="outcome"), View(id="level", title="by level", rows="level")),
)  # fmt: skip

DONE = {"in_time": "Done in time", "late": "Done late", "not_done": "Not done, and its day has passed", "open": "Not due yet"}
_ACTIONS = """
    SELECT s.key AS period,
        CASE WHEN a.done_on <= a.due_on THEN 'in_time' WHEN a.done_on IS NOT NULL THEN 'late' WHEN a.due_on < {} THEN 'not_done'
            ELSE 'open' END AS done,
        count(*) AS n
    FROM {} JOIN action a ON a.due_on BETWEEN s.first AND s.last JOIN review_case c ON c.id = a.review_case
        JOIN review r ON r.id = c.review AND r.establishment = ANY({})
    GROUP BY 1, 2
"""


async def _actions(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_ACTIONS, clock.today(), spans(periods), list(place.establishments)).parts())


ACTIONS = Dataset(
    id="actions", title="Actions of joint reviews", noun=("action", "actions"), kinds=HERE, combine=Combine.SUM, read=_actions,
    population="Actions that joint reviews of the establishment agreed, by the day on which they were due",
    counted=("Done in time: by the end of the day on which it was due. Whoever is to do it may work for any agency.",),
    axes=(Axis(id="done", title="How it stands", labels=fixed(DONE), open=("open",)),),
    views=(View(id="done", title="by how they stand", rows="done"),),
)  # fmt: skip

DATASETS = (FLAGS, ACTIONS)
