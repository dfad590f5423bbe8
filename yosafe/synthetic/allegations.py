"""How allegations against staff stand: the designated officer told, who investigates, and what the young person was told at the end."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.incidents.status import Act
from yosafe.people.clocks import Owner
from yosafe.reference import rule_sets

from .book import Book, minutes
from .estate import Worker
from .happening import Happening, about
from .words import words

CLOCK = "staff-allegation"
TOLD_IN_HOURS = (3, 26)


class Step(Protocol):
    at: dt.datetime
    act: Act
    by: Worker


@dataclass(frozen=True, slots=True)
class Stand:
    """One recording of how it stands."""

    at: dt.datetime
    by: Worker
    values: dict[str, Any]


def plan(book: Book, what: Happening, steps: Sequence[Step]) -> list[Stand]:
    """What is recorded by now, once somebody looks into it: who is told and who investigates, and before its end the words for the young person."""
    investigated = next((step for step in steps if step.act is Act.INVESTIGATE), None)
    if investigated is None:
        return []
    first = max(investigated.at, what.recorded_at + dt.timedelta(hours=book.rng.uniform(*TOLD_IN_HOURS)))
    investigator = book.rng.choice(words("incidents")["staff_allegation"]["investigators"])
    stands = [Stand(first, investigated.by, {"officer_told_on": day_of(first), "investigator": investigator})]
    concluded = next((step for step in steps if step.act is Act.CONCLUDE), None)
    if concluded is not None:
        child_words = book.rng.choice(words("incidents")["staff_allegation"]["child_words"])
        stands.append(Stand(concluded.at - minutes(8), concluded.by, {"child_words": child_words}))
    return [stand for stand in stands if stand.at <= book.now]


def write(book: Book, what: Happening, number: int, stands: Sequence[Stand]) -> None:
    """The row as it is by now, an entry for each recording, and the clock of the designated officer."""
    if not what.staff or what.kind != "staff_allegation":
        return
    if stands:
        values = {name: value for stand in stands for name, value in stand.values.items()}
        fields = (values.get(name) for name in ("officer_told_on", "investigator", "child_words"))
        book.add("allegation", number, *fields, stands[-1].at, stands[-1].by.id)
    for stand in stands:
        book.later(stand.at, partial(_note, book, what, number, stand))
    owner, due = Owner.yoi(what.stay.place.code), rule_sets.due(CLOCK, day_of(what.recorded_at))
    met = stands[0].at if stands else None
    book.add(
        "clock", what.parts[0].stay.person.id, CLOCK, due.rules, "incident", number, owner.kind.value, None, owner.establishment, what.recorded_at,
        due.due, met, None, None, what.recorded_at, met,
    )  # fmt: skip


def _note(book: Book, what: Happening, number: int, stand: Stand, at: dt.datetime) -> None:
    about(book, EventName.INCIDENT_ALLEGATION, number, what.people, at, stand.by, fields=sorted(stand.values))
