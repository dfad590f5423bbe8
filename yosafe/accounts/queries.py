"""Lists for the administrator and for the command line."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place, Sort
from yosafe.settings import Terminology

from .listed import AGENCY_SORTS, USER_SORTS, agency_columns, user_columns
from .schemas import AgencyOut, KeyOut, UserOut
from .viewer import User

_AGENCY = "SELECT g.id, g.code, g.kind, g.name, g.area, g.establishment, g.closed_at IS NOT NULL AS closed"
_USER = """
    SELECT u.id, u.email, u.name, u.role, g.code AS agency, g.name AS agency_name, u.disabled_at IS NOT NULL AS disabled,
        u.password_hash IS NULL AS waiting_for_password
"""


class Agencies(Listed[Nothing, AgencyOut]):
    """Agencies by kind and name."""

    id = "agencies"
    noun = ("agency", "agencies")
    tie = "g.id"
    source = "agency g"
    permission = "agency:read"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return agency_columns()

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return AGENCY_SORTS

    def default(self, wanted: Nothing) -> str:
        return "home"

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        return Sql(f"{_AGENCY} {{}} FROM {self.source} WHERE {{}} ORDER BY {{}} LIMIT {{}}", place.columns, place.after(), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[AgencyOut]:
        return _as(rows, AgencyOut)


class Users(Listed[Nothing, UserOut]):
    """Users by agency and name."""

    id = "users"
    noun = ("user", "users")
    tie = "u.id"
    source = "user_account u JOIN agency g ON g.id = u.agency"
    permission = "user:read"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return user_columns()

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return USER_SORTS

    def default(self, wanted: Nothing) -> str:
        return "home"

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        return Sql(f"{_USER} {{}} FROM {self.source} WHERE {{}} ORDER BY {{}} LIMIT {{}}", place.columns, place.after(), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[UserOut]:
        return _as(rows, UserOut)


AGENCIES, USERS = Agencies(), Users()
T = TypeVar("T")


def _as(rows: Sequence[Any], kind: type[T]) -> list[T]:
    """What a row has besides is left out."""
    return [msgspec.convert(dict(row), kind) for row in rows]


async def agencies() -> list[AgencyOut]:
    rows = await DB.fetch(f"{_AGENCY} FROM agency g ORDER BY g.kind, g.name, g.id")
    return msgspec.convert([dict(row) for row in rows], list[AgencyOut])


async def users() -> list[UserOut]:
    rows = await DB.fetch(f"{_USER} FROM {USERS.source} ORDER BY g.name, u.name, u.id")
    return msgspec.convert([dict(row) for row in rows], list[UserOut])


async def keys(user_account: int | None = None) -> list[KeyOut]:
    rows = await DB.fetch(
        """
        SELECT k.id, k.name, u.email, k.created_at, k.expires_at, k.last_used_at, k.revoked_at IS NOT NULL AS revoked, k.scope, k.replaces
        FROM api_key k JOIN user_account u ON u.id = k.user_account WHERE $1::bigint IS NULL OR k.user_account = $1 ORDER BY k.id DESC
    """,
        user_account,
    )
    return msgspec.convert([dict(row) for row in rows], list[KeyOut])


async def keys_of(user_account: int) -> list[KeyOut]:
    """The keys that act for one user, the newest first."""
    return await keys(user_account)


async def user(user_account: int) -> UserOut:
    """One user, for the administrator. Raises NotFound."""
    rows = await DB.fetch(f"{_USER} FROM {USERS.source} WHERE u.id = $1", user_account if 0 < user_account < 2**63 else 0)
    if not rows:
        raise NotFound("There is no user with this number. The list of users shows them.")
    return _as(rows, UserOut)[0]


async def user_called(email: str) -> UserOut:
    """The same by email address, whatever its case. Raises NotFound."""
    rows = await DB.fetch(f"{_USER} FROM {USERS.source} WHERE lower(u.email) = lower($1)", email)
    if not rows:
        raise NotFound(f"No account {email}. `yosafe user list` shows them.")
    return _as(rows, UserOut)[0]


async def has_codes(user_account: int) -> bool:
    """Whether a phone is set up for signing in."""
    query = "SELECT EXISTS (SELECT FROM sign_in_code WHERE user_account = $1 AND enrolled_at IS NOT NULL AND ended_at IS NULL)"
    return bool(await DB.fetchval(query, user_account))
