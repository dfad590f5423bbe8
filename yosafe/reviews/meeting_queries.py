"""Reading joint reviews: agendas and cases."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place, Sort
from yosafe.people.access import visible
from yosafe.people.rules import full_name
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.refs import number, ref
from yosafe.settings import Terminology

from .access import can_run, flag_shows, reviews_for
from .listed import REVIEW_SORTS, review_columns
from .meeting_schemas import AttendanceOut, CaseDetail, CaseOut, ReviewDetail, ReviewOut, ViewOut
from .panels.queries import panel_of, quorum_of
from .queries import flags_numbered, outcomes_of, title_of
from .status import status_of
from .tables import Review, ReviewCase
from .tracker.queries import actions_of

_REVIEW = """
    r.id, r.establishment, r.area, r.meets_on, r.chair, r.held_at, r.locked_at, r.quorate, r.quorum, r.recorded_at, r.version,
    count_of.cases, count_of.decided, count_of.put_off
"""
_REVIEW_FROM = """
    review r CROSS JOIN LATERAL (
        SELECT count(*) AS cases, count(c.decided_at) AS decided, count(c.put_off_at) AS put_off
        FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.review = r.id AND {}
    ) count_of
"""
_CASE = """
    c.id, c.number, c.young_person, yp.family_name, yp.given_names, c.listed_because, c.decision, c.decided_at, c.put_off_at,
    ARRAY(SELECT f.indicator FROM review_case_flag l JOIN flag f ON f.id = l.flag WHERE l.review_case = c.id AND {}
        ORDER BY array_position(ARRAY['high', 'raised', 'note'], f.level::text), f.id) AS indicators,
    (SELECT count(*) FROM action a WHERE a.review_case = c.id AND a.done_on IS NULL AND a.cancelled_at IS NULL) AS open_actions
