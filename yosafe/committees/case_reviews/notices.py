"""Whom serious case reviews tell: those who decide, that one was asked for; whoever asked, what was decided."""

from yosafe.accounts.viewer import User
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one

from .access import SUBJECT, case_review_ref, shows
from .tables import CaseReview


async def tell_committee(review: CaseReview, *, by: User) -> None:
    """The members of the area's committee. Part of the open transaction."""
    await tell_one(Event.CASE_REVIEW_ASKED, SUBJECT, review.id, by=by, areas=[review.area])


async def tell_asker(review: CaseReview, *, by: User) -> None:
    """Whoever asked (principle 2). Part of the open transaction."""
    await tell_one(Event.CASE_REVIEW_DECIDED, SUBJECT, review.id, by=by, users=[review.recorded_by])


ABOUT = About(kind=SUBJECT, shows=shows, places=by_number(case_review_ref, "/case-reviews"))
