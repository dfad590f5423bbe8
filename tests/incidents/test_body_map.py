"""The body map: what may be marked, by page and by API; that the figure says what the list says; who sees it; what is struck out stays."""

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.incidents.make import ROLE, another, incident, involve, rows_in_all_tables
from tests.incidents.test_staff import about, alleged
from tests.world import NOW, ClientFor, World, events_of
from yosafe.db.engine import DB
from yosafe.incidents.body_map import figure, shown
from yosafe.incidents.body_map.rules import LARGEST_MM, Mark, faults_in_mark, is_asked, is_grave, may_be_mapped
from yosafe.incidents.body_map.schemas import MarkOut
from yosafe.people.access import young_person_ref
from yosafe.people.chronology import Wanted, chronology
from yosafe.reference.codes import code_list

HERE = "/incidents/IN-000001/body-map/YP-000001"
API = "/api/v1/incidents/IN-000001/body-marks"
FORM = {"region": "cheek_right", "mark_kind": "bruise", "size_cm": "2.5", "note": "Red and blue", "seen_by": "Nurse Adeyemi", "seen_time": "9:15am"}
SENT = {"young_person": "YP-000001", "region": "forearm_left_front", "kind": "cut"}
REGIONS = code_list("body_region").codes


@pytest.mark.parametrize(
    ("kind", "injuries", "may", "asked"),
    [
        ("assault", ["cut"], True, True),
        ("assault", [], True, False),
        ("assault", ["fear"], True, False),
        ("bullying", ["bruise"], True, False),
        ("complaint", [], False, False),
        ("complaint", ["none"], False, False),
        ("complaint", ["burn"], True, False),
        ("use_of_force", ["sprain"], True, True),
    ],
)
def test_whose_body_is_marked(kind: str, injuries: list[str], may: bool, asked: bool) -> None:
    assert (may_be_mapped(kind, injuries), is_asked(kind, injuries)) == (may, asked)


@pytest.mark.parametrize(
    ("kinds", "severity", "grave"),
    [(["bruise"], "low", False), (["fracture_suspected"], "moderate", True), (["ligature_mark"], "serious", False), ([], "low", False)],
)
def test_what_can_make_it_serious(kinds: list[str], severity: str, grave: bool) -> None:
    assert is_grave(kinds, severity) is grave


def mark(**changes: Any) -> Mark:
    return Mark(**{"region": "belly", "kind": "bruise", "size_mm": 10, "note": None, "seen_on": dt.date(2026, 10, 5), "seen_time": None} | changes)


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"region": "tail"}, ["region"]),
        ({"kind": "guess"}, ["kind"]),
        ({"kind": "other"}, ["note"]),
        ({"kind": "other", "note": "A splinter"}, []),
        ({"size_mm": 0}, ["size_mm"]),
        ({"size_mm": LARGEST_MM}, []),
        ({"size_mm": LARGEST_MM + 1}, ["size_mm"]),
        ({"seen_on": dt.date(2026, 10, 3)}, ["seen_on"]),  # before it happened
        ({"seen_on": dt.date(2026, 10, 6)}, ["seen_on"]),
        ({"seen_time": "11:00"}, []),
        ({"seen_time": "11:01"}, ["seen_time"]),
        ({"seen_on": dt.date(2026, 10, 4), "seen_time": "23:00"}, []),
    ],
)
def test_what_a_mark_must_be(changes: dict[str, Any], keys: list[str]) -> None:
    now = dt.datetime(2026, 10, 5, 11, tzinfo=dt.UTC)
    assert [fault.key for fault in faults_in_mark(mark(**changes), since=dt.date(2026, 10, 4), now=now)] == keys


def test_every_region_is_drawn_once_and_inside_the_figure() -> None:
    drawn = [shape for view in figure.VIEWS for shape in figure.shapes(view)]
    assert [shape.region for shape in drawn] == [code.code for code in REGIONS]
    for shape in drawn:
        points = [tuple(map(float, pair.split(","))) for pair in shape.points.split()]
        assert all(0 <= x <= figure.WIDTH and 0 <= y <= figure.HEIGHT for x, y in points)


