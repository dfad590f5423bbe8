"""Lists for the administrator and for the command line."""

import msgspec

from yosafe.db.engine import DB

from .schemas import AgencyOut, KeyOut, UserOut


async def agencies() -> list[AgencyOut]:
    rows = await DB.fetch("SELECT code, kind, name, area, establishment, closed_at IS NOT NULL AS closed FROM agency ORDER BY kind, name, id")
    return msgspec.convert([dict(row) for row in rows], list[AgencyOut])


async def users() -> list[UserOut]:
    rows = await DB.fetch("""
        SELECT u.id, u.email, u.name, u.role, g.code AS agency, g.name AS agency_name, u.disabled_at IS NOT NULL AS disabled,
            u.password_hash IS NULL AS waiting_for_password
        FROM user_account u JOIN agency g ON g.id = u.agency ORDER BY g.name, u.name, u.id
    """)
    return msgspec.convert([dict(row) for row in rows], list[UserOut])


async def keys() -> list[KeyOut]:
    rows = await DB.fetch("""
        SELECT k.id, k.name, u.email, k.created_at, k.expires_at, k.last_used_at, k.revoked_at IS NOT NULL AS revoked
        FROM api_key k JOIN user_account u ON u.id = k.user_account ORDER BY k.id DESC
    """)
    return msgspec.convert([dict(row) for row in rows], list[KeyOut])
