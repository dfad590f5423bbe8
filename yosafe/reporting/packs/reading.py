"""The rows of packs as they are read: codes of what a pack can say, already in groups where the database can make them, and a number that says only
which rows are of one young person. No name, reference, day or word is read."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.db.engine import DB
from yosafe.db.replica import Reads, from_replica
from yosafe.db.sql import Sql
from yosafe.reporting.datasets.custody import INCIDENT_HOUR, INCIDENT_KIND, INCIDENT_PLACE
from yosafe.reporting.datasets.held import miles
from yosafe.reporting.periods import Period

from .columns import COLUMNS, Of
from .rules import Row

_INCIDENTS = f"""
    SELECT v.young_person AS person, to_char(i.happened_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS when, v.age::text AS age, y.sex,
        coalesce(y.ethnicity, '') AS ethnicity, v.care_status AS care, coalesce(v.legal_status, '') AS legal, {miles("v.distance_miles")} AS distance,
        CASE WHEN v.days_since_arrival IS NULL THEN '' WHEN v.days_since_arrival < 14 THEN 'first' WHEN v.days_since_arrival <= 90 THEN 'early'
            ELSE 'later' END AS since,
        {INCIDENT_KIND} AS kind, v.role AS part, i.severity, {INCIDENT_PLACE} AS place, {INCIDENT_HOUR} AS hour
    FROM incident i JOIN involvement v ON v.incident = i.id JOIN young_person y ON y.id = v.young_person
    WHERE i.establishment = {{}} AND i.happened_at >= {{}} AND i.happened_at < {{}} AND NOT i.restricted AND i.kind <> 'complaint'
        AND i.status NOT IN ('draft', 'duplicate', 'not_reportable')
"""
_PLACEMENTS = f"""
    SELECT p.young_person AS person, to_char(p.arrived_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS when,
        extract(year FROM age((p.arrived_at AT TIME ZONE 'Europe/London')::date, y.date_of_birth))::int::text AS age, y.sex,
        coalesce(y.ethnicity, '') AS ethnicity, coalesce(k.status, 'not_known') AS care, p.legal_status AS legal,
        {miles("p.distance_miles")} AS distance,
        CASE WHEN p.left_at IS NULL OR p.left_at >= w.until THEN 'on' WHEN p.left_at - p.arrived_at < interval '30 days' THEN 'short'
            WHEN p.left_at - p.arrived_at <= interval '91 days' THEN 'quarter' ELSE 'long' END AS stay,
        CASE WHEN p.left_at IS NULL OR p.left_at >= w.until THEN 'on' ELSE coalesce(p.leaving_reason, '') END AS ended,
        CASE WHEN EXISTS (
            SELECT FROM involvement v JOIN incident i ON i.id = v.incident
            WHERE v.young_person = p.young_person AND v.role IN ('harmed', 'hurt_self') AND i.establishment = p.establishment AND NOT i.restricted
                AND i.kind <> 'complaint' AND i.status NOT IN ('draft', 'duplicate', 'not_reportable')
                AND i.happened_at >= p.arrived_at AND i.happened_at < least(coalesce(p.left_at, w.until), w.until)
        ) THEN 'yes' ELSE 'no' END AS harmed
    FROM (SELECT {{}}::varchar AS place, {{}}::timestamptz AS since, {{}}::timestamptz AS until) w
    JOIN placement p ON p.establishment = w.place AND p.arrived_at >= w.since AND p.arrived_at < w.until
    JOIN young_person y ON y.id = p.young_person
    LEFT JOIN LATERAL (
        SELECT status FROM care_period c WHERE c.young_person = p.young_person AND c.started_on <= (p.arrived_at AT TIME ZONE 'Europe/London')::date
            AND (c.ended_on IS NULL OR c.ended_on > (p.arrived_at AT TIME ZONE 'Europe/London')::date)
        ORDER BY c.started_on DESC LIMIT 1
    ) k ON true
"""
_READ = {"incidents": _INCIDENTS, "placements": _PLACEMENTS}


async def rows_of(extract: Of, establishment: str, period: Period) -> Sequence[Row]:
    """Everything that a pack of an establishment and period could say."""
    asked = Sql(_READ[extract], establishment, clock.midnight(period.since), clock.midnight(period.before_next))
    async with from_replica(Reads.REPORTS):
        return [_row(extract, row) for row in await DB.fetch(*asked.parts())]


def _row(extract: Of, row: Any) -> Row:
    return Row(row["person"], {column.id: row[column.id] for column in COLUMNS[extract]})
