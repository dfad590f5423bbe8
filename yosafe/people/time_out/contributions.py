"""What time out gives to the record of a young person: entries of the chronology, a badge, where they are on the overview."""

from typing import Any

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.access import may_place_at
from yosafe.people.chronology import Facts, Source, Told
from yosafe.people.frame import Badge
from yosafe.people.merging import Holding, Merging
from yosafe.people.panels import Panel
from yosafe.people.tables import Placement
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import queries, shown
from .access import can_record
from .schemas import TimeOutOut

_ROWS = """
    SELECT 'went' AS part, t.id, t.left_at AS at, false AS day_only, t.recorded_at, t.recorded_by, to_jsonb(t) AS facts
    FROM time_out t WHERE t.young_person = {} AND {}
    UNION ALL
    SELECT 'came', t.id, t.ended_at, false, t.ended_recorded_at, t.ended_recorded_by, to_jsonb(t)
    FROM time_out t WHERE t.young_person = {} AND t.outcome = 'returned' AND {}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    may = Sql("true" if viewer.may("time-out:read") else "false")
    return Sql(_ROWS, young_person, may, young_person, may)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    link = f"/children/{ref('YP', facts['young_person'])}/placements"
    reason = shown.why(facts["reason"], terminology)
    if part == "came":
        concern = "There was an injury, or something to worry about." if facts["concern"] else "No injury and nothing to worry about."
        text = " ".join(part for part in (concern, facts["return_note"] or "") if part)
        return Told(title=f"Came back: was out {reason[:1].lower()}{reason[1:]}", text=text, link=link)
    text = f"{facts['place']}. With: {facts['escort']}. {facts['note'] or ''}".strip()
    return Told(title=f"Went out: {reason[:1].lower()}{reason[1:]}", text=text, link=link)


async def badges(viewer: User, young_person: int) -> list[Badge]:
    """Whether they are out now."""
    out = await queries.time_out_now(young_person) if viewer.may("time-out:read") else None
    return [shown.badge(out)] if out else []


class Whereabouts(Struct, frozen=True, kw_only=True):
    """Where someone is held, and whether they are out; what this viewer may record of it."""

    placement: int
    name: str
    unit: str | None
    since: Any
    out: TimeOutOut | None
    may_move: bool
    may_go_out: bool
    shown: Any


async def _whereabouts(viewer: User, young_person: int, terminology: Terminology) -> Whereabouts | None:
    here = await Placement.objects().get((Placement.young_person == young_person) & Placement.left_at.is_null())
    if here is None:
        return None
    return Whereabouts(
        placement=here.id, name=establishment(here.establishment).name, unit=here.unit, since=here.arrived_at,
        out=await queries.time_out_now(young_person) if viewer.may("time-out:read") else None,
        may_move=viewer.may("placement:record") and may_place_at(viewer, here.establishment), may_go_out=can_record(viewer, here.establishment),
        shown=shown,
    )  # fmt: skip


# A day out that both records have: the one that says how it ended stays, else that of the kept record.
_TWICE = """
    SELECT CASE WHEN a.ended_at IS NULL AND b.ended_at IS NOT NULL THEN a.id ELSE b.id END AS id
    FROM time_out a JOIN time_out b ON tstzrange(a.left_at, a.ended_at) && tstzrange(b.left_at, b.ended_at)
    WHERE a.young_person = $1 AND b.young_person = $2
"""


async def _settle(merging: Merging) -> None:
    rows = await DB.fetch(_TWICE, merging.kept, merging.merged)
    await merging.set_aside("time_out", sorted({row["id"] for row in rows}))


SOURCE = Source(
    id="time-out", title="Time out", permission="time-out:read", rows=_rows, tell=_tell, tables=("time_out",),
    owner="SELECT t.young_person FROM time_out t WHERE t.id = m.entry",
)  # fmt: skip
PANEL = Panel(id="whereabouts", permission="placement:read", template="people/time_out/panel.html", load=_whereabouts, side="right")
HOLDING = Holding(
    table="time_out", called="time out", several="times out", makes_room=_settle, belongs_to=("placement", "placement"),
    rows=lambda viewer, young_person: Sql("SELECT t.id FROM time_out t WHERE t.young_person = {}", young_person),
)  # fmt: skip
