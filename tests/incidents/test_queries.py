"""Lists of incidents: filters, pages, and that an index serves them."""

import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import another, incident, involve
from tests.world import World
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.incidents import access, queries
from yosafe.incidents.actions import move
from yosafe.incidents.queries import Filter
from yosafe.incidents.schemas import MoveIncident
from yosafe.incidents.status import Act

SEPTEMBER = dt.datetime(2026, 9, 10, 12, tzinfo=dt.UTC)


async def refs(user: Any, **wanted: Any) -> list[str]:
    return [one.ref for one in (await queries.incidents(user, Filter(**wanted))).items]


@pytest.fixture
async def three(world: World) -> World:
    """1: bullying of Kai on 10 September. 2: Leo hurt himself on 4 October. 3: both fought at midnight before 5 October; Cleo has it."""
    leo = await another(world, "Leaf_Green", "Leo")
    await incident(world.dan, involve(world.kai, "harmed"), happened_at=SEPTEMBER)
    await incident(world.dan, involve(leo, "hurt_self"), kind="self_harm")
    third = await incident(
        world.dan, involve(world.kai, "took_part"), involve(leo, "took_part", injuries=["fracture"]), kind="assault",
        happened_at=dt.datetime(2026, 10, 4, 23, 0, tzinfo=dt.UTC),
    )  # fmt: skip
    await move(MoveIncident(action=Act.INVESTIGATE), by=world.cleo, incident=third, version=1)
    return world


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [3, 2, 1]),
        ({"kinds": ("bullying",)}, [1]),
        ({"kinds": ("bullying", "assault")}, [3, 1]),
        ({"kinds": ("complaint",)}, []),
        ({"statuses": ("submitted",)}, [2, 1]),
        ({"statuses": ("in_investigation",)}, [3]),
        ({"severities": ("serious",)}, [3]),
        ({"severities": ("low", "moderate")}, [2, 1]),
        ({"establishment": "WYI"}, [3, 2, 1]),
        ({"establishment": "STC3"}, []),
        ({"since": dt.date(2026, 10, 4)}, [3, 2]),
        ({"since": dt.date(2026, 10, 5)}, [3]),  # midnight in London is 23:00 in UTC
        ({"until": dt.date(2026, 10, 4)}, [2, 1]),
        ({"since": dt.date(2026, 10, 4), "until": dt.date(2026, 10, 4)}, [2]),
        ({"child": "YP-000001"}, [3, 1]),
        ({"child": "YP-000002"}, []),  # Nia is not theirs
        ({"child": "YP-999999"}, []),
        ({"q": "IN-000002"}, [2]),
        ({"q": "in-2"}, [2]),
        ({"q": "mort"}, [3, 1]),
        ({"q": " LEAF_"}, [3, 2]),
        ({"q": "leafx"}, []),  # `_` is a letter here, not a pattern
        ({"q": "%"}, []),
        ({"mine": True}, [3]),
        ({"kinds": ("assault",), "child": "YP-000001", "statuses": ("in_investigation",)}, [3]),
    ],
)
async def test_filters(three: World, wanted: dict[str, Any], found: list[int]) -> None:
    assert await refs(three.cleo, **wanted) == [access.incident_ref(n) for n in found]


@pytest.mark.parametrize("who", ["cleo", "dan", "amina"])
async def test_pages_follow_each_other_without_a_gap(world: World, who: str) -> None:
    for hour in (1, 2, 2, 3, 3, 3, 4):  # several at the same moment
        await incident(world.dan, involve(world.kai, "harmed"), happened_at=dt.datetime(2026, 10, 4, hour, tzinfo=dt.UTC))
    found, after = [], None
    while True:
        part = await queries.incidents(world[who], Filter(), after=after, limit=2)
        found += [one.ref for one in part.items]
        if (after := part.next) is None:
            break
    assert len(found) == len(set(found)) == 7
    assert found == await refs(world[who])


async def test_counts(three: World) -> None:
    cleo, amina, ben = [await queries.counts(three[name]) for name in ("cleo", "amina", "ivy")]
    assert (cleo.to_look_at, cleo.in_hand, cleo.to_close, cleo.mine) == (2, 1, 0, 1)
    assert (amina.to_look_at, amina.in_hand, amina.mine) == (1, 1, 0)
    assert (ben.to_look_at, ben.in_hand) == (0, 0)


async def test_those_of_one_young_person(three: World) -> None:
    page = await queries.OF_ONE.page(three.cleo, queries.of_one(three.kai.id))
    assert [one.ref for one in page.items] == ["IN-000003", "IN-000001"]


async def fill(world: World, count: int) -> None:
    """Years of closed incidents of people who have left, with a few of Kai among the newest."""
    await DB.execute(
        "INSERT INTO young_person (family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version) "
        "SELECT 'Past', n::text, '1990-01-01', 'male', 'E10000016', now(), $1, 1 FROM generate_series(1, $2 / 10) n",
        *(world.dan.id, count),
    )
    await DB.execute(
        "INSERT INTO incident (kind, status, severity, restricted, establishment, place, happened_at, happened_precision, account, told_by, "
        "question_set, answers, agency, recorded_at, recorded_by, version) "
        "SELECT (ARRAY['bullying', 'assault', 'complaint'])[1 + n % 3], (ARRAY['closed', 'submitted'])[1 + (n % 8 = 0)::int], 'low', false, "
        "(ARRAY['WYI', 'STC3', 'FYI', 'CKI'])[1 + n % 4], 'cell', $3::timestamptz - n * interval '20 minutes', 'exact', 'x', 'staff', "
        "'bullying/1', '{}', $1, now(), $2, 1 FROM generate_series(1, $4) n",
        *(world.dan.agency, world.dan.id, clock.now(), count),
    )
    await DB.execute(
        "INSERT INTO involvement (incident, young_person, role, injuries, age, care_status, happened_at, recorded_at) "
        "SELECT id, CASE WHEN id <= 800 THEN $1 ELSE 3 + id % ($2 / 10) END, 'harmed', '{}', 16, 'never', happened_at, recorded_at FROM incident",
        *(world.kai.id, count),
    )
    await DB.execute("ANALYZE")


PLANS = [("cleo", {}), ("dan", {"kinds": ("bullying",)}), ("dan", {"statuses": ("submitted",)}), ("amina", {}), ("esi", {"kinds": ("bullying",)})]


@pytest.mark.parametrize(("who", "wanted"), PLANS)
async def test_a_list_is_served_by_indexes(world: World, who: str, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many incidents there are, no list reads them all."""
    await fill(world, 20_000)
    plans: list[str] = []
    fetch = DB.fetch

    async def explained(sql: str, *args: Any) -> list[Any]:
        plans.append("\n".join(row[0] for row in await fetch(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {sql}", *args)))
        return await fetch(sql, *args)

    monkeypatch.setattr(DB, "fetch", explained)
    assert len((await queries.incidents(world[who], Filter(**wanted))).items) == 50
    assert plans
    for plan in plans:
        assert "Seq Scan on incident " not in plan, plan
        assert "Seq Scan on involvement" not in plan, plan


async def test_the_rule_is_in_every_list(three: World) -> None:
    """What the list shows is what can be loaded, for everyone."""
    for name in ("amina", "ben", "cleo", "dan", "esi", "ivy", "jay", "femi", "grace", "hal"):
        user = three[name]
        listed = await refs(user)
        loaded = await DB.fetch(*Sql("SELECT i.id FROM incident i WHERE {} ORDER BY i.happened_at DESC, i.id DESC", access.visible(user)).parts())
        assert listed == [access.incident_ref(row["id"]) for row in loaded], name
