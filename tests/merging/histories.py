"""Histories of two records of one child, made through the real actions, and the whole database as it stands."""

import contextlib
import datetime as dt
import random
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tests.incidents.make import incident, involve
from tests.referrals.make import considered, record, send
from tests.welfare import answers as welfare
from tests.world import KAI_ARRIVED, LEEDS, NOW, OAKHILL, WETHERBY, World, another_child, arrival, kai
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import DomainError
from yosafe.forms.drafts import start_draft
from yosafe.incidents import access as incident_access
from yosafe.incidents import actions as incidents
from yosafe.incidents.schemas import AddAddendum, MoveIncident, RecordOutcome
from yosafe.people import access as people_access
from yosafe.people import actions, merge_actions
from yosafe.people import identifier_actions as identifiers
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.care_actions import correct_care_period
from yosafe.people.chronology import Wanted, entries
from yosafe.people.contact_plans import actions as contact_plans
from yosafe.people.contact_plans.schemas import PlanContacts
from yosafe.people.marks.access import get_mark_for
from yosafe.people.marks.actions import mark_entry, take_off_mark
from yosafe.people.marks.rules import entry_key
from yosafe.people.marks.schemas import MarkEntry, TakeOffMark
from yosafe.people.merge_rules import Which, to_choose
from yosafe.people.schemas import (
    ChangeYoungPerson,
    CorrectCarePeriod,
    EndPlacement,
    MoveUnit,
    RecordCarePeriod,
    RecordContact,
    RecordName,
    RecordNumber,
)
from yosafe.people.tables import Placement, RecordMerge, YoungPerson
from yosafe.people.time_out import access as time_out_access
from yosafe.people.time_out import actions as time_out
from yosafe.people.time_out.schemas import EndTimeOut, StartTimeOut
from yosafe.people.workers import actions as workers
from yosafe.people.workers.schemas import NameWorker
from yosafe.referrals import access as referral_access
from yosafe.reviews import access as review_access
from yosafe.reviews import meeting_actions as reviews
from yosafe.reviews.actions import answer_flag, refresh_flags
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, DecideCase, FinishAction, GiveView, ListCase
from yosafe.reviews.rules import Outcome
from yosafe.reviews.tracker.actions import finish_action
from yosafe.welfare.actions import complete_assessment

WHY = "Both teams compared the papers."


async def second_record(world: World, **changes: Any) -> YoungPerson:
    """The same Kai as Leeds recorded him again, not held anywhere yet."""
    details = {"given_names": "Kay", "ethnicity": "white_irish", "religion": "christian", **changes}
    with clock.stopped_at(KAI_ARRIVED):
        return await actions.add_young_person(by=world.amina, new=await another_child(world.amina, kai(**details)))


async def now(world: World, young_person: YoungPerson | int) -> YoungPerson:
    return await get_young_person_for(world.amina, young_person if isinstance(young_person, int) else young_person.id)


async def merge(world: World, kept: YoungPerson, other: YoungPerson, *, by: str = "amina", which: Which = Which.OTHER, **more: Any) -> RecordMerge:
    """Merge as the records stand now; wherever they differ, what one of them says stays."""
    kept, other = await now(world, kept), await now(world, other)
    choices = dict.fromkeys((*to_choose(merge_actions.details_of(kept), merge_actions.details_of(other)), "care"), which)
    given: dict[str, Any] = {"choices": choices, "version": kept.version, "other_version": other.version, "reason": WHY} | more
    return await merge_actions.merge_records(by=world[by], kept=kept, other=other, **given)


async def undo(world: World, merged: RecordMerge, *, by: str = "amina") -> None:
    await merge_actions.undo_merge(by=world[by], merge=merged, reason="They are brothers, not one child.")


NOT_COMPARED = ("audit_entry", "audit_head", "record_merge", "record_merge_row", "session", "idempotency", "migration")


