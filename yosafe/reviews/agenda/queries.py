"""Reading requests for joint review, and who was left off an agenda."""

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.access import visible
from yosafe.people.rules import full_name
from yosafe.refs import ref
from yosafe.reviews.access import reviews_for
from yosafe.reviews.tables import Review

from .access import can_withdraw
from .schemas import LeftOut, RequestOut

_REQUESTS = """
    SELECT q.*, g.name AS agency_name, u.name AS by, c.review AS case_review, c.number AS case_number FROM review_request q
    JOIN agency g ON g.id = q.agency JOIN user_account u ON u.id = q.asked_by
    LEFT JOIN (review_case c JOIN review r ON r.id = c.review AND {}) ON c.id = q.review_case
    WHERE q.young_person = {} ORDER BY q.asked_at DESC, q.id DESC
"""
_LEFT = """
    SELECT l.young_person, yp.family_name, yp.given_names, l.reason, u.name AS by, l.at FROM review_left l
    JOIN young_person yp ON yp.id = l.young_person JOIN user_account u ON u.id = l.recorded_by
    WHERE l.review = {} AND {} AND NOT EXISTS (SELECT FROM review_case c WHERE c.review = l.review AND c.young_person = l.young_person)
    ORDER BY l.at, l.id
"""


async def requests_of(viewer: User, young_person: int) -> list[RequestOut]:
    """Every request about a young person whom the viewer was allowed to load, newest first; the reading is recorded."""
    await record_read(EventName.FLAG_READ, by=viewer, young_person=young_person, detail={"page": "review requests"})
    return [
        RequestOut(
            id=row["id"],
            reason=row["reason"],
            agency=row["agency_name"],
            by=row["by"],
            asked_at=row["asked_at"],
            taken_on=row["review_case"] is not None,
            came_of_it=f"{ref('RV', row['case_review'])}/{row['case_number']}" if row["case_review"] else None,
            withdrawn_at=row["withdrawn_at"],
            withdrawn_reason=row["withdrawn_reason"],
            can_withdraw=row["review_case"] is None and row["withdrawn_at"] is None and can_withdraw(viewer, row["agency"]),
            version=row["version"],
        )
        for row in await DB.fetch(*Sql(_REQUESTS, reviews_for(viewer), young_person).parts())
    ]


async def left_off(viewer: User, review: Review) -> list[LeftOut]:
    """Who was left off an agenda and is not on it since, of those whom the viewer sees."""
    return [
        LeftOut(
            young_person=ref("YP", row["young_person"]),
            name=full_name(row["family_name"], row["given_names"]),
            reason=row["reason"],
            by=row["by"],
            at=row["at"],
        )
        for row in await DB.fetch(*Sql(_LEFT, review.id, visible(viewer)).parts())
    ]
