"""Records that have a reference: each feature says how one of its kind is loaded for a user, so that who types a reference goes straight there."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.errors import NotFound
from yosafe.people.access import get_young_person_for
from yosafe.refs import ref

_TYPED = re.compile(r"([A-Za-z]{2})\s*[-‐‑–]?\s*(\d{1,12})", re.ASCII)


class Finder(Struct, frozen=True, kw_only=True):
    """`load(user, reference)` is the access rule of the kind: it raises NotFound for what does not exist for the user. `path` is where the pages of
    such records are, with a slash at its end."""

    prefix: str
    permission: str
    path: str
    load: Callable[[User, str], Awaitable[Any]]


_FINDERS: dict[str, Finder] = {}


def register_finder(finder: Finder) -> None:
    """Called once for each kind of record, in yosafe/composition.py."""
    _FINDERS[finder.prefix] = finder


def prefixes(user: User) -> list[str]:
    """Of the kinds that a user may read."""
    return [finder.prefix for finder in _FINDERS.values() if user.may(finder.permission)]


def finder_of(reference: str) -> Finder | None:
    """Of the kind that a reference, as it is written, names; None for anything else."""
    return _FINDERS.get(reference[:2]) if reference_in(reference) == reference else None


def reference_in(typed: str) -> str | None:
    """The reference that someone typed, as it is written: "in 456" is IN-000456. None for anything else."""
    match = _TYPED.fullmatch(typed.strip())
    return ref(match[1].upper(), int(match[2])) if match and match[1].upper() in _FINDERS else None


async def page_of(user: User, reference: str) -> str | None:
    """Where the record of a reference is; None where it does not exist for this user."""
    finder = _FINDERS[reference[:2]]
    if not user.may(finder.permission):
        return None
    try:
        await finder.load(user, reference)
    except NotFound:
        return None
    return f"{finder.path}{reference}"


FINDER = Finder(prefix="YP", permission="young-person:read", path="/children/", load=get_young_person_for)
