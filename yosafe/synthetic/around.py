"""Where young people are for a day or two, and who is there for them: time out, named workers, planned contacts. Drawn apart: nothing else hangs on
them but that nobody is in an incident while they are out."""

import datetime as dt
import random
from functools import partial
from typing import Any

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of

from . import names
from .book import Book, days, hour, minutes
from .care import in_care, named
from .estate import Worker
from .stays import is_sentence
from .words import words
from .young_people import Out, Stay, weighted

COURT_EVERY = {False: 21.0, True: 160.0}  # days, by whether they serve a sentence
HOSPITAL_EVERY, APPOINTMENT_EVERY, FAMILY_EVERY = 260.0, 75.0, 900.0
LATE, WORRYING = 0.15, {"court": 0.04, "hospital": 0.3, "appointment": 0.03, "family": 0.25}
# Of a hundred stays or young people.
YOT_NAMED, OFFICER_NAMED, NOBODY_SAID, ADVOCATE = 82, 88, 35, 14
YOT_PLANNED, SOCIAL_WORK_PLANNED, FAMILY_PLANNED = 74, 62, 30
YOT_EVERY, SOCIAL_WORK_EVERY, FAMILY_EVERY_DAYS = 28, 42, 28


def plan_around(book: Book, stay: Stay) -> None:
    """What is recorded of someone who has come, and when they will be out."""
    rng = random.Random(f"around {stay.id} {stay.person.born}")  # noqa: S311  # a repeatable story, no secret
    at = min(stay.recorded_at + minutes(rng.uniform(60, 2000)), book.now)
    if stay.here_at(at):
        book.later(at, partial(_name_workers, book, stay, rng))
    _plan_outs(book, stay, rng)


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


def _plan_outs(book: Book, stay: Stay, rng: random.Random) -> None:
    """One after another, each over before the next; none on the first days or the last."""
    every = {"court": COURT_EVERY[is_sentence(stay.legal_status)], "hospital": HOSPITAL_EVERY, "appointment": APPOINTMENT_EVERY,
             "family": FAMILY_EVERY}  # fmt: skip
    at = stay.arrived_at + days(1)
    while True:
        at += days(rng.expovariate(sum(1 / often for often in every.values())))
        reason = weighted(rng, {kind: 1 / often for kind, often in every.items()})
        day = day_of(at)
        if reason in ("court", "appointment") and day.weekday() > 4:
            day += days(7 - day.weekday())
        left_at = hour(day, rng.uniform(7.5, 9.5) if reason != "hospital" else rng.uniform(9, 22))
        back_at = left_at + (days(rng.uniform(0.3, 5)) if reason == "hospital" else dt.timedelta(hours=rng.uniform(5, 9.5)))
        if back_at > stay.leaves_at - days(1):
            return
        if stay.outs and left_at <= stay.outs[-1].until:
            continue
        stay.outs.append(Out(left_at, back_at))
        book.later(left_at, partial(_go, book, stay, reason, back_at, rng.getrandbits(32)))
        at = back_at


def _go(book: Book, stay: Stay, reason: str, back_at: dt.datetime, draw: int, at: dt.datetime) -> None:
    """Someone goes out. The row is written when they are back, or now where they are out still."""
    rng = random.Random(draw)  # noqa: S311  # a repeatable story, no secret
    texts, by = words("time_out"), rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))
    number = book.new_id("time_out")
    expected_at = None if reason == "hospital" and rng.random() < 0.4 else back_at + minutes(rng.uniform(-90, -20) if rng.random() < LATE else 45)
    start: list[Any] = [number, stay.person.id, stay.id, reason, rng.choice(texts["place"][reason]), rng.choice(texts["escort"][reason]), at]
    start.append(max(expected_at, at + minutes(30)) if expected_at else None)
    book.audit(EventName.TIME_OUT_STARTED, at, by, ("time_out", number), stay.person.id, reason=reason)
    if back_at > book.now:
        book.add("time_out", *start, None, None, None, None, at, by.id, None, None, 1)
        return
    concern = rng.random() < WORRYING[reason]
    note = rng.choice(texts["back"]["worrying" if concern else "well"])
    receives = rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))
    book.later(back_at, partial(_come_back, book, stay, receives, [*start, back_at, "returned", concern, note, at, by.id]))


def _come_back(book: Book, stay: Stay, by: Worker, values: list[Any], at: dt.datetime) -> None:
    number, concern = values[0], values[-4]
    book.add("time_out", *values, at, by.id, 2)
    book.audit(EventName.TIME_OUT_ENDED, at, by, ("time_out", number), stay.person.id, outcome="returned", concern=concern)
