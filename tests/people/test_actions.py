"""What may be recorded of young people: success beside refusal."""

import asyncio
import datetime as dt

import pytest

from tests.world import KAI_ARRIVED, KENT, LEEDS, NOW, OAKHILL, WETHERBY, another_child, arrival, events_of, kai
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people import actions
from yosafe.people.access import get_placement_for, get_young_person_for, young_person_ref
from yosafe.people.clock_queries import clocks_of
from yosafe.people.schemas import ChangeYoungPerson, EndPlacement, Identity, MoveUnit, Receive, RecordCarePeriod, RecordContact
from yosafe.people.tables import CarePeriod, Placement, YoungPerson

FROST = {"family_name": "Frost", "given_names": "Lee", "home_area": LEEDS, "home_outcode": None}
YESTERDAY = NOW - dt.timedelta(days=1)


def lee(**changes):
    return kai(**FROST | changes)


def fields_of(refusal):
    return sorted({error.key for error in refusal.value.errors})


async def placement_of(young_person):
    return await Placement.objects().get((Placement.young_person == young_person.id) & Placement.left_at.is_null())


async def people():
    return await DB.fetchval("SELECT count(*) FROM young_person")


# Adding


@pytest.mark.parametrize(
    ("who", "new", "refused"),
    [
        ("amina", lee(), None),
        ("amina", lee(home_area=None, home_outcode="LS9 8XX"), None),
        ("amina", lee(placement=arrival(OAKHILL, YESTERDAY)), None),  # a team records where its children are
        ("amina", lee(home_area=KENT), "home_area"),
        ("amina", lee(home_area=None, home_outcode="ME1"), "home_area"),
        ("amina", lee(home_area=None), "home_area"),
        ("dan", lee(placement=arrival(WETHERBY, YESTERDAY)), None),
        ("dan", lee(placement=arrival("wyi", YESTERDAY)), None),
        ("cleo", lee(home_area=KENT, placement=arrival(WETHERBY, YESTERDAY)), None),
        ("dan", lee(), "placement"),
        ("dan", lee(placement=arrival(OAKHILL, YESTERDAY)), "establishment"),
        ("dan", lee(placement=arrival("NOWHERE", YESTERDAY)), "establishment"),
        ("dan", lee(placement=arrival(WETHERBY, NOW + dt.timedelta(minutes=1))), "arrived_at"),
    ],
)
async def test_who_may_add_whom(world, who, new, refused):
    if refused:
        with pytest.raises(Invalid) as refusal:
            await actions.add_young_person(by=world[who], new=new)
        assert fields_of(refusal) == [refused]
        assert await people() == 2
        return
    young_person = await actions.add_young_person(by=world[who], new=new)
    assert await get_young_person_for(world[who], young_person.id)
    expected = ["young-person:added", "placement:started"] if new.placement else ["young-person:added"]
    assert await events_of(young_person.id) == [*expected]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"date_of_birth": dt.date(2026, 10, 6)}, ["date_of_birth"]),
        ({"date_of_birth": dt.date(1995, 1, 1)}, ["date_of_birth"]),
        ({"sex": "unknown"}, ["sex"]),
        ({"ethnicity": "chinese"}, ["ethnicity"]),  # a code of before 2011
        ({"home_area": "X99999999"}, ["home_area"]),
        ({"home_outcode": "QQ1"}, ["home_outcode"]),
        ({"home_outcode": "EH1"}, ["home_outcode"]),
        ({"sex": "x", "religion": "x", "interpreter": "x", "disability": "x", "asylum_status": "x", "first_language": "x"},
         ["asylum_status", "disability", "first_language", "interpreter", "religion", "sex"]),
    ],
)  # fmt: skip
async def test_every_fault_is_named_and_nothing_is_written(world, changes, keys):
    with pytest.raises(Invalid) as refusal:
        await actions.add_young_person(by=world.amina, new=lee(**changes))
    assert fields_of(refusal) == keys
    assert await people() == 2


async def test_what_is_kept_of_a_home_and_of_names(world):
    young_person = await actions.add_young_person(by=world.amina, new=lee(family_name="Van  der\tBerg", home_outcode="ls9 8xx", home_area=None))
    assert (young_person.family_name, young_person.home_outcode, young_person.home_area) == ("Van der Berg", "LS9", LEEDS)


