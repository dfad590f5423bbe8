"""What incidents give to the record of a young person: entries of the chronology, a section, a panel, and what their references mean to clocks."""

from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.access import visible
from yosafe.people.chronology import Facts, Source, Told
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Section
from yosafe.people.hiding import Hidden
from yosafe.people.panels import Action, Panel
from yosafe.people.subjects import SubjectKind
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology
from yosafe.words import plural

from . import access, queries, shown, since
from .kinds import role_label
from .status import ACT_DONE, Act, code_list_of
from .told.rules import is_telling

SUBJECT_KIND = "incident"
LONGEST = 400  # characters of an account in the chronology; the whole stands in the record
SHOWN_IN_PANEL = 5

# Whoever sees the young person sees these, but for what an establishment and the people named on a restricted one keep to themselves. Of an
# allegation that is concluded, they see what the young person was told; whom it is about does not.
_ROWS = """
    SELECT 'happened' AS part, i.id, i.happened_at AS at, i.happened_precision = 'day' AS day_only, i.recorded_at, i.recorded_by, NULL::jsonb AS facts
    FROM incident i WHERE i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person = {}) AND {} AND {}
    UNION ALL
    SELECT e.action, e.id, e.at, false, e.at, e.recorded_by, NULL
    FROM incident i JOIN incident_event e ON e.incident = i.id AND e.action NOT IN ('submit', 'assign')
    WHERE i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person = {}) AND {} AND {}
    UNION ALL
    SELECT 'told', a.id, e.at, false, a.recorded_at, a.recorded_by, NULL
    FROM incident i JOIN allegation a ON a.incident = i.id AND a.child_words IS NOT NULL AND i.status IN ('concluded', 'closed')
        CROSS JOIN LATERAL (SELECT max(at) AS at FROM incident_event WHERE incident = i.id AND action = 'conclude') e
    WHERE i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person = {} AND iv.role IN ('harmed', 'concerned')) AND {} AND NOT {}
"""
_HAPPENED = """
    SELECT jsonb_build_object('incident', i.id, 'kind', i.kind, 'severity', i.severity, 'status', i.status, 'place', i.place,
        'account', left(i.account, {}),
        'roles', (SELECT jsonb_agg(iv.role ORDER BY iv.id) FROM involvement iv WHERE iv.incident = i.id AND iv.young_person = {}),
        'done', (SELECT jsonb_agg(DISTINCT o.outcome) FROM incident_outcome o
            WHERE o.incident = i.id AND (o.young_person IS NULL OR o.young_person = {})),
        'marks', (SELECT count(*) FROM body_mark m WHERE m.incident = i.id AND m.young_person = {} AND m.struck_at IS NULL),
        'files', (SELECT count(*) FROM evidence_file f JOIN evidence_shows s ON s.evidence_file = f.id
            WHERE f.incident = i.id AND s.young_person = {} AND f.withdrawn_at IS NULL), {})
    FROM incident i WHERE i.id = e.id
"""
_STEP = """
    SELECT jsonb_build_object('incident', i.id, 'kind', i.kind, 'code', v.code, 'comment', left(v.comment, {}), {})
    FROM incident_event v JOIN incident i ON i.id = v.incident WHERE v.id = e.id
"""
_TOLD = "SELECT jsonb_build_object('words', a.child_words, {}) FROM allegation a JOIN incident i ON i.id = a.incident WHERE a.id = e.id"
# Everyone's names, with whether the viewer may know of them.
NAMES = """
    'names', (SELECT jsonb_agg(jsonb_build_array({}, yp.family_name, yp.given_names, yp.known_as,
        (SELECT string_agg(concat_ws(' ', o.family_name, o.given_names), ' ') FROM other_name o WHERE o.young_person = yp.id)))
        FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = i.id)
"""


def _rows(viewer: User, young_person: int) -> Sql:
    rule = (access.at_own_place(viewer), access.named(viewer))
    own = Sql(_ROWS, young_person, *rule, young_person, *rule, young_person, access.at_own_place(viewer), access.about(viewer))
    return Sql("{} UNION ALL {}", own, since.rows(viewer, young_person))


def _facts(viewer: User, young_person: int) -> Sql:
    names = Sql(NAMES, visible(viewer))
    happened, step = Sql(_HAPPENED, LONGEST + 1, *[young_person] * 4, names), Sql(_STEP, LONGEST + 1, names)
    parts = ", ".join(f"'{part}'" for part in since.PARTS)
    return Sql(
        f"CASE WHEN e.part = 'happened' THEN ({{}}) WHEN e.part = 'told' THEN ({{}}) WHEN e.part IN ({parts}) THEN ({{}}) ELSE ({{}}) END",
        *(happened, Sql(_TOLD, names), since.facts(names, LONGEST + 1), step),
    )


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    if part == "told":
        return Told(title="What the young person was told", text=without_names(facts, facts["words"]))
    kind = code_list("incident_kind").label(facts["kind"], terminology)
    ref = access.incident_ref(facts["incident"])
    if part == "happened":
        title, text = f"{kind}: {', '.join(role_label(role) for role in facts['roles'])}", _happened(facts, terminology)
    elif part in since.PARTS:
        title, text = f"{kind}: {since.title(part, facts, terminology)}", since.text(part, facts, _cut(facts, "text"), terminology) or ""
    else:
        code = _code_words(part, facts, terminology)
        title, text = f"{kind}: {ACT_DONE[Act(part)].lower()}{f', {code}' if code else ''}", _cut(facts, "comment")
    return Told(title=title, text=text or None, ref=ref, link=f"/incidents/{ref}")


