"""What may be recorded of a serious case review, and when. Pure: days and codes in, answers out."""

import datetime as dt
from typing import Literal

from yosafe import words
from yosafe.errors import Conflict, FieldError
from yosafe.people.rules import past_faults

HOLD = "hold"
TOO_MANY = 10  # recommendations: more limit what comes of them (5.44)
State = Literal["asked", "held", "not_held", "completed"]


def state_of(decision: str | None, completed_on: dt.date | None) -> State:
    if decision is None:
        return "asked"
    if decision != HOLD:
        return "not_held"
    return "held" if completed_on is None else "completed"


def check_undecided(state: State) -> None:
    """Raise Conflict for a review about which it was decided."""
    if state != "asked":
        raise Conflict("This was decided, and the decision stays. If something new has come up, ask for a decision again.")


def check_held(state: State, *, completed: bool = False) -> None:
    """Raise Conflict unless a review is being held; `completed`: or was, for what goes on after its end."""
    if state != "held" and not (completed and state == "completed"):
        raise Conflict(
            {
                "asked": "It is not decided whether to hold this review. Record the decision first.",
                "not_held": "It was decided not to hold this review. Ask for a decision again if something new has come up.",
                "completed": "This review is completed: its panel and its recommendations stay as they are.",
            }.get(state, "This review is being held.")
        )


def decision_faults(*, decision: str, chair: str | None, decided_on: dt.date, happened_on: dt.date, today: dt.date) -> list[FieldError]:
    faults = [*past_faults("decided_on", decided_on, today=today), *_not_before("decided_on", decided_on, happened_on, "It happened on")]
    if decision == HOLD and chair is None:
        faults.append(FieldError("chair", "Enter who chairs the review"))
    if decision != HOLD and chair is not None:
        faults.append(FieldError("chair", "No review is held: leave the chair out"))
    return faults


def party_faults(*, asked_on: dt.date, due_on: dt.date, decided_on: dt.date, today: dt.date) -> list[FieldError]:
    faults = [*past_faults("asked_on", asked_on, today=today), *_not_before("asked_on", asked_on, decided_on, "The review was decided on")]
    return [*faults, *_not_before("due_on", due_on, asked_on, "It was asked for on")]


def after_faults(key: str, day: dt.date, *, first: dt.date, lead: str, today: dt.date) -> list[FieldError]:
    """What is wrong with the day of something that is done, and that began on a day."""
    return [*past_faults(key, day, today=today), *_not_before(key, day, first, lead)]


def completion_faults(
    *, completed_on: dt.date, published_on: dt.date | None, decided_on: dt.date, outstanding: int, today: dt.date
) -> list[FieldError]:
    """`outstanding`: management reviews that were not received."""
    faults = after_faults("completed_on", completed_on, first=decided_on, lead="The review was decided on", today=today)
    if published_on is not None:
        faults += after_faults("published_on", published_on, first=decided_on, lead="The review was decided on", today=today)
    if outstanding:
        waiting = words.plural(outstanding, "management review")
        faults.append(FieldError("completed_on", f"{waiting} still to be received: record them first"))
    return faults


def _not_before(key: str, day: dt.date, first: dt.date, lead: str) -> list[FieldError]:
    return [FieldError(key, f"{lead} {words.day(first)}: it can't be before that")] if day < first else []


def check_open(done_on: dt.date | None) -> None:
    """Raise Conflict for what was received or done already."""
    if done_on is not None:
        raise Conflict(f"This was recorded for {words.day(done_on)} already.")


def warning(recommendations: int) -> str | None:
    """What whoever recommends should know (5.44)."""
    if recommendations <= TOO_MANY:
        return None
    return f"{recommendations} recommendations: more than {TOO_MANY} limit what comes of a review (5.44). Keep those that matter most."
