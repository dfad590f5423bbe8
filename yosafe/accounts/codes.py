"""One-time codes as phones make them (TOTP, RFC 6238: six digits, thirty seconds), and recovery codes for when the phone is gone. Pure."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
EITHER_WAY = 1  # steps by which the clock of a phone may be off
RECOVERY_CODES = 10
_PLAIN = str.maketrans("", "", " -\u2010\u2011\u2013\u00a0")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def secret_of(nonce: bytes, installation: bytes) -> bytes:
    """The secret that a phone and yosafe share: made of what the database holds and of what it does not."""
    return hmac.new(installation, b"yosafe one-time codes\0" + nonce, hashlib.sha256).digest()[:20]


def nonce_in(session: int, begun: bytes) -> bytes:
    """What the secret shown in one session is made of: whoever knows the password and opens the page too sees another than the owner."""
    return hashlib.sha256(begun + session.to_bytes(8)).digest()[:20]


def as_typed(secret: bytes) -> str:
    """The secret as someone types it who can't take a picture: base32, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, email: str, issuer: str = "yosafe") -> str:
    """What the picture holds that a phone reads."""
    key = as_typed(secret).replace(" ", "")
    return f"otpauth://totp/{quote(f'{issuer}:{email}', safe=':@')}?{urlencode({'secret': key, 'issuer': issuer})}"


def step_at(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // STEP


def code_at(secret: bytes, step: int) -> str:
    """RFC 4226, section 5.3."""
    digest = hmac.new(secret, step.to_bytes(8), hashlib.sha1).digest()
    at = digest[-1] & 15
    return str((int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, typed: str, *, now: dt.datetime, after: int | None) -> int | None:
    """The step whose code was typed, of those about now that come after the last that was used: a code is good once. None for any other text."""
    plain = typed.translate(_PLAIN).strip()
    found = None
    for step in range(step_at(now) - EITHER_WAY, step_at(now) + EITHER_WAY + 1):
        same = hmac.compare_digest(code_at(secret, step).encode(), plain.encode())  # each compared, so that time tells nothing
        found = step if same and (after is None or step > after) else found
    return found


def recovery_code() -> str:
    """80 random bits, to be written down: "K7QP-33MW-9RTA-ZC4B"."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def recovery_hash(typed: str) -> bytes:
    """What is kept of a recovery code. A plain hash is enough for 80 random bits."""
    return hashlib.sha256(typed.translate(_PLAIN).strip().upper().encode()).digest()
