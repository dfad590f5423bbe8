"""Some things ask that whoever is signed in shows once more that they are who they are: a computer left open is not enough for them."""

import datetime as dt
from typing import Any

from litestar.connection import ASGIConnection

from yosafe import clock
from yosafe.accounts.policy import policy
from yosafe.errors import NotConfirmed, Refused

# Permissions of which every route asks for it. A list asks where it becomes a file, in `web/listing.py`; other files by `takes_out`.
STEP_UP = frozenset({"list:export", "chronology:export", "referral:export", "break-glass:open", "retention:destroy"})
CONFIRM_FIRST = "Confirm that it is you, at /confirm, and do this again."


def takes_out(permission: str) -> dict[str, Any]:
    """What a route says that gives a file away: who may, and that whoever asks has shown of late that they are who they are."""
    return {"permission": permission, "confirm": True}


def check_confirmed(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raise NotConfirmed where someone signed in by cookie has not shown who they are in the last minutes. A key was given out for what it does."""
    confirmed_at: dt.datetime | None = connection.scope["state"].get("confirmed_at")
    if confirmed_at is not None and confirmed_at + policy().confirmed_for < clock.now():
        raise NotConfirmed(CONFIRM_FIRST)


def check_in_person(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raise Refused for a script with an API key: a person does this, and shows who they are."""
    if connection.scope["state"].get("confirmed_at") is None:
        raise Refused("This is not done with an API key. Sign in and do it yourself.")
