"""Whom an assessment tells that it waits for a second person, or was sent back, and how the notices show: as long as there is something to do."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one
from yosafe.people.access import visible

from .access import assessment_ref, readable
from .tables import Assessment

SUBJECT = "assessment"


async def tell_that_it_waits(assessment: Assessment, *, by: User) -> None:
    """The other caseworkers of the agency that completed it. Part of the open transaction."""
    await tell_one(Event.ASSESSMENT_WAITS, SUBJECT, assessment.id, by=by, agencies=[by.agency])


async def tell_that_it_came_back(assessment: int, author: int, *, by: User) -> None:
    """Who completed it. Part of the open transaction."""
    await tell_one(Event.ASSESSMENT_SENT_BACK, SUBJECT, assessment, by=by, users=[author])


def _shows(user: User, column: str) -> Sql:
    """As long as nobody has decided on it, or what was sent back is not put right. A notice of the first kind goes once it is decided."""
    return Sql(
        "EXISTS (SELECT FROM assessment a JOIN young_person yp ON yp.id = a.young_person "
        "LEFT JOIN assessment_signing s ON s.assessment = a.id "
        f"WHERE a.id = {column} AND {{}} AND {{}} AND NOT EXISTS (SELECT FROM assessment r WHERE r.replaces = a.id) "
        "AND CASE n.event WHEN {} THEN s.id IS NULL ELSE coalesce(s.decision, '') = 'sent_back' END)",
        visible(user), readable(user), Event.ASSESSMENT_WAITS.value,
    )  # fmt: skip


ABOUT = About(kind=SUBJECT, shows=_shows, places=by_number(assessment_ref, "/assessments"))