@pytest.mark.parametrize(
    ("who", "changes", "told"),
    [
        ("amina", {"family_name": "MORTON", "given_names": "kai"}, True),
        ("amina", {"family_name": "Mor\u200bton", "given_names": "\u2060Kai"}, True),
        ("amina", {"given_names": "Kai James"}, True),
        ("amina", {"date_of_birth": dt.date(2010, 3, 15)}, True),
        ("amina", {"date_of_birth": dt.date(2009, 7, 2)}, False),  # possible: the page asks, the action does not refuse
        ("amina", {"family_name": "Frost"}, False),
        ("dan", {"placement": arrival(WETHERBY, YESTERDAY)}, True),
        ("ivy", {"placement": arrival(OAKHILL, YESTERDAY)}, True),  # she holds the child: she may know of a record made elsewhere
        ("ben", {"home_area": KENT, "home_outcode": None}, False),  # he does not: to him there is none
    ],
)
async def test_a_second_record_of_the_same_child_is_refused_to_who_may_know_of_the_first(world, kai_ref, who, changes, told):
    if not told:
        assert await actions.add_young_person(by=world[who], new=kai(**changes))
        return
    with pytest.raises(Conflict) as refusal:
        await actions.add_young_person(by=world[who], new=kai(**changes))
    assert kai_ref in str(refusal.value)
    assert await actions.add_young_person(by=world[who], new=await another_child(world[who], kai(**changes)))


