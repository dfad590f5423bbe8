"""Who is told of a serious incident: most in the hours after it, by the rules that say who is to be; now and then nobody has said it yet.

Draws by itself, so that whom somebody rang changes nothing of what happens."""

import datetime as dt
import random
from functools import partial

from yosafe.accounts.permissions import Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.incidents.told.rules import Facts, Part, expected

from .book import Book
from .estate import Worker
from .happening import Done, Happening, about, add_outcome
from .words import words
from .young_people import Person

TOLD, REFUSED = 0.93, 0.3  # the rest is forgotten, or decided against
REASONS = (("young_person_refused", "Asked twice; looked at again with the advocate."), ("not_reached", "Rang twice, nobody in."))
NOT_TOLD = "incident_not_told"


def tell(book: Book, what: Happening, number: int, over: dt.datetime | None) -> None:
    """Plan who is told, in the day after it was recorded, unless it is `over` by then."""
    rng = random.Random(f"{number} told")  # noqa: S311  # a repeatable story, no secret
    done = {one.outcome for one in what.done}
    people = {part.stay.person.id: part.stay.person for part in what.parts}
    for outcome, who in expected(_facts(what)):
        if outcome in done or (rng.random() > TOLD and rng.random() > REFUSED):
            continue
        person = people.get(who) if who is not None else None
        at = what.recorded_at + dt.timedelta(minutes=rng.uniform(10, 1_300))
        if over is not None and at >= over:
            continue
        lead = rng.choice(book.agencies.at(what.stay.place.code, Role.YOI_LEAD))
        refused = outcome == "family_told" and rng.random() < 0.12
        book.later(at, partial(_not_told if refused else _told, book, what, number, outcome, person, lead, rng))


def _facts(what: Happening) -> Facts:
    parts = tuple(
        Part(
            young_person=part.stay.person.id, roles=frozenset(part.roles), injuries=frozenset(part.injuries),
            treatments=frozenset({part.treatment} if part.treatment else ()),
            care_status=part.stay.person.care_at(day_of(what.at), what.recorded_at) or "not_known",
        )
        for part in what.parts
    )  # fmt: skip
    return Facts(kind=what.kind, severity=what.severity, answers=what.answers, parts=parts)


def _told(book: Book, what: Happening, number: int, outcome: str, who: Person | None, by: Worker, rng: random.Random, at: dt.datetime) -> None:
    whom = rng.choice(words("incidents")["told"][outcome])
    add_outcome(book, number, Done(outcome, who, whom=whom, how="phone" if rng.random() < 0.8 else "in_person"), at, by)
    about(book, EventName.INCIDENT_OUTCOME, number, what.people, at, by, outcome=outcome)


def _not_told(book: Book, what: Happening, number: int, outcome: str, who: Person | None, by: Worker, rng: random.Random, at: dt.datetime) -> None:
    reason, note = rng.choice(REASONS)
    book.add(NOT_TOLD, number, who.id if who else None, outcome, reason, note, at, by.id)
    about(book, EventName.INCIDENT_NOT_TOLD, number, what.people, at, by, outcome=outcome, reason=reason)
