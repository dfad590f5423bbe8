"""What flags and joint reviews contribute to the record of a young person: entries of the chronology, a section, badges, a panel."""

import datetime as dt

from yosafe.accounts.viewer import User
from yosafe.audit.events import EventName
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.models.indicators import Level
from yosafe.people.chronology import Facts, Source, Told
from yosafe.people.columns import Column
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Badge, Section
from yosafe.people.panels import Panel
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import queries, shown
from .access import flag_shows, get_review_for, reviews_for
from .listing_queries import listing_of
from .queries import ASKS
from .rules import FlagState
from .schemas import FlagOut

_ANSWERS = """
    SELECT 'answered' AS part, o.id, o.at, false AS day_only, o.at AS recorded_at, o.recorded_by,
        jsonb_build_object('flag', f.id, 'indicator', f.indicator, 'outcome', o.outcome, 'reason', o.reason) AS facts
    FROM flag f JOIN flag_outcome o ON o.flag = f.id WHERE f.young_person = {} AND {} AND {}
"""
_CASES = """
    SELECT 'decided' AS part, c.id, c.decided_at AS at, false AS day_only, c.decided_at AS recorded_at, c.decided_by AS recorded_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'decision', c.decision, 'reason', c.decision_reason) AS facts
    FROM review_case c JOIN review r ON r.id = c.review WHERE c.young_person = {} AND c.decided_at IS NOT NULL AND {}
    UNION ALL
    SELECT 'put_off', c.id, c.put_off_at, false, c.put_off_at, c.put_off_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'reason', c.put_off_reason)
    FROM review_case c JOIN review r ON r.id = c.review WHERE c.young_person = {} AND c.put_off_at IS NOT NULL AND {}
    UNION ALL
    SELECT 'added', d.id, d.at, false, d.at, d.recorded_by, jsonb_build_object('review', r.id, 'number', c.number, 'text', d.text)
    FROM review_case c JOIN review r ON r.id = c.review JOIN review_addendum d ON d.review_case = c.id WHERE c.young_person = {} AND {}
    UNION ALL
    SELECT 'viewed', v.id, v.at, false, v.at, v.recorded_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'view', v.view, 'dissents', v.dissents)
    FROM review_case c JOIN review r ON r.id = c.review JOIN review_view v ON v.review_case = c.id WHERE c.young_person = {} AND {}
    UNION ALL
    SELECT 'agreed', a.id, a.recorded_at, false, a.recorded_at, a.recorded_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'what', a.what, 'owner', a.owner_name, 'due_on', a.due_on)
    FROM action a JOIN review_case c ON c.id = a.review_case JOIN review r ON r.id = c.review WHERE a.young_person = {} AND {}
"""
_ACTIONS = """
    SELECT 'handed', h.id, h.at, false, h.at, h.recorded_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'what', a.what, 'owner', h.to_name, 'reason', h.reason)
    FROM action a JOIN review_case c ON c.id = a.review_case JOIN review r ON r.id = c.review JOIN action_handed h ON h.action = a.id
    WHERE a.young_person = {} AND {}
    UNION ALL
    SELECT 'cancelled', a.id, a.cancelled_at, false, a.cancelled_at, a.cancelled_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'what', a.what, 'reason', a.cancel_reason)
    FROM action a JOIN review_case c ON c.id = a.review_case JOIN review r ON r.id = c.review
    WHERE a.young_person = {} AND a.cancelled_at IS NOT NULL AND {}
"""
SHOWN_IN_PANEL = 3
_LEFT = """
    SELECT 'left', l.id, l.at, false, l.at, l.recorded_by, jsonb_build_object('reason', l.reason)
    FROM review_left l JOIN review r ON r.id = l.review WHERE l.young_person = {} AND {}
"""
# Who finished an action is in the trail alone.
_DONE = f"""
    SELECT 'done' AS part, a.id, t.at, false AS day_only, t.at AS recorded_at, t.actor AS recorded_by,
        jsonb_build_object('review', r.id, 'number', c.number, 'what', a.what, 'note', a.done_note) AS facts
    FROM action a JOIN review_case c ON c.id = a.review_case JOIN review r ON r.id = c.review
        JOIN audit_entry t ON t.subject_kind = 'action' AND t.subject = a.id AND t.event = '{EventName.ACTION_DONE}' AND t.actor IS NOT NULL
    WHERE a.young_person = {{}} AND a.done_on IS NOT NULL AND {{}}
"""
# Whoever came heard of what the flags rest on for which the case was listed, as far as it was recorded by then; and of what was decided.
_MET = """
    WITH came AS (
        SELECT c.id AS review_case, r.meets_on, a.agency, (r.meets_on::timestamp AT TIME ZONE 'Europe/London') AS at, c.decided_at
        FROM review_case c JOIN review r ON r.id = c.review JOIN review_attendance a ON a.review = r.id AND a.attended IN ('attended', 'by_phone')
        WHERE c.young_person = {} AND r.held_at IS NOT NULL AND {}
    )
    SELECT 'review'::text AS source, 'decided'::text AS part, review_case AS id, agency, NULL::text AS party, decided_at AS at, 'meeting'::text AS how
    FROM came WHERE decided_at IS NOT NULL
    UNION ALL
    SELECT 'incident', 'happened', i.id, came.agency, NULL, came.at, 'meeting'
    FROM came JOIN review_case_flag cf ON cf.review_case = came.review_case JOIN flag f ON f.id = cf.flag AND {}
        CROSS JOIN LATERAL jsonb_array_elements(f.because) b
        JOIN incident i ON i.id = CASE WHEN b ->> 'reference' LIKE 'IN-%' THEN substr(b ->> 'reference', 4)::bigint END
    WHERE (i.recorded_at AT TIME ZONE 'Europe/London')::date <= came.meets_on
"""


