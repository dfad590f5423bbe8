"""What welfare contributes to the record of a young person: entries of the chronology, a section, and what its references mean to clocks."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Section
from yosafe.people.merging import Holding, Merging
from yosafe.people.panels import Action
from yosafe.people.subjects import SubjectKind
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .access import PREFIX, assessment_ref, get_assessment_for, readable, shows
from .instruments import INSTRUMENTS

_ROWS = f"""
    SELECT 'completed' AS part, a.id, {DAY_AS_INSTANT.format("a.completed_on")} AS at, true AS day_only, a.recorded_at, a.recorded_by,
        jsonb_build_object('id', a.id, 'instrument', a.instrument, 'occasion', a.occasion, 'concern', a.concern) AS facts
    FROM assessment a WHERE a.young_person = {{}} AND {{}}
    UNION ALL
    SELECT s.decision, s.id, s.at, false, s.at, s.recorded_by,
        jsonb_build_object('id', a.id, 'instrument', a.instrument, 'occasion', a.occasion, 'remark', s.remark)
    FROM assessment a JOIN assessment_signing s ON s.assessment = a.id WHERE a.young_person = {{}} AND {{}}
"""


SIGNED = {"countersigned": "countersigned", "sent_back": "sent back to be put right"}


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, readable(viewer), young_person, readable(viewer))


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    if part in SIGNED:
        reference = assessment_ref(facts["id"])
        title = f"{INSTRUMENTS[facts['instrument']].title} {SIGNED[part]}"
        return Told(title=title, text=facts["remark"], ref=reference, link=f"/assessments/{reference}")
    occasion = code_list("assessment_occasion").label(facts["occasion"], terminology)
    said = [f"{occasion}."] if facts["occasion"] != "arrival" else []
    said += [facts["concern"]] if facts["concern"] else []
    reference = assessment_ref(facts["id"])
    return Told(
        title=f"{INSTRUMENTS[facts['instrument']].title} completed",
        text=" ".join(said) or None,
        ref=reference,
        link=f"/assessments/{reference}",
    )


def _count(viewer: User, young_person: int) -> Sql:
    return Sql("SELECT count(*) FROM assessment a WHERE a.young_person = {} AND {}", young_person, readable(viewer))


async def _without_their_stay(merging: Merging) -> list[str]:
    """An assessment recorded since a merge stays; the stay in which it was made may have gone back to the other record."""
    await DB.execute(
        "UPDATE assessment a SET placement = NULL FROM placement p "
        "WHERE p.id = a.placement AND p.young_person <> a.young_person AND a.young_person = ANY($1)",
        [merging.kept, merging.merged],
    )
    return []


HOLDINGS = (
    Holding(
        table="assessment", called="assessment", settles=_without_their_stay,
        rows=lambda viewer, young_person: Sql("SELECT a.id FROM assessment a WHERE a.young_person = {} AND {}", young_person, readable(viewer)),
    ),
)  # fmt: skip

_OWNER = """
    SELECT a.young_person FROM assessment a WHERE m.part = 'completed' AND a.id = m.entry
    UNION ALL
    SELECT a.young_person FROM assessment a JOIN assessment_signing t ON t.assessment = a.id WHERE m.part <> 'completed' AND t.id = m.entry
"""
SOURCE = Source(
    id="assessment", title="Assessments", permission="assessment:read-screen", rows=_rows, tell=_tell, tables=("assessment",), owner=_OWNER,
    subject=lambda part, facts: ("assessment", facts["id"]),
)  # fmt: skip

SECTION = Section(id="assessments", text="Assessments", path="assessments", permission="assessment:read-screen", count=_count)

ACTION = Action(text="Start an assessment", path="/children/{ref}/assessments/new", offered=lambda viewer: viewer.may("assessment:record"))

SUBJECT = SubjectKind(kind="assessment", prefix=PREFIX, path="/assessments/", shows=shows)
FINDER = Finder(prefix="AS", permission="assessment:read-screen", path="/assessments/", load=get_assessment_for)
