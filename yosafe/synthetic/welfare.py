"""Arrival screens, with their clocks, and welfare assessments: in time, late, or not at all."""

import datetime as dt
import random
from functools import partial
from typing import Any, NamedTuple

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.people.clocks import Owner
from yosafe.reference import rule_sets
from yosafe.reference.working_days import add_working_days
from yosafe.welfare.instruments import instruments
from yosafe.welfare.rules import ASSET, SCREEN

from . import assessing, planning, referring
from .book import Book, days, hour, minutes
from .calibration import calibration
from .estate import Worker
from .stays import is_sentence
from .words import pronouns, say, words
from .young_people import Stay

CLOCK = "arrival-screen"
LEFT_FIRST = "The young person left before a screen was recorded"
IN_TIME = 0.72  # of assessments that are done
THREE_MONTHS = (80, 104)
AGAIN = 0.7  # of three-month reviews that are done
AFTER_TRANSFER = 0.5
BEFORE_RELEASE = 0.5
NOT_SIGNED, SENT_BACK, MENDED, REMARKED = 0.12, 0.08, 0.85, 0.4  # of assessments, with a second person
TOLD_AND_REFERRED = 0.3  # of assessments that tell of harm


def plan_screen(book: Book, stay: Stay) -> None:
    """Plan the arrival screen and write its clock, as it stands now."""
    at = _screened_at(book, stay)
    if at is not None:
        book.later(at, partial(_record_screen, book, stay))
    _write_clock(book, stay, at)


def _screened_at(book: Book, stay: Stay) -> dt.datetime | None:
    rng, guess = book.rng, calibration().guess
    chance = rng.random()
    if chance < guess("no_screen"):
        return None
    at = stay.recorded_at + minutes(rng.uniform(10, 70))
    if chance < guess("no_screen") + guess("late_screen"):
        at = hour(day_of(stay.arrived_at) + days(rng.choice((1, 1, 1, 2, 3, 6))), rng.uniform(9, 16))
    return at if stay.here_at(at) and at <= book.now else None


def _write_clock(book: Book, stay: Stay, met_at: dt.datetime | None) -> None:
    due = rule_sets.due(CLOCK, day_of(stay.arrived_at))
    stopped_at = stay.left_recorded_at if met_at is None and stay.leaves_at <= book.now else None
    owner = Owner.yoi(stay.place.code)
    book.add(
        "clock", stay.person.id, CLOCK, due.rules, "placement", stay.id, owner.kind.value, None, owner.establishment, stay.arrived_at, due.due,
        met_at, stopped_at, LEFT_FIRST if stopped_at else None, stay.recorded_at, met_at,
    )  # fmt: skip


def _record_screen(book: Book, stay: Stay, at: dt.datetime) -> None:
    by = book.rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))
    answers, own = assessing.screen(book.rng, stay, at)
    if "watch_opened" in answers["first_night_actions"]:
        stay.person.watched.append(at)
    version = _version(SCREEN, day_of(at))
    number = book.new_id("assessment")
    book.add("assessment", number, stay.person.id, stay.id, SCREEN, version, "arrival", day_of(at), answers, own, None, by.agency.id, at, by.id, None)
    _audit(book, number, stay, at, by, f"{SCREEN}/{version}", "arrival")
    planning.keep_papers(book, stay, answers, by, at)


def plan_assessments(book: Book, stay: Stay) -> None:
    """Plan the welfare assessments of a stay: at the start or after a transfer, every three months, before release."""
    rng = book.rng
    if rng.random() < (1 - AFTER_TRANSFER if stay.transferred else calibration().guess("no_assessment")):
        return
    occasion = "transfer" if stay.transferred else "start"
    limit = add_working_days(day_of(stay.arrived_at), 10).due
    day = (
        day_of(stay.arrived_at) + days(rng.randint(1, (limit - day_of(stay.arrived_at)).days))
        if rng.random() < IN_TIME
        else limit + days(rng.randint(1, 30))
    )
    _plan(book, stay, day, occasion)
    while rng.random() < AGAIN:
        day += days(rng.randint(*THREE_MONTHS))
        _plan(book, stay, day, "three_months")
    if is_sentence(stay.legal_status) and stay.reason.startswith("released") and rng.random() < BEFORE_RELEASE:
        _plan(book, stay, day_of(stay.leaves_at) - days(rng.randint(2, 27)), "before_release")


