"""Commands that act for a user (`--as`): only whose role includes it; the operator of the machine may do all of them."""

import asyncio
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from yosafe.accounts.permissions import Role
from yosafe.cli import main
from yosafe.db.engine import DB

AS = ("amina", "dan", "cleo", "esi", "jay", "femi", "grace", "hal", None)
COMMANDS = {
    "agency add": ("agency", "add", "leeds-yot-two", "--kind", "yot", "--name", "Leeds two", "--area", "E08000035"),
    "user add": ("user", "add", "new@example.org", "--name", "New", "--role", "dpo", "--agency", "wetherby"),
    "user disable": ("user", "disable", "ivy@example.org"),
    "user reset": ("user", "reset", "ivy@example.org"),
    "user key": ("user", "key", "ivy@example.org", "--name", "reports"),
    "user revoke-key": ("user", "revoke-key", "1"),
}
FIRST = "INSERT INTO api_key (key_hash, name, user_account, created_at, expires_at) SELECT 'x', 'x', id, now(), 'infinity' FROM user_account LIMIT 1"


@pytest.fixture
def run(world, database_url, tmp_path, monkeypatch):
    """Runs a command on the database of the tests, in a thread with a loop of its own."""
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))

    async def go(*arguments):
        await DB.execute(FIRST)
        await DB.close()
        result = await asyncio.to_thread(CliRunner().invoke, main, arguments)
        await DB.open(database_url)
        return result

    return go


async def written() -> tuple[int, int, int]:
    """What a command can have changed: accounts and agencies, links and keys, entries."""
    return (
        await DB.fetchval("SELECT (SELECT count(*) FROM agency) + (SELECT sum(version) FROM user_account)"),
        await DB.fetchval("SELECT (SELECT count(*) FROM one_time_link) + (SELECT count(*) FROM api_key WHERE revoked_at IS NULL)"),
        await DB.fetchval("SELECT count(*) FROM audit_entry"),
    )


@pytest.mark.parametrize("who", AS)
@pytest.mark.parametrize("command", COMMANDS)
async def test_who_may(run, world, command, who):
    before = await written()
    result = await run(*COMMANDS[command], *(("--as", f"{who}@example.org") if who else ()))
    after = await written()
    if who is None or world[who].role is Role.ADMIN:
        assert (result.exit_code, result.exception) == (0, None), result.output
        entry = await DB.fetchrow("SELECT actor, actor_kind FROM audit_entry ORDER BY id DESC LIMIT 1")
        assert tuple(entry) == ((world.hal.id, "user") if who else (None, "operator"))
        assert after[2] == before[2] + 1
        return
    assert (result.exit_code, result.stdout) == (5, "")
    assert "Your role does not include this" in result.stderr
    assert after == (before[0], before[1] + 1, before[2])  # the key that was there from the first


async def test_a_user_who_is_not_there_is_told_so(run):
    result = await run(*COMMANDS["user add"], "--as", "nobody@example.org")
    assert result.exit_code == 4


@pytest.mark.serial
async def test_reset_says_how_many_keys_have_ended(world, database_url, tmp_path):
    await DB.execute(FIRST)
    env = {**os.environ, "YOSAFE_DATABASE_URL": database_url, "YOSAFE_HOME": str(tmp_path)}
    reset = [sys.executable, "-m", "yosafe", "user", "reset", "amina@example.org"]
    done = subprocess.run(reset, env=env, capture_output=True, text=True, check=False)
    assert "Every session and every API key (1) has ended." in done.stdout
    done = subprocess.run(reset, env=env, capture_output=True, text=True, check=False)
    assert "Every session has ended. Give this link" in done.stdout
