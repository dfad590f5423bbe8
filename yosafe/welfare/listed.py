"""What the list of what is due shows: its columns. Pure. The list is worked out, not read: its orders are those of `VALUES`."""

import datetime as dt
from collections.abc import Callable

from yosafe.lists.listed import Column
from yosafe.lists.ordering import sort
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment

from .schemas import DueFor

VALUES: dict[str, Callable[[DueFor], object]] = {
    "title": lambda one: one.title.casefold(),
    "name": lambda one: one.name.casefold(),
    "place": lambda one: establishment(one.establishment).name,
    "due": lambda one: one.due_on,
}


def columns() -> list[Column]:
    return [
        Column(
            id="title", title="Assessment", sort=sort(kinds=[str]),
            cells=(
                ("Assessment", lambda one, _: one.title), ("Assessment (code)", lambda one, _: one.instrument),
                ("Occasion", lambda one, terms: code_list("assessment_occasion").label(one.occasion, terms)),
                ("Occasion (code)", lambda one, _: one.occasion),
            ),
        ),
        Column(
            id="name", title="Young person", sort=sort(),
            cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(
            id="place", title="Held at", sort=sort(kinds=[str]),
            cells=(("Held at", lambda one, _: establishment(one.establishment).name), ("Held at (code)", lambda one, _: one.establishment)),
        ),
        Column(
            id="due", title="Time left", sort=sort(kinds=[dt.date]),
            cells=(("Since", lambda one, _: one.since), ("Due", lambda one, _: one.due_on), ("Time left", lambda one, _: one.words)),
        ),
        Column(title="State", cells=(("State", lambda one, _: one.state), ("Confirmed", lambda one, _: one.confirmed))),
    ]  # fmt: skip
