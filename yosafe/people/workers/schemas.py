"""What comes in and goes out about named workers. Roles are the list `worker_role`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import Code
from yosafe.text import EMAIL, In, Name

AgencyName = Annotated[str, Meta(min_length=1, max_length=120)]
Telephone = Annotated[str, Meta(min_length=3, max_length=40)]
Email = Annotated[str, Meta(max_length=254, pattern=EMAIL)]


class NameWorker(In, kw_only=True):
    """Who works with a young person in a role from a day on; without a name: that nobody is named. Whoever was there before ends on that day."""

    role: Code
    name: Name | None = None
    agency_name: AgencyName | None = None
    telephone: Telephone | None = None
    email: Email | None = None
    since: dt.date


class ReachWorker(In, kw_only=True):
    """How they are reached from now on: all of it, what is left out is taken away."""

    agency_name: AgencyName | None = None
    telephone: Telephone | None = None
    email: Email | None = None


class EndWorker(In, kw_only=True):
    """The day from which they no longer work with the young person."""

    until: dt.date


class WorkerOut(Struct, kw_only=True):
    """`name` None: nobody was named."""

    id: int
    role: str
    name: str | None
    agency_name: str | None
    telephone: str | None
    email: str | None
    since: dt.date
    until: dt.date | None
    recorded_at: dt.datetime
    recorded_by: str
    ended_by: str | None
    version: int
