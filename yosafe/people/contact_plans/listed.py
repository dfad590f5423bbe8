"""What the list of planned contacts shows: its columns. Pure. The list is worked out, not read: its orders are those of `VALUES`."""

import datetime as dt
from collections.abc import Callable

from yosafe.lists.listed import Column
from yosafe.lists.ordering import sort
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from .rules import every_words
from .schemas import PlanOut

VALUES: dict[str, Callable[[PlanOut, Terminology], object]] = {
    "name": lambda one, _: one.name.casefold(),
    "whom": lambda one, terms: whom(one, terms).casefold(),
    "due": lambda one, _: one.next_due_on,
    "owner": lambda one, _: one.owner.casefold(),
}


def whom(one: PlanOut, terminology: Terminology) -> str:
    return code_list("planned_with").label(one.from_whom, terminology)


def columns() -> list[Column]:
    return [
        Column(
            id="name", title="Young person", sort=sort(),
            cells=(
                ("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name),
                ("Held at", lambda one, _: establishment(one.establishment).name), ("Held at (code)", lambda one, _: one.establishment),
            ),
        ),
        Column(
            id="whom", title="Who", sort=sort(kinds=[str]),
            cells=(
                ("Who", whom), ("Who (code)", lambda one, _: one.from_whom),
                ("How", lambda one, terms: code_list("planned_way").label(one.way, terms)), ("How (code)", lambda one, _: one.way),
                ("How often", lambda one, _: every_words(one.every_days)),
            ),
        ),
        Column(
            title="How it stands",
            cells=(
                ("Since", lambda one, _: one.since), ("Planned", lambda one, _: one.planned), ("Made", lambda one, _: one.made),
                ("Missed", lambda one, _: one.missed), ("Last", lambda one, _: one.last_on),
            ),
        ),
        Column(
            id="due", title="Next due", sort=sort(kinds=[dt.date]),
            cells=(("Next due", lambda one, _: one.next_due_on), ("Days overdue", lambda one, _: one.overdue_days)),
        ),
        Column(id="owner", title="Sees to it", sort=sort(kinds=[str]), cells=(("Sees to it", lambda one, _: one.owner),)),
    ]  # fmt: skip
