"""What the list of what was shared shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import Sort, ranked, sort
from yosafe.people.listed import BY_NAME
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import shown

SORTS: dict[str, Sort] = {"recorded": sort("s.recorded_at", kinds=[Instant])}


def columns(terminology: Terminology) -> list[Column]:
    return [
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(
            id="party", title="With whom", sort=ranked("s.party", code_list("share_party").labels(terminology=terminology)),
            cells=(
                ("With whom", lambda one, terms: shown.party(one.party, terms)), ("With whom (code)", lambda one, _: one.party),
                ("Person or team", lambda one, _: one.party_name), ("About", lambda one, terms: shown.about(one.categories, terms)),
            ),
        ),
        Column(
            id="due", title="Answer by", sort=sort("s.due_on", kinds=[dt.date], null=True),
            cells=(("Asked", lambda one, _: one.asked_on), ("Answer by", lambda one, _: one.due_on), ("Overdue", lambda one, _: one.overdue)),
        ),
        Column(
            id="state", title="State", sort=ranked("coalesce(s.outcome, 'asked')", code_list("share_outcome").values()),
            cells=(
                ("State", lambda one, _: shown.state(one)[0]), ("State (code)", lambda one, _: one.state), ("On", lambda one, _: one.outcome_on),
                ("Grounds", lambda one, terms: "; ".join(shown.grounds(one, terms))),
            ),
        ),
    ]  # fmt: skip
