"""What checks give to the record of a young person: entries of the chronology for those who may read them, and what goes where a record goes."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.merging import Holding
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import shown
from .access import readable

_ROWS = f"""
    SELECT 'asked' AS part, c.id, {DAY_AS_INSTANT.format("c.asked_on")} AS at, true AS day_only, c.recorded_at, c.recorded_by, to_jsonb(c) AS facts
    FROM register_check c WHERE c.young_person = {{}} AND {{}}
    UNION ALL
    SELECT 'answered', c.id, {DAY_AS_INSTANT.format("c.answered_on")}, true, c.answer_recorded_at, c.answer_recorded_by, to_jsonb(c)
    FROM register_check c WHERE c.young_person = {{}} AND {{}} AND c.answer IS NOT NULL
"""


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, readable(viewer), young_person, readable(viewer))


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    link = f"/children/{ref('YP', facts['young_person'])}/sharing"
    authority = shown.authority(facts["area"], terminology)
    if part == "answered":
        answer = shown.answer(facts["answer"], facts["category"], terminology)
        text = " ".join(part for part in (f"{facts['answered_by']}, {authority}.", facts["answer_note"] or "") if part)
        return Told(title=f"Check answered: {answer[:1].lower()}{answer[1:]}", text=text, link=link)
    what = shown.asked(facts["register"], terminology)
    who = f"{shown.asker(facts['asker'], terminology)}: {facts['asked_by']}."
    text = f"{what}. {shown.why(facts['reason'], terminology)}. {who} {facts['note'] or ''}".strip()
    return Told(title=f"Check: {authority} was asked", text=text, link=link)


_LEARNED = f"""
    SELECT 'check'::text AS source, 'asked'::text AS part, c.id, g.id AS agency, NULL::text AS party,
        {DAY_AS_INSTANT.format("c.asked_on")} AS at, 'check'::text AS how
    FROM register_check c JOIN agency g ON g.kind = 'social_services' AND g.area = c.area WHERE c.young_person = {{}} AND {{}}
"""
# Who opened the page of checks learnt how many there were, and no more (docs/adr/0018): only the authority that was asked knows of one.
SOURCE = Source(
    id="check", title="Checks", permission="check:read", rows=_rows, tell=_tell, tables=("register_check",),
    owner="SELECT t.young_person FROM register_check t WHERE t.id = m.entry",
    learned=lambda viewer, young_person: Sql(_LEARNED, young_person, readable(viewer)),
)  # fmt: skip
HOLDING = Holding(
    table="register_check", called="check",
    rows=lambda viewer, young_person: Sql("SELECT c.id FROM register_check c WHERE c.young_person = {} AND {}", young_person, readable(viewer)),
)  # fmt: skip
