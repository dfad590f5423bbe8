"""Who is kept apart: run through the actions themselves, each step at its own moment of the past, after what happened between young people who are
still held together."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from itertools import combinations, cycle
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe import composition as composition  # says what the reference of an incident means
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.keep_apart.actions import end_keep_apart, review_keep_apart, start_keep_apart
from yosafe.people.keep_apart.schemas import EndKeepApart, ReviewKeepApart, StartKeepApart
from yosafe.people.tables import KeepApart
from yosafe.refs import ref

from .book import days, hour
from .estate import Agencies, Place
from .words import words
from .young_people import weighted

BACK = days(110)  # what happened longer ago is over
HELD_FOR_ONE = 10  # held, for each time that somebody is kept apart
REVIEW_AFTER = 14
RESTRICTIONS = {"cell": 15.0, "landing": 20.0, "unit": 45.0, "activity": 20.0}
REASONS = {"assault": "fight", "bullying": "harm"}
COURSES = ("waits", "ended", "reviewed")  # what becomes of those whose review has come, in turn

_HAPPENED = """
    SELECT i.id, i.kind, i.recorded_at, array_agg(DISTINCT v.young_person ORDER BY v.young_person) AS people, array_agg(DISTINCT p.unit) AS units
    FROM incident i JOIN involvement v ON v.incident = i.id AND v.role IN ('harmed', 'alleged_to_have_harmed', 'took_part')
        JOIN placement p ON p.young_person = v.young_person AND p.left_at IS NULL AND p.establishment = i.establishment
    WHERE i.establishment = $1 AND i.kind IN ('assault', 'bullying') AND NOT i.restricted AND i.recorded_at BETWEEN $2 AND $3
    GROUP BY i.id HAVING count(DISTINCT v.young_person) BETWEEN 2 AND 3 ORDER BY i.recorded_at, i.id
"""


class Begun(Struct, frozen=True):
    """What happened, and on which day it was decided to keep them apart."""

    happened: Any
    on: dt.date


async def keep_apart(places: Sequence[Place], agencies: Agencies, rng: random.Random, now: dt.datetime) -> None:
    """At every establishment, some of those who hurt each other lately. Most live on different units by now; at each place two of them do not."""
    courses = cycle(COURSES)
    for place in places:
        officer = await user_by_email(rng.choice(agencies.at(place.code, Role.YOI_OFFICER)).email)
        lead = await user_by_email(agencies.at(place.code, Role.YOI_LEAD)[0].email)
        found = await DB.fetch(_HAPPENED, place.code, now - BACK, now - days(2))
        for begun in _chosen(found, max(2, place.held // HELD_FOR_ONE)):
            made = await _begin(begun, officer, rng)
            for pair in made if made[0].review_on < clock.day_of(now) else ():
                with clock.stopped_at(hour(pair.review_on, rng.uniform(14, 16))):
                    await _look_again(pair, next(courses), lead, rng)


def _chosen(found: Sequence[Any], most: int) -> Iterator[Begun]:
    """Nobody twice with the same other; of those who share a unit, the last only."""
    kept: set[tuple[int, int]] = set()
    shared = [one for one in found if len(one["units"]) < len(one["people"])]
    apart = [one for one in found if len(one["units"]) == len(one["people"])]
    for one in sorted([*apart[-most:], *shared[-1:]], key=lambda one: one["recorded_at"]):
        if kept.isdisjoint(combinations(one["people"], 2)):
            kept.update(combinations(one["people"], 2))
            yield Begun(one, clock.day_of(one["recorded_at"]) + days(1))


async def _begin(begun: Begun, officer: User, rng: random.Random) -> list[KeepApart]:
    kind = begun.happened["kind"]
    new = StartKeepApart(
        young_people=[young_person_ref(one) for one in begun.happened["people"]], reason_code=REASONS[kind],
        reason=rng.choice(words("keep_apart")["started"][kind]), restriction=weighted(rng, RESTRICTIONS), review_on=begun.on + days(REVIEW_AFTER),
        incident=ref("IN", begun.happened["id"]),
    )  # fmt: skip
    with clock.stopped_at(hour(begun.on, rng.uniform(9, 11))):
        return await start_keep_apart(by=officer, new=new)


async def _look_again(pair: KeepApart, course: str, lead: User, rng: random.Random) -> None:
    texts = words("keep_apart")
    if course == "ended":
        await end_keep_apart(by=lead, pair=pair, ending=EndKeepApart(reason=rng.choice(texts["ended"]["text"])), version=1)
    if course == "reviewed":
        narrower, next_on = rng.choice([pair.restriction, "landing"]), pair.review_on + days(REVIEW_AFTER)
        review = ReviewKeepApart(restriction=narrower, review_on=next_on, reason=rng.choice(texts["reviewed"]["text"]))
        await review_keep_apart(by=lead, pair=pair, review=review, version=1)
