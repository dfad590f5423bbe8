"""What the list of what was written shows. The words themselves stay on the page: they are in no file. Pure."""

import datetime as dt

from yosafe.lists.listed import Column
from yosafe.lists.ordering import sort
from yosafe.surveys.words import month_words

from .shown import STATE_WORDS


def columns() -> list[Column]:
    return [
        Column(title="What was written", cells=(("Reference", lambda one, _: one.ref),)),
        Column(
            id="month", title="Survey", down=True, sort=sort("s.fielded_on", kinds=[dt.date]),
            cells=(
                ("Establishment", lambda one, _: one.establishment_name), ("Establishment (code)", lambda one, _: one.establishment),
                ("Month", lambda one, _: month_words(one.fielded_on)),
            ),
        ),
        Column(
            title="State",
            cells=(
                ("State", lambda one, _: STATE_WORDS[one.state]), ("Marked", lambda one, _: one.marked and one.marked.at),
                ("Done on", lambda one, _: one.answer and one.answer.on),
            ),
        ),
    ]  # fmt: skip