async def test_the_same_child_added_twice_at_once_is_added_once(world):
    tries = await asyncio.gather(*(actions.add_young_person(by=world.amina, new=lee()) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tries) == ["Conflict", "Conflict", "Conflict", "YoungPerson"]
    assert await people() == 3


# Receiving


def receive(establishment=WETHERBY, at=YESTERDAY, **changes):
    identity = {"family_name": "Bello", "given_names": "Nia Grace", "date_of_birth": dt.date(2011, 1, 30)}
    return Receive(identity=Identity(**identity | changes), placement=arrival(establishment, at))


async def leave(world, by, young_person, at=YESTERDAY - dt.timedelta(hours=2)):
    placement = await placement_of(young_person)
    ending = EndPlacement(left_at=at, leaving_reason="transferred")
    return await actions.end_placement(by=by, placement=placement, ending=ending, version=placement.version)


@pytest.mark.parametrize(
    ("who", "changes", "error"),
    [
        ("dan", {}, None),
        ("cleo", {"family_name": " BELLO ", "given_names": "nia  grace"}, None),
        ("dan", {"given_names": "Nia"}, NotFound),
        ("dan", {"date_of_birth": dt.date(2011, 1, 31)}, NotFound),
        ("amina", {}, NotFound),  # she holds nobody
        ("esi", {}, Refused),
        ("jay", {}, Refused),
    ],
)
async def test_who_finds_a_record_made_elsewhere(world, who, changes, error):
    await leave(world, world.ivy, world.nia)
    with pytest.raises(NotFound):
        await get_young_person_for(world[who], world.nia.id)
    if error:
        with pytest.raises(error):
            await actions.receive_young_person(by=world[who], receive=receive(**changes))
        return
    found, placement = await actions.receive_young_person(by=world[who], receive=receive(**changes))
    assert (found.id, placement.establishment) == (world.nia.id, WETHERBY)
    assert await get_young_person_for(world[who], world.nia.id)
    assert (await events_of(world.nia.id))[-2:] == ["young-person:read", "placement:started"]
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:read' ORDER BY id DESC LIMIT 1")
    assert detail == '{"page":"exact match"}'


async def test_who_is_still_held_elsewhere_is_not_received_and_where_is_not_told(world):
    with pytest.raises(Invalid) as refusal:
        await actions.receive_young_person(by=world.dan, receive=receive())
    assert "at another establishment" in str(refusal.value)
    assert "Oakhill" not in str(refusal.value)
    with pytest.raises(Invalid) as refusal:  # who sees the child is told
        await actions.start_placement(by=world.ben, young_person=world.nia, new=arrival(WETHERBY, YESTERDAY))
    assert "at Oakhill since 3 August 2026" in str(refusal.value)


async def test_of_two_records_alike_one_has_to_be_named(world):
    again = kai(family_name="Bello", given_names="Nia Grace", date_of_birth=dt.date(2011, 1, 30))
    twin = await actions.add_young_person(by=world.amina, new=again)
    with pytest.raises(Conflict) as refusal:
        await actions.receive_young_person(by=world.dan, receive=receive())
    assert young_person_ref(world.nia.id) in str(refusal.value)
    named = receive()
    named.young_person = young_person_ref(twin.id).lower()
    found, _ = await actions.receive_young_person(by=world.dan, receive=named)
    assert found.id == twin.id
    named.young_person = "YP-999999"
    with pytest.raises(NotFound):
        await actions.receive_young_person(by=world.dan, receive=named)


# Placements


async def test_the_distance_is_that_of_arrival_and_stays(world):
    placement = await placement_of(world.kai)
    assert (placement.home_outcode, placement.distance_miles) == ("LS9", 11)
    moved = ChangeYoungPerson(home_outcode="CT1")
    await actions.change_young_person(by=world.amina, young_person=world.kai, change=moved, version=1)
    assert (await placement_of(world.kai)).distance_miles == 11
    assert (await placement_of(world.nia)).home_outcode is None  # no outcode: from the middle of Kent
    assert 80 <= (await placement_of(world.nia)).distance_miles <= 88


@pytest.mark.parametrize(
    ("who", "new", "error"),
    [
        ("dan", arrival(WETHERBY, YESTERDAY), None),
        ("amina", arrival(OAKHILL, YESTERDAY), None),
        ("amina", arrival("FHI", YESTERDAY), None),  # the adult estate is recorded as it is, not refused
        ("dan", arrival(OAKHILL, YESTERDAY), Invalid),
        ("dan", arrival(WETHERBY, YESTERDAY, legal_status="section_91"), Invalid),  # ended in 2020
        ("dan", arrival(WETHERBY, YESTERDAY, legal_status="x"), Invalid),
        ("dan", arrival(WETHERBY, dt.datetime(2009, 1, 1, tzinfo=dt.UTC)), Invalid),
        ("dan", arrival(WETHERBY, KAI_ARRIVED), Invalid),
        ("dan", arrival(WETHERBY, KAI_ARRIVED - dt.timedelta(days=1)), Invalid),
    ],
)
async def test_arrivals(world, who, new, error):
    await leave(world, world.dan, world.kai)
    if error:
        with pytest.raises(error):
            await actions.start_placement(by=world[who], young_person=world.kai, new=new)
        assert await placement_of(world.kai) is None
        return
    await actions.start_placement(by=world[who], young_person=world.kai, new=new)
    assert await placement_of(world.kai)


async def test_nothing_is_ended_silently(world):
    with pytest.raises(Invalid) as refusal:
        await actions.start_placement(by=world.amina, young_person=world.kai, new=arrival(OAKHILL, YESTERDAY))
    assert "at Wetherby since 7 September 2026" in str(refusal.value)
    assert (await placement_of(world.kai)).establishment == WETHERBY


async def test_two_arrivals_at_once_are_one(world):
    await leave(world, world.dan, world.kai)
    tries = await asyncio.gather(
        actions.start_placement(by=world.dan, young_person=world.kai, new=arrival(WETHERBY, YESTERDAY)),
        actions.start_placement(by=world.amina, young_person=world.kai, new=arrival(OAKHILL, YESTERDAY)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in tries) == ["Invalid", "Placement"]


async def test_leaving_stops_the_screen_that_nobody_made(world):
    ended = await leave(world, world.dan, world.kai)
    assert (ended.version, ended.leaving_reason, ended.left_recorded_by) == (2, "transferred", world.dan.id)
    [screen] = await clocks_of(world.amina, world.kai.id)
    assert screen.words == "Stopped on 5 October 2026: The young person left before a screen was recorded"
    with pytest.raises(Conflict):
        await actions.end_placement(by=world.dan, placement=ended, ending=EndPlacement(left_at=NOW, leaving_reason="bail"), version=2)
    with pytest.raises(Conflict):
        await actions.move_unit(by=world.dan, placement=ended, move=MoveUnit(unit="B wing"), version=2)


@pytest.mark.parametrize(
    ("who", "at", "reason", "version", "error"),
    [
        ("cleo", NOW, "bail", 1, None),
        ("amina", NOW, "bail", 1, None),
        ("ivy", NOW, "bail", 1, Invalid),
        ("dan", NOW + dt.timedelta(minutes=1), "bail", 1, Invalid),
        ("dan", KAI_ARRIVED, "bail", 1, Invalid),
        ("dan", NOW, "went home", 1, Invalid),
        ("dan", NOW, "bail", 0, Stale),
    ],
)
async def test_who_records_leaving_and_when(world, who, at, reason, version, error):
    placement = await placement_of(world.kai)
    ending = EndPlacement(left_at=at, leaving_reason=reason)
    if error:
        with pytest.raises(error):
            await actions.end_placement(by=world[who], placement=placement, ending=ending, version=version)
        assert await placement_of(world.kai)
        return
    await actions.end_placement(by=world[who], placement=placement, ending=ending, version=version)
    assert await placement_of(world.kai) is None


async def test_of_two_who_move_a_unit_the_second_is_told(world):
    placement = await placement_of(world.kai)
    moved = await actions.move_unit(by=world.dan, placement=placement, move=MoveUnit(unit="B wing"), version=1)
    assert (moved.unit, moved.version) == ("B wing", 2)
    with pytest.raises(Stale):
        await actions.move_unit(by=world.cleo, placement=placement, move=MoveUnit(unit="C wing"), version=1)
    assert (await placement_of(world.kai)).unit == "B wing"
    assert (await events_of(world.kai.id))[-1] == "placement:changed"


async def test_a_placement_is_loaded_with_its_young_person_only(world):
    of_kai, of_nia = await placement_of(world.kai), await placement_of(world.nia)
    assert (await get_placement_for(world.dan, world.kai.id, of_kai.id)).id == of_kai.id
    for who, young_person, placement in (("dan", world.kai, of_nia), ("dan", world.nia, of_nia), ("ivy", world.kai, of_kai)):
        with pytest.raises(NotFound):
            await get_placement_for(world[who], young_person.id, placement.id)


# Care and contacts


def care(status="looked_after", on=dt.date(2026, 9, 10), **changes):
    facts = {"legal_basis": "care_order", "responsible_area": LEEDS} if status == "looked_after" else {}
    return RecordCarePeriod(status=status, started_on=on, **facts | changes)


@pytest.mark.parametrize(
    ("new", "keys"),
    [
        (care(), None),
        (care("never"), None),
        (care("care_leaver", responsible_area=KENT), None),
        (care("care_leaver"), ["responsible_area"]),
        (care(legal_basis=None), ["legal_basis"]),
        (care(responsible_area="X00000000"), ["responsible_area"]),
        (care("fostered"), ["status"]),
        (care(on=dt.date(2026, 10, 6)), ["started_on"]),
        (care(on=dt.date(2010, 3, 13)), ["started_on"]),
    ],
)
async def test_care_status(world, new, keys):
    if keys:
        with pytest.raises(Invalid) as refusal:
            await actions.record_care_period(by=world.esi, young_person=world.kai, new=new)
        assert fields_of(refusal) == keys
        assert not await CarePeriod.exists()
        return
    assert (await actions.record_care_period(by=world.esi, young_person=world.kai, new=new)).status == new.status


async def test_a_new_care_status_ends_the_one_before_on_its_day(world):
    for new in (care("never", dt.date(2020, 1, 1)), care(on=dt.date(2026, 9, 10)), care(on=dt.date(2026, 9, 10), accommodation="foster")):
        await actions.record_care_period(by=world.esi, young_person=world.kai, new=new)
    rows = await CarePeriod.objects().order_by(CarePeriod.id)
    day = dt.date(2026, 9, 10)
    assert [(row.status, row.started_on, row.ended_on) for row in rows] == [
        ("never", dt.date(2020, 1, 1), day),
        ("looked_after", day, day),  # put right on the same day
        ("looked_after", day, None),
    ]
    with pytest.raises(Conflict):
        await actions.record_care_period(by=world.esi, young_person=world.kai, new=care(on=dt.date(2026, 9, 9)))


async def test_the_responsible_authority_sees_while_it_is_responsible(world):
    with pytest.raises(NotFound):
        await get_young_person_for(world.esi, world.nia.id)
    await actions.record_care_period(by=world.cleo, young_person=world.nia, new=care(on=dt.date(2026, 9, 1)))
    assert await get_young_person_for(world.esi, world.nia.id)
    await actions.record_care_period(by=world.cleo, young_person=world.nia, new=care("formerly_in_care", dt.date(2026, 10, 1)))
    with pytest.raises(NotFound):
        await get_young_person_for(world.esi, world.nia.id)


def visit(on=dt.date(2026, 10, 1), **changes):
    facts = {"kind": "visit", "from_whom": "yot", "happened_on": on}
    return RecordContact(**facts | changes)


@pytest.mark.parametrize(
    ("new", "keys"),
    [
        (visit(note="Settled. مرحبا 🙂", seen_alone=True, worker="Amina"), None),
        (visit(dt.date(2026, 10, 6)), ["happened_on"]),
        (visit(dt.date(2010, 1, 1)), ["happened_on"]),
        (visit(kind="fax"), ["kind"]),
        (visit(dt.date(2001, 12, 31), kind="message"), ["happened_on", "kind"]),
        (visit(from_whom="stranger"), ["from_whom"]),
    ],
)
async def test_contacts(world, new, keys):
    if keys:
        with pytest.raises(Invalid) as refusal:
            await actions.record_contact(by=world.amina, young_person=world.kai, new=new)
        assert fields_of(refusal) == keys
        return
    contact = await actions.record_contact(by=world.amina, young_person=world.kai, new=new)
    assert (contact.agency, contact.note) == (world.amina.agency, new.note)
    assert (await events_of(world.kai.id))[-1] == "contact:recorded"


# Changing


async def test_a_change_touches_what_it_names_and_says_which_fields_and_not_what(world):
    change = ChangeYoungPerson(religion="none", known_as="KayKay", ethnicity=None)
    changed = await actions.change_young_person(by=world.cleo, young_person=world.kai, change=change, version=1)
    assert (changed.religion, changed.known_as, changed.ethnicity, changed.sex, changed.version) == ("none", "KayKay", None, "male", 2)
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:changed'")
    assert detail == '{"fields":["ethnicity","known_as","religion"]}'


async def test_a_change_that_changes_nothing_leaves_no_trace(world):
    same = await actions.change_young_person(by=world.cleo, young_person=world.kai, change=ChangeYoungPerson(sex="male"), version=1)
    assert same.version == 1
    assert "young-person:changed" not in await events_of(world.kai.id)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (ChangeYoungPerson(date_of_birth=dt.date(2030, 1, 1)), Invalid),
        (ChangeYoungPerson(date_of_birth=dt.date(2017, 1, 1)), Invalid),
        (ChangeYoungPerson(religion="x"), Invalid),
        (ChangeYoungPerson(home_area="X00000000"), Invalid),
        (ChangeYoungPerson(home_outcode="BT1"), Invalid),
    ],
)
async def test_a_change_that_can_not_be_right(world, change, error):
    with pytest.raises(error):
        await actions.change_young_person(by=world.cleo, young_person=world.kai, change=change, version=1)
    assert (await get_young_person_for(world.cleo, world.kai.id)).version == 1


async def test_an_old_code_that_was_not_touched_may_stay(world):
    with clock.stopped_at(dt.datetime(2010, 6, 1, tzinfo=dt.UTC)):
        old = await actions.add_young_person(by=world.amina, new=lee(ethnicity="chinese", date_of_birth=dt.date(1994, 1, 1)))
    change = ChangeYoungPerson(ethnicity="chinese", religion="buddhist")
    assert (await actions.change_young_person(by=world.amina, young_person=old, change=change, version=1)).religion == "buddhist"


async def test_eight_who_change_at_once_one_wins_and_none_is_lost(world):
    answers = ["none", "buddhist", "christian", "hindu", "jewish", "muslim", "sikh", "other"]
    tries = await asyncio.gather(
        *(
            actions.change_young_person(by=world.cleo, young_person=world.kai, change=ChangeYoungPerson(religion=answer), version=1)
            for answer in answers
        ),
        return_exceptions=True,
    )
    won = [one for one in tries if isinstance(one, YoungPerson)]
    assert len(won) == 1
    assert {type(one).__name__ for one in tries} == {"YoungPerson", "Stale"}
    assert (await get_young_person_for(world.cleo, world.kai.id)).religion == won[0].religion
