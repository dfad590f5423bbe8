"""What the list of complaints shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.db.paging import Instant
from yosafe.incidents.shown import label, place_name
from yosafe.incidents.status import STATUS_LABELS
from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import shown


def columns(terminology: Terminology) -> list[Column]:
    """In no order by name: it would tell who the others are, whom a reader is not to know."""
    outcomes = code_list("complaint_outcome").labels(terminology=terminology)
    return [
        Column(
            id="ref", title="Complaint", down=True, sort=sort(kinds=[]),
            cells=(
                ("Complaint", lambda one, _: one.ref), ("Sealed", lambda one, _: one.sealed),
                ("Establishment", lambda one, _: place_name(one.establishment)), ("Establishment (code)", lambda one, _: one.establishment),
                ("Status", lambda one, _: STATUS_LABELS[one.status]), ("Status (code)", lambda one, _: one.status.value),
            ),
        ),
        Column(
            title="Young person",
            cells=(
                ("Young person", lambda one, _: [who.young_person or "" for who in one.young_people]),
                ("Name", lambda one, _: [who.name for who in one.young_people]),
            ),
        ),
        Column(
            title="About",
            cells=(("About", lambda one, terms: shown.themes(one.themes, terms)), ("About (code)", lambda one, _: one.themes)),
        ),
        Column(
            id="received", title="Received", down=True, sort=sort("x.recorded_at", kinds=[Instant]),
            cells=(("Received", lambda one, _: one.received_at),),
        ),
        Column(
            id="due", title="Waits for", sort=sort("x.due_on", kinds=[dt.date], null=True),
            cells=(
                ("Waits for", lambda one, _: shown.WAITS[one.waits]), ("Waits for (code)", lambda one, _: one.waits),
                ("Due", lambda one, _: one.due_on), ("Time left", lambda one, _: one.words),
            ),
        ),
        Column(
            id="answer", title="Answer", sort=ranked("x.finding", outcomes, null=True),
            cells=(
                ("Answer", lambda one, terms: label("complaint_outcome", one.outcome, terms) if one.outcome else None),
                ("Answer (code)", lambda one, _: one.outcome),
                ("Content", lambda one, terms: label("satisfaction", one.content, terms) if one.content else None),
                ("Content (code)", lambda one, _: one.content),
            ),
        ),
    ]  # fmt: skip
