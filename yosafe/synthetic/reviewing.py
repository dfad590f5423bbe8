"""Joint reviews that have met: run through the actions of reviews themselves, each thing at its own moment of the past."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.reference.working_days import add_working_days, is_working_day
from yosafe.refs import ref
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_action_for, get_review_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.agenda.actions import ask_for_review
from yosafe.reviews.agenda.schemas import AskForReview
from yosafe.reviews.meeting_schemas import (
    AgreeAction,
    ArrangeReview,
    DecideCase,
    FinishAction,
    FlagDecision,
    GiveView,
    ListCase,
    RecordAttendance,
)
from yosafe.reviews.minutes.actions import add_addendum, lock_minutes
from yosafe.reviews.minutes.schemas import LockMinutes
from yosafe.reviews.panels.actions import keep_panel
from yosafe.reviews.panels.schemas import KeepPanel
from yosafe.reviews.rules import Outcome
from yosafe.reviews.tables import Review, ReviewCase
from yosafe.reviews.tracker.actions import finish_action

from .book import days, hour
from .estate import Agencies, Place, Worker
from .names import FEMALE
from .words import slots_of, words
from .young_people import weighted

BACK = (37, 9)  # days before today on which reviews met, or the working day before
AHEAD = 6  # days to the next one
CASES = 4
NIGHTS = 2  # days from one night on which flags are worked out to the next
LOOKED_AT = days(3)  # flags are worked out and cases listed as long before the meeting
# What a flag speaks for; the first that is there decides.
DECISIONS = (
    ({"self-harm-recent"}, {"support_plan": 70.0, "refer": 15.0, "assess": 15.0}),
    ({"harmed-by-others", "accumulation"}, {"keep_apart": 45.0, "support_plan": 25.0, "move": 15.0, "refer": 15.0}),
    ({"lost-social-worker", "no-yot-contact", "far-from-home"}, {"restore_contact": 80.0, "continue": 20.0}),
    ({"assessment-overdue", "no-arrival-screen", "care-status-unknown"}, {"assess": 85.0, "continue": 15.0}),
)
OTHERWISE = {"continue": 100.0}
OUTCOMES = {"agreed": 38.0, "already_known": 38.0, "disagreed": 17.0, "more_information": 7.0}
PARTS = {"attended": 42.0, "asked_beforehand": 26.0, "through_advocate": 7.0, "declined": 13.0, "not_asked": 12.0}
SPOKE = frozenset({"attended", "asked_beforehand", "through_advocate"})
CAME = {"attended": 46.0, "by_phone": 22.0, "sent_view": 14.0, "absent": 18.0}
FINISHED = 0.66
DISSENT = 0.12

_LIKELY = """
    SELECT f.young_person, y.given_names, y.sex, y.home_area, p.establishment, array_agg(f.indicator ORDER BY f.indicator) AS indicators FROM flag f
    JOIN placement p ON p.young_person = f.young_person AND p.left_at IS NULL AND p.establishment = $1 AND p.arrived_at < $2
    JOIN young_person y ON y.id = f.young_person
    WHERE f.cleared_on IS NULL AND f.closed_at IS NULL AND f.level IN ('raised', 'high')
    GROUP BY f.young_person, y.given_names, y.sex, y.home_area, p.establishment
    ORDER BY count(*) FILTER (WHERE f.level = 'high') DESC, count(*) DESC, f.young_person LIMIT $3
"""
_FROM_HOME = """
    SELECT y.id, y.home_area FROM placement p JOIN young_person y ON y.id = p.young_person
    WHERE p.establishment = $1 AND p.left_at IS NULL AND p.arrived_at < $2
        AND EXISTS (SELECT FROM agency g WHERE g.kind = 'yot' AND g.area = y.home_area)
    ORDER BY y.id DESC LIMIT 1
