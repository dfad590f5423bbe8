"""Sending a referral, and deciding against one."""

import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import another, incident, involve, rows_in_all_tables
from tests.referrals.make import LEEDS, considered, decision, extra, incident_of, letter, send, sent
from tests.world import World, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Invalid, NotFound, Refused
from yosafe.people.access import may_see
from yosafe.people.clock_queries import clocks_of
from yosafe.referrals import access, actions
from yosafe.referrals import recount as recounting
from yosafe.referrals.record import open_referral
from yosafe.referrals.schemas import ConsiderReferral, SendReferral


async def test_it_goes_to_home_and_host_and_both_see_the_child(world: World) -> None:
    more = await extra(world)
    assert not await may_see(world.esi, more.lee.id)
    assert not await may_see(world.jay, more.lee.id)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    assert made.ref == "RF-000001"
    assert made.status == "sent"
    assert [(r.name, r.part, r.on_service) for r in made.recipients] == [
        ("Leeds social services", "host", True), ("Kent social services", "home", True)
    ]  # fmt: skip
    for who in (world.esi, more.kim, world.jay, world.cleo, world.dan, world.ben):
        assert (await access.get_referral_for(who, made.ref)).host_area == LEEDS
    for who in (world.ivy, world.amina, world.femi, world.grace, world.hal):
        with pytest.raises(NotFound):
            await access.get_referral_for(who, made.ref)


async def test_its_clocks_start_and_belong_to_the_host(world: World) -> None:
    more = await extra(world)
    await send(world.cleo, more.lee, await incident_of(world, more.lee))
    clocks = await clocks_of(world.esi, more.lee.id)
    assert [(c.clock, c.due_on, c.owner, c.words) for c in clocks if c.subject == "RF-000001"] == [
        ("referral-decision", dt.date(2026, 10, 6), "Leeds social services", "Due in 1 working day"),
        ("core-assessment", dt.date(2026, 12, 7), "Leeds social services", "Due in 45 working days"),
    ]


async def test_it_keeps_where_the_child_was_and_who_sent_it(world: World) -> None:
    referral = await sent(world, world.kai)
    assert (referral.establishment, referral.home_area, referral.host_area, referral.source_code) == ("WYI", LEEDS, LEEDS, "7")
    by_team = await send(world.amina, world.kai, await incident_of(world, world.kai))
    assert (await access.get_referral_for(world.amina, by_team.ref)).source_code == "5b"
    assert [(r.part, r.on_service) for r in by_team.recipients] == [("both", True)]


async def test_everything_is_in_the_trail(world: World) -> None:
    referral = await sent(world, world.kai)
    assert (await events_of(world.kai.id))[-1] == "referral:sent"
    row = await DB.fetchrow("SELECT subject_kind, subject, actor FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert (row["subject_kind"], row["subject"], row["actor"]) == ("referral", referral.id, world.cleo.id)
    await open_referral(world.esi, referral.id)
    assert (await events_of(world.kai.id))[-1] == "referral:read"


@pytest.mark.parametrize(("who", "allowed"), [("cleo", True), ("amina", True), ("dan", False), ("esi", False), ("jay", False)])
async def test_who_may_refer(world: World, who: str, allowed: bool) -> None:
    ref = await incident_of(world, world.kai)
    await sent(world, world.kai)  # so that the committee sees him
    data = SendReferral(**letter(world.kai, ref))
    if allowed:
        assert (await actions.send_referral(data, by=world[who])).status == "sent"
    else:
        with pytest.raises(Refused):
            await actions.send_referral(data, by=world[who])


async def test_a_child_out_of_sight_does_not_exist(world: World) -> None:
    with pytest.raises(NotFound):
        await send(world.ben, world.kai, await incident_of(world, world.kai))


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"incidents": []}, ["incidents"]),
    ({"category": "financial"}, ["category"]),
    ({"sharing_basis": "hunch"}, ["sharing_basis"]),
    ({"child_view": None}, ["child_view"]),
    ({"child_not_asked_because": "asleep"}, ["child_not_asked_because"]),
    ({"child_view": None, "child_not_asked_because": "bored"}, ["child_not_asked_because"]),
    ({"incidents": ["IN-999999"]}, ["incidents.0"]),
    ({"incidents": ["nonsense"]}, ["incidents.0"]),
    ({"assessment": "AS-999999"}, ["assessment"]),
    ({"incidents": [], "category": "x", "sharing_basis": "y", "child_view": None}, ["category", "incidents", "sharing_basis", "child_view"]),
]


@pytest.mark.parametrize(("changes", "keys"), BAD)
async def test_nothing_is_sent_unless_it_is_complete(world: World, changes: dict[str, Any], keys: list[str]) -> None:
    ref = await incident_of(world, world.kai)
    before = await rows_in_all_tables()
    with pytest.raises(Invalid) as refusal:
        await send(world.cleo, world.kai, ref, **changes)
    assert [error.key for error in refusal.value.errors] == keys
    assert await rows_in_all_tables() == before


