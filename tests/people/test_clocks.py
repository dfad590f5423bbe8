"""Clocks and duties: started, met, stopped; and who sees that they run."""

import datetime as dt

import pytest
from msgspec.structs import replace

from tests.world import LEEDS, NOW, WETHERBY
from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import Sql
from yosafe.errors import Conflict, Invalid, NotFound
from yosafe.people import subjects
from yosafe.people.access import check_may_see
from yosafe.people.clock_queries import clock_counts, clocks_for, clocks_of
from yosafe.people.clocks import Owner, Wanted, keep_clocks, limit_set, meet_clock, start_clock, stop_clock, stop_clocks
from yosafe.people.duties import DutyKind, end_duty, open_duty
from yosafe.people.subjects import SubjectKind

SUBJECT = ("placement", 900)


async def start(world, clock_id="complaint-answered", started_at=NOW, subject=SUBJECT, owner=None):
    async with write_transaction():
        return await start_clock(clock_id, young_person=world.kai.id, subject=subject, owner=owner or Owner.yoi(WETHERBY), started_at=started_at)


async def standing(world, clock_id="complaint-answered"):
    return [(c.state, c.words) for c in await clocks_of(world.cleo, world.kai.id) if c.clock == clock_id]


async def test_a_clock_runs_is_late_and_is_met(world):
    assert await start(world) == dt.date(2026, 10, 14)
    assert await standing(world) == [("running", "Due in 7 working days")]
    with clock.stopped_at(dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC)):
        assert await standing(world) == [("due_soon", "Due in 2 working days")]
    with clock.stopped_at(dt.datetime(2026, 10, 19, 9, tzinfo=dt.UTC)):
        assert await standing(world) == [("overdue", "Overdue by 3 working days")]
        async with write_transaction():
            assert await meet_clock("complaint-answered", subject=SUBJECT, at=clock.now())
            assert not await meet_clock("complaint-answered", subject=SUBJECT, at=clock.now())
        assert await standing(world) == [("met_late", "Met 3 working days late")]


async def test_what_was_done_on_the_day_counts_and_before_it_does_not(world):
    await start(world)
    async with write_transaction():
        assert not await meet_clock("complaint-answered", subject=SUBJECT, at=NOW - dt.timedelta(days=1))
        assert await meet_clock("complaint-answered", subject=SUBJECT, at=clock.midnight(clock.today()))


async def test_a_clock_is_stopped_with_words(world):
    await start(world)
    async with write_transaction():
        assert await stop_clock("complaint-answered", subject=SUBJECT, reason="Withdrawn")
        assert not await meet_clock("complaint-answered", subject=SUBJECT, at=NOW)
    assert await standing(world) == [("stopped", "Stopped on 5 October 2026: Withdrawn")]


async def test_all_clocks_of_a_record_stop_together(world):
    await start(world)
    await start(world, "complaint-acknowledged")
    async with write_transaction():
        assert await stop_clocks(subject=SUBJECT, reason="Withdrawn") == 2
        assert await stop_clocks(subject=SUBJECT, reason="Withdrawn") == 0


async def test_the_same_clock_does_not_start_twice_at_a_moment(world):
    await start(world)
    with pytest.raises(Conflict):
        await start(world)
    await start(world, started_at=NOW - dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("clock_id", "started", "there"),
    [
        ("initial-assessment", dt.datetime(2002, 10, 15, tzinfo=dt.UTC), True),
        ("initial-assessment", NOW, False),
        ("core-assessment", NOW, True),
    ],
)
async def test_a_limit_is_started_under_the_rules_of_its_day(world, clock_id, started, there):
    assert limit_set(clock_id, started) is there
    if not there:
        with pytest.raises(Invalid):
            await start(world, clock_id, started)
    else:
        assert await start(world, clock_id, started)


@pytest.mark.parametrize(
    "act",
    [
        lambda: start_clock("arrival-screen", young_person=1, subject=SUBJECT, owner=Owner.yoi(WETHERBY), started_at=NOW),
        lambda: meet_clock("arrival-screen", subject=SUBJECT, at=NOW),
        lambda: stop_clocks(subject=SUBJECT, reason="why"),
        lambda: open_duty(DutyKind.HOST, young_person=1, area=LEEDS, subject=SUBJECT),
        lambda: end_duty(subject=SUBJECT),
    ],
)
async def test_nothing_moves_outside_a_transaction(db, act):
    with pytest.raises(RuntimeError):
        await act()


async def test_the_arrival_screen_runs_from_arrival(world):
    [screen] = await clocks_of(world.dan, world.kai.id)
    assert (screen.clock, screen.owner, screen.state, screen.due_on) == ("arrival-screen", "Wetherby", "overdue", dt.date(2026, 9, 7))
    assert (await clock_counts(world.dan)).overdue == 1


@pytest.mark.parametrize(
    ("who", "all_of_them", "mine"),
    [("dan", 2, 1), ("cleo", 2, 1), ("amina", 2, 0), ("esi", 2, 1), ("jay", 0, 0), ("ben", 1, 0), ("ivy", 1, 1), ("femi", 0, 0), ("hal", 0, 0)],
)
async def test_clocks_are_seen_with_the_young_person_and_mine_are_my_agencys(world, who, all_of_them, mine):
    await start(world, "referral-decision", owner=Owner.in_area(AgencyKind.SOCIAL_SERVICES, LEEDS))
    assert len((await clocks_for(world[who])).items) == all_of_them
    assert len((await clocks_for(world[who], mine=True)).items) == mine


