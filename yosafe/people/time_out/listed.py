"""What the list of times out shows: its columns, and the orders that they give. Pure."""

from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.people.listed import BY_NAME
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from . import shown


def columns(terminology: Terminology) -> list[Column]:
    return [
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(
                ("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name),
                ("Held at", lambda one, _: establishment(one.establishment).name), ("Held at (code)", lambda one, _: one.establishment),
                ("Unit", lambda one, _: one.unit),
            ),
        ),
        Column(
            id="reason", title="Where", sort=ranked("t.reason", code_list("time_out_reason").labels(terminology=terminology)),
            cells=(
                ("Why", lambda one, terms: shown.why(one.reason, terms)), ("Why (code)", lambda one, _: one.reason),
                ("Where", lambda one, _: one.place),
            ),
        ),
        Column(
            id="went", title="Went", down=True, sort=sort("t.left_at", kinds=[Instant]),
            cells=(("Went", lambda one, _: one.left_at), ("With", lambda one, _: one.escort)),
        ),
        Column(
            id="expected", title="Expected back", sort=sort("t.expected_at", kinds=[Instant], null=True),
            cells=(("Expected back", lambda one, _: one.expected_at), ("Overdue", lambda one, _: one.overdue)),
        ),
        Column(
            title="State",
            cells=(
                ("Ended", lambda one, _: one.ended_at),
                ("State", lambda one, _: shown.ended(one) or "Out now"), ("How it ended (code)", lambda one, _: one.outcome),
                ("Injury or worry", lambda one, _: one.concern),
            ),
        ),
    ]  # fmt: skip