"""
_FLAGS = "SELECT c.flag FROM review_case_flag c WHERE c.review_case = $1 ORDER BY c.flag"


async def work_out_flags(now: dt.datetime) -> None:
    """The nights since the last review: flags are as old as what they rest on."""
    last = days_met(clock.day_of(now))[-1] - LOOKED_AT
    nights = (clock.day_of(now) - days(back) for back in range((clock.day_of(now) - last).days - 1, 0, -NIGHTS))
    for night in nights:
        with clock.stopped_at(hour(night, 23.5)):
            await refresh_flags(by=Operator("system"), as_of=clock.today())


def days_met(today: dt.date) -> list[dt.date]:
    """The working days on which reviews have met."""
    found = []
    for back in BACK:
        day = today - days(back)
        while not is_working_day(day):
            day -= days(1)
        found.append(day)
    return found


class Reviews:
    """Those of every establishment that has a committee."""

    def __init__(self, places: Sequence[Place], agencies: Agencies, rng: random.Random) -> None:
        self.places, self.agencies, self.rng = places, agencies, rng
        self.also = random.Random(rng.getstate()[1][0])  # noqa: S311  # of what was added later, so that the rest stays as it was
        self.panels: set[str] = set()

    async def meet(self, day: dt.date) -> None:
        """Flags are worked out, cases listed, views given; on the day it is decided who does what."""
        with clock.stopped_at(hour(day - LOOKED_AT, 9)):
            await refresh_flags(by=Operator("system"), as_of=clock.today())
        for place in self.places:
            await self._meet(place, day)

    async def _meet(self, place: Place, day: dt.date) -> None:
        lead = await self._lead(place)
        chair = self.agencies.in_area(AgencyKind.ACPC, place.at.area)[0].name
        if first := place.code not in self.panels:
            await self._panel(place, lead, day)
        with clock.stopped_at(hour(day - days(10), 10)):
            review = await meetings.arrange_review(by=lead, new=ArrangeReview(meets_on=day, chair=chair))
        listed = []
        with clock.stopped_at(hour(day - LOOKED_AT, 14)):
            for child in await DB.fetch(_LIKELY, place.code, clock.now(), CASES):
                listed.append(
                    (child, await meetings.list_case(by=lead, review=review, new=ListCase(young_person=young_person_ref(child["young_person"]))))
                )
        for child, case in listed:
            await self._give_views(place, child, case, day)
        await self._attend(place, review, lead, [child for child, _ in listed], day)
        for number, (child, case) in enumerate(listed):
            with clock.stopped_at(hour(day, 10 + number / 3)):
                await self._decide(review, case, lead, child)
        if first:  # the minutes of the later one are still to be agreed
            await self._lock(review, lead, chair, day)

    async def _panel(self, place: Place, lead: User, day: dt.date) -> None:
        """Each establishment has its standing panel since before its first review."""
        self.panels.add(place.code)
        area = place.at.area
        needed = [self.agencies.of(AgencyKind.YOI, place.code).code, self.agencies.in_area(AgencyKind.SOCIAL_SERVICES, area)[0].agency.code]
        committee = self.agencies.in_area(AgencyKind.ACPC, area)[0]
        panel = KeepPanel(
            chair=committee.name, every_weeks=4, agencies=(*needed, committee.agency.code), must_come=tuple(needed),
            least_agencies=2,
        )  # fmt: skip
        with clock.stopped_at(hour(day - days(20), 10)):
            await keep_panel(by=lead, new=panel)

    async def _lock(self, review: Review, lead: User, chair: str, day: dt.date) -> None:
        """Agreed some days later; one agency adds something."""
        with clock.stopped_at(hour(day + days(3), 15)):
            now = await get_review_for(lead, ref("RV", review.id))
            await lock_minutes(by=lead, review=now, version=now.version, new=LockMinutes(agreed_by=chair))
        with clock.stopped_at(hour(day + days(6), 11)):
            await add_addendum(by=lead, review=now, case=None, text=words("reviews")["addenda"]["text"][0])

    async def _give_views(self, place: Place, child: Any, case: ReviewCase, day: dt.date) -> None:
        speakers = (
            ("yoi", self._one(self.agencies.at(place.code, Role.YOI_LEAD)), 1.0),
            ("yot", self._one(self.agencies.in_area(AgencyKind.YOT, child["home_area"])), 0.75),
            ("social_services", self._one(self.agencies.in_area(AgencyKind.SOCIAL_SERVICES, place.at.area)), 0.5),
        )
        for number, (kind, worker, share) in enumerate(speakers):
            if self.rng.random() < share:
                with clock.stopped_at(hour(day - days(1), 11 + number)):
                    view = self.rng.choice(words("reviews")["views"][kind]).format_map(_slots(child))
                    dissents = kind != "yoi" and self.also.random() < DISSENT
                    if dissents:
                        view = self.also.choice(words("reviews")["dissent"]["text"])
                    await meetings.give_view(by=await user_by_email(worker.email), case=case, new=GiveView(view=view, dissents=dissents))

    async def _attend(self, place: Place, review: Review, lead: User, children: Iterable[Any], day: dt.date) -> None:
        people = [(self.agencies.of(AgencyKind.YOI, place.code).code, lead.name, "attended")]
        committee = self.agencies.in_area(AgencyKind.ACPC, place.at.area)[0]
        social = self._one(self.agencies.in_area(AgencyKind.SOCIAL_SERVICES, place.at.area))
        teams = {child["home_area"]: self._one(self.agencies.in_area(AgencyKind.YOT, child["home_area"])) for child in children}
        people += [(one.agency.code, one.name, weighted(self.rng, CAME)) for one in (social, *teams.values())]
        people.append((committee.agency.code, committee.name, "attended"))
        with clock.stopped_at(hour(day, 9.5)):
            for agency, person, came in people:
                await meetings.record_attendance(by=lead, review=review, new=RecordAttendance(agency=agency, person=person, attended=came))

    async def _decide(self, review: Review, case: ReviewCase, lead: User, child: Any) -> None:
        rng, texts = self.rng, words("reviews")
        decision = weighted(rng, next((what for indicators, what in DECISIONS if indicators & set(child["indicators"])), OTHERWISE))
        part = weighted(rng, PARTS)
        new = DecideCase(
            decision=decision,
            reason=rng.choice(texts["decisions"][decision]).format_map(_slots(child)),
            child_came=part,
            child_said=rng.choice(texts["said"]["text"]) if part in SPOKE else None,
            plan=self.also.choice(texts["plans"]["text"]),
            advocate="came" if part == "through_advocate" else "not_wanted",
            next_review_on=clock.today() + days(28) if rng.random() < 0.6 else None,
            flags=tuple([self._outcome(row["flag"]) for row in await DB.fetch(_FLAGS, case.id)]),
            actions=tuple(self._action(what, decision, child) for what in texts["actions"][decision]),
        )
        await meetings.decide_case(by=lead, review=review, case=case, version=1, new=new)

    def _outcome(self, flag: int) -> FlagDecision:
        outcome = weighted(self.rng, OUTCOMES)
        reasons = words("reviews")["reasons"].get(outcome)
        return FlagDecision(flag=flag, outcome=Outcome(outcome), reason=self.rng.choice(reasons) if reasons else None)

    def _action(self, what: str, decision: str, child: Any) -> AgreeAction:
        outside = decision in ("restore_contact", "assess")
        staff = self.agencies.in_area(AgencyKind.YOT, child["home_area"]) if outside else self.agencies.at(child["establishment"], Role.YOI_LEAD)
        owner = self._one(staff)
        return AgreeAction(what=what, owner_agency=owner.agency.code, owner_name=owner.name, due_on=clock.today() + days(self.rng.randint(5, 24)))

    async def finish(self, now: dt.datetime) -> None:
        """Most actions whose day has come are done, some are not."""
        for row in await DB.fetch("SELECT id, due_on, owner_agency FROM action WHERE due_on < $1 ORDER BY id", clock.day_of(now)):
            if self.rng.random() < FINISHED:
                owner = next(worker for worker in self.agencies.workers if worker.agency.id == row["owner_agency"] and worker.may("action:finish"))
                with clock.stopped_at(hour(row["due_on"] - days(1), 15)):
                    by = await user_by_email(owner.email)
                    done = FinishAction(
                        note=self.rng.choice(words("reviews")["done"]["note"]), evidence=words("reviews")["done"]["evidence"][row["id"] % 3]
                    )
                    await finish_action(by=by, action=await get_action_for(by, row["id"]), version=1, new=done)

    async def arrange_next(self, now: dt.datetime) -> None:
        """The next meeting of each establishment, to which cases can be listed."""
        meets_on = add_working_days(clock.day_of(now) + days(AHEAD), 1).due
        for place in self.places:
            chair = self.agencies.in_area(AgencyKind.ACPC, place.at.area)[0].name
            with clock.stopped_at(now - days(2)):
                await meetings.arrange_review(by=await self._lead(place), new=ArrangeReview(meets_on=meets_on, chair=chair))
            await self._ask(place, now)

    async def _ask(self, place: Place, now: dt.datetime) -> None:
        """A team asks that the next review looks at someone from its area."""
        row = await DB.fetchrow(_FROM_HOME, place.code, now - days(2))
        if row is None:
            return
        worker = self.also.choice(self.agencies.in_area(AgencyKind.YOT, row["home_area"]))
        with clock.stopped_at(now - days(1)):
            by = await user_by_email(worker.email)
            child = await get_young_person_for(by, young_person_ref(row["id"]))
            await ask_for_review(by=by, young_person=child, new=AskForReview(reason=self.also.choice(words("reviews")["requests"]["text"])))

    async def _lead(self, place: Place) -> User:
        return await user_by_email(self.agencies.at(place.code, Role.YOI_LEAD)[0].email)

    def _one(self, workers: Sequence[Worker]) -> Worker:
        return self.rng.choice(workers)


def _slots(child: Any) -> dict[str, str]:
    return slots_of(child["given_names"], girl=child["sex"] == FEMALE)
