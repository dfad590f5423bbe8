"""What sharing gives to the record of a young person: entries of the chronology for those who may read them, and what goes where a record goes."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.merging import Holding
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import shown
from .access import own, readable

_ROWS = f"""
    SELECT 'asked' AS part, s.id, {DAY_AS_INSTANT.format("s.asked_on")} AS at, true AS day_only, s.recorded_at, s.recorded_by,
        to_jsonb(s) || jsonb_build_object('own', true) AS facts
    FROM information_share s WHERE s.young_person = {{}} AND s.asked_on IS NOT NULL AND {{}} AND {{}}
    UNION ALL
    SELECT s.outcome, s.id, {DAY_AS_INSTANT.format("s.outcome_on")}, true, s.outcome_recorded_at, s.outcome_recorded_by,
        to_jsonb(s) || jsonb_build_object('own', {{}})
    FROM information_share s WHERE s.young_person = {{}} AND s.outcome IS NOT NULL AND {{}}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, readable(viewer), own(viewer), own(viewer), young_person, readable(viewer))


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    link = f"/children/{ref('YP', facts['young_person'])}/sharing"
    whom = shown.party(facts["party"], terminology)
    about = f"About: {shown.about(facts['categories'], terminology)}."
    words = f"{facts['party_name']}. {facts['what']}" if facts["own"] else shown.KEPT
    if part == "asked":
        return Told(title=f"Information was asked for: {whom}", text=f"{about} {words}", link=link)
    if part == "withheld":
        why = code_list("withheld_reason").label(facts["withheld_because"], terminology)
        return Told(title=f"Information was withheld: {whom}", text=f"{why}. {about} {words}", link=link)
    return Told(title=f"Information was shared: {whom}", text=f"{shown.basis(facts['basis'], terminology)}. {about} {words}", link=link)


_LEARNED = f"""
    SELECT 'share'::text AS source, 'shared'::text AS part, s.id, NULL::bigint AS agency, 'share_party:' || s.party AS party,
        {DAY_AS_INSTANT.format("s.outcome_on")} AS at, 'share'::text AS how
    FROM information_share s WHERE s.young_person = {{}} AND s.outcome = 'shared' AND {{}}
"""
SOURCE = Source(
    id="share", title="Sharing", permission="share:read", rows=_rows, tell=_tell, tables=("information_share",),
    owner="SELECT t.young_person FROM information_share t WHERE t.id = m.entry",
    learned=lambda viewer, young_person: Sql(_LEARNED, young_person, readable(viewer)),
)  # fmt: skip
HOLDING = Holding(
    table="information_share", called="record of sharing", several="records of sharing",
    rows=lambda viewer, young_person: Sql("SELECT s.id FROM information_share s WHERE s.young_person = {} AND {}", young_person, readable(viewer)),
)  # fmt: skip
