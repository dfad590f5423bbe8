"""Who sees an incident, and whose names in it."""

import datetime as dt

import pytest

from tests.incidents.make import again, another, incident, involve
from tests.world import WETHERBY, WORKERS, World
from yosafe import clock
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.incidents import access, queries
from yosafe.incidents.actions import add_outcome, move
from yosafe.incidents.queries import Filter
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import MoveIncident, RecordOutcome
from yosafe.incidents.status import Act
from yosafe.people import access as people
from yosafe.people.actions import end_placement
from yosafe.people.duties import DutyKind, open_duty
from yosafe.people.schemas import EndPlacement
from yosafe.people.tables import Placement

EVERYONE = [name for name, _, _ in WORKERS]


async def sees(world: World, name: str, number: int) -> bool:
    """Whether someone can load an incident; a list, its count and its record always agree."""
    user = world[name]
    listed = [one.ref for one in (await queries.incidents(user, Filter())).items]
    counted = await queries.counts(user)
    loads = True
    try:
        await access.get_incident_for(user, number)
    except NotFound:
        loads = False
    assert (access.incident_ref(number) in listed) is loads
    assert (counted.to_look_at > 0) is bool(listed)
    return loads


async def test_whoever_has_a_duty_towards_someone_in_it(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    assert [name for name in EVERYONE if await sees(world, name, found.id)] == ["amina", "cleo", "dan", "esi"]
    async with write_transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("review", 1))
    assert [name for name in EVERYONE if await sees(world, name, found.id)] == ["amina", "cleo", "dan", "esi", "jay"]


async def test_one_of_several_is_enough_and_the_others_have_no_name(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    found = await incident(
        world.dan, involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed", injuries=["bruise"], treatment="nurse"),
        outcomes=[{"outcome": "adjudication", "young_person": f"YP-{leo.id}", "note": "For hitting him"}],
    )  # fmt: skip
    seen = await record_of(world.amina, found)
    kai, other = seen.involvements
    assert (kai.name, kai.young_person, kai.age) == ("Morton, Kai", "YP-000001", 16)
    assert (other.name, other.roles) == ("Another young person", ["alleged_to_have_harmed"])
    hidden = (other.young_person, other.injuries, other.treatment, other.age, other.unit, other.care_status, other.distance_miles)
    assert hidden == (None, [], None, None, None, None, None)
    assert [(o.name, o.young_person, o.note) for o in seen.outcomes] == [("Another young person", None, None)]
    listed = (await queries.incidents(world.amina, Filter())).items[0]
    assert [(p.name, p.young_person) for p in listed.young_people] == [("Morton, Kai", "YP-000001"), ("Another young person", None)]
    full = await record_of(world.cleo, found)
    assert [p.name for p in full.involvements] == ["Morton, Kai", "Leaf, Leo"]
    assert full.outcomes[0].note == "For hitting him"


async def test_no_filter_tells_who_the_other_is(world: World) -> None:
    leo = await another(world, "Leaf", "Leo")
    await incident(world.dan, involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed"))
    for wanted in (Filter(child=f"YP-{leo.id}"), Filter(q="leaf"), Filter(q="Leo")):
        assert [one.ref for one in (await queries.incidents(world.dan, wanted)).items] == ["IN-000001"]
        assert (await queries.incidents(world.amina, wanted)).items == []


async def test_what_is_added_about_someone_one_can_not_see(world: World) -> None:
    """Amina can't name Leo in what was done, though he is in the incident."""
    leo = await another(world, "Leaf", "Leo")
    found = await incident(world.dan, involve(world.kai, "harmed"), involve(leo, "harmed"))
    await add_outcome(RecordOutcome(outcome="mediation", young_person=f"YP-{leo.id:06}"), by=world.cleo, incident=found)
    assert (await record_of(world.amina, found)).outcomes[0].name == "Another young person"


async def test_a_restricted_one_is_for_those_named_on_it(world: World) -> None:
    found = await incident(world.cleo, involve(world.kai, "harmed"))
    await DB.execute("UPDATE incident SET restricted = true")
    assert [name for name in EVERYONE if await sees(world, name, found.id)] == ["cleo"]
    await move(MoveIncident(action=Act.ASSIGN, owner="dan@example.org"), by=world.cleo, incident=found, version=1)
    assert [name for name in EVERYONE if await sees(world, name, found.id)] == ["cleo", "dan"]
    assert (await again(world.dan, found)).restricted


@pytest.mark.parametrize(("days", "cleo_sees"), [(89, True), (91, False)])
async def test_when_the_young_person_has_left(world: World, days: int, cleo_sees: bool) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    stay = await Placement.objects().get(Placement.young_person == world.kai.id)
    assert stay is not None
    await end_placement(by=world.dan, placement=stay, ending=EndPlacement(left_at=clock.now(), leaving_reason="released"), version=1)
    with clock.stopped_at(clock.now() + dt.timedelta(days=days)):
        assert await sees(world, "cleo", found.id) is cleo_sees
        assert not await sees(world, "dan", found.id)
        assert await sees(world, "amina", found.id)


async def test_an_establishment_sees_what_happened_there(world: World) -> None:
    """Nia comes from Oakhill to Wetherby: Wetherby does not see what happened at Oakhill, and Oakhill sees her no more."""
    found = await incident(world.ivy, involve(world.nia, "harmed"))
    await DB.execute("UPDATE placement SET left_at = $1 WHERE young_person = $2", clock.now(), world.nia.id)
    await DB.execute(
        "INSERT INTO placement (young_person, establishment, legal_status, arrived_at, recorded_at, recorded_by, version) "
        "VALUES ($1, $2, 'dto', $3, $3, $4, 1)",
        *(world.nia.id, WETHERBY, clock.now(), world.dan.id),
    )
    assert [name for name in EVERYONE if await sees(world, name, found.id)] == ["ben"]


async def test_the_rule_and_its_list_of_people_agree(world: World) -> None:
    await another(world, "Leaf", "Leo")
    await another(world, "Page", "Max", home_area="E08000035")
    for who, child, kind, area in ((1, 2, "host", "E08000035"), (2, 3, "committee", "E08000035"), (3, 1, "host", "E10000016")):
        async with write_transaction():
            await open_duty(DutyKind(kind), young_person=child, area=area, subject=("referral", who))
    for name in EVERYONE:
        by_rule = await DB.fetch(*Sql("SELECT yp.id FROM young_person yp WHERE {} ORDER BY 1", people.visible(world[name])).parts())
        by_list = await DB.fetch(*Sql("SELECT DISTINCT id FROM ({}) AS s (id) ORDER BY 1", people.all_visible(world[name])).parts())
        assert by_rule == by_list, name