async def test_pages_of_clocks_have_each_once_most_overdue_first(world):
    for hours in range(7):
        await start(world, started_at=NOW - dt.timedelta(days=hours))
    seen, cursor = [], None
    while True:
        page = await clocks_for(world.dan, after=cursor, limit=3)
        seen += [c.due_on for c in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == 8
    assert seen == sorted(seen)


@pytest.mark.parametrize(("state", "number"), [("overdue", 1), ("due", 1), ("running", 2), ("met", 1), ("stopped", 1)])
async def test_clocks_by_state(world, state, number):
    await start(world)
    await start(world, "complaint-acknowledged")
    await start(world, "core-assessment")
    async with write_transaction():
        await meet_clock("complaint-acknowledged", subject=SUBJECT, at=NOW)
        await stop_clock("core-assessment", subject=SUBJECT, reason="Ended")
    assert len((await clocks_for(world.dan, state=state)).items) == number


async def test_a_clock_shows_only_to_who_may_know_of_its_record(world, monkeypatch):
    monkeypatch.setattr(subjects, "_KINDS", dict(subjects._KINDS))
    await start(world, subject=("secret", 5))
    assert await standing(world) == []  # a kind nobody vouches for
    subjects.register_subject(
        SubjectKind(kind="secret", prefix="SE", path="/secrets/", shows=lambda user, column: Sql(f"{column} = 5 AND {{}}", user.id == world.cleo.id))
    )
    [shown] = [c for c in await clocks_of(world.cleo, world.kai.id) if c.clock == "complaint-answered"]
    assert (shown.subject, shown.link) == ("SE-000005", "/secrets/SE-000005")
    assert [c.clock for c in await clocks_of(world.dan, world.kai.id)] == ["arrival-screen"]
    assert (await clock_counts(world.dan)).due == 0
    assert (await clock_counts(world.cleo)).due == 1


@pytest.mark.parametrize(("kind", "who"), [(DutyKind.HOST, "esi"), (DutyKind.COMMITTEE, "jay")])
async def test_a_duty_lets_its_area_see_while_it_is_open(world, kind, who):
    nia = world.nia.id
    with pytest.raises(NotFound):
        await check_may_see(world[who], nia)
    async with write_transaction():
        await open_duty(kind, young_person=nia, area=LEEDS, subject=("referral", 1))
        await open_duty(kind, young_person=nia, area=LEEDS, subject=("referral", 1))
    await check_may_see(world[who], nia)
    async with write_transaction():
        assert await end_duty(subject=("referral", 1), kind=kind) == 1
    with pytest.raises(NotFound):
        await check_may_see(world[who], nia)
    async with write_transaction():
        await open_duty(kind, young_person=nia, area=LEEDS, subject=("referral", 1))
    await check_may_see(world[who], nia)
    assert await DB.fetchval("SELECT count(*) FROM duty") == 1


async def keep(world, *wanted):
    async with write_transaction():
        await keep_clocks(young_person=world.kai.id, subject=SUBJECT, wanted=wanted)
    return await DB.fetch(
        "SELECT clock, due_on, met_at, stopped_reason, recorded_at, met_recorded_at FROM clock WHERE subject >= 900 ORDER BY started_at"
    )


async def test_clocks_are_made_what_they_must_be(world):
    owner, later = Owner.yoi(WETHERBY), NOW + dt.timedelta(days=1)
    answered = Wanted(clock="complaint-answered", owner=owner, started_at=NOW)
    [row] = await keep(world, answered)
    assert (row["due_on"], row["met_at"], row["recorded_at"]) == (dt.date(2026, 10, 14), None, NOW)
    with clock.stopped_at(later):
        [row] = await keep(world, replace(answered, met_at=NOW))
        assert (row["met_at"], row["met_recorded_at"], row["recorded_at"]) == (NOW, later, NOW)
    [row] = await keep(world, replace(answered, met_at=NOW))
    assert row["met_recorded_at"] == later, "what was known then stays known since then"
    [row] = await keep(world, answered)
    assert (row["met_at"], row["met_recorded_at"]) == (None, None)
    [row] = await keep(world, replace(answered, stopped_at=NOW, reason="Withdrawn"))
    assert row["stopped_reason"] == "Withdrawn"
    moved = replace(answered, started_at=NOW - dt.timedelta(days=7))
    assert [row["due_on"] for row in await keep(world, moved)] == [dt.date(2026, 10, 7)]
    assert await keep(world) == []


async def test_keeping_clocks_leaves_those_of_other_records(world):
    await start(world, subject=("placement", 901))
    assert [row["clock"] for row in await keep(world)] == ["complaint-answered"]
    with pytest.raises(RuntimeError):
        await keep_clocks(young_person=world.kai.id, subject=SUBJECT, wanted=())


async def test_a_clock_leads_to_where_it_is_worked_on(world):
    await start(world, subject=("placement", 900), clock_id="arrival-screen")
    links = {one.clock: one.link for one in await clocks_of(world.cleo, world.kai.id)}
    assert links["arrival-screen"] == "/children/YP-000001/assessments"
