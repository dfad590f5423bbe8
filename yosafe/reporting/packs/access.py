"""Which packs exist for someone: every inspector may know of every one, whoever asked for it. There is no other loader."""

from typing import Any

from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import Conflict, NotFound
from yosafe.refs import number, ref

SUBJECT, PREFIX = "inspection_pack", "IP"
READ, BUILD = "pack:read", "pack:build"
NOT_THERE = "There is no pack with this reference that you can see. Look at the list of packs."
COLUMNS = (
    "p.id, p.extract, p.establishment, p.period, p.since, p.until, p.k, p.rows, p.smallest, p.content_sha256, p.built_at, u.name AS built_by_name, "
    "p.taken_at, p.replaced"
)
FROM = "inspection_pack p JOIN user_account u ON u.id = p.built_by"


def visible(user: User) -> Sql:
    """The condition under which one, as `p`, exists for a user."""
    return Sql("{}::boolean", user.agency_kind is AgencyKind.INSPECTORATE and user.may(READ))


async def get_pack_for(user: User, reference: str) -> Any:
    """The row with its content and who built it, or NotFound: to all but inspectors it does not exist."""
    try:
        wanted = number(PREFIX, reference)
    except NotFound:
        raise NotFound(NOT_THERE) from None
    one = Sql(f"SELECT {COLUMNS}, p.content FROM {FROM} WHERE p.id = {{}} AND {{}}", wanted, visible(user))
    row = await DB.fetchrow(*one.parts()) if wanted < 2**63 else None
    if row is None:
        raise NotFound(NOT_THERE)
    return row


def check_there(row: Any) -> None:
    """Raise Conflict for one that another took the place of."""
    if row["replaced"] is not None:
        raise Conflict(f"{ref(PREFIX, row['replaced'])} took the place of this pack before anyone took it out. There are no files of it.")
