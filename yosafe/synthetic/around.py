"""Who is there for young people: named workers and planned contacts. Drawn apart: nothing else hangs on them."""

import datetime as dt
import random
from functools import partial

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of

from . import names
from .book import Book, minutes
from .care import in_care, named
from .young_people import Stay

# Of a hundred stays or young people.
YOT_NAMED, OFFICER_NAMED, NOBODY_SAID, ADVOCATE = 82, 88, 35, 14
YOT_PLANNED, SOCIAL_WORK_PLANNED, FAMILY_PLANNED = 74, 62, 30
YOT_EVERY, SOCIAL_WORK_EVERY, FAMILY_EVERY_DAYS = 28, 42, 28


def plan_around(book: Book, stay: Stay) -> None:
    """What is recorded, in the first days, of someone who has come."""
    rng = random.Random(f"around {stay.id} {stay.person.born}")  # noqa: S311  # a repeatable story, no secret
    at = min(stay.recorded_at + minutes(rng.uniform(60, 2000)), book.now)
    if stay.here_at(at):
        book.later(at, partial(_name_workers, book, stay, rng))


def _name_workers(book: Book, stay: Stay, rng: random.Random, at: dt.datetime) -> None:
    person, officer = stay.person, rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))
    team = rng.choice(book.agencies.in_area(AgencyKind.YOT, person.home.area))
    if "yot_worker" not in person.named and rng.random() * 100 < YOT_NAMED:
        named(book, person, "yot_worker", team.name, team.agency.name, at, officer)
    if rng.random() * 100 < OFFICER_NAMED:
        named(book, person, "personal_officer", officer.name, officer.agency.name, at, officer)
    if rng.random() * 100 < ADVOCATE:
        named(book, person, "advocate", names.staff_name(rng), None, at, officer)
    if in_care(person) and person.social_worker is None and "social_worker" not in person.named and rng.random() * 100 < NOBODY_SAID:
        named(book, person, "social_worker", None, None, at, officer)
    plans = [("yot", "visit", YOT_EVERY, YOT_PLANNED), ("family", "visit", FAMILY_EVERY_DAYS, FAMILY_PLANNED)]
    if in_care(person):
        plans.append(("social_worker", "visit", SOCIAL_WORK_EVERY, SOCIAL_WORK_PLANNED))
    for whom, way, every, share in plans:
        if whom not in person.planned and rng.random() * 100 < share:
            person.planned.add(whom)
            number = book.new_id("contact_plan")
            book.add("contact_plan", number, person.id, whom, way, every, f"{team.name} and {person.given}", day_of(at), at, team.id, 1)
            book.audit(EventName.CONTACT_PLANNED, at, team, ("contact_plan", number), person.id, **{"with": whom}, way=way, every_days=every)