async def test_it_rests_only_on_incidents_of_the_child_that_the_sender_sees(world: World) -> None:
    other = await another(world, "Okafor", "Sam")
    theirs = (await incident(world.dan, involve(other, "harmed"))).id
    elsewhere = (await incident(world.ivy, involve(world.nia, "harmed"))).id
    for number in (theirs, elsewhere):
        with pytest.raises(Invalid):
            await send(world.cleo, world.kai, f"IN-{number:06}")
    both = (await incident(world.dan, involve(other, "harmed"), involve(world.kai, "alleged_to_have_harmed"))).id
    made = await send(world.cleo, world.kai, f"IN-{both:06}", f"IN-{both:06}")
    assert [ground.ref for ground in (await open_referral(world.cleo, made.ref)).incidents] == [f"IN-{both:06}"]


async def test_considered_and_not_referred(world: World) -> None:
    ref = await incident_of(world, world.kai)
    referral = await considered(world.cleo, world.kai, ref)
    record = await open_referral(world.cleo, referral.id)
    assert (record.status, record.second_person, record.not_referred_reason) == ("considered_not_referred", "Dr Ada Quist", "below_threshold")
    assert record.clocks == []
    assert record.may == ["looked_again"]
    assert [event.kind for event in record.events] == ["considered"]
    assert not await may_see(world.jay, world.kai.id), "nothing is open: no duty arises"


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"second_person": "Cleo"}, ["second_person"]),
        ({"second_person": "  cLEO "}, ["second_person"]),
        ({"second_person": "Cl\u200beo"}, ["second_person"]),
        ({"review_on": dt.date(2026, 10, 5)}, ["review_on"]),
        ({"review_on": dt.date(2026, 10, 4)}, ["review_on"]),
        ({"review_on": dt.date(2027, 10, 7)}, ["review_on"]),
        ({"reason": "busy"}, ["reason"]),
        ({"incidents": []}, ["incidents"]),
    ],
)
async def test_a_decision_not_to_refer_needs_its_parts(world: World, changes: dict[str, Any], keys: list[str]) -> None:
    ref = await incident_of(world, world.kai)
    before = await rows_in_all_tables()
    with pytest.raises(Invalid) as refusal:
        await considered(world.cleo, world.kai, ref, **changes)
    assert [error.key for error in refusal.value.errors] == keys
    assert await rows_in_all_tables() == before


@pytest.mark.parametrize(("who", "allowed"), [("cleo", True), ("amina", True), ("dan", False), ("esi", False)])
async def test_who_may_decide_against_it(world: World, who: str, allowed: bool) -> None:
    data = ConsiderReferral(**decision(world.kai, await incident_of(world, world.kai)))
    if allowed:
        assert (await actions.consider_not_refer(data, by=world[who])).considered_only
    else:
        with pytest.raises(Refused):
            await actions.consider_not_refer(data, by=world[who])


async def test_an_allegation_against_staff_stays_hidden_from_the_establishment(world: World) -> None:
    ref = await incident_of(world, world.kai)
    await DB.execute("UPDATE incident SET restricted = true, owner = $1", world.cleo.id)
    made = await send(world.cleo, world.kai, ref)
    for who in (world.cleo, world.dan, world.esi):  # who sent it, who recorded the incident, who answers it
        await access.get_referral_for(who, made.ref)
    assert (await open_referral(world.esi, made.ref)).grounds_hidden == 1
    await DB.execute("UPDATE incident SET owner = NULL, recorded_by = $1", world.amina.id)
    for who in (world.dan, world.jay):
        with pytest.raises(NotFound):
            await access.get_referral_for(who, made.ref)
        assert [c for c in await clocks_of(who, world.kai.id) if c.subject == made.ref] == []


async def test_in_2002_the_clocks_are_those_of_1999(world: World) -> None:
    with clock.stopped_at(dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)):
        ref = await incident_of(world, world.kai)
    with clock.stopped_at(dt.datetime(2002, 7, 1, 10, tzinfo=dt.UTC)):
        await DB.execute("UPDATE placement SET arrived_at = '2002-06-01' WHERE young_person = $1", world.kai.id)
        made = await send(world.cleo, world.kai, ref)
        found = {c.clock: (c.rules, c.due_on) for c in await clocks_of(world.esi, world.kai.id) if c.subject == made.ref}
    assert found == {"referral-decision": ("wt1999", dt.date(2002, 7, 2)), "initial-assessment": ("wt1999", dt.date(2002, 7, 10))}


async def test_a_stage_that_its_events_do_not_say_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "PART", 2)
    more = await extra(world)
    for _ in range(3):
        await send(world.cleo, more.lee, await incident_of(world, more.lee))
    assert await recounting.recount() == recounting.Recount(referrals=3, events=3, differ=())
    await DB.execute("UPDATE referral SET status = 'declined' WHERE id = 2")
    assert (await recounting.recount()).differ == (2,)
