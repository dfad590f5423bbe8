"""What the list of missing papers shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment

from . import rules


def columns() -> list[Column]:
    papers = code_list(rules.LIST)
    return [
        Column(
            id="paper", title="Paper", sort=ranked("a.paper", papers.values()),
            cells=(("Paper", lambda one, terms: papers.label(one.paper, terms)), ("Paper (code)", lambda one, _: one.paper)),
        ),
        Column(title="Young person", cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name))),
        Column(
            id="arrived", title="Arrived", sort=sort("p.arrived_at", kinds=[dt.datetime]),
            cells=(
                ("Arrived", lambda one, _: one.arrived_on), ("Held at", lambda one, _: establishment(one.establishment).name),
                ("Days missing", lambda one, _: one.days),
            ),
        ),
        Column(title="Asked for", cells=(("Times asked", lambda one, _: one.asked), ("Last asked", lambda one, _: one.last_asked_on))),
        Column(id="ref", title="Record", sort=sort(kinds=[]), down=True, cells=(("Record", lambda one, _: one.ref),)),
    ]  # fmt: skip
