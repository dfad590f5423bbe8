"""What opening a record in an emergency gives to the record: entries of the chronology, for everyone who may see it; and where its rows go when
records are merged."""

import datetime as dt

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import Facts, Source, Told
from yosafe.people.merging import Holding
from yosafe.settings import Terminology

from .rules import CLOSED, OUTCOMES

_ROWS = """
    SELECT 'opened' AS part, b.id, b.at, false AS day_only, b.at AS recorded_at, b.user_account AS recorded_by,
        jsonb_build_object('reason', b.reason, 'until', b.until) AS facts
    FROM break_glass b WHERE b.young_person = {}
    UNION ALL
    SELECT 'reviewed', b.id, b.reviewed_at, false, b.reviewed_at, b.reviewed_by,
        jsonb_build_object('outcome', b.outcome, 'note', b.review_note, 'closed', b.until < b.at + interval '3 hours')
    FROM break_glass b WHERE b.young_person = {} AND b.reviewed_at IS NOT NULL
"""


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, young_person)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    if part == "reviewed":
        closed = f"{CLOSED} " if facts["closed"] else ""
        return Told(title=f"Opening this record in an emergency was reviewed: {OUTCOMES[facts['outcome']].lower()}", text=closed + facts["note"])
    until = words.instant(dt.datetime.fromisoformat(facts["until"]))
    return Told(title="This record was opened in an emergency", text=f"It could be read until {until}. Why: {facts['reason']}")


SOURCE = Source(
    id="break-glass", title="Opened in an emergency", permission="young-person:read", rows=_rows, tell=_tell, tables=("break_glass",),
    owner="SELECT b.young_person FROM break_glass b WHERE b.id = m.entry",
)  # fmt: skip
HOLDING = Holding(
    table="break_glass", called="opening in an emergency", several="openings in an emergency",
    rows=lambda viewer, young_person: Sql("SELECT b.id FROM break_glass b WHERE b.young_person = {}", young_person),
)  # fmt: skip
