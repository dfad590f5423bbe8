"""What an installation decides about signing in: how long a session lasts, and who gives a code besides the password. Set once, from the settings, by
whatever starts yosafe; what is not told has the values that the docs name, and asks nobody for a code. And from when on reading
is shown as unusual."""

import datetime as dt
import secrets

from msgspec import Struct

from yosafe.settings import OidcSettings, Settings

from . import rules
from .permissions import Role


class Unusual(Struct, frozen=True, kw_only=True):
    """From how many young people's records in a day, and in a night, reading is shown as unusual; and from what hour to what hour it is night."""

    records: int = 40
    night_records: int = 5
    night_from: int = 22
    night_to: int = 6


class Policy(Struct, frozen=True, kw_only=True):
    """`idle` and `absolute`: how long a session lasts without use, and at all; `confirmed_for`:
    for how long someone need not show again who they are. `codes_for`: roles that sign in with a code too. `secret` is
    that of the installation: what the secrets of code apps are made from, so that the database alone gives none away. `oidc`: the provider through
    which people may sign in."""

    idle: dt.timedelta = rules.IDLE
    absolute: dt.timedelta = rules.ABSOLUTE
    confirmed_for: dt.timedelta = rules.CONFIRMED_FOR
    codes_for: frozenset[Role] = frozenset()
    secret: bytes
    unusual: Unusual = Unusual()
    oidc: OidcSettings | None = None


_now = Policy(secret=secrets.token_bytes(32))


def policy() -> Policy:
    return _now


def provider_name() -> str | None:
    """What people call the service through which they may sign in; None where there is none."""
    return _now.oidc.name if _now.oidc else None


def set_policy(settings: Settings) -> None:
    """Called once by whatever starts yosafe. A demo asks nobody for a code: its passwords are printed, and nobody in it is real."""
    global _now  # one installation for each process, as there is one database
    _now = Policy(
        idle=dt.timedelta(minutes=settings.session_idle_minutes),
        absolute=dt.timedelta(hours=settings.session_hours),
        confirmed_for=dt.timedelta(minutes=settings.confirm_minutes),
        codes_for=frozenset() if settings.demo else frozenset(Role(name) for name in settings.codes_for),
        secret=settings.secret_key.encode(),
        unusual=Unusual(
            records=settings.unusual_records,
            night_records=settings.unusual_night_records,
            night_from=settings.night_from,
            night_to=settings.night_to,
        ),
        oidc=settings.oidc,
    )
