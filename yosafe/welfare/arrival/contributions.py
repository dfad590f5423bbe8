"""What the papers of arrivals give to the record of a young person: entries of the chronology, a section, and where their references lead."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Section
from yosafe.people.merging import Holding
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import rules
from .access import PREFIX, get_paper_for, paper_ref, readable
from .merging import make_room
from .shown import STEP_TITLES

# One entry for all that was recorded of an arrival at once; one more for each thing that happened about a paper since.
_ROWS = f"""
    SELECT 'recorded' AS part, min(a.id) AS id, a.recorded_at AS at, false AS day_only, a.recorded_at, a.recorded_by,
        jsonb_build_object('young_person', a.young_person,
            'came', jsonb_agg(a.paper ORDER BY a.id) FILTER (WHERE a.state IN ('with_them', 'came_later') AND NOT {{}}),
            'missing', jsonb_agg(a.paper ORDER BY a.id) FILTER (WHERE a.state IN ('awaited', 'not_coming') OR {{}})) AS facts
    FROM arrival_paper a WHERE a.young_person = {{}} AND {{}} GROUP BY a.young_person, a.placement, a.recorded_at, a.recorded_by
    UNION ALL
    SELECT s.kind, s.id, {DAY_AS_INSTANT.format("s.happened_on")}, true, s.at, s.recorded_by,
        jsonb_build_object('id', a.id, 'paper', a.paper, 'whom', s.whom, 'note', s.note)
    FROM arrival_paper a JOIN arrival_paper_step s ON s.arrival_paper = a.id WHERE a.young_person = {{}} AND {{}}
"""
_CAME_SINCE = "EXISTS (SELECT FROM arrival_paper_step s WHERE s.arrival_paper = a.id)"


def _rows(viewer: User, young_person: int) -> Sql:
    since, may = Sql(_CAME_SINCE), readable(viewer)
    return Sql(_ROWS, since, since, young_person, may, young_person, may)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    papers = code_list(rules.LIST)
    if part != "recorded":
        reference, said = paper_ref(facts["id"]), [facts["whom"], facts["note"]]
        title = f"{papers.label(facts['paper'], terminology)}: {STEP_TITLES[part].lower()}"
        return Told(title=title, text=". ".join(filter(None, said)) or None, ref=reference, link=f"/papers/{reference}")
    came, missing = (_names(facts[which], terminology) for which in ("came", "missing"))
    text = f"Came: {came or 'none'}. Not come: {missing or 'none'}."
    return Told(title="Papers of the arrival recorded", text=text, link=f"/children/{ref('YP', facts['young_person'])}/arrival")


def _names(codes: list[str] | None, terminology: Terminology) -> str:
    return ", ".join(code_list(rules.LIST).label(code, terminology) for code in codes or ())


def _count(viewer: User, young_person: int) -> Sql:
    return Sql("SELECT count(*) FROM arrival_paper a WHERE a.young_person = {} AND a.state = 'awaited' AND {}", young_person, readable(viewer))


HOLDING = Holding(
    table="arrival_paper", called="paper of an arrival", several="papers of arrivals", belongs_to=("placement", "placement"), makes_room=make_room,
    rows=lambda viewer, young_person: Sql("SELECT a.id FROM arrival_paper a WHERE a.young_person = {} AND {}", young_person, readable(viewer)),
)  # fmt: skip
_OWNER = """
    SELECT a.young_person FROM arrival_paper a WHERE m.part = 'recorded' AND a.id = m.entry
    UNION ALL
    SELECT a.young_person FROM arrival_paper a JOIN arrival_paper_step t ON t.arrival_paper = a.id WHERE m.part <> 'recorded' AND t.id = m.entry
"""
SOURCE = Source(
    id="arrival-paper", title="Papers of arrivals", permission="paper:read", rows=_rows, tell=_tell, tables=("arrival_paper",), owner=_OWNER,
    subject=lambda part, facts: None if part == "recorded" else ("arrival_paper", facts["id"]),
)  # fmt: skip
SECTION = Section(id="arrival", text="Arrival", path="arrival", permission="paper:read", count=_count)
FINDER = Finder(prefix=PREFIX, permission="paper:read", path="/papers/", load=get_paper_for)
