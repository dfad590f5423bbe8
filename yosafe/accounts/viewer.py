"""The signed-in person as everything else sees them."""

from msgspec import Struct

from .permissions import PERMISSIONS, AgencyKind, Role


class User(Struct, frozen=True, kw_only=True):
    """Someone who works for an agency. `agency` is its id; `area` and `establishment` are what it covers (one, or neither)."""

    id: int
    email: str
    name: str
    role: Role
    agency: int
    agency_kind: AgencyKind
    agency_name: str
    area: str | None
    establishment: str | None

    @property
    def actor_kind(self) -> str:
        return "user"

    @property
    def permissions(self) -> frozenset[str]:
        return PERMISSIONS[self.role]

    def may(self, permission: str) -> bool:
        return permission in self.permissions


# Columns of `user_account u JOIN agency g` that make a User.
COLUMNS = "u.id, u.email, u.name, u.role, u.agency, g.kind AS agency_kind, g.name AS agency_name, g.area, g.establishment"
