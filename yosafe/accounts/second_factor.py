"""Codes besides the password: setting up a phone, checking what it shows, recovery codes, and taking all of it away. A code is good once."""

import secrets as random

from msgspec import Struct

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, in_transaction, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Refused

from . import codes
from .access import check_actor_may
from .policy import policy
from .tables import RecoveryCode, SignInCode
from .telling import tell_of_codes
from .viewer import User

WRONG_CODE = "Code is not right, or was used before. Wait for the next one, and check the clock of your phone"
NO_PHONE = "You have not set up codes. Your account page has the way to do it."
_LIVE = "SELECT id, nonce, last_step, enrolled_at FROM sign_in_code WHERE user_account = $1 AND enrolled_at IS NOT NULL AND ended_at IS NULL"
_BEGUN = "SELECT id, nonce FROM sign_in_code WHERE user_account = $1 AND enrolled_at IS NULL AND ended_at IS NULL ORDER BY id DESC LIMIT 1"


class Setup(Struct, frozen=True, kw_only=True):
    """A phone about to be set up: what the picture holds, and the same to be typed."""

    address: str
    typed: str


class Standing(Struct, frozen=True, kw_only=True):
    """Whether someone signs in with codes, since when, how many recovery codes are left, and whether their role asks for it."""

    since: object
    recovery_left: int
    asked_of_role: bool


async def wanted_of(user: User) -> str | None:
    """What someone gives besides the password: `code` from their phone, `enrolment` where their role asks for codes and no phone is set up."""
    if await DB.fetchrow(_LIVE, user.id) is not None:
        return "code"
    return "enrolment" if user.role in policy().codes_for else None


async def standing(user: User) -> Standing:
    live = await DB.fetchrow(_LIVE, user.id)
    left = await DB.fetchval("SELECT count(*) FROM recovery_code WHERE sign_in_code = $1 AND used_at IS NULL", live["id"]) if live else 0
    return Standing(since=live["enrolled_at"] if live else None, recovery_left=left, asked_of_role=user.role in policy().codes_for)


async def begin(user: User, *, session: int) -> Setup:
    """What to show to someone who sets up a phone; in one session the same until they have done it. Raises Conflict where one is set up."""
    async with write_transaction():
        await DB.execute("SELECT id FROM user_account WHERE id = $1 FOR UPDATE", user.id)
        if await DB.fetchrow(_LIVE, user.id) is not None:
            raise Conflict("Codes are set up already. To use another phone, end them first.")
        begun = await DB.fetchrow(_BEGUN, user.id)
        nonce = begun["nonce"] if begun else random.token_bytes(20)
        if begun is None:
            await SignInCode(user_account=user.id, nonce=nonce, made_at=clock.now(), enrolled_at=None, ended_at=None, last_step=None).save()
    secret = codes.secret_of(codes.nonce_in(session, nonce), policy().secret)
    return Setup(address=codes.address(secret, email=user.email), typed=codes.as_typed(secret))


async def finish(user: User, typed: str, *, session: int) -> list[str]:
    """The recovery codes of someone whose phone shows the right code, of the secret that their session was shown; shown once. Raises Invalid for
    another, Conflict where nothing was begun. Belongs in the transaction of what follows from it."""
    _inside()
    await DB.execute("SELECT id FROM user_account WHERE id = $1 FOR UPDATE", user.id)
    begun = await DB.fetchrow(_BEGUN, user.id)
    if begun is None:
        raise Conflict("Open the page again, and set up the phone with what it shows now.")
    nonce = codes.nonce_in(session, begun["nonce"])
    step = codes.matching_step(codes.secret_of(nonce, policy().secret), typed, now=clock.now(), after=None)
    if step is None:
        raise Invalid([FieldError("code", WRONG_CODE)])
    await DB.execute("UPDATE sign_in_code SET enrolled_at = $2, last_step = $3, nonce = $4 WHERE id = $1", begun["id"], clock.now(), step, nonce)
    await record(EventName.CODES_SET_UP, by=user, subject=("user", user.id))
    return await _recovery_codes(begun["id"])


