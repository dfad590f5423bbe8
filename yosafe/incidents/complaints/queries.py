"""Reading complaints: those that wait, and how they are dealt with. Every function takes the viewer."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults, place_faults
from yosafe.db.sql import Sql, every
from yosafe.incidents import access
from yosafe.incidents.queries import SOMEONE
from yosafe.incidents.schemas import NamedOut
from yosafe.incidents.status import Status
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people import access as people
from yosafe.people.clock_queries import SOON
from yosafe.people.rules import full_name
from yosafe.reference.codes import code_list
from yosafe.reference.rule_sets import ClockState, state_of
from yosafe.settings import Terminology

from .listed import columns
from .schemas import FiguresOut, ListedComplaintOut, ShareOut, StateAsked

YEAR = dt.timedelta(days=365)
FEWEST = 10  # of which a percentage is worked out
_OPEN = "i.status IN ('submitted', 'in_investigation', 'reopened')"
_ACKNOWLEDGED = "EXISTS (SELECT FROM incident_event v WHERE v.incident = i.id AND v.action IN ('acknowledge', 'conclude'))"
_APPEAL = """(i.status IN ('concluded', 'reopened', 'in_investigation') AND EXISTS (SELECT FROM incident_event v WHERE v.incident = i.id
    AND v.action = 'appeal' AND NOT EXISTS (
        SELECT FROM incident_event w WHERE w.incident = i.id AND w.action = 'answer_appeal' AND w.id > v.id)))"""
WAITS = f"""CASE WHEN {_OPEN} AND NOT {_ACKNOWLEDGED} THEN 'acknowledgement' WHEN {_OPEN} THEN 'answer' WHEN {_APPEAL} THEN 'appeal'
    ELSE 'nothing' END"""
# The limit of what it waits for is the first of its clocks that runs.
_DUE = """CASE WHEN w.waits <> 'nothing' THEN (SELECT min(c.due_on) FROM clock c WHERE c.subject_kind = 'incident' AND c.subject = w.id
    AND c.clock LIKE 'complaint-%' AND c.met_at IS NULL AND c.stopped_at IS NULL AND c.held IS NULL) END"""
_CLOCKS = {"acknowledgement": "complaint-acknowledged", "answer": "complaint-answered", "appeal": "complaint-appeal-answered"}

# OFFSET 0: what each waits for is worked out once.
_LISTED = f"""
    WITH listed AS MATERIALIZED (
        SELECT x.* {{}} FROM (
            SELECT w.*, {_DUE} AS due_on FROM (SELECT i.*, {WAITS} AS waits FROM incident i WHERE i.kind = 'complaint' AND {{}} OFFSET 0) w
        ) x WHERE {{}} ORDER BY {{}} LIMIT {{}}
    )
    SELECT l.*, iv.young_person, iv.role, yp.family_name, yp.given_names, {{}} AS seen,
        (SELECT k.content FROM complaint_content k WHERE k.incident = l.id ORDER BY k.id DESC LIMIT 1) AS content
    FROM listed l JOIN involvement iv ON iv.incident = l.id AND iv.role = 'complainant' JOIN young_person yp ON yp.id = iv.young_person
    ORDER BY {{}}
"""


class ComplaintFilter(Struct, frozen=True, kw_only=True):
    """What to look for; empty means any. `waiting`: for an acknowledgement, an answer or an appeal's answer."""

    state: StateAsked = "waiting"
    theme: str = ""
    site: str = ""


def shown_to(viewer: User) -> Sql:
    """The condition under which a complaint `i` exists for a viewer, for lists that begin with the young people whom they see."""
    theirs = Sql("i.id IN (SELECT iv.incident FROM involvement iv WHERE iv.young_person IN ({}))", people.all_visible(viewer))
    return every([access.at_own_place(viewer), access.named(viewer), theirs])


class Complaints(Listed[ComplaintFilter, ListedComplaintOut]):
    """Those that exist for a viewer: what waits by the day it is due, the rest the newest first."""

    id = "complaints"
    noun = ("complaint", "complaints")
    tie = "x.id"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(terminology)

    def default(self, wanted: ComplaintFilter) -> str:
        return "due" if wanted.state in ("waiting", *_CLOCKS) else "-received"

    async def query(self, viewer: User, wanted: ComplaintFilter, place: Place, limit: int) -> Sql:
        check([*code_faults("theme", [wanted.theme], code_list("complaint_theme").values()), *place_faults("site", wanted.site)])
        conditions = [shown_to(viewer)]
        conditions += [Sql("i.answers -> 'themes' ? {}::text", wanted.theme)] if wanted.theme else []
        conditions += [Sql("i.establishment = {}", wanted.site)] if wanted.site else []
        return Sql(
            _LISTED, place.columns, every(conditions), every([_in_state(wanted.state), place.after()]), place.order(), limit,
            people.visible(viewer), place.order_of("l"),
        )  # fmt: skip

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ListedComplaintOut]:
        return [_out(row) for row in rows]

    def young_people(self, item: ListedComplaintOut) -> list[int]:
        return [people.young_person_number(who.young_person) for who in item.young_people if who.young_person is not None]

    async def note(self, viewer: User, wanted: ComplaintFilter, items: Sequence[ListedComplaintOut]) -> None:
        await record_list("complaints", [number for item in items for number in self.young_people(item)], by=viewer)


