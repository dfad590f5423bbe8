"""Which scheduled reports exist for someone: those of their agency that are for their role. There is no other loader."""

from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.refs import number

SUBJECT, PREFIX = "report_schedule", "RS"
NOT_THERE = "There is no scheduled report with this reference that you can see. Look at the list of scheduled reports."
COLUMNS = """
    s.id, s.agency, s.report, s.heading, s.span, s.days_after, s.next_period, s.next_on, s.set_at, u.name AS set_by_name, s.last_build,
    b.period AS last_period, b.status AS last_status, s.paused_at, s.fault, s.ended_at, s.version
"""
FROM = "report_schedule s JOIN user_account u ON u.id = s.set_by LEFT JOIN report_build b ON b.id = s.last_build"


def visible(user: User) -> Sql:
    """The condition under which one, as `s`, exists for a user."""
    return Sql("s.agency = {} AND {} = ANY(s.roles)", user.agency, user.role.value)


async def get_schedule_for(user: User, reference: str) -> Any:
    """The row with who set it up and what came of it last, or NotFound: another agency's does not exist."""
    try:
        wanted = number(PREFIX, reference)
    except NotFound:
        raise NotFound(NOT_THERE) from None
    one = Sql(f"SELECT {COLUMNS} FROM {FROM} WHERE s.id = {{}} AND {{}}", wanted, visible(user))
    row = await DB.fetchrow(*one.parts()) if wanted < 2**63 else None
    if row is None:
        raise NotFound(NOT_THERE)
    return row