async def database() -> dict[str, Any]:
    """Every row of every table, but for the trail and what merges keep. Versions of young people only go up: they are apart."""
    names = [row["tablename"] for row in await DB.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    rows = {}
    for name in names:
        if name not in NOT_COMPARED:
            found = await DB.fetch(f"SELECT to_jsonb(t) AS row FROM {name} t")
            rows[name] = {str(one["row"]["id"]): one["row"] for one in found}
    for one in rows["young_person"].values():
        del one["version"]
    return rows


async def versions() -> dict[int, int]:
    return {row["id"]: row["version"] for row in await DB.fetch("SELECT id, version FROM young_person")}


# Steps: each does one thing about one of the two, or is refused and leaves nothing.


class Course:
    """Two records while things are recorded about them."""

    def __init__(self, world: World, pair: tuple[YoungPerson, YoungPerson], chance: random.Random) -> None:
        self.world, self.pair, self.chance = world, pair, chance

    async def take(self, step: str, whose: int) -> None:
        who = await now(self.world, self.pair[whose])
        with contextlib.suppress(DomainError):
            await STEPS[step](self, who)

    def other(self, who: YoungPerson) -> YoungPerson:
        return self.pair[0] if who.id == self.pair[1].id else self.pair[1]

    async def one(self, query: str, who: YoungPerson) -> int:
        """One of the numbers that a query about a young person finds. Raises a DomainError where there are none."""
        rows = [row["id"] for row in await DB.fetch(query, who.id)]
        if not rows:
            raise DomainError("none")
        return int(self.chance.choice(rows))


async def contact(course: Course, who: YoungPerson) -> None:
    new = RecordContact(kind="visit", from_whom=course.chance.choice(("yot", "social_worker")), happened_on=clock.today(), note="Talked.")
    await actions.record_contact(by=course.world.amina, young_person=who, new=new)


async def named(course: Course, who: YoungPerson) -> None:
    new = RecordName(kind="nickname", given_names=course.chance.choice(("Kaz", "Big K")))
    await identifiers.record_name(by=course.world.amina, young_person=who, new=new)


async def numbered(course: Course, who: YoungPerson) -> None:
    new = RecordNumber(kind="prison", value=f"A{course.chance.randint(1000, 9999)}AA")
    await identifiers.record_number(by=course.world.amina, young_person=who, new=new)


async def care(course: Course, who: YoungPerson) -> None:
    new = RecordCarePeriod(status="looked_after", legal_basis="care_order", responsible_area=LEEDS, started_on=clock.today())
    if course.chance.random() < 0.5:
        new = RecordCarePeriod(status="formerly_in_care", started_on=clock.today())
    await actions.record_care_period(by=course.world.esi, young_person=who, new=new)


async def corrected(course: Course, who: YoungPerson) -> None:
    esi, found = course.world.esi, await course.one("SELECT id FROM care_period WHERE young_person = $1 ORDER BY 1", who)
    period = await people_access.get_care_period_for(esi, who.id, found)
    day = period.started_on - dt.timedelta(days=course.chance.randint(0, 3))
    new = CorrectCarePeriod(status="never", started_on=day, reason="The papers say so.")
    await correct_care_period(by=esi, young_person=who, period=period, correction=new, version=period.version)


async def worked_with(course: Course, who: YoungPerson) -> None:
    names, roles = ("Ada Moss", "Bo Lind", None), ("social_worker", "advocate")
    new = NameWorker(role=course.chance.choice(roles), name=course.chance.choice(names), since=clock.today())
    await workers.name_worker(by=course.world.amina, young_person=who, new=new)


async def planned(course: Course, who: YoungPerson) -> None:
    new = PlanContacts(from_whom=course.chance.choice(("yot", "family")), way="visit", every_days=28, agreed_by="All", since=clock.today())
    await contact_plans.plan_contacts(by=course.world.amina, young_person=who, new=new)


async def went_out(course: Course, who: YoungPerson) -> None:
    new = StartTimeOut(reason="court", place="Crown Court", escort="Contractor", left_at=clock.now() - dt.timedelta(minutes=30))
    await time_out.start_time_out(by=course.world.dan, young_person=who, new=new)


async def came_back(course: Course, who: YoungPerson) -> None:
    found = await course.one("SELECT id FROM time_out WHERE young_person = $1 AND ended_at IS NULL", who)
    out = await time_out_access.get_time_out_for(course.world.amina, who.id, found)
    await time_out.end_time_out(by=course.world.dan, time_out=out, ending=EndTimeOut(returned_at=clock.now(), concern=False), version=out.version)


async def arrive(course: Course, who: YoungPerson) -> None:
    where = WETHERBY if course.chance.random() < 0.8 else OAKHILL
    await actions.start_placement(by=course.world.amina, young_person=who, new=arrival(where, clock.now()))


async def leave(course: Course, who: YoungPerson) -> None:
    held = await Placement.objects().get((Placement.young_person == who.id) & Placement.left_at.is_null())
    if held is not None:
        ending = EndPlacement(left_at=clock.now(), leaving_reason="released")
        await actions.end_placement(by=course.world.amina, placement=held, ending=ending, version=held.version)


async def change_unit(course: Course, who: YoungPerson) -> None:
    held = await Placement.objects().get((Placement.young_person == who.id) & Placement.left_at.is_null())
    if held is not None:
        await actions.move_unit(
            by=course.world.amina, placement=held, move=MoveUnit(unit=f"{course.chance.choice('BCD')} wing"), version=held.version
        )


async def happened(course: Course, who: YoungPerson) -> None:
    people = [involve(who, "harmed", injuries=course.chance.choice(([], ["bruise"])))]
    if course.chance.random() < 0.5:
        people.append(involve(course.other(who), course.chance.choice(("harmed", "present", "alleged_to_have_harmed"))))
    kind = course.chance.choice(("bullying", "assault"))
    await incident(course.world.dan, *people, kind=kind, happened_at=clock.now() - dt.timedelta(hours=2))


async def complained(course: Course, who: YoungPerson) -> None:
    await incident(course.world.dan, involve(who, "complainant"), kind="complaint", happened_at=clock.now() - dt.timedelta(hours=2))


async def an_incident(course: Course, who: YoungPerson) -> Any:
    found = await course.one("SELECT DISTINCT incident AS id FROM involvement WHERE young_person = $1 ORDER BY 1", who)
    return await incident_access.get_incident_for(course.world.cleo, found)


async def worked_on(course: Course, who: YoungPerson) -> None:
    cleo, found = course.world.cleo, await an_incident(course, who)
    await incidents.add_addendum(AddAddendum(text="More came to light."), by=cleo, incident=found)
    done = RecordOutcome(outcome="moved_apart", young_person=young_person_ref(who.id))
    await incidents.add_outcome(done, by=cleo, incident=found)
    await incidents.move(MoveIncident(action="investigate"), by=cleo, incident=found, version=found.version)


async def assessed(course: Course, who: YoungPerson) -> None:
    ref = young_person_ref(who.id)
    if course.chance.random() < 0.5:
        await complete_assessment(by=course.world.dan, young_person=who, new=welfare.screen(ref, completed_on=clock.today()))
    else:
        await complete_assessment(by=course.world.amina, young_person=who, new=welfare.asset(ref, completed_on=clock.today()))


async def referred(course: Course, who: YoungPerson) -> None:
    ref = incident_access.incident_ref((await an_incident(course, who)).id)
    await (send if course.chance.random() < 0.6 else considered)(course.world.cleo, who, ref)


async def answered(course: Course, who: YoungPerson) -> None:
    found = await course.one("SELECT id FROM referral WHERE young_person = $1 AND NOT considered_only", who)
    referral = await referral_access.get_referral_for(course.world.esi, found)
    await record(course.world.esi, referral, *course.chance.choice((("acknowledged", None), ("decided", "assessment"))))


async def flagged(course: Course, who: YoungPerson) -> None:
    await refresh_flags(by=Operator("system"))


async def flag_answered(course: Course, who: YoungPerson) -> None:
    found = await course.one("SELECT id FROM flag WHERE young_person = $1 AND cleared_on IS NULL", who)
    flag = await review_access.get_flag_for(course.world.cleo, found)
    await answer_flag(by=course.world.cleo, flag=flag, outcome=Outcome.AGREED, reason="Seen on the wing too.")


async def listed(course: Course, who: YoungPerson) -> None:
    """On one agenda, often both of them."""
    cleo = course.world.cleo
    number = await DB.fetchval("SELECT max(id) FROM review")
    if number is None or course.chance.random() < 0.3:
        number = (await reviews.arrange_review(by=cleo, new=ArrangeReview(meets_on=clock.today(), chair="Sam Hill"))).id
    review = await review_access.get_review_for(cleo, f"RV-{number:06}")
    case = await reviews.list_case(by=cleo, review=review, new=ListCase(young_person=young_person_ref(who.id), because="Talked of every week."))
    await reviews.give_view(by=cleo, case=case, new=GiveView(view="He keeps to his cell."))
    action = AgreeAction(what="Visit him weekly", owner_agency="leeds-yot", owner_name="Amina", due_on=clock.today())
    await reviews.agree_action(by=cleo, review=review, case=case, new=action)


async def a_case(course: Course, who: YoungPerson) -> Any:
    number = await course.one("SELECT id FROM review_case WHERE young_person = $1 AND decided_at IS NULL", who)
    row = await DB.fetchrow("SELECT review, number FROM review_case WHERE id = $1", number)
    return await review_access.get_case_for(course.world.cleo, f"RV-{row['review']:06}", row["number"])


async def decided(course: Course, who: YoungPerson) -> None:
    review, case = await a_case(course, who)
    flags = await DB.fetch(
        "SELECT cf.flag FROM review_case_flag cf JOIN flag f ON f.id = cf.flag WHERE cf.review_case = $1 AND f.closed_at IS NULL", case.id
    )
    outcomes = tuple({"flag": row["flag"], "outcome": "agreed"} for row in flags)
    new = {
        "decision": "support_plan",
        "reason": "All agreed on it.",
        "child_came": "attended",
        "advocate": "came",
        "child_said": "I want to move.",
        "flags": outcomes,
    }
    decision = msgspec.convert(new, DecideCase)
    await reviews.decide_case(by=course.world.cleo, review=review, case=case, version=case.version, new=decision)


async def finished(course: Course, who: YoungPerson) -> None:
    action = await review_access.get_action_for(
        course.world.cleo, await course.one("SELECT id FROM action WHERE young_person = $1 AND done_on IS NULL", who)
    )
    done = FinishAction(note="Done.", evidence="It is in the book.")
    await finish_action(by=course.world.cleo, action=action, version=action.version, new=done)


async def begun(course: Course, who: YoungPerson) -> None:
    ref = young_person_ref(who.id)
    answers = course.chance.choice(
        ({"people": [{"young_person": ref, "roles": ["harmed"]}]}, {"young_person": ref, "category": "physical"}, {"young_person": who.id})
    )
    await start_draft(by=course.world.dan, kind="incident", title="Begun", answers=answers)


async def changed(course: Course, who: YoungPerson) -> None:
    field = course.chance.choice(("known_as", "nationality"))
    change = ChangeYoungPerson(**{field: f"Name {course.chance.randint(1, 9)}"})
    await actions.change_young_person(by=course.world.amina, young_person=who, change=change, version=who.version)


async def marked(course: Course, who: YoungPerson) -> None:
    """One of the entries, or not any more where it is."""
    amina = course.world.amina
    entry = course.chance.choice((await entries(amina, who.id, Wanted(), limit=30)).items)
    if entry.mark is not None:
        mark = await get_mark_for(amina, young_person_ref(who.id), entry.key)
        await take_off_mark(by=amina, mark=mark, taking=TakeOffMark(why="It was another one."), version=mark.version)
    elif key := entry_key(entry.key):
        await mark_entry(by=amina, young_person=who, key=key, new=MarkEntry(why="It began with this."))


STEPS: dict[str, Callable[[Course, YoungPerson], Awaitable[None]]] = {
    step.__name__: step
    for step in (
        contact, care, arrive, leave, change_unit, happened, complained, worked_on, assessed, referred, answered, flagged, flag_answered, listed,
        decided, finished, begun, changed, named, numbered,
        corrected, worked_with, planned, went_out, came_back, marked,
    )
}  # fmt: skip


async def live_through(world: World, pair: tuple[YoungPerson, YoungPerson], steps: list[tuple[str, int]], *, seed: int, hours: int = 11) -> None:
    """The steps one after another, ending before NOW."""
    course = Course(world, pair, random.Random(seed))
    for n, (step, whose) in enumerate(steps):
        with clock.stopped_at(NOW - dt.timedelta(hours=hours * (len(steps) - n))):
            await course.take(step, whose)
