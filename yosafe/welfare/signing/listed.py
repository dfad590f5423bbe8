"""What the list of assessments that wait shows: its columns. Pure."""

import datetime as dt

from yosafe.lists.listed import Column
from yosafe.lists.ordering import sort
from yosafe.reference.codes import code_list
from yosafe.welfare.rules import STANDING_WORDS


def columns() -> list[Column]:
    return [
        Column(
            id="ref", title="Assessment", sort=sort(kinds=[]), down=True,
            cells=(
                ("Assessment", lambda one, _: one.ref),
                ("Occasion", lambda one, terms: code_list("assessment_occasion").label(one.occasion, terms)),
                ("Occasion (code)", lambda one, _: one.occasion),
            ),
        ),
        Column(title="Young person", cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name))),
        Column(
            id="completed", title="Completed", sort=sort("a.completed_on", kinds=[dt.date]),
            cells=(("Completed", lambda one, _: one.completed_on), ("Days waiting", lambda one, _: one.days)),
        ),
        Column(title="By", cells=(("By", lambda one, _: one.recorded_by), ("Agency", lambda one, _: one.agency))),
        Column(title="State", cells=(("State", lambda one, _: STANDING_WORDS[one.standing]),)),
    ]  # fmt: skip
