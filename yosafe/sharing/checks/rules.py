"""What a check is, and when several are many. Pure: days and codes in, answers out."""

import datetime as dt
from typing import Literal

from yosafe.errors import Conflict, FieldError
from yosafe.people.rules import past_faults

REPEAT_DAYS = 90  # of enquiries by whomever (6.36); the flag of repeated enquiries has the same as its default
ON_REGISTER = "on_register"
State = Literal["waiting", "answered"]


def state_of(answer: str | None) -> State:
    return "waiting" if answer is None else "answered"


def answer_faults(*, answer: str, category: str | None, answered_on: dt.date, asked_on: dt.date, today: dt.date) -> list[FieldError]:
    """What is wrong with an answer to what was asked on a day."""
    faults = past_faults("answered_on", answered_on, today=today)
    if answered_on < asked_on:
        faults.append(FieldError("answered_on", f"It was asked on {asked_on:%-d %B %Y}: the answer came on that day or later"))
    if answer == ON_REGISTER and category is None:
        faults.append(FieldError("category", "Select under which category: it is part of the answer"))
    if answer != ON_REGISTER and category is not None:
        faults.append(FieldError("category", "Only a young person on the register has a category: leave it out"))
    return faults


def check_waiting(answer: str | None) -> None:
    """Raise Conflict for a check that was answered."""
    if answer is not None:
        raise Conflict("This was answered, and the answer stays. If the authority was asked again, record that as another check.")


def counted_since(today: dt.date) -> dt.date:
    """The first of the days in which enquiries are counted together."""
    return today - dt.timedelta(days=REPEAT_DAYS - 1)
