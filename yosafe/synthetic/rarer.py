"""What happens less often: force used, what is told of abuse before, injuries nobody explains, going missing, allegations against staff, a death."""

import datetime as dt
from functools import partial
from typing import Any

from yosafe.accounts.permissions import Role
from yosafe.clock import day_of
from yosafe.incidents.rules import Precision

from . import referring, telling
from .book import Book, hour
from .happening import Happening, Part, Staff
from .life import record
from .single import after, common, soon
from .words import words
from .young_people import Stay, weighted

REASONS = {"fight": 44.0, "harm_others": 20.0, "harm_self": 14.0, "damage": 7.0, "good_order": 8.0, "non_compliance": 6.0, "escape": 1.0}
HOLDS = {"guiding": 34.0, "standing": 34.0, "seated": 6.0, "ground": 18.0, "head_hold": 8.0}
DEBRIEFS = {"held": 62.0, "declined": 24.0, "not_yet": 14.0}
PLACES_ON_BODY = ("face", "forearm", "hand", "shoulder", "back", "upper_arm", "lower_leg")
ABUSE = {"physical": 45.0, "sexual": 14.0, "emotional": 22.0, "neglect": 19.0}
WHEN = {"earlier": 74.0, "last_year": 20.0, "goes_on": 2.0, "not_known": 4.0}
BY_WHOM = {"family": 62.0, "carer": 20.0, "staff_elsewhere": 8.0, "other_child": 7.0, "other": 3.0}
CONDUCT = {"threats": 30.0, "force": 34.0, "hit": 20.0, "discrimination": 10.0, "ignored": 6.0}
SUSPENDED = 0.3


def _at(book: Book, day: dt.date, first: float, last: float) -> dt.datetime:
    return hour(day, book.rng.uniform(first, last))


def use_of_force(book: Book, one: Stay, day: dt.date) -> None:
    soon(book, [one], _at(book, day, 8.5, 20), partial(_use_of_force, book, one))


def disclosure(book: Book, one: Stay, day: dt.date) -> None:
    soon(book, [one], _at(book, day, 10, 19), partial(_disclosure, book, one))


def injury(book: Book, one: Stay, day: dt.date) -> None:
    soon(book, [one], _at(book, day, 8, 18), partial(_injury, book, one))


def missing(book: Book, one: Stay, day: dt.date) -> None:
    soon(book, [one], _at(book, day, 9, 12), partial(_missing, book, one))


def staff_allegation(book: Book, one: Stay, day: dt.date) -> None:
    soon(book, [one], _at(book, day, 9, 18), partial(_staff_allegation, book, one))


def _write(book: Book, kind: str, one: Stay, happened_at: dt.datetime, at: dt.datetime, part: Part, answers: dict[str, Any], **more: Any) -> Any:
    texts = words("incidents")[kind]
    facts = common(book, one, texts, happened_at, at, book.rng.choice(texts["places"]), **more.pop("slots", {}))
    return record(book, Happening(kind=kind, parts=[part], answers=answers, **(facts | more)))