def _plan(book: Book, stay: Stay, day: dt.date, occasion: str) -> None:
    at = hour(day, book.rng.uniform(10, 17))
    if stay.here_at(at) and day > day_of(stay.arrived_at):
        book.later(at, partial(_record_assessment, book, stay, occasion))


def _record_assessment(book: Book, stay: Stay, occasion: str, at: dt.datetime) -> None:
    by = book.rng.choice(book.agencies.in_area(AgencyKind.YOT, stay.person.home.area))
    answers, own, concern = assessing.welfare(book.rng, stay, at)
    written = _Written(book.new_id("assessment"), by, occasion, answers, own, concern)
    _keep(book, stay, written, None, at)
    planning.plan_needs(book, stay, written.number, answers, by, at)
    if answers["harmed_by_others"] == answers["custody_fear"] == "yes" and book.rng.random() < TOLD_AND_REFERRED:
        referring.after_assessment(book, stay, written.number, by, at)


class _Written(NamedTuple):
    number: int
    by: Worker
    occasion: str
    answers: dict[str, Any]
    own: dict[str, Any]
    concern: str | None


def _keep(book: Book, stay: Stay, written: _Written, replaces: int | None, at: dt.datetime) -> None:
    """Write it, and plan what a second person makes of it."""
    by, version = written.by, _version(ASSET, day_of(at))
    book.add(
        "assessment", written.number, stay.person.id, stay.id, ASSET, version, written.occasion, day_of(at), written.answers, written.own,
        written.concern, by.agency.id, at, by.id, replaces,
    )  # fmt: skip
    _audit(book, written.number, stay, at, by, f"{ASSET}/{version}", written.occasion, **({"replaces": replaces} if replaces else {}))
    _plan_signing(book, stay, written, again=replaces is not None, at=at)


def _plan_signing(book: Book, stay: Stay, written: _Written, *, again: bool, at: dt.datetime) -> None:
    """Chance of its own: what is decided about one assessment changes nothing else in the estate."""
    rng = random.Random(f"{written.number} signing")  # noqa: S311  # a repeatable story, no secret
    others = [one for one in book.agencies.in_area(AgencyKind.YOT, stay.person.home.area) if one.id != written.by.id]
    if not others or rng.random() < NOT_SIGNED:
        return
    signer, when = rng.choice(others), hour(day_of(at) + days(rng.randint(1, 9)), rng.uniform(9, 17))
    back = not again and rng.random() < SENT_BACK
    book.later(when, partial(_sign, book, stay, written, signer, "sent_back" if back else "countersigned"))
    mended = hour(day_of(when) + days(rng.randint(1, 6)), rng.uniform(9, 17))
    if back and stay.here_at(mended) and _version(ASSET, day_of(mended)) == _version(ASSET, day_of(at)) and rng.random() < MENDED:
        book.later(mended, partial(_mend, book, stay, written))


def _sign(book: Book, stay: Stay, written: _Written, signer: Worker, decision: str, at: dt.datetime) -> None:
    rng = random.Random(f"{written.number} {decision}")  # noqa: S311
    said = rng.random() < REMARKED or decision == "sent_back"
    remark = say(rng, words("assessments")["signing"][decision], **pronouns(stay.person)) if said else None
    book.add("assessment_signing", written.number, decision, remark, at, signer.id)
    event = EventName.ASSESSMENT_SENT_BACK if decision == "sent_back" else EventName.ASSESSMENT_COUNTERSIGNED
    book.audit(event, at, signer, ("assessment", written.number), stay.person.id)


def _mend(book: Book, stay: Stay, written: _Written, at: dt.datetime) -> None:
    """Written again by its author, with what was missing."""
    rng = random.Random(f"{written.number} mended")  # noqa: S311
    name = rng.choice(assessing.topics(day_of(at)))
    more = say(rng, words("assessments")["signing"]["mended"], **pronouns(stay.person))
    answers = {**written.answers, f"{name}_evidence": f"{written.answers[f'{name}_evidence']} {more}"}
    _keep(book, stay, written._replace(number=book.new_id("assessment"), answers=answers), written.number, at)


def _audit(book: Book, number: int, stay: Stay, at: dt.datetime, by: Worker, instrument: str, occasion: str, **more: int) -> None:
    book.audit(EventName.ASSESSMENT_COMPLETED, at, by, ("assessment", number), stay.person.id, instrument=instrument, occasion=occasion, **more)


def _version(instrument: str, day: dt.date) -> int:
    return instruments().valid_on(instrument, day).version
