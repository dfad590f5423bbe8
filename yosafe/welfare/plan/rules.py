"""What a need in a plan must say. Pure."""

import datetime as dt

from yosafe.errors import Conflict, FieldError
from yosafe.people.rules import faults_of
from yosafe.reference.codes import code_list


def plan_faults(*, owner: str, target_on: dt.date, today: dt.date, topic: str | None = None) -> list[FieldError]:
    """Faults of what will be done: codes that there are, and a day that is still to come."""
    faults = faults_of(code_list("need_owner").check, owner, today, key="owner")
    if topic is not None:
        faults += faults_of(code_list("need_topic").check, topic, today, key="topic")
    if target_on < today:
        faults.append(FieldError("target_on", "The day by which it is to be done must be today or in the future"))
    return faults


def closing_faults(*, came_of: str, closed_on: dt.date, since: dt.date, today: dt.date) -> list[FieldError]:
    faults = faults_of(code_list("need_outcome").check, came_of, closed_on, key="came_of")
    if closed_on > today:
        faults.append(FieldError("closed_on", "The day on which it was closed must be today or in the past"))
    if closed_on < since:
        faults.append(FieldError("closed_on", f"The need was recorded on {since:%-d %B %Y}: it can't have been closed before"))
    return faults


def check_open(closed_on: dt.date | None) -> None:
    """Raise Conflict for a need that is closed."""
    if closed_on is not None:
        raise Conflict(f"This need was closed on {closed_on:%-d %B %Y}. It stays as it was: if there is a need again, add it anew.")


def days_late(target_on: dt.date, closed_on: dt.date | None, *, today: dt.date) -> int:
    return max(0, (today - target_on).days) if closed_on is None else 0