COMPLAINTS = Complaints()
complaints = COMPLAINTS.page


def _in_state(state: StateAsked) -> Sql:
    match state:
        case "all":
            return Sql("true")
        case "waiting":
            return Sql("x.waits <> 'nothing'")
        case "answered":
            return Sql("x.waits = 'nothing' AND x.status IN ('concluded', 'closed')")
    return Sql("x.waits = {}", state)


def _out(row: Any) -> ListedComplaintOut:
    due_on: dt.date | None = row["due_on"]
    standing = state_of(due_on, clock.today()) if due_on else None
    name = full_name(row["family_name"], row["given_names"]) if row["seen"] else SOMEONE
    who = NamedOut(young_person=people.young_person_ref(row["young_person"]) if row["seen"] else None, name=name, roles=[row["role"]])
    return ListedComplaintOut(
        ref=access.incident_ref(row["id"]), status=Status(row["status"]), sealed=row["restricted"], establishment=row["establishment"],
        received_at=row["recorded_at"], themes=list(row["answers"].get("themes", ())), young_people=[who], waits=row["waits"], due_on=due_on,
        state=_state(standing) if standing else None, words=standing.words if standing else None,
        outcome=row["finding"], content=row["content"],
    )  # fmt: skip


def _state(standing: ClockState) -> str:
    if standing.state == "due":
        return "due_soon" if standing.working_days <= SOON else "running"
    return standing.state


# Clocks of a complaint that were due by now, or were met before; whether in time.
_IN_TIME = """
    SELECT c.clock, count(*) AS of, count(*) FILTER (WHERE (c.met_at AT TIME ZONE 'Europe/London')::date <= c.due_on) AS number
    FROM clock c JOIN incident i ON i.id = c.subject AND c.subject_kind = 'incident'
    WHERE i.kind = 'complaint' AND i.recorded_at >= {} AND c.stopped_at IS NULL AND (c.met_at IS NOT NULL OR c.due_on < {} AND c.held IS NULL) AND {}
    GROUP BY c.clock
"""
_CAME = """
    SELECT count(*) AS received, count(*) FILTER (WHERE i.finding IN ('upheld', 'part_upheld')) AS upheld,
        count(*) FILTER (WHERE i.finding IS NOT NULL AND i.finding <> 'withdrawn') AS answered,
        count(*) FILTER (WHERE k.content = 'yes') AS content, count(*) FILTER (WHERE k.content IN ('yes', 'no')) AS asked
    FROM incident i LEFT JOIN LATERAL (SELECT content FROM complaint_content WHERE incident = i.id ORDER BY id DESC LIMIT 1) k ON true
    WHERE i.kind = 'complaint' AND i.status NOT IN ('duplicate', 'not_reportable') AND i.recorded_at >= {} AND {}
"""
_THEMES = """
    SELECT t.theme, count(*) AS number FROM incident i CROSS JOIN LATERAL jsonb_array_elements_text(i.answers -> 'themes') AS t (theme)
    WHERE i.kind = 'complaint' AND i.status NOT IN ('duplicate', 'not_reportable') AND i.recorded_at >= {} AND {} GROUP BY t.theme
"""


async def figures(viewer: User) -> FiguresOut:
    """How complaints of the last year were dealt with, of those that the viewer sees."""
    since, shows = clock.now() - YEAR, shown_to(viewer)
    in_time = {row["clock"]: _share(row["number"], row["of"]) for row in await DB.fetch(*Sql(_IN_TIME, since, clock.today(), shows).parts())}
    came: Any = await DB.fetchrow(*Sql(_CAME, since, shows).parts())
    themes = Counter({row["theme"]: row["number"] for row in await DB.fetch(*Sql(_THEMES, since, shows).parts())})
    nothing = _share(0, 0)
    return FiguresOut(
        since=clock.day_of(since), received=came["received"], acknowledged_in_time=in_time.get(_CLOCKS["acknowledgement"], nothing),
        answered_in_time=in_time.get(_CLOCKS["answer"], nothing), appeals_answered_in_time=in_time.get(_CLOCKS["appeal"], nothing),
        upheld=_share(came["upheld"], came["answered"]), content=_share(came["content"], came["asked"]), themes=dict(themes.most_common()),
    )  # fmt: skip


def _share(number: int, of: int) -> ShareOut:
    return ShareOut(number=number, of=of, percent=round(100 * number / of) if of >= FEWEST else None)
