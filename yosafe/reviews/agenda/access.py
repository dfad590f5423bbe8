"""Who may load requests for joint review: whoever sees the young person and reads reviews. The agency that asked takes one back."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.errors import NotFound, Refused
from yosafe.people.access import get_young_person_for
from yosafe.reviews.tables import ReviewRequest

ASK = "review:ask"
NO_REQUEST = "There is no request with this number that you can see. Look at the flags of the young person."


async def get_request_for(user: User, number: int) -> ReviewRequest:
    """The request, or NotFound, by the same way whether there is none or it is none of theirs: the time it takes tells nothing."""
    row = await DB.fetchrow("SELECT * FROM review_request WHERE id = $1", number if 0 < number < 2**63 else 0)
    try:
        await get_young_person_for(user, row["young_person"] if row else 0)
    except NotFound as fault:
        raise NotFound(NO_REQUEST) from fault
    if row is None:
        raise NotFound(NO_REQUEST)
    return of_row(ReviewRequest, row)


def can_withdraw(user: User, agency: int) -> bool:
    return user.may(ASK) and user.agency == agency


def check_can_withdraw(user: User, request: ReviewRequest) -> None:
    if not can_withdraw(user, request.agency):
        raise Refused("The agency that asked for the review takes its request back. Ask one of its workers.")
