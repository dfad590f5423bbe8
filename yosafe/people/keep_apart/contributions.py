"""What keeping apart gives to the record of a young person: entries of the chronology, a section, a badge, a panel."""

from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.access import visible
from yosafe.people.chronology import Facts, Source, Told
from yosafe.people.finding.records import Finder
from yosafe.people.frame import Badge, Section
from yosafe.people.hiding import ANOTHER, Hidden
from yosafe.people.panels import Panel
from yosafe.people.rules import full_name
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import queries, shown
from .access import get_keep_apart_for, keep_apart_ref, of, shows
from .actions import INCIDENT

_STEPS = """
    SELECT s.kind AS part, s.id, s.at, false AS day_only, s.at AS recorded_at, s.recorded_by,
        jsonb_build_object('keep_apart', k.id, 'restriction', s.restriction, 'code', k.reason_code, 'note', s.note, 'seen', {},
            'family', o.family_name, 'given', o.given_names, 'known', o.known_as) AS facts
    FROM keep_apart k JOIN keep_apart_step s ON s.keep_apart = k.id
        JOIN young_person o ON o.id = CASE WHEN k.first = {} THEN k.second ELSE k.first END
    WHERE {} AND {}
"""
_TITLES = {"started": "To be kept apart from {}", "reviewed": "Reviewed: kept apart from {}", "ended": "No longer kept apart from {}"}


def _rows(viewer: User, young_person: int) -> Sql:
    may = Sql("true" if viewer.may("keep-apart:read") else "false")
    return Sql(_STEPS, visible(viewer, "o.id", "o.home_area"), young_person, of(young_person), may)


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    other = full_name(facts["family"], facts["given"]) if facts["seen"] else ANOTHER
    hidden = Hidden(() if facts["seen"] else (facts["family"], facts["given"], facts["known"]))
    note = hidden.text(facts["note"])
    how = f"{shown.restriction(facts['restriction'])}. "
    why = f"{shown.reason(facts['code'], terminology)}. " if part == "started" else ""
    reference = keep_apart_ref(facts["keep_apart"])
    title = _TITLES.get(part, "Placed near {}, from whom they must be kept apart").format(other)
    return Told(title=title, text=f"{'' if part == 'ended' else how}{why}{note}", ref=reference, link=f"/keep-apart/{reference}")


def _count(viewer: User, young_person: int) -> Sql:
    """Those that are open."""
    return Sql("SELECT count(*) FROM keep_apart k WHERE k.ended_at IS NULL AND {}", of(young_person))


_LED_TO = """
    SELECT k.id, k.restriction, k.ended_at FROM keep_apart k JOIN young_person a ON a.id = k.first JOIN young_person b ON b.id = k.second
    WHERE k.subject_kind = {} AND k.subject = {} AND {} ORDER BY k.id
"""


async def kept_apart(viewer: User, incident: int) -> list[tuple[str, str]]:
    """For the record of an incident: which pairs are kept apart since, of those that the viewer may know of, with its address. Nobody is named."""
    if not viewer.may("keep-apart:read"):
        return []
    rows = await DB.fetch(*Sql(_LED_TO, INCIDENT, incident, shows(viewer)).parts())
    return [(f"{keep_apart_ref(row['id'])}: {_held(row)}", f"/keep-apart/{keep_apart_ref(row['id'])}") for row in rows]


def _held(row: Any) -> str:
    return "were kept apart" if row["ended_at"] else f"kept apart, {shown.how_far(row['restriction'])}"


async def badges(viewer: User, young_person: int) -> list[Badge]:
    """How many people they are to be kept apart from."""
    if not viewer.may("keep-apart:read"):
        return []
    number = await DB.fetchval(*_count(viewer, young_person).parts())
    return [(f"Keep apart: {number} {'person' if number == 1 else 'people'}", "red")] if number else []


async def _standing(viewer: User, young_person: int, terminology: Terminology) -> dict[str, Any] | None:
    """Whom they are kept apart from now, for the overview; None where there is nobody."""
    found = [one for one in await queries.keep_apart_of(viewer, young_person) if one.state == "open"]
    return {"pairs": found, "child": ref("YP", young_person), "shown": shown} if found else None


def _others(young_person: int) -> Sql:
    """Everyone from whom a young person is or was kept apart."""
    return Sql("SELECT CASE WHEN k.first = {} THEN k.second ELSE k.first END FROM keep_apart k WHERE {}", young_person, of(young_person))


_OWNER = """
    SELECT unnest(ARRAY[k.first, k.second]) FROM keep_apart k JOIN keep_apart_step t ON t.keep_apart = k.id WHERE t.id = m.entry
"""
SOURCE = Source(
    id="keep-apart", title="Keep apart", permission="keep-apart:read", rows=_rows, tell=_tell, others=_others, mostly_others=True,
    tables=("keep_apart",), owner=_OWNER, subject=lambda part, facts: ("keep_apart", facts["keep_apart"]),
)  # fmt: skip
SECTION = Section(id="keep-apart", text="Keep apart", path="keep-apart", permission="keep-apart:read", count=_count)
PANEL = Panel(id="keep-apart", permission="keep-apart:read", template="people/keep_apart/panel.html", load=_standing, side="right")
FINDER = Finder(prefix="KA", permission="keep-apart:read", path="/keep-apart/", load=get_keep_apart_for)
