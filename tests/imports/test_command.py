"""`yosafe import` in a process of its own, and what is left when that process is killed."""

import asyncio
import csv
import json
import os
import subprocess
import sys

import pytest

from tests.imports import files
from tests.imports.files import LOG, LOG_MAPPING, table
from yosafe.db.engine import DB
from yosafe.importing.mapping import write_mapping
from yosafe.people.identifier_actions import record_number
from yosafe.people.schemas import RecordNumber

AS = ("--agency", "wetherby", "--as", "cleo@example.org")
ROWS = 4_000


def entry(number, **more):
    return files.entry(number, date="10/01/2024", **more)


@pytest.fixture
async def kai(world):
    """With a stay in days that are past by any clock: the command has the real one."""
    await record_number(by=world.cleo, young_person=world.kai, new=RecordNumber(kind="prison", value="A1234BC"))
    await DB.execute(
        "INSERT INTO placement (young_person, establishment, legal_status, arrived_at, left_at, leaving_reason, recorded_at, recorded_by, version) "
        "VALUES ($1, 'WYI', 'dto', '2024-01-01', '2024-02-01', 'released', now(), $2, 1)",
        *(world.kai.id, world.cleo.id),
    )
    return world.kai


@pytest.fixture
def command(db, database_url, tmp_path):
    """The command and its environment."""
    (tmp_path / "log.toml").write_text(write_mapping(LOG_MAPPING), "utf-8")
    env = os.environ | {"YOSAFE_DATABASE_URL": database_url, "YOSAFE_HOME": str(tmp_path / "home")}

    def whole(*args):
        return [sys.executable, "-m", "yosafe", "import", "incidents", *map(str, args)], env

    return whole


@pytest.fixture
def yosafe(command, tmp_path):
    def run(*args):
        words, env = command(tmp_path / "log.csv", *args)
        return subprocess.run(words, capture_output=True, text=True, env=env, check=False)

    return run


async def test_a_file_is_tried_brought_in_and_its_refused_rows_are_written(yosafe, world, kai, tmp_path, db):
    (tmp_path / "log.csv").write_bytes(table(LOG, entry("1"), entry("2", kind="Asault"), entry("3", who="Z1")))
    mapping, errors = ("--mapping", tmp_path / "log.toml"), ("--errors", tmp_path / "refused.csv")
    tried = yosafe(*AS, *mapping, "--dry-run", "--format", "json", *errors)
    assert tried.returncode == 0, tried.stderr
    assert {name: json.loads(tried.stdout)[name] for name in ("outcome", "made", "refused")} == {"outcome": "would_import", "made": 1, "refused": 2}
    assert await db.fetchval("SELECT count(*) FROM incident") == 0
    refused = list(csv.reader((tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in refused] == ["Log no", "2", "3"]
    done = yosafe(*AS, *mapping, *errors)
    assert (done.returncode, done.stderr) == (0, "")
    assert "of 3 rows of log.csv, 1 came in, 0 were known already, 2 were refused" in done.stdout
    assert "“Asault” is not known, in 1 row (perhaps assault)" in done.stdout
    assert "1 were known already" in yosafe(*AS, "--source", "Wing log").stdout, "the mapping was kept"


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("--agency", "wetherby", "--as", "dan@example.org"), 5, "can't do this"),
        (("--agency", "oakhill", "--as", "cleo@example.org"), 5, "works for another agency"),
        ((*AS, "--all-or-nothing", "--mapping", "log.toml"), 3, "none came in"),
    ],
)
async def test_what_can_not_be_ends_with_its_code(yosafe, world, kai, tmp_path, args, code, says):
    (tmp_path / "log.csv").write_bytes(table(LOG, entry("1"), entry("3", who="Z1")))
    done = yosafe(*(tmp_path / "log.toml" if word == "log.toml" else word for word in args))
    assert done.returncode == code, done.stderr + done.stdout
    assert says in done.stderr + done.stdout


@pytest.mark.serial
@pytest.mark.parametrize("mode", ["good", "all"])
async def test_killed_in_the_middle_it_goes_on_or_is_wholly_absent(command, yosafe, world, kai, tmp_path, db, mode):
    (tmp_path / "log.csv").write_bytes(table(LOG, *(entry(str(n)) for n in range(ROWS))))
    args = (*AS, "--mapping", tmp_path / "log.toml", *(["--all-or-nothing"] if mode == "all" else []))
    words, env = command(tmp_path / "log.csv", *args)
    process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(60):
            at_work = "SELECT position > 0 FROM import_run" if mode == "good" else "SELECT count(*) > 0 FROM import_run WHERE status = 'running'"
            while not await db.fetchval(at_work):
                await asyncio.sleep(0.02)
            if mode == "all":
                await asyncio.sleep(0.3)
    finally:
        process.kill()
        process.wait()
    async with asyncio.timeout(10):
        while await db.fetchval("SELECT count(*) FROM pg_locks WHERE relation = 'import_row'::regclass"):
            await asyncio.sleep(0.05)
    made, position = await db.fetchval("SELECT made FROM import_run"), await db.fetchval("SELECT position FROM import_run")
    assert await db.fetchval("SELECT count(*) FROM incident") == made == (max(0, position - 1))
    assert made % 1_000 == 0
    assert made < ROWS
    if mode == "all":
        assert made == 0
    done = yosafe(*args)
    assert done.returncode == 0, done.stderr
    assert f"{ROWS:,} came in" in done.stdout
    assert await db.fetchval("SELECT count(*) FROM incident") == ROWS
    assert await db.fetchval("SELECT count(*) FROM involvement") == ROWS
    assert await db.fetchval("SELECT count(*) FROM import_run WHERE status = 'finished'") == 1
