"""Inventing young people: who they are, what is recorded of them and what is not, and what makes life in custody harder for some."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from yosafe.people.rules import CODES, age_on
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.distance import miles
from yosafe.reference.outcodes import outcode

from . import names
from .estate import Place
from .homes import Home

# Ages on arrival, of a thousand. Under-fifteens are rare in these places, and some come back after eighteen.
AGES = {14: 4, 15: 165, 16: 315, 17: 496, 18: 20}
GIRLS_AGES = {15: 150, 16: 350, 17: 500}
# How often there is no answer (6.17: seldom recorded), of a hundred. Most are blank; some are recorded as not asked, or as declined.
BLANK = {"ethnicity": 4, "religion": 10, "first_language": 12, "interpreter": 28, "disability": 24, "asylum_status": 14, "first_time": 9}
WITHOUT_ANSWER = (None, None, "not_asked", "declined")
DISABILITIES = {
    "none": 62, "learning_difficulty": 12, "adhd": 9, "mental_health": 6, "communication": 3, "learning": 2, "autism": 2, "long_term_illness": 2,
    "hearing": 1, "not_asked": 6, "declined": 1,
}  # fmt: skip
WATCH_LASTS = dt.timedelta(days=12)
REFERRED_AGAIN_AFTER = dt.timedelta(days=60)


@dataclass(slots=True)
class CareSpell:
    """`known_at`: when it was written down; `ended_on` is the day on which another follows."""

    status: str
    started_on: dt.date
    known_at: dt.datetime
    ended_on: dt.date | None = None


@dataclass(slots=True, eq=False)
class Person:
    """Someone as the estate knows them. The last fields are nobody's record: they decide how often things happen to them."""

    id: int
    given: str
    family: str
    known_as: str | None
    born: dt.date
    sex: str
    ethnicity: str | None
    religion: str | None
    language: str | None
    interpreter: str | None
    disability: str | None
    nationality: str | None
    asylum: str | None
    first_time: bool | None
    home: Home
    needs_interpreter: bool
    vulnerable: float
    aggressive: float
    hurts_self: float
    care: list[CareSpell] = field(default_factory=list)
    responsible: str | None = None  # the area that answers for someone in care
    social_worker: str | None = None
    lost_contact: bool = False
    named: dict[str, int] = field(default_factory=dict)  # who works with them now, by role: numbers of named workers
    planned: set[str] = field(default_factory=set)  # with whom contacts are planned
    harmed: list[tuple[dt.datetime, int, str, str]] = field(default_factory=list)  # when, which incident, its kind and severity
    watched: list[dt.datetime] = field(default_factory=list)  # when a watch was opened

    referred: list[dt.datetime] = field(default_factory=list)

    def referred_at(self, at: dt.datetime) -> bool:
        """Whether a referral was made not long before."""
        return any(at - REFERRED_AGAIN_AFTER < when <= at for when in self.referred)

    def watched_at(self, at: dt.datetime) -> bool:
        return any(since <= at < since + WATCH_LASTS for since in self.watched)

    @property
    def eighteenth(self) -> dt.date:
        return birthday(self.born, 18)

    def age(self, day: dt.date) -> int:
        return age_on(self.born, day)

    def care_at(self, day: dt.date, known: dt.datetime) -> str | None:
        """The care status of a day, as it was written down by a moment: a spell goes on until the start of the next is known."""
        spells = [spell for spell in self.care if spell.known_at <= known and spell.started_on <= day]
        return spells[-1].status if spells else None

    def miles_to(self, place: Place) -> int:
        return miles(outcode(self.home.outcode) if self.home.outcode else area(self.home.area), place.at)


@dataclass(slots=True, eq=False)
class Stay:
    """A placement. `leaves_at` and `reason` are known from the start to whoever writes the story, to nobody else."""

    id: int
    person: Person
    place: Place
    legal_status: str
    arrived_at: dt.datetime
    leaves_at: dt.datetime
    reason: str
    miles: int
    recorded_at: dt.datetime
    left_recorded_at: dt.datetime
    transferred: bool = False
    units: list[tuple[dt.datetime, str]] = field(default_factory=list)

    def here_at(self, at: dt.datetime) -> bool:
        return self.arrived_at <= at < self.leaves_at

    def unit_at(self, at: dt.datetime) -> str:
        if self.units[-1][0] <= at:
            return self.units[-1][1]
        return next((unit for since, unit in reversed(self.units) if since <= at), self.units[0][1])

    @property
    def days(self) -> float:
        return (self.leaves_at - self.arrived_at).total_seconds() / 86_400


def birthday(born: dt.date, age: int) -> dt.date:
    """Someone born on 29 February has it on 1 March of other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)


def weighted(rng: random.Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def invent(number: int, rng: random.Random, *, day: dt.date, sex: str, home: Home) -> Person:
    """Someone who comes into custody on a day for the first time that is known here."""
    of = names.background(rng)
    given = names.given_name(rng, of, sex)
    language = weighted(rng, of.languages)
    needs = language != "english" and rng.random() < 0.55
    return Person(
        id=number,
        given=given,
        family=names.family_name(rng, of),
        known_as=names.short_name(rng, given),
        born=_born(rng, day, sex),
        sex=sex,
        ethnicity=_answer(rng, "ethnicity", _in_use(rng, of.ethnicities, day), day),
        religion=_answer(rng, "religion", weighted(rng, of.religions), day),
        language=_answer(rng, "first_language", language, day),
        interpreter=_answer(rng, "interpreter", "some" if needs else "no", day),
        disability=_answer(rng, "disability", weighted(rng, DISABILITIES), day),
        nationality=of.nationality,
        asylum=_answer(rng, "asylum_status", _asylum(rng, of), day),
        first_time=None if _blank(rng, "first_time") else rng.random() < 0.6,
        home=home,
        needs_interpreter=needs,
        vulnerable=rng.lognormvariate(0, 0.9),
        aggressive=rng.lognormvariate(0, 0.9),
        hurts_self=rng.lognormvariate(0, 1.3),
    )


def _born(rng: random.Random, day: dt.date, sex: str) -> dt.date:
    ages = GIRLS_AGES if sex == names.FEMALE else AGES
    age = rng.choices(list(ages), list(ages.values()))[0]
    return birthday(day, -age) - dt.timedelta(days=rng.randrange(365 if age < 18 else 120))


def _blank(rng: random.Random, field_name: str) -> bool:
    return rng.random() * 100 < BLANK[field_name]


def _answer(rng: random.Random, field_name: str, answer: str, day: dt.date) -> str | None:
    """The answer, or why there is none, by what could be recorded on the day."""
    drawn = rng.random() * 100
    if drawn >= BLANK[field_name]:
        return answer
    instead = WITHOUT_ANSWER[int(drawn / BLANK[field_name] * len(WITHOUT_ANSWER))]
    return instead if instead in code_list(CODES[field_name]).values(day) else None


def _in_use(rng: random.Random, codes: tuple[str, ...], day: dt.date) -> str:
    """One of the codes of a list that had them all at some time, of those in use on a day."""
    known = code_list("ethnicity").values(day)
    return rng.choice([code for code in codes if code in known] or ["other"])


def _asylum(rng: random.Random, of: names.Background) -> str:
    if rng.random() * 100 >= of.asylum:
        return "none"
    return weighted(rng, {"unaccompanied": 55, "with_family": 20, "granted": 20, "refused": 5})
