"""Recording what happens to a referral: status, clocks and duties follow."""

import asyncio
import datetime as dt

import pytest

from tests.incidents.make import rows_in_all_tables
from tests.referrals.make import extra, incident_of, record, send, sent
from tests.world import NOW, World, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.access import may_see
from yosafe.people.clock_queries import clocks_of
from yosafe.referrals import access, actions
from yosafe.referrals.case import case_of
from yosafe.referrals.events import Kind
from yosafe.referrals.limits import limits_of
from yosafe.referrals.record import open_referral
from yosafe.referrals.schemas import RecordEvent
from yosafe.referrals.status import derive_status
from yosafe.referrals.tables import Referral


def on(day: int, month: int = 10, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


async def clocks(world: World, referral: Referral) -> dict[str, str]:
    return {c.clock: c.words for c in await clocks_of(world.esi, referral.young_person) if c.subject == access.referral_ref(referral.id)}


async def test_a_decision_in_time_meets_the_clock(world: World) -> None:
    referral = await sent(world, world.kai)
    with clock.stopped_at(on(6)):
        recorded = await record(world.esi, referral, "decided", "assessment")
        assert (recorded.status, recorded.version) == ("assessment", 2)
        assert await clocks(world, referral) == {"referral-decision": "Met", "core-assessment": "Due in 44 working days"}
    assert (await events_of(world.kai.id))[-1] == "referral:event-recorded"


async def test_a_late_decision_is_late_for_ever_and_one_recorded_late_is_not(world: World) -> None:
    late, in_time = await sent(world, world.kai), await sent(world, world.kai)
    with clock.stopped_at(on(8)):
        assert (await clocks(world, late))["referral-decision"] == "Overdue by 2 working days"
        await record(world.esi, late, "decided", "assessment")
        await record(world.esi, in_time, "decided", "assessment", on=dt.date(2026, 10, 6))
        assert (await clocks(world, late))["referral-decision"] == "Met 2 working days late"
        assert (await clocks(world, in_time))["referral-decision"] == "Met"


async def test_the_end_closes_duties_and_stops_clocks(world: World) -> None:
    more = await extra(world)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    referral = await access.get_referral_for(world.esi, made.ref)
    await record(world.esi, referral, "decided", "assessment")
    assert (await may_see(world.esi, more.lee.id), await may_see(world.jay, more.lee.id)) == (True, True)
    recorded = await record(world.esi, referral, "ended", "moved")
    assert recorded.status == "ended"
    assert (await may_see(world.esi, more.lee.id), await may_see(world.jay, more.lee.id)) == (False, False)
    with pytest.raises(NotFound):
        await access.get_referral_for(world.esi, made.ref)
    assert not await access.is_visible(world.esi, referral.id)
    words = {c.clock: c.words for c in await clocks_of(world.cleo, more.lee.id) if c.subject == made.ref}
    assert words == {"referral-decision": "Met", "core-assessment": "Stopped on 5 October 2026: The referral ended"}


async def test_when_the_host_declines_the_home_authority_owns_what_follows(world: World) -> None:
    more = await extra(world)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    referral = await access.get_referral_for(world.esi, made.ref)
    await record(world.esi, referral, "declined", "not_our_area", note="Kent holds the case file")
    owners = {c.clock: c.owner for c in await clocks_of(more.kim, more.lee.id) if c.subject == made.ref}
    assert owners == {"referral-decision": "Leeds social services", "core-assessment": "Kent social services"}
    recorded = await record(more.kim, referral, "decided", "assessment")
    assert recorded.status == "assessment"
    with pytest.raises(Conflict, match="Kent has taken it on"):
        await record(world.esi, referral, "ended", "moved")


async def test_refused_challenged_and_taken_on(world: World) -> None:
    referral = await sent(world, world.kai)
    await record(world.esi, referral, "decided", "no_further_action")
    assert "Stopped" in (await clocks(world, referral))["core-assessment"]
    with pytest.raises(Conflict, match="The answer stands"):
        await record(world.esi, referral, "decided", "assessment")
    await record(world.cleo, referral, "challenged", note="Asked the team manager to read the second incident")
    assert (await record(world.amina, referral, "escalated", "service_head", note="No answer by telephone")).status == "escalated"
    assert (await record(world.esi, referral, "decided", "assessment")).status == "assessment"
    assert (await clocks(world, referral))["core-assessment"] == "Due in 45 working days"


async def test_a_whole_process(world: World) -> None:
    referral = await sent(world, world.kai)
    steps = [
        (5, "acknowledged", None, "acknowledged"), (6, "decided", "strategy_discussion", "strategy"),
        (7, "strategy_discussion", "section_47", "strategy"), (8, "section_47_started", None, "section_47"),
        (20, "section_47_ended", "conference", "section_47"), (23, "initial_conference", "registered", "registered"),
        (30, "core_group", None, "registered"), (30, "core_assessment_ended", "services", "registered"),
    ]  # fmt: skip
    for day, kind, outcome, status in steps:
        with clock.stopped_at(on(day)):
            assert (await record(world.esi, referral, kind, outcome)).status == status
    with clock.stopped_at(on(20, 11)):
        await record(world.esi, referral, "review_conference", "deregistered")
        await record(world.cleo, referral, "child_told")
        assert (await record(world.esi, referral, "ended", "protection_ended")).status == "ended"
        assert set((await clocks(world, referral)).values()) == {"Met"}
        shown = await open_referral(world.esi, referral.id)
        assert shown.may == ["child_told"]
        assert [event.kind for event in shown.events][-3:] == ["review_conference", "child_told", "ended"]


@pytest.mark.parametrize(("who", "refusal"), [("esi", None), ("cleo", Refused), ("amina", Refused), ("dan", Refused), ("jay", Refused)])
async def test_who_records_a_decision(world: World, who: str, refusal: type[Exception] | None) -> None:
    referral = await sent(world, world.kai)
    if refusal is None:
        assert (await record(world[who], referral, "decided", "assessment")).status == "assessment"
    else:
        before = await rows_in_all_tables()
        with pytest.raises(refusal):
            await record(world[who], referral, "decided", "assessment")
        assert await rows_in_all_tables() == before


async def test_an_authority_that_was_not_addressed_records_nothing(world: World) -> None:
    """Kent is responsible for Kai's care: its social worker sees him, and reads the referral."""
    more = await extra(world)
    await DB.execute(
        "INSERT INTO care_period (young_person, status, responsible_area, started_on, recorded_at, recorded_by, version) "
        "VALUES ($1, 'looked_after', 'E10000016', '2026-01-01', $2, 1, 1)", world.kai.id, NOW,
    )  # fmt: skip
    referral = await sent(world, world.kai)
    assert (await open_referral(more.kim, referral.id)).may == []
    with pytest.raises(Refused):
        await record(more.kim, referral, "decided", "assessment")


@pytest.mark.parametrize(
    ("kind", "outcome", "day", "keys"),
    [
        ("decided", "assessment", dt.date(2026, 10, 6), ["on"]),
        ("decided", "assessment", dt.date(2026, 10, 4), ["on"]),
        ("decided", "registered", dt.date(2026, 10, 5), ["outcome"]),
        ("decided", None, dt.date(2026, 10, 5), ["outcome"]),
        ("declined", "below_threshold", dt.date(2026, 10, 5), ["note"]),
    ],
)
async def test_bad_events_change_nothing(world: World, kind: str, outcome: str | None, day: dt.date, keys: list[str]) -> None:
    referral = await sent(world, world.kai)
    before = await rows_in_all_tables()
    with pytest.raises(Invalid) as refusal:
        await record(world.esi, referral, kind, outcome, on=day)
    assert [error.key for error in refusal.value.errors] == keys
    assert await rows_in_all_tables() == before


async def test_the_copy_in_hand_is_from_before(world: World) -> None:
    referral = await sent(world, world.kai)
    await record(world.esi, referral, "acknowledged")
    with pytest.raises(Stale):
        await actions.record_event(RecordEvent(kind=Kind.DECIDED, on=clock.today(), outcome="assessment"), by=world.esi, referral=referral, version=2)
    with pytest.raises(Stale):
        await actions.record_event(RecordEvent(kind=Kind.DECIDED, on=clock.today(), outcome="assessment"), by=world.esi, referral=referral, version=1)
    assert [e.kind for e in (await open_referral(world.esi, referral.id)).events] == ["sent", "acknowledged"]


async def test_rows_are_what_the_events_make_them(world: World) -> None:
    referral = await sent(world, world.kai)
    for day, kind, outcome in ((6, "decided", "assessment"), (9, "core_assessment_started", None), (12, "strategy_discussion", "section_47")):
        with clock.stopped_at(on(day)):
            await record(world.esi, referral, kind, outcome)
    case = await case_of(referral)
    row = await DB.fetchrow("SELECT status FROM referral WHERE id = $1", referral.id)
    assert row["status"] == derive_status(case)
    rows = await DB.fetch(
        "SELECT clock, due_on, met_at IS NOT NULL AS met, stopped_at IS NOT NULL AS stopped FROM clock WHERE subject_kind = 'referral'"
    )
    assert {(r["clock"], r["due_on"], r["met"], r["stopped"]) for r in rows} == {
        (running.clock, running.due.due, running.met is not None, running.stopped is not None) for running in limits_of(case)
    }


async def test_of_eight_at_once_one_is_kept_and_the_others_hear_of_it(world: World) -> None:
    referral = await sent(world, world.kai)

    async def acknowledge() -> str:
        mine = await access.get_referral_for(world.esi, referral.id)
        try:
            data = RecordEvent(kind=Kind.DECIDED, on=clock.today(), outcome="assessment")
            return (await actions.record_event(data, by=world.esi, referral=mine, version=1)).status
        except Stale:
            return "stale"

    assert sorted(await asyncio.gather(*(acknowledge() for _ in range(8)))) == ["assessment", *["stale"] * 7]
    assert await DB.fetchval("SELECT count(*) FROM referral_event WHERE kind = 'decided'") == 1
    assert await DB.fetchval("SELECT version FROM referral") == 2
    assert await clocks(world, referral) == {"referral-decision": "Met", "core-assessment": "Due in 45 working days"}
