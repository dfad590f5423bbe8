"""Reports that are built by themselves: when, in whose name, once; paused, stopped and ended; by page and API."""

import asyncio
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reporting.conftest import NAME
from tests.world import by_key
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.jobs.registry import GiveUp
from yosafe.reporting.periods import Span
from yosafe.reporting.running import JOB
from yosafe.reporting.schedules.api import scheduled
from yosafe.reporting.schedules.rules import due_on, goes_on_with, upcoming
from yosafe.reporting.schedules.running import ask_due
from yosafe.reporting.schedules.schemas import ScheduleReport

own = pytest.mark.usefixtures("own")
API = "/api/v1/report-schedules"
SYSTEM = Operator("system")
WANTED = {"report": NAME, "every": "month", "days_after": 5}


@given(st.sampled_from(Span), st.integers(1, 28), st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_the_next_period_is_the_first_whose_day_has_not_passed(span, days_after, today):
    found = upcoming(span, days_after, today)
    assert due_on(found.before(), days_after) < today <= due_on(found, days_after)
    assert found.is_over(due_on(found, days_after))
    assert found.after().before() == found
    assert found.after().since == found.before_next
    assert goes_on_with(found.after(), days_after, today) == found.after(), "never what was asked for"
    assert goes_on_with(found.before(), days_after, today) == found, "what passed is left out"


def on(day: dt.date | str):
    return clock.stopped_at(dt.datetime.fromisoformat(f"{day}T03:00+00:00"))


async def asked_for(name: str = NAME):
    rows = await DB.fetch("SELECT id, period, asked_by FROM report_build WHERE report = $1 ORDER BY id", name)
    return [(row["period"], row["asked_by"]) for row in rows]


@own
async def test_it_is_asked_for_on_its_day_once_by_several_workers_in_the_name_of_who_scheduled_it(api, world, happened):
    cleo = await api(world.cleo)
    made = await cleo.post(API, json=WANTED)
    assert (made.status_code, made.headers["etag"], made.json()["state"]) == (201, '"1"', "on")
    assert (made.json()["next_period"], made.json()["next_on"], made.json()["last_build"]) == ("2026-09", "2026-10-05", None)  # today is the 5th
    assert (await cleo.post(API, json=WANTED)).status_code == 409
    await asyncio.gather(*(ask_due(by=SYSTEM) for _ in range(3)))
    assert await asked_for() == [("2026-09", world.cleo.id)]
    await ask_due(by=SYSTEM)
    now = (await cleo.get(f"{API}/{made.json()['ref']}")).json()
    assert (now["next_period"], now["next_on"], now["last_status"], now["version"]) == ("2026-10", "2026-11-05", "queued", 2)
    await JOB.run({"build": int(now["last_build"][3:])})
    assert (await cleo.get("/api/v1/notices")).json()["items"][0]["event"] == "report-ready"
    with on("2027-01-20"):
        assert await ask_due(by=SYSTEM) == 3, "no worker ran for three months: each of them"
    assert [key for key, _ in await asked_for()] == ["2026-09", "2026-10", "2026-11", "2026-12"]
    told = [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'report:schedule%' ORDER BY id")]
    assert told == ["report:scheduled", *["report:schedule-run"] * 4]


@own
async def test_what_someone_asked_for_by_hand_is_not_built_twice(api, world, happened):
    cleo = await api(world.cleo)
    ref = (await cleo.post(API, json=WANTED)).json()["ref"]
    by_hand = (await cleo.post(f"/api/v1/reports/{NAME}/builds", json={"period": "2026-09"})).json()["ref"]
    await ask_due(by=SYSTEM)
    now = (await cleo.get(f"{API}/{ref}")).json()
    assert (len(await asked_for()), now["last_build"], now["next_period"]) == (1, by_hand, "2026-10")


@own
async def test_paused_it_rests_and_goes_on_with_the_next_until_it_ends(client, api, world):
    cleo, browser = await api(world.cleo), await client(world.cleo)
    sent = await browser.send_form("/reports/schedules/new", {"report": NAME, "every": "month", "days_after": "5"})
    assert sent.status_code == 303, sent.text
    page = sent.headers["location"]
    path = f"{API}/{page.rsplit('/', 1)[1]}"
    assert "5 October 2026, of September 2026" in (await browser.get(page)).text
    assert (await browser.send_form(f"{page}/pause", {"version": "7"})).status_code == 412
    assert (await browser.send_form(f"{page}/pause", {"version": "1"})).status_code == 303
    assert (await browser.send_form(f"{page}/pause", {"version": "2"})).status_code == 409
    await ask_due(by=SYSTEM)
    assert await asked_for() == []
    with on("2026-12-09"):
        resumed = await cleo.post(f"{path}/resume", json={}, headers={"If-Match": '"2"'})
        assert (resumed.status_code, resumed.json()["next_period"]) == (200, "2026-12")
        assert (await cleo.post(f"{path}/resume", json={}, headers={"If-Match": '"3"'})).status_code == 409
        await ask_due(by=SYSTEM)
    assert await asked_for() == []
    assert (await cleo.post(f"{path}/end", json={}, headers={"If-Match": '"3"'})).json()["state"] == "ended"
    assert (await cleo.post(f"{path}/resume", json={}, headers={"If-Match": '"4"'})).status_code == 409
    with on("2027-02-09"):
        assert await ask_due(by=SYSTEM) == 0
    assert (await cleo.post(API, json=WANTED)).status_code == 201, "it can be scheduled anew"
    assert "Ended" in (await browser.get("/reports/schedules")).text


@own
@pytest.mark.parametrize(("change", "said", "told"), [
    ("UPDATE user_account SET disabled_at = now()", "no account any more", False),
    ("UPDATE user_account SET role = 'yoi_officer'", "Your role does not include this", False),
    ("UPDATE api_key SET revoked_at = now()", "API key by which this was asked for was revoked", True),
    ("UPDATE report_schedule SET report = 'gone'", "no report of this name", True),
])  # fmt: skip
async def test_one_that_can_not_be_asked_for_stops_and_says_so(api, client, world, change, said, told):
    by = await by_key(world, "cleo", "report:build", "report:schedule")
    made = await scheduled(by, ScheduleReport(**WANTED))
    jobs = {"user_account": by.id, "api_key": by.key, "report_schedule": made}
    await DB.execute(f"{change} WHERE id = $1", next(number for table, number in jobs.items() if table in change))
    assert await ask_due(by=SYSTEM) == 1
    row = await DB.fetchrow("SELECT * FROM report_schedule WHERE id = $1", made)
    assert (row["paused_at"] is not None, said in row["fault"], await asked_for()) == (True, True, [])
    assert await ask_due(by=SYSTEM) == 0
    rows = await DB.fetch("SELECT user_account FROM notice WHERE event = 'report-schedule-stopped'")
    assert by.id in {one["user_account"] for one in rows} or "disabled" in change
    if told:
        cleo, browser = await api(world.cleo), await client(world.cleo)
        hers = [one["event"] for one in (await cleo.get("/api/v1/notices")).json()["items"]]
        assert "report-schedule-stopped" in hers
        assert said in (await browser.get(f"/reports/schedules/RS-{made:06d}")).text
        assert (await browser.send_form(f"/reports/schedules/RS-{made:06d}/resume", {"version": "2"})).status_code == 303
        assert "report-schedule-stopped" not in [one["event"] for one in (await cleo.get("/api/v1/notices")).json()["items"]]


@own
async def test_one_that_fails_while_it_is_built_is_told_and_the_next_has_its_turn(api, world, happened):
    cleo = await api(world.cleo)
    ref = (await cleo.post(API, json=WANTED)).json()["ref"]
    await ask_due(by=SYSTEM)
    build = int((await cleo.get(f"{API}/{ref}")).json()["last_build"][3:])
    await DB.execute("UPDATE report_build SET report = 'gone' WHERE id = $1", build)
    with pytest.raises(GiveUp):
        await JOB.run({"build": build})
    now = (await cleo.get(f"{API}/{ref}")).json()
    assert (now["state"], now["last_status"], now["next_period"]) == ("on", "failed", "2026-10")
    assert "report-not-built" in [one["event"] for one in (await cleo.get("/api/v1/notices")).json()["items"]]


@own
@pytest.mark.parametrize(("asked", "status", "said"), [
    ({"every": "year"}, 422, "a month or a quarter"), ({"days_after": 0}, 422, "days_after"), ({"days_after": 29}, 422, "days_after"),
    ({"every": "week"}, 422, "every"), ({"report": "area-committee"}, 404, "no report of this name"), ({"days_after": 28}, 201, "2026-10-28"),
])  # fmt: skip
async def test_what_can_not_be_scheduled_is_refused_with_the_remedy(api, world, asked, status, said):
    answer = await (await api(world.cleo)).post(API, json=WANTED | asked)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert await DB.fetchval("SELECT count(*) FROM report_schedule") == (status == 201)


@own
async def test_a_form_that_is_refused_comes_again_with_what_was_typed(client, world):
    browser = await client(world.cleo)
    sent = await browser.send_form("/reports/schedules/new", {"report": NAME, "every": "year", "days_after": "30"})
    assert (sent.status_code, 'value="30"' in sent.text, "Error: " in sent.text) == (422, True, True)
