"""Who can look after an incident: those of the same agency who record incidents."""

from yosafe.accounts.permissions import PERMISSIONS
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.errors import FieldError, Invalid

_ROLES = [role.value for role, may in PERMISSIONS.items() if "incident:record" in may]
# Never whom an allegation is about; of a sealed complaint, leads only.
_WHERE = """
    agency = $1 AND disabled_at IS NULL AND role = ANY($2) AND NOT EXISTS (
        SELECT FROM incident_staff s WHERE s.incident = $3 AND s.role = 'staff_alleged'
            AND (s.user_account = u.id OR lower(s.name) = lower(u.name)))
        AND (u.role = 'yoi_lead' OR NOT EXISTS (SELECT FROM incident i WHERE i.id = $3 AND i.restricted AND i.kind = 'complaint'))
"""


async def colleagues(user: User, *, incident: int) -> list[tuple[str, str]]:
    """Email and name, by name; the user too."""
    query = f"SELECT email, name FROM user_account u WHERE {_WHERE} ORDER BY lower(name), id"
    rows = await DB.fetch(query, user.agency, _ROLES, incident)
    return [(row["email"], row["name"]) for row in rows]


async def colleague(user: User, email: str, *, incident: int) -> int:
    """The id of one of them. Raises Invalid."""
    query = f"SELECT id FROM user_account u WHERE {_WHERE} AND lower(email) = lower($4)"
    found = await DB.fetchval(query, user.agency, _ROLES, incident, email)
    if found is None:
        raise Invalid([FieldError("owner", "Select someone who works here and records incidents")])
    return int(found)
