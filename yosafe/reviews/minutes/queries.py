"""Reading minutes: as they were locked, or as they would be now, with the cases that the reader sees."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.access import visible
from yosafe.people.rules import full_name
from yosafe.refs import number
from yosafe.reviews.access import can_run, flag_shows
from yosafe.reviews.meeting_queries import review_out
from yosafe.reviews.queries import title_of
from yosafe.reviews.tables import Review
from yosafe.settings import Terminology

from .rules import CaseWritten, Written, seal_of
from .schemas import AddendumOut, CaseMinutesOut, MinutesOut
from .writing import written

_KEPT = """
    SELECT m.content, m.sha256, m.locked_at, u.name AS locked_by FROM review_minutes m JOIN user_account u ON u.id = m.locked_by WHERE m.review = $1
"""
# Cases by their own number; one that gave way to another when two records became one, by the young person that it was about.
_SEEN = """
    SELECT w.id, yp.family_name, yp.given_names FROM unnest({}::bigint[], {}::bigint[]) w (id, young_person)
    LEFT JOIN review_case c ON c.id = w.id
    LEFT JOIN record_merge gone ON gone.merged = w.young_person AND gone.undone_at IS NULL
    JOIN young_person yp ON yp.id = coalesce(c.young_person, gone.kept, w.young_person) WHERE {}
"""
_ADDENDA = """
    SELECT c.number AS case, a.text, g.name AS agency, u.name AS by, a.at FROM review_addendum a JOIN agency g ON g.id = a.agency
    JOIN user_account u ON u.id = a.recorded_by LEFT JOIN review_case c ON c.id = a.review_case LEFT JOIN young_person yp ON yp.id = c.young_person
    WHERE a.review = {} AND (a.review_case IS NULL OR {}) ORDER BY a.at, a.id
"""


async def minutes(viewer: User, review: Review, *, terminology: Terminology) -> MinutesOut:
    """The minutes of a review that the viewer was allowed to load; the reading is recorded."""
    kept = await DB.fetchrow(_KEPT, review.id)
    text = msgspec.json.decode(kept["content"], type=Written) if kept else await written(review, chair=review.chair)
    names = await _seen(viewer, text.cases)
    shown = [one for one in text.cases if one.id in names]
    open_flags = await _flags_shown(viewer, shown)
    young_people = [number("YP", one.young_person) for one in shown]
    await record_read(EventName.REVIEW_READ, by=viewer, subject=("review", review.id), detail={"page": "minutes", "young_people": young_people})
    return MinutesOut(
        review=await review_out(viewer, review.id),
        chair=text.chair,
        quorate=text.quorate,
        quorum=text.quorum,
        attendance=text.attendance,
        cases=[_case(one, names[one.id], open_flags, terminology) for one in shown],
        hidden=len(text.cases) - len(shown) if can_run(viewer, review) else 0,
        locked_at=kept["locked_at"] if kept else None,
        locked_by=kept["locked_by"] if kept else None,
        sha256=kept["sha256"] if kept else None,
        intact=kept is None or seal_of(kept["content"]) == kept["sha256"],
        addenda=await addenda(viewer, review),
    )


async def _seen(viewer: User, cases: Sequence[CaseWritten]) -> dict[int, str]:
    """Names by case, of the young people whom the viewer sees."""
    query = Sql(_SEEN, [one.id for one in cases], [number("YP", one.young_person) for one in cases], visible(viewer))
    return {row["id"]: full_name(row["family_name"], row["given_names"]) for row in await DB.fetch(*query.parts())}


async def _flags_shown(viewer: User, cases: Sequence[CaseWritten]) -> set[int]:
    """The flags of some cases that show to the viewer now: what is restricted stays so in minutes."""
    ids = [flag.flag for one in cases for flag in one.flags]
    return {row["id"] for row in await DB.fetch(*Sql("SELECT f.id FROM flag f WHERE f.id = ANY({}) AND {}", ids, flag_shows(viewer)).parts())}


def _case(one: CaseWritten, name: str, shown: set[int], terminology: Terminology) -> CaseMinutesOut:
    flags = [flag for flag in one.flags if flag.flag in shown]
    titles = {flag.flag: title_of(flag.indicator, terminology) for flag in flags}
    return CaseMinutesOut(name=name, written=replace(one, flags=flags), flag_titles=titles)


async def addenda(viewer: User, review: Review) -> list[AddendumOut]:
    """What was added to locked minutes, about the meeting and about those whom the viewer sees; oldest first."""
    rows: list[Any] = await DB.fetch(*Sql(_ADDENDA, review.id, visible(viewer)).parts())
    return [AddendumOut(**dict(row)) for row in rows]