"""


class Reviews(Listed[Nothing, ReviewOut]):
    """Reviews that a viewer has to do with, last arranged first. It names no young person."""

    id = "joint-reviews"
    noun = ("review", "reviews")
    tie = "r.id"
    source = "review r"
    permission = "review:read"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return review_columns()

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return REVIEW_SORTS

    def default(self, wanted: Nothing) -> str:
        return "-recorded"

    def seen(self, viewer: User) -> Sql:
        return reviews_for(viewer)

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        text = f"SELECT {_REVIEW} {{}} FROM {_REVIEW_FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}"
        return Sql(text, place.columns, visible(viewer), every([reviews_for(viewer), place.after()]), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[ReviewOut]:
        return [_review(row) for row in rows]


REVIEWS = Reviews()


async def reviews_ahead(viewer: User, *, limit: int) -> list[ReviewOut]:
    """Those that are still to meet, the next first."""
    ahead = Sql("r.held_at IS NULL AND r.meets_on >= {}", clock.today())
    query = Sql(
        f"SELECT {_REVIEW} FROM {_REVIEW_FROM} WHERE {{}} ORDER BY r.meets_on, r.id LIMIT {{}}",
        visible(viewer),
        every([reviews_for(viewer), ahead]),
        limit,
    )
    return [_review(row) for row in await DB.fetch(*query.parts())]


async def review_detail(viewer: User, review: Review, *, terminology: Terminology) -> ReviewDetail:
    """The agenda with the cases that the viewer may see; the reading is recorded. How many others there are is told to those who run the review."""
    query = Sql(
        f"SELECT {_CASE} FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.review = {{}} AND {{}} ORDER BY c.place, c.number",
        *(flag_shows(viewer), review.id, visible(viewer)),
    )
    rows = await DB.fetch(*query.parts())
    every_case = await DB.fetchval("SELECT count(*) FROM review_case WHERE review = $1", review.id) if can_run(viewer, review) else len(rows)
    seen = {"young_people": [row["young_person"] for row in rows]}
    await record_read(EventName.REVIEW_READ, by=viewer, subject=("review", review.id), detail=seen)
    attendance = await DB.fetch(
        "SELECT g.name AS agency, t.person, t.attended, t.reason FROM review_attendance t JOIN agency g ON g.id = t.agency "
        "WHERE t.review = $1 ORDER BY g.name, t.person",
        review.id,
    )
    return ReviewDetail(
        review=await review_out(viewer, review.id),
        panel=await panel_of(viewer, review.establishment),
        quorum=await quorum_words(review),
        attendance=msgspec.convert([dict(row) for row in attendance], list[AttendanceOut]),
        cases=[_case(row, terminology) for row in rows],
        hidden=every_case - len(rows),
    )


async def case_detail(viewer: User, review: Review, case: ReviewCase, *, terminology: Terminology) -> CaseDetail:
    """Everything about a case that was loaded by `access.get_case_for`; the reading is recorded."""
    await record_read(
        EventName.REVIEW_CASE_READ, by=viewer, subject=("review", review.id), young_person=case.young_person, detail={"case": case.number}
    )
    query = Sql(f"SELECT {_CASE} FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.id = {{}}", flag_shows(viewer), case.id)
    row = await DB.fetchrow(*query.parts())
    listed = [r["flag"] for r in await DB.fetch("SELECT flag FROM review_case_flag WHERE review_case = $1", case.id)]
    return CaseDetail(
        review=await review_out(viewer, review.id),
        case=_case(row, terminology),
        flags=await flags_numbered(viewer, listed, terminology=terminology),
        outcomes=await outcomes_of(listed, of_case=case.id),
        views=await _views(case),
        actions=await actions_of(viewer, case),
        decision=case.decision,
        reason=case.decision_reason,
        decided_by=await DB.fetchval("SELECT name FROM user_account WHERE id = $1", case.decided_by) if case.decided_by else None,
        child_came=case.child_came,
        child_said=case.child_said,
        advocate=case.advocate,
        advocate_why=case.advocate_why,
        plan=case.plan,
        put_off_reason=case.put_off_reason,
        next_review_on=case.next_review_on,
        version=case.version,
    )


async def _views(case: ReviewCase) -> list[ViewOut]:
    rows = await DB.fetch(
        "SELECT g.name AS agency, u.name AS by, v.view, v.dissents, v.said_by, v.at FROM review_view v JOIN agency g ON g.id = v.agency "
        "JOIN user_account u ON u.id = v.recorded_by WHERE v.review_case = $1 ORDER BY v.at, v.id",
        case.id,
    )
    decided = case.decided_at
    return [ViewOut(**dict(row), after_decision=decided is not None and row["at"] > decided) for row in rows]


class CaseOf(Struct, frozen=True, kw_only=True):
    """A review that a young person was discussed at, or is to be."""

    review: str
    number: int
    meets_on: dt.date
    decision: str | None


async def cases_of(viewer: User, young_person: int) -> list[CaseOf]:
    """The reviews of a young person whom the viewer was allowed to load, newest first."""
    query = Sql(
        "SELECT c.review, c.number, r.meets_on, c.decision FROM review_case c JOIN review r ON r.id = c.review "
        "WHERE c.young_person = {} AND {} ORDER BY r.meets_on DESC, r.id DESC",
        *(young_person, reviews_for(viewer)),
    )
    return [
        CaseOf(review=ref("RV", row["review"]), number=row["number"], meets_on=row["meets_on"], decision=row["decision"])
        for row in await DB.fetch(*query.parts())
    ]


async def last_decision(viewer: User, case: ReviewCase) -> CaseOf | None:
    """The last review before this case that decided about its young person, of those that the viewer sees."""
    found = await cases_of(viewer, case.young_person)
    return next((one for one in found if one.decision and number("RV", one.review) < case.review), None)


async def agencies_about(review: Review, young_person: int | None = None) -> list[tuple[str, str]]:
    """Code and name of the agencies that have to do with a review, or with one young person on it: for choosing who owns an action, or who came."""
    rows = await DB.fetch(
        "SELECT DISTINCT g.code, g.name FROM agency g WHERE g.closed_at IS NULL AND (g.establishment = $1 OR (g.kind = 'acpc' AND g.area = $2) OR "
        "(g.kind IN ('yot', 'social_services') AND g.area IN ("
        "SELECT unnest(ARRAY[yp.home_area, care.responsible_area]) FROM review_case c JOIN young_person yp ON yp.id = c.young_person "
        "LEFT JOIN care_period care ON care.young_person = yp.id AND care.ended_on IS NULL "
        "WHERE c.review = $3 AND ($4::bigint IS NULL OR yp.id = $4) UNION SELECT $2))) ORDER BY g.name",
        *(review.establishment, review.area, review.id, young_person),
    )
    return [(row["code"], row["name"]) for row in rows]


async def quorum_words(review: Review) -> str | None:
    """Whether enough agencies came: as it was when the minutes were locked, or as it stands. None where no panel says what is quorate."""
    if review.locked_at is not None:
        return review.quorum
    quorum = await quorum_of(review)
    return quorum.words if quorum else None


def review_ref(review: Review) -> str:
    return ref("RV", review.id)


async def review_out(viewer: User, review: int) -> ReviewOut:
    """A review that was loaded by `access.get_review_for`."""
    return _review(await DB.fetchrow(*Sql(f"SELECT {_REVIEW} FROM {_REVIEW_FROM} WHERE r.id = {{}}", visible(viewer), review).parts()))


def _review(row: Any) -> ReviewOut:
    return ReviewOut(
        ref=ref("RV", row["id"]),
        establishment=row["establishment"],
        establishment_name=establishment(row["establishment"]).name,
        area=row["area"],
        area_name=area(row["area"]).name,
        meets_on=row["meets_on"],
        chair=row["chair"],
        held=row["held_at"] is not None,
        status=status_of(row["held_at"], row["locked_at"]),
        locked_at=row["locked_at"],
        quorate=row["quorate"],
        quorum=row["quorum"],
        cases=row["cases"],
        decided=row["decided"],
        put_off=row["put_off"],
        version=row["version"],
    )


def _case(row: Any, terminology: Terminology) -> CaseOut:
    return CaseOut(
        number=row["number"],
        young_person=ref("YP", row["young_person"]),
        name=full_name(row["family_name"], row["given_names"]),
        because=row["listed_because"],
        flags=tuple(title_of(indicator, terminology) for indicator in row["indicators"]),
        open_actions=row["open_actions"],
        decision=row["decision"],
        decided_at=row["decided_at"],
        put_off_at=row["put_off_at"],
    )
