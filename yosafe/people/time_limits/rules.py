"""When a time limit may be paused, voided, and run again. Pure."""

import datetime as dt
from enum import StrEnum

from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.text import alike


class Held(StrEnum):
    PAUSED = "paused"
    VOIDED = "voided"


HELD_TITLES: dict[Held, str] = {Held.PAUSED: "Paused", Held.VOIDED: "Voided"}
NOT_RUNNING = "This time limit does not run any more: it was met, or stopped. There is nothing to pause or to void."
IS_HELD = "This time limit is paused or voided already. Let it run again first."
NOT_HELD = "This time limit is neither paused nor voided, so it can't be let run again."
IS_LATE = (
    "Its day has passed, and pausing it would hide that. Say why it is late where the work is recorded; void it only if it should never have run"
)


def check_can_hold(kind: Held, *, ended: bool, held: str | None, due_on: dt.date, today: dt.date) -> None:
    """Raise Conflict where it does not run, or is held already; Invalid for pausing what is late: late stays late."""
    if ended:
        raise Conflict(NOT_RUNNING)
    if held is not None:
        raise Conflict(IS_HELD)
    if kind is Held.PAUSED and due_on < today:
        raise Invalid([FieldError("kind", IS_LATE)])


def check_second_person(name: str, recorder: str) -> None:
    """Raise Invalid where the one with whom it was agreed is the one who records it."""
    if alike(name, recorder):
        raise Invalid([FieldError("agreed_with", "Name someone else: it needs a second person")])


def check_can_resume(*, ended: bool, held: str | None) -> None:
    """Raise Conflict where it does not run any more, or is not held."""
    if ended:
        raise Conflict(NOT_RUNNING)
    if held is None:
        raise Conflict(NOT_HELD)
