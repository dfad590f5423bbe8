"""Sign-in rules: pure."""

import datetime as dt
from collections.abc import Iterable

from yosafe.errors import FieldError

from .common import is_common
from .permissions import ROLES_OF, AgencyKind, Role
from .secrets import MAXIMUM_PASSWORD, MINIMUM_PASSWORD

IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=8)
CODE_WITHIN = dt.timedelta(minutes=10)  # of the password
CONFIRMED_FOR = dt.timedelta(minutes=10)
LINK_LASTS = dt.timedelta(days=3)
KEYS_BESIDE = dt.timedelta(days=7)  # how long an old key works beside the one that replaces it
SHORTEST_KNOWN, LEAST_BESIDE = 4, 8  # letters of a name that count, and characters that a password has beside them
WINDOW = dt.timedelta(minutes=15)
MAX_FAILURES_ACCOUNT = 6
MAX_FAILURES_ADDRESS = 30


def wait_before_next_try(account_failures: int, address_failures: int, *, oldest: dt.datetime | None, now: dt.datetime) -> int:
    """Seconds to wait before another try is looked at; 0 when it may be now. Failures are those inside WINDOW, `oldest` the first of them."""
    if oldest is None or (account_failures < MAX_FAILURES_ACCOUNT and address_failures < MAX_FAILURES_ADDRESS):
        return 0
    return max(1, int((oldest + WINDOW - now).total_seconds()))


def password_faults(password: str, *, email: str, names: Iterable[str] = ()) -> list[FieldError]:
    """Length, what is guessed first, and what others know of someone (`names`: theirs and their agency's); no rules about kinds of characters
    (NIST SP 800-63B)."""
    if len(password) < MINIMUM_PASSWORD:
        return [FieldError("password", f"Password must be {MINIMUM_PASSWORD} characters or more: three or four words you can remember are good")]
    if len(password) > MAXIMUM_PASSWORD:
        return [FieldError("password", f"Password must be {MAXIMUM_PASSWORD} characters or fewer")]
    known = [part for text in (email.split("@")[0], *names, "yosafe") for part in text.casefold().split() if len(part) >= SHORTEST_KNOWN]
    rest = password.casefold()
    for part in known:
        rest = rest.replace(part, "")
    if len(rest) < LEAST_BESIDE or email.split("@")[0].casefold() in password.casefold():
        return [FieldError("password", "Choose a password that is harder to guess: without your name, your address or that of where you work")]
    if is_common(password):
        return [
            FieldError(
                "password",
                "This password is among those that are guessed first. Three or four words that have nothing to do with each other are good",
            )
        ]
    return []


def role_fits(role: Role, kind: AgencyKind) -> bool:
    return role in ROLES_OF[kind]
