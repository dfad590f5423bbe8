"""What the list of needs shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology


def columns(terminology: Terminology) -> list[Column]:
    topics, owners, outcomes = (code_list(name) for name in ("need_topic", "need_owner", "need_outcome"))
    return [
        Column(
            title="Young person",
            cells=(
                ("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name),
                ("Held at", lambda one, _: establishment(one.establishment).name if one.establishment else None),
            ),
        ),
        Column(
            id="topic", title="Need", sort=ranked("n.topic", topics.values()),
            cells=(
                ("About", lambda one, terms: topics.label(one.topic, terms)), ("About (code)", lambda one, _: one.topic),
                ("Need", lambda one, _: one.need), ("What will be done", lambda one, _: one.will_do),
            ),
        ),
        Column(
            id="owner", title="By whom", sort=ranked("n.owner", owners.values()),
            cells=(
                ("Whose part", lambda one, terms: owners.label(one.owner, terms)), ("Whose part (code)", lambda one, _: one.owner),
                ("By whom", lambda one, _: one.owner_name),
            ),
        ),
        Column(
            id="target", title="By when", sort=sort("n.target_on", kinds=[dt.date]),
            cells=(
                ("By when", lambda one, _: one.target_on), ("Days late", lambda one, _: one.days_late), ("Closed", lambda one, _: one.closed_on),
                ("What came of it", lambda one, terms: outcomes.label(one.came_of, terms) if one.came_of else None),
            ),
        ),
        Column(id="ref", title="Record", sort=sort(kinds=[]), down=True, cells=(("Record", lambda one, _: one.ref),)),
    ]  # fmt: skip
