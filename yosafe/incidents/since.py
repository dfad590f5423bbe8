"""What was recorded of an incident after it was written down, as entries of a chronology: additions, corrections, what was done and who was told
since, and why someone was not told; and whom the record says came to know of it, and when."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import access, shown
from .told.rules import is_telling, tellings

PARTS = ("addendum", "corrected", "outcome", "not_told")

# What was done, or was not told, about everyone stands with each.
_OF = "i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person = {}) AND {} AND {}"
_ROWS = f"""
    SELECT 'addendum' AS part, a.id, a.at, false AS day_only, a.at AS recorded_at, a.recorded_by, NULL::jsonb AS facts
    FROM incident i JOIN addendum a ON a.incident = i.id WHERE {_OF}
    UNION ALL
    SELECT 'corrected', min(c.id), c.at, false, c.at, c.recorded_by, NULL
    FROM incident i JOIN incident_correction c ON c.incident = i.id WHERE {_OF} GROUP BY i.id, c.at, c.recorded_by
    UNION ALL
    SELECT 'outcome', o.id, {DAY_AS_INSTANT.format("o.done_on")}, true, o.recorded_at, o.recorded_by, NULL
    FROM incident i JOIN incident_outcome o ON o.incident = i.id AND o.recorded_at > i.recorded_at
    WHERE {_OF} AND (o.young_person IS NULL OR o.young_person = {{}})
    UNION ALL
    SELECT 'not_told', n.id, n.recorded_at, false, n.recorded_at, n.recorded_by, NULL
    FROM incident i JOIN incident_not_told n ON n.incident = i.id WHERE {_OF} AND (n.young_person IS NULL OR n.young_person = {{}})
"""
_FACTS = """
    SELECT jsonb_build_object('incident', i.id, 'kind', i.kind, 'text', x.text, 'code', x.code, 'whom', x.whom, {})
    FROM (
        SELECT a.incident, left(a.text, {}) AS text, NULL::varchar AS code, NULL::varchar AS whom
        FROM addendum a WHERE e.part = 'addendum' AND a.id = e.id
        UNION ALL
        SELECT c.incident, c.reason, NULL, NULL FROM incident_correction c WHERE e.part = 'corrected' AND c.id = e.id
        UNION ALL
        SELECT o.incident, o.note, o.outcome, o.whom FROM incident_outcome o WHERE e.part = 'outcome' AND o.id = e.id
        UNION ALL
        SELECT n.incident, n.note, n.outcome, n.reason_code FROM incident_not_told n WHERE e.part = 'not_told' AND n.id = e.id
    ) x JOIN incident i ON i.id = x.incident
"""
_TOLD = f"""
    SELECT 'incident'::text AS source, 'happened'::text AS part, i.id, NULL::bigint AS agency, 'outcome:' || o.outcome AS party,
        {DAY_AS_INSTANT.format("o.done_on")} AS at, 'told'::text AS how
    FROM incident i JOIN incident_outcome o ON o.incident = i.id AND o.outcome = ANY({{}})
    WHERE {_OF} AND (o.young_person IS NULL OR o.young_person = {{}})
    UNION ALL
    SELECT 'incident', 'happened', i.id, NULL, 'outcome:designated_officer_told', {DAY_AS_INSTANT.format("a.officer_told_on")}, 'told'
    FROM incident i JOIN allegation a ON a.incident = i.id AND a.officer_told_on IS NOT NULL WHERE {_OF}
"""


def rows(viewer: User, young_person: int) -> Sql:
    of = (young_person, access.at_own_place(viewer), access.named(viewer))
    return Sql(_ROWS, *of, *of, *of, young_person, *of, young_person)


def facts(names: Sql, longest: int) -> Sql:
    return Sql(_FACTS, names, longest)


def learned(viewer: User, young_person: int) -> Sql:
    """Those who were told of incidents, by the day on which they were."""
    of = (young_person, access.at_own_place(viewer), access.named(viewer))
    return Sql(_TOLD, list(tellings()), *of, young_person, *of)


def title(part: str, given: Facts, terminology: Terminology) -> str:
    """What stands after the kind of the incident."""
    if part in ("addendum", "corrected"):
        return {"addendum": "added to the record", "corrected": "the record was corrected"}[part]
    who = shown.someone(given["code"], terminology)
    who = f"{who[:1].lower()}{who[1:]}"
    if part == "not_told":
        return f"not told: {who}"
    return f"told: {who}" if is_telling(given["code"]) else f"done: {who}"


def text(part: str, given: Facts, written: str, terminology: Terminology) -> str | None:
    """`written`: the note, without the names that the viewer may not know of."""
    if part == "not_told":
        return f"{code_list('untold_reason').label(given['whom'], terminology)}. {written}".strip()
    return written or None
