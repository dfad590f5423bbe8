"""The days of joint reviews in someone's calendar: meetings, young people to be looked at again, actions of their agency. They name nobody."""

from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.access import visible
from yosafe.people.time_limits.calendar import MOST, Entry

from .access import actions_for, reviews_for

_MEETINGS = "SELECT r.id, r.meets_on FROM review r WHERE r.held_at IS NULL AND r.meets_on >= {} AND {} ORDER BY r.meets_on LIMIT {}"
_AGAIN = """
    SELECT id, next_review_on FROM (
        SELECT DISTINCT ON (c.young_person) c.id, c.next_review_on FROM review_case c JOIN review r ON r.id = c.review
        JOIN young_person yp ON yp.id = c.young_person WHERE c.decided_at IS NOT NULL AND {} AND {}
        ORDER BY c.young_person, c.decided_at DESC, c.id DESC
    ) AS last WHERE next_review_on >= {} ORDER BY next_review_on LIMIT {}
"""
_ACTIONS = """
    SELECT a.id, a.due_on FROM action a JOIN young_person yp ON yp.id = a.young_person JOIN review_case c ON c.id = a.review_case
    JOIN review r ON r.id = c.review WHERE a.done_on IS NULL AND a.cancelled_at IS NULL AND a.owner_agency = {} AND {} ORDER BY a.due_on LIMIT {}
"""


async def days(user: User) -> Sequence[Entry]:
    """What a user's agency has to do with joint reviews, from today; actions as long as they are open."""
    if not user.may("review:read"):
        return []
    today = clock.today()
    meetings = await DB.fetch(*Sql(_MEETINGS, today, reviews_for(user), MOST).parts())
    again = await DB.fetch(*Sql(_AGAIN, visible(user), reviews_for(user), today, MOST).parts())
    actions = await DB.fetch(*Sql(_ACTIONS, user.agency, actions_for(user), MOST).parts())
    return [
        *(Entry(uid=f"review-{row['id']}", title="A joint review meets", on=row["meets_on"], path="/reviews") for row in meetings),
        *(Entry(uid=f"again-{row['id']}", title="To be looked at again", on=row["next_review_on"], path="/reviews") for row in again),
        *(Entry(uid=f"action-{row['id']}", title="An action is due", on=row["due_on"], path=f"/reviews/actions/{row['id']}") for row in actions),
    ]
