"""What is read of young people, as it was known before a moment ($1): one statement for each kind of fact. `{of}` says of whom: of a list of young
people (`of_these`), or of everyone who was in custody then (`of_all`); `{lately_of}`, of what happened lately, may be of anybody in place of the
latter. Whatever a fact is made of stands here and nowhere else, so that a fingerprint of the rows (`fingerprints.py`) is another wherever a fact
is."""

from .indicators import OF_ANY_AGE

IN_CUSTODY = """
    SELECT p.young_person FROM placement p
    WHERE p.arrived_at < $1 AND p.recorded_at < $1 AND (p.left_at IS NULL OR p.left_at >= $1 OR p.left_recorded_at >= $1)
"""
PEOPLE = """
    SELECT id AS young_person, date_of_birth, sex, ethnicity, disability, asylum_status, release_on, release_address, created_at
    FROM young_person WHERE id {of}
"""
PLACEMENTS = """
    SELECT young_person, id, establishment, unit, unit_recorded_at, arrived_at, left_at, distance_miles, recorded_at, left_recorded_at
    FROM placement WHERE young_person {of} AND recorded_at < $1
"""
# Each of a pair with the other, and the restriction as it was then.
KEPT_APART = """
    SELECT pair.one AS young_person, k.id, pair.other, k.started_at, k.ended_at,
        (SELECT s.restriction FROM keep_apart_step s WHERE s.keep_apart = k.id AND s.at < $1 ORDER BY s.at DESC, s.id DESC LIMIT 1) AS restriction
    FROM keep_apart k CROSS JOIN LATERAL (VALUES (k.first, k.second), (k.second, k.first)) AS pair (one, other)
    WHERE pair.one {of} AND k.started_at < $1
"""
# What a care period said then: as it is now, or as it was before the first correction after the moment.
CARE = """
    SELECT p.young_person, p.id, p.recorded_at, p.ended_recorded_at,
        CASE WHEN was.id IS NULL THEN p.status ELSE was.status END AS status,
        CASE WHEN was.id IS NULL THEN p.responsible_area ELSE was.responsible_area END AS responsible_area,
        CASE WHEN was.id IS NULL THEN p.started_on ELSE was.started_on END AS started_on,
        CASE WHEN was.id IS NULL THEN p.ended_on ELSE coalesce(was.ended_on, p.ended_on) END AS ended_on
    FROM care_period p LEFT JOIN (
        SELECT DISTINCT ON (care_period) care_period, id, status, responsible_area, started_on, ended_on FROM care_correction
        WHERE at >= $1 ORDER BY care_period, at, id) was ON was.care_period = p.id
    WHERE p.young_person {of} AND p.recorded_at < $1
"""
# Of whoever is to be kept apart from someone, where that one was held.
OTHERS = f"""
    SELECT k.young_person, k.id AS keep_apart, p.* FROM ({KEPT_APART}) k
    CROSS JOIN LATERAL ({PLACEMENTS.replace("{of}", "= k.other").replace("young_person, id", "id", 1)}) p
"""
WORKERS = """
    SELECT young_person, id, role, name IS NOT NULL AS named, since, until, recorded_at, ended_recorded_at
    FROM named_worker WHERE young_person {of} AND recorded_at < $1
"""
CONTACTS = "SELECT young_person, id, kind, from_whom, happened_on, recorded_at FROM contact WHERE young_person {of} AND recorded_at < $1"
# Each part that they had in an incident. Severity as it was then: the old value of the first correction after the moment. Whether it was set aside,
# and of an allegation against staff whether it was concluded, by the last step before the moment. Of what happened before the first day ($2) that
# any indicator looks back to, only the kinds that stay open until someone decides.
STAYING = ", ".join(f"'{kind}'" for kind in OF_ANY_AGE)
_PART = """
    SELECT v.young_person, v.role, v.happened_at, v.recorded_at, i.id, i.kind, i.restricted, i.severity,
        EXISTS (SELECT FROM incident_event s WHERE s.incident = i.id AND s.to_status IN ('duplicate', 'not_reportable')) AS was_set_aside
    FROM involvement v JOIN incident i ON i.id = v.incident WHERE v.young_person {of} AND v.recorded_at < $1
"""
INVOLVED = f"""
    WITH was AS (
        SELECT DISTINCT ON (incident) incident, old_value FROM incident_correction WHERE field = 'severity' AND at >= $1 ORDER BY incident, at, id
    ), v AS (
        {_PART.replace("{of}", "{lately_of}")} AND v.happened_at >= $2 AND i.happened_at >= $2
        UNION ALL {_PART} AND v.happened_at < $2 AND i.kind IN ({STAYING})
    )
    SELECT v.young_person, v.id, v.kind, v.restricted, v.role, v.happened_at, v.recorded_at, coalesce(was.old_value, v.severity) AS severity,
        CASE WHEN step.to_status IN ('duplicate', 'not_reportable') THEN step.at END AS set_aside_at,
        CASE WHEN step.to_status IN ('concluded', 'closed') THEN step.at END AS concluded_at
    FROM v LEFT JOIN was ON was.incident = v.id LEFT JOIN LATERAL (
        SELECT e.to_status, e.at FROM incident_event e
        WHERE e.incident = v.id AND e.at < $1 AND (v.was_set_aside OR v.kind = 'staff_allegation') ORDER BY e.at DESC, e.id DESC LIMIT 1) step ON true
"""
INCIDENTS = f"""
    SELECT young_person, id, kind, restricted, array_agg(role) AS roles, min(happened_at) AS happened_at, max(recorded_at) AS recorded_at,
        severity, set_aside_at, concluded_at
    FROM ({INVOLVED}) involved GROUP BY young_person, id, kind, restricted, severity, set_aside_at, concluded_at
"""
ASSESSMENTS = "SELECT young_person, id, instrument, occasion, completed_on, recorded_at FROM assessment WHERE young_person {of} AND recorded_at < $1"
CLOCKS = """
    SELECT c.young_person, c.id, c.clock, c.rules, c.subject_kind, c.subject, c.started_at, c.due_on, c.recorded_at,
        coalesce(c.met_at, c.stopped_at, h.recorded_at) AS ended_at, coalesce(c.met_recorded_at, c.stopped_at, h.recorded_at) AS ended_recorded_at
    FROM clock c LEFT JOIN clock_hold h ON h.clock = c.id AND h.recorded_at < $1 AND (h.ended_at IS NULL OR h.ended_at >= $1)
    WHERE c.young_person {of} AND c.recorded_at < $1
        AND NOT (c.subject_kind = 'incident' AND EXISTS (SELECT FROM incident i WHERE i.id = c.subject AND i.restricted))
        AND NOT (c.subject_kind = 'referral' AND EXISTS (
            SELECT FROM referral_incident ri JOIN incident i ON i.id = ri.incident WHERE ri.referral = c.subject AND i.restricted))
"""
REFERRALS = """
    SELECT r.young_person, r.id, e.id AS event, CASE WHEN e.outcome IN ('registered', 'deregistered') THEN e.outcome ELSE e.kind END AS kind,
        e.happened_on, e.recorded_at,
        ARRAY(SELECT ri.incident FROM referral_incident ri WHERE ri.referral = r.id ORDER BY ri.incident) AS incidents
    FROM referral r JOIN referral_event e ON e.referral = r.id
    WHERE r.young_person {of} AND e.recorded_at < $1
        AND (e.kind IN ('considered', 'sent', 'ended') OR e.outcome IN ('registered', 'deregistered'))
    ORDER BY r.id, e.happened_on, e.id
"""
ENQUIRIES = "SELECT young_person, id, asked_on, recorded_at FROM register_check WHERE young_person {of} AND recorded_at < $1"


def of_these(statement: str) -> str:
    """Of a list of young people, which is the value after the statement's own."""
    last = next(place for place in (1, 2, 3) if f"${place}" not in statement)
    return statement.replace("{of}", f"= ANY(${last})").replace("{lately_of}", f"= ANY(${last})")


def of_all(statement: str) -> str:
    """Of everyone who was in custody at the moment, and what happened lately to whoever left it."""
    return statement.replace("{of}", f"IN ({IN_CUSTODY})").replace("{lately_of}", "IS NOT NULL")