_CASE_OWNER = """
    SELECT c.young_person FROM review_case c WHERE m.part IN ('decided', 'put_off') AND c.id = m.entry
    UNION ALL
    SELECT c.young_person FROM review_case c JOIN review_view t ON t.review_case = c.id WHERE m.part = 'viewed' AND t.id = m.entry
    UNION ALL
    SELECT a.young_person FROM action a WHERE m.part IN ('agreed', 'done', 'cancelled') AND a.id = m.entry
    UNION ALL
    SELECT a.young_person FROM action a JOIN action_handed t ON t.action = a.id WHERE m.part = 'handed' AND t.id = m.entry
    UNION ALL
    SELECT c.young_person FROM review_case c JOIN review_addendum t ON t.review_case = c.id WHERE m.part = 'added' AND t.id = m.entry
    UNION ALL
    SELECT t.young_person FROM review_left t WHERE m.part = 'left' AND t.id = m.entry
    UNION ALL
    SELECT t.young_person FROM review_request t WHERE m.part IN ('asked', 'taken_back') AND t.id = m.entry
"""


_ASKED = """
    SELECT 'asked', q.id, q.asked_at, false, q.asked_at, q.asked_by, jsonb_build_object('reason', q.reason)
    FROM review_request q WHERE q.young_person = {} AND {}
    UNION ALL
    SELECT 'taken_back', q.id, q.withdrawn_at, false, q.withdrawn_at, q.withdrawn_by, jsonb_build_object('reason', q.withdrawn_reason)
    FROM review_request q WHERE q.young_person = {} AND q.withdrawn_at IS NOT NULL AND {}
"""


def _answers(viewer: User, young_person: int) -> Sql:
    return Sql(_ANSWERS, young_person, flag_shows(viewer), Sql("true" if viewer.may("flag:read") else "false"))


def _tell_answer(part: str, facts: Facts, terminology: Terminology) -> Told:
    outcome = code_list("flag_outcome").label(facts["outcome"], terminology)
    return Told(
        title=f"Flag “{queries.title_of(facts['indicator'], terminology)}”: {outcome[:1].lower()}{outcome[1:]}",
        text=facts["reason"],
        link=f"/risks/{facts['flag']}",
    )


def _cases(viewer: User, young_person: int) -> Sql:
    seen = reviews_for(viewer) if viewer.may("review:read") else Sql("false")
    allowed = Sql("true" if viewer.may("review:read") else "false")
    own = Sql(f"{_CASES} UNION ALL {_ACTIONS} UNION ALL {_ASKED}", *(young_person, seen) * 7, *(young_person, allowed) * 2)
    return Sql("{} UNION ALL {} UNION ALL {}", own, Sql(_DONE, young_person, seen), Sql(_LEFT, young_person, seen))


def _met(viewer: User, young_person: int) -> Sql:
    seen = reviews_for(viewer) if viewer.may("review:read") else Sql("false")
    return Sql("SELECT * FROM ({}) met", Sql(_MET, young_person, seen, flag_shows(viewer)))


