"""Eight clients of a service with two workers, writing to the same records at the same moment: no lost update, nothing done twice, no fault."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.load.crowd import ARRIVED, CLIENTS, Answer, Crowd, ago
from tests.load.test_killed import incident
from yosafe import clock
from yosafe.db.engine import DB

pytestmark = pytest.mark.serial

CHANGES = 3  # that each client makes where all change one record


async def until_accepted(client: httpx.AsyncClient, path: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Read, change, and read again where someone else was faster; how often they were."""
    for refused in range(1000):
        seen = await client.get(path)
        answer = await client.patch(path, json=change(seen.json()), headers={"If-Match": seen.headers["ETag"]})
        if answer.status_code == 200:
            return refused
        assert answer.status_code == 412, answer.text
    raise AssertionError("never accepted")


@pytest.mark.parametrize("what", ["incident", "young person"])
async def test_each_counts_on_from_the_last(crowd: Crowd, what: str) -> None:
    """All add one to the same number, read before: a lost update would make it too small."""
    path = await crowd.incident() if what == "incident" else f"/young-people/{await crowd.boy()}"
    first = dt.date(2027, 1, 1)

    def one_more(seen: dict[str, Any]) -> dict[str, Any]:
        if what == "incident":
            return {"reason": "One more than it was", "place_detail": str(int(seen["place_detail"] or 0) + 1)}
        return {"release_on": str((dt.date.fromisoformat(seen["release_on"]) if seen["release_on"] else first) + dt.timedelta(days=1))}

    async def work(client: httpx.AsyncClient, _: int) -> int:
        return sum([await until_accepted(client, path, one_more) for _ in range(CHANGES)])

    refused = sum(await crowd.at_once(work))
    seen = (await crowd.clients[0].get(path)).json()
    total = CLIENTS * CHANGES
    assert (seen.get("place_detail") or seen.get("release_on")) == (str(total) if what == "incident" else str(first + dt.timedelta(days=total)))
    assert seen["version"] == 1 + total
    assert refused > 0, "they did not meet"
    if what == "incident":
        assert [(c["old"], c["new"]) for c in seen["corrections"]] == [(str(n) if n else None, str(n + 1)) for n in range(total)]


async def test_one_takes_the_step(crowd: Crowd) -> None:
    path = await crowd.incident()
    step = {"action": "investigate"}
    found = await crowd.statuses_of(lambda client, _: client.post(f"{path}/transitions", json=step, headers={"If-Match": '"1"'}))
    assert found[200] == 1
    assert found.keys() <= {200, 409, 412}
    seen = (await crowd.clients[0].get(path)).json()
    assert ([event["action"] for event in seen["events"]], seen["version"]) == (["submit", "investigate"], 2)


async def test_what_is_added_adds_up(crowd: Crowd) -> None:
    path = await crowd.incident()

    async def work(client: httpx.AsyncClient, n: int) -> list[int]:
        more = [await client.post(f"{path}/addenda", json={"text": f"{n}-{m}"}) for m in range(CHANGES)]
        more += [await client.post(f"{path}/outcomes", json={"outcome": "family_told", "note": f"{n}"})]
        return [answer.status_code for answer in more]

    assert await crowd.at_once(work) == [[201] * (CHANGES + 1)] * CLIENTS
    seen = (await crowd.clients[0].get(path)).json()
    assert sorted(one["text"] for one in seen["addenda"]) == sorted(f"{n}-{m}" for n in range(CLIENTS) for m in range(CHANGES))
    assert sorted(one["note"] for one in seen["outcomes"]) == [str(n) for n in range(CLIENTS)]


async def test_a_part_is_had_once(crowd: Crowd) -> None:
    path, boy = await crowd.incident(), await crowd.boy()
    part = {"young_person": boy, "roles": ["alleged_to_have_harmed"]}
    assert await crowd.statuses_of(lambda client, _: client.post(f"{path}/involvements", json=part)) == {201: 1, 409: CLIENTS - 1}


async def test_many_are_added_while_the_record_changes(crowd: Crowd) -> None:
    """Seven add someone whose injury makes the incident worse, one moves its time: everyone is there, with the facts of the moment that stands."""
    path = await crowd.incident()
    boys = [await crowd.boy() for _ in range(CLIENTS)]
    earlier = ago(days=3)

    async def work(client: httpx.AsyncClient, n: int) -> Any:
        if n == 0:
            return await until_accepted(client, path, lambda _: {"reason": "It was three days ago", "happened_at": earlier})
        part = {"young_person": boys[n], "roles": ["harmed"], "injuries": ["fracture"], "treatment": "hospital"}
        return (await client.post(f"{path}/involvements", json=part)).status_code

    assert (await crowd.at_once(work))[1:] == [201] * (CLIENTS - 1)
    seen = (await crowd.clients[0].get(path)).json()
    assert {one["young_person"] for one in seen["involvements"]} >= set(boys[1:])
    assert {one["days_since_arrival"] for one in seen["involvements"]} == {7}
    assert seen["severity"] == "serious"
    assert [c["field"] for c in seen["corrections"]].count("severity") == 1


