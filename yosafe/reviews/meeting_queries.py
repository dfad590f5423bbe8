"""Reading joint reviews: agendas, cases, actions, and who might be listed next."""

import datetime as dt
from typing import Any, Literal

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Id, Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, Invalid
from yosafe.people.access import visible
from yosafe.people.subjects import showing
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.settings import Terminology

from .access import can_finish, hidden_from, reviews_for
from .meeting_schemas import ActionOut, AttendanceOut, CandidateOut, CaseDetail, CaseOut, ReviewDetail, ReviewOut, ViewOut
from .queries import flags_numbered, outcomes_of, title_of
from .tables import Review, ReviewCase

MOST_CANDIDATES = 100
ActionState = Literal["open", "overdue", "done", "any"]

_REVIEW = """
    r.id, r.establishment, r.area, r.meets_on, r.chair, r.held_at IS NOT NULL AS held, r.recorded_at, r.version,
    (SELECT count(*) FROM review_case c WHERE c.review = r.id) AS cases,
    (SELECT count(*) FROM review_case c WHERE c.review = r.id AND c.decided_at IS NOT NULL) AS decided
"""
_CASE = """
    c.id, c.number, c.young_person, yp.family_name, yp.given_names, c.listed_because, c.decision, c.decided_at,
    ARRAY(SELECT f.indicator FROM review_case_flag l JOIN flag f ON f.id = l.flag WHERE l.review_case = c.id AND f.indicator <> ALL({})
        ORDER BY array_position(ARRAY['high', 'raised', 'note'], f.level::text), f.id) AS indicators,
    (SELECT count(*) FROM action a WHERE a.review_case = c.id AND a.done_on IS NULL) AS open_actions
"""
_ACTION = """
    a.id, a.young_person, a.what, a.owner_agency, g.name AS owner_name_of_agency, a.owner_name, a.due_on, a.done_on, a.done_note, a.version,
    c.review, c.number, yp.family_name, yp.given_names
    FROM action a JOIN review_case c ON c.id = a.review_case JOIN agency g ON g.id = a.owner_agency JOIN young_person yp ON yp.id = a.young_person
"""
# Flags that are more than a note, work that is late, and a promised next review: whoever has one of them may need the review.
_CANDIDATES = """
    WITH held AS MATERIALIZED (
        SELECT yp.id, yp.family_name, yp.given_names FROM placement here JOIN young_person yp ON yp.id = here.young_person
        WHERE here.establishment = {} AND here.left_at IS NULL AND {}
            AND NOT EXISTS (SELECT FROM review_case c WHERE c.review = {} AND c.young_person = yp.id)
    ), flags AS (
        SELECT f.young_person, count(*) FILTER (WHERE f.level = 'high') AS high, count(*) FILTER (WHERE f.level = 'raised') AS raised,
            array_agg(f.indicator::text ORDER BY f.level = 'high' DESC, f.id) AS indicators
        FROM flag f JOIN held ON held.id = f.young_person
        WHERE f.cleared_on IS NULL AND f.closed_at IS NULL AND f.level <> 'note' AND f.indicator <> ALL({}) GROUP BY f.young_person
    ), late AS (
        SELECT young_person, count(*) AS number FROM (
            SELECT a.young_person FROM action a JOIN held ON held.id = a.young_person WHERE a.done_on IS NULL AND a.due_on < {}
            UNION ALL
            SELECT k.young_person FROM clock k JOIN held ON held.id = k.young_person
            WHERE k.met_at IS NULL AND k.stopped_at IS NULL AND k.due_on < {} AND {}
        ) work GROUP BY young_person
    ), again AS (
        SELECT DISTINCT ON (c.young_person) c.young_person, c.next_review_on AS due_on FROM review_case c JOIN held ON held.id = c.young_person
        WHERE c.decided_at IS NOT NULL ORDER BY c.young_person, c.decided_at DESC
    )
    SELECT held.*, coalesce(flags.high, 0) AS high, coalesce(flags.raised, 0) AS raised, coalesce(flags.indicators, ARRAY[]::text[]) AS indicators,
        coalesce(late.number, 0) AS overdue, again.due_on AS due_again_on
    FROM held LEFT JOIN flags ON flags.young_person = held.id LEFT JOIN late ON late.young_person = held.id
        LEFT JOIN again ON again.young_person = held.id
    WHERE flags.young_person IS NOT NULL OR late.young_person IS NOT NULL OR again.due_on <= {}
    ORDER BY coalesce(flags.high, 0) DESC, again.due_on <= {} DESC NULLS LAST, coalesce(flags.raised, 0) DESC, coalesce(late.number, 0) DESC, held.id
    LIMIT {}
"""


