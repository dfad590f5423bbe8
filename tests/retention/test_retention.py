"""What is over goes and nothing else, in batches that the trail names by number; a dry run destroys nothing."""

import asyncio
import datetime as dt
import json

import pytest
from click.testing import CliRunner

from tests.world import NOW
from yosafe import composition  # noqa: F401  # fills the registry of jobs
from yosafe.audit.record import Operator
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.jobs.registry import jobs
from yosafe.people.merging import holdings
from yosafe.retention import destroying
from yosafe.retention.destroying import destroy, standing
from yosafe.retention.schedule import schedule

DAYS = {kind.id: kind.days for kind in schedule()}
USER = "(SELECT min(id) FROM user_account)"
# A row of each kind whose days count from $1; $2 is a text of its own.
MAKE = {
    "notice": f"INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account) VALUES ('x' || $2, 'incident', 1, false, $1, {USER})",
    "notice_mail": f"INSERT INTO notice_mail (user_account, kind, made_at, tries, sent_at) SELECT {USER}, 'daily', $1, 1, $1 WHERE $2::text <> ''",
    "answered_request": f"INSERT INTO answered_request (user_account, key, request_hash, at) VALUES ({USER}, $2, '', $1)",
    "session": f"INSERT INTO session (token_hash, user_account, started_at, seen_at, ends_at) VALUES (convert_to($2, 'UTF8'), {USER}, $1, $1, $1)",
    "one_time_link": f"INSERT INTO one_time_link (token_hash, user_account, made_at, expires_at) VALUES (convert_to($2, 'UTF8'), {USER}, $1, $1)",
    "sign_in_try": "INSERT INTO sign_in_try (account_hash, address_hash, at, succeeded) VALUES (convert_to($2, 'UTF8'), '', $1, false)",
    "break_glass_try": f"INSERT INTO break_glass_try (user_account, at) SELECT {USER}, $1 WHERE $2::text <> ''",
}


async def make(kind, *, days, rows=1):
    for number in range(rows):
        await DB.execute(MAKE[kind], NOW - dt.timedelta(days=days), f"{kind}-{days}-{number}")


async def numbers(kind):
    return [row["id"] for row in await DB.fetch(f"SELECT id FROM {kind} ORDER BY id")]


def test_no_record_of_a_young_person_is_in_the_schedule():
    assert DAYS.keys().isdisjoint({one.table for one in holdings()} | {"young_person", "audit_entry", "incident", "referral", "review"})
    assert [kind.id for kind in schedule() if kind.confirmed] == []  # who finds a source that binds says so here, too


@pytest.mark.parametrize("kind", DAYS)
async def test_what_is_over_goes_by_number_and_what_is_not_stays(world, monkeypatch, kind):
    monkeypatch.setattr(destroying, "AT_ONCE", 2)
    before = await numbers(kind)
    await make(kind, days=DAYS[kind] + 1, rows=3)
    over = [number for number in await numbers(kind) if number not in before]
    await make(kind, days=DAYS[kind] - 1)
    [stands] = [one for one in await standing() if one.kind == kind]
    assert (stands.over, stands.rows) == (3, len(before) + 4)
    assert (await destroy(by=Operator("system")))[kind] == 3
    assert (await destroy(by=Operator("system")))[kind] == 0
    assert len(await numbers(kind)) == len(before) + 1
    entries = [json.loads(row["detail"]) for row in await DB.fetch("SELECT detail FROM audit_entry WHERE event = 'traces:destroyed' ORDER BY at, id")]
    assert sorted(number for one in entries for number in one["numbers"]) == over
    assert {(one["kind"], one["days"]) for one in entries} == {(kind, DAYS[kind])}
    assert sorted(one["rows"] for one in entries) == [1, 2]


async def test_what_something_still_needs_stays(world):
    """A mail of which a notice is left, and the last time that someone signed in."""
    await make("notice_mail", days=3000)
    await make("notice", days=1)
    await DB.execute("UPDATE notice SET notice_mail = (SELECT max(id) FROM notice_mail) WHERE event = 'xnotice-1-0'")
    for days in (200, 100):
        await DB.execute("INSERT INTO sign_in_try (account_hash, address_hash, at, succeeded) VALUES ('me', '', $1, true)", NOW - dt.timedelta(days))
    gone = await destroy(by=Operator("system"))
    assert (gone["notice_mail"], gone["sign_in_try"]) == (0, 1)
    await DB.execute("UPDATE notice SET at = $1 WHERE event = 'xnotice-1-0'", NOW - dt.timedelta(days=3000))
    gone = await destroy(by=Operator("system"))
    assert (gone["notice"], gone["notice_mail"]) == (1, 1)


async def test_a_session_that_goes_on_and_a_mail_on_its_way_stay(world):
    started = NOW - dt.timedelta(days=400)
    await DB.execute(
        f"INSERT INTO session (token_hash, user_account, started_at, seen_at, ends_at) VALUES ('goes on', {USER}, $1, $1, $2)",
        *(started, NOW + dt.timedelta(days=1)),
    )
    await DB.execute(f"INSERT INTO notice_mail (user_account, kind, made_at, tries) VALUES ({USER}, 'daily', $1, 3)", NOW - dt.timedelta(days=3000))
    assert not any((await destroy(by=Operator("system"))).values())


async def test_the_night_does_it(world):
    await make("answered_request", days=31)
    await jobs()["traces-destroy"].run({})
    assert await numbers("answered_request") == []
    assert await DB.fetchval("SELECT actor_kind FROM audit_entry WHERE event = 'traces:destroyed'") == "system"


async def test_commands(world, database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    await make("answered_request", days=31)
    await DB.close()

    async def go(*arguments):
        result = await asyncio.to_thread(CliRunner().invoke, main, ("retention", *arguments))
        assert (result.exit_code, result.exception) == (0, None), result.output
        return result.output

    assert "Answers to other systems: kept 30 days. 1 of 1 are over" in await go("show")
    assert {one["kind"]: one["over"] for one in json.loads(await go("show", "--format", "json"))}["answered_request"] == 1
    assert "Nothing was destroyed" in await go("run", "--dry-run")
    assert json.loads(await go("run", "--dry-run", "--format", "json"))["rows"]["answered_request"] == 1
    assert "1 rows were destroyed" in await go("run")
    assert json.loads(await go("run", "--format", "json")) == {"dry_run": False, "rows": dict.fromkeys(DAYS, 0)}
    await DB.open(database_url)
    assert await DB.fetchval("SELECT actor_kind FROM audit_entry WHERE event = 'traces:destroyed'") == "operator"
