"""What happens in an establishment, for its safeguarding committee. Restricted incidents are in none of these: a number would show that they
exist."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period
from yosafe.reporting.places import Place

from .spans import RECORDED_AFTER, SOON, fixed, of_list, spans

HERE = frozenset({AgencyKind.YOI, AgencyKind.ACPC, AgencyKind.INSPECTORATE})
RESTRICTED = "Restricted incidents, such as allegations against staff, are in no figure here: a number would show that they exist."

KINDS = {
    "harm": "Assaults and bullying", "self_harm": "Self-harm", "use_of_force": "Use of force", "injury": "Unexplained injuries",
    "disclosure": "Disclosures of past abuse", "other": "Missing young people and deaths",
}  # fmt: skip
PLACES = {
    "living": "Cells, landings and association", "washing": "Showers and toilets", "work": "Education, workshops and kitchen",
    "open": "Exercise yard and gym", "arriving": "Reception, induction and visits", "closed": "Segregation and health care",
    "outside": "Vehicles, court and hospital", "other": "Elsewhere", "not_known": "Not recorded",
}  # fmt: skip
HOURS = {
    "night": "00:00 to 05:59", "morning": "06:00 to 11:59", "afternoon": "12:00 to 17:59", "evening": "18:00 to 23:59",
    "not_known": "Hour not recorded",
}  # fmt: skip

_COUNTED = """
    i.establishment = ANY({}) AND i.happened_at >= s.since AND i.happened_at < s.until AND NOT i.restricted
    AND i.status NOT IN ('draft', 'duplicate', 'not_reportable')
"""
# What an incident `i` is counted as, in SQL.
INCIDENT_KIND = """
        CASE WHEN i.kind IN ('assault', 'bullying') THEN 'harm' WHEN i.kind IN ('self_harm', 'use_of_force', 'injury', 'disclosure') THEN i.kind
            ELSE 'other' END"""
INCIDENT_PLACE = """
        CASE WHEN i.place IN ('cell', 'landing', 'association') THEN 'living' WHEN i.place = 'showers' THEN 'washing'
            WHEN i.place IN ('education', 'workshop', 'kitchen') THEN 'work' WHEN i.place IN ('exercise_yard', 'gym') THEN 'open'
            WHEN i.place IN ('reception', 'induction', 'visits') THEN 'arriving' WHEN i.place IN ('segregation', 'health_care') THEN 'closed'
            WHEN i.place IN ('vehicle', 'court', 'outside_hospital') THEN 'outside' WHEN i.place = 'not_known' THEN 'not_known'
            ELSE 'other' END"""
INCIDENT_HOUR = """
        CASE WHEN i.happened_precision = 'day' THEN 'not_known' ELSE
            (ARRAY['night', 'morning', 'afternoon', 'evening'])[extract(hour FROM i.happened_at AT TIME ZONE 'Europe/London')::int / 6 + 1]
            END"""
_INCIDENTS = f"""
    SELECT s.key AS period, {INCIDENT_KIND} AS kind, i.severity, {INCIDENT_PLACE} AS place, {INCIDENT_HOUR} AS hour,
        CASE WHEN EXISTS (SELECT FROM involvement v WHERE v.incident = i.id AND cardinality(v.injuries) > 0) THEN 'yes' ELSE 'no' END AS injured,
        {SOON.format(at="i.recorded_at", day="(i.happened_at AT TIME ZONE 'Europe/London')::date")} AS soon, count(*) AS n
    FROM {{}} JOIN incident i ON {_COUNTED} AND i.kind <> 'complaint'
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


async def _incidents(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_INCIDENTS, spans(periods), list(place.establishments)).parts())


