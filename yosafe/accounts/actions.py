"""Every change to agencies, users and keys. Raises Refused for a user whose role does not include it; the operator of this machine may."""

import datetime as dt
import secrets as random
from collections.abc import Iterator
from contextlib import contextmanager

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.reference.areas import area as reference_area
from yosafe.reference.establishments import establishment as reference_establishment

from . import rules, second_factor
from .access import check_actor_may
from .permissions import PERMISSIONS, AgencyKind, Role
from .schemas import AddAgency, AddUser, KeyMade, MakeKey
from .secrets import hash_password, new_token, token_hash
from .tables import Agency, ApiKey, OneTimeLink, UserAccount

BY_A_PERSON = frozenset({"break-glass:open"})  # what no key may
USERS, KEYS = "user:manage", "api-key:manage"
_COVERS_AREA = {AgencyKind.YOT, AgencyKind.SOCIAL_SERVICES, AgencyKind.ACPC}


def _place(new: AddAgency) -> tuple[str | None, str | None]:
    """The codes of the area and of the establishment that an agency covers, as the reference data spell them."""
    if new.kind in _COVERS_AREA:
        if not new.area:
            raise Invalid([FieldError("area", "Give the code of the area that this agency covers, for example E08000035 for Leeds")])
        with _on("area"):
            return reference_area(new.area).code, None
    if new.kind == AgencyKind.YOI:
        if not new.establishment:
            raise Invalid([FieldError("establishment", "Give the code of the establishment, for example WYI for Wetherby")])
        with _on("establishment"):
            return None, reference_establishment(new.establishment).code
    return None, None


@contextmanager
def _on(field: str) -> Iterator[None]:
    """Looking something up for a field. Raises Invalid on it where there is no such thing."""
    try:
        yield
    except NotFound as refusal:
        raise Invalid([FieldError(field, str(refusal))]) from None


async def add_agency(new: AddAgency, *, by: Actor) -> Agency:
    """Add an agency. Raises Invalid for a place that there is not or that does not fit its kind, Conflict if the short name is taken."""
    check_actor_may(by, "agency:manage")
    area, establishment = _place(new)
    async with write_transaction():
        if await Agency.exists().where(Agency.code == new.code):
            raise Conflict(f"There is already an agency called {new.code}. Choose another short name.")
        agency = Agency(
            code=new.code,
            kind=new.kind.value,
            name=new.name,
            area=area,
            establishment=establishment,
            created_at=clock.now(),
            closed_at=None,
            version=1,
        )
        await agency.save()
        await record(EventName.AGENCY_ADDED, by=by, subject=("agency", agency.id), detail={"code": new.code, "kind": new.kind.value})
    return agency


async def _agency_by_code(code: str) -> Agency:
    agency = await Agency.objects().get(Agency.code == code)
    if agency is None:
        raise Invalid([FieldError("agency", f"No agency {code}. `yosafe agency list` shows them.")])
    return agency


async def add_user(new: AddUser, *, by: Actor) -> tuple[UserAccount, str]:
    """Add a user; the account, and the token of the one-time link with which they set a password."""
    check_actor_may(by, USERS)
    async with write_transaction():
        agency = await _agency_by_code(new.agency)
        if not rules.role_fits(new.role, AgencyKind(agency.kind)):
            raise Invalid([FieldError("role", f"An agency of kind {agency.kind} has no {new.role.value}")])
        if await DB.fetchval("SELECT 1 FROM user_account WHERE lower(email) = lower($1)", new.email):
            raise Conflict("There is already an account with this email address.")
        account = UserAccount(
            email=new.email,
            name=new.name,
            role=new.role.value,
            agency=agency.id,
            password_hash=None,
            disabled_at=None,
            created_at=clock.now(),
            version=1,
        )
        await account.save()
        token = await _make_link(account.id)
        await record(EventName.USER_ADDED, by=by, subject=("user", account.id), detail={"role": new.role.value, "agency": agency.id})
    return account, token


async def _make_link(user_account: int) -> str:
    token = new_token()
    await DB.execute("UPDATE one_time_link SET used_at = $2 WHERE user_account = $1 AND used_at IS NULL", user_account, clock.now())
    await OneTimeLink(
        token_hash=token_hash(token), user_account=user_account, made_at=clock.now(), expires_at=clock.now() + rules.LINK_LASTS, used_at=None
    ).save()
    return token


async def _account(email: str) -> UserAccount:
    row = await DB.fetchrow("SELECT id FROM user_account WHERE lower(email) = lower($1)", email)
    account = await UserAccount.objects().get(UserAccount.id == row["id"]) if row else None
    if account is None:
        raise NotFound(f"No account {email}. `yosafe user list` shows them.")
    return account


async def disable_user(email: str, *, by: Actor) -> None:
    """Shut an account: its sessions and keys end at once. What the person recorded stays theirs."""
    check_actor_may(by, USERS)
    async with write_transaction():
        account = await _account(email)
        if account.disabled_at is not None:
            raise Conflict("This account is already disabled.")
        await DB.execute("UPDATE user_account SET disabled_at = $2, version = version + 1 WHERE id = $1", account.id, clock.now())
        keys = await _shut_out(account.id)
        await record(EventName.USER_DISABLED, by=by, subject=("user", account.id), detail={"keys": keys})


async def reset_user(email: str, *, by: Actor) -> tuple[str, int]:
    """Take away the password, every session and every key; the token of a new one-time link, and how many keys there were.
    Opens a disabled account again."""
    check_actor_may(by, USERS)
    async with write_transaction():
        account = await _account(email)
        await DB.execute("UPDATE user_account SET password_hash = NULL, disabled_at = NULL, version = version + 1 WHERE id = $1", account.id)
        await second_factor.forget_begun(account.id)
        keys = await _shut_out(account.id)
        token = await _make_link(account.id)
        await record(EventName.USER_RESET, by=by, subject=("user", account.id), detail={"keys": keys})
    return token, len(keys)


