"""The crawl's world for a browser, in a process of its own: `python -m tests.browser.everywhere HOME PORT`.

Every text that people type in it holds markup. Before it serves, it goes to every kind of page as everyone and writes to HOME/pages.json, for
each address of a page, whose was the longest and where: `{"/children/{ref}": ["amina", "/children/YP-000001"]}`; and to HOME/sessions.json by which
token each is signed in. Where the crawl of the same run has kept its world, that one is taken as it is, with what the crawl found.
"""

import asyncio
import sys
from pathlib import Path

from tests.browser.site import here, serve
from tests.crawl import casework, estate
from tests.crawl.estate import WALKERS
from tests.crawl.kept import note, put_back
from tests.crawl.walk import addresses, walker
from tests.world import NOW
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
from yosafe.settings import read
from yosafe.web.app import create_app

SKIPPED = ("/api", "/static")
ENOUGH = 4  # pages of a kind and of a person, of which the longest is looked at


async def furnish(home: Path, dsn: str) -> None:
    if await asyncio.to_thread(put_back, home, dsn):
        return
    await DB.open(dsn)
    await upgrade()
    made = await estate.build()
    await casework.work(made)
    app = create_app(read())
    there = [path for path in await addresses(app, made) if not path.startswith(SKIPPED)]
    walks = [await walker(name, app, made) for name in WALKERS]
    for walk in walks:
        await walk.everywhere(there, enough=ENOUGH)
        await walk.client.aclose()
    await note(home, app, walks, made)
    await DB.close()


def main(home: Path, port: int) -> None:
    with here(home) as dsn, clock.stopped_at(NOW):
        asyncio.run(furnish(home, dsn))
        serve(port)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