def test_right_is_on_the_left_in_front_and_on_the_right_at_the_back() -> None:
    by_region = {shape.region: shape.x for view in figure.VIEWS for shape in figure.shapes(view)}
    assert by_region["eye_right"] < 100 < by_region["eye_left"]
    assert by_region["ear_left"] < 100 < by_region["ear_right"]
    for region, x in by_region.items():
        other = region.replace("right", "left")
        assert other == region or x + by_region[other] == pytest.approx(figure.WIDTH)


@given(st.lists(st.tuples(st.sampled_from([code.code for code in REGIONS]), st.sampled_from(code_list("mark_kind").values())), max_size=12))
def test_the_figure_shows_every_mark_once(chosen: list[tuple[str, str]]) -> None:
    marks = [
        MarkOut(
            id=n, young_person="YP-000001", region=region, kind=kind, size_mm=None, note=None, seen_by="A nurse", seen_on=NOW.date(), seen_time=None,
            recorded_at=NOW, recorded_by="Dan",
        )
        for n, (region, kind) in enumerate(chosen)
    ]  # fmt: skip
    numbered = shown.of_person(marks, "YP-000001")
    views = shown.drawn(numbered)
    spots = [spot for view in views for spot in view.spots]
    assert sorted(spot.number for spot in spots) == list(range(1, len(chosen) + 1))
    assert len({(view.view, spot.x, spot.y) for view in views for spot in view.spots}) == len(chosen)
    assert {shape.region for view in views for shape, _, marked in view.regions if marked} == {region for region, _ in chosen}
    assert sum(view.label.count(";") + ("nothing marked" not in view.label) for view in views) == len(chosen)


async def hurt(world: World, **more: Any) -> Any:
    return await incident(world.dan, involve(world.kai, "harmed", injuries=["bruise"]), kind="assault", **more)


async def test_marked_by_page_without_a_script(world: World, client: ClientFor) -> None:
    await hurt(world)
    dan = await client(world.dan)
    assert "Nothing marked" in (await dan.get("/incidents/IN-000001")).text
    assert f'href="{HERE}"' in (await dan.get("/incidents/IN-000001/recorded")).text
    assert "Nothing is marked." in (await dan.get(HERE)).text
    assert (await dan.send_form(HERE, FORM)).headers["location"] == f"{HERE}?done=marked"
    assert (await dan.send_form(HERE, {**FORM, "region": "palm_left", "mark_kind": "fracture_suspected"})).status_code == 303
    page = " ".join((await dan.get(HERE)).text.split())
    for words in (
        "Right cheek: bruise", "Red and blue", "2.5 cm", "5 October 2026 at 9:15am, by Nurse Adeyemi",
        'aria-label="Front: Bruise, right cheek; Broken',
        "This can make the incident serious",
    ):  # fmt: skip
        assert words in page
    assert len(re.findall(r'class="ys-body__spot"', page)) == 2
    assert "Bruise, right cheek; broken bone suspected, left palm or fingers" in (await dan.get("/incidents/IN-000001")).text
    assert [event for event in await events_of(1) if event.startswith("body-mark")] == ["body-mark:added"] * 2
    entries = (await chronology(world.amina, world.kai, Wanted())).items
    assert any("Kept with it: 2 marks on the body map." in (entry.text or "") for entry in entries)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"region": ""}, ["region"]),
        ({"region": "moon"}, ["region"]),
        ({"mark_kind": ""}, ["mark_kind"]),
        ({"mark_kind": "other", "note": ""}, ["note"]),
        ({"size_cm": "big"}, ["size_cm"]),
        ({"size_cm": "0"}, ["size_cm"]),
        ({"seen_by": ""}, ["seen_by"]),
        ({"seen_on-day": "3", "seen_on-month": "10", "seen_on-year": "2026"}, ["seen_on-day"]),
        ({"seen_time": "11:30am"}, ["seen_time"]),
        ({"note": "a\u202eb"}, ["note"]),
    ],
)
async def test_a_refused_mark_keeps_what_was_typed(world: World, client: ClientFor, changes: dict[str, str], fields: list[str]) -> None:
    await hurt(world)
    dan, before = await client(world.dan), await rows_in_all_tables()
    page = await dan.send_form(HERE, {**FORM, **changes})
    found = re.findall(r'href="#([\w-]+)"', page.text.partition("There is a problem")[2].partition("</ul>")[0])
    assert (page.status_code, found) == (422, fields)
    assert "Nurse Adeyemi" in page.text or changes.get("seen_by") == ""
    assert await rows_in_all_tables() == before