async def test_one_departure_one_arrival(crowd: Crowd) -> None:
    path = f"/young-people/{await crowd.boy()}/placements"
    stay = (await crowd.clients[0].get(path)).json()["items"][0]
    leaving = {"left_at": ago(days=2), "leaving_reason": "released"}
    left = await crowd.statuses_of(
        lambda client, _: client.post(f"{path}/{stay['id']}/end", json=leaving, headers={"If-Match": f'"{stay["version"]}"'})
    )
    assert left[200] == 1
    assert left.keys() <= {200, 409, 412}
    back = {**ARRIVED, "arrived_at": ago(days=1)}
    assert await crowd.statuses_of(lambda client, _: client.post(path, json=back)) == {201: 1, 422: CLIENTS - 1}
    assert [one["left_at"] is None for one in (await crowd.clients[0].get(path)).json()["items"]] == [True, False]


async def test_one_care_status_at_a_time(crowd: Crowd) -> None:
    path = f"/young-people/{await crowd.boy()}/care-periods"

    async def work(client: httpx.AsyncClient, n: int) -> Answer:
        return await client.post(path, json={"status": "never", "started_on": str(clock.today() - dt.timedelta(days=CLIENTS - n))})

    found = await crowd.statuses_of(work)
    assert found[201] >= 1
    assert found.keys() <= {201, 409}
    periods = (await crowd.clients[0].get(path)).json()["items"]
    assert len(periods) == found[201]
    assert [one["ended_on"] for one in periods] == [None, *(one["started_on"] for one in periods[:-1])]


async def test_a_young_person_is_added_once(crowd: Crowd) -> None:
    found = await crowd.statuses_of(lambda client, _: client.post("/young-people", json=crowd.details("Only One")))
    assert found == {201: 1, 409: CLIENTS - 1}


async def test_a_key_is_used_once(crowd: Crowd) -> None:
    """The same request, sent eight times at once with one key, and again afterwards."""
    write = incident("crowd-once", "complaint", await crowd.boy(), await crowd.boy())
    answers = await crowd.at_once(lambda client, _: write.send(client))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["detail"] for answer in answers if answer.status_code == 409} <= {
        "The same request is being worked on. Send it again in a moment to get its answer.",
        "This was already sent and done, and its answer is not kept. Read the record before you send anything again.",
    }
    last = await write.send(crowd.clients[0])
    refs = {answer.json()["ref"] for answer in [*answers, last] if answer.status_code == 201}
    assert (last.headers["idempotent-replay"], len(refs)) == ("true", 1)
    async with crowd.installation.looking():
        assert await DB.fetchval("SELECT count(*) FROM incident WHERE account = 'crowd-once'") == 1


async def test_all_of_it_together(crowd: Crowd) -> None:
    """A storm on two boys: incidents, contacts, moves, changes and reads at once. Every write that was answered is there."""
    one, other = await crowd.boy(), await crowd.boy()
    stay = (await crowd.clients[0].get(f"/young-people/{one}/placements")).json()["items"][0]

    async def work(client: httpx.AsyncClient, n: int) -> int:
        done = 0
        for m in range(CHANGES):
            done += (await incident(f"storm-{n}-{m}", "bullying", one, other).send(client)).status_code == 201
            visit = {"kind": "visit", "from_whom": "yot", "happened_on": str(clock.today()), "note": f"storm-{n}-{m}"}
            done += (await client.post(f"/young-people/{one}/contacts", json=visit)).status_code == 201
            version = next(p for p in (await client.get(f"/young-people/{one}/placements")).json()["items"] if p["id"] == stay["id"])["version"]
            unit = {"unit": f"{n}-{m}"}
            await client.post(f"/young-people/{one}/placements/{stay['id']}/unit", json=unit, headers={"If-Match": f'"{version}"'})
            assert (await client.get(f"/young-people/{other}/chronology")).status_code == 200
            assert (await client.get("/incidents")).status_code == 200
        return done

    assert sum(await crowd.at_once(work)) == 2 * CLIENTS * CHANGES
    notes = [entry["note"] for entry in (await crowd.clients[0].get(f"/young-people/{one}/contacts")).json()["items"]]
    assert sorted(notes) == sorted(f"storm-{n}-{m}" for n in range(CLIENTS) for m in range(CHANGES))
    listed = await crowd.clients[0].get("/incidents", params={"child": one, "limit": 100})
    assert len(listed.json()["items"]) == CLIENTS * CHANGES
