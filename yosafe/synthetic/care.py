"""Care: who is or was looked after, by whom, when it was found out, and whom social services have lost."""

import datetime as dt
import random
from functools import partial

from yosafe.accounts.permissions import Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.people.rules import age_on

from . import names
from .book import Book, hour
from .calibration import calibration
from .estate import Worker
from .young_people import CareSpell, Person, Stay, birthday, weighted

# Of those of whom it is known, so that about half are or were in care (8.5). Shares within the half are an assumption.
STATUSES = {"looked_after": 17.0, "care_leaver": 11.0, "formerly_in_care": 24.0, "never": 48.0}
BASES = {"section_20": 42.0, "care_order": 44.0, "interim_care_order": 6.0, "secure_welfare": 3.0, "not_known": 5.0}
LEAVING_CARE_FROM = 16
UNKNOWN_AT_FIRST = 0.13
FOUND_OUT = 0.72
LIVED = {"childrens_home": 30.0, "foster": 24.0, "supported": 12.0, "parents": 12.0, "relatives": 8.0, "bed_and_breakfast": 5.0, "no_fixed": 4.0,
         "not_known": 5.0}  # fmt: skip
ELSEWHERE = 0.1  # looked after by another authority than that of home
NAMED = 0.72
IN_CARE = frozenset({"looked_after", "care_leaver"})


def begin_care(book: Book, stay: Stay) -> None:
    """Record the care status of someone who has come for the first time; what follows from it is planned."""
    person, rng = stay.person, book.rng
    if person.care:
        return
    at = min(stay.arrived_at + dt.timedelta(hours=rng.uniform(0.6, 30)), book.now)
    if rng.random() < UNKNOWN_AT_FIRST:
        _plan(book, person, "not_known", day_of(stay.arrived_at), at, stay)
        if rng.random() < FOUND_OUT:
            found = hour(day_of(stay.arrived_at) + dt.timedelta(days=rng.randrange(3, 26)), rng.uniform(9, 16.5))
            if stay.here_at(found) and found <= book.now:
                _plan(book, person, _draw(book, person, day_of(found)), day_of(found), found, stay)
    else:
        status = _draw(book, person, day_of(stay.arrived_at))
        _plan(book, person, status, _since(book, person, status, day_of(stay.arrived_at)), at, stay)
    eighteen = hour(person.eighteenth, 10)
    if person.care[-1].status == "looked_after" and stay.here_at(eighteen) and person.care[-1].known_at < eighteen <= book.now:
        _plan(book, person, "care_leaver", person.eighteenth, eighteen, stay)


def _draw(book: Book, person: Person, day: dt.date) -> str:
    status = weighted(book.rng, STATUSES)
    return "looked_after" if status == "care_leaver" and age_on(person.born, day) < LEAVING_CARE_FROM else status


def _since(book: Book, person: Person, status: str, arrived_on: dt.date) -> dt.date:
    """From when a status is said to hold: the past of those in care, the day of arrival for what was only then asked."""
    if status == "care_leaver":
        return birthday(person.born, LEAVING_CARE_FROM)
    if status in ("looked_after", "formerly_in_care"):
        return max(person.born, arrived_on - dt.timedelta(days=book.rng.randrange(60, 3600)))
    return arrived_on


def _plan(book: Book, person: Person, status: str, started_on: dt.date, known_at: dt.datetime, stay: Stay) -> None:
    """A spell, which ends the one before; its row is written when it becomes known."""
    if person.care:
        person.care[-1].ended_on = started_on
    if status in IN_CARE:
        person.social_worker = person.social_worker or (names.staff_name(book.rng) if book.rng.random() < NAMED else None)
        person.lost_contact = person.lost_contact or book.rng.random() < calibration().guess("lost_social_worker")
    person.care.append(CareSpell(status, started_on, known_at))
    book.later(known_at, partial(_record, book, person, len(person.care) - 1, stay))


def _record(book: Book, person: Person, place: int, stay: Stay, at: dt.datetime) -> None:
    rng, spell = book.rng, person.care[place]
    after = person.care[place + 1] if place + 1 < len(person.care) else None
    by = rng.choice(book.agencies.at(stay.place.code, Role.YOI_LEAD))
    number = book.new_id("care_period")
    basis = "leaving_care" if spell.status == "care_leaver" else weighted(rng, BASES) if spell.status == "looked_after" else None
    apart = random.Random(f"before custody {number} {person.born}")  # noqa: S311  # a repeatable story, no secret
    lived = weighted(apart, LIVED) if spell.status == "looked_after" else None
    responsible = _responsible(book, person) if spell.status in IN_CARE else None
    book.add(
        "care_period", number, person.id, spell.status, basis, responsible, spell.started_on, spell.ended_on, at,
        after.known_at if after else None, by.id, 2 if after else 1, lived,
    )  # fmt: skip
    book.audit(EventName.CARE_RECORDED, at, by, ("care_period", number), person.id, status=spell.status)
    if spell.status in IN_CARE and person.social_worker and "social_worker" not in person.named:
        named(book, person, "social_worker", person.social_worker, None, at, by)


def named(book: Book, person: Person, role: str, called: str | None, agency: str | None, at: dt.datetime, by: Worker) -> None:
    """Someone is named in a role, or it is recorded that nobody is; whoever was before ends on that day."""
    number = book.new_id("named_worker")
    if role in person.named:
        book.end("worker_ended", "named_worker", person.named[role], until=day_of(at), ended_recorded_at=at, ended_recorded_by=by.id)
    person.named[role] = number
    telephone = f"01632 960{number % 1000:03}" if called else None  # numbers that are kept for stories
    book.add("named_worker", number, person.id, role, called, agency, telephone, day_of(at), None, at, by.id, None, None, 1)
    book.audit(EventName.WORKER_NAMED, at, by, ("named_worker", number), person.id, role=role, named=called is not None)


def _responsible(book: Book, person: Person) -> str:
    if person.responsible is None:
        elsewhere = book.rng.random() < ELSEWHERE
        person.responsible = book.rng.choice(book.sending) if elsewhere else person.home.area
    return person.responsible


def in_care(person: Person) -> bool:
    return bool(person.care) and person.care[-1].status in IN_CARE
