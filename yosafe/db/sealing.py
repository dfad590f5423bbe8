"""Content that is sealed before the database gets it: AES-256-GCM with keys that are not in the database (docs/adr/0037)."""

import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yosafe.errors import Conflict
from yosafe.settings import in_force

NONCE = 12  # bytes, at random: one key may seal 2**32 pieces

MISSING = (
    "This file is sealed with a key that this installation does not have. It is not lost: ask whoever runs yosafe to add the key "
    "of its time to YOSAFE_FILE_KEYS. `yosafe keys status` names those that are missing."
)
CHANGED = (
    "This file is not as it was written: a part of it was changed outside yosafe. Tell your data protection officer; the backups have it as it was."
)


class Sealed(NamedTuple):
    """What is to be kept, and the name of the key it is sealed with; None where the installation has no keys."""

    key: str | None
    content: bytes


def seal(content: bytes, *, place: str) -> Sealed:
    """Content sealed with the newest key, to be opened at the same `place` only: a piece moved to another row does not open there."""
    keys = in_force().file_keys
    if not keys:
        return Sealed(None, content)
    newest, nonce = keys[0], os.urandom(NONCE)
    return Sealed(newest.name, nonce + AESGCM(newest.secret).encrypt(nonce, content, place.encode()))


def unsealed(key: str | None, content: bytes, *, place: str) -> bytes:
    """The content as it was. Raises Conflict where its key is missing, or it was changed or moved."""
    if key is None:
        return content
    check_known([key])
    secret = next(one.secret for one in in_force().file_keys if one.name == key)
    try:
        return AESGCM(secret).decrypt(content[:NONCE], content[NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise Conflict(CHANGED) from None


def check_known(names: list[str | None]) -> None:
    """Raise Conflict where one of the keys is not set."""
    known = {None, *(one.name for one in in_force().file_keys)}
    if any(name not in known for name in names):
        raise Conflict(MISSING)
