"""The crawl's world for a browser, in a process of its own: `python -m tests.browser.everywhere HOME PORT`.

Every text that people type in it holds markup. Before it serves, it goes to every kind of page as everyone and writes to HOME/pages.json, for
each address of a page, whose was the longest and where: `{"/children/{ref}": ["amina", "/children/YP-000001"]}`; and to HOME/sessions.json by which
token each is signed in.
"""

import asyncio
import json
import sys
from pathlib import Path

from litestar import Litestar

from tests.browser.site import here, serve
from tests.crawl import casework, estate
from tests.crawl.estate import WALKERS
from tests.crawl.walk import Walk, addresses, templates, walker
from tests.world import NOW, session_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
from yosafe.settings import read
from yosafe.web.app import create_app

SKIPPED = ("/api", "/static")
ENOUGH = 4  # pages of a kind and of a person, of which the longest is looked at


async def furnish(home: Path, dsn: str) -> None:
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
    home.joinpath("pages.json").write_text(json.dumps(answered(app, walks)))
    home.joinpath("sessions.json").write_text(json.dumps({name: await session_of(made[name]) for name in WALKERS}))
    await DB.close()


def answered(app: Litestar, walks: list[Walk]) -> dict[str, tuple[str, str]]:
    """The longest page found at each address, which is that of whoever may do most there."""
    found: dict[str, tuple[int, str, str]] = {}
    for walk in walks:
        for path, length in walk.pages.items():
            template = walk.template_of(path)
            found[template] = max(found.get(template, (0, "", "")), (length, walk.name, path))
    return {template: found[template][1:] for template in templates(app) if template in found}


def main(home: Path, port: int) -> None:
    with here(home) as dsn, clock.stopped_at(NOW):
        asyncio.run(furnish(home, dsn))
        serve(port)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
