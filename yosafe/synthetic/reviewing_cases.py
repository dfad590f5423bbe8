"""Serious case reviews: one that is completed, with what was done about it, one that is held and late, and one that is to be decided; through the
actions themselves, each at its own moment of the past."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.committees.case_reviews import actions
from yosafe.committees.case_reviews.schemas import (
    AddParty,
    AskReview,
    CompleteReview,
    DecideReview,
    FinishRecommendation,
    ReceiveReview,
    Recommend,
    RecordChange,
)
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson

from .book import days, hour
from .estate import Agencies, Place
from .words import words

COURSES = {"completed": 190, "held": 150, "asked": 6}  # days before today on which each was asked for

_HARMED = """
    SELECT DISTINCT ON (v.young_person) v.young_person, i.happened_at FROM incident i
    JOIN involvement v ON v.incident = i.id AND v.role IN ('harmed', 'hurt_self')
    JOIN placement p ON p.young_person = v.young_person AND p.establishment = $1
    WHERE i.severity = 'serious' AND NOT i.restricted AND i.happened_at < $2 ORDER BY v.young_person DESC, i.happened_at DESC LIMIT 1
"""


async def review_cases(places: Sequence[Place], agencies: Agencies, rng: random.Random, now: dt.datetime) -> None:
    """At the first establishments, of someone who was seriously harmed there before."""
    for place in places[:2]:
        lead = await user_by_email(agencies.at(place.code, Role.YOI_LEAD)[0].email)
        member = await user_by_email(agencies.in_area(AgencyKind.ACPC, place.at.area)[0].email)
        for course, back in COURSES.items():
            asked_at = hour(clock.day_of(now) - days(back), 11)
            row = await DB.fetchrow(_HARMED, place.code, asked_at)
            if row is not None:
                await _review(course, row, asked_at, lead, member, place, rng)


async def _review(course: str, row: Any, asked_at: dt.datetime, lead: User, member: User, place: Place, rng: random.Random) -> None:
    texts = words("sharing")["case_reviews"]
    child = await YoungPerson.objects().get(YoungPerson.id == row["young_person"])
    if child is None:
        return
    with clock.stopped_at(asked_at):
        happened_on = clock.day_of(row["happened_at"])
        new = AskReview(area=member.area or "", happened="serious_harm", happened_on=happened_on, concern=rng.choice(texts["concern"]))
        review = await actions.ask_review(by=lead, young_person=child, new=new)
    if course == "asked":
        return
    with clock.stopped_at(asked_at + days(9)):
        decision = DecideReview(decision="hold", reason=rng.choice(texts["reason"]), decided_on=clock.today(), chair="Independent chair")
        review = await actions.decide_review(by=member, review=review, decision=decision, version=1)
        code = await DB.fetchval("SELECT code FROM agency WHERE id = $1", lead.agency)
        panel = AddParty(seat="custody", member=lead.name, agency=code, asked_on=clock.today(), due_on=clock.today() + days(42))
        party = await actions.add_party(by=member, review=review, new=panel)
    with clock.stopped_at(asked_at + days(60)):
        made = [
            await actions.recommend(
                by=member, review=review, new=Recommend(text=text, party=party.id, owner=lead.name, due_on=clock.today() + days(60))
            )
            for text in texts["recommendations"]
        ]
        if course == "held":
            return
        await actions.receive_review(by=lead, review=review, party=party, new=ReceiveReview(received_on=clock.today()), version=1)
    with clock.stopped_at(asked_at + days(120)):
        ending = CompleteReview(completed_on=clock.today(), summary=texts["summary"][0], published_on=clock.today())
        review = await actions.complete_review(by=member, review=review, new=ending, version=review.version)
        for one in made[:2]:
            done = FinishRecommendation(done_on=clock.today(), evidence=texts["evidence"][0])
            await actions.finish_recommendation(by=lead, review=review, recommendation=one, new=done, version=1)
        await actions.record_change(by=member, review=review, new=RecordChange(what=texts["change"][0], changed_on=clock.today()))
