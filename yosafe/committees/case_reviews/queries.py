"""Reading serious case reviews. Looking at one, and lists of names, leave an audit entry."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort
from yosafe.people.access import may_see, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.reference import rule_sets
from yosafe.settings import Terminology

from . import rules
from .access import SUBJECT, can_decide, case_review_ref, visible
from .actions import CLOCK
from .listed import SORTS, columns
from .schemas import CaseReviewListedOut, CaseReviewOut, ChangeOut, PartyOut, RecommendationOut
from .tables import CaseReview

StateAsked = Literal["open", "asked", "held", "completed", "not_held", "all"]
_FROM = "case_review r JOIN young_person yp ON yp.id = r.young_person"
_DUE = (
    "(SELECT c.due_on FROM clock c WHERE c.subject_kind = 'case_review' AND c.subject = r.id AND c.met_at IS NULL AND c.stopped_at IS NULL LIMIT 1)"
)
_LIST = f"""
    SELECT r.*, yp.family_name, yp.given_names, {_DUE} AS due_on,
        (SELECT count(*) FROM case_review_recommendation n WHERE n.case_review = r.id AND n.done_on IS NULL) AS open,
        (SELECT count(*) FROM case_review_recommendation n WHERE n.case_review = r.id) AS of {{}}
    FROM {_FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""
_HELD, _TO_DO = (
    "(r.decision = 'hold' AND r.completed_on IS NULL)",
    "EXISTS (SELECT FROM case_review_recommendation n WHERE n.case_review = r.id AND n.done_on IS NULL)",
)
_IN_STATE = {
    "open": f"(r.decision IS NULL OR {_HELD} OR {_TO_DO})", "asked": "r.decision IS NULL", "held": _HELD,
    "completed": "r.completed_on IS NOT NULL", "not_held": "r.decision = 'not_hold'", "all": "true",
}  # fmt: skip


class CaseReviewFilter(Struct, frozen=True, kw_only=True):
    """`open`: to be decided, held, or with recommendations that are not done."""

    state: StateAsked = "open"


class CaseReviews(Listed[CaseReviewFilter, CaseReviewListedOut]):
    """The serious case reviews that a viewer may see; what was asked for last comes first."""

    id = "case-reviews"
    noun = ("serious case review", "serious case reviews")
    tie = "r.id"
    source = _FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns(Sql(_DUE))

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return SORTS

    def default(self, wanted: CaseReviewFilter) -> str:
        return "-recorded"

    def seen(self, viewer: User) -> Sql:
        return visible(viewer)

    async def query(self, viewer: User, wanted: CaseReviewFilter, place: Place, limit: int) -> Sql:
        where = every([visible(viewer), Sql(_IN_STATE[wanted.state]), place.after()])
        return Sql(_LIST, place.columns, where, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[CaseReviewListedOut]:
        return [_listed(row) for row in rows]

    def young_people(self, item: CaseReviewListedOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: CaseReviewFilter, items: Sequence[CaseReviewListedOut]) -> None:
        await record_list("case reviews", [young_person_number(one.young_person) for one in items], by=viewer)


CASE_REVIEWS = CaseReviews()
case_reviews = CASE_REVIEWS.page


async def case_reviews_of(viewer: User, young_person: int) -> list[CaseReviewListedOut]:
    """Of a young person who was loaded for the viewer, the latest first."""
    where = every([Sql("r.young_person = {}", young_person), visible(viewer)])
    return [_listed(row) for row in await DB.fetch(*Sql(_LIST, Sql(""), where, Sql("r.recorded_at DESC, r.id DESC"), 50).parts())]


class ToDo(Struct, frozen=True, kw_only=True):
    """What a review waits for from the viewer: `what` in words, and by when."""

    ref: str
    name: str
    what: str
    due_on: Any
    late: bool


_WAITS = """
    SELECT r.id, yp.family_name, yp.given_names, w.what, w.due_on FROM case_review r JOIN young_person yp ON yp.id = r.young_person
    CROSS JOIN LATERAL (
        SELECT 1 AS rank, 'Decide whether to hold it' AS what, NULL::date AS due_on WHERE r.decision IS NULL AND {}
        UNION ALL SELECT 2, 'Complete the review', (SELECT c.due_on FROM clock c WHERE c.subject_kind = 'case_review' AND c.subject = r.id LIMIT 1)
            WHERE r.decision = 'hold' AND r.completed_on IS NULL AND {}
        UNION ALL SELECT 3, 'Send your management review', p.due_on FROM case_review_party p
            WHERE p.case_review = r.id AND p.received_on IS NULL AND p.agency = {} AND r.completed_on IS NULL
        UNION ALL SELECT 4, 'Do recommendation ' || n.number, n.due_on FROM case_review_recommendation n
            JOIN case_review_party p ON p.id = n.case_review_party WHERE n.case_review = r.id AND n.done_on IS NULL AND p.agency = {}
    ) w WHERE {} ORDER BY w.due_on NULLS FIRST, w.rank, r.id, w.what LIMIT 8
"""


async def waiting_for(viewer: User) -> list[ToDo]:
    """What reviews wait for from the viewer's committee or agency, what is due first comes first."""
    ours = Sql("r.area = {}", viewer.area) if viewer.may("case-review:decide") else Sql("false")
    rows = await DB.fetch(*Sql(_WAITS, ours, ours, viewer.agency, viewer.agency, visible(viewer)).parts())
    return [
        ToDo(
            ref=case_review_ref(row["id"]), name=full_name(row["family_name"], row["given_names"]), what=row["what"], due_on=row["due_on"],
            late=_late(row["due_on"]),
        )
        for row in rows
    ]  # fmt: skip


async def open_case_review(viewer: User, review: CaseReview) -> CaseReviewOut:
    """Everything of a review that was loaded for the viewer; noted as read."""
    await record_read(EventName.CASE_REVIEW_READ, by=viewer, subject=(SUBJECT, review.id), young_person=review.young_person)
    return await case_review_out(viewer, review.id)


_ONE = """
    SELECT r.*, yp.family_name, yp.given_names, g.name AS agency_name, u.name AS recorder FROM case_review r
    JOIN young_person yp ON yp.id = r.young_person JOIN agency g ON g.id = r.agency JOIN user_account u ON u.id = r.recorded_by WHERE r.id = $1
"""
_PARTIES = """
    SELECT p.*, g.name AS agency_name FROM case_review_party p LEFT JOIN agency g ON g.id = p.agency WHERE p.case_review = $1 ORDER BY p.id
"""
_RECOMMENDATIONS = """
    SELECT n.*, p.seat, p.agency FROM case_review_recommendation n JOIN case_review_party p ON p.id = n.case_review_party
    WHERE n.case_review = $1 ORDER BY n.number
"""
_CHANGES = """
    SELECT c.*, u.name AS recorder FROM case_review_change c JOIN user_account u ON u.id = c.recorded_by
    WHERE c.case_review = $1 ORDER BY c.changed_on DESC, c.id DESC
"""


async def case_review_out(viewer: User, number: int) -> CaseReviewOut:
    """A review as it is now."""
    (row,) = await DB.fetch(_ONE, number)
    review = of_row(CaseReview, row)
    parties, recommendations, changes = [await DB.fetch(sql, number) for sql in (_PARTIES, _RECOMMENDATIONS, _CHANGES)]
    state, decides = rules.state_of(row["decision"], row["completed_on"]), can_decide(viewer, review)
    due = rule_sets.due(CLOCK, row["decided_on"]) if row["decision"] == rules.HOLD else None
    return CaseReviewOut(
        ref=case_review_ref(number), young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        area=row["area"], agency=row["agency_name"], happened=row["happened"], happened_on=row["happened_on"], concern=row["concern"], state=state,
        decision=row["decision"], decision_reason=row["decision_reason"], decided_on=row["decided_on"], chair=row["chair"],
        due_on=due.due if due else None, limit=due.clock.limit if due else None, limit_source=_source(due),
        standing=rule_sets.state(due, clock.today(), row["completed_on"]).words if due else None, completed_on=row["completed_on"],
        summary=row["summary"], published_on=row["published_on"], parties=[_party(one, viewer, state, decides) for one in parties],
        recommendations=[_recommendation(one, viewer, decides) for one in recommendations], warning=rules.warning(len(recommendations)),
        changes=[ChangeOut(what=one["what"], changed_on=one["changed_on"], recorded_by=one["recorder"]) for one in changes],
        recorded_at=row["recorded_at"], recorded_by=row["recorder"], may_decide=decides,
        may_see_child=viewer.may("young-person:read") and await may_see(viewer, row["young_person"]), version=row["version"],
    )  # fmt: skip


def _source(due: rule_sets.Due | None) -> str | None:
    """A limit that is not confirmed is never shown as law."""
    if due is None:
        return None
    return due.source if due.clock.confirmed else f"{due.source}. Source not confirmed: take it as a guide, not as law"


def _late(due_on: Any) -> bool:
    return due_on is not None and due_on < clock.today()


def _party(row: Any, viewer: User, state: rules.State, decides: bool) -> PartyOut:
    waits = row["received_on"] is None and state == "held"
    return PartyOut(
        id=row["id"], seat=row["seat"], agency=row["agency_name"], member=row["member"], asked_on=row["asked_on"], due_on=row["due_on"],
        received_on=row["received_on"], overdue=row["received_on"] is None and _late(row["due_on"]),
        may_receive=waits and (decides or row["agency"] == viewer.agency), version=row["version"],
    )  # fmt: skip


def _recommendation(row: Any, viewer: User, decides: bool) -> RecommendationOut:
    return RecommendationOut(
        id=row["id"], number=row["number"], text=row["text"], seat=row["seat"], owner=row["owner"], due_on=row["due_on"], done_on=row["done_on"],
        evidence=row["evidence"], overdue=row["done_on"] is None and _late(row["due_on"]),
        may_finish=row["done_on"] is None and (decides or row["agency"] == viewer.agency), version=row["version"],
    )  # fmt: skip


def _listed(row: Any) -> CaseReviewListedOut:
    return CaseReviewListedOut(
        ref=case_review_ref(row["id"]), young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        area=row["area"], happened=row["happened"], happened_on=row["happened_on"], state=rules.state_of(row["decision"], row["completed_on"]),
        due_on=row["due_on"], overdue=_late(row["due_on"]), open=row["open"], of=row["of"],
    )  # fmt: skip
