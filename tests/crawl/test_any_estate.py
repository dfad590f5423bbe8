"""Need to know in worlds made by chance: whatever stays, incidents, care and referrals there are and were, nobody hears of a child who is none of
their business, and everybody hears of those who are."""

import datetime as dt
import random

import pytest
from litestar import Litestar

from tests.crawl.casework import cared_for, refer, review
from tests.crawl.estate import BRADFORD, EVERYONE, KENT, Child, Estate, Happened, Plan, build
from tests.crawl.text import given
from tests.crawl.walk import addresses, walker
from tests.world import LEEDS, NOW, OAKHILL, TODAY, WETHERBY
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.people.keep_apart.access import keep_apart_ref
from yosafe.people.keep_apart.actions import start_keep_apart
from yosafe.people.keep_apart.schemas import StartKeepApart
from yosafe.reviews.actions import refresh_flags

CHILDREN = 6
HOMES = (LEEDS, KENT, BRADFORD)
# Days since the last departure: on both sides of what the lead still sees.
LEFT = (None, None, None, 1, 89, 90, 91, 200)
WHY = {"reason_code": "fight", "reason": "They fought in the showers."}
PARTS = ("alleged_to_have_harmed", "present", "told_us")


def a_child(number: int, chance: random.Random) -> Child:
    """Who arrived first some 400 days ago, the later the higher the number, and may have been moved once."""
    first, left = 400 - number, chance.choice(LEFT)
    here, there = chance.sample((WETHERBY, OAKHILL), 2)
    stays = ((here, first, left),) if chance.random() < 0.5 else ((here, first, 300), (there, 299, left))
    held_now = left is None
    care = chance.choice((None, LEEDS, KENT)) if held_now else None
    return Child(number, chance.choice(HOMES), stays, cared_for_by=care, was_cared_for_by=chance.choice((None, LEEDS)) if held_now else None)


def there_on(children: tuple[Child, ...], place: str, days: int) -> list[int]:
    return [c.number for c in children if any(where == place and since > days and (left is None or left < days) for where, since, left in c.stays)]


def incidents(children: tuple[Child, ...], chance: random.Random) -> list[Happened]:
    """Some at each place, long ago and lately, between those who were there."""
    found = []
    for days in (380, 150, 95, 30, 2):
        for place, by in ((WETHERBY, "dan"), (OAKHILL, "ivy")):
            there = there_on(children, place, days)
            if there:
                harmed, *others = chance.sample(there, min(len(there), chance.randint(1, 4)))
                involved = ((harmed, "harmed"), *((one, chance.choice(PARTS)) for one in others))
                found.append(Happened(by, days, chance.choice(("bullying", "assault")), involved))
    return found


def a_plan(seed: int) -> Plan:
    chance = random.Random(seed)
    children = tuple(a_child(number, chance) for number in range(1, CHILDREN + 1))
    happened = incidents(children, chance)
    here = {c.number for c in children if c.held(WETHERBY)}
    involved = [one for one in happened if one.by == "dan" and here & {number for number, _ in one.involved}]
    could_be = sorted({number for one in involved for number, _ in one.involved} & here)
    chosen = chance.sample(could_be, min(len(could_be), 2))
    reviewed = chance.sample(sorted(here), min(len(here), 1))
    return Plan(children, tuple(happened), frozenset(chosen[:1]), frozenset(chosen[1:]), frozenset(reviewed))


async def kept_apart(estate: Estate) -> None:
    """Everyone at a place who is not alone there, each from each."""
    for place, by in ((WETHERBY, "dan"), (OAKHILL, "ivy")):
        here = [child.ref for child in estate.plan.children if child.held(place)]
        if len(here) > 1:
            new = given(StartKeepApart, young_people=here, restriction="unit", review_on=TODAY + dt.timedelta(days=9), **WHY)
            for made in await start_keep_apart(by=estate[by], new=new):
                estate.keep("KA", keep_apart_ref(made.id))


@pytest.mark.parametrize("seed", range(5))
async def test_need_to_know(app: Litestar, db: object, seed: int) -> None:
    plan = a_plan(seed)
    with clock.stopped_at(NOW):
        estate = await build(plan)
        for child in plan.children:
            await cared_for(estate, child)
        for number in sorted(plan.referred | plan.was_referred):
            last = max(n for n, one in enumerate(plan.incidents) if one.by == "dan" and number in dict(one.involved))
            estate.keep("RF", await refer(estate, number, estate.refs["IN"][last], over=number in plan.was_referred))
        await kept_apart(estate)
        await refresh_flags(by=Operator("system"))
        if plan.reviewed:
            await review(estate, "cleo", sorted(plan.reviewed))
        there = [path for path in await addresses(app, estate) if path.startswith("/api/v1/")]
        for name, _, _ in EVERYONE:
            walk = await walker(name, app, estate)
            for path in filter(walk.worth_asking, there):
                await walk.look_at(path)
            await walk.client.aclose()
            assert (walk.leaks, walk.faults) == ([], [])
            assert walk.met == plan.scope(name), name
