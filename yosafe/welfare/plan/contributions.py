"""What a welfare plan gives to the record of a young person: entries of the chronology, a section, and where its references lead."""

import datetime as dt

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import Facts, Source, Told
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Section
from yosafe.people.merging import Holding
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology
from yosafe.words import day

from .access import PREFIX, get_need_for, need_ref, readable

_ROWS = """
    SELECT s.kind AS part, s.id, s.at, false AS day_only, s.at AS recorded_at, s.recorded_by,
        jsonb_build_object('id', n.id, 'topic', n.topic, 'need', n.need, 'will_do', s.will_do, 'owner', s.owner, 'owner_name', s.owner_name,
            'target_on', s.target_on, 'note', s.note, 'came_of', n.came_of) AS facts
    FROM welfare_need n JOIN welfare_need_step s ON s.welfare_need = n.id WHERE n.young_person = {} AND {}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, readable(viewer))


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    reference, topic = need_ref(facts["id"]), code_list("need_topic").label(facts["topic"], terminology)
    if part == "closed":
        title = f"Need closed ({topic}): {code_list('need_outcome').label(facts['came_of'], terminology).lower()}"
        return Told(title=title, text=facts["note"], ref=reference, link=f"/plan/{reference}")
    owner = code_list("need_owner").label(facts["owner"], terminology)
    will = f"{facts['will_do']} {owner}: {facts['owner_name']}, by {day(dt.date.fromisoformat(facts['target_on']))}."
    title = f"Need put into the plan ({topic})" if part == "added" else f"Plan changed ({topic})"
    first = facts["need"] if part == "added" else facts["note"]
    return Told(title=title, text=f"{first} {will}", ref=reference, link=f"/plan/{reference}")


def _count(viewer: User, young_person: int) -> Sql:
    return Sql("SELECT count(*) FROM welfare_need n WHERE n.young_person = {} AND n.closed_on IS NULL AND {}", young_person, readable(viewer))


HOLDING = Holding(
    table="welfare_need", called="need in the plan", several="needs in the plan",
    rows=lambda viewer, young_person: Sql("SELECT n.id FROM welfare_need n WHERE n.young_person = {} AND {}", young_person, readable(viewer)),
)  # fmt: skip
SOURCE = Source(
    id="plan", title="Welfare plan", permission="need:read", rows=_rows, tell=_tell, tables=("welfare_need",),
    owner="SELECT n.young_person FROM welfare_need n JOIN welfare_need_step t ON t.welfare_need = n.id WHERE t.id = m.entry",
    subject=lambda part, facts: ("welfare_need", facts["id"]),
)  # fmt: skip
SECTION = Section(id="plan", text="Plan", path="plan", permission="need:read", count=_count)
FINDER = Finder(prefix=PREFIX, permission="need:read", path="/plan/", load=get_need_for)
