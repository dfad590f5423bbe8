"""How often, how long and by what a record may be opened in an emergency. Pure."""

import datetime as dt

from yosafe import words
from yosafe.errors import FieldError

LASTS = dt.timedelta(hours=3)
WINDOW = dt.timedelta(hours=1)
MOST_TRIES = 5  # in WINDOW, whatever came of them
SHORTEST_REASON = 20
REVIEW_CLOCK = "break-glass-review"
OUTCOMES = {"proper": "Proper", "not_proper": "Not proper"}
CLOSED = "The record was open still, and was closed at once."


def wait(tries: int, oldest: dt.datetime | None, now: dt.datetime) -> int:
    """Seconds until another try is looked at; 0 when it may be now. `oldest`: the first of those inside WINDOW."""
    if oldest is None or tries < MOST_TRIES:
        return 0
    return max(1, int((oldest + WINDOW - now).total_seconds()))


def wait_words(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return (
        f"You tried {MOST_TRIES} times in an hour. Wait {words.plural(minutes, 'minute')}. If a child is in danger now, call the establishment or "
        "the emergency services."
    )


def ends(outcome: str, at: dt.datetime, until: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Until when a record that was opened `at` may be read after its review: where that found it not proper, no longer than until now."""
    return until if outcome == "proper" else max(min(until, now), at + dt.timedelta(microseconds=1))


def whom_faults(*, reference: str | None, family_name: str | None, given_names: str | None) -> list[FieldError]:
    """Whom is meant: a reference, or both names. The date of birth is asked for either way: a number alone opens nothing."""
    if reference or (family_name and given_names):
        return []
    if family_name or given_names:
        missing = "given_names" if family_name else "family_name"
        return [FieldError(missing, "Give the whole name as it is recorded, or the reference")]
    return [FieldError("young_person", "Give the reference of the young person, or their family name and given names")]
