"""Notices to someone about their own account."""

from collections.abc import Sequence

from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor
from yosafe.db.sql import Sql
from yosafe.settings import Terminology

from .about import About, Place
from .events import Event
from .telling import tell_one

SUBJECT = "user"


async def tell_codes_taken(user_account: int, by: Actor) -> None:
    """Whoever's phone was taken away hears of it, so that they can say if they did not ask for it."""
    await tell_one(Event.CODES_TAKEN_AWAY, SUBJECT, user_account, by=by, users=[user_account])


async def tell_linked(user_account: int, by: Actor) -> None:
    """Whose account was linked with one elsewhere hears of it: whoever has that one signs in as them."""
    await tell_one(Event.IDENTITY_LINKED, SUBJECT, user_account, by=by, users=[user_account])


def _shows(user: User, column: str) -> Sql:
    return Sql(f"{column} = {{}}", user.id)


async def _places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
    return {number: Place(text="Your account", href="/account") for number in numbers}


ABOUT = About(kind=SUBJECT, shows=_shows, places=_places)
