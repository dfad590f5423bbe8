"""What is kept of an event beside its outcome; taking a case over; levels; a decision not to refer that is looked at again."""

import datetime as dt
from contextlib import nullcontext
from typing import Any

import pytest

from tests.referrals.make import CONFERENCE, KENT, LEEDS, MEETING, considered, event, extra, incident_of, record, send, sent
from tests.referrals.told import story
from tests.world import World
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, Refused
from yosafe.referrals import access
from yosafe.referrals.checking import check_details
from yosafe.referrals.events import Kind
from yosafe.referrals.record import open_referral
from yosafe.referrals.steps import levels_above
from yosafe.referrals.tables import Referral
from yosafe.referrals.waiting import to_look_at_again

TODAY = dt.date(2026, 10, 5)


@pytest.mark.parametrize(
    ("kind", "outcome", "given", "faults"),
    [
        ("initial_conference", "registered", {**CONFERENCE, "registered_as": "neglect"}, []),
        ("initial_conference", "registered", CONFERENCE, ["registered_as"]),
        ("initial_conference", "not_registered", {**CONFERENCE, "registered_as": "neglect"}, ["registered_as"]),
        ("initial_conference", "not_registered", MEETING, ["quorate", "child_there", "advocate"]),
        ("initial_conference", "not_registered", {**CONFERENCE, "quorate": "perhaps", "child_there": "x", "present": ["x"]},
         ["present", "child_there", "quorate"]),
        ("review_conference", "continued", {**CONFERENCE, "present": []}, ["present"]),
        ("strategy_discussion", "section_47", {**MEETING, "source": "minutes"}, []),
        ("strategy_discussion", "section_47", {**MEETING, "source": "rumour"}, ["source"]),
        ("strategy_discussion", "section_47", CONFERENCE, ["quorate", "child_there", "advocate"]),
        ("acknowledged", None, {}, []),
        ("acknowledged", None, MEETING, ["present"]),
        ("taken_over", None, {"agreed_with": "Ruth Agbaje"}, []),
        ("taken_over", None, {"agreed_with": "esi"}, ["agreed_with"]),
        ("taken_over", None, {"agreed_with": None}, ["agreed_with"]),
        ("looked_again", "worry_gone", {"agreed_with": "Ada"}, []),
        ("looked_again", "still_not_referred", {"agreed_with": "Ada"}, ["review_on"]),
        ("looked_again", "still_not_referred", {"agreed_with": "Ada", "review_on": TODAY}, ["review_on"]),
        ("looked_again", "still_not_referred", {"agreed_with": "Ada", "review_on": TODAY + dt.timedelta(days=30)}, []),
    ],
)  # fmt: skip
def test_what_is_asked_of_an_event(kind: str, outcome: str | None, given: dict[str, Any], faults: list[str]) -> None:
    blank = {"present": [], "quorate": None, "child_there": None, "advocate": None, "registered_as": None, "agreed_with": None}
    data = event(kind, outcome, **{**blank, **given})
    with pytest.raises(Invalid) if faults else nullcontext() as refusal:
        check_details(Kind(kind), data, recorder="Esi", today=TODAY)
    assert [fault.key for fault in refusal.value.errors] == faults if refusal else not faults


async def test_a_conference_keeps_who_was_there(world: World) -> None:
    referral = await sent(world, world.kai)
    for kind, outcome in (("decided", "strategy_discussion"), ("strategy_discussion", "section_47"), ("section_47_started", None)):
        await record(world.esi, referral, kind, outcome)
    await record(world.esi, referral, "initial_conference", "registered", source="minutes", present_names="Ruth Agbaje, chair")
    last = (await open_referral(world.cleo, referral.id)).events[-1]
    assert (last.source, last.present, last.quorate, last.child_there, last.advocate) == ("minutes", MEETING["present"], "yes", "all", "yes")
    assert (last.registered_as, last.present_names) == ("physical", "Ruth Agbaje, chair")


