"""Whom a report tells that it is built, or could not be, and how the notice shows. It names nobody but the report."""

from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one
from yosafe.refs import ref

from . import access

WORKER = Operator("system")  # it is told in its own name: whoever asked would else be taken for who did it, and hear nothing


async def tell_ready(build: int, waits: int | None) -> None:
    """Whoever asked a worker for it hears that it can be read and issued. Part of the open transaction."""
    if waits is not None:
        await tell_one(Event.REPORT_READY, access.SUBJECT, build, by=WORKER, users=[waits])


async def tell_not_built(build: int, waits: int | None) -> None:
    """Whoever asked a worker for it hears that there is none, and finds why on its page. Part of the open transaction."""
    if waits is not None:
        await tell_one(Event.REPORT_NOT_BUILT, access.SUBJECT, build, by=WORKER, users=[waits])


def _shows(user: User, column: str) -> Sql:
    """To whoever may see the report, until it is issued."""
    return Sql(f"EXISTS (SELECT FROM report_build b WHERE b.id = {column} AND b.status IN ('built', 'failed') AND {{}})", access.visible(user))


ABOUT = About(kind=access.SUBJECT, shows=_shows, places=by_number(lambda number: ref(access.PREFIX, number), "/reports"))