def _happened(facts: Facts, terminology: Terminology) -> str:
    severity = code_list("severity").label(facts["severity"], terminology)
    place = code_list("place").label(facts["place"], terminology)
    done, told = ([one for one in facts["done"] or () if is_telling(one) is telling] for telling in (False, True))
    set_aside = {"duplicate": " Marked as a duplicate.", "not_reportable": " Marked as not reportable."}.get(facts["status"], "")
    words = f"{severity} severity, {place[:1].lower()}{place[1:]}.{set_aside}\n{_cut(facts, 'account')}"
    words += f"\nWhat was done: {_listed(done, terminology)}." if done else ""
    words += f"\nWho was told: {_listed(told, terminology)}." if told else ""
    kept = [plural(facts[name], one) + where for name, one, where in (("marks", "mark", " on the body map"), ("files", "file", "")) if facts[name]]
    return f"{words}\nKept with it: {' and '.join(kept)}." if kept else words


def _listed(outcomes: list[str], terminology: Terminology) -> str:
    return ", ".join(one[:1].lower() + one[1:] for one in (shown.someone(outcome, terminology) for outcome in outcomes))


def _code_words(part: str, facts: Facts, terminology: Terminology) -> str:
    if not facts["code"]:
        return ""
    label = code_list(code_list_of(facts["kind"], Act(part))).label(facts["code"], terminology)
    return label[:1].lower() + label[1:]


def _cut(facts: Facts, written: str) -> str:
    """The beginning of what was written, without the names of those whom the viewer may not know of."""
    text = facts[written] or ""
    short = text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return without_names(facts, short)


def without_names(facts: Facts, text: str) -> str:
    hidden, known = ([name for seen, *names in facts["names"] if seen is is_seen for name in names] for is_seen in (False, True))
    return Hidden(hidden, known).text(text)


def shows(user: User, column: str) -> Sql:
    """The condition under which the incident whose number is in a column shows to someone who sees the young person."""
    return Sql(f"EXISTS (SELECT FROM incident i WHERE i.id = {column} AND {{}} AND {{}})", access.at_own_place(user), access.named(user))


def _exists(user: User, column: str) -> Sql:
    """The same for someone of whom no more is known."""
    if not user.may("incident:read"):
        return Sql("false")
    return Sql(f"EXISTS (SELECT FROM incident i WHERE i.id = {column} AND {{}})", access.visible(user))


def _people(incident: int) -> Sql:
    return Sql("SELECT iv.young_person AS id FROM involvement iv WHERE iv.incident = {}", incident)


async def _open(viewer: User, young_person: int, terminology: Terminology) -> dict[str, Any] | None:
    """What is open about a young person; None where nothing is, for those who record none."""
    found = await queries.open_incidents_of(viewer, young_person, limit=SHOWN_IN_PANEL)
    if not found and not access.can_record_here(viewer):
        return None
    return {"open": found, "shown": shown}


def _count(viewer: User, young_person: int) -> Sql:
    rule = (access.at_own_place(viewer), access.named(viewer))
    in_them = "i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person = {})"
    return Sql(f"SELECT count(*) FROM incident i WHERE {in_them} AND {{}} AND {{}}", young_person, *rule)


def others(young_person: int) -> Sql:
    """Everyone who is in an incident with a young person."""
    return Sql(
        "SELECT o.young_person FROM involvement iv JOIN involvement o ON o.incident = iv.incident "
        "WHERE iv.young_person = {} AND o.young_person <> {}",
        young_person,
        young_person,
    )


def _subject(part: str, facts: Facts) -> tuple[str, int] | None:
    """What the young person was told of an allegation stands apart from its record."""
    return None if part == "told" else (SUBJECT_KIND, facts["incident"])


_OWNER = """
    SELECT iv.young_person FROM involvement iv WHERE iv.incident = CASE m.part WHEN 'happened' THEN m.entry
        WHEN 'told' THEN (SELECT t.incident FROM allegation t WHERE t.id = m.entry)
        WHEN 'addendum' THEN (SELECT t.incident FROM addendum t WHERE t.id = m.entry)
        WHEN 'corrected' THEN (SELECT t.incident FROM incident_correction t WHERE t.id = m.entry)
        WHEN 'outcome' THEN (SELECT t.incident FROM incident_outcome t WHERE t.id = m.entry)
        WHEN 'not_told' THEN (SELECT t.incident FROM incident_not_told t WHERE t.id = m.entry)
        ELSE (SELECT t.incident FROM incident_event t WHERE t.id = m.entry) END
"""
SOURCE = Source(
    id="incident", title="Incidents", permission="incident:read", rows=_rows, tell=_tell, facts=_facts, others=others, owner=_OWNER,
    subject=_subject, learned=since.learned, tables=("involvement", "incident_outcome", "incident_not_told"),
)  # fmt: skip
SECTION = Section(id="incidents", text="Incidents", path="incidents", permission="incident:read", count=_count)
ACTION = Action(text="Record an incident", path="/incidents/new?child={ref}", offered=access.can_record_here)
PANEL = Panel(id="incidents", permission="incident:read", template="incidents/panel.html", load=_open, side="left")
SUBJECT = SubjectKind(kind=SUBJECT_KIND, shows=shows, prefix="IN", path="/incidents/", exists=_exists, people=_people)
FINDER = Finder(prefix="IN", permission="incident:read", path="/incidents/", load=access.get_incident_for)
