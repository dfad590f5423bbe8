"""Who sees whom, and until when. Kai is from Leeds and at Wetherby, Nia from Kent and at Oakhill."""

import datetime as dt

import pytest

from tests.world import NOW, OAKHILL, arrival
from yosafe import clock
from yosafe.errors import NotFound
from yosafe.people import actions
from yosafe.people.access import NOT_THERE, get_young_person_for, may_see, same_identity
from yosafe.people.schemas import EndPlacement, Identity
from yosafe.people.tables import Placement

EVERYONE = ("amina", "ben", "cleo", "dan", "esi", "femi", "grace", "hal", "ivy", "jay")


async def who_sees(world, young_person):
    return {name for name in EVERYONE if await may_see(world[name], young_person.id)}


async def leave(young_person, by, at=NOW):
    placement = await Placement.objects().get((Placement.young_person == young_person.id) & Placement.left_at.is_null())
    await actions.end_placement(by=by, placement=placement, ending=EndPlacement(left_at=at, leaving_reason="transferred"), version=1)


async def test_home_and_where_they_are_held_see_them_and_nobody_else(world):
    assert await who_sees(world, world.kai) == {"amina", "esi", "cleo", "dan"}
    assert await who_sees(world, world.nia) == {"ben", "ivy"}


async def test_a_lead_sees_who_left_for_ninety_days_and_an_officer_does_not(world):
    await leave(world.kai, world.dan)
    assert await who_sees(world, world.kai) == {"amina", "esi", "cleo"}
    with clock.stopped_at(NOW + dt.timedelta(days=90, seconds=-1)):
        assert await may_see(world.cleo, world.kai.id)
    with clock.stopped_at(NOW + dt.timedelta(days=90, seconds=1)):
        assert await who_sees(world, world.kai) == {"amina", "esi"}


async def test_who_moves_is_seen_where_they_come_to(world):
    await leave(world.kai, world.dan, NOW - dt.timedelta(hours=2))
    await actions.start_placement(by=world.amina, young_person=world.kai, new=arrival(OAKHILL, NOW - dt.timedelta(hours=1)))
    assert await who_sees(world, world.kai) == {"amina", "esi", "cleo", "ivy"}


@pytest.mark.parametrize("reference", ["YP-000002", "yp-000002 ", "YP-999999", 2, 999999])
async def test_an_outsider_and_a_wrong_number_are_told_the_same(world, reference):
    with pytest.raises(NotFound) as refusal:
        await get_young_person_for(world.amina, reference)
    assert str(refusal.value) == NOT_THERE


@pytest.mark.parametrize("reference", ["", "YP-", "IN-000001", "YP-1e3", "YP-٣", "1 OR 1=1", "YP-0000000000001"])
async def test_what_is_no_reference_is_not_found(world, reference):
    with pytest.raises(NotFound):
        await get_young_person_for(world.amina, reference)


@pytest.mark.parametrize(
    ("who", "found"), [("dan", True), ("cleo", True), ("ivy", True), ("ben", True), ("amina", False), ("esi", False), ("jay", False), ("femi", False)]
)
async def test_an_exact_match_is_for_who_holds_young_people_or_sees_this_one(world, who, found):
    identity = Identity(family_name="bello", given_names="Nia  Grace", date_of_birth=dt.date(2011, 1, 30))
    assert bool(await same_identity(world[who], identity)) is found
