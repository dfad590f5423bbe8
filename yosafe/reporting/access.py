"""Which reports there are for whom, and which builds exist for someone: those of their agency that are for their role. There is no other loader."""

from typing import Any

from yosafe import settings
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import Conflict, NotFound
from yosafe.refs import number

from .definitions import Definition, Found, find

SUBJECT, PREFIX = "report_build", "RP"
READ, BUILD, ISSUE, SCHEDULE = "report:read", "report:build", "report:issue", "report:schedule"
NOT_THERE = "There is no report of this name that you can build. Look at the list of reports."
NO_BUILD = "There is no report with this reference that you can see. Look at the list of reports."
NOT_BUILT = "This report is not built yet, or was not built. There is nothing in it to take out."

_ONE = """
    SELECT b.*, a.name AS asked_by_name, i.name AS issued_by_name,
        (SELECT max(c.id) FROM report_build c WHERE c.corrects = b.id AND c.issued_at IS NOT NULL) AS corrected_by
    FROM report_build b LEFT JOIN user_account a ON a.id = b.asked_by LEFT JOIN user_account i ON i.id = b.issued_by
    WHERE b.id = {} AND {}
"""


def all_reports() -> Found:
    """Those that come with yosafe, and those of the folder that the settings name. Raises Faulty for one of ours that is at fault."""
    return find(settings.read_reports_dir())


def is_for(definition: Definition, kind: AgencyKind, role: Role) -> bool:
    return kind in definition.kinds and role in definition.roles


def reports_for(user: User) -> list[Definition]:
    """Those that a user can build for their agency, by title."""
    found = [one for one in all_reports().reports.values() if is_for(one, user.agency_kind, user.role)]
    return sorted(found, key=lambda one: one.title.casefold())


def get_report_for(user: User, name: str) -> Definition:
    """The definition, or NotFound: one for others does not exist."""
    found = next((one for one in reports_for(user) if one.name == name), None)
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def visible(user: User) -> Sql:
    """The condition under which a build, as `b`, exists for a user."""
    return Sql("b.agency = {} AND {} = ANY(b.roles)", user.agency, user.role.value)


async def get_build_for(user: User, reference: str) -> Any:
    """The row with who asked for it and issued it, or NotFound: another agency's does not exist."""
    try:
        wanted = number(PREFIX, reference)
    except NotFound:
        raise NotFound(NO_BUILD) from None
    row = await DB.fetchrow(*Sql(_ONE, wanted, visible(user)).parts()) if wanted < 2**63 else None
    if row is None:
        raise NotFound(NO_BUILD)
    return row


async def build_numbered(build: int) -> Any:
    """The same for a worker, or for the operator of this machine."""
    row = await DB.fetchrow(*Sql(_ONE, build, Sql("true")).parts())
    if row is None:
        raise NotFound(NO_BUILD)
    return row


def check_built(row: Any) -> None:
    """Raise Conflict for one of which there is nothing to show."""
    if row["content"] is None:
        raise Conflict(NOT_BUILT)
