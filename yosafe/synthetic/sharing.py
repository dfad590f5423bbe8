"""Committees with members, meetings and protocols, and what establishments shared lately: through the actions themselves, each at its own moment of
the past. Some areas lack the youth offending team or the protocol, as inspectors found (5.10, 5.49)."""

import datetime as dt
import random
from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.committees.actions import name_member, record_meeting, record_protocol
from yosafe.committees.schemas import NameMember, RecordMeeting, RecordProtocol
from yosafe.db.engine import DB
from yosafe.people.tables import YoungPerson
from yosafe.sharing.shares.actions import answer_share, record_share
from yosafe.sharing.shares.schemas import AnswerShare, RecordShare

from .book import days, hour
from .estate import Agencies, Place
from .words import words
from .young_people import weighted

SEATS = {
    "social_services": 1.0, "education": 0.95, "health_managers": 0.95, "health_professionals": 0.9, "police": 1.0, "probation": 0.9, "yot": 0.35,
    "cps": 0.5, "gp": 0.25, "cafcass": 0.7, "nspcc": 0.6, "custody": 0.3,
}  # fmt: skip
POSTS = {
    "social_services": "Assistant director", "education": "Head of pupil services", "police": "Detective superintendent",
    "yot": "Manager of the team",
}  # fmt: skip
CAME = {"attended": 62.0, "deputy": 14.0, "apologies": 16.0, "absent": 8.0}
PROTOCOL = {"in_force": 0.45, "overdue": 0.25, "none": 0.3}
MET = (300, 210, 120, 30)  # days before today
SHARED, BACK = 5, days(45)
WITH = {
    "health": ("Health service, first-night nurse", "health"),
    "social_services": ("Duty team", "harm"),
    "yot": ("The team of the home area", "plans"),
}

_HELD = """
    SELECT p.young_person FROM placement p WHERE p.establishment = $1 AND p.left_at IS NULL AND p.arrived_at < $2
    ORDER BY p.arrived_at DESC, p.id LIMIT $3
"""


async def furnish_committees(agencies: Agencies, rng: random.Random, now: dt.datetime) -> None:
    """Of every area with a committee."""
    names = [worker.name for worker in agencies.workers]
    for code in agencies.areas(AgencyKind.ACPC):
        member = await user_by_email(agencies.in_area(AgencyKind.ACPC, code)[0].email)
        today = clock.day_of(now)
        with clock.stopped_at(hour(today - days(MET[0] + 20), 10)):
            seats = [seat for seat, share in SEATS.items() if rng.random() < share]
            for seat in seats:
                new = NameMember(seat=seat, name=rng.choice(names), post=POSTS.get(seat, "Manager"), since=clock.today() - days(rng.randint(0, 700)))
                await name_member(by=member, area=code, new=new)
        for back in MET:
            with clock.stopped_at(hour(today - days(back), 16)):
                attendance = {seat: weighted(rng, CAME) for seat in seats}
                met = RecordMeeting(met_on=clock.today(), chair=member.name, attendance=attendance)
                await record_meeting(by=member, area=code, new=met)
        await _sign(member, code, rng, today)


async def _sign(member: User, code: str, rng: random.Random, today: dt.date) -> None:
    course = weighted(rng, PROTOCOL)
    with clock.stopped_at(hour(today - days(280), 11)):
        starts, review = clock.today() + days(10), today + days(120) if course == "in_force" else today - days(40)
        protocols = [("information", "Sharing information to safeguard children", ["acpc", "social_services", "police", "health"])]
        if course != "none":
            protocols.append(("acpc_yot", "Children and young people who offend", ["acpc", "yot"]))
        for kind, title, signed in protocols:
            new = RecordProtocol(kind=kind, title=title, signatories=signed, starts_on=starts, review_on=review)
            await record_protocol(by=member, area=code, new=new)


async def share_lately(places: Sequence[Place], agencies: Agencies, rng: random.Random, now: dt.datetime) -> int:
    """At every establishment about some who are held: most was shared, one thing was withheld, one is asked for still. How many there are."""
    made = 0
    for place in places:
        lead = await user_by_email(agencies.at(place.code, Role.YOI_LEAD)[0].email)
        held = await DB.fetch(_HELD, place.code, now - BACK, SHARED)
        for number, row in enumerate(held):
            child = await YoungPerson.objects().get(YoungPerson.id == row["young_person"])
            if child is not None:
                await _share(lead, child, number, rng, now)
                made += 1
    return made


async def _share(lead: User, child: YoungPerson, number: int, rng: random.Random, now: dt.datetime) -> None:
    party, (name, about) = rng.choice([*WITH.items()])
    asked_at = hour(clock.day_of(now) - days(rng.randint(6, 30)), rng.uniform(9, 12))
    what = rng.choice(words("sharing")["shares"][about])
    with clock.stopped_at(asked_at):
        on = clock.today()
        new = RecordShare(party=party, party_name=name, categories=[about], what=what, happened="asked", on=on, due_on=on + days(10))
        share = await record_share(by=lead, young_person=child, new=new)
    if number == 0:
        return
    with clock.stopped_at(asked_at + days(2)):
        if number == 1:
            answer = AnswerShare(happened="withheld", on=clock.today(), withheld_because="not_needed")
        else:
            basis = weighted(rng, {"significant_harm": 50.0, "consent": 35.0, "public_task": 15.0})
            answer = AnswerShare(happened="shared", on=clock.today(), basis=basis, consent="given" if basis == "consent" else "refused")
        await answer_share(by=lead, share=share, answer=answer, version=1)
