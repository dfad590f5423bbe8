"""How what happened is put into words and codes: injuries and care of them, who told, what was said, what was done at once."""

import datetime as dt
import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from yosafe.accounts.permissions import Role
from yosafe.clock import LONDON, day_of, midnight
from yosafe.incidents.rules import Precision
from yosafe.reference.codes import code_list

from .book import Book, minutes
from .calibration import calibration
from .happening import Done
from .words import pronouns, say, words
from .young_people import Person, Stay, weighted

# Injuries of someone who was hit, and of someone who fought; `none` where nothing was to be seen.
HIT = {
    "bruise": 30.0,
    "black_eye": 9.0,
    "cut": 17.0,
    "graze": 12.0,
    "none": 17.0,
    "fear": 8.0,
    "tooth": 1.4,
    "sprain": 2.4,
    "fracture": 1.1,
    "concussion": 1.1,
    "bite": 0.6,
    "burn": 0.4,
}
FOUGHT = {"none": 38.0, "graze": 22.0, "bruise": 22.0, "cut": 10.0, "black_eye": 5.0, "sprain": 1.8, "fracture": 0.7, "tooth": 0.5}
IN_HOSPITAL = {"fracture": 0.75, "concussion": 0.35, "tooth": 0.15, "burn": 0.2, "cut": 0.02, "internal": 1.0}
CARED_FOR = {"nurse": 62.0, "first_aid": 24.0, "doctor": 7.0, "declined": 7.0}
# How young people hurt themselves: shares of the published figures, the rest an assumption.
METHODS = {"cutting": 69.0, "ligature": 25.0, "overdose": 2.2, "swallowing": 1.3, "head_banging": 1.5, "burning": 1.0}
MATERIALS = {"bedding": 55.0, "shoelace": 25.0, "clothing": 15.0, "towel": 5.0}
POINTS = {"none": 62.0, "window": 16.0, "bed": 10.0, "pipe": 6.0, "door": 6.0}
PRECISIONS = {"exact": 58.0, "about": 34.0, "day": 8.0}
WHY_NOT_ASKED = {"asked_declined": 62.0, "too_upset": 16.0, "asleep": 12.0, "not_here": 4.0, "other": 6.0}
TOLD_BY = {"staff": 62.0, "young_person": 20.0, "another_young_person": 7.0, "family": 4.0, "anonymous": 3.0, "visitor": 2.0, "agency": 2.0}
YES_NO_UNKNOWN = ("yes", "no", "not_known")


@dataclass(frozen=True, slots=True)
class Hurt:
    injuries: tuple[str, ...]
    treatment: str | None

    @property
    def words(self) -> str:
        return str(words("incidents")["injuries"].get(self.injuries[0], "no mark to be seen"))


def hit(rng: random.Random) -> Hurt:
    return _hurt(rng, HIT)


def fought(rng: random.Random) -> Hurt:
    return _hurt(rng, FOUGHT)


def _hurt(rng: random.Random, weights: dict[str, float]) -> Hurt:
    injury = weighted(rng, weights)
    if injury == "none":
        return Hurt(("none",), "none_needed" if rng.random() < 0.6 else None)
    if injury == "fear":
        return Hurt(("fear",), None)
    treatment = "hospital" if rng.random() < IN_HOSPITAL.get(injury, 0.0) else weighted(rng, CARED_FOR)
    also = ("fear",) if rng.random() < 0.15 else ()
    return Hurt((injury, *also), treatment)


@dataclass(frozen=True, slots=True)
class SelfHarm:
    """How someone hurt themselves; `answers` to the questions of the kind."""

    hurt: Hurt
    answers: dict[str, Any]
    words: str
    sentence: str


