"""How often someone is to be in touch: what is due and what was missed, as a table; who is told; who may plan."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.test_keep_apart_pages import faults
from tests.world import LEEDS, TODAY, events_of
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.actions import record_care_period, record_contact
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.contact_plans.access import get_plan_for
from yosafe.people.contact_plans.actions import end_contact_plan, plan_contacts
from yosafe.people.contact_plans.queries import DueFilter, contacts_due, overdue_with, plans_of
from yosafe.people.contact_plans.rules import Held, Plan, codes_for, due_words, every_words, held_since, kinds_for, standing, standing_words
from yosafe.people.contact_plans.schemas import EndPlan, PlanContacts
from yosafe.people.queries import completeness
from yosafe.people.schemas import RecordCarePeriod, RecordContact
from yosafe.people.tables import ContactPlan


def may(day):
    """`may(1)` is 1 May 2026; 32 is 1 June."""
    return dt.date(2026, 5, 1) + dt.timedelta(days=day - 1)


EVERY_10 = Plan(every_days=10, since=may(1))
IN_CUSTODY = [Held(arrived_on=may(-20))]


@pytest.mark.parametrize(("plan", "contacts", "stays", "today", "expected"), [
    # planned, made, missed, next due, days overdue
    (EVERY_10, [], IN_CUSTODY, may(1), (0, 0, 0, may(11), 0)),
    (EVERY_10, [], IN_CUSTODY, may(10), (0, 0, 0, may(11), 0)),
    (EVERY_10, [], IN_CUSTODY, may(11), (1, 0, 1, may(11), 0)),               # due today
    (EVERY_10, [], IN_CUSTODY, may(12), (1, 0, 1, may(11), 1)),
    (EVERY_10, [1], IN_CUSTODY, may(11), (1, 1, 0, may(11), 0)),              # the first day is of the first span
    (EVERY_10, [10], IN_CUSTODY, may(11), (1, 1, 0, may(20), 0)),             # and so is the tenth
    (EVERY_10, [11], IN_CUSTODY, may(11), (1, 1, 1, may(21), 0)),             # the eleventh is of the second
    (EVERY_10, [2, 3, 4], IN_CUSTODY, may(31), (3, 3, 2, may(14), 17)),       # three in one span do not make up for the others
    (EVERY_10, [-3], IN_CUSTODY, may(11), (1, 0, 1, may(11), 0)),             # before the plan
    (EVERY_10, [12], IN_CUSTODY, may(11), (1, 0, 1, may(11), 0)),             # not yet
    (EVERY_10, [], [], may(40), (0, 0, 0, None, 0)),                          # held nowhere: nothing is due
    (EVERY_10, [], [Held(arrived_on=may(-20), left_on=may(9))], may(40), (0, 0, 0, None, 0)),
    (EVERY_10, [], [Held(arrived_on=may(-20), left_on=may(10))], may(40), (1, 0, 1, None, 0)),
    (EVERY_10, [], [Held(arrived_on=may(-20), left_on=may(9)), Held(arrived_on=may(21))], may(32), (1, 0, 1, may(31), 1)),
    (EVERY_10, [], [Held(arrived_on=may(-20), left_on=may(9)), Held(arrived_on=may(9))], may(12), (1, 0, 1, may(11), 1)),  # a transfer
    (Plan(every_days=10, since=may(1), until=may(15)), [12, 16], IN_CUSTODY, may(40), (1, 1, 1, None, 0)),
    (Plan(every_days=1, since=may(1)), [1, 2], IN_CUSTODY, may(3), (2, 2, 0, may(3), 0)),
])  # fmt: skip
def test_how_a_plan_stands(plan, contacts, stays, today, expected):
    found = standing(plan, [may(day) for day in contacts], stays, today=today)
    assert (found.planned, found.made, found.missed, found.next_due_on, found.overdue_days) == expected


DAYS = st.integers(-60, 200).map(may)


@given(st.integers(1, 60), DAYS, st.lists(DAYS, max_size=12), DAYS)
def test_what_holds_of_every_plan(every, since, contacts, today):
    found = standing(Plan(every_days=every, since=since), contacts, [Held(arrived_on=may(-100))], today=today)
    assert 0 <= found.missed <= found.planned
    assert found.planned - found.missed <= found.made
    assert found.next_due_on is not None
    assert found.overdue_days == max(0, (today - found.next_due_on).days)
    seen = standing(Plan(every_days=every, since=since), [*contacts, max(today, since)], [Held(arrived_on=may(-100))], today=max(today, since))
    assert seen.overdue_days == 0  # whoever is seen today is not overdue today


@pytest.mark.parametrize(("stays", "since"), [
    ([], None),
    ([Held(arrived_on=may(1), left_on=may(5))], None),
    ([Held(arrived_on=may(1))], may(1)),
    ([Held(arrived_on=may(1), left_on=may(5)), Held(arrived_on=may(6))], may(1)),
    ([Held(arrived_on=may(1), left_on=may(5)), Held(arrived_on=may(7))], may(7)),
])  # fmt: skip
def test_held_since(stays, since):
    assert held_since(stays) == since


def test_what_does_for_what():
    assert set(kinds_for("visit")) == {"visit", "meeting", "court"}
    assert set(kinds_for("call")) == {*kinds_for("visit"), "video", "telephone"}
    assert set(kinds_for("any")) == {*kinds_for("call"), "letter", "message"}
    assert "mother" in codes_for("family")
    assert codes_for("yot") == ("yot",)
    assert [every_words(days) for days in (1, 7, 10, 28)] == ["every day", "every week", "every 10 days", "every 4 weeks"]


def test_in_words():
    found = standing(EVERY_10, [may(2), may(12)], IN_CUSTODY, today=may(34))
    assert standing_words(EVERY_10, found, "visits") == "Planned 3 visits since 1 May 2026, 2 made, 1 missed."
    assert due_words(found, today=may(34)) == "12 days overdue"
    assert due_words(found, today=may(22)) == "12 days overdue"  # by the standing that was worked out


SINCE = TODAY - dt.timedelta(days=20)


def visits(whom="yot", every=7, since=SINCE, **changes):
    return PlanContacts(**{"from_whom": whom, "way": "visit", "every_days": every, "agreed_by": "The team and Kai", "since": since} | changes)


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("amina", visits(), None),
    ("cleo", visits("family", way="call"), None),
    ("esi", visits("social_worker"), None),
    ("dan", visits(), Refused),
    ("amina", visits("mother"), "from_whom"),
    ("amina", visits(way="letter"), "way"),
    ("amina", visits(since=TODAY + dt.timedelta(days=1)), "since"),
    ("amina", visits(since=dt.date(2010, 3, 13)), "since"),
])  # fmt: skip
async def test_who_plans(world, who, new, refused):
    if refused is None:
        await plan_contacts(by=world[who], young_person=world.kai, new=new)
        assert (await events_of(world.kai.id))[-1] == "contact-plan:started"
        return
    with pytest.raises(Refused if refused is Refused else Invalid) as refusal:
        await plan_contacts(by=world[who], young_person=world.kai, new=new)
    if refused is not Refused:
        assert [fault.key for fault in refusal.value.errors] == [refused]
    assert not await ContactPlan.exists()


async def test_a_new_plan_takes_the_place_of_the_one_before(world):
    first = await plan_contacts(by=world.amina, young_person=world.kai, new=visits())
    with pytest.raises(Conflict):
        await plan_contacts(by=world.amina, young_person=world.kai, new=visits(since=SINCE - dt.timedelta(days=1)))
    await plan_contacts(by=world.amina, young_person=world.kai, new=visits(way="call"))  # beside it
    second = await plan_contacts(by=world.amina, young_person=world.kai, new=visits(every=14, since=TODAY))
    assert [(plan.id, plan.until) for plan in await plans_of(world.kai.id)] == [(second.id, None), (2, None), (first.id, TODAY)]
    ending = EndPlan(until=TODAY, reason="He is released soon.")
    with pytest.raises(Stale):
        await end_contact_plan(by=world.amina, plan=second, ending=ending, version=2)
    ended = await end_contact_plan(by=world.amina, plan=second, ending=ending, version=1)
    with pytest.raises(Conflict):
        await end_contact_plan(by=world.amina, plan=ended, ending=ending, version=2)
    with pytest.raises(NotFound):
        await get_plan_for(world.ben, world.kai.id, second.id)
    titles = [entry.title for entry in (await chronology(world.amina, world.kai, Wanted(source="contact-plan"))).items]
    assert "No longer planned: visits every 2 weeks (Youth offending team)" in titles
    assert len(titles) == 4


async def test_whoever_owes_it_is_told(world, client):
    await record_care_period(
        by=world.esi,
        young_person=world.kai,
        new=RecordCarePeriod(status="looked_after", legal_basis="care_order", responsible_area=LEEDS, started_on=SINCE),
    )
    for whom in ("yot", "social_worker", "family"):
        await plan_contacts(by=world.cleo, young_person=world.kai, new=visits(whom))
    for kind, day in (("visit", 19), ("telephone", 2), ("planned_missed", 1)):
        missed = {"missed_reason": "distance"} if kind == "planned_missed" else {}
        new = RecordContact(kind=kind, from_whom="yot", happened_on=TODAY - dt.timedelta(days=day), **missed)
        await record_contact(by=world.amina, young_person=world.kai, new=new)
    owed = {
        name: [one.from_whom for one in (await contacts_due(world[name], DueFilter(overdue=True))).items]
        for name in ("amina", "esi", "cleo", "ben", "jay")
    }
    assert owed == {"amina": ["yot"], "esi": ["social_worker"], "cleo": ["family"], "ben": [], "jay": []}
    assert len((await contacts_due(world.cleo, DueFilter(mine=False))).items) == 3
    [team] = (await contacts_due(world.amina, DueFilter())).items
    assert (team.planned, team.made, team.missed, team.overdue_days, team.owner) == (2, 1, 1, 12, "Leeds YOT")
    amina = await client(world.amina)
    assert "Planned contacts that are overdue" in (await amina.get("/")).text
    assert "12 days overdue" in (await amina.get("/children/YP-000001")).text
    section = await amina.get("/children/YP-000001/contacts")
    assert "Planned 2 visits since 15 September 2026, 1 made, 1 missed." in section.text
    assert "The journey was too far or cost too much." in section.text
    assert "Morton" in (await amina.get("/contacts-due")).text
    assert (await amina.get("/contacts-due?whose=moon")).status_code == 422
    around = (await completeness(world.amina)).around
    assert (around.held, around.in_care, around.answered_for, around.contacts_planned) == (1, 1, 0, 1)
    assert "Who is there for those in custody" in (await amina.get("/children/completeness")).text
    assert "13 days" in (await amina.get("/children")).text  # of the three, that which is most overdue
    assert await overdue_with(world.amina, [world.nia.id], "2002") == {}


async def test_by_page_and_by_api(client, api, world):
    amina, here = await client(world.amina), "/children/YP-000001"
    form = {"from_whom": "yot", "way": "visit", "every_days": "28", "agreed_by": "All", "since-day": "1", "since-month": "9", "since-year": "2026"}
    assert faults(await amina.send_form(f"{here}/contact-plans/new", form | {"every_days": "27"})) == ["every_days"]
    assert (await amina.send_form(f"{here}/contact-plans/new", form)).headers["location"] == f"{here}/contacts?done=planned"
    missed = await amina.get(f"{here}/contacts/new?kind=planned_missed&with=yot")
    assert '<option value="yot" selected>' in missed.text
    contact = {"kind": "planned_missed", "from_whom": "yot", "happened_on-day": "1", "happened_on-month": "10", "happened_on-year": "2026"}
    assert faults(await amina.send_form(f"{here}/contacts/new", contact)) == ["missed_reason"]
    assert (await amina.send_form(f"{here}/contacts/new", contact | {"missed_reason": "transport"})).status_code == 303
    script = await api(world.amina)
    [plan] = (await script.get("/api/v1/young-people/YP-000001/contact-plans")).json()["items"]
    assert (plan["every_days"], plan["planned"], plan["next_due_on"]) == (28, 1, "2026-10-05")
    body = {"until": "2026-10-05", "reason": "He is released soon."}
    path = f"/api/v1/young-people/YP-000001/contact-plans/{plan['id']}/end"
    assert (await script.post(path, json=body, headers={"If-Match": '"9"'})).json()["current"]["version"] == 1
    assert (await script.post(path, json=body, headers={"If-Match": '"1"'})).json()["until"] == "2026-10-05"
    assert (await script.get("/api/v1/contacts-due")).json()["items"] == []
