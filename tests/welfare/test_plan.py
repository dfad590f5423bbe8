"""The welfare plan: what a young person needs, by whom and by when it is done, what came of it, and who hears when it is late."""

import datetime as dt

import pytest

from tests.welfare.answers import asset, asset_answers
from tests.welfare.test_pages import location
from tests.world import NOW, TODAY
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.chronology import Wanted, chronology
from yosafe.welfare.access import assessment_ref
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.plan.access import get_need_for, need_ref
from yosafe.welfare.plan.actions import add_need, change_need, close_need
from yosafe.welfare.plan.notices import tell_of_overdue_needs
from yosafe.welfare.plan.queries import NEEDS, NeedFilter, open_need, overdue_count, plan_of
from yosafe.welfare.plan.schemas import AddNeed, ChangeNeed, CloseNeed

SOON = TODAY + dt.timedelta(days=14)
WHY = "Ms Hill is away until Monday."
CAME = "He has his inhaler and uses it."


def need(**changes) -> AddNeed:
    facts = {
        "topic": "physical_health", "need": "His asthma is not treated.", "will_do": "A nurse sees him twice a week.", "owner": "yoi",
        "owner_name": "Ms Hill, nurse", "target_on": SOON,
    }  # fmt: skip
    return AddNeed(**facts | changes)


def changed(**changes) -> ChangeNeed:
    facts = {"will_do": "The doctor sees him.", "owner": "health", "owner_name": "Dr Rao", "target_on": SOON, "reason": WHY}
    return ChangeNeed(**facts | changes)


def closed(**changes) -> CloseNeed:
    return CloseNeed(**{"closed_on": TODAY, "came_of": "met", "note": CAME} | changes)


async def late_need(world, owner: str):
    """Recorded five days ago, to be done by the day before yesterday."""
    with clock.stopped_at(NOW - dt.timedelta(days=5)):
        return await add_need(by=world.amina, young_person=world.kai, new=need(owner=owner, target_on=TODAY - dt.timedelta(days=2)))


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        ("amina", {}, None),
        ("cleo", {}, None),
        ("esi", {"owner": "social_services"}, None),
        ("dan", {}, Refused),
        ("jay", {}, Refused),
        ("amina", {"topic": "weather"}, Invalid),
        ("amina", {"owner": "nobody"}, Invalid),
        ("amina", {"target_on": TODAY - dt.timedelta(days=1)}, Invalid),
        ("amina", {"assessment": "AS-009999"}, NotFound),
    ],
)
async def test_putting_a_need_into_the_plan(world, who, changes, refusal):
    if refusal:
        with pytest.raises(refusal):
            await add_need(by=world[who], young_person=world.kai, new=need(**changes))
        assert await DB.fetchval("SELECT count(*) FROM welfare_need") == 0
        return
    made = await add_need(by=world[who], young_person=world.kai, new=need(**changes))
    (one,) = await plan_of(world.amina, world.kai.id)
    assert (one.ref, one.days_late, one.closed_on) == (need_ref(made.id), 0, None)
    assert await DB.fetchval("SELECT young_person FROM audit_entry WHERE event = 'need:added'") == world.kai.id


async def test_what_is_changed_and_closed_keeps_what_held_before(world):
    made = await add_need(by=world.amina, young_person=world.kai, new=need())
    after = await change_need(by=world.cleo, need=made, change=changed(), version=1)
    for late in (
        change_need(by=world.amina, need=made, change=changed(), version=1),
        close_need(by=world.amina, need=made, closing=closed(), version=1),
    ):
        with pytest.raises(Stale):
            await late
    with pytest.raises(Invalid):
        await close_need(by=world.amina, need=after, closing=closed(closed_on=TODAY - dt.timedelta(days=1)), version=2)
    done = await close_need(by=world.amina, need=after, closing=closed(), version=2)
    found = await open_need(world.esi, need_ref(made.id))
    assert [(step.kind, step.owner_name, step.note) for step in found.history] == [
        ("added", "Ms Hill, nurse", None), ("changed", "Dr Rao", WHY), ("closed", "Dr Rao", CAME),
    ]  # fmt: skip
    assert (found.closed_on, found.came_of, found.version) == (TODAY, "met", 3)
    for again in (
        change_need(by=world.amina, need=done, change=changed(), version=3),
        close_need(by=world.amina, need=done, closing=closed(), version=3),
    ):
        with pytest.raises(Conflict):
            await again
    told = [one.title for one in (await chronology(world.amina, world.kai, Wanted(source="plan"))).items]
    assert sorted(told) == ["Need closed (Physical health): met", "Need put into the plan (Physical health)", "Plan changed (Physical health)"]


