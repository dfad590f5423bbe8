"""Who may see a serious case review: members of the area's committee, and the agencies that asked for it or are on its panel. They see it by that
duty, whether or not they see the young person's record."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql
from yosafe.errors import NotFound, Refused
from yosafe.refs import number, ref

from .tables import CaseReview, CaseReviewParty, CaseReviewRecommendation

SUBJECT, PREFIX = "case_review", "SR"
READ, ASK, DECIDE = "case-review:read", "case-review:ask", "case-review:decide"
NOT_THERE = "There is no serious case review with this reference that you can see. Check the reference, or look in the list."
OTHERS = "The members of the area's own committee do this. Ask one of them."


def case_review_ref(case_review: int) -> str:
    return ref(PREFIX, case_review)


def visible(user: User) -> Sql:
    """The condition under which a review `r` exists for a user."""
    if not user.may(READ):
        return Sql("false")
    on_panel = "EXISTS (SELECT FROM case_review_party p WHERE p.case_review = r.id AND p.agency = {})"
    if user.may(DECIDE):
        return Sql(f"(r.area = {{}} OR r.agency = {{}} OR {on_panel})", user.area, user.agency, user.agency)
    return Sql(f"(r.agency = {{}} OR {on_panel})", user.agency, user.agency)


def shows(user: User, column: str) -> Sql:
    """The same, for the number of a review in a column."""
    return Sql(f"EXISTS (SELECT FROM case_review r WHERE r.id = {column} AND {{}})", visible(user))


async def get_case_review_for(user: User, reference: str) -> CaseReview:
    """The review by its reference (`SR-000012`), or NotFound: to an outsider it does not exist."""
    row = await DB.fetchrow(*Sql("SELECT r.* FROM case_review r WHERE r.id = {} AND {}", number(PREFIX, reference), visible(user)).parts())
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(CaseReview, row)


def can_decide(user: User, review: CaseReview) -> bool:
    return user.may(DECIDE) and user.area == review.area


def check_can_decide(user: User, review: CaseReview) -> None:
    """Raise Refused for anyone but a member of the area's committee."""
    check_may(user, DECIDE)
    if user.area != review.area:
        raise Refused(OTHERS)


async def get_party(review: CaseReview, party: int) -> CaseReviewParty:
    """An agency on the panel of a review. Raises NotFound."""
    found = await CaseReviewParty.objects().get((CaseReviewParty.id == _big(party)) & (CaseReviewParty.case_review == review.id))
    if found is None:
        raise NotFound("There is no such agency on the panel of this review. Look at the page of the review again.")
    return found


async def get_recommendation(review: CaseReview, recommendation: int) -> CaseReviewRecommendation:
    """A recommendation of a review. Raises NotFound."""
    table = CaseReviewRecommendation
    found = await table.objects().get((table.id == _big(recommendation)) & (table.case_review == review.id))
    if found is None:
        raise NotFound("There is no such recommendation of this review. Look at the page of the review again.")
    return found


def _big(asked: int) -> int:
    return asked if 0 < asked < 2**63 else 0


def check_can_finish(user: User, review: CaseReview, agency: int | None) -> None:
    """Raise Refused for anyone but the agency that has to do something, and the committee."""
    check_may(user, READ)
    if user.agency != agency and not can_decide(user, review):
        raise Refused("The agency that has to do this, or the area's committee, says when it is done.")
