"""What the lists of young people and of time limits show: their columns, and the orders that they give. Pure."""

import datetime as dt
from functools import cache

from yosafe.db.paging import Instant
from yosafe.db.sql import Sql
from yosafe.lists.listed import Column
from yosafe.lists.ordering import Sort, ranked, sort
from yosafe.reference import rule_sets
from yosafe.reference.areas import area, areas
from yosafe.reference.establishments import establishment, establishments

KEY = ("now_at.id IS NULL", "lower(yp.family_name)", "lower(yp.given_names)")
BY_NAME = sort("lower(yp.family_name)", "lower(yp.given_names)")


@cache
def place_names() -> dict[str, str]:
    """Every establishment by its code, for orders and filters."""
    return {place.code: place.name for place in establishments()}


@cache
def area_names() -> dict[str, str]:
    return {one.code: one.name for one in areas()}


def child_columns(next_due: Sql) -> list[Column]:
    """`next_due`: the day on which the first of someone's time limits runs out, of those that the viewer may know of."""
    return [
        Column(
            id="name", title="Child", sort=BY_NAME,
            cells=(
                ("Young person", lambda one, _: one.ref), ("Name", lambda one, _: one.name), ("Known as", lambda one, _: one.known_as),
                ("Other names", lambda one, _: one.other_names),
            ),
        ),
        Column(
            id="age", title="Age", number=True, sort=sort("-(yp.date_of_birth - date '2000-01-01')"),
            cells=(("Age", lambda one, _: one.age), ("Date of birth", lambda one, _: one.date_of_birth)),
        ),
        Column(
            id="place", title="Held at", sort=ranked("now_at.establishment", place_names(), null=True),
            cells=(
                ("Held at", lambda one, _: establishment(one.establishment).name if one.establishment else "Not held"),
                ("Held at (code)", lambda one, _: one.establishment), ("Unit", lambda one, _: one.unit),
            ),
        ),
        Column(
            id="arrived", title="Arrived", down=True, sort=sort("now_at.arrived_at", kinds=[Instant], null=True),
            cells=(("Arrived", lambda one, _: one.arrived_at),),
        ),
        Column(
            id="home", title="Home", sort=ranked("yp.home_area", area_names()),
            cells=(("Home", lambda one, _: area(one.home_area).name), ("Home (code)", lambda one, _: one.home_area)),
        ),
        Column(
            id="due", title="Next due", sort=sort(next_due, kinds=[dt.date], null=True),
            cells=(("Next due", lambda one, _: one.next_due_on), ("Overdue", lambda one, _: one.overdue)),
        ),
    ]  # fmt: skip


CHILD_SORTS: dict[str, Sort] = {"held": sort(*KEY), "recorded": sort(kinds=[])}


def clock_columns() -> list[Column]:
    return [
        Column(
            id="title", title="Time limit", sort=ranked("c.clock", rule_sets.clock_titles()),
            cells=(
                ("Time limit", lambda one, _: one.title), ("Time limit (code)", lambda one, _: one.clock), ("Rules", lambda one, _: one.rules),
                ("Confirmed", lambda one, _: one.confirmed), ("Record", lambda one, _: one.subject),
            ),
        ),
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(title="Who is to meet it", cells=(("Who is to meet it", lambda one, _: one.owner),)),
        Column(
            id="due", title="Time left", sort=sort("c.due_on", kinds=[dt.date]),
            cells=(
                ("Started", lambda one, _: one.started_on), ("Due", lambda one, _: one.due_on), ("Met", lambda one, _: one.met_on),
                ("Time left", lambda one, _: one.words),
            ),
        ),
        Column(title="State", cells=(("State", lambda one, _: one.state), ("Stopped because", lambda one, _: one.stopped_reason))),
    ]  # fmt: skip


CLOCK_SORTS: dict[str, Sort] = {
    "met": sort("c.met_at", kinds=[Instant], null=True),
    "stopped": sort("c.stopped_at", kinds=[Instant], null=True),
}
