"""What serious case reviews give to the record of a young person: entries of the chronology for those who may see them, what their references mean to
clocks and to the search, and what goes where a record goes."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.finding.records import Finder
from yosafe.people.merging import Holding
from yosafe.people.subjects import SubjectKind
from yosafe.reference.codes import code_list
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from . import shown
from .access import PREFIX, READ, SUBJECT, case_review_ref, get_case_review_for, shows, visible

_ROWS = f"""
    SELECT 'asked' AS part, r.id, r.recorded_at AS at, false AS day_only, r.recorded_at, r.recorded_by, to_jsonb(r) AS facts
    FROM case_review r WHERE r.young_person = {{}} AND {{}}
    UNION ALL
    SELECT 'decided', r.id, {DAY_AS_INSTANT.format("r.decided_on")}, true, r.decided_recorded_at, r.decided_recorded_by, to_jsonb(r)
    FROM case_review r WHERE r.young_person = {{}} AND r.decision IS NOT NULL AND {{}}
    UNION ALL
    SELECT 'completed', r.id, {DAY_AS_INSTANT.format("r.completed_on")}, true, r.completed_recorded_at, r.completed_recorded_by, to_jsonb(r)
    FROM case_review r WHERE r.young_person = {{}} AND r.completed_on IS NOT NULL AND {{}}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    may = visible(viewer)
    return Sql(_ROWS, young_person, may, young_person, may, young_person, may)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    reference, name = case_review_ref(facts["id"]), term("serious_case_review", terminology, capital=True)
    link, whose = f"/case-reviews/{reference}", shown.committee(facts["area"], terminology)
    if part == "asked":
        text = f"{whose} was asked. {shown.happened(facts['happened'])}. {facts['concern']}"
        return Told(title=f"{name} asked for", text=text, ref=reference, link=link)
    if part == "decided":
        decided = code_list("case_review_decision").label(facts["decision"], terminology)
        return Told(title=f"{name}: {decided[:1].lower()}{decided[1:]}", text=f"{whose}. {facts['decision_reason']}", ref=reference, link=link)
    return Told(title=f"{name} completed", text=f"{whose}. {facts['summary']}", ref=reference, link=link)


SOURCE = Source(
    id="case-review", title="Serious case reviews", permission=READ, rows=_rows, tell=_tell, tables=("case_review",),
    owner="SELECT t.young_person FROM case_review t WHERE t.id = m.entry",
    subject=lambda part, facts: (SUBJECT, facts["id"]),
)  # fmt: skip
SUBJECT_KIND = SubjectKind(kind=SUBJECT, prefix=PREFIX, path="/case-reviews/", shows=shows)
FINDER = Finder(prefix=PREFIX, permission=READ, path="/case-reviews/", load=get_case_review_for)
HOLDING = Holding(
    table="case_review", called="serious case review",
    rows=lambda viewer, young_person: Sql("SELECT r.id FROM case_review r WHERE r.young_person = {} AND {}", young_person, visible(viewer)),
)  # fmt: skip
