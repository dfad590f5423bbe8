"""Whom an overdue need tells, and how the notice shows: as long as it is open and late."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import rows, tell
from yosafe.people.access import visible
from yosafe.people.notices import LATELY

from . import access
from .actions import SUBJECT

_AGENCIES = "('yot', 'yoi', 'social_services')"


async def tell_of_overdue_needs(*, by: Actor) -> int:
    """Whoever is to see to it hears once that a need passed its day; how many notices. Part of the open transaction."""
    today = clock.today()
    source = (
        "FROM welfare_need n JOIN young_person yp ON yp.id = n.young_person "
        "LEFT JOIN placement p ON p.young_person = n.young_person AND p.left_at IS NULL "
        "WHERE n.closed_on IS NULL AND n.target_on < {} AND n.target_on >= {}"
    )
    late = rows(
        source, today, today - LATELY, subject="n.id",
        establishment="CASE WHEN n.owner = 'yoi' THEN p.establishment END",
        areas=f"CASE WHEN n.owner IN {_AGENCIES} AND n.owner <> 'yoi' THEN ARRAY[yp.home_area] END", agency_kind="n.owner",
        agencies=f"CASE WHEN n.owner NOT IN {_AGENCIES} THEN ARRAY[n.agency] END",
    )  # fmt: skip
    return await tell(Event.NEED_OVERDUE, SUBJECT, late, by=by)


def _shows(user: User, column: str) -> Sql:
    return Sql(
        "EXISTS (SELECT FROM welfare_need w JOIN young_person yp ON yp.id = w.young_person "
        f"WHERE w.id = {column} AND w.closed_on IS NULL AND w.target_on < {{}} AND {{}} AND {{}})",
        clock.today(), visible(user), access.readable(user),
    )  # fmt: skip


ABOUT = About(kind=SUBJECT, shows=_shows, places=by_number(access.need_ref, "/plan"))
