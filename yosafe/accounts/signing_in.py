"""Signing in and out. Tries are counted by account and by address, in the database, so that several workers count together."""

import datetime as dt
import hashlib

from yosafe import clock
from yosafe.audit.record import EventName, Nobody, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import FieldError, Invalid, NotSignedIn, TooMany

from . import rules
from .access import user_from
from .secrets import new_token, password_matches, token_hash
from .tables import Session, SignInTry
from .viewer import COLUMNS, User

_ACCOUNT = f"""
    SELECT {COLUMNS}, u.password_hash FROM user_account u JOIN agency g ON g.id = u.agency
    WHERE lower(u.email) = lower($1) AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""
_FAILURES = """
    SELECT count(*) FILTER (WHERE account_hash = $1) AS account, count(*) FILTER (WHERE address_hash = $2) AS address, min(at) AS oldest
    FROM sign_in_try
    WHERE (account_hash = $1 OR address_hash = $2) AND at > $3 AND NOT succeeded
        AND at > coalesce((SELECT max(at) FROM sign_in_try WHERE account_hash = $1 AND succeeded), '-infinity')
"""
WRONG = "Email address or password is not right"


def _fold(text: str) -> bytes:
    return hashlib.sha256(text.strip().casefold().encode()).digest()


async def sign_in(email: str, password: str, *, address: str, old_token: str | None = None) -> tuple[User, str]:
    """The user and the token of a new session; any session that the browser had is ended.

    Raises Invalid when refused, TooMany when tried too often.
    """
    tried = await _begin_try(_fold(email), _fold(address))
    row = await DB.fetchrow(_ACCOUNT, email.strip())
    matches = await password_matches(password, row["password_hash"] if row else None)
    if row is None or not matches:
        await _record_failure(user_from(row) if row else None)
        raise Invalid([FieldError("email", WRONG)])
    user = user_from(row)
    async with write_transaction():
        await DB.execute("UPDATE sign_in_try SET succeeded = true WHERE id = $1", tried)
        if old_token:
            await DB.execute("UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL", token_hash(old_token), clock.now())
        token = await start_session(user)
        await record(EventName.SIGNED_IN, by=user, subject=("user", user.id))
    return user, token


async def confirm(token: str, password: str, *, by: User, address: str) -> str:
    """Note that whoever is signed in showed again who they are; the new token of their session. Counted and throttled as signing in is.

    Raises Invalid for a wrong password, TooMany when tried too often.
    """
    tried = await _begin_try(_fold(by.email), _fold(address))
    kept = await DB.fetchval("SELECT password_hash FROM user_account WHERE id = $1", by.id)
    if not await password_matches(password, kept):
        await _record_failure(by)
        raise Invalid([FieldError("password", "Password is not right")])
    fresh = new_token()
    async with write_transaction():
        await DB.execute("UPDATE sign_in_try SET succeeded = true WHERE id = $1", tried)
        changed = await DB.fetchval(
            "UPDATE session SET token_hash = $2, confirmed_at = $3 WHERE token_hash = $1 AND ended_at IS NULL RETURNING id",
            *(token_hash(token), token_hash(fresh), clock.now()),
        )
        if changed is None:
            raise NotSignedIn("Sign in to go on.")
        await record(EventName.SESSION_CONFIRMED, by=by, subject=("user", by.id))
    return fresh


async def _begin_try(account_hash: bytes, address_hash: bytes) -> int:
    """The id of this try, which counts as a failure until the password has been found right: however many come at once, each counts for the next.
    The locks are gone before the slow work on the password begins. Raises TooMany.
    """
    async with write_transaction():
        for key in sorted({account_hash, address_hash}):  # one order for all, so that no two wait for each other
            await DB.execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(key[:8], signed=True))
        await _check_not_too_many(account_hash, address_hash)
        tried = SignInTry(account_hash=account_hash, address_hash=address_hash, at=clock.now(), succeeded=False)
        await tried.save()
    return int(tried.id)


async def _check_not_too_many(account_hash: bytes, address_hash: bytes) -> None:
    now = clock.now()
    [failures] = await DB.fetch(_FAILURES, account_hash, address_hash, now - rules.WINDOW)
    wait = rules.wait_before_next_try(failures["account"], failures["address"], oldest=failures["oldest"], now=now)
    if wait:
        minutes = max(1, round(dt.timedelta(seconds=wait) / dt.timedelta(minutes=1)))
        raise TooMany(
            f"Too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''} and try again, or ask your administrator for a new link.", wait
        )


async def _record_failure(account: User | None) -> None:
    async with write_transaction():
        await record(
            EventName.SIGN_IN_FAILED,
            by=Nobody(account.agency if account else None),
            subject=("user", account.id if account else None),
            detail={"known_account": account is not None},
        )


async def start_session(user: User) -> str:
    """A new session for someone whose right to it has been seen to; its token."""
    token, now = new_token(), clock.now()
    await Session(token_hash=token_hash(token), user_account=user.id, started_at=now, seen_at=now, ends_at=now + rules.ABSOLUTE, ended_at=None).save()
    return token


async def sign_out(token: str, *, by: User) -> None:
    async with write_transaction():
        await DB.execute("UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL", token_hash(token), clock.now())
        await record(EventName.SIGNED_OUT, by=by, subject=("user", by.id))


async def sign_out_everywhere(*, by: User) -> int:
    """End every session of a user; how many there were."""
    async with write_transaction():
        ended = await DB.fetch("UPDATE session SET ended_at = $2 WHERE user_account = $1 AND ended_at IS NULL RETURNING id", by.id, clock.now())
        await record(EventName.SIGNED_OUT, by=by, subject=("user", by.id), detail={"everywhere": True})
    return len(ended)
