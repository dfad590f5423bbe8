"""One time limit: paused, voided, let run again; its pages; figures; the calendar."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.test_clocks import start
from tests.world import LEEDS, NOW, OAKHILL, WETHERBY, events_of
from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.clock_queries import CLOCKS, ClockFilter
from yosafe.people.clocks import OTHER_START, Owner, Wanted, keep_clocks, meet_clock
from yosafe.people.notices import tell_of_clocks
from yosafe.people.time_limits import access, actions, calendar
from yosafe.people.time_limits.figures import figures
from yosafe.people.time_limits.queries import open_clock
from yosafe.people.time_limits.refreshing import refresh_due_days
from yosafe.people.time_limits.rules import Held
from yosafe.people.time_limits.schemas import HoldClock, ResumeClock
from yosafe.people.time_limits.shown import share
from yosafe.reference import rule_sets
from yosafe.reference.working_days import is_working_day

REASON = "The court has ordered that we wait for its own report."
LIMITS = [(rules, one) for rules in rule_sets.RULE_SETS for one in rule_sets.rule_set(rules).clocks]
DAYS = st.dates(dt.date(1999, 12, 1), dt.date(2026, 12, 31))
AGENCIES = {"esi": Owner.in_area(AgencyKind.SOCIAL_SERVICES, LEEDS), "cleo": Owner.yoi(WETHERBY), "amina": Owner.in_area(AgencyKind.YOT, LEEDS)}


def at(day: int, month: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, 9, tzinfo=dt.UTC)


async def running(world, owner=AGENCIES["cleo"], **more) -> int:
    """The number of a new time limit of seven working days: due on 14 October."""
    await start(world, owner=owner, **more)
    return await DB.fetchval("SELECT max(id) FROM clock")


async def hold(by: User, number: int, kind: Held = Held.PAUSED, agreed_with: str = "Dr Ada Quist", version: int = 1) -> None:
    data = HoldClock(kind=kind, reason=REASON, agreed_with=agreed_with)
    await actions.hold_clock(data, by=by, row=await access.get_clock_for(by, number), version=version)


async def resume(by: User, number: int, version: int = 2) -> None:
    await actions.resume_clock(ResumeClock(reason=REASON), by=by, row=await access.get_clock_for(by, number), version=version)


@given(
    limit=st.sampled_from(LIMITS),
    started=DAYS,
    pauses=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=3),
    later=st.integers(0, 9),
)
def test_pauses_move_a_due_day_on_and_never_back(limit, started, pauses, later):
    rules, one = limit
    spans = [rule_sets.Pause(since=(day := started + dt.timedelta(days=after)), until=day + dt.timedelta(days=length)) for after, length in pauses]
    plain, moved = rule_sets.due(one.id, started, rules), rule_sets.due(one.id, started, rules, spans)
    assert moved.due >= plain.due
    assert rule_sets.due(one.id, started + dt.timedelta(days=later), rules, spans).due >= moved.due or one.unit is not rule_sets.Unit.WORKING_DAYS
    if one.unit is rule_sets.Unit.WORKING_DAYS:
        assert one.length == 0 or is_working_day(moved.due)
        assert not any(pause.has(moved.due) for pause in spans) or one.length == 0


async def test_paused_it_neither_counts_nor_reminds_and_runs_on_by_as_many_days(world):
    number = await running(world)
    with clock.stopped_at(at(12)):
        await hold(world.cleo, number)
    with clock.stopped_at(at(15)):  # past the day on which it was due
        one = await open_clock(world.cleo, number)
        assert (one.state, one.words, one.holds[0].agreed_with, one.holds[0].by) == ("paused", "Paused", "Dr Ada Quist", "Cleo")
        assert [c.id for c in (await CLOCKS.page(world.cleo, ClockFilter(state="held"))).items] == [number]
        assert number not in [c.id for c in (await CLOCKS.page(world.cleo, ClockFilter(state="overdue"))).items]
        async with write_transaction():
            await tell_of_clocks(by=world.hal)
        assert not await DB.fetchval("SELECT count(*) FROM notice WHERE subject_kind = 'clock' AND subject = $1", number)
        await resume(world.cleo, number)
        one = await open_clock(world.cleo, number)
        assert (one.state, one.due_on, one.version) == ("due_soon", dt.date(2026, 10, 19), 3), "13, 14 and 15 October do not count"
        assert [s.day.day for s in one.skipped if s.why == "Paused"] == [13, 14, 15]
    assert [e for e in await events_of(world.kai.id) if e in ("clock:held", "clock:resumed")] == ["clock:held", "clock:resumed"]


async def test_voided_it_need_not_be_met_and_run_again_it_is_due_when_it_was(world):
    number = await running(world)
    with clock.stopped_at(at(20)):
        with pytest.raises(Invalid, match="Its day has passed"):
            await hold(world.cleo, number, Held.PAUSED)
        await hold(world.cleo, number, Held.VOIDED)
        assert (await open_clock(world.cleo, number)).state == "voided"
        await resume(world.cleo, number)
        assert (await open_clock(world.cleo, number)).words == "Overdue by 4 working days"


@pytest.mark.parametrize(
    ("who", "act", "refusal"),
    [
        ("dan", hold, Refused), ("esi", hold, Refused), ("amina", hold, Refused), ("ivy", hold, NotFound), ("ben", hold, NotFound),
        ("cleo", lambda by, number: hold(by, number, agreed_with=" CLEO"), Invalid), ("cleo", lambda by, number: hold(by, number, version=7), Stale),
        ("cleo", lambda by, number: resume(by, number, version=1), Conflict),
    ],
)  # fmt: skip
async def test_refusals_leave_it_as_it_was(world, who, act, refusal):
    number = await running(world)
    with pytest.raises(refusal):
        await act(world[who], number)
    assert await DB.fetchval("SELECT held IS NULL AND version = 1 FROM clock WHERE id = $1", number)
    assert not await DB.fetchval("SELECT count(*) FROM clock_hold")
    await hold(world.cleo, number)
    with pytest.raises(Conflict, match="already"):
        await hold(world.cleo, number, version=2)


async def test_what_is_met_can_not_be_paused_and_what_is_paused_can_be_met(world):
    number = await running(world)
    await hold(world.cleo, number)
    async with write_transaction():
        assert await meet_clock("complaint-answered", subject=("placement", 900), at=clock.now())
    assert (await open_clock(world.cleo, number)).state == "met"
    with pytest.raises(Conflict, match="does not run"):
        await resume(world.cleo, number)


async def test_who_paused_one_is_kept_when_another_day_starts_it(world):
    subject, owner = ("placement", 901), AGENCIES["cleo"]
    async with write_transaction():
        await keep_clocks(young_person=world.kai.id, subject=subject, wanted=[Wanted(clock="complaint-answered", owner=owner, started_at=NOW)])
    number = await DB.fetchval("SELECT max(id) FROM clock")
    await hold(world.cleo, number)
    earlier = Wanted(clock="complaint-answered", owner=owner, started_at=NOW - dt.timedelta(days=1))
    async with write_transaction():
        await keep_clocks(young_person=world.kai.id, subject=subject, wanted=[earlier])
    assert (await open_clock(world.cleo, number)).stopped_reason == OTHER_START


@pytest.mark.parametrize(
    ("state", "day", "there"),
    [("soon", 12, True), ("soon", 9, False), ("overdue", 15, True), ("due", 9, True), ("met_late", 20, False)],
)  # fmt: skip
async def test_states_of_the_list(world, state, day, there):
    number = await running(world)
    with clock.stopped_at(at(day)):
        found = [one.id for one in (await CLOCKS.page(world.cleo, ClockFilter(state=state, clock="complaint-answered"))).items]
        assert (number in found) is there
        async with write_transaction():
            await meet_clock("complaint-answered", subject=("placement", 900), at=clock.now())
        late = [one.id for one in (await CLOCKS.page(world.cleo, ClockFilter(state="met_late"))).items]
        assert (number in late) is (day > 14)


async def many(world, owner, met: int, late: int, first: int = 5_000) -> None:
    """Time limits of a year that is over, some met in time and some never."""
    started = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
    for n in range(met + late):
        subject = ("placement", first + n)
        await start(world, started_at=started, subject=subject, owner=owner)
        if n < met:
            async with write_transaction():
                await meet_clock("complaint-answered", subject=subject, at=started)


async def test_figures_have_their_base_and_an_interval_and_small_numbers_are_hidden_from_who_sees_figures_only(world):
    await many(world, AGENCIES["cleo"], 12, 3)
    (mine,) = (await figures(world.cleo, year=2025)).figures
    assert (mine.base, mine.in_time, mine.late, mine.share) == (15, 12, 3, 0.8)
    assert (round(mine.low or 0, 3), round(mine.high or 0, 3)) == (0.548, 0.930)
    assert share(mine) == "80 % (95 % interval 55 to 93 %)"
    (all_of_them,) = (await figures(world.femi, year=2025)).figures
    assert (all_of_them.late, all_of_them.share) == (None, None)
    assert share(all_of_them) == "Hidden: small numbers"
    assert (await figures(world.esi, year=2025)).figures == [], "an authority counts its own"
    for who in ("femi", "jay"):
        with pytest.raises(Invalid, match="Choose a year"):
            await figures(world[who], year=2026)


async def test_by_agency_nothing_hidden_can_be_worked_out_from_the_whole(world):
    await many(world, AGENCIES["cleo"], 9, 6)
    await many(world, Owner.yoi(OAKHILL), 6, 1, first=6_000)
    whole = (await figures(world.femi, year=2025)).figures[0]
    parts = (await figures(world.femi, year=2025, clock_id="complaint-answered")).figures
    late = [one.late for one in parts]
    assert len(parts) == 2
    assert late.count(None) != 1 or whole.late is None


async def test_a_calendar_names_nobody_and_ends_when_told(world, client):
    browser = await client(world.cleo)
    number = await running(world)
    assert "Make an address" in (await browser.get("/clocks/calendar")).text
    made = await browser.send_form("/clocks/calendar")
    token = re.findall(r"/calendar/([\w-]{43})\.ics", made.text)[0]
    nobody = await client()
    answer = await nobody.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    text = answer.text.replace("\r\n ", "")
    assert f"UID:clock-{number}@" in text
    assert "DTSTART;VALUE=DATE:20261014" in text
    assert "SUMMARY:Complaint answered due" in text
    assert not any(word in text for word in ("Morton", "Kai", "YP-", "IN-", "Wetherby"))
    again = await actions.make_feed(by=world.cleo)
    assert (await nobody.get(f"/calendar/{token}.ics")).status_code == 404, "one address at a time"
    assert (await nobody.get(f"/calendar/{again}.ics")).status_code == 200
    await actions.end_feed(by=world.cleo)
    assert (await nobody.get(f"/calendar/{again}.ics")).status_code == 404
    await actions.end_feed(by=world.cleo)
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'calendar:ended' AND actor = $1", world.cleo.id) == 1


async def test_a_calendar_that_did_not_change_is_not_sent_again_and_not_read_all_the_time(world, client):
    token, nobody = await actions.make_feed(by=world.cleo), await client()
    first = await nobody.get(f"/calendar/{token}.ics")
    tag = first.headers["etag"]
    same = await nobody.get(f"/calendar/{token}.ics", headers={"If-None-Match": f'"older", W/{tag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await running(world)
    changed = await nobody.get(f"/calendar/{token}.ics", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)
    await DB.execute("UPDATE calendar_feed SET reads = $1 WHERE revoked_at IS NULL", calendar.MOST_READS)
    refused = await nobody.get(f"/calendar/{token}.ics")
    assert (refused.status_code, 0 < int(refused.headers["retry-after"]) <= 3_601, "once an hour" in refused.text) == (429, True, True)
    await DB.execute("UPDATE calendar_feed SET reads_since = reads_since - interval '61 minutes'")
    assert (await nobody.get(f"/calendar/{token}.ics")).status_code == 200


async def test_a_calendar_stops_with_the_account(world, client):
    token = await actions.make_feed(by=world.esi)
    await DB.execute("UPDATE user_account SET disabled_at = now() WHERE id = $1", world.esi.id)
    assert (await (await client()).get(f"/calendar/{token}.ics")).status_code == 404


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_lines_of_a_calendar_are_short_and_whole(words):
    parts = [*calendar._folded(calendar._text(words))]
    assert all(len(part.encode()) <= 75 for part in parts)
    assert "".join(part if n == 0 else part[1:] for n, part in enumerate(parts)) == calendar._text(words)


async def test_pages_of_one_time_limit(world, client):
    number = await running(world)
    browser = await client(world.cleo)
    page = await browser.get(f"/clocks/{number}")
    assert all(text in page.text for text in ("How it was worked out", "7 working days", "Pause or void", "1 Saturday"))
    form = {"version": "1", "kind": "paused", "reason": "short", "agreed_with": "Dr Ada Quist"}
    refused = await browser.send_form(f"/clocks/{number}/hold", form)
    assert refused.status_code == 422
    assert "short</textarea>" in refused.text
    for step, version in (("hold", "1"), ("resume", "2")):
        assert (await browser.get(f"/clocks/{number}/{step}")).status_code == 200
        assert (await browser.send_form(f"/clocks/{number}/{step}", {**form, "version": "9", "reason": REASON})).status_code == 412
        done = await browser.send_form(f"/clocks/{number}/{step}", {**form, "version": version, "reason": REASON})
        assert (done.status_code, done.headers["location"]) == (303, f"/clocks/{number}?done={step}")
    assert "agreed with Dr Ada Quist" in (await browser.get(f"/clocks/{number}?done=resume")).text
    assert (await browser.get("/clocks/999999999999999999999")).status_code == 404


async def test_by_api(world, api):
    number = await running(world)
    cleo = await api(world.cleo)
    held = await cleo.post(
        f"/api/v1/clocks/{number}/hold", json={"kind": "voided", "reason": REASON, "agreed_with": "Ada"}, headers={"If-Match": '"1"'}
    )
    assert (held.status_code, held.json()["state"], held.headers["etag"]) == (200, "voided", '"2"')
    stale = await cleo.post(f"/api/v1/clocks/{number}/resume", json={"reason": REASON}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["etag"]) == (412, '"2"')
    again = await cleo.post(f"/api/v1/clocks/{number}/resume", json={"reason": REASON}, headers={"If-Match": '"2"'})
    assert [hold["kind"] for hold in again.json()["holds"]] == ["voided"]
    assert (await cleo.get("/api/v1/clock-figures?year=1999")).status_code == 422
    address = (await cleo.post("/api/v1/calendar")).json()["address"]
    assert (await cleo.get("/" + address.split("/", 3)[3])).status_code == 200
    assert (await cleo.post("/api/v1/calendar/end", json={})).status_code == 204


async def test_a_bank_holiday_proclaimed_since_moves_what_runs_and_nothing_else(world):
    number, other = await running(world), await running(world, subject=("placement", 904))
    await hold(world.cleo, other)
    with clock.stopped_at(at(7)):
        await resume(world.cleo, other)
    met = await running(world, subject=("placement", 905))
    async with write_transaction():
        await meet_clock("complaint-answered", subject=("placement", 905), at=clock.now())
    assert await refresh_due_days(by=Operator("system")) == 0
    # As if the day after had been a holiday when they started.
    await DB.execute("UPDATE clock SET due_on = due_on + 1 WHERE id = ANY($1)", [number, other, met])
    assert await refresh_due_days(by=Operator("system")) == 2
    rows = await DB.fetch("SELECT due_on FROM clock WHERE id = ANY($1) ORDER BY id", [number, other, met])
    assert [row["due_on"].day for row in rows] == [14, 16, 15]
    assert await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'clock:refreshed'") == '{"moved":2}'
