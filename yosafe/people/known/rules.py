"""How long after what it was: delays in words. Pure."""

import datetime as dt

from yosafe import words

LATE = 2  # days from what happened to its being written down that are nothing to speak of


def days_between(first: dt.date, later: dt.date) -> int:
    return (later - first).days


def after(days: int, what: str) -> str:
    """ "on the day", "1 day after it happened", "3 days before it was recorded"."""
    if days == 0:
        return "on the same day"
    return f"{words.plural(abs(days), 'day')} {'after' if days > 0 else 'before'} {what}"