async def test_a_case_is_taken_over_by_agreement_and_its_clocks_go_with_it(world: World) -> None:
    more = await extra(world)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    referral = await access.get_referral_for(more.kim, made.ref)
    await record(world.esi, referral, "decided", "assessment")
    assert await owners(referral) == {"core-assessment": LEEDS, "referral-decision": LEEDS}
    with pytest.raises(Conflict, match="has the case already"):
        await record(world.esi, referral, "taken_over", note="All of it, from today.")
    with pytest.raises(Refused):
        await record(world.cleo, referral, "taken_over", note="All of it, from today.")
    await record(more.kim, referral, "taken_over", note="All of it, from today.")
    assert await owners(referral) == {"core-assessment": KENT, "referral-decision": LEEDS}, "the first decision was the host's to make"
    assert (await open_referral(world.cleo, referral.id)).owner_area == KENT
    with pytest.raises(Conflict, match="Kent has taken it over and ends it"):
        await record(world.esi, referral, "ended", "moved")
    await record(more.kim, referral, "ended", "services")


async def owners(referral: Referral) -> dict[str, str]:
    rows = await DB.fetch("SELECT clock, owner_area FROM clock WHERE subject_kind = 'referral' AND subject = $1", referral.id)
    return {row["clock"]: row["owner_area"] for row in rows}


@pytest.mark.parametrize(
    ("asked", "above"),
    [
        ([], ("team_manager", "service_head", "committee")),
        (["team_manager"], ("service_head", "committee")),
        (["service_head"], ("committee",)),
        (["team_manager", "committee"], ("committee",)),
    ],
)
def test_it_goes_level_by_level_upwards(asked: list[str], above: tuple[str, ...]) -> None:
    case = story("1 Oct 2026: sent", *(f"{5 + n} Oct 2026: escalated {level}" for n, level in enumerate(asked)))
    assert levels_above(case) == above


async def test_a_level_is_not_asked_twice(world: World) -> None:
    referral = await sent(world, world.kai)
    await record(world.esi, referral, "declined", "below_threshold", note="Below our threshold, we think.")
    await record(world.cleo, referral, "escalated", "service_head", note="Asked Ms Quist to look at it herself.")
    with pytest.raises(Invalid) as refusal:
        await record(world.cleo, referral, "escalated", "team_manager", note="Asked again, lower down.")
    (fault,) = refusal.value.errors
    assert (fault.key, "take it higher, to " in fault.message) == ("outcome", True)


async def test_a_decision_not_to_refer_is_looked_at_until_the_worry_has_gone(world: World) -> None:
    referral = await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    with clock.stopped_at(dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)):
        assert len(await to_look_at_again(world.cleo)) == 1
        again = dt.date(2026, 11, 2)
        await record(world.cleo, referral, "looked_again", "still_not_referred", note="He is well, and says so.", review_on=again)
        assert await to_look_at_again(world.cleo) == []
        assert (await open_referral(world.cleo, referral.id)).review_on == again
    with clock.stopped_at(dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)):
        assert len(await to_look_at_again(world.cleo)) == 1
        await record(world.cleo, referral, "looked_again", "worry_gone", note="He moved to a quieter wing.")
        assert await to_look_at_again(world.cleo) == []
        with pytest.raises(Conflict, match="for the last time"):
            await record(world.cleo, referral, "looked_again", "worry_gone", note="Once more, for nothing.")
    assert (await open_referral(world.cleo, referral.id)).status == "considered_not_referred"


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"told_by": "visitor", "told_on": TODAY, "told_how": "He flinched."}, []),
        ({}, ["incidents"]),
        ({"told_by": "visitor"}, ["told_on", "told_how"]),
        ({"told_by": "stranger", "told_on": TODAY, "told_how": "He flinched."}, ["told_by"]),
        ({"told_by": "visitor", "told_on": TODAY + dt.timedelta(days=1), "told_how": "He flinched."}, ["told_on"]),
        ({"told_by": "visitor", "told_on": TODAY, "told_how": "He flinched.", "gaps_reason": None}, ["gaps_reason"]),
    ],
)
async def test_what_someone_told_is_ground_enough_and_gaps_need_a_reason(world: World, changes: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(Invalid) if faults else nullcontext() as refusal:
        made = await send(world.cleo, world.kai, **changes)
    if refusal:
        assert [fault.key for fault in refusal.value.errors] == faults
        assert not await DB.fetchval("SELECT count(*) FROM referral")
    else:
        record = await open_referral(world.esi, made.ref)
        assert (record.told_by, record.gaps) == ("visitor", ["disability", "care_status"])
