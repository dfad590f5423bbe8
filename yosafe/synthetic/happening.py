"""Something that happens to young people, and how it is written down: with the facts of that day, as the incidents' own rules have them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import astuple

from yosafe.audit.record import EventName, naming
from yosafe.clock import day_of
from yosafe.incidents.kinds import is_restricted, questions_of
from yosafe.incidents.rules import Known, Precision, facts_instant, frozen, kept_instant
from yosafe.incidents.severity import LEVELS, floor
from yosafe.incidents.trail import SUBJECT

from .book import Book
from .estate import Worker
from .young_people import Person, Stay


@dataclass(slots=True)
class Part:
    """What one young person had to do with it."""

    stay: Stay
    roles: tuple[str, ...]
    injuries: tuple[str, ...] = ()
    treatment: str | None = None


@dataclass(slots=True)
class Done:
    """Something that was done at once. `who` None: for everyone. `whom` and `how` of someone who was told."""

    outcome: str
    who: Person | None = None
    note: str | None = None
    whom: str | None = None
    how: str | None = None


@dataclass(slots=True)
class Staff:
    """A member of staff in it, by the account that they have. `suspended_from` of one whom an allegation is about."""

    role: str
    worker: Worker
    suspended_from: dt.date | None = None


@dataclass(slots=True)
class Happening:
    kind: str
    stay: Stay  # of the one whom it is about most
    at: dt.datetime
    recorded_at: dt.datetime
    place: str
    account: str
    parts: list[Part]
    answers: dict[str, Any]
    by: Worker
    said: str | None = None
    not_asked: str | None = None
    action: str | None = None
    told_by: str = "staff"
    precision: Precision = Precision.EXACT
    done: list[Done] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    worse: bool = False  # someone judged it more serious than the facts make it

    @property
    def severity(self) -> str:
        least = floor(self.kind, self.answers, [i for p in self.parts for i in p.injuries], [p.treatment for p in self.parts if p.treatment]).severity
        return LEVELS[min(LEVELS.index(least) + 1, 2)] if self.worse else least

    @property
    def people(self) -> list[Person]:
        return list({part.stay.person.id: part.stay.person for part in self.parts}.values())


@dataclass(frozen=True, slots=True)
class End:
    """How far it has come by now: what the incident's own row says."""

    status: str
    finding: str | None
    duplicate_of: int | None
    owner: int | None
    version: int


def write(book: Book, what: Happening, end: End) -> int:
    """Write an incident down as submitting does, in the state that it has reached by now; its number."""
    number = book.new_id("incident")
    happened_at = kept_instant(what.at, what.precision)
    asked = questions_of(what.kind, day_of(what.recorded_at))
    book.add(
        "incident", number, what.kind, end.status, what.severity, is_restricted(what.kind, what.answers), what.stay.place.code,
        what.stay.unit_at(what.at), what.place, None, happened_at, what.precision.value, what.account, what.said, what.not_asked, what.action,
        what.told_by, asked.ref, what.answers, end.finding, end.duplicate_of, end.owner, what.by.agency.id, what.recorded_at, what.by.id, end.version,
    )  # fmt: skip
    for row in _involvements(what, number, happened_at):
        book.add("involvement", *row)
    for one in what.staff:
        book.add("incident_staff", number, one.role, one.worker.name, None, one.worker.id, one.suspended_from, None, what.recorded_at, what.by.id)
    add_event(book, number, what.recorded_at, what.by, "submit", "draft", "submitted")
    for done in what.done:
        add_outcome(book, number, done, what.recorded_at, what.by)
    named = naming([person.id for person in what.people], kind=what.kind)
    book.audit(EventName.INCIDENT_SUBMITTED, what.recorded_at, what.by, (SUBJECT, number), named["young_person"], **named["detail"])
    return number


def _involvements(what: Happening, number: int, happened_at: dt.datetime) -> Iterator[tuple[Any, ...]]:
    instant = facts_instant(what.at, what.precision, what.recorded_at)
    for part in what.parts:
        facts = frozen(_known(part.stay, instant, what.recorded_at), instant)
        for role in part.roles:
            yield (number, part.stay.person.id, role, list(part.injuries), part.treatment, *astuple(facts), happened_at, what.recorded_at)


def _known(stay: Stay, instant: dt.datetime, written_at: dt.datetime) -> Known:
    """What was recorded by then of the young person at a moment."""
    person = stay.person
    return Known(
        young_person=person.id, date_of_birth=person.born, establishment=stay.place.code, unit=stay.unit_at(written_at),
        legal_status=stay.legal_status, distance_miles=stay.miles, arrived_at=stay.arrived_at,
        care_status=person.care_at(day_of(instant), written_at),
    )  # fmt: skip


def add_event(
    book: Book, incident: int, at: dt.datetime, by: Worker, act: str, before: str, after: str, *, code: str | None = None,
    comment: str | None = None, owner: int | None = None,
) -> None:  # fmt: skip
    book.add("incident_event", incident, act, before, after, code, comment, owner, at, by.id)


def add_outcome(book: Book, incident: int, done: Done, at: dt.datetime, by: Worker) -> None:
    book.add("incident_outcome", incident, done.who.id if done.who else None, done.outcome, day_of(at), done.note, at, by.id, done.whom, done.how)


def about(book: Book, event: EventName, incident: int, people: list[Person], at: dt.datetime, by: Worker, **detail: Any) -> None:
    """Audit entries about an incident: one for each young person in it."""
    for person in people:
        book.audit(event, at, by, (SUBJECT, incident), person.id, **detail)
