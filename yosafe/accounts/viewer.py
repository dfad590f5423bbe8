"""The signed-in person as everything else sees them."""

from msgspec import Struct
from msgspec.structs import replace

from .permissions import EVERYONE, PERMISSIONS, AgencyKind, Role


class User(Struct, frozen=True, kw_only=True):
    """Someone who works for an agency. `agency` is its id; `area` and `establishment` are what it covers (one, or neither). `opened`: numbers of
    young people whom they see now because they opened their records in an emergency, where one such record is asked for; there they only read.
    `key`: the number of the API key by which they ask, where it is one; `scope`: what that may do, None for all of it."""

    id: int
    email: str
    name: str
    role: Role
    agency: int
    agency_kind: AgencyKind
    agency_name: str
    area: str | None
    establishment: str | None
    opened: tuple[int, ...] = ()
    key: int | None = None
    scope: tuple[str, ...] | None = None

    @property
    def actor_kind(self) -> str:
        return "user"

    @property
    def permissions(self) -> frozenset[str]:
        of_role = _reading(self.role) if self.opened else PERMISSIONS[self.role]
        return of_role if self.scope is None else of_role.intersection(self.scope)

    @property
    def as_usual(self) -> "User":
        """The same person with their duties alone, as lists, counts and searches know them."""
        return replace(self, opened=()) if self.opened else self

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def _reading(role: Role) -> frozenset[str]:
    return frozenset(name for name in PERMISSIONS[role] if name in EVERYONE or name.partition(":")[2].startswith("read"))


# What the rows of `user_account u JOIN agency g` give of a User, and the columns for it.
FIELDS = tuple(name for name in User.__struct_fields__ if name not in ("opened", "key", "scope"))
COLUMNS = "u.id, u.email, u.name, u.role, u.agency, g.kind AS agency_kind, g.name AS agency_name, g.area, g.establishment"
