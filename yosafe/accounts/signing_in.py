"""Signing in and out. Tries are counted by account and by address, in the database, so that several workers count together."""

import contextlib
import datetime as dt
import hashlib
from collections.abc import AsyncIterator

from yosafe import clock
from yosafe.audit.record import EventName, Nobody, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import FieldError, Invalid, NotSignedIn, TooMany

from . import rules, second_factor
from .access import user_from
from .policy import policy
from .secrets import new_token, password_matches, token_hash
from .sessions import address_words, browser_words
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


async def sign_in(email: str, password: str, *, address: str, old_token: str | None = None, browser: str = "") -> tuple[User, str]:
    """The user and the token of a new session, which may still await a code; any session that the browser had is ended.

    Raises Invalid when refused, TooMany when tried too often.
    """
    tried = await _begin_try(_fold(email), _fold(address))
    row = await DB.fetchrow(_ACCOUNT, email.strip())
    matches = await password_matches(password, row["password_hash"] if row else None)
    if row is None or not matches:
        await _record_failure(user_from(row) if row else None)
        raise Invalid([FieldError("email", WRONG)])
    user = user_from(row)
    awaits = await second_factor.wanted_of(user)
    async with write_transaction():
        await DB.execute("UPDATE sign_in_try SET succeeded = true WHERE id = $1", tried)
        if old_token:
            await DB.execute("UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL", token_hash(old_token), clock.now())
        token = await start_session(user, awaits=awaits, address=address, browser=browser)
        if awaits is None:
            await record(EventName.SIGNED_IN, by=user, subject=("user", user.id))
    return user, token


async def finish_with_code(token: str, typed: str, *, by: User, address: str) -> str:
    """The token of the session of someone whose password was right and who now gives a code, or a recovery code. Counted by account and address.

    Raises Invalid when refused, TooMany when tried too often, NotSignedIn where it took too long.
    """
    tried = await _begin_try(_codes_of(by), _fold(address))
    async with _wrong_code_recorded(by), write_transaction():
        way = await second_factor.check(by, typed)
        fresh = await _finish(token, "code", tried)
        await record(EventName.SIGNED_IN, by=by, subject=("user", by.id), detail={"by": way})
    return fresh


async def finish_with_phone(token: str, typed: str, *, by: User, session: int, address: str) -> tuple[str, list[str]]:
    """The same for someone who sets up the phone that their role asks for; with their recovery codes, shown once."""
    tried = await _begin_try(_codes_of(by), _fold(address))
    async with _wrong_code_recorded(by), write_transaction():
        recovery = await second_factor.finish(by, typed, session=session)
        fresh = await _finish(token, "enrolment", tried)
        await record(EventName.SIGNED_IN, by=by, subject=("user", by.id), detail={"by": "enrolment"})
    return fresh, recovery


async def set_up_phone(typed: str, *, by: User, session: int, address: str) -> list[str]:
    """The recovery codes of someone who is signed in and sets up a phone. Raises as finishing does."""
    tried = await _begin_try(_codes_of(by), _fold(address))
    async with _wrong_code_recorded(by), write_transaction():
        recovery = await second_factor.finish(by, typed, session=session)
        await DB.execute("UPDATE sign_in_try SET succeeded = true WHERE id = $1", tried)
    return recovery


def _codes_of(user: User) -> bytes:
    """Codes are counted apart from passwords: whoever knows the password gets no more tries at the code by giving it again."""
    return _fold(f"code of {user.id}")


async def _finish(token: str, awaited: str, tried: int) -> str:
    """A whole session in place of one that awaited something, under a token that nobody had before. Raises NotSignedIn where it has ended."""
    fresh, now = new_token(), clock.now()
    await DB.execute("UPDATE sign_in_try SET succeeded = true WHERE id = $1", tried)
    finished = await DB.fetchval(
        "UPDATE session SET token_hash = $2, awaits = NULL, started_at = $3, seen_at = $3, confirmed_at = $3, ends_at = $4 "
        "WHERE token_hash = $1 AND awaits = $5 AND ended_at IS NULL AND ends_at > $3 RETURNING id",
        *(token_hash(token), token_hash(fresh), now, now + policy().absolute, awaited),
    )
    if finished is None:
        raise NotSignedIn("That took too long. Sign in again.")
    return fresh


async def confirm(token: str, typed: str, *, by: User, address: str) -> str:
    """Note that whoever is signed in showed again who they are, by a code where they have a phone for it, else by the password; the new token of
    their session. Counted and throttled as signing in is.

    Raises Invalid for what is wrong, TooMany when tried too often.
    """
    by_code = await second_factor.wanted_of(by) == "code"
    tried = await _begin_try(_codes_of(by) if by_code else _fold(by.email), _fold(address))
    try:
        if not by_code and not await password_matches(typed, await DB.fetchval("SELECT password_hash FROM user_account WHERE id = $1", by.id)):
            raise Invalid([FieldError("typed", "Password is not right")])
        return await _confirmed(token, typed if by_code else None, tried, by)
    except Invalid as refusal:
        await _record_failure(by)
        raise Invalid([FieldError("typed", fault.message) for fault in refusal.errors]) from None


async def _confirmed(token: str, code: str | None, tried: int, by: User) -> str:
    fresh = new_token()
    async with write_transaction():
        if code is not None:
            await second_factor.check(by, code)
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


@contextlib.asynccontextmanager
async def _wrong_code_recorded(by: User) -> AsyncIterator[None]:
    try:
        yield
    except Invalid:
        await _record_failure(by)
        raise


async def _record_failure(account: User | None) -> None:
    async with write_transaction():
        await record(
            EventName.SIGN_IN_FAILED,
            by=Nobody(account.agency if account else None),
            subject=("user", account.id if account else None),
            detail={"known_account": account is not None},
        )


async def start_session(user: User, *, awaits: str | None = None, address: str = "", browser: str = "", through: int | None = None) -> str:
    """A new session for someone whose right to it has been seen to; its token. One that awaits a code lasts ten minutes. `through`: the link with a
    provider by which they came."""
    token, now = new_token(), clock.now()
    await Session(
        token_hash=token_hash(token), user_account=user.id, started_at=now, seen_at=now, ended_at=None, confirmed_at=None, awaits=awaits,
        ends_at=now + (rules.CODE_WITHIN if awaits else policy().absolute), address=address_words(address), browser=browser_words(browser),
        through=through,
    ).save()  # fmt: skip
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
