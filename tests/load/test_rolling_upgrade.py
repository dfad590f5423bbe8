"""A rolling upgrade with real workers: those of the version before go on recording and reading while the schema becomes newer than they are, and
beside those of the version after, until they are stopped. That version is a copy of the code with one more migration, which changes every busy
table."""

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.db.tomorrow import TOMORROW
from tests.load import installation as ground
from tests.load.installation import Installation, installed
from tests.load.test_killed import Sent, check_whole, repeat
from tests.load.writing import Writers
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.db.upgrade import migrations

pytestmark = pytest.mark.serial

CONFLICT = 6  # how a command ends
MOST_TOLD = 10
PATHS = ("/incidents", "/young-people?q=Morton", "/clocks", "/patterns/WYI")


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the code of the version after this one lies."""
    monkeypatch.setattr(ground, "READY_SECONDS", 120)
    number = f"{int(migrations()[-1].id) + 1:04}"
    shutil.copytree(ROOT / "yosafe", tmp_path / "yosafe")  # with what Python has compiled of it
    shutil.copytree(ROOT / "reports", tmp_path / "reports")
    place = tmp_path / f"yosafe/db/migrations/yosafe_{number}_tomorrow.py"
    place.write_text(f'ID = "{number}"\nDESCRIPTION = "Tomorrow."\nSQL = """{TOMORROW}"""\n')
    return tmp_path


def beside(old: Installation, code: Path) -> Installation:
    """Another service of the same installation, by other code, on a port of its own."""
    new = Installation(old.home)
    new.keys, new.boys, new.address, new.code = old.keys, old.boys, old.address, code
    return new


def upgrade(installation: Installation) -> str:
    """`yosafe db upgrade`, and what it says; once more where it and who writes wait for each other, and it is the one to give way."""
    command = [sys.executable, "-m", "yosafe", "db", "upgrade"]
    for _ in range(5):
        done = subprocess.run(command, env=installation.environment, cwd=installation.code, capture_output=True, text=True)
        if done.returncode != CONFLICT:
            break
    assert done.returncode == 0, done.stderr
    return done.stdout


async def read(installation: Installation, answers: Counter[int], stop: asyncio.Event) -> None:
    async with installation.client("cleo") as client:
        while not stop.is_set():
            for path in PATHS:
                answers[(await client.get(path)).status_code] += 1


async def ready(installation: Installation) -> int:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{installation.port}") as client:
        return (await client.get("/readyz")).status_code


async def test_old_and_new_workers_side_by_side(next_version):
    sent, answers, stop = Sent(), Counter(), asyncio.Event()
    async with installed() as old:
        await old.serve()
        new = beside(old, next_version)
        by_old, by_new = Writers(old, sent, "old"), Writers(new, sent, "new")
        reading = [asyncio.create_task(read(old, answers, stop))]
        await by_old.some_more()

        upgraded = asyncio.create_task(asyncio.to_thread(upgrade, new))
        await by_old.some_more()
        assert "_tomorrow" in await upgraded
        await by_old.some_more()
        assert await ready(old) == 200
        # Who waits for the upgrade as it waits for them, and whose plan is of before it, is told to try again: nothing was saved.
        assert set(sent.statuses) <= {201, 409, 503}, sent.statuses
        assert sent.statuses[409] + sent.statuses[503] <= MOST_TOLD, sent.statuses

        await new.serve()
        try:
            reading.append(asyncio.create_task(read(new, answers, stop)))
            await by_new.some_more()
            await by_old.some_more()
            assert (await ready(old), await ready(new)) == (200, 200)
            stop.set()
            await asyncio.gather(*reading)
            assert set(answers) <= {200, 409, 503}, answers  # a read keeps that it was read: it may have to wait for the upgrade as a write has
            assert answers[409] + answers[503] <= MOST_TOLD < answers[200], answers
            await by_old.end()
            old.process.terminate()
            await asyncio.to_thread(old.process.wait, 30)
            await by_new.some_more()
            await by_new.end()
            await repeat(new, [write for write in sent.all if not write.acknowledged])
            async with new.looking():
                await check_whole(sent)
                assert (await verify()).faults == ()
                assert await DB.fetchval("SELECT count(tomorrow) + sum(counted) FROM incident") == 0
            assert "Traceback" not in old.log()
        finally:
            new.process.terminate()
            await asyncio.to_thread(new.process.wait, 30)
