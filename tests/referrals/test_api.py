"""Referrals by API: what scripts send and get."""

from typing import Any

import pytest

from tests.incidents.make import rows_in_all_tables
from tests.referrals.make import considered, decision, extra, incident_of, letter, send, sent
from tests.world import World
from yosafe.referrals.access import referral_ref

PATH = "/api/v1/referrals"


def body(made: dict[str, Any]) -> dict[str, Any]:
    """As JSON holds it."""
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in made.items()}


def event(kind: str = "decided", on: str = "2026-10-05", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "on": on, **more}


async def test_sent_read_and_answered(world: World, api: Any) -> None:
    ref = await incident_of(world, world.kai)
    cleo, esi = await api(world.cleo), await api(world.esi)
    made = await cleo.post(PATH, json=letter(world.kai, ref))
    assert (made.status_code, made.headers["location"], made.headers["etag"]) == (201, f"{PATH}/RF-000001", '"1"')
    assert made.json()["recipients"] == [{"area": "E08000035", "name": "Leeds social services", "part": "both", "on_service": True}]
    shown = (await esi.get(f"{PATH}/RF-000001")).json()
    assert (shown["status"], shown["incidents"][0]["ref"], shown["child_view"]) == ("sent", ref, "I want it to stop.")
    assert shown["may"] == ["acknowledged", "decided", "declined"]
    decision_clock = shown["clocks"][0]
    assert decision_clock["words"] == "Due in 1 working day"
    assert (decision_clock["started_on"], decision_clock["due_on"], decision_clock["starts"]) == (
        "2026-10-05",
        "2026-10-06",
        "the referral is received",
    )
    answered = await esi.post(f"{PATH}/RF-000001/events", json=event(outcome="assessment"), headers={"If-Match": '"1"'})
    assert (answered.status_code, answered.headers["etag"]) == (201, '"2"')
    assert answered.json() == {"ref": "RF-000001", "kind": "decided", "status": "assessment", "version": 2}
    assert (await esi.get(f"{PATH}/RF-000001")).json()["clocks"][-1]["words"] == "Met"


async def test_the_single_assessment_says_which_days_do_not_count(world: World, api: Any) -> None:
    referral = await sent(world, world.kai)
    shown = (await (await api(world.esi)).get(f"{PATH}/{referral_ref(referral.id)}")).json()
    core = next(c for c in shown["clocks"] if c["clock"] == "core-assessment")
    assert core["rules"] == "wt2018"
    assert core["skipped"][:2] == [{"day": "2026-10-10", "why": "Saturday"}, {"day": "2026-10-11", "why": "Sunday"}]
    assert core["source"]
    assert core["confirmed"] is True


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"young_person": "YP-000099"}, 404),
        ({"young_person": "nobody"}, 404),
        ({"category": 7}, ["category"]),
        ({"category": "x" * 41}, ["category"]),
        ({"concern": "short"}, ["concern"]),
        ({"concern": "He is hit\u0000 and robbed."}, ["concern"]),
        ({"concern": "He is hit \u202eand robbed."}, ["concern"]),
        ({"concern": "x" * 10_001}, ["concern"]),
        ({"incidents": "IN-000001"}, ["incidents"]),
        ({"incidents": ["IN-000001"] * 21}, ["incidents"]),
        ({"source_code": "1A"}, ["source_code"]),
        ({"sharing_basis": None}, ["sharing_basis"]),
    ],
)  # fmt: skip
async def test_bad_input_is_named_and_nothing_is_kept(world: World, api: Any, changes: dict[str, Any], keys: list[str] | int) -> None:
    ref = await incident_of(world, world.kai)
    cleo = await api(world.cleo)
    await cleo.get(PATH)
    before = await rows_in_all_tables()
    answer = await cleo.post(PATH, json={**letter(world.kai, ref), **changes})
    if isinstance(keys, int):
        assert answer.status_code == keys
    else:
        assert answer.status_code == 422, answer.text
        assert [error["key"] for error in answer.json()["errors"]] == keys
    assert {**await rows_in_all_tables(), "audit_entry": 0} == {**before, "audit_entry": 0}


