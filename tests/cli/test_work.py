"""`yosafe work`: does what is due, shows what failed, lets it begin anew."""

import asyncio
import json

import pytest
from click.testing import CliRunner

from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.jobs.queue import enqueue


@pytest.fixture
def run(world, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))

    async def go(*arguments):
        await DB.close()
        result = await asyncio.to_thread(CliRunner().invoke, main, ("work", *arguments))
        await DB.open(database_url)
        return result

    return go


async def test_what_failed_is_shown_and_begins_anew(run):
    await enqueue("notice-mail-send", mail=1)  # there is no mail server: it waits
    await DB.execute("UPDATE job_queue.pgqueuer SET status = 'failed', attempts = 11")
    shown = await run("--failed", "--format", "json")
    document = json.loads(shown.stdout)
    assert document["queue"]["failed"] == 1
    assert [(one["job"], one["tries"]) for one in document["failed"]] == [("notice-mail-send", 12)]
    words = await run("--failed")
    assert "1 failed for good" in words.stdout
    assert "notice-mail-send" in words.stdout
    assert (await run("--try-again")).stdout == "1 begin anew.\n"
    assert json.loads((await run("--failed", "--format", "json")).stdout)["queue"]["waiting"] == 1


@pytest.mark.parametrize("concurrency", ["1", "65", "many"])
async def test_a_number_that_is_none_is_a_wrong_use(run, concurrency):
    assert (await run("--concurrency", concurrency)).exit_code == 2
