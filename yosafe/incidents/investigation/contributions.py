"""What investigations give to the chronology of a young person: that they were spoken to, and what they were told. What each holds of them when
records are merged."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.incidents import access
from yosafe.incidents.contributions import NAMES, others, without_names
from yosafe.people.access import visible
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.merging import Holding
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

_TOLD_AT = DAY_AS_INSTANT.format("coalesce(t.told_on, (t.recorded_at AT TIME ZONE 'Europe/London')::date)")
# What all were told together stands with each to whom it matters.
_ROWS = f"""
    SELECT 'interview' AS part, t.id, {DAY_AS_INSTANT.format("t.held_on")} AS at, true AS day_only, t.recorded_at, t.recorded_by,
        jsonb_build_object('incident', i.id, 'declined', t.declined, 'present', t.present) AS facts
    FROM investigation_interview t JOIN incident i ON i.id = t.incident WHERE t.young_person = {{}} AND t.withdrawn_at IS NULL AND {{}} AND {{}}
    UNION ALL
    SELECT 'feedback', t.id, {_TOLD_AT}, true, t.recorded_at, t.recorded_by,
        jsonb_build_object('incident', i.id, 'words', t.words, 'why', t.not_told_because, {{}})
    FROM incident_feedback t JOIN incident i ON i.id = t.incident
    WHERE t.young_person = {{}} AND t.withdrawn_at IS NULL AND {{}} AND {{}}
    UNION ALL
    SELECT DISTINCT 'feedback', t.id, {_TOLD_AT}, true, t.recorded_at, t.recorded_by,
        jsonb_build_object('incident', i.id, 'words', t.words, 'why', t.not_told_because, {{}})
    FROM involvement iv JOIN incident i ON i.id = iv.incident
        JOIN incident_feedback t ON t.incident = i.id AND t.young_person IS NULL AND t.audience = 'young_person' AND t.withdrawn_at IS NULL
    WHERE iv.young_person = {{}} AND {{}} AND {{}}
        AND (iv.role = 'complainant' OR (i.kind <> 'complaint' AND iv.role IN ('harmed', 'hurt_self', 'concerned', 'took_part')))
"""


def _rule(viewer: User) -> tuple[Sql, Sql]:
    return access.at_own_place(viewer), access.named(viewer)


def _rows(viewer: User, young_person: int) -> Sql:
    named, rule = Sql(NAMES, visible(viewer)), _rule(viewer)
    return Sql(_ROWS, young_person, *rule, named, young_person, *rule, named, young_person, *rule)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    reference = access.incident_ref(facts["incident"])
    title, text = (_interview if part == "interview" else _feedback)(facts, terminology)
    return Told(title=title, text=text, ref=reference, link=f"/incidents/{reference}/investigation")


def _interview(facts: Facts, terminology: Terminology) -> tuple[str, str | None]:
    if facts["declined"]:
        return "Asked to speak in an investigation, and did not want to", None
    there = [code_list("interview_present").label(one, terminology) for one in facts["present"]]
    return "Spoken to in an investigation", f"Also there: {', '.join(one[:1].lower() + one[1:] for one in there)}."


def _feedback(facts: Facts, terminology: Terminology) -> tuple[str, str | None]:
    if facts["why"]:
        return "Not told what came of an investigation", f"{code_list('not_told_reason').label(facts['why'], terminology)}."
    return "Told what came of an investigation", without_names(facts, facts["words"])


def _held(table: str, called: str, several: str) -> Holding:
    def rows(viewer: User, young_person: int) -> Sql:
        return Sql(f"SELECT t.id FROM {table} t JOIN incident i ON i.id = t.incident WHERE t.young_person = {{}} AND {{}} AND {{}}",
                   young_person, *_rule(viewer))  # fmt: skip

    return Holding(table=table, called=called, several=several, rows=rows)


# What all were told together is owned by everyone in the incident.
_OWNER = """
    SELECT t.young_person FROM investigation_interview t WHERE m.part = 'interview' AND t.id = m.entry
    UNION
    SELECT iv.young_person FROM incident_feedback t JOIN involvement iv ON iv.incident = t.incident
    WHERE m.part = 'feedback' AND t.id = m.entry AND iv.young_person = coalesce(t.young_person, iv.young_person)
"""
SOURCE = Source(
    id="investigation", title="Investigations", permission="incident:read", rows=_rows, tell=_tell, others=others, owner=_OWNER,
    tables=("investigation_interview", "incident_feedback"),
)  # fmt: skip
HOLDINGS = (
    _held("investigation_interview", "talk in an investigation", "talks in investigations"),
    _held("incident_feedback", "telling of what came of it", "tellings of what came of it"),
)
