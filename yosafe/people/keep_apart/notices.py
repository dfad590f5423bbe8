"""Whom a keep-apart tells that it is due to be reviewed, and how the notice shows."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import rows, tell
from yosafe.people.notices import LATELY

from . import access

SUBJECT = "keep_apart"


async def tell_of_reviews(*, by: Actor) -> int:
    """The leads of where one of the two is held hear that the day has come; again after a week. Part of the open transaction."""
    today = clock.today()
    held = "JOIN placement p ON p.young_person IN (k.first, k.second) AND p.left_at IS NULL"
    source = f"FROM keep_apart k {held} WHERE k.ended_at IS NULL AND k.review_on <= {{}} AND k.review_on >= {{}}"
    due = rows(source, today, today - LATELY, subject="k.id", establishment="p.establishment")
    return await tell(Event.KEEP_APART_DUE, SUBJECT, due, by=by)


def _shows(user: User, column: str) -> Sql:
    """As long as they are kept apart and the review is due."""
    return Sql(
        "EXISTS (SELECT FROM keep_apart k JOIN young_person a ON a.id = k.first JOIN young_person b ON b.id = k.second "
        f"WHERE k.id = {column} AND k.ended_at IS NULL AND k.review_on <= {{}} AND {{}})",
        clock.today(),
        access.shows(user),
    )


ABOUT = About(kind=SUBJECT, shows=_shows, places=by_number(access.keep_apart_ref, "/keep-apart"))
