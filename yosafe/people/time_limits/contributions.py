"""What was done to time limits, for the chronology of a young person: paused, voided, and let run again."""

import datetime as dt

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.subjects import showing, subject_ref
from yosafe.reference.rule_sets import rule_set
from yosafe.settings import Terminology

from .access import SUBJECT
from .rules import HELD_TITLES, Held

_ROWS = f"""
    SELECT h.kind AS part, h.id, h.recorded_at AS at, false AS day_only, h.recorded_at, h.recorded_by,
        to_jsonb(h) || jsonb_build_object('title', c.clock, 'rules', c.rules, 'kind_of', c.subject_kind, 'subject', c.subject) AS facts
    FROM clock c JOIN clock_hold h ON h.clock = c.id WHERE c.young_person = {{}} AND {{}}
    UNION ALL
    SELECT 'resumed', h.id, {DAY_AS_INSTANT.format("h.until_on")}, true, h.ended_at, h.ended_by,
        to_jsonb(h) || jsonb_build_object('title', c.clock, 'rules', c.rules, 'kind_of', c.subject_kind, 'subject', c.subject)
    FROM clock c JOIN clock_hold h ON h.clock = c.id WHERE c.young_person = {{}} AND h.ended_by IS NOT NULL AND {{}}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    shows = showing(viewer, "c.subject_kind", "c.subject") if viewer.may("clock:read") else Sql("false")
    return Sql(_ROWS, young_person, shows, young_person, shows)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    title = next(one.title for one in rule_set(facts["rules"]).clocks if one.id == facts["title"])
    done = "Runs again" if part == "resumed" else HELD_TITLES[Held(part)]
    text = (
        facts["ended_reason"]
        if part == "resumed"
        else (f"It was due on {words.day(dt.date.fromisoformat(facts['due_before']))}. {facts['reason']} Agreed with {facts['agreed_with']}.")
    )
    reference = subject_ref(facts["kind_of"], facts["subject"])
    return Told(title=f"Time limit, {title[:1].lower()}{title[1:]}: {done.lower()}", text=text, ref=reference, link=f"/clocks/{facts['clock']}")


SOURCE = Source(
    id="time-limit", title="Time limits paused or voided", permission="clock:read", rows=_rows, tell=_tell,
    owner="SELECT c.young_person FROM clock c JOIN clock_hold t ON t.clock = c.id WHERE t.id = m.entry",
    subject=lambda part, facts: (SUBJECT, facts["clock"]), tables=("clock",),
)  # fmt: skip
