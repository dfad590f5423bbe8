"""The keys of backups, of the age format (https://age-encryption.org/v1): a private key opens one, its public half closes it."""

import os
from collections.abc import Sequence
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from yosafe.errors import Conflict, SettingsWrong
from yosafe.settings import Settings

NONE = (
    "No key for backups is set. `yosafe db backup-key FILE` makes one; name it in YOSAFE_BACKUP_KEY_FILE. "
    "Keep a copy of it where this machine's fate can't reach it: without it no backup can be opened."
)
NO_PRIVATE_KEY = (
    "Only the private key opens a backup: name its file in YOSAFE_BACKUP_KEY_FILE. YOSAFE_BACKUP_TO has public keys, which only close one."
)


def new_key(file: Path) -> str:
    """Write a new private key to a file that is not there yet, for its owner only; the public key. Raises Conflict."""
    identity = Identity.generate()
    public = str(identity.to_public())
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
            kept.write(f"# public key: {public}\n{identity}\n")
    except FileExistsError:
        raise Conflict(f"{file} is there already: a key is never overwritten. Name another file.") from None
    except OSError as fault:
        raise Conflict(f"{file} can't be written ({fault.strerror}). Name another file.") from None
    return public


def recipients(settings: Settings) -> list[Recipient]:
    """For whom a backup is closed: everyone named in YOSAFE_BACKUP_TO, and the private key's own. Raises SettingsWrong."""
    found = [identity.to_public() for identity in _identities(settings)]
    for one in settings.backup_to.replace(",", " ").split():
        try:
            found.append(Recipient.from_str(one))
        except pyrage.RecipientError:
            raise SettingsWrong("YOSAFE_BACKUP_TO: one of the keys is none. Write public keys that begin with age1, separated by commas.") from None
    if not found:
        raise SettingsWrong(NONE)
    return found


def identities(settings: Settings) -> list[Identity]:
    """The private keys that may open a backup: the present one and those before it. Raises SettingsWrong."""
    found = _identities(settings)
    if not found:
        raise SettingsWrong(NO_PRIVATE_KEY if settings.backup_to else NONE)
    return found


def _identities(settings: Settings) -> list[Identity]:
    lines: Sequence[str] = [line.strip() for line in settings.backup_key.splitlines()]
    try:
        return [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        raise SettingsWrong(
            "YOSAFE_BACKUP_KEY: this is no key for backups. A private key begins with AGE-SECRET-KEY-1; `yosafe db backup-key FILE` makes one."
        ) from None