async def test_by_api(world: World, api: ClientFor) -> None:
    await hurt(world)
    dan = await api(world.dan)
    made = await dan.post(API, json=SENT)
    assert (made.status_code, made.json()["seen_by"], made.json()["seen_on"]) == (201, "Dan", "2026-10-05")
    assert [one["region"] for one in (await (await api(world.amina)).get(API)).json()["items"]] == ["forearm_left_front"]
    for changes, key in (({"region": "tail"}, "region"), ({"young_person": "YP-000002"}, "young_person"), ({"seen_time": "noon"}, "seen_time")):
        answer = await dan.post(API, json={**SENT, **changes})
        assert (answer.status_code, [fault["key"] for fault in answer.json()["errors"]]) == (422, [key])
    assert (await (await api(world.amina)).post(API, json=SENT)).status_code == 403


async def test_where_there_is_no_injury_there_is_no_map(world: World, api: ClientFor, client: ClientFor) -> None:
    await incident(world.dan, involve(world.kai, ROLE["complaint"]), kind="complaint")
    assert (await (await api(world.dan)).post(API, json=SENT)).status_code == 409
    dan = await client(world.dan)
    assert "Body map" not in (await dan.get("/incidents/IN-000001")).text
    assert (await dan.send_form(HERE, FORM)).status_code == 409


async def test_struck_out_it_stays_readable(world: World, api: ClientFor, client: ClientFor) -> None:
    await hurt(world)
    dan, cleo = await api(world.dan), await api(world.cleo)
    why = {"reason": "It was the other cheek"}
    for n, by in enumerate((dan, cleo), 1):
        await by.post(API, json=SENT)
        assert (await dan.post(f"{API}/{n}/strike", json=why)).status_code == (200 if by is dan else 403)
    assert (await dan.post(f"{API}/1/strike", json=why)).status_code == 409
    assert (await dan.post(f"{API}/99/strike", json=why)).status_code == 404
    page = await client(world.cleo)
    assert (await page.send_form(f"{HERE}/strike", {"mark": "1", **why})).status_code == 422  # struck out already: not in the list
    assert (await page.send_form(f"{HERE}/strike", {"mark": "2", "reason": "short"})).status_code == 422
    assert (await page.send_form(f"{HERE}/strike", {"mark": "2", **why})).headers["location"] == f"{HERE}?done=struck"
    text = (await page.get(HERE)).text
    assert "It was the other cheek" in text
    assert "Nothing is marked." in text
    assert await DB.fetchval("SELECT count(*) FROM body_mark WHERE struck_at IS NOT NULL") == 2


async def test_of_another_child_there_is_no_map(world: World, api: ClientFor, client: ClientFor) -> None:
    leo = await another(world, "Leaf", "Leo")
    ref = young_person_ref(leo.id)
    people = [involve(who, "took_part", injuries=["cut"]) for who in (world.kai, leo)]
    await incident(world.dan, *people, kind="assault")
    dan, amina = await api(world.dan), await api(world.amina)
    await dan.post(API, json={**SENT, "young_person": ref, "note": "From Kai's ring"})
    await dan.post(API, json={**SENT, "note": "Where Leo Leaf held him"})
    (his,) = (await amina.get(API)).json()["items"]
    assert his["note"] == "Where another young person held him"
    assert (await (await client(world.amina)).get(f"/incidents/IN-000001/body-map/{ref}")).status_code == 404
    page = (await (await client(world.amina)).get(HERE)).text
    assert "Leaf" not in page
    assert "Add a mark" not in page


async def test_of_an_allegation_nobody_else_finds_a_mark(world: World, api: ClientFor) -> None:
    await alleged(world, *about("Dan"))
    assert (await (await api(world.cleo)).post(API, json=SENT)).status_code == 201
    for who in (world.dan, world.amina):
        assert (await (await api(who)).get(API)).status_code == 404
