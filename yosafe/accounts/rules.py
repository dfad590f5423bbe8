"""Sign-in rules: pure."""

import datetime as dt

from yosafe.errors import FieldError

from .permissions import ROLES_OF, AgencyKind, Role
from .secrets import MAXIMUM_PASSWORD, MINIMUM_PASSWORD

IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=8)
CONFIRMED_FOR = dt.timedelta(minutes=10)
LINK_LASTS = dt.timedelta(days=3)
KEY_LASTS = dt.timedelta(days=365)
WINDOW = dt.timedelta(minutes=15)
MAX_FAILURES_ACCOUNT = 6
MAX_FAILURES_ADDRESS = 30


def wait_before_next_try(account_failures: int, address_failures: int, *, oldest: dt.datetime | None, now: dt.datetime) -> int:
    """Seconds to wait before another try is looked at; 0 when it may be now. Failures are those inside WINDOW, `oldest` the first of them."""
    if oldest is None or (account_failures < MAX_FAILURES_ACCOUNT and address_failures < MAX_FAILURES_ADDRESS):
        return 0
    return max(1, int((oldest + WINDOW - now).total_seconds()))


def password_faults(password: str, *, email: str) -> list[FieldError]:
    """Length and the obvious; no rules about kinds of characters (NIST SP 800-63B)."""
    if len(password) < MINIMUM_PASSWORD:
        return [FieldError("password", f"Password must be {MINIMUM_PASSWORD} characters or more: three or four words you can remember are good")]
    if len(password) > MAXIMUM_PASSWORD:
        return [FieldError("password", f"Password must be {MAXIMUM_PASSWORD} characters or fewer")]
    if email.split("@")[0].casefold() in password.casefold() or len(set(password)) < 4:
        return [FieldError("password", "Choose a password that is harder to guess: not your name, not one character repeated")]
    return []


def role_fits(role: Role, kind: AgencyKind) -> bool:
    return role in ROLES_OF[kind]
