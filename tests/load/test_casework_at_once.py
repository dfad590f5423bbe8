"""Referrals, reviews and flags under eight clients at once: one answer, one decision, each thing once."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.load.crowd import CLIENTS, Answer, Crowd
from yosafe import clock
from yosafe.db.engine import DB

pytestmark = pytest.mark.serial

REASON = "Everyone at the meeting agrees about it."


async def posted(crowd: Crowd, path: str, body: dict[str, Any], name: str = "cleo") -> dict[str, Any]:
    answer = await crowd.scripts[name][0].post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def same(path: str, body: dict[str, Any], version: int | None = None) -> Callable[[httpx.AsyncClient, int], Any]:
    """The same request from everyone."""
    headers = {"If-Match": f'"{version}"'} if version else {}

    async def send(client: httpx.AsyncClient, _: int) -> Answer:
        return await client.post(path, json=body, headers=headers)

    return send


async def referral(crowd: Crowd) -> str:
    incident = await crowd.incident()
    boy = (await crowd.clients[0].get(incident)).json()["involvements"][0]["young_person"]
    letter = {
        "young_person": boy, "incidents": [incident.rsplit("/", 1)[1]], "category": "physical", "sharing_basis": "significant_harm",
        "gaps_reason": "He is at risk tonight.",
        "concern": "He is hit and robbed on the landing.", "child_view": "I want it to stop.",
    }  # fmt: skip
    return f"/referrals/{(await posted(crowd, '/referrals', letter))['ref']}"


async def test_a_referral_is_answered_once(crowd: Crowd) -> None:
    path = await referral(crowd)
    decided = {"kind": "decided", "on": str(clock.today()), "outcome": "assessment"}
    found = await crowd.statuses_of(same(f"{path}/events", decided, 1), name="esi")
    assert found[201] == 1
    assert found.keys() <= {201, 409, 412}
    seen = (await crowd.clients[0].get(path)).json()
    assert ([event["kind"] for event in seen["events"]], seen["status"], seen["version"]) == (["sent", "decided"], "assessment", 2)
    assert [one["state"] for one in seen["clocks"] if one["clock"] == "referral-decision"] == ["met"]


@pytest.fixture
async def case(crowd: Crowd) -> str:
    """A boy whom all put on the agenda at once."""
    review = (await posted(crowd, "/reviews", {"meets_on": str(clock.today()), "chair": "Cleo"}))["review"]["ref"]
    body = {"young_person": await crowd.boy(), "because": "Asked for by his mother."}
    assert await crowd.statuses_of(same(f"/reviews/{review}/cases", body)) == {201: 1, 409: CLIENTS - 1}
    return f"/reviews/{review}/cases/1"


async def test_different_boys_listed_at_once_have_numbers_of_their_own(crowd: Crowd) -> None:
    review = (await posted(crowd, "/reviews", {"meets_on": str(clock.today()), "chair": "Cleo"}))["review"]["ref"]
    boys = [await crowd.boy() for _ in range(CLIENTS)]
    path = f"/reviews/{review}/cases"
    found = await crowd.statuses_of(lambda client, n: client.post(path, json={"young_person": boys[n], "because": "Asked for by the wing."}))
    assert found == {201: CLIENTS}
    cases = (await crowd.clients[0].get(f"/reviews/{review}")).json()["cases"]
    assert ([one["number"] for one in cases], {one["young_person"] for one in cases}) == (list(range(1, CLIENTS + 1)), set(boys))


async def test_a_case_is_decided_once(crowd: Crowd, case: str) -> None:
    assert await crowd.statuses_of(lambda client, n: client.post(f"{case}/views", json={"view": f"{n}"})) == {201: CLIENTS}
    action = {"what": "Book a visit.", "owner_agency": "leeds-social-services", "owner_name": "Esi", "due_on": str(clock.today())}
    decision = {"decision": "support_plan", "reason": REASON, "child_came": "not_asked", "advocate": "not_wanted", "actions": [action]}
    found = await crowd.statuses_of(same(f"{case}/decision", decision, 1))
    assert found[201] == 1
    assert found.keys() <= {201, 409, 412}
    seen = (await crowd.clients[0].get(case)).json()
    assert (sorted(view["view"] for view in seen["views"]), len(seen["actions"]), seen["version"]) == ([str(n) for n in range(CLIENTS)], 1, 2)
    done = await crowd.statuses_of(same(f"/actions/{seen['actions'][0]['id']}/done", {"note": "Booked.", "evidence": "The diary."}, 1), name="esi")
    assert done[201] == 1
    assert done.keys() <= {201, 409, 412}


async def test_flags_are_worked_out_by_two_while_incidents_come_in(crowd: Crowd) -> None:
    """Two processes refresh, eight clients record: each flag stands once, and a refresh afterwards knows of every incident."""
    installation = crowd.installation
    refreshing = [asyncio.create_task(asyncio.to_thread(installation.command, "flags", "refresh")) for _ in range(2)]
    while not all(task.done() for task in refreshing):
        await crowd.at_once(lambda client, n: crowd.incident())
    assert sum(task.result()["opened"] for task in refreshing) > 0
    installation.command("flags", "refresh")
    async with installation.looking():
        twice = "SELECT young_person, indicator FROM flag WHERE cleared_on IS NULL GROUP BY young_person, indicator HAVING count(*) > 1"
        assert await DB.fetch(twice) == []
        harmed = "SELECT count(DISTINCT young_person) FROM involvement WHERE role = 'harmed' AND happened_at > now() - interval '28 days'"
        flagged = "SELECT count(*) FROM flag WHERE indicator = 'harmed-by-others' AND cleared_on IS NULL"
        assert await DB.fetchval(harmed) == await DB.fetchval(flagged) > CLIENTS
