"""Whom a request tells that it is nearly due or late, and how the notice shows: until it is answered."""

import datetime as dt
from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.sql import Sql
from yosafe.notices.about import About, Place
from yosafe.notices.events import Event
from yosafe.notices.telling import rows, tell
from yosafe.refs import ref
from yosafe.settings import Terminology

from .access import PREFIX, SUBJECT, sees
from .queries import DUE_ON

SOON = dt.timedelta(days=7)


async def tell_of_requests(*, by: Actor) -> int:
    """The data protection officers of the agency that was asked. Part of the open transaction."""
    today = clock.today()
    source = f"FROM subject_request s WHERE s.answered_at IS NULL AND {DUE_ON} "
    soon = rows(source + "BETWEEN {} AND {}", today, today + SOON, subject="s.id", agencies="ARRAY[s.agency]")
    late = rows(source + "< {}", today, subject="s.id", agencies="ARRAY[s.agency]")
    return await tell(Event.SUBJECT_REQUEST_DUE, SUBJECT, soon, by=by) + await tell(Event.SUBJECT_REQUEST_OVERDUE, SUBJECT, late, by=by)


def _shows(user: User, column: str) -> Sql:
    return Sql(f"EXISTS (SELECT FROM subject_request s WHERE s.id = {column} AND s.answered_at IS NULL AND {{}})", sees(user))


async def _places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    return {number: Place(text=f"Request {ref(PREFIX, number)}", href=f"/admin/subject-access/{ref(PREFIX, number)}") for number in numbers}


ABOUT = About(kind=SUBJECT, shows=_shows, places=_places)
