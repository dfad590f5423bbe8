"""Features of everyone in custody at the end of a day, and what came of them, from the database: three queries for any number of young people.

Every fact is cut twice, by when it happened and by when it was written down. What has no history of its own is taken as it stands: the date of
birth, and what is audited by. Both describe a person, not what befell them."""

import asyncio
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from yosafe.clock import midnight
from yosafe.db.engine import DB
from yosafe.welfare.rules import ASSET

from .fairness import NOT_KNOWN
from .features import AUDITED_BY, HORIZON, NAMES, YEAR

SCREEN = "vulnerability-screen"

# What was set aside by then or is restricted, and severities that were corrected since, are few: they are found first. One line for a person and
# incident, then one for a person. What an incident was is asked of the last 90 days only. $1 the end of the day, $2 a year and $3 90 days before it.
INCIDENTS = """
    WITH aside AS MATERIALIZED (
        SELECT incident FROM (
            SELECT DISTINCT ON (e.incident) e.incident, e.to_status FROM incident_event e
            WHERE e.at < $1 AND e.incident IN (SELECT s.incident FROM incident_event s WHERE s.to_status IN ('duplicate', 'not_reportable'))
            ORDER BY e.incident, e.at DESC, e.id DESC) latest
        WHERE to_status IN ('duplicate', 'not_reportable')
        UNION ALL SELECT id FROM incident WHERE restricted
    ), was AS MATERIALIZED (
        SELECT DISTINCT ON (incident) incident, old_value FROM incident_correction WHERE field = 'severity' AND at >= $1 ORDER BY incident, at, id
    ), each AS (
        SELECT v.young_person, v.incident, $1::timestamptz - v.happened_at AS ago,
            bool_or(v.role = 'harmed') AS harmed, bool_or(v.role = 'hurt_self') AS hurt_self,
            bool_or(v.role IN ('alleged_to_have_harmed', 'took_part')) AS alleged, bool_or(v.role = 'complainant') AS complained,
            bool_or(v.role <> 'present') AS any_role
        FROM involvement v WHERE v.happened_at < $1 AND v.happened_at >= $2 AND v.recorded_at < $1
        GROUP BY v.young_person, v.happened_at, v.incident  -- the order of the index
    )
    SELECT e.young_person,
        count(*) FILTER (WHERE harmed AND ago <= '7 days') AS harmed_7, count(*) FILTER (WHERE harmed AND ago <= '28 days') AS harmed_28,
        count(*) FILTER (WHERE harmed AND ago <= '90 days') AS harmed_90,
        count(*) FILTER (WHERE harmed AND i.kind = 'bullying' AND ago <= '90 days') AS bullied_90,
        count(*) FILTER (WHERE hurt_self AND ago <= '7 days') AS hurt_self_7, count(*) FILTER (WHERE hurt_self AND ago <= '28 days') AS hurt_self_28,
        count(*) FILTER (WHERE hurt_self AND ago <= '90 days') AS hurt_self_90,
        count(*) FILTER (WHERE (harmed OR hurt_self) AND coalesce(was.old_value, i.severity) = 'serious' AND ago <= '90 days') AS serious_90,
        count(*) FILTER (WHERE alleged AND ago <= '90 days') AS alleged_90, count(*) FILTER (WHERE complained AND ago <= '90 days') AS complaints_90,
        count(*) FILTER (WHERE any_role AND ago <= '28 days') AS incidents_28, count(*) FILTER (WHERE any_role AND ago <= '90 days') AS incidents_90,
        floor(extract(epoch FROM min(ago) FILTER (WHERE harmed OR hurt_self)) / 86400)::float8 AS harm_days
    FROM each e LEFT JOIN incident i ON i.id = e.incident AND i.happened_at >= $3 LEFT JOIN was ON was.incident = e.incident
    WHERE NOT EXISTS (SELECT FROM aside WHERE aside.incident = e.incident)
    GROUP BY e.young_person
"""
COUNTS = (
    "harmed_7", "harmed_28", "harmed_90", "bullied_90", "hurt_self_7", "hurt_self_28", "hurt_self_90", "serious_90", "alleged_90", "complaints_90",
    "incidents_28", "incidents_90",
)  # fmt: skip
# $1 the end of the day, $2 a year before it, $3 and $4 the two instruments, $5 the day.
PEOPLE = """
    WITH held AS (
        SELECT DISTINCT ON (p.young_person) p.young_person, p.establishment, p.arrived_at, p.distance_miles FROM placement p
        WHERE p.arrived_at < $1 AND p.recorded_at < $1 AND (p.left_at IS NULL OR p.left_at >= $1 OR p.left_recorded_at >= $1)
        ORDER BY p.young_person, p.arrived_at DESC, p.id DESC
    ), stays AS (
        SELECT young_person, count(*) AS stays, count(*) FILTER (WHERE arrived_at >= $2) AS arrivals FROM placement
        WHERE arrived_at < $1 AND recorded_at < $1 GROUP BY young_person
    ), met AS (
        SELECT young_person, count(*) FILTER (WHERE happened_on > $5::date - 28) AS contacts,
            max(happened_on) FILTER (WHERE kind IN ('visit', 'meeting', 'court')) AS visited_on
        FROM contact WHERE happened_on <= $5 AND happened_on > $5::date - 365 AND recorded_at < $1 AND kind NOT IN ('planned_missed', 'declined')
        GROUP BY young_person
    ), screened AS (
        SELECT DISTINCT ON (young_person) young_person, answers FROM assessment
        WHERE instrument = $3 AND completed_on <= $5 AND recorded_at < $1 ORDER BY young_person, completed_on DESC, id DESC
    ), rated AS (
        SELECT DISTINCT ON (young_person) young_person, answers FROM assessment
        WHERE instrument = $4 AND completed_on <= $5 AND recorded_at < $1 ORDER BY young_person, completed_on DESC, id DESC
    ), cared AS (
        SELECT DISTINCT ON (young_person) young_person, status FROM (
            SELECT p.young_person, p.id, CASE WHEN was.id IS NULL THEN p.status ELSE was.status END AS status,
                CASE WHEN was.id IS NULL THEN p.started_on ELSE was.started_on END AS started_on,
                CASE WHEN was.id IS NULL THEN p.ended_on ELSE coalesce(was.ended_on, p.ended_on) END AS ended_on, p.ended_recorded_at, p.recorded_at
            FROM care_period p LEFT JOIN LATERAL (
                SELECT * FROM care_correction c WHERE c.care_period = p.id AND c.at >= $1 ORDER BY c.at, c.id LIMIT 1) was ON true
            WHERE p.recorded_at < $1) then_
        WHERE started_on <= $5 AND (ended_on IS NULL OR ended_on > $5 OR coalesce(ended_recorded_at, recorded_at) >= $1)
        ORDER BY young_person, started_on DESC, id DESC
    )
    SELECT h.young_person, h.establishment, h.distance_miles AS distance, stays.stays - 1 AS stays_before, stays.arrivals AS moves_365,
        floor(extract(epoch FROM $1::timestamptz - h.arrived_at) / 86400)::float8 AS arrived_days,
        ($5::date - y.date_of_birth) / 365.25::float8 AS age, y.sex, y.ethnicity, y.disability, y.nationality,
        coalesce(met.contacts, 0) AS contacts_28, $5::date - met.visited_on AS visit_days, cared.status AS care,
        screened.answers ->> 'self_harm_now' AS self_harm_now, screened.answers ->> 'self_harm_past' AS self_harm_past,
        screened.answers ->> 'harmed_before' AS harmed_before, screened.answers ->> 'fears' AS fears,
        rated.answers ->> 'emotional_health_rating' AS emotional_health, rated.answers ->> 'family_relationships_rating' AS relationships
    FROM held h JOIN young_person y ON y.id = h.young_person JOIN stays ON stays.young_person = h.young_person
        LEFT JOIN met ON met.young_person = h.young_person LEFT JOIN screened ON screened.young_person = h.young_person
        LEFT JOIN rated ON rated.young_person = h.young_person LEFT JOIN cared ON cared.young_person = h.young_person
    ORDER BY h.young_person
"""
# Whom harm came to, of what stands now: this is what is learnt, not what is learnt from.
CAME_TO_HARM = """
    SELECT DISTINCT v.young_person FROM involvement v JOIN incident i ON i.id = v.incident
    WHERE v.role IN ('harmed', 'hurt_self') AND v.happened_at >= $1 AND v.happened_at < $2 AND i.status NOT IN ('duplicate', 'not_reportable')
"""
_NINETY = dt.timedelta(days=90)
_SCREENED = ("self_harm_now", "self_harm_past", "harmed_before", "fears")
_NO_ANSWER = frozenset({None, "not_asked", "declined", "not_known"})


