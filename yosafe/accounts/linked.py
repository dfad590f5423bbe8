"""Accounts that people sign in to through an OpenID provider. An administrator links them; nobody makes an account, or links one, by signing in."""

from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.audit.record import Actor, EventName, Nobody, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, NotSignedIn, Refused

from . import provider, second_factor
from .access import check_actor_may, user_from
from .policy import policy
from .provider import Begun, Identity
from .schemas import LinkIdentity
from .secrets import new_token, token_hash
from .signing_in import start_session
from .tables import LinkedIdentity
from .telling import tell_of_link
from .viewer import COLUMNS, User

USERS = "user:manage"
NOBODY = "That account is not linked with an account of yosafe that works. Ask your administrator, or sign in with your password."
NOT_THE_SAME = "That is not the account with which you sign in to yosafe. Begin again with your own."
NOT_AGAIN = "The service did not ask you again who you are. Confirm with your password or your code."
NOT_ENOUGH = "Confirm with the code from your phone: the other service alone is not enough here."
TAKEN = "Someone else signs in with that. Check what you typed."
_LIVE = "ended_at IS NULL"
_ACCOUNT = f"""
    SELECT {COLUMNS}, l.id AS link, l.subject
    FROM linked_identity l JOIN user_account u ON u.id = l.user_account JOIN agency g ON g.id = u.agency
    WHERE l.ended_at IS NULL AND l.issuer = $1 AND u.disabled_at IS NULL AND g.closed_at IS NULL
"""


class Link(Struct, frozen=True, kw_only=True):
    """That someone may sign in through a provider. `used`: whether they have, or whether it is known as whom they will."""

    issuer: str
    used: bool


class Begins(Struct, frozen=True, kw_only=True):
    """A session that has begun: its token, and what it still awaits."""

    token: str
    awaits: str | None


async def link_of(user_account: int) -> Link | None:
    """The link of an account with the provider of this installation."""
    oidc = policy().oidc
    issuer = oidc.issuer if oidc else None
    row = await DB.fetchrow(f"SELECT issuer, subject FROM linked_identity WHERE user_account = $1 AND issuer = $2 AND {_LIVE}", user_account, issuer)
    return Link(issuer=row["issuer"], used=row["subject"] is not None) if row else None


async def link_identity(user_account: int, new: LinkIdentity, *, by: Actor) -> Link:
    """Let someone sign in through the provider; they are told. Without a subject, whoever signs in first with the account's own address,
    verified by the provider, is known from then on.

    Raises Refused, NotFound for no user or no provider, Conflict for an account that is linked, Invalid for a subject that is another's."""
    check_actor_may(by, USERS)
    issuer = provider.chosen().issuer
    async with write_transaction():
        if not await DB.fetchval("SELECT true FROM user_account WHERE id = $1 FOR UPDATE", user_account if 0 < user_account < 2**63 else 0):
            raise NotFound("There is no user with this number. The list of users shows them.")
        if await DB.fetchval(f"SELECT true FROM linked_identity WHERE user_account = $1 AND issuer = $2 AND {_LIVE}", user_account, issuer):
            raise Conflict("This account is linked already. End that first.")
        if await _taken(issuer, new.subject):
            raise Invalid([FieldError("subject", TAKEN)])
        link = LinkedIdentity(user_account=user_account, issuer=issuer, subject=new.subject, linked_at=clock.now(), ended_at=None)
        await link.save()
        await tell_of_link(user_account, by=by)
        await record(EventName.IDENTITY_LINKED, by=by, subject=("user", user_account), detail={"link": link.id, "named": new.subject is not None})
    return Link(issuer=issuer, used=new.subject is not None)


async def _taken(issuer: str, subject: str | None) -> bool:
    if subject is None:
        return False
    await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{issuer} {subject}")  # two at once wait for each other
    return bool(await DB.fetchval(f"SELECT true FROM linked_identity WHERE issuer = $1 AND subject = $2 AND {_LIVE}", issuer, subject))


async def end_link(user_account: int, *, by: Actor) -> None:
    """Nobody signs in to this account through the provider any more; sessions that began so end. Raises Refused, NotFound where there is none."""
    check_actor_may(by, USERS)
    async with write_transaction():
        now = clock.now()
        ended = await DB.fetch(
            f"UPDATE linked_identity SET ended_at = $2 WHERE user_account = $1 AND {_LIVE} RETURNING id",
            user_account if user_account < 2**63 else 0,
            now,
        )
        if not ended:
            raise NotFound("This account is not linked.")
        links = [row["id"] for row in ended]
        await DB.execute("UPDATE session SET ended_at = $2 WHERE through = ANY($1) AND ended_at IS NULL", links, now)
        await record(EventName.LINK_ENDED, by=by, subject=("user", user_account), detail={"links": links})


