"""Passwords and tokens: how they are made, kept and compared. No I/O but the work of hashing."""

import asyncio
import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 256

_hasher = PasswordHasher()  # the library's defaults are RFC 9106's low-memory profile: 64 MiB, 3 passes
_at_once = asyncio.Semaphore(2)  # hashing is slow and takes 64 MiB each on purpose: two at a time


def new_token() -> str:
    """256 bits, as text that can go in a cookie, a header or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token. A plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


async def hash_password(password: str) -> str:
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Takes as long when there is no such account, so that time tells nothing."""
    async with _at_once:
        return await asyncio.to_thread(_matches, password, password_hash or _nobodys_hash()) and password_hash is not None


def _matches(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
