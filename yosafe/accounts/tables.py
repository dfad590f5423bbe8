"""Agencies, users, sessions and keys. Secrets are kept as hashes only."""

from typing import Any

from piccolo.columns import Array, BigInt, BigSerial, Boolean, Bytea, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from yosafe.db.engine import DB


class Agency(Table, db=DB, tablename="agency"):
    """A YOI, a YOT, a local authority's social services, a committee, an inspectorate, or the operator of this installation."""

    id = BigSerial(primary_key=True, help_text="plain")
    code = Varchar(length=40, null=False, default=None, unique=True, help_text="plain")
    kind = Varchar(length=20, null=False, default=None, help_text="plain")
    name = Varchar(length=100, null=False, default=None, help_text="plain")
    area = Varchar(length=9, null=True, default=None, help_text="plain")
    establishment = Varchar(length=8, null=True, default=None, help_text="plain")
    created_at = Timestamptz(null=False, default=None, help_text="plain")
    closed_at = Timestamptz(null=True, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")


class UserAccount(Table, db=DB, tablename="user_account"):
    id = BigSerial(primary_key=True, help_text="plain")
    email = Varchar(length=254, null=False, default=None, help_text="personal")
    name = Varchar(length=100, null=False, default=None, help_text="personal")
    role = Varchar(length=20, null=False, default=None, help_text="plain")
    agency = ForeignKey(Agency, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    password_hash = Text(null=True, default=None, secret=True, help_text="restricted")
    disabled_at = Timestamptz(null=True, default=None, help_text="plain")
    created_at = Timestamptz(null=False, default=None, help_text="plain")
    version = Integer(null=False, default=1, help_text="plain")


class OneTimeLink(Table, db=DB, tablename="one_time_link"):
    """A link that lets its holder set a password, once."""

    id = BigSerial(primary_key=True, help_text="plain")
    token_hash = Bytea(null=False, default=None, unique=True, secret=True, help_text="restricted")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    made_at = Timestamptz(null=False, default=None, help_text="plain")
    expires_at = Timestamptz(null=False, default=None, help_text="plain")
    used_at = Timestamptz(null=True, default=None, help_text="plain")


class LinkedIdentity(Table, db=DB, tablename="linked_identity"):
    """That someone may sign in through an OpenID provider. `subject` is how it knows them; empty until they first do."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    issuer = Varchar(length=500, null=False, default=None, help_text="plain")
    subject = Varchar(length=255, null=True, default=None, help_text="personal")
    linked_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")


class Session(Table, db=DB, tablename="session"):
    id = BigSerial(primary_key=True, help_text="plain")
    token_hash = Bytea(null=False, default=None, unique=True, secret=True, help_text="restricted")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    started_at = Timestamptz(null=False, default=None, help_text="plain")
    seen_at = Timestamptz(null=False, default=None, help_text="plain")
    ends_at = Timestamptz(null=False, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    confirmed_at = Timestamptz(null=True, default=None, help_text="plain")
    awaits = Varchar(length=20, null=True, default=None, help_text="plain")
    address = Varchar(length=45, null=True, default=None, help_text="personal")
    browser = Varchar(length=100, null=True, default=None, help_text="personal")
    through = ForeignKey(LinkedIdentity, null=True, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")


class ApiKey(Table, db=DB, tablename="api_key"):
    id = BigSerial(primary_key=True, help_text="plain")
    key_hash = Bytea(null=False, default=None, unique=True, secret=True, help_text="restricted")
    name = Varchar(length=100, null=False, default=None, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    created_at = Timestamptz(null=False, default=None, help_text="plain")
    expires_at = Timestamptz(null=False, default=None, help_text="plain")
    last_used_at = Timestamptz(null=True, default=None, help_text="plain")
    revoked_at = Timestamptz(null=True, default=None, help_text="plain")
    scope = Array(Varchar(length=60), null=True, default=None, help_text="plain")
    replaces: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict, help_text="plain")


class SignInTry(Table, db=DB, tablename="sign_in_try"):
    """A try to sign in, kept for throttling: hashes of the account's name and of the address, no more."""

    id = BigSerial(primary_key=True, help_text="plain")
    account_hash = Bytea(null=False, default=None, help_text="personal")
    address_hash = Bytea(null=False, default=None, help_text="personal")
    at = Timestamptz(null=False, default=None, help_text="plain")
    succeeded = Boolean(null=False, default=None, help_text="plain")


class AnsweredRequest(Table, db=DB, tablename="answered_request"):
    """A write that came with an Idempotency-Key, and the answer it was given."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, help_text="plain")
    key = Varchar(length=200, null=False, default=None, help_text="plain")
    request_hash = Bytea(null=False, default=None, help_text="plain")
    at = Timestamptz(null=False, default=None, help_text="plain")
    status = SmallInt(null=True, default=None, help_text="plain")
    body = Bytea(null=True, default=None, help_text="special")
    etag = Varchar(length=20, null=True, default=None, help_text="plain")
    location = Varchar(length=200, null=True, default=None, help_text="plain")


class SignInCode(Table, db=DB, tablename="sign_in_code"):
    """A phone that makes codes for someone. The secret is made of `nonce` and of the installation's; `last_step` is that of the last code used."""

    id = BigSerial(primary_key=True, help_text="plain")
    user_account = ForeignKey(UserAccount, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    nonce = Bytea(null=False, default=None, secret=True, help_text="restricted")
    made_at = Timestamptz(null=False, default=None, help_text="plain")
    enrolled_at = Timestamptz(null=True, default=None, help_text="plain")
    ended_at = Timestamptz(null=True, default=None, help_text="plain")
    last_step = BigInt(null=True, default=None, help_text="plain")


class RecoveryCode(Table, db=DB, tablename="recovery_code"):
    """A code to be written down, for when the phone is gone. Each is good once."""

    id = BigSerial(primary_key=True, help_text="plain")
    sign_in_code = ForeignKey(SignInCode, null=False, default=None, on_delete=OnDelete.restrict, index=True, help_text="plain")
    code_hash = Bytea(null=False, default=None, unique=True, secret=True, help_text="restricted")
    used_at = Timestamptz(null=True, default=None, help_text="plain")
