"""Which papers are expected, and what may be said of one. Pure."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from yosafe.errors import Conflict, FieldError
from yosafe.reference.codes import code_list

NONE, CARE_PLAN = "none", "care_plan"
LIST = "arrival_paper"


class Paper(NamedTuple):
    """A paper as an arrival screen tells of it."""

    paper: str
    state: str
    came_on: dt.date | None


@cache
def expected() -> tuple[str, ...]:
    """The papers that every arrival should have."""
    return tuple(code.code for code in code_list(LIST).codes if code.group == "expected")


@cache
def known() -> tuple[str, ...]:
    return tuple(code for code in code_list(LIST).values() if code != NONE)


def papers_in(answers: Mapping[str, Any], *, arrived_on: dt.date) -> Iterator[Paper]:
    """Each paper that an arrival screen says has come, and each expected one that has not. Those who are looked after should have a care plan."""
    came = [paper for paper in answers.get("papers", ()) if paper != NONE]
    yield from (Paper(paper, *_when(answers, arrived_on)) for paper in came)
    wanted = (*expected(), CARE_PLAN) if answers.get("care_status") == "looked_after" else expected()
    yield from (Paper(paper, "awaited", None) for paper in wanted if paper not in came)


def _when(answers: Mapping[str, Any], arrived_on: dt.date) -> tuple[str, dt.date]:
    match answers.get("papers_when"):
        case "with_them":
            return "with_them", arrived_on
        case "later" if answers.get("papers_on"):
            return "came_later", dt.date.fromisoformat(answers["papers_on"])
    return "came_later", arrived_on


def adding_faults(paper: str, state: str, came_on: dt.date | None, *, arrived_on: dt.date, today: dt.date) -> list[FieldError]:
    faults = [] if paper in known() else [FieldError("paper", f"Select a paper: one of {', '.join(known())}")]
    if state == "came_later" and came_on is None:
        faults.append(FieldError("came_on", "Enter the day on which it came"))
    if state != "came_later" and came_on is not None:
        faults.append(FieldError("came_on", "Leave the day out, or say that it came later"))
    if came_on is not None:
        faults += day_faults("came_on", came_on, arrived_on=arrived_on, today=today)
    return faults


def step_faults(kind: str, happened_on: dt.date, whom: str | None, note: str | None, *, arrived_on: dt.date, today: dt.date) -> list[FieldError]:
    faults = day_faults("happened_on", happened_on, arrived_on=arrived_on, today=today)
    if kind == "asked" and not whom:
        faults.append(FieldError("whom", "Enter who was asked for it"))
    if kind == "not_coming" and not note:
        faults.append(FieldError("note", "Enter why it will not come"))
    return faults


def day_faults(key: str, day: dt.date, *, arrived_on: dt.date, today: dt.date) -> list[FieldError]:
    if day > today:
        return [FieldError(key, "The day must be today or in the past")]
    if day < arrived_on:
        return [FieldError(key, f"They arrived on {arrived_on:%-d %B %Y}: the day can't be before that")]
    return []


def check_awaited(state: str, kind: str) -> None:
    """Raise Conflict for a paper that has come. One that was not coming may come all the same."""
    if state in ("with_them", "came_later"):
        raise Conflict("This paper has come already. There is nothing more to record of it.")
    if state == "not_coming" and kind != "came":
        raise Conflict("It was recorded that this paper will not come. If it came all the same, record that.")


def days_missing(state: str, arrived_on: dt.date, *, today: dt.date) -> int:
    return (today - arrived_on).days if state == "awaited" else 0