async def test_words_of_every_script_come_back_as_they_were_typed(world: World, api: Any) -> None:
    ref = await incident_of(world, world.kai)
    said = "Ils m'ont frappé 😢 — שלום, مرحبا <img src=x onerror=alert(1)>"
    cleo = await api(world.cleo)
    made = await cleo.post(PATH, json={**letter(world.kai, ref), "child_view": said})
    assert (await cleo.get(f"{PATH}/{made.json()['ref']}")).json()["child_view"] == said


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (event(outcome="assessment"), {}, 428),
        (event(outcome="assessment"), {"If-Match": "soon"}, 422),
        (event(outcome="nothing"), {"If-Match": '"1"'}, 422),
        (event("exploded"), {"If-Match": '"1"'}, 422),
        (event(on="2026-10-06", outcome="assessment"), {"If-Match": '"1"'}, 422),
        (event(on="yesterday", outcome="assessment"), {"If-Match": '"1"'}, 422),
        (event("section_47_started"), {"If-Match": '"1"'}, 409),
        (event("challenged", note="Please answer it"), {"If-Match": '"1"'}, 403),
    ],
)
async def test_events_that_can_not_be(world: World, api: Any, data: dict[str, Any], headers: dict[str, str], status: int) -> None:
    referral = await sent(world, world.kai)
    esi = await api(world.esi)
    before = await rows_in_all_tables()
    answer = await esi.post(f"{PATH}/{referral_ref(referral.id)}/events", json=data, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await rows_in_all_tables() == before


async def test_who_is_too_late_is_shown_what_it_is_now(world: World, api: Any) -> None:
    referral = await sent(world, world.kai)
    esi, here = await api(world.esi), f"{PATH}/{referral_ref(referral.id)}"
    assert (await esi.post(f"{here}/events", json=event("acknowledged"), headers={"If-Match": '"1"'})).status_code == 201
    late = await esi.post(f"{here}/events", json=event(outcome="assessment"), headers={"If-Match": '"1"'})
    now = await esi.get(here)
    assert (late.status_code, late.headers["etag"], late.json()["current"]) == (412, '"2"', now.json())
    assert [one["kind"] for one in now.json()["events"]] == ["sent", "acknowledged"]


async def test_an_end_that_takes_it_out_of_sight_still_answers(world: World, api: Any) -> None:
    more = await extra(world)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    esi = await api(world.esi)
    await esi.post(f"{PATH}/{made.ref}/events", json=event(outcome="assessment"), headers={"If-Match": '"1"'})
    ended = await esi.post(f"{PATH}/{made.ref}/events", json=event("ended", outcome="moved"), headers={"If-Match": '"2"'})
    assert (ended.status_code, ended.json()["status"]) == (201, "ended")
    assert (await esi.get(f"{PATH}/{made.ref}")).status_code == 404


async def test_considered(world: World, api: Any) -> None:
    ref = await incident_of(world, world.kai)
    cleo = await api(world.cleo)
    made = await cleo.post(f"{PATH}/considered", json=body(decision(world.kai, ref)))
    assert (made.status_code, made.json()["status"], made.json()["review_on"]) == (201, "considered_not_referred", "2026-10-19")
    alone = await cleo.post(f"{PATH}/considered", json={**body(decision(world.kai, ref)), "second_person": "Cleo"})
    assert (alone.status_code, [e["key"] for e in alone.json()["errors"]]) == (422, ["second_person"])


async def test_the_list_is_filtered_and_paged(world: World, api: Any) -> None:
    first, second = await sent(world, world.kai), await sent(world, world.kai)
    await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    cleo = await api(world.cleo)

    async def refs(**query: Any) -> list[str]:
        answer = await cleo.get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        return [item["ref"] for item in answer.json()["items"]]

    assert await refs() == ["RF-000003", "RF-000002", "RF-000001"]
    assert await refs(stage="sent") == ["RF-000002", "RF-000001"]
    assert await refs(stage=["considered_not_referred", "ended"]) == ["RF-000003"]
    assert await refs(clock="due", category="physical", establishment="WYI", child="YP-000001") == ["RF-000002", "RF-000001"]
    assert await refs(clock="overdue") == []
    page = (await cleo.get(PATH, params={"limit": 2})).json()
    assert (await cleo.get(PATH, params={"limit": 2, "after": page["next"]})).json()["next"] is None
    for query in ({"stage": "lost"}, {"clock": "never"}, {"limit": 0}, {"after": "x"}):
        assert (await cleo.get(PATH, params=query)).status_code == 422
    assert (first.id, second.id) == (1, 2)