async def load_features(as_of: dt.date) -> pd.DataFrame:
    """A row for each young person in custody at the end of a day: `young_person`, each of NAMES as numbers, and what is audited by."""
    ends, begins = midnight(as_of + dt.timedelta(days=1)), midnight(as_of - dt.timedelta(days=YEAR - 1))
    found, incidents = await asyncio.gather(DB.fetch(PEOPLE, ends, begins, SCREEN, ASSET, as_of), DB.fetch(INCIDENTS, ends, begins, ends - _NINETY))
    people = _frame(found)
    if people.empty:
        return pd.DataFrame(columns=["young_person", *NAMES, *AUDITED_BY])
    history = _frame(incidents)
    if history.empty:
        history = pd.DataFrame(columns=["young_person", *COUNTS, "harm_days"])
    known = people.merge(history.astype({"young_person": "int64"}), on="young_person", how="left")
    known[list(COUNTS)] = known[list(COUNTS)].astype("float64").fillna(0.0)
    for name in _SCREENED:
        known[name] = known[name].map({"yes": 1.0, "no": 0.0})
    known["in_care"] = known["care"].map({"looked_after": 1.0, "care_leaver": 1.0, "formerly_in_care": 0.0, "never": 0.0})
    for name in NAMES:
        known[name] = pd.to_numeric(known[name], errors="coerce").astype("float64")
    known["age_band"] = np.where(known["age"] < 16, "under 16", np.where(known["age"] < 18, "16 and 17", "18 and over"))
    for name in AUDITED_BY:
        known[name] = [NOT_KNOWN if value in _NO_ANSWER or value != value else str(value) for value in known[name].tolist()]
    return known[["young_person", *NAMES, *AUDITED_BY]]


async def load_outcome(as_of: dt.date) -> frozenset[int]:
    """Who came to harm in the days after a day."""
    start = midnight(as_of + dt.timedelta(days=1))
    return frozenset(row["young_person"] for row in await DB.fetch(CAME_TO_HARM, start, midnight(as_of + dt.timedelta(days=1 + HORIZON))))


async def load_landmarks(days: list[dt.date]) -> pd.DataFrame:
    """Rows of several days with `day` and `harmed`: what a model learns from."""
    parts = []
    for day in days:
        found, came = await load_features(day), await load_outcome(day)
        parts.append(found.assign(day=day.toordinal(), harmed=found["young_person"].isin(came)))
    known = [part for part in parts if len(part)]
    return pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=["young_person", *NAMES, *AUDITED_BY, "day", "harmed"])


def _frame(rows: list[Any]) -> pd.DataFrame:
    if not rows:
        return pd.DataFrame()
    return pd.DataFrame(dict(zip(rows[0].keys(), zip(*rows, strict=True), strict=True)))
