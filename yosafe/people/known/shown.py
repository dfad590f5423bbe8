"""Who knew when, in words. Pure."""

import datetime as dt
from collections.abc import Sequence

from yosafe import words
from yosafe.clock import day_of
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .rules import after, days_between
from .schemas import How, KnownOut

HOW: dict[How, str] = {
    "referral": "was sent a referral that rests on it",
    "told": "was told",
    "share": "it was shared with them",
    "check": "was asked",
    "meeting": "came to a joint review that spoke of it",
    "notice": "read a notice of it",
    "read": "opened the record",
}
NOT_SHARED = "Nothing shows that others know."


def party(code: str, terminology: Terminology) -> str:
    """Whom a record says was told: "list:code" of a code list, such as "outcome:family_told"."""
    name, _, value = code.partition(":")
    return code_list(name).label(value, terminology).removesuffix(" told")


def recorded(day: dt.date, recorded_at: dt.datetime) -> str:
    """When it was written down, and how long after it happened."""
    on = day_of(recorded_at)
    return "Recorded on the same day." if on == day else f"Recorded on {words.day(on)}, {delay(day, recorded_at)}."


def delay(day: dt.date, recorded_at: dt.datetime) -> str:
    """How long after it happened it was written down: "on the same day", "2 days after it happened"."""
    return after(days_between(day, day_of(recorded_at)), "it happened")


def shared(known: Sequence[KnownOut]) -> str:
    """When another first knew of it, and how long after it was written down."""
    if not known:
        return NOT_SHARED
    first = known[0]
    others = f", and {words.plural(len(known) - 1, 'other')} later or on that day" if len(known) > 1 else ""
    return f"First known elsewhere on {words.day(first.on)}: {first.who} {HOW[first.how]}, {when(first)}{others}."


def said(one: KnownOut) -> str:
    """How it shows that they knew, and how long after it was written down: "Opened the record, 2 days after it was recorded"."""
    how = HOW[one.how]
    return f"{how[:1].upper()}{how[1:]}, {when(one)}"


def when(one: KnownOut) -> str:
    """How long after it was written down."""
    return after(one.days, "it was recorded")
