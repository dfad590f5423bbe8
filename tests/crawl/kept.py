"""The crawl's world as the walk left it, kept in a folder for the browser's tests of the same run: to build it and walk through it again takes
minutes."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from litestar import Litestar

from tests.crawl.estate import WALKERS, Estate
from tests.crawl.walk import Walk, templates
from tests.world import session_of
from yosafe.db.programs import Account, programs_for

FOLDER = "YOSAFE_CRAWLED"  # names the folder, where `scripts/test` runs everything
DUMP, PAGES, SESSIONS = "world.dump", "pages.json", "sessions.json"


async def keep_for_browser(database: str, app: Litestar, walks: list[Walk], made: Estate) -> None:
    """Where a run of everything asks for it. Before forms are sent: what they leave behind is not for looking at."""
    if folder := os.environ.get(FOLDER):
        whole = Path(folder) / "whole"
        partly = whole.with_name("partly")
        partly.mkdir()
        await note(partly, app, walks, made)
        how = ("--format=custom", "--compress=0", "--no-owner", "--exclude-schema=kept")
        program("pg_dump", *how, f"--file={partly / DUMP}", f"--dbname={database}")
        partly.rename(whole)


async def note(home: Path, app: Litestar, walks: list[Walk], made: Estate) -> None:
    """For each address of a page, whose was the longest and where; and by which token each is signed in."""
    home.joinpath(PAGES).write_text(json.dumps(longest(app, walks)))
    home.joinpath(SESSIONS).write_text(json.dumps({name: await session_of(made[name]) for name in WALKERS}))


def longest(app: Litestar, walks: list[Walk]) -> dict[str, tuple[str, str]]:
    """The longest page found at each address, which is that of whoever may do most there."""
    found: dict[str, tuple[int, str, str]] = {}
    for walk in walks:
        for path, length in walk.pages.items():
            template = walk.template_of(path)
            found[template] = max(found.get(template, (0, "", "")), (length, walk.name, path))
    return {template: found[template][1:] for template in templates(app) if template in found}


def put_back(home: Path, database: str) -> bool:
    """The kept world into an empty database, and its notes into a folder. False, and nothing is done, where none was kept."""
    whole = Path(os.environ.get(FOLDER, "")) / "whole"
    if FOLDER not in os.environ or not whole.is_dir():
        return False
    program("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={database}", str(whole / DUMP))
    for name in (PAGES, SESSIONS):
        shutil.copy(whole / name, home)
    return True


def program(name: str, *words: str) -> None:
    """Run one of PostgreSQL's own, as whoever runs the tests. Raises RuntimeError with what it said."""
    folder = programs_for(Path("/nowhere"), Account(os.geteuid(), os.getegid(), switch=False)).folder
    done = subprocess.run([folder / name, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")