async def reviews(viewer: User, *, after: str | None = None, limit: int = 50) -> Page[ReviewOut]:
    """Reviews that the viewer has to do with, newest first."""
    conditions = [reviews_for(viewer), older(key_of(after), ("r.recorded_at", "r.id"))]
    query = Sql(
        f"SELECT {_REVIEW} FROM review r WHERE {{}} ORDER BY r.recorded_at DESC, r.id DESC LIMIT {{}}", every(conditions), check_limit(limit) + 1
    )
    rows = await DB.fetch(*query.parts())
    return cut(rows, limit, key=lambda row: (row["recorded_at"], row["id"]), item=_review)


async def reviews_ahead(viewer: User, *, limit: int) -> list[ReviewOut]:
    """Those that are still to meet, the next first."""
    ahead = Sql("r.held_at IS NULL AND r.meets_on >= {}", clock.today())
    query = Sql(f"SELECT {_REVIEW} FROM review r WHERE {{}} ORDER BY r.meets_on, r.id LIMIT {{}}", every([reviews_for(viewer), ahead]), limit)
    return [_review(row) for row in await DB.fetch(*query.parts())]


async def review_detail(viewer: User, review: Review, *, terminology: Terminology) -> ReviewDetail:
    """The agenda with the cases that the viewer may see; the reading is recorded."""
    head = await _review_out(review.id)
    query = Sql(
        f"SELECT {_CASE} FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.review = {{}} AND {{}} ORDER BY c.number",
        *(hidden_from(viewer), review.id, visible(viewer)),
    )
    rows = await DB.fetch(*query.parts())
    seen = {"young_people": [row["young_person"] for row in rows]}
    await record_read(EventName.REVIEW_READ, by=viewer, subject=("review", review.id), detail=seen)
    attendance = await DB.fetch(
        "SELECT g.name AS agency, t.person, t.attended FROM review_attendance t JOIN agency g ON g.id = t.agency "
        "WHERE t.review = $1 ORDER BY g.name, t.person",
        review.id,
    )
    return ReviewDetail(
        review=head,
        attendance=msgspec.convert([dict(row) for row in attendance], list[AttendanceOut]),
        cases=[_case(row, terminology) for row in rows],
        hidden=head.cases - len(rows),
    )


async def case_detail(viewer: User, review: Review, case: ReviewCase, *, terminology: Terminology) -> CaseDetail:
    """Everything about a case that was loaded by `access.get_case_for`; the reading is recorded."""
    await record_read(
        EventName.REVIEW_CASE_READ, by=viewer, subject=("review", review.id), young_person=case.young_person, detail={"case": case.number}
    )
    query = Sql(f"SELECT {_CASE} FROM review_case c JOIN young_person yp ON yp.id = c.young_person WHERE c.id = {{}}", hidden_from(viewer), case.id)
    row = await DB.fetchrow(*query.parts())
    listed = [r["flag"] for r in await DB.fetch("SELECT flag FROM review_case_flag WHERE review_case = $1", case.id)]
    return CaseDetail(
        review=await _review_out(review.id),
        case=_case(row, terminology),
        flags=await flags_numbered(viewer, listed, terminology=terminology),
        outcomes=await outcomes_of(listed, of_case=case.id),
        views=await _views(case),
        actions=await _actions_of(viewer, case),
        decision=case.decision,
        reason=case.decision_reason,
        decided_by=await DB.fetchval("SELECT name FROM user_account WHERE id = $1", case.decided_by) if case.decided_by else None,
        child_came=case.child_came,
        child_said=case.child_said,
        next_review_on=case.next_review_on,
        version=case.version,
    )


async def _views(case: ReviewCase) -> list[ViewOut]:
    rows = await DB.fetch(
        "SELECT g.name AS agency, u.name AS by, v.view, v.at FROM review_view v JOIN agency g ON g.id = v.agency "
        "JOIN user_account u ON u.id = v.recorded_by WHERE v.review_case = $1 ORDER BY v.at, v.id",
        case.id,
    )
    decided = case.decided_at
    return [ViewOut(**dict(row), after_decision=decided is not None and row["at"] > decided) for row in rows]


async def _actions_of(viewer: User, case: ReviewCase) -> list[ActionOut]:
    rows = await DB.fetch(f"SELECT {_ACTION} WHERE a.review_case = $1 ORDER BY a.due_on, a.id", case.id)
    return [_action(row, viewer) for row in rows]


async def candidates(viewer: User, review: Review, *, terminology: Terminology) -> list[CandidateOut]:
    """Who might be put on the agenda: held there, seen by the viewer, flagged above a note or with work that is late. The highest first."""
    today, shown = clock.today(), showing(viewer, "k.subject_kind", "k.subject")
    query = Sql(
        _CANDIDATES,
        *(review.establishment, visible(viewer), review.id, hidden_from(viewer), today, today, shown),
        *(review.meets_on, review.meets_on, MOST_CANDIDATES),
    )
    rows = await DB.fetch(*query.parts())
    found = {"page": "candidates", "young_people": [row["id"] for row in rows]}
    await record_read(EventName.FLAG_READ, by=viewer, subject=("review", review.id), detail=found)
    return [
        CandidateOut(
            young_person=ref("YP", row["id"]),
            name=_name(row),
            high=row["high"],
            raised=row["raised"],
            titles=tuple(title_of(indicator, terminology) for indicator in row["indicators"]),
            overdue=row["overdue"],
            due_again_on=row["due_again_on"],
        )
        for row in rows
    ]


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