def _tell_case(part: str, facts: Facts, terminology: Terminology) -> Told:
    if part in ("asked", "taken_back"):
        return Told(title="Joint review asked for" if part == "asked" else "Request for a joint review taken back", text=facts["reason"])
    if part == "left":
        return Told(title="Left for a later joint review", text=facts["reason"])
    review = ref("RV", facts["review"])
    link = f"/reviews/{review}/cases/{facts['number']}"
    match part:
        case "decided":
            decision = code_list("review_decision").label(facts["decision"], terminology)
            return Told(title=f"Joint review decided: {decision[:1].lower()}{decision[1:]}", text=facts["reason"], ref=review, link=link)
        case "viewed":
            title = "Agency does not agree in the joint review" if facts["dissents"] else "View given to the joint review"
            return Told(title=title, text=facts["view"], ref=review, link=link)
        case "put_off":
            return Told(title="Joint review put the case off", text=facts["reason"], ref=review, link=link)
        case "handed":
            return Told(title=f"Action handed over to {facts['owner']}", text=f"{facts['what']}\n{facts['reason']}", ref=review, link=link)
        case "cancelled":
            return Told(title="Action cancelled", text=f"{facts['what']}\n{facts['reason']}", ref=review, link=link)
        case "added":
            return Told(title="Added to the minutes of a joint review", text=facts["text"], ref=review, link=f"/reviews/{review}/minutes")
        case "done":
            return Told(title="Action done", text="\n".join(filter(None, (facts["what"], facts["note"]))), ref=review, link=link)
    who_by_when = f"{facts['owner']}, by {dt.date.fromisoformat(facts['due_on']):%-d %B %Y}"
    return Told(title="Action agreed", text=f"{facts['what']}\n{who_by_when}", ref=review, link=link)


SOURCES = (
    Source(
        id="flag", title="Flags answered", permission="flag:read", rows=_answers, tell=_tell_answer, tables=("flag",),
        owner="SELECT f.young_person FROM flag f JOIN flag_outcome t ON t.flag = f.id WHERE t.id = m.entry",
        subject=lambda part, facts: ("flag", facts["flag"]),
    ),
    Source(
        id="review", title="Joint reviews", permission="review:read", rows=_cases, tell=_tell_case, owner=_CASE_OWNER, learned=_met,
        tables=("review_case", "action", "review_request", "review_left"),
        subject=lambda part, facts: ("review", facts["review"]) if "review" in facts else None,
    ),
)  # fmt: skip


def _count(viewer: User, young_person: int) -> Sql:
    """The flags that stand, notes too: as many as the page shows above those of the past."""
    return Sql(f"SELECT count(*) FROM flag f WHERE f.young_person = {{}} AND {queries.STANDS} AND {{}}", young_person, flag_shows(viewer))


SECTION = Section(id="flags", text="Flags", path="flags", permission="flag:read", count=_count)


async def badges(viewer: User, young_person: int) -> list[Badge]:
    """How many flags stand, where one of them is more than a note."""
    if not viewer.may("flag:read"):
        return []
    query = Sql(
        f"SELECT f.level, count(*) AS number FROM flag f WHERE f.young_person = {{}} AND {ASKS} AND {{}} GROUP BY f.level",
        young_person,
        flag_shows(viewer),
    )
    rows = await DB.fetch(*query.parts())
    counts = {row["level"]: row["number"] for row in rows}
    high, every = counts.get(Level.HIGH.value, 0), sum(counts.values())
    if high:
        return [(f"{high} high flag{'' if high == 1 else 's'}", "red")]
    return [(f"{every} flag{'' if every == 1 else 's'}", "black")] if every else []


async def _standing(viewer: User, young_person: int, terminology: Terminology) -> dict[str, object] | None:
    """The flags that stand, the highest first, for the overview; None where there is none."""
    found = await queries.flags_of(viewer, young_person, terminology=terminology)
    standing: list[FlagOut] = [flag for flag in found if flag.state in (FlagState.NEW, FlagState.ANSWERED)]
    if not standing:
        return None
    return {
        "flags": standing[:SHOWN_IN_PANEL], "more": len(standing) - SHOWN_IN_PANEL, "ref": ref("YP", young_person), "shown": shown,
        "listing": await listing_of(viewer, young_person),
    }  # fmt: skip


_FLAGGED = f"""
    SELECT f.young_person, count(*) FILTER (WHERE f.level = 'high') AS high, count(*) AS every FROM flag f
    WHERE f.young_person = ANY({{}}) AND {ASKS} AND {{}} GROUP BY f.young_person
"""


async def _flagged(viewer: User, young_people: list[int], terminology: Terminology) -> dict[int, str]:
    rows = await DB.fetch(*Sql(_FLAGGED, young_people, flag_shows(viewer)).parts())
    return {row["young_person"]: f"{row['every']}, {row['high']} high" if row["high"] else str(row["every"]) for row in rows}


def _only_flagged(viewer: User) -> Sql:
    return Sql(f"EXISTS (SELECT FROM flag f WHERE f.young_person = yp.id AND {ASKS} AND {{}})", flag_shows(viewer))


COLUMN = Column(id="flag", title="Flags", permission="flag:read", load=_flagged, only=_only_flagged, filter_label="Flagged now")

PANEL = Panel(id="flags", permission="flag:read", template="reviews/panel.html", load=_standing, side="right")
FINDER = Finder(prefix="RV", permission="review:read", path="/reviews/", load=get_review_for)