def _use_of_force(book: Book, one: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    rng = book.rng
    answers = {
        "force_reasons": [weighted(rng, REASONS)], "techniques": [weighted(rng, HOLDS)], "minutes": rng.randint(1, 14),
        "warning_signs": "yes" if rng.random() < 0.01 else "no", "debrief": weighted(rng, DEBRIEFS),
    }  # fmt: skip
    hurt = telling.Hurt(("graze",), "nurse") if rng.random() < 0.1 else telling.Hurt((), None)
    staff = [Staff("staff_involved", worker) for worker in _officers(book, one, rng.randint(1, 3))]
    part = Part(one, ("concerned",), hurt.injuries, hurt.treatment)
    recorded = _write(book, "use_of_force", one, happened_at, at, part, answers, staff=staff)
    after(book, recorded, {"health_care": 0.7, "debrief": 0.5, "adjudication": 0.5, "family_told": 0.1})


def _disclosure(book: Book, one: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    rng = book.rng
    answers = {
        "abuse_kinds": [weighted(rng, ABUSE)], "abuse_when": weighted(rng, WHEN), "abuse_by": [weighted(rng, BY_WHOM)],
        "wants_told": weighted(rng, {"yes": 34.0, "no": 48.0, "not_asked": 18.0}),
    }  # fmt: skip
    recorded = _write(book, "disclosure", one, happened_at, at, Part(one, ("concerned", "told_us")), answers, told_by="young_person")
    referring.after_incidents(book, one, "disclosure", [recorded.number], at)
    after(book, recorded, {"support_plan": 0.5, "advocate_offered": 0.4, "yot_told": 0.4, "social_worker_told": 0.3})


def _injury(book: Book, one: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    rng = book.rng
    answers = {
        "body_places": [rng.choice(PLACES_ON_BODY)], "seen_by_health_care": "yes" if rng.random() < 0.85 else "declined",
        "explanation": weighted(rng, {"fits": 40.0, "does_not_fit": 32.0, "none": 28.0}),
    }  # fmt: skip
    recorded = _write(book, "injury", one, happened_at, at, Part(one, ("harmed",), ("bruise",), "nurse"), answers)
    after(book, recorded, {"health_care": 0.8, "support_plan": 0.3, "moved_apart": 0.2})


def _missing(book: Book, one: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    """Written down once they are back, which here is the same day."""
    answers = {
        "found": "yes", "found_on": day_of(at).isoformat(), "found_where": book.rng.choice(words("incidents")["missing"]["found_where"]),
        "return_conversation": weighted(book.rng, DEBRIEFS),
    }  # fmt: skip
    recorded = _write(book, "missing", one, happened_at, at, Part(one, ("concerned",)), answers, precision=Precision.ABOUT)
    after(book, recorded, {"return_conversation": 0.6, "police_told": 0.9, "family_told": 0.8, "yot_told": 0.6})


def _staff_allegation(book: Book, one: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    rng = book.rng
    texts = words("incidents")["staff_allegation"]
    alleged, *_others = _officers(book, one, 1)
    answers = {
        "alleged": [weighted(rng, CONDUCT)], "contact_now": weighted(rng, {"no": 80.0, "yes": 20.0}),
        "evidence_kept": weighted(rng, {"yes": 50.0, "no": 20.0, "none": 30.0}),
    }  # fmt: skip
    lead = rng.choice(book.agencies.at(one.place.code, Role.YOI_LEAD))
    staff = [Staff("staff_alleged", alleged, day_of(at) if rng.random() < SUSPENDED else None)]
    facts = common(book, one, texts, happened_at, at, rng.choice(texts["places"])) | {"by": lead, "told_by": "young_person"}
    happening = Happening(kind="staff_allegation", parts=[Part(one, ("concerned",))], answers=answers, staff=staff, **facts)
    recorded = record(book, happening)
    after(book, recorded, {"designated_officer_told": 0.9, "advocate_offered": 0.7, "moved_apart": 0.3})


def death(book: Book, one: Stay, happened_at: dt.datetime) -> None:
    """In the night before the placement ends."""
    book.later(happened_at + dt.timedelta(minutes=45), partial(_death, book, one, happened_at))


def _death(book: Book, one: Stay, happened_at: dt.datetime, at: dt.datetime) -> None:
    answers = {"apparent_cause": "not_known", "investigator": "ombudsman", "family_told": "yes", "watch_open": "no"}
    facts = common(book, one, words("incidents")["death"], happened_at, at, "cell") | {"said": None, "not_asked": "died", "told_by": "staff"}
    recorded = record(book, Happening(kind="death", parts=[Part(one, ("concerned",))], answers=answers, **(facts | {"precision": Precision.EXACT})))
    after(book, recorded, {"police_told": 1.0, "coroner_told": 1.0, "family_told": 1.0, "yot_told": 1.0})


def _officers(book: Book, one: Stay, count: int) -> list[Any]:
    """Officers of the place other than those whose sign-in is printed, so that nobody who tries the estate is in it."""
    there = [worker for worker in book.agencies.at(one.place.code, Role.YOI_OFFICER) if not worker.signs_in]
    return book.rng.sample(there, min(count, len(there)))
