"""What is due, from the database: of one, of those whom a viewer sees, and as it was known on a day."""

import datetime as dt

import pytest

from tests.welfare.answers import asset, screen
from tests.world import KAI_ARRIVED, NOW, TODAY, another_child, arrival, kai, nia
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.people.actions import add_young_person, end_placement
from yosafe.people.schemas import EndPlacement
from yosafe.people.tables import Placement
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.due_queries import due_as_at, due_counts, due_list, due_of

D = dt.date.fromisoformat


def told(found) -> list[str]:
    return [f"{one.occasion} {one.due_on} {one.state}" for one in found]


async def test_of_one_young_person(world, kai_ref):
    assert told(await due_of(world.amina, world.kai)) == ["arrival 2026-09-07 overdue", "start 2026-09-21 overdue"]
    await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref))
    done = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    found = await due_of(world.amina, world.kai)
    assert told(found) == ["arrival 2026-09-07 met", "start 2026-09-21 met", "three_months 2026-12-15 due"]
    assert [one.assessment for one in found] == ["AS-000001", f"AS-{done.id:06}", None]


@pytest.mark.parametrize(
    ("who", "mine", "expected"),
    [
        ("amina", False, ["Morton, Kai arrival", "Morton, Kai start"]),
        ("amina", True, ["Morton, Kai arrival", "Morton, Kai start"]),
        ("cleo", False, ["Morton, Kai arrival", "Morton, Kai start"]),
        ("cleo", True, ["Morton, Kai arrival"]),
        ("dan", False, ["Morton, Kai arrival"]),
        ("esi", False, ["Morton, Kai arrival", "Morton, Kai start"]),
        ("esi", True, []),
        ("ivy", False, ["Bello, Nia Grace arrival"]),
        ("ben", False, ["Bello, Nia Grace arrival", "Bello, Nia Grace start"]),
        ("femi", False, []),
        ("hal", False, []),
    ],
)
async def test_the_list_of_a_viewer(world, who, mine, expected):
    assert [f"{line.name} {line.occasion}" for line in (await due_list(world[who], mine=mine)).items] == expected


@pytest.mark.parametrize(("who", "expected"), [("amina", (2, 2)), ("cleo", (1, 1)), ("esi", (0, 0)), ("ivy", (1, 1)), ("hal", (0, 0))])
async def test_the_numbers_of_the_worklist(world, who, expected):
    counts = await due_counts(world[who])
    assert (counts.open, counts.overdue) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_page_after_page_gives_each_line_once_the_most_overdue_first(world, limit):
    for number in range(3):
        new = kai(family_name=f"Morton {chr(65 + number)}", placement=arrival(at=NOW - dt.timedelta(hours=1)))
        await add_young_person(by=world.amina, new=await another_child(world.amina, new))
    whole, found, after = (await due_list(world.amina)).items, [], None
    while True:
        page = await due_list(world.amina, after=after, limit=limit)
        assert len(page.items) <= limit
        found += page.items
        if (after := page.next) is None:
            break
    assert found == whole
    assert [line.due_on for line in found] == sorted(line.due_on for line in found)
    assert len({(line.young_person, line.instrument, line.occasion) for line in found}) == 8
    with pytest.raises(Invalid):
        await due_list(world.amina, after="nonsense")


async def test_who_has_left_is_not_on_the_list(world):
    placement = await Placement.objects().get(Placement.young_person == world.kai.id)
    await end_placement(by=world.dan, placement=placement, ending=EndPlacement(left_at=NOW, leaving_reason="released"), version=1)
    assert (await due_list(world.amina)).items == []
    assert told(await due_of(world.amina, world.kai)) == ["arrival 2026-09-07 not_done", "start 2026-09-21 not_done"]


async def test_as_at_a_day_only_what_was_recorded_by_then(world, kai_ref):
    """The screen was done on the day of arrival and written down on 5 October: on 20 September nobody knew of it."""
    await complete_assessment(by=world.dan, young_person=world.kai, new=screen(kai_ref))
    assert told((await due_as_at(D("2026-09-20")))[world.kai.id]) == ["arrival 2026-09-07 overdue", "start 2026-09-21 due"]
    assert told((await due_as_at(TODAY))[world.kai.id]) == ["arrival 2026-09-07 met", "start 2026-09-21 overdue"]


async def test_as_at_a_day_of_those_in_custody_then(world):
    assert set(await due_as_at(D("2026-08-02"))) == set()
    assert set(await due_as_at(D("2026-08-03"))) == {world.nia.id}
    assert set(await due_as_at(TODAY)) == {world.nia.id, world.kai.id}
    assert set(await due_as_at(TODAY, [world.kai.id])) == {world.kai.id}


async def test_a_departure_written_down_later_was_not_known(world):
    placement = await Placement.objects().get(Placement.young_person == world.kai.id)
    left = EndPlacement(left_at=KAI_ARRIVED + dt.timedelta(days=20), leaving_reason="released")
    await end_placement(by=world.dan, placement=placement, ending=left, version=1)
    assert told((await due_as_at(D("2026-10-01")))[world.kai.id]) == ["arrival 2026-09-07 overdue", "start 2026-09-21 overdue"]
    assert world.kai.id not in await due_as_at(TODAY)


async def test_a_release_to_come_counts_today_only_as_its_history_is_not_kept(world, kai_ref):
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref))
    await DB.execute("UPDATE young_person SET release_on = '2026-10-20' WHERE id = $1", world.kai.id)
    assert "before_release 2026-10-19 due" in told(await due_of(world.amina, world.kai))
    assert not [one for one in (await due_as_at(D("2026-10-04")))[world.kai.id] if one.occasion == "before_release"]


async def test_as_many_queries_for_many_as_for_one(world, monkeypatch):
    asked = []
    fetch = DB.fetch

    async def counted(sql, *args):
        asked.append(sql)
        return await fetch(sql, *args)

    monkeypatch.setattr(DB, "fetch", counted)
    await due_as_at(TODAY)
    before = len(asked)
    with clock.stopped_at(NOW):
        for number in range(5):
            new = nia(family_name=f"Bello {chr(65 + number)}", placement=arrival("STC3", NOW))
            await add_young_person(by=world.ivy, new=await another_child(world.ivy, new))
    asked.clear()
    assert len(await due_as_at(TODAY)) == 7
    assert len(asked) == before
