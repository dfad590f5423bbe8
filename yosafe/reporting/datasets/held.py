"""Young people held on the last day of a period: how far from home, who is in touch, and what is not on their records (6.17, 8.5, 8.17)."""

from collections.abc import Sequence
from typing import Any

from yosafe.db.engine import DB
from yosafe.db.replica import Reads, from_replica
from yosafe.db.sql import Sql
from yosafe.reference.codes import code_list
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period
from yosafe.reporting.places import Place

from .custody import HERE
from .spans import fixed, spans

MILES = {"far": "Over 100 miles", "100": "51 to 100 miles", "50": "26 to 50 miles", "25": "Up to 25 miles", "not_known": "Not known"}
TOUCH = {"lately": "In the last 28 days", "before": "Longer ago", "never": "Nothing recorded here"}
KNOWN = {"missing": "Missing", "known": "Recorded", "declined": "Asked, and declined"}
FIELDS = {"religion": "Religion", "ethnicity": "Ethnic group", "language": "First language", "disability": "Disability"}
TOOK_PLACE = [code.code for code in code_list("contact_kind").codes if code.group != "missed"]
SEEN = [code.code for code in code_list("contact_kind").codes if code.group == "face_to_face"]
FAMILY = [code.code for code in code_list("contact_with").codes if code.group == "family"]


def touch(name: str) -> str:
    """Whether a last contact was lately; it happened while they were held there."""
    return f"CASE WHEN {name} IS NULL THEN 'never' WHEN {name} > h.last - 28 THEN 'lately' ELSE 'before' END"


def miles(name: str) -> str:
    """A distance as a category."""
    return (
        f"CASE WHEN {name} IS NULL THEN 'not_known' WHEN {name} <= 25 THEN '25' WHEN {name} <= 50 THEN '50' WHEN {name} <= 100 THEN '100' "
        "ELSE 'far' END"
    )


def _known(column: str) -> str:
    return f"CASE WHEN {column} IS NULL OR {column} = 'not_asked' THEN 'missing' WHEN {column} = 'declined' THEN 'declined' ELSE 'known' END"


_HELD = f"""
    WITH h AS (
        SELECT DISTINCT ON (s.key, p.young_person) s.key, s.last, p.young_person, p.distance_miles AS miles,
            (p.arrived_at AT TIME ZONE 'Europe/London')::date AS arrived
        FROM {{}} JOIN placement p ON p.establishment = ANY({{}}) AND p.arrived_at < s.until AND (p.left_at IS NULL OR p.left_at >= s.until)
        ORDER BY s.key, p.young_person, p.arrived_at DESC
    )
    SELECT h.key AS period,
        {miles("miles")} AS miles,
        {touch("c.family")} AS family, {touch("c.yot")} AS yot,
        {", ".join(f"{_known(f'y.{column}')} AS {name}" for name, column in
                   {"religion": "religion", "ethnicity": "ethnicity", "language": "first_language", "disability": "disability"}.items())},
        count(*) AS n
    FROM h JOIN young_person y ON y.id = h.young_person LEFT JOIN LATERAL (
        SELECT max(t.happened_on) FILTER (WHERE t.from_whom = ANY({{}}) AND t.kind = ANY({{}})) AS family,
            max(t.happened_on) FILTER (WHERE t.from_whom = 'yot' AND t.kind = ANY({{}})) AS yot
        FROM contact t WHERE t.young_person = h.young_person AND t.happened_on BETWEEN h.arrived AND h.last
    ) c ON true
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # fmt: skip


async def _held(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_HELD, spans(periods), list(place.establishments), FAMILY, SEEN, TOOK_PLACE).parts())


HELD = Dataset(
    id="held", title="Young people held", noun=("young person", "young people"), kinds=HERE, combine=Combine.LAST, read=_held,
    population="Young people held in the establishment at the end of the last day of the period",
    counted=(
        "Distance is the great circle from the middle of the home outcode, in whole miles, as it was on arrival.",
        "In touch: a visit from family, a partner or a friend, and any contact with the {yot} that took place, recorded since they arrived. What "
        "was planned and missed does not count.",
        "Missing: nothing is recorded, or that nobody asked. Records say what stands there now, not what stood there on the day.",
    ),
    axes=(
        Axis(id="miles", title="Distance from home", labels=fixed(MILES), missing=("not_known",)),
        Axis(id="family", title="Visit from family or a friend", labels=fixed(TOUCH)),
        Axis(id="yot", title="Contact with the {yot}", labels=fixed(TOUCH)),
        *(Axis(id=name, title=title, labels=fixed(KNOWN), missing=("missing",)) for name, title in FIELDS.items()),
    ),
    views=(
        View(id="distance", title="by distance from home", rows="miles"),
        View(id="contact", title="by when they were last in touch", stacked=("family", "yot")),
        View(id="recorded", title="by what is recorded", stacked=tuple(FIELDS)),
    ),
)  # fmt: skip

_DAYS = """
    SELECT s.key AS period,
        coalesce(sum(extract(epoch FROM least(coalesce(p.left_at, s.until), s.until) - greatest(p.arrived_at, s.since)) / 86400), 0) AS days
    FROM {} LEFT JOIN placement p ON p.establishment = ANY({}) AND p.arrived_at < s.until AND (p.left_at IS NULL OR p.left_at > s.since)
    GROUP BY 1
"""


async def days_held(place: Place, periods: Sequence[Period]) -> dict[str, float]:
    """For how many days young people were held in all, by period: what rates are worked out for."""
    async with from_replica(Reads.REPORTS):
        rows = await DB.fetch(*Sql(_DAYS, spans(periods), list(place.establishments)).parts())
    return {row["period"]: float(row["days"]) for row in rows}


DATASETS = (HELD,)
