"""Eight scripts of one person, that do things at the same moment."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.load.installation import Installation
from tests.load.test_killed import incident
from yosafe import clock

CLIENTS = 8
ARRIVED = {"establishment": "WYI", "legal_status": "dto", "unit": "A wing"}

Answer = httpx.Response
Work = Callable[[httpx.AsyncClient, int], Awaitable[Any]]


class Crowd:
    """Eight scripts of Cleo's, and eight of Esi's."""

    def __init__(self, installation: Installation, scripts: dict[str, list[httpx.AsyncClient]]) -> None:
        self.installation, self.scripts = installation, scripts
        self.clients = scripts["cleo"]
        self.statuses: Counter[int] = Counter()
        self.made = 0
        for client in (client for each in scripts.values() for client in each):
            client.event_hooks["response"].append(self._count)

    async def _count(self, answer: Answer) -> None:
        self.statuses[answer.status_code] += 1

    async def at_once(self, work: Work, *, name: str = "cleo") -> list[Any]:
        return await asyncio.gather(*(work(client, n) for n, client in enumerate(self.scripts[name])))

    async def statuses_of(self, work: Work, *, name: str = "cleo") -> Counter[int]:
        return Counter(answer.status_code for answer in await self.at_once(work, name=name))

    async def boy(self) -> str:
        """Another boy, at Wetherby for ten days."""
        self.made += 1
        details = self.details(f"Boy {self.made}")
        answer = await self.clients[0].post("/young-people", json=details)
        others: set[str] = set()
        while answer.status_code == 409 and (more := {one["ref"] for one in answer.json()["candidates"]} - others):
            others |= more  # the others of the crowd are much like him, and more of them come meanwhile
            apart = {"not_duplicate_of": sorted(others), "not_duplicate_because": "They stand side by side."}
            answer = await self.clients[0].post("/young-people", json=details | apart)
        assert answer.status_code == 201, answer.text
        return answer.json()["ref"]

    def details(self, given_names: str) -> dict[str, Any]:
        placement = {**ARRIVED, "arrived_at": ago(days=10)}
        return {"family_name": "Crowd", "given_names": given_names, "date_of_birth": "2010-02-03", "sex": "male", "home_area": "E08000035"} | {
            "placement": placement
        }

    async def incident(self, kind: str = "bullying") -> str:
        write = incident(f"crowd-{self.made}", kind, await self.boy(), await self.boy())
        return f"/incidents/{(await write.send(self.clients[0])).json()['ref']}"


def ago(**ago: float) -> str:
    return (clock.now() - dt.timedelta(**ago)).isoformat()