@pytest.mark.parametrize("who", ["dan", "ben", "ivy", "femi"])
async def test_to_others_no_need_exists(world, who):
    made = await add_need(by=world.amina, young_person=world.kai, new=need())
    with pytest.raises(NotFound):
        await get_need_for(world[who], need_ref(made.id))


@pytest.mark.parametrize(("owner", "told", "counted"), [("yot", {"amina"}, "amina"), ("yoi", {"cleo"}, "cleo"), ("social_services", {"esi"}, "esi")])
async def test_whoever_is_to_see_to_it_hears_once_that_it_is_late(world, owner, told, counted):
    made = await late_need(world, owner)
    operator = Operator("system")
    for _ in range(2):
        async with write_transaction():
            await tell_of_overdue_needs(by=operator)
    names = {name for name in ("amina", "ben", "cleo", "dan", "esi", "ivy", "jay") if world[name].id in await _told()}
    assert names == told
    assert await DB.fetchval("SELECT count(*) FROM notice WHERE event = 'need-overdue'") == 1
    assert (await overdue_count(world[counted]), await overdue_count(world.ben)) == (1, 0)
    await close_need(by=world.amina, need=made, closing=closed(came_of="not_met"), version=1)
    assert await overdue_count(world[counted]) == 0


async def _told() -> set[int]:
    return {row["user_account"] for row in await DB.fetch("SELECT user_account FROM notice WHERE event = 'need-overdue'")}


async def test_a_need_of_others_is_for_the_agency_that_recorded_it(world):
    await late_need(world, "family")
    assert [len((await NEEDS.page(world[name], NeedFilter(state="overdue", mine=True))).items) for name in ("amina", "cleo", "esi")] == [1, 0, 0]


async def test_from_the_assessment_into_the_plan_by_pages(world, kai_ref, client):
    answers = asset_answers(physical_health_need="yes", physical_health_need_detail="His asthma is not treated.")
    made = await complete_assessment(by=world.amina, young_person=world.kai, new=asset(kai_ref, answers=answers))
    ref, amina = assessment_ref(made.id), await client(world.amina)
    there = f"/children/{kai_ref}/plan/new?assessment={ref}&topic=physical_health"
    assert there.replace("&", "&amp;") in (await amina.get(f"/assessments/{ref}")).text
    assert "His asthma is not treated." in (await amina.get(there)).text
    form = {
        "topic": "physical_health", "need": "His asthma is not treated.", "will_do": "A nurse sees him.", "owner": "health", "owner_name": "Ms Hill",
        "target_on-day": "19", "target_on-month": "10", "target_on-year": "2026",
    }  # fmt: skip
    refused = await amina.send_form(there, form | {"target_on-day": "1"})
    assert (refused.status_code, "A nurse sees him." in refused.text) == (422, True)
    location(await amina.send_form(there, form))
    assert await DB.fetchval("SELECT assessment FROM welfare_need") == made.id
    assert there.replace("&", "&amp;") not in (await amina.get(f"/assessments/{ref}")).text
    closing = {"closed_on-day": "5", "closed_on-month": "10", "closed_on-year": "2026", "came_of": "met", "note": CAME, "version": "1"}
    assert (await amina.send_form("/plan/WN-000001/close", closing | {"version": "7"})).status_code == 412
    location(await amina.send_form("/plan/WN-000001/close", closing))
    assert CAME in (await amina.get("/plan/WN-000001")).text
    assert (await (await client(world.dan)).get(f"/children/{kai_ref}/plan")).status_code == 403


async def test_by_api(world, kai_ref, api):
    amina, ben = await api(world.amina), await api(world.ben)
    body = {
        "topic": "safety", "need": "He is afraid at night.", "will_do": "A cell near the office.", "owner": "yoi", "owner_name": "Senior officer",
        "target_on": SOON.isoformat(),
    }  # fmt: skip
    made = await amina.post(f"/api/v1/young-people/{kai_ref}/plan", json=body)
    assert (made.status_code, made.json()["ref"], made.headers["etag"]) == (201, "WN-000001", '"1"')
    change = {"will_do": "Moved to C wing.", "owner": "yoi", "owner_name": "Senior officer", "target_on": SOON.isoformat(), "reason": WHY}
    assert (await amina.post("/api/v1/plan/WN-000001/change", json=change)).status_code == 428
    answer = await amina.post("/api/v1/plan/WN-000001/change", json=change, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    stale = await amina.post("/api/v1/plan/WN-000001/change", json=change, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert [one["ref"] for one in (await amina.get("/api/v1/plan")).json()["items"]] == ["WN-000001"]
    assert (await ben.get("/api/v1/plan")).json()["items"] == []
    assert (await ben.get("/api/v1/plan/WN-000001")).status_code == 404
