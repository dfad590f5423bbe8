"""What referrals put on the first page, the overview, the chronology and the list of children."""

import datetime as dt

from tests.incidents.make import another
from tests.referrals.make import considered, extra, incident_of, record, send, sent
from tests.referrals.test_pages import begin, text_of
from tests.world import World
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.columns import filled
from yosafe.people.frame import banner
from yosafe.people.panels import panels
from yosafe.referrals import queries, waiting
from yosafe.referrals.access import referral_ref


async def test_whoever_raised_it_is_told_what_came_of_it(world: World) -> None:
    referral = await sent(world, world.kai)
    assert await waiting.what_came_of_it(world.dan) == []
    await record(world.esi, referral, "acknowledged")
    assert await waiting.what_came_of_it(world.dan) == []
    await record(world.esi, referral, "decided", "assessment")
    [one] = await waiting.what_came_of_it(world.dan)
    assert (one.referral, one.incident, one.name, one.kind, one.outcome) == ("RF-000001", "IN-000001", "Morton, Kai", "decided", "assessment")
    assert await waiting.what_came_of_it(world.cleo) == [], "she sent it; Dan recorded the incident"
    with clock.stopped_at(clock.now() + dt.timedelta(days=29)):
        assert await waiting.what_came_of_it(world.dan) == []


async def test_referrals_wait_for_each_authority(world: World) -> None:
    more = await extra(world)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    referral = await sent(world, world.kai)
    assert [one.referral for one in await waiting.unanswered(world.esi)] == [made.ref, referral_ref(referral.id)]
    assert [one.referral for one in await waiting.unanswered(more.kim)] == [made.ref]
    await record(world.esi, referral, "declined", "duplicate", note="It came by telephone this morning")
    assert [one.referral for one in await waiting.unanswered(world.esi)] == [made.ref]


async def test_a_decision_not_to_refer_comes_back_on_its_day(world: World) -> None:
    referral = await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    assert await waiting.to_look_at_again(world.cleo) == []
    with clock.stopped_at(clock.midnight(referral.review_on)):
        [one] = await waiting.to_look_at_again(world.cleo)
        assert (one.referral, one.since) == (referral_ref(referral.id), referral.review_on)
        assert await waiting.to_look_at_again(world.amina) == [], "it is the establishment's decision"
        await considered(world.cleo, world.kai, await incident_of(world, world.kai))
        assert await waiting.to_look_at_again(world.cleo) == []


async def test_the_first_page_shows_what_waits(world: World, client) -> None:
    referral = await sent(world, world.kai)
    waits = text_of(await (await client(world.esi)).get("/"))
    assert "Referrals that wait for your answer" in waits
    await record(world.esi, referral, "decided", "no_further_action")
    told = text_of(await (await client(world.dan)).get("/"))
    assert "What came of what you raised" in told
    assert "Decision made: no further action" in told
    cleo = await client(world.cleo)
    draft = await begin(cleo, world, "IN-000001")
    assert f'href="{draft}/check"' in (await cleo.get("/")).text


async def test_the_chronology_tells_it(world: World) -> None:
    referral = await sent(world, world.kai)
    await record(world.esi, referral, "decided", "strategy_discussion", note="Seen as urgent")
    await considered(world.amina, world.kai, await incident_of(world, world.kai))
    found = await chronology(world.dan, world.kai, Wanted(source="referral"))
    told = {entry.title: entry for entry in found.items}
    assert set(told) == {
        "Child protection referral considered, and not made", "Child protection referral sent", "Referral: decision made: strategy discussion"
    }  # fmt: skip
    assert told["Child protection referral sent"].text == "Physical abuse. To Leeds social services."
    assert told["Child protection referral sent"].at is not None
    decided = told["Referral: decision made: strategy discussion"]
    assert (decided.text, decided.at, decided.link, decided.by) == ("Seen as urgent", None, "/referrals/RF-000001", "Esi")
    assert told["Child protection referral considered, and not made"].text == (
        "Emotional abuse. No sign of significant harm. Agreed with Dr Ada Quist."
    )


async def test_the_overview_the_banner_and_the_list(world: World) -> None:
    other = await another(world, "Osei", "Lee")
    assert "referrals" not in [panel.id for panel in await panels(world.cleo, world.kai.id, "2002")]
    referral = await sent(world, world.kai)
    [panel] = [panel for panel in await panels(world.cleo, world.kai.id, "2002") if panel.id == "referrals"]
    assert [one.ref for one in panel.data["referrals"]] == ["RF-000001"]
    [column] = [one for one in await filled(world.cleo, [world.kai.id, other.id], "2002") if one.title == "Open referrals"]
    assert column.words == {world.kai.id: "1"}
    for kind, outcome in (("decided", "strategy_discussion"), ("strategy_discussion", "section_47"), ("section_47_started", None)):
        await record(world.esi, referral, kind, outcome)
    assert ("On the child protection register", "red") not in (await banner(world.cleo, world.kai)).badges
    await record(world.esi, referral, "initial_conference", "registered")
    assert ("On the child protection register", "red") in (await banner(world.cleo, world.kai)).badges
    assert ("Subject to a child protection plan", "red") in (await banner(world.cleo, world.kai, terminology="today")).badges
    await record(world.esi, referral, "review_conference", "deregistered")
    assert ("On the child protection register", "red") not in (await banner(world.cleo, world.kai)).badges


async def test_what_an_incident_led_to(world: World, client) -> None:
    incident = await incident_of(world, world.kai)
    first = await send(world.cleo, world.kai, incident)
    second = await considered(world.amina, world.kai, incident)
    number = int(incident[3:])
    assert await queries.resting_on(world.dan, number) == [(first.ref, "sent"), (referral_ref(second.id), "considered_not_referred")]
    page = await (await client(world.dan)).get(f"/incidents/{incident}")
    assert "What goes with it RF-000001: sent RF-000002: considered, not referred" in text_of(page)
    await DB.execute("UPDATE placement SET left_at = '2026-09-20' WHERE young_person = $1", world.kai.id)
    assert await queries.resting_on(world.dan, number) == []
