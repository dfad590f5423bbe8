"""Who someone is: the only doors from a cookie, a key or an address to a User."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from yosafe import clock
from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.errors import NotFound, Refused

from .permissions import AgencyKind, Role
from .policy import policy
from .secrets import token_hash
from .viewer import COLUMNS, FIELDS, User

SEEN_EVERY = dt.timedelta(minutes=1)
# What happened later than clocks may differ by has not happened: the clock was set back, and a session or an opened record would last longer for it.
HAPPENED = "interval '5 minutes'"

_BY_SESSION = f"""
    SELECT {COLUMNS}, s.id AS session, s.seen_at, coalesce(s.confirmed_at, s.started_at) AS confirmed_at, s.awaits,
        ARRAY(SELECT b.young_person FROM break_glass b WHERE b.user_account = u.id AND b.until > $2 AND b.at <= $2 + {HAPPENED}) AS opened_now
    FROM session s JOIN user_account u ON u.id = s.user_account JOIN agency g ON g.id = u.agency
    WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.ends_at > $2 AND s.seen_at > $3 AND s.seen_at <= $2 + {HAPPENED}
        AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""
_BY_KEY = f"""
    SELECT {COLUMNS}, k.id AS key, k.last_used_at, k.scope
    FROM api_key k JOIN user_account u ON u.id = k.user_account JOIN agency g ON g.id = u.agency
    WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND k.expires_at > $2 AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""
_BY_EMAIL = f"""
    SELECT {COLUMNS} FROM user_account u JOIN agency g ON g.id = u.agency
    WHERE lower(u.email) = lower($1) AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""

_BY_ID = f"""
    SELECT {COLUMNS} FROM user_account u JOIN agency g ON g.id = u.agency WHERE u.id = $1 AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""

# Who asked for a job, and whether the key by which they did, if it was one, was revoked since.
_WHO_ASKED = f"""
    SELECT {COLUMNS}, EXISTS (SELECT FROM api_key k WHERE k.id = $2 AND k.revoked_at IS NOT NULL) AS revoked
    FROM user_account u JOIN agency g ON g.id = u.agency WHERE u.id = $1 AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""
NO_ACCOUNT = "Whoever asked for this has no account any more that works."
REVOKED = "The API key by which this was asked for was revoked before it was done. Ask for it again, signed in or by another key."


class SignedIn(Struct, frozen=True, kw_only=True):
    """A live session: whose it is, when they last showed who they are, and whose records they have opened in an emergency. `awaits`: the password was
    right, and something else is still to be given, `code` or `enrolment`; until then nobody is signed in."""

    user: User
    session: int
    confirmed_at: dt.datetime
    opened: tuple[int, ...]
    awaits: str | None = None


def user_from(row: Any) -> User:
    return User(**{field: row[field] for field in FIELDS} | {"role": Role(row["role"]), "agency_kind": AgencyKind(row["agency_kind"])})


async def user_of_session(token: str) -> User | None:
    """The user of a live session, None for any other token. Notes that the session was used, at most once a minute."""
    signed_in = await session_of(token)
    return signed_in.user if signed_in and signed_in.awaits is None else None


async def session_of(token: str) -> SignedIn | None:
    """The live session of a token, with its user; None for any other text."""
    now = clock.now()
    row = await DB.fetchrow(_BY_SESSION, token_hash(token), now, now - policy().idle)
    if row is None:
        return None
    if row["seen_at"] < now - SEEN_EVERY:
        await DB.execute("UPDATE session SET seen_at = $2 WHERE id = $1", row["session"], now)
    return SignedIn(
        user=user_from(row), session=row["session"], confirmed_at=row["confirmed_at"], opened=tuple(row["opened_now"]), awaits=row["awaits"]
    )


async def user_of_key(key: str) -> User | None:
    """The user for whom an API key acts, None for any other text."""
    now = clock.now()
    row = await DB.fetchrow(_BY_KEY, token_hash(key), now)
    if row is None:
        return None
    if row["last_used_at"] is None or row["last_used_at"] < now - SEEN_EVERY:
        await DB.execute("UPDATE api_key SET last_used_at = $2 WHERE id = $1", row["key"], now)
    return replace(user_from(row), key=row["key"], scope=_scope(row["scope"]))


def _scope(kept: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if kept is None else tuple(kept)


async def user_by_email(email: str) -> User:
    """The user for whom a command acts (`--as`). Raises NotFound."""
    row = await DB.fetchrow(_BY_EMAIL, email)
    if row is None:
        raise NotFound(f"No working account {email}. `yosafe user list` shows them.")
    return user_from(row)


async def user_by_id(user_account: int) -> User | None:
    """A user for whom yosafe does something by itself, such as sending a mail; None for one whose account works no more."""
    row = await DB.fetchrow(_BY_ID, user_account)
    return user_from(row) if row is not None else None


async def who_asked(user_account: int, key: int | None, scope: Sequence[str] | None) -> User:
    """The user for whom a job acts that they asked for, with what the key by which they did, if it was one, might do when they asked.

    Raises Refused, in words for whoever looks at what came of it, where their account works no more or the key was revoked since."""
    row = await DB.fetchrow(_WHO_ASKED, user_account, key)
    if row is None:
        raise Refused(NO_ACCOUNT)
    if row["revoked"]:
        raise Refused(REVOKED)
    return replace(user_from(row), key=key, scope=_scope(scope))


def check_may(user: User, permission: str) -> None:
    """Raise Refused where the user's role does not have a permission."""
    if not user.may(permission):
        raise Refused("Your role does not include this. If you need it for your work, ask your administrator.")


def check_actor_may(by: Actor, permission: str) -> None:
    """The same for whoever acts: the operator of this machine may do anything."""
    if isinstance(by, User):
        check_may(by, permission)
