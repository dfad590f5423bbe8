"""Concerns that come close together: said to who records the third, and to the lead; and deaths that nobody investigates yet."""

import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import ANSWERS, ROLE, again, another, incident, involve, report, submit
from tests.incidents.test_kinds import UNDECIDED
from tests.world import NOW, ClientFor, World
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.incidents.accumulation import accumulated, concerns_in, undecided_deaths
from yosafe.incidents.actions import move
from yosafe.incidents.correcting import correct
from yosafe.incidents.schemas import CorrectIncident, MoveIncident
from yosafe.incidents.status import Act


async def at(world: World, *ago: int, role: str = "harmed", kind: str = "bullying") -> None:
    """Incidents of Kai, so many days before today."""
    for days in ago:
        await submit(world.dan, involve(world.kai, role), kind=kind, happened_at=NOW - dt.timedelta(days=days, hours=1))


@pytest.mark.parametrize(
    ("before", "role", "said"),
    [
        ([], "harmed", 0),
        ([5], "harmed", 0),
        ([5, 9], "harmed", 3),
        ([5, 9, 10], "harmed", 4),
        ([5, 27], "harmed", 3),  # the first of 28 days
        ([5, 28], "harmed", 0),
        ([5, 9], "present", 0),  # this one only saw it
        ([5, 9], "told_us", 0),
        ([5, 9], "alleged_to_have_harmed", 3),
    ],
)
async def test_the_third_in_28_days_says_so(world: World, before: list[int], role: str, said: int) -> None:
    leo = await another(world, "Leaf", "Leo")
    await at(world, *before)
    who = [involve(world.kai, role)] if role == "harmed" else [involve(leo, "harmed"), involve(world.kai, role)]
    made = await submit(world.dan, *who)
    assert [(one.young_person, one.name, one.concerns, one.days) for one in made.concerns] == (
        [("YP-000001", "Morton, Kai", said, 28)] if said else []
    )
    seen = [(one.young_person, one.concerns) for one in await accumulated(world.cleo, limit=8)]
    counted = len(before) + (role in ("harmed", "alleged_to_have_harmed"))
    assert seen == ([("YP-000001", counted)] if counted >= 3 and 28 not in before else [])


async def test_what_does_not_count(world: World) -> None:
    """One set aside, and a restricted one: its number would tell of it."""
    await at(world, 5, 6)
    await submit(world.cleo, involve(world.kai, "concerned"), kind="staff_allegation")
    (_, other) = [await incident(world.cleo, involve(world.kai, "harmed")) for _ in range(2)]
    assert [one.concerns for one in await concerns_in(world.cleo, other.id)] == [4]
    aside = MoveIncident(action=Act.MARK_NOT_REPORTABLE, reason="test", comment="Written down by mistake")
    await move(aside, by=world.cleo, incident=other, version=1)
    assert [one.concerns for one in await accumulated(world.cleo, limit=8)] == [3]
    assert await concerns_in(world.cleo, 3) == []


async def test_for_those_who_see_the_young_person_only(world: World) -> None:
    await at(world, 1, 2, 3)
    for who, found in (("cleo", 1), ("dan", 1), ("ivy", 0), ("ben", 0), ("femi", 0)):
        assert (len(await accumulated(world[who], limit=8)), len(await concerns_in(world[who], 1))) == (found, found), who
    assert await DB.fetchval("SELECT detail::jsonb FROM audit_entry WHERE event = 'young-person:listed' LIMIT 1") == {
        "by": "concerns",
        "young_people": [1],
    }


async def test_a_week_without_another_ends_it_on_the_worklist(world: World) -> None:
    await at(world, 1, 2, 3)
    for days, listed in ((6, 1), (8, 0)):
        with clock.stopped_at(NOW + dt.timedelta(days=days)):
            assert len(await accumulated(world.cleo, limit=8)) == listed


async def test_the_page_the_answer_and_the_worklist_say_so(world: World, client: ClientFor, api: ClientFor) -> None:
    await at(world, 5, 9)
    dan, cleo, script = await client(world.dan), await client(world.cleo), await api(world.dan)
    assert "Several concerns close together" not in (await cleo.get("/")).text
    assert "Several concerns" not in (await dan.get("/incidents/IN-000002/recorded")).text
    sent = report(involve(world.kai, "harmed"))
    answer = await script.post("/api/v1/incidents", json=sent | {"happened_at": sent["happened_at"].isoformat()})
    assert answer.json()["concerns"] == [{"young_person": "YP-000001", "name": "Morton, Kai", "concerns": 3, "days": 28}]
    assert "one of 3 concerns about" in (await dan.get("/incidents/IN-000003/recorded")).text
    worklist = (await cleo.get("/")).text
    assert "Several concerns close together" in worklist
    assert "3 in 28 days" in worklist
    assert "Several concerns" not in (await dan.get("/")).text


async def death(world: World, by: str = "dan", **answers: Any) -> Any:
    return await incident(world[by], involve(world.kai, ROLE["death"]), kind="death", answers=ANSWERS["death"] | answers)


async def test_a_death_that_nobody_investigates_yet_waits_on_the_worklist(world: World, client: ClientFor) -> None:
    cleo = await client(world.cleo)
    found = await death(world, **UNDECIDED)
    assert [(one.ref, one.owner, one.by.isoformat(), one.overdue) for one in await undecided_deaths(world.cleo)] == [
        ("IN-000001", "Cleo, safeguarding lead", "2026-10-12", False)
    ]
    page = (await cleo.get("/")).text
    assert "Who investigates a death is not decided" in page
    assert "Cleo, safeguarding lead" in page
    assert await undecided_deaths(world.ivy) == []
    with clock.stopped_at(NOW + dt.timedelta(days=8)):
        assert [one.overdue for one in await undecided_deaths(world.cleo)] == [True]
        decided = CorrectIncident(reason="The ombudsman has taken it on", answers=ANSWERS["death"] | {"investigator": "ombudsman"})
        await correct(decided, by=world.cleo, incident=await again(world.cleo, found), version=1)
        assert await undecided_deaths(world.cleo) == []


async def test_a_death_that_someone_investigates_does_not_wait(world: World) -> None:
    await death(world)
    assert await undecided_deaths(world.cleo) == []
