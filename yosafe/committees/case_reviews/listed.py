"""What the list of serious case reviews shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.db.paging import Instant
from yosafe.db.sql import Sql
from yosafe.lists.listed import Column
from yosafe.lists.ordering import Sort, ranked, sort
from yosafe.people.listed import BY_NAME
from yosafe.reference.areas import area, areas

from . import shown

SORTS: dict[str, Sort] = {"recorded": sort("r.recorded_at", kinds=[Instant])}
STATE = "CASE WHEN r.decision IS NULL THEN 1 WHEN r.decision <> 'hold' THEN 4 WHEN r.completed_on IS NULL THEN 2 ELSE 3 END"


def columns(due: Sql) -> list[Column]:
    """`due`: the last day of the time limit that runs."""
    return [
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(("Review", lambda one, _: one.ref), ("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(
            id="area", title="Committee", sort=ranked("r.area", {one.code: one.name for one in areas()}),
            cells=(("Committee", lambda one, _: area(one.area).name), ("Committee (code)", lambda one, _: one.area)),
        ),
        Column(
            id="happened", title="What happened", down=True, sort=sort("r.happened_on", kinds=[dt.date]),
            cells=(("What happened", lambda one, _: shown.happened(one.happened)), ("Happened", lambda one, _: one.happened_on)),
        ),
        Column(
            id="due", title="Due", sort=sort(due, kinds=[dt.date], null=True),
            cells=(("Due", lambda one, _: one.due_on), ("Overdue", lambda one, _: one.overdue)),
        ),
        Column(
            id="state", title="State", sort=sort(STATE, kinds=[int]),
            cells=(
                ("State", lambda one, _: shown.STATES[one.state][0]), ("State (code)", lambda one, _: one.state),
                ("Recommendations not done", lambda one, _: one.open), ("Recommendations", lambda one, _: one.of),
            ),
        ),
    ]  # fmt: skip
