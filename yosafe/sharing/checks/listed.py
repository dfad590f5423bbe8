"""What the list of checks shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.people.listed import BY_NAME
from yosafe.reference.areas import area, areas
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import shown

# What waits comes first.
ANSWERS = ("waiting", *code_list("check_answer").values())


def columns(terminology: Terminology) -> list[Column]:
    return [
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(
            id="asked", title="Asked", down=True, sort=sort("c.asked_on", kinds=[dt.date]),
            cells=(
                ("Asked", lambda one, _: one.asked_on), ("Who asked", lambda one, terms: shown.asker(one.asker, terms)),
                ("Who asked (code)", lambda one, _: one.asker), ("Name of who asked", lambda one, _: one.asked_by),
                ("Why", lambda one, terms: shown.why(one.reason, terms)), ("Why (code)", lambda one, _: one.reason),
            ),
        ),
        Column(
            id="authority", title="Of whom", sort=ranked("c.area", {one.code: one.name for one in areas()}),
            cells=(
                ("Authority", lambda one, _: area(one.area).name), ("Authority (code)", lambda one, _: one.area),
                ("What", lambda one, terms: shown.asked(one.register, terms)), ("What (code)", lambda one, _: one.register),
            ),
        ),
        Column(
            id="answer", title="Answer", sort=ranked("coalesce(c.answer, 'waiting')", ANSWERS),
            cells=(
                ("Answer", lambda one, terms: shown.answer(one.answer, one.category, terms)), ("Answer (code)", lambda one, _: one.answer),
                ("Answered", lambda one, _: one.answered_on), ("Answered by", lambda one, _: one.answered_by),
            ),
        ),
    ]  # fmt: skip
