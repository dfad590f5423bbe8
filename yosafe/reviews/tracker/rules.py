"""What may become of an action. Pure."""

import datetime as dt

from yosafe.errors import Conflict, Refused
from yosafe.words import day


def check_open(done_on: dt.date | None, cancelled_on: dt.date | None) -> None:
    """Raise Conflict for an action that is done or cancelled."""
    if done_on is not None:
        raise Conflict(f"This action was done on {day(done_on)}.")
    if cancelled_on is not None:
        raise Conflict(f"This action was cancelled on {day(cancelled_on)}.")


def check_not_asked(asked_by: int | None) -> None:
    """Raise Conflict where cancelling waits for a second person already."""
    if asked_by is not None:
        raise Conflict("Somebody has asked to cancel it already. A second person decides first.")


def check_second(asked_by: int | None, *, by: int) -> None:
    """Raise Conflict where nobody asked to cancel, Refused where it was the same person."""
    if asked_by is None:
        raise Conflict("Nobody has asked to cancel this action.")
    if asked_by == by:
        raise Refused("You asked to cancel it. A second person, who runs the review, decides.")