async def _shut_out(user_account: int) -> list[int]:
    """End every session and every key of an account; the ids of those keys."""
    now = clock.now()
    await DB.execute("UPDATE session SET ended_at = $2 WHERE user_account = $1 AND ended_at IS NULL", user_account, now)
    revoked = await DB.fetch("UPDATE api_key SET revoked_at = $2 WHERE user_account = $1 AND revoked_at IS NULL RETURNING id", user_account, now)
    return sorted(row["id"] for row in revoked)


async def check_link(token: str) -> UserAccount:
    """The account of a one-time link. Raises NotFound when it is used, out of date or unknown."""
    row = await DB.fetchrow(
        "SELECT user_account FROM one_time_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2", token_hash(token), clock.now()
    )
    account = await UserAccount.objects().get(UserAccount.id == row["user_account"]) if row else None
    if account is None or account.disabled_at is not None:
        raise NotFound("This link has been used or is out of date. Ask your administrator for a new one.")
    return account


async def set_password(token: str, password: str) -> None:
    """Set a password through a one-time link, which is then used up. Raises NotFound for the link, Invalid for the password."""
    account = await check_link(token)
    agency = await DB.fetchval("SELECT name FROM agency WHERE id = $1", account.agency)
    if faults := rules.password_faults(password, email=account.email, names=(account.name, agency)):
        raise Invalid(faults)
    password_hash = await hash_password(password)
    async with write_transaction():
        used = await DB.fetchval(
            "UPDATE one_time_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL RETURNING id", token_hash(token), clock.now()
        )
        if used is None:
            raise NotFound("This link has been used. Ask your administrator for a new one.")
        await DB.execute("UPDATE user_account SET password_hash = $2, version = version + 1 WHERE id = $1", account.id, password_hash)
        await record(EventName.PASSWORD_SET, by=None, subject=("user", account.id))


async def make_key(new: MakeKey, *, by: Actor) -> KeyMade:
    """Make an API key that acts for a user. The key is in the answer and nowhere else. Raises Invalid for what that user, or any key, may not."""
    check_actor_may(by, KEYS)
    async with write_transaction():
        account = await _account(new.email)
        if beyond := sorted({*(new.scope or ())} - (PERMISSIONS[Role(account.role)] - BY_A_PERSON)):
            raise Invalid([FieldError("scope", f"A key for this user can't have: {', '.join(beyond)}")])
        made = await _add_key(account.id, new.name, sorted({*new.scope}) if new.scope else None, dt.timedelta(days=new.days), None)
        await record(EventName.KEY_MADE, by=by, subject=("api-key", made.id), detail={"for": account.id, "scope": new.scope or []})
    return made


async def rotate_key(key_id: int, *, by: Actor, of: int | None = None) -> KeyMade:
    """A new key in place of another, with its name, scope and as many days; the old one works for seven more days, or until it would have ended.
    `of`: whose it must be. Raises NotFound for a key that does not work, Conflict for one that has been replaced."""
    check_actor_may(by, KEYS)
    now = clock.now()
    async with write_transaction():
        old = await DB.fetchrow(f"SELECT * FROM api_key k WHERE k.id = $1 AND {_WORKS} AND k.expires_at > $3 FOR UPDATE", _number(key_id), of, now)
        if old is None:
            raise NotFound(NO_KEY)
        if await DB.fetchval("SELECT EXISTS (SELECT FROM api_key WHERE replaces = $1 AND revoked_at IS NULL)", key_id):
            raise Conflict("There is a new key in place of this one already. End that one first if it was lost.")
        # One that was replaced by a key since lost ends within the week: the lost one has the days that it was made for.
        lost = await DB.fetchval("SELECT max(expires_at - created_at) FROM api_key WHERE replaces = $1", key_id)
        made = await _add_key(old["user_account"], old["name"], old["scope"], lost or old["expires_at"] - old["created_at"], key_id)
        await DB.execute("UPDATE api_key SET expires_at = least(expires_at, $2) WHERE id = $1", key_id, now + rules.KEYS_BESIDE)
        await record(EventName.KEY_ROTATED, by=by, subject=("api-key", made.id), detail={"for": old["user_account"], "replaces": key_id})
    return made


async def _add_key(user_account: int, name: str, scope: list[str] | None, lasts: dt.timedelta, replaces: int | None) -> KeyMade:
    key, now = f"yosafe_{random.token_urlsafe(32)}", clock.now()
    row = ApiKey(
        key_hash=token_hash(key), name=name, user_account=user_account, created_at=now, expires_at=now + lasts, last_used_at=None, revoked_at=None,
        scope=scope, replaces=replaces,
    )  # fmt: skip
    await row.save()
    return KeyMade(id=row.id, key=key, expires_at=now + lasts)


async def revoke_key(key_id: int, *, by: Actor, of: int | None = None) -> None:
    """End an API key. `of`: whose it must be. Raises NotFound for one that does not work."""
    check_actor_may(by, KEYS)
    async with write_transaction():
        revoked = await DB.fetchval(
            f"UPDATE api_key k SET revoked_at = $3 WHERE k.id = $1 AND {_WORKS} RETURNING id", _number(key_id), of, clock.now()
        )
        if revoked is None:
            raise NotFound(NO_KEY)
        await record(EventName.KEY_REVOKED, by=by, subject=("api-key", key_id))


_WORKS = "k.revoked_at IS NULL AND ($2::bigint IS NULL OR k.user_account = $2)"
NO_KEY = "No working API key with this number."


def _number(key_id: int) -> int:
    return key_id if 0 < key_id < 2**63 else 0