def self_harm(rng: random.Random, person: Person, *, watched: bool) -> SelfHarm:
    method = weighted(rng, METHODS)
    text = words("incidents")["self_harm_by"][method]
    answers: dict[str, Any] = {"methods": [method], "lost_consciousness": "no", "watch_open": "yes" if watched else "no"}
    if method == "ligature":
        answers |= {"ligature_material": weighted(rng, MATERIALS), "ligature_point": weighted(rng, POINTS)}
        answers["lost_consciousness"] = "yes" if rng.random() < 0.05 else "no"
    if rng.random() < 0.9:
        answers["alone"] = "yes" if rng.random() < 0.93 else "no"
    slots = pronouns(person)
    return SelfHarm(_harm_of(rng, method), answers, say(rng, text["words"], **slots), say(rng, text["sentence"], **slots))


def _harm_of(rng: random.Random, method: str) -> Hurt:
    injury = {"cutting": "cut", "ligature": "bruise", "head_banging": "bruise", "burning": "burn"}.get(method, "other")
    if method in ("overdose", "swallowing"):
        return Hurt((injury,), "hospital" if rng.random() < 0.55 else "doctor")
    return Hurt((injury,), "nurse" if rng.random() < 0.85 else "first_aid")


def place_words(place: str) -> str:
    """A place in the middle of a sentence: "showers"."""
    return {"cell": "cell", "showers": "showers", "association": "association room", "landing": "landing corridor"}.get(place) or _label(place)


@cache
def _label(place: str) -> str:
    label = code_list("place").label(place)
    return label[:1].lower() + label[1:].split(" or ")[0]


def clock_words(at: dt.datetime) -> str:
    """ "9.40 pm"."""
    local = at.astimezone(LONDON)
    return f"{local.hour % 12 or 12}.{local.minute:02} {'am' if local.hour < 12 else 'pm'}"


def precision(rng: random.Random, stay: Stay, at: dt.datetime) -> Precision:
    """Only the day is known now and then, and never of the day on which someone came."""
    chosen = Precision(weighted(rng, PRECISIONS))
    return Precision.ABOUT if chosen is Precision.DAY and stay.arrived_at >= midnight(day_of(at)) else chosen


def said_or_why_not(rng: random.Random, templates: list[str], share: float, **slots: str) -> dict[str, str | None]:
    """What the young person said, or why they were not asked: one of the two, as the rules want it."""
    if rng.random() < share:
        return {"said": say(rng, templates, **slots), "not_asked": None}
    return {"said": None, "not_asked": weighted(rng, WHY_NOT_ASKED)}


def told_by(rng: random.Random) -> str:
    return weighted(rng, TOLD_BY)


def note_for(rng: random.Random, outcome: str, person: Person) -> str | None:
    """Always for nothing done; else now and then."""
    templates = words("incidents")["outcome_notes"].get(outcome)
    if templates is None or (outcome != "none" and rng.random() > 0.5):
        return None
    return say(rng, templates, **pronouns(person))


def done(rng: random.Random, outcome: str, person: Person, *, for_all: bool = False) -> Done:
    return Done(outcome, None if for_all else person, note_for(rng, outcome, person))


def names_of(stays: list[Stay]) -> str:
    """ "Kyle", "Kyle and Dean", "Kyle, Dean and Lee"."""
    called = [stay.person.given for stay in stays]
    return called[0] if len(called) == 1 else f"{', '.join(called[:-1])} and {called[-1]}"


def written_down(book: Book, happened_at: dt.datetime, *, slowly: bool = False) -> dt.datetime:
    """When it is written down: within the shift, or the next morning."""
    rng = book.rng
    if slowly and rng.random() < 0.3:
        return happened_at + dt.timedelta(hours=rng.uniform(8, 30))
    return happened_at + minutes(rng.uniform(12, 150))


def officer(book: Book, stay: Stay) -> Any:
    return book.rng.choice(book.agencies.at(stay.place.code, Role.YOI_OFFICER))


def chance(rng: random.Random, name: str) -> bool:
    return rng.random() < calibration().guess(name)
