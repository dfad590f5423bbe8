"""Young people of an area who are held, wherever it is: for the team and the authority that have duties towards them (8.5, 8.17), and the committee.
One dataset for all three: they read the same numbers, and what one hides the others do not tell."""

from collections.abc import Sequence
from typing import Any

from yosafe.accounts.permissions import AgencyKind
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reference.codes import code_list
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period, Span
from yosafe.reporting.places import Place

from .held import FAMILY, MILES, SEEN, TOOK_PLACE, TOUCH, miles, touch
from .spans import fixed, spans

HOME = frozenset({AgencyKind.YOT, AgencyKind.SOCIAL_SERVICES, AgencyKind.ACPC})
CARE = {
    "looked_after": "Looked after", "care_leaver": "Care leavers", "formerly_in_care": "In care before, and not now", "never": "Never in care",
    "not_known": "Not known",
}  # fmt: skip
ASSESSED = {"never": "None in this stay", "before": "The last over three months ago", "lately": "In the last three months"}
_SCREEN = "vulnerability-screen"

_AWAY = f"""
    WITH h AS (
        SELECT DISTINCT ON (s.key, p.young_person) s.key, s.last, p.young_person, p.distance_miles AS miles,
            (p.arrived_at AT TIME ZONE 'Europe/London')::date AS arrived
        FROM {{}} JOIN young_person y ON y.home_area = {{}} JOIN placement p ON p.young_person = y.id AND p.arrived_at < s.until
            AND (p.left_at IS NULL OR p.left_at >= s.until)
        ORDER BY s.key, p.young_person, p.arrived_at DESC
    )
    SELECT h.key AS period, {miles("miles")} AS miles, {touch("c.family")} AS family, {touch("c.yot")} AS yot, {touch("c.social")} AS social,
        coalesce(k.status, 'not_known') AS care,
        CASE WHEN a.last IS NULL THEN 'never' WHEN a.last > h.last - 92 THEN 'lately' ELSE 'before' END AS assessed, count(*) AS n
    FROM h LEFT JOIN LATERAL (
        SELECT max(t.happened_on) FILTER (WHERE t.from_whom = ANY({{}}) AND t.kind = ANY({{}})) AS family,
            max(t.happened_on) FILTER (WHERE t.from_whom = 'yot' AND t.kind = ANY({{}})) AS yot,
            max(t.happened_on) FILTER (WHERE t.from_whom = 'social_worker' AND t.kind = ANY({{}})) AS social
        FROM contact t WHERE t.young_person = h.young_person AND t.happened_on BETWEEN h.arrived AND h.last
    ) c ON true
    LEFT JOIN LATERAL (
        SELECT status FROM care_period WHERE young_person = h.young_person AND started_on <= h.last AND (ended_on IS NULL OR ended_on > h.last)
        ORDER BY started_on DESC LIMIT 1
    ) k ON true
    LEFT JOIN LATERAL (
        SELECT max(completed_on) AS last FROM assessment WHERE young_person = h.young_person AND instrument <> {{}}
            AND completed_on BETWEEN h.arrived AND h.last
    ) a ON true
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


async def _away(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_AWAY, spans(periods), place.area, FAMILY, SEEN, TOOK_PLACE, TOOK_PLACE, _SCREEN).parts())


AWAY = Dataset(
    id="from-here", title="Young people from the area who are held", noun=("young person", "young people"), kinds=HOME, combine=Combine.LAST,
    read=_away, covers="area",
    population="Young people whose home is in the area and who were held, wherever that was, at the end of the last day of the period",
    counted=(
        "Home is the area that their record names now. Distance is the great circle from the middle of the home outcode, in whole miles, as it was "
        "on arrival.",
        "In touch: a visit from family, a partner or a friend, and any contact with the {yot} or a social worker that took place, recorded since "
        "they arrived where they are. What was planned and missed does not count.",
        "An assessment is any but the screen on arrival, completed since they arrived where they are.",
    ),
    axes=(
        Axis(id="miles", title="Distance from home", labels=fixed(MILES), missing=("not_known",)),
        Axis(id="care", title="Care status", labels=fixed(CARE), missing=("not_known",)),
        Axis(id="assessed", title="Assessment of welfare", labels=fixed(ASSESSED)),
        Axis(id="yot", title="Contact with the {yot}", labels=fixed(TOUCH)),
        Axis(id="social", title="Contact with a social worker", labels=fixed(TOUCH)),
        Axis(id="family", title="Visit from family or a friend", labels=fixed(TOUCH)),
    ),
    views=(
        View(id="distance", title="by distance from home", rows="miles"),
        View(id="care", title="by care status", rows="care"),
        View(id="assessed", title="by when they were last assessed", rows="assessed"),
        View(id="contact", title="by when they were last in touch", stacked=("yot", "social", "family")),
    ),
)  # fmt: skip

MADE = {
    "missed": "Planned or offered, and did not take place", "remote": "By letter, message, telephone or video", "seen": "Face to face",
}  # fmt: skip
WHOM = {"yot": "{Yot}", "social_worker": "Social worker", "family": "Family, a partner or a friend", "other": "Anyone else"}
_MISSED = [code.code for code in code_list("contact_kind").codes if code.group == "missed"]
_CONTACTS = """
    SELECT s.key AS period,
        CASE WHEN c.from_whom IN ('yot', 'social_worker') THEN c.from_whom WHEN c.from_whom = ANY({}) THEN 'family' ELSE 'other' END AS whom,
        CASE WHEN c.kind = ANY({}) THEN 'missed' WHEN c.kind = ANY({}) THEN 'seen' ELSE 'remote' END AS made,
        count(*) AS n
    FROM {} JOIN contact c ON c.happened_on BETWEEN s.first AND s.last JOIN young_person y ON y.id = c.young_person AND y.home_area = {}
    GROUP BY 1, 2, 3
"""


async def _contacts(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_CONTACTS, FAMILY, _MISSED, SEEN, spans(periods), place.area).parts())


CONTACTS = Dataset(
    id="contacts", title="Contacts with young people from the area", noun=("contact", "contacts"), kinds=HOME, combine=Combine.SUM, read=_contacts,
    grain=Span.QUARTER, covers="area",
    population="Contacts recorded of young people whose home is in the area, by the day on which they took place or were to",
    counted=("A contact that nobody wrote down is in no figure. Those that were planned and missed are recorded by whoever planned them.",),
    axes=(
        Axis(id="whom", title="With whom", labels=fixed(WHOM)),
        Axis(id="made", title="How it went", labels=fixed(MADE)),
    ),
    views=(View(id="made", title="by with whom and how they went", rows="whom", columns="made"),),
)  # fmt: skip

DATASETS = (AWAY, CONTACTS)
