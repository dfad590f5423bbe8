"""What comes in and goes out about planned contacts. Codes are the lists `planned_with` and `planned_way`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.accounts.permissions import AgencyKind
from yosafe.people.schemas import Code, Note
from yosafe.text import In, Line, Reason


class PlanContacts(In, kw_only=True):
    """How often someone is to be in touch from a day on. A plan with the same people in the same way ends on that day."""

    from_whom: Code
    way: Code
    every_days: Annotated[int, Meta(ge=1, le=366, description="The longest time between two contacts, in days: 28 for every 4 weeks")]
    agreed_by: Line
    note: Note | None = None
    since: dt.date


class EndPlan(In, kw_only=True):
    """The day on which a plan ended, and why."""

    until: dt.date
    reason: Reason


class PlanOut(Struct, kw_only=True):
    """A plan, and how it stands today. `planned`: how many contacts there should have been by now while they were held; `missed`: how many times
    nobody was in touch. `next_due_on` is null where nothing is due. `owed_by` is the agency that sees to it, by kind, and `owner` in words."""

    id: int
    young_person: str
    name: str
    establishment: str | None
    from_whom: str
    way: str
    every_days: int
    agreed_by: str
    note: str | None
    since: dt.date
    until: dt.date | None
    ended_reason: str | None
    planned: int
    made: int
    missed: int
    last_on: dt.date | None
    next_due_on: dt.date | None
    overdue_days: int
    owed_by: AgencyKind
    owner: str
    recorded_by: str
    version: int
