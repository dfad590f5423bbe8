"""What the list of surveys shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.reference.establishments import establishments

from . import words
from .schemas import SurveyOut


def columns() -> list[Column]:
    places = {place.code: place.name for place in establishments()}
    return [
        Column(
            id="place", title="Survey", sort=ranked("establishment", places),
            cells=(
                ("Survey", lambda one, _: title(one)), ("Survey (number)", lambda one, _: one.id),
                ("Establishment (code)", lambda one, _: one.establishment),
            ),
        ),
        Column(
            id="month", title="Month", down=True, sort=sort("fielded_on", kinds=[dt.date]),
            cells=(("Month", lambda one, _: f"{one.fielded_on:%Y-%m}"),),
        ),
        Column(
            id="questionnaire", title="Questionnaire", sort=sort("questionnaire", kinds=[str]),
            cells=(("Questionnaire", lambda one, _: one.title), ("Questionnaire (code)", lambda one, _: one.questionnaire)),
        ),
        Column(
            id="held", title="Held", number=True, down=True, sort=sort("held", kinds=[int], null=True),
            cells=(("Held", lambda one, _: one.held),),
        ),
        Column(
            id="offered", title="Offered", number=True, down=True, sort=sort("offered", kinds=[int], null=True),
            cells=(("Offered", lambda one, _: one.offered),),
        ),
        Column(
            id="returned", title="Returned", number=True, down=True, sort=sort("returned", kinds=[int]),
            cells=(("Returned", lambda one, _: one.returned), ("Rows refused", lambda one, _: one.refused_rows)),
        ),
        Column(
            id="recorded", title="Imported", down=True, sort=sort("recorded_at", kinds=[Instant]),
            cells=(("Imported", lambda one, _: one.recorded_at),),
        ),
    ]  # fmt: skip


def title(one: SurveyOut) -> str:
    return f"{one.establishment_name}, {words.month_words(one.fielded_on)}"
