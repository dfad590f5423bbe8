"""How long young people stay, under which order, and where they go: turnover that keeps each place about as full as it is."""

import datetime as dt
import random
from collections.abc import Callable
from functools import cache

from yosafe.clock import day_of
from yosafe.reference.codes import code_list

from .book import hour
from .young_people import Person, weighted

DAYS_A_MONTH = 30.4
# Detention and training orders run for these months and no others; half is spent in custody, less what was spent on remand. Shares are an assumption.
TERMS = {4: 26, 6: 24, 8: 14, 10: 5, 12: 16, 18: 9, 24: 6}
LONGEST_AFTER_EIGHTEEN = 60


def _remand(rng: random.Random) -> float:
    return min(200.0, max(2.0, rng.lognormvariate(3.4, 0.8)))


def _weeks(rng: random.Random) -> float:
    return rng.uniform(7, 40)


def _order(rng: random.Random) -> float:
    months = rng.choices(list(TERMS), list(TERMS.values()))[0]
    return months / 2 * DAYS_A_MONTH * rng.uniform(0.75, 1.0)


def _long(rng: random.Random) -> float:
    return rng.uniform(220, 900)


# Legal status on arrival: share of arrivals, and how many days the stay lasts. Codes are filtered by the day.
STATUSES: dict[str, tuple[float, Callable[[random.Random], float]]] = {
    "remand": (30, _remand),
    "youth_detention_remand": (30, _remand),
    "convicted_unsentenced": (4, _weeks),
    "dto": (53, _order),
    "section_91": (5, _long),
    "section_250": (5, _long),
    "section_228": (0.5, _long),
    "section_226b": (0.5, _long),
    "section_254": (0.5, _long),
    "recall": (4, _weeks),
    "immigration": (0.4, _weeks),
}
NOT_SENTENCED = frozenset({"remand", "youth_detention_remand", "convicted_unsentenced", "immigration"})
ENDS_OF_REMAND = {"bail": 45, "released": 30, "acquitted": 12, "other": 3, "released_supervision": 10}
ENDS_OF_SENTENCE = {"released_supervision": 93, "released": 5, "hospital": 1, "deported": 1}
TRANSFERRED = 0.14


def is_sentence(legal_status: str) -> bool:
    return legal_status not in NOT_SENTENCED


def draw_status(rng: random.Random, day: dt.date) -> str:
    known = _statuses_on(day)
    return rng.choices(list(known), list(known.values()))[0]


@cache
def _statuses_on(day: dt.date) -> dict[str, float]:
    in_use = code_list("legal_status").values(day)
    return {code: share for code, (share, _) in STATUSES.items() if code in in_use}


def draw_end(rng: random.Random, person: Person, legal_status: str, arrived_at: dt.datetime) -> tuple[dt.datetime, str]:
    """When someone will leave custody, and why: in the morning, not long after the eighteenth birthday at the latest."""
    day = day_of(arrived_at) + dt.timedelta(days=max(2, round(STATUSES[legal_status][1](rng))))
    reason = weighted(rng, ENDS_OF_SENTENCE if is_sentence(legal_status) else ENDS_OF_REMAND)
    latest = max(person.eighteenth, day_of(arrived_at)) + dt.timedelta(days=rng.randrange(2, LONGEST_AFTER_EIGHTEEN))
    if day > latest:
        day, reason = latest, "adult_estate"
    return hour(day, rng.uniform(8.2, 11.5)), reason
