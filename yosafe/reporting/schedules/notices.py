"""Whom a scheduled report tells that it has stopped, and how the notice shows. It names nobody but the report."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one
from yosafe.refs import ref
from yosafe.reporting.notices import WORKER

from . import access


async def tell_stopped(schedule: int, user_account: int) -> None:
    """Who scheduled it hears that nothing is built any more, and finds why on its page. Part of the open transaction."""
    await tell_one(Event.REPORT_SCHEDULE_STOPPED, access.SUBJECT, schedule, by=WORKER, users=[user_account])


def _shows(user: User, column: str) -> Sql:
    """To whoever may see it, until someone lets it go on or ends it."""
    stopped = f"s.id = {column} AND s.fault IS NOT NULL AND s.ended_at IS NULL"
    return Sql(f"EXISTS (SELECT FROM report_schedule s WHERE {stopped} AND {{}})", access.visible(user))


ABOUT = About(kind=access.SUBJECT, shows=_shows, places=by_number(lambda number: ref(access.PREFIX, number), "/reports/schedules"))