INCIDENTS = Dataset(
    id="incidents", title="Incidents", noun=("incident", "incidents"), kinds=HERE, combine=Combine.SUM, read=_incidents, rated=True,
    population="Incidents recorded in the establishment, by the day on which they happened",
    counted=(
        "Each incident is counted once, however many young people were in it. Drafts, duplicates and what proved not reportable are left out; "
        "complaints are counted by their time limits.",
        RESTRICTED,
    ),
    axes=(
        Axis(id="kind", title="Kind", labels=fixed(KINDS)),
        Axis(id="severity", title="Severity", labels=of_list("severity")),
        Axis(id="place", title="Place", labels=fixed(PLACES), missing=("not_known",)),
        Axis(id="hour", title="Hour in London", labels=fixed(HOURS), missing=("not_known",)),
        Axis(id="injured", title="Injury", labels=fixed({"yes": "A young person was injured", "no": "Nobody is recorded as injured"})),
        Axis(id="soon", title="When it was recorded", labels=fixed(RECORDED_AFTER)),
    ),
    views=(
        View(id="kind", title="by kind", rows="kind"),
        View(id="severity", title="by severity", rows="severity"),
        View(id="place", title="by place", rows="place"),
        View(id="hour", title="by hour", rows="hour"),
        View(id="injured", title="by injury", rows="injured"),
        View(id="soon", title="by when they were recorded", rows="soon"),
    ),
)  # fmt: skip

_HARMED = f"""
    SELECT period, times, count(*) AS n FROM (
        SELECT s.key AS period, v.young_person,
            CASE WHEN count(DISTINCT i.id) = 1 THEN 'once' WHEN count(DISTINCT i.id) = 2 THEN 'twice' ELSE 'more' END AS times
        FROM {{}} JOIN incident i ON {_COUNTED} JOIN involvement v ON v.incident = i.id AND v.role IN ('harmed', 'hurt_self')
        GROUP BY 1, 2
    ) AS found GROUP BY 1, 2
"""


async def _harmed(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_HARMED, spans(periods), list(place.establishments)).parts())


HARMED = Dataset(
    id="harmed", title="Young people who were harmed", noun=("young person", "young people"), kinds=HERE, combine=Combine.PEOPLE, read=_harmed,
    population="Young people who were harmed by others, or harmed themselves, in an incident recorded in the establishment",
    counted=(
        "Each young person is counted once, by the number of incidents in the period in which they were harmed or hurt themselves. So the months of "
        "a quarter do not add up to it.",
        RESTRICTED,
    ),
    axes=(Axis(id="times", title="How often", labels=fixed({"once": "Once", "twice": "Twice", "more": "Three times or more"}), rising=True),),
    views=(View(id="times", title="by how often", rows="times"),),
)  # fmt: skip

LIMITS_SHOWN = {
    "arrival-screen": "Arrival screen", "complaint-acknowledged": "Complaint acknowledged", "complaint-answered": "Complaint answered",
    "complaint-appeal-answered": "Appeal answered", "investigation": "Investigation of an incident",
}  # fmt: skip
KEPT = {"in_time": "In time", "late": "Late"}
_LIMITS = """
    SELECT s.key AS period, c.clock AS limit,
        CASE WHEN (c.met_at AT TIME ZONE 'Europe/London')::date <= c.due_on THEN 'in_time' ELSE 'late' END AS kept,
        count(*) AS n
    FROM {} JOIN clock c ON c.owner_establishment = ANY({}) AND c.clock = ANY({}) AND c.started_at >= s.since AND c.started_at < s.until
        AND c.stopped_at IS NULL AND (c.held IS NULL OR c.met_at IS NOT NULL)
    LEFT JOIN incident i ON c.subject_kind = 'incident' AND i.id = c.subject
    WHERE i.restricted IS NOT TRUE AND (c.met_at IS NOT NULL OR c.due_on < {})
    GROUP BY 1, 2, 3
"""


async def _limits(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_LIMITS, spans(periods), list(place.establishments), list(LIMITS_SHOWN), clock.today()).parts())


LIMITS = Dataset(
    id="time-limits", title="Time limits of the establishment", noun=("time limit", "time limits"), kinds=HERE, combine=Combine.SUM, read=_limits,
    population="Time limits that the establishment was to meet, by the day on which they began to run",
    counted=(
        "In time: met by the end of the day on which it was due. Late: met later, or not met and its day has passed. Those not due yet, or "
        "stopped, paused or voided, are left out.",
        RESTRICTED,
    ),
    axes=(
        Axis(id="limit", title="Time limit", labels=fixed(LIMITS_SHOWN)),
        Axis(id="kept", title="How it was kept", labels=fixed(KEPT)),
    ),
    views=(View(id="kept", title="by how they were kept", rows="limit", columns="kept"),),
)  # fmt: skip

DATASETS = (INCIDENTS, HARMED, LIMITS)