async def check(user: User, typed: str) -> str:
    """By what someone showed who they are: `code` or `recovery`, which is then used up. Raises Invalid for anything else, and for one that was used,
    however many send it at once. Belongs in the transaction of what follows from it."""
    _inside()
    live = await DB.fetchrow(f"{_LIVE} FOR UPDATE", user.id)
    if live is None:
        raise Invalid([FieldError("code", NO_PHONE)])
    step = codes.matching_step(codes.secret_of(live["nonce"], policy().secret), typed, now=clock.now(), after=live["last_step"])
    if step is not None:
        await DB.execute("UPDATE sign_in_code SET last_step = $2 WHERE id = $1", live["id"], step)
        return "code"
    used = await DB.fetchval(
        "UPDATE recovery_code SET used_at = $3 WHERE sign_in_code = $1 AND code_hash = $2 AND used_at IS NULL RETURNING id",
        *(live["id"], codes.recovery_hash(typed), clock.now()),
    )
    if used is None:
        raise Invalid([FieldError("code", WRONG_CODE)])
    await record(EventName.RECOVERY_CODE_USED, by=user, subject=("user", user.id))
    return "recovery"


async def new_recovery_codes(*, by: User) -> list[str]:
    """Ten recovery codes in place of those there were; shown once. Raises NotFound where codes are not set up."""
    async with write_transaction():
        live = await DB.fetchrow(f"{_LIVE} FOR UPDATE", by.id)
        if live is None:
            raise NotFound(NO_PHONE)
        await DB.execute("UPDATE recovery_code SET used_at = $2 WHERE sign_in_code = $1 AND used_at IS NULL", live["id"], clock.now())
        made = await _recovery_codes(live["id"])
        await record(EventName.RECOVERY_CODES_MADE, by=by, subject=("user", by.id))
    return made


async def end_own(*, by: User) -> None:
    """Sign in with the password alone from now on. Raises Refused where the role asks for codes, NotFound where there are none."""
    if by.role in policy().codes_for:
        raise Refused(
            "Your role signs in with codes. To use another phone, ask your administrator to take this one away; you set up the next at once."
        )
    async with write_transaction():
        await _end(by.id)
        await record(EventName.CODES_ENDED, by=by, subject=("user", by.id))


async def take_away(user_account: int, *, by: Actor) -> None:
    """Take someone's phone and recovery codes away, for who lost them; every session of theirs ends. Raises Refused, NotFound where there are none.

    Where the role asks for codes, they set up another phone when they sign in next."""
    check_actor_may(by, "user:manage")
    async with write_transaction():
        await _end(user_account)
        await DB.execute("UPDATE session SET ended_at = $2 WHERE user_account = $1 AND ended_at IS NULL", user_account, clock.now())
        await tell_of_codes(user_account, by=by)
        await record(EventName.CODES_TAKEN_AWAY, by=by, subject=("user", user_account))


async def forget_begun(user_account: int) -> None:
    """A phone that was begun with a password that is taken away is not to be finished."""
    await DB.execute(
        "UPDATE sign_in_code SET ended_at = $2 WHERE user_account = $1 AND enrolled_at IS NULL AND ended_at IS NULL", user_account, clock.now()
    )


async def _end(user_account: int) -> None:
    ended = await DB.fetch(
        "UPDATE sign_in_code SET ended_at = $2 WHERE user_account = $1 AND ended_at IS NULL RETURNING enrolled_at", *(user_account, clock.now())
    )
    if not any(row["enrolled_at"] for row in ended):
        raise NotFound("No codes are set up for this account.")


async def _recovery_codes(sign_in_code: int) -> list[str]:
    made = [codes.recovery_code() for _ in range(codes.RECOVERY_CODES)]
    for one in made:
        await RecoveryCode(sign_in_code=sign_in_code, code_hash=codes.recovery_hash(one), used_at=None).save()
    return made


def _inside() -> None:
    if not in_transaction():
        raise RuntimeError("a code is used up in the transaction of what it opens")
