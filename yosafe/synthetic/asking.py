"""Checks of registers about young people who came lately: through the actions themselves, each at its own moment of the past. Made before flags are
worked out, so that repeated enquiries are found."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson
from yosafe.sharing.checks.actions import answer_check, ask_check
from yosafe.sharing.checks.schemas import AnswerCheck, AskCheck
from yosafe.sharing.tables import RegisterCheck

from .book import days, hour
from .estate import Agencies, Place
from .words import words
from .young_people import weighted

BACK, MOST = days(75), 9  # of each place
ASKED = {"both": 55.0, "register": 30.0, "client_index": 15.0}
REASONS = {"arrival": 70.0, "told": 15.0, "injury": 15.0}
ANSWERS = {"not_known": 40.0, "known": 52.0, "on_register": 8.0}
CATEGORIES = {"neglect": 40.0, "emotional": 30.0, "physical": 20.0, "sexual": 10.0}
ANSWERED, ASKED_AGAIN = 0.75, 0.3

_CAME = """
    SELECT p.young_person, p.arrived_at, y.home_area FROM placement p JOIN young_person y ON y.id = p.young_person
    WHERE p.establishment = $1 AND p.left_at IS NULL AND p.arrived_at BETWEEN $2 AND $3 ORDER BY p.arrived_at DESC, p.id LIMIT $4
"""


async def ask_authorities(places: Sequence[Place], agencies: Agencies, rng: random.Random, now: dt.datetime) -> int:
    """At every establishment about some who came lately; of a few the team of the home area asks too. How many there are."""
    made = 0
    for place in places:
        lead = await user_by_email(agencies.at(place.code, Role.YOI_LEAD)[0].email)
        for one in await DB.fetch(_CAME, place.code, now - BACK, now - days(4), MOST):
            made += await _ask(lead, one, 1, agencies, rng, now)
            if rng.random() < ASKED_AGAIN:
                team = await user_by_email(agencies.in_area(AgencyKind.YOT, one["home_area"])[0].email)
                made += await _ask(team, one, 2, agencies, rng, now)
    return made


async def _ask(by: User, one: Any, after: int, agencies: Agencies, rng: random.Random, now: dt.datetime) -> int:
    child = await YoungPerson.objects().get(YoungPerson.id == one["young_person"])
    if child is None:
        return 0
    on, reason = clock.day_of(one["arrived_at"]) + days(after), weighted(rng, REASONS)
    note = rng.choice(words("sharing")["checks"]["asked"]) if reason != "arrival" else None
    with clock.stopped_at(hour(on, rng.uniform(9, 11))):
        new = AskCheck(area=one["home_area"], register=weighted(rng, ASKED), reason=reason, asked_by=by.name, asked_on=on, note=note)
        check = await ask_check(by=by, young_person=child, new=new)
    answered = hour(on + days(rng.randint(1, 2)), rng.uniform(10, 16))
    if rng.random() < ANSWERED and answered < now:
        await _answer(check, one["home_area"], answered, agencies, rng)
    return 1


async def _answer(check: RegisterCheck, area: str, at: dt.datetime, agencies: Agencies, rng: random.Random) -> None:
    worker = agencies.in_area(AgencyKind.SOCIAL_SERVICES, area)[0]
    said = weighted(rng, ANSWERS)
    texts = words("sharing")["checks"].get(said)
    with clock.stopped_at(at):
        answer = AnswerCheck(
            answer=said, category=weighted(rng, CATEGORIES) if said == "on_register" else None, answered_on=clock.today(),
            answered_by=f"{worker.name}, duty social worker", note=rng.choice(texts) if texts else None,
        )  # fmt: skip
        await answer_check(by=await user_by_email(worker.email), check=check, answer=answer, version=1)
