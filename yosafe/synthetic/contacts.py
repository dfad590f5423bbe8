"""Who comes to see a young person: fewer the further from home, and fewer than there should be."""

import datetime as dt
import random
from collections.abc import Iterator
from functools import partial

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of

from .book import Book, hour
from .calibration import calibration
from .care import in_care
from .estate import Worker
from .words import pronouns, say, words
from .young_people import Stay, weighted

YOT_EVERY = 27.0  # days between contacts by the team, give or take
FAR = 50
MISSED = {"near": 0.07, "far": 0.2}  # of planned visits by the team
BY_TELEPHONE = {"near": 0.2, "far": 0.42}
LOST_YOT = {"near": 0.06, "far": 0.16}  # of stays that the team loses sight of
SOCIAL_WORK_EVERY = 36.0
RELATIVES = {"mother": 44, "father": 14, "brother_sister": 14, "grandparent": 12, "other_family": 6, "partner_friend": 10}
CARERS = {"carer": 35, "mother": 20, "brother_sister": 20, "grandparent": 10, "partner_friend": 15}
NOTED = 0.35  # of family visits
OTHERS = {"advocate": 30, "independent_visitor": 12, "solicitor": 28, "health": 10, "education": 12, "police": 8}
OTHERS_A_YEAR = 1.6
WHY_MISSED = {"worker_cancelled": 45, "distance": 20, "establishment": 15, "young_person_out": 10, "transport": 10}


def plan_contacts(book: Book, stay: Stay) -> None:
    """Every contact of a stay, each written down when it has taken place."""
    for kind, whom, day in (*_by_yot(book.rng, stay), *_by_social_work(book.rng, stay), *_family(book.rng, stay), *_others(book.rng, stay)):
        at = hour(day, book.rng.uniform(16, 18.5)) + dt.timedelta(days=book.rng.choice((0, 0, 0, 1, 3)))
        if hour(day, 13) < min(stay.leaves_at, book.now):
            book.later(at, partial(_record, book, stay, kind, whom, day))


def _days_apart(rng: random.Random, stay: Stay, first: float, every: float) -> Iterator[dt.date]:
    at = stay.arrived_at + dt.timedelta(days=first)
    while at < stay.leaves_at:
        yield day_of(at)
        at += dt.timedelta(days=max(4.0, rng.gauss(every, every / 4)))


def _by_yot(rng: random.Random, stay: Stay) -> Iterator[tuple[str, str, dt.date]]:
    how_far = "far" if stay.miles > FAR else "near"
    lost_after = rng.uniform(10, 60) if rng.random() < LOST_YOT[how_far] else None
    for day in _days_apart(rng, stay, rng.uniform(3, 14), YOT_EVERY):
        if lost_after is not None and (day - day_of(stay.arrived_at)).days > lost_after:
            return
        if rng.random() < MISSED[how_far]:
            yield "planned_missed", "yot", day
        elif rng.random() < BY_TELEPHONE[how_far]:
            yield "telephone", "yot", day
        else:
            yield rng.choice(("visit", "visit", "visit", "meeting")), "yot", day


def _by_social_work(rng: random.Random, stay: Stay) -> Iterator[tuple[str, str, dt.date]]:
    person = stay.person
    if not in_care(person) or person.lost_contact:
        return
    whom = "personal_adviser" if person.care[-1].status == "care_leaver" and rng.random() < 0.6 else "social_worker"
    for day in _days_apart(rng, stay, rng.uniform(5, 30), SOCIAL_WORK_EVERY):
        yield rng.choice(("visit", "visit", "meeting", "telephone")), whom, day


def _family(rng: random.Random, stay: Stay) -> Iterator[tuple[str, str, dt.date]]:
    """Visits fall by one for every 25 miles, over a stay of average length."""
    guess = calibration()
    most = guess.guess("family_visits") - stay.miles / guess.fact("miles_for_one_visit_fewer")
    expected = max(0.4, most) * stay.days / guess.guess("mean_stay_days")
    at = stay.arrived_at + dt.timedelta(days=4 + rng.expovariate(expected / stay.days))
    visitors = CARERS if in_care(stay.person) else RELATIVES
    while at < stay.leaves_at:
        yield "visit", weighted(rng, visitors), day_of(at)
        at += dt.timedelta(days=max(1.0, rng.expovariate(expected / stay.days)))


def _others(rng: random.Random, stay: Stay) -> Iterator[tuple[str, str, dt.date]]:
    at = stay.arrived_at + dt.timedelta(days=rng.expovariate(OTHERS_A_YEAR / 365))
    while at < stay.leaves_at:
        yield rng.choice(("visit", "visit", "telephone", "letter")), weighted(rng, OTHERS), day_of(at)
        at += dt.timedelta(days=rng.expovariate(OTHERS_A_YEAR / 365))


def _record(book: Book, stay: Stay, kind: str, whom: str, day: dt.date, at: dt.datetime) -> None:
    rng, person = book.rng, stay.person
    by = _recorder(book, stay, whom)
    number = book.new_id("contact")
    alone = rng.random() < 0.7 if kind in ("visit", "meeting") and whom in ("yot", "social_worker", "personal_adviser", "advocate") else None
    book.add(
        "contact", number, person.id, kind, whom, by.agency.id, by.name if by.agency.kind is not AgencyKind.YOI else None, day, alone,
        _note(rng, stay, kind, whom), at, by.id, _missed(stay, day) if kind == "planned_missed" else None,
    )  # fmt: skip
    book.audit(EventName.CONTACT_RECORDED, at, by, ("contact", number), person.id, kind=kind, **{"with": whom})


def _missed(stay: Stay, day: dt.date) -> str:
    """Why a visit did not take place: drawn apart, so that nothing else changes."""
    apart = random.Random(f"missed {stay.id} {day}")  # noqa: S311  # a repeatable story, no secret
    return weighted(apart, WHY_MISSED)


def _recorder(book: Book, stay: Stay, whom: str) -> Worker:
    """Teams and departments write down their own contacts; the establishment those of everyone else."""
    person = stay.person
    if whom == "yot":
        return book.rng.choice(book.agencies.in_area(AgencyKind.YOT, person.home.area))
    if whom in ("social_worker", "personal_adviser"):
        return book.rng.choice(book.agencies.in_area(AgencyKind.SOCIAL_SERVICES, person.responsible or person.home.area))
    return book.rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))


def _note(rng: random.Random, stay: Stay, kind: str, whom: str) -> str | None:
    templates = words("contacts")
    key = f"yot_{kind}" if whom == "yot" else "social_worker" if whom in ("social_worker", "personal_adviser") else "other"
    if whom in RELATIVES or whom in CARERS:
        if rng.random() > NOTED:
            return None
        key = "family"
    return say(rng, templates[key], **pronouns(stay.person))