class ActionFilter(Struct, frozen=True, kw_only=True):
    """What to look for. `mine`: of the viewer's own agency."""

    state: ActionState = "open"
    mine: bool = False


_ACTION_STATE = {"open": "a.done_on IS NULL", "overdue": "a.done_on IS NULL AND a.due_on < {}", "done": "a.done_on IS NOT NULL", "any": "true"}


async def actions(viewer: User, wanted: ActionFilter, *, after: str | None = None, limit: int = 50) -> Page[ActionOut]:
    """Actions about young people whom the viewer sees, the earliest due first; that they were shown is recorded."""
    key = key_of(after, tuple[dt.date, Id])
    state = _ACTION_STATE[wanted.state]
    conditions = [visible(viewer), Sql(state, clock.today()) if "{}" in state else Sql(state)]
    if wanted.mine:
        conditions.append(Sql("a.owner_agency = {}", viewer.agency))
    if key is not None:
        conditions.append(Sql("(a.due_on, a.id) > ({}, {})", *key))
    query = Sql(f"SELECT {_ACTION} WHERE {{}} ORDER BY a.due_on, a.id LIMIT {{}}", every(conditions), check_limit(limit) + 1)
    rows = await DB.fetch(*query.parts())
    await record_list("actions", [row["young_person"] for row in rows[:limit]], by=viewer)
    return cut(rows, limit, key=lambda row: (row["due_on"], row["id"]), item=lambda row: _action(row, viewer))


class ActionCounts(Struct, frozen=True, kw_only=True):
    """Actions that the viewer's agency has still to do."""

    open: int
    overdue: int


async def action_counts(viewer: User) -> ActionCounts:
    """For the worklist."""
    query = Sql(
        "SELECT count(*) AS open, count(*) FILTER (WHERE a.due_on < {}) AS overdue FROM action a JOIN young_person yp ON yp.id = a.young_person "
        "WHERE a.owner_agency = {} AND a.done_on IS NULL AND {}",
        *(clock.today(), viewer.agency, visible(viewer)),
    )
    [row] = await DB.fetch(*query.parts())
    return ActionCounts(open=row["open"], overdue=row["overdue"])


async def action_numbered(viewer: User, number: int) -> ActionOut:
    """An action that was loaded by `access.get_action_for`."""
    return _action(await DB.fetchrow(f"SELECT {_ACTION} WHERE a.id = $1", number), viewer)


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


def check_action_state(state: str) -> ActionState:
    """Raises Invalid for a state that there is not."""
    for known in ("open", "overdue", "done", "any"):
        if state == known:
            return known
    raise Invalid([FieldError("state", "Choose one of: open, overdue, done, any")])


def review_ref(review: Review) -> str:
    return ref("RV", review.id)


async def _review_out(review: int) -> ReviewOut:
    return _review(await DB.fetchrow(f"SELECT {_REVIEW} FROM review r WHERE r.id = $1", review))


def _review(row: Any) -> ReviewOut:
    return ReviewOut(
        ref=ref("RV", row["id"]),
        establishment=row["establishment"],
        establishment_name=establishment(row["establishment"]).name,
        area=row["area"],
        area_name=area(row["area"]).name,
        meets_on=row["meets_on"],
        chair=row["chair"],
        held=row["held"],
        cases=row["cases"],
        decided=row["decided"],
        version=row["version"],
    )


def _case(row: Any, terminology: Terminology) -> CaseOut:
    return CaseOut(
        number=row["number"],
        young_person=ref("YP", row["young_person"]),
        name=_name(row),
        because=row["listed_because"],
        flags=tuple(title_of(indicator, terminology) for indicator in row["indicators"]),
        open_actions=row["open_actions"],
        decision=row["decision"],
        decided_at=row["decided_at"],
    )


def _action(row: Any, viewer: User) -> ActionOut:
    return ActionOut(
        id=row["id"],
        review=ref("RV", row["review"]),
        case=row["number"],
        young_person=ref("YP", row["young_person"]),
        name=_name(row),
        what=row["what"],
        owner_agency=row["owner_name_of_agency"],
        owner_name=row["owner_name"],
        due_on=row["due_on"],
        done_on=row["done_on"],
        done_note=row["done_note"],
        overdue=row["done_on"] is None and row["due_on"] < clock.today(),
        can_finish=row["done_on"] is None and can_finish(viewer, row["owner_agency"]),
        version=row["version"],
    )


def _name(row: Any) -> str:
    return f"{row['family_name']}, {row['given_names']}"
