"""What the forms about time out ask."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yosafe.clock import LONDON
from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Kind, Question
from yosafe.people.questions import moment

LONGEST_PLACE = 120

PLACE = Question(
    name="place", kind=Kind.TEXT, label="Where?", called="where they are", hint="Which court, hospital or other place", max_length=LONGEST_PLACE,
    required=True, width=30,
)  # fmt: skip
ESCORT = Question(
    name="escort", kind=Kind.TEXT, label="Who is with them?", called="who is with them", hint="Staff, an escort contractor, family, or “alone”",
    max_length=LONGEST_PLACE, required=True, width=30,
)  # fmt: skip
EXPECTED = (
    Question(
        name="expected_on", kind=Kind.DATE, label="Day expected back", called="the day they are expected", hint="Leave it blank if nobody knows"
    ),
    Question(name="expected_time", kind=Kind.TIME, label="Time expected back", called="the time they are expected", hint="For example, 5:30pm"),
)
START = (
    Question(name="reason", kind=Kind.RADIOS, label="Why are they out?", called="why they are out", code_list="time_out_reason", required=True),
    PLACE,
    ESCORT,
    Question(name="left_on", kind=Kind.DATE, label="Day they went", called="the day they went", past=True, required=True),
    Question(name="left_time", kind=Kind.TIME, label="Time they went", called="the time they went", hint="For example, 9:10am", required=True),
    *EXPECTED,
    Question(name="note", kind=Kind.TEXTAREA, label="Anything that others should know", short="Note", called="the note", rows=3),
)
CHANGE = (PLACE, ESCORT, *EXPECTED)
RETURN = (
    Question(name="returned_on", kind=Kind.DATE, label="Day they came back", called="the day they came back", past=True, required=True),
    Question(name="returned_time", kind=Kind.TIME, label="Time they came back", called="the time they came back", hint="For example, 4:45pm",
             required=True),
    Question(
        name="concern", kind=Kind.YES_NO, label="Is there an injury, or anything to worry about?", short="Injury or concern",
        called="whether there is an injury or a concern", hint="Look, and ask the young person. If yes, you are led to record an incident next",
        required=True,
    ),
    Question(
        name="note", kind=Kind.TEXTAREA, label="How are they?", called="how they are", rows=4,
        hint="What they say of the day, what the court or hospital decided, medicines, what they ate",
    ),
)  # fmt: skip


def expected(answers: Mapping[str, Any]) -> dt.datetime | None:
    """When they are expected: both parts, or neither. Raises Invalid for one without the other."""
    day, time = answers.get("expected_on"), answers.get("expected_time")
    if day and time:
        return moment(day, time)
    if day:
        raise Invalid([FieldError("expected_time", "Enter the time they are expected, or leave the day blank too")])
    if time:
        raise Invalid([FieldError("expected_on", "Enter the day they are expected, or leave the time blank too")])
    return None


def parts(prefix: str, at: dt.datetime | None) -> dict[str, str]:
    """An instant as the answers of a day and a time."""
    if at is None:
        return {}
    local = at.astimezone(LONDON)
    return {f"{prefix}_on": local.date().isoformat(), f"{prefix}_time": local.strftime("%H:%M")}