async def sign_in_through(identity: Identity, *, address: str, old_token: str | None = None, browser: str = "") -> Begins:
    """A new session of whoever a provider says is there; any session that the browser had is ended. Like one after a password it may still await
    a code: always where the account gives codes, unless the settings trust the provider's and it says that it asked for several things.

    Raises Refused, in the same words for who is not linked and whose account is shut.
    """
    async with write_transaction():
        row = await _account_of(identity)
        if row is not None:
            return await _begun(row, identity, address, old_token, browser)
        await record(EventName.SIGN_IN_FAILED, by=Nobody(None), subject=("user", None), detail={"known_account": False, "by": "provider"})
    raise Refused(NOBODY)


async def _begun(row: Any, identity: Identity, address: str, old_token: str | None, browser: str) -> Begins:
    user = user_from(row)
    awaits = None if _enough(identity) else await second_factor.wanted_of(user)
    if old_token:
        await DB.execute("UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL", token_hash(old_token), clock.now())
    token = await start_session(user, awaits=awaits, address=address, browser=browser, through=row["link"])
    if awaits is None:
        await record(EventName.SIGNED_IN, by=user, subject=("user", user.id), detail={"by": "provider"})
    return Begins(token=token, awaits=awaits)


async def _account_of(identity: Identity) -> Any:
    """The account that is linked with someone; at first by an address that is verified, and from then on by the subject alone. None for nobody's."""
    row = await DB.fetchrow(f"{_ACCOUNT} AND l.subject = $2", identity.issuer, identity.subject)
    if row is not None or identity.email is None or await _taken(identity.issuer, identity.subject):
        return row
    row = await DB.fetchrow(f"{_ACCOUNT} AND l.subject IS NULL AND lower(u.email) = lower($2) FOR UPDATE OF l", identity.issuer, identity.email)
    if row is not None:
        await DB.execute("UPDATE linked_identity SET subject = $2 WHERE id = $1", row["link"], identity.subject)
        await record(EventName.IDENTITY_KNOWN, by=user_from(row), subject=("user", row["id"]), detail={"link": row["link"]})
    return row


def _enough(identity: Identity) -> bool:
    """Whether a code of ours besides would be one too many."""
    return identity.many_factors and provider.chosen().trust_mfa


async def may_confirm_through(user: User) -> bool:
    """Whether someone can show again who they are through the provider: who gives codes only where it is trusted to ask for as much."""
    link = await link_of(user.id)
    return link is not None and link.used and (await second_factor.wanted_of(user) != "code" or provider.chosen().trust_mfa)


async def confirm_through(token: str, begun: Begun, identity: Identity, *, by: User, session: int) -> str:
    """Note that whoever is signed in has just shown the provider who they are; the new token of their session. Raises Refused for another account,
    for one that was not asked again, and where a code is wanted as well."""
    linked = await DB.fetchrow(f"{_ACCOUNT} AND l.subject = $2", identity.issuer, identity.subject)
    if begun.session != session or linked is None or linked["id"] != by.id:
        raise Refused(NOT_THE_SAME)
    if identity.shown_at is None or identity.shown_at < begun.at - provider.LEEWAY:
        raise Refused(NOT_AGAIN)
    if not _enough(identity) and await second_factor.wanted_of(by) == "code":
        raise Refused(NOT_ENOUGH)
    fresh = new_token()
    async with write_transaction():
        changed = await DB.fetchval(
            "UPDATE session SET token_hash = $2, confirmed_at = $3 WHERE token_hash = $1 AND ended_at IS NULL RETURNING id",
            *(token_hash(token), token_hash(fresh), clock.now()),
        )
        if changed is None:
            raise NotSignedIn("Sign in to go on.")
        await record(EventName.SESSION_CONFIRMED, by=by, subject=("user", by.id), detail={"by": "provider"})
    return fresh


async def began_through(session: int | None) -> bool:
    """Whether a session began at the provider."""
    return session is not None and bool(await DB.fetchval("SELECT through IS NOT NULL FROM session WHERE id = $1", session))
