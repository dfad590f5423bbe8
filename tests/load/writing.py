"""Clients that go on recording while something happens to what they record in."""

import asyncio
import itertools

from tests.load.installation import Installation
from tests.load.test_killed import CLIENTS, Sent, write_until_it_fails

ROUND = 40  # writes acknowledged between two events


class Writers:
    """Eight clients that record incidents until it is over."""

    def __init__(self, installation: Installation, sent: Sent, name: str = "writer") -> None:
        self.installation, self.sent, self.stop = installation, sent, asyncio.Event()
        self.name, self.names = name, itertools.count()
        self.clients: list[asyncio.Task[None]] = []

    async def some_more(self) -> None:
        """Until so many more are acknowledged; whoever gave up at a refusal begins anew."""
        until = self.sent.statuses[201] + ROUND
        while self.sent.statuses[201] < until:
            self.clients = [one for one in self.clients if not one.done()]
            while len(self.clients) < CLIENTS:
                self.clients.append(
                    asyncio.create_task(write_until_it_fails(self.installation, self.sent, f"{self.name}-{next(self.names)}", self.stop))
                )
            await asyncio.sleep(0.02)

    async def end(self) -> None:
        self.stop.set()
        await asyncio.gather(*self.clients)
