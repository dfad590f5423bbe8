"""Who can look after an incident: those of the same agency who record incidents."""

from yosafe.accounts.permissions import PERMISSIONS
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.errors import FieldError, Invalid

_ROLES = [role.value for role, may in PERMISSIONS.items() if "incident:record" in may]
_WHERE = "agency = $1 AND disabled_at IS NULL AND role = ANY($2)"


async def colleagues(user: User) -> list[tuple[str, str]]:
    """Email and name, by name; the user too."""
    rows = await DB.fetch(f"SELECT email, name FROM user_account WHERE {_WHERE} ORDER BY lower(name), id", user.agency, _ROLES)
    return [(row["email"], row["name"]) for row in rows]


async def colleague(user: User, email: str) -> int:
    """The id of one of them. Raises Invalid."""
    found = await DB.fetchval(f"SELECT id FROM user_account WHERE {_WHERE} AND lower(email) = lower($3)", user.agency, _ROLES, email)
    if found is None:
        raise Invalid([FieldError("owner", "Select someone who works here and records incidents")])
    return int(found)
