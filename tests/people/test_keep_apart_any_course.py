"""Whatever is begun, reviewed, ended and moved, in any order: a pair is kept apart once at a time, history only grows, and nobody comes near without
a reason."""

import datetime as dt
import random
from itertools import combinations

import pytest

from tests.people.test_keep_apart import GO_ON, LATER, asked, held, stay_of
from tests.world import NOW
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, Stale
from yosafe.people.actions import move_unit
from yosafe.people.keep_apart.access import get_keep_apart_for, keep_apart_ref
from yosafe.people.keep_apart.actions import end_keep_apart, review_keep_apart, start_keep_apart
from yosafe.people.keep_apart.rules import Near, nearness
from yosafe.people.keep_apart.schemas import EndKeepApart, ReviewKeepApart
from yosafe.people.schemas import MoveUnit

UNITS = ("A wing", "a WING", "B wing", "C wing", None)
STEPS = 30


class Course:
    """What happens at Wetherby, and what ought to be so: open pairs, units, and how many steps each pair has had."""

    def __init__(self, world, people, chance):
        self.world, self.people, self.chance = world, people, chance
        self.open: dict[frozenset[int], str] = {}
        self.steps: dict[str, int] = {}
        self.units = {one.id: "A wing" for one in people}

    async def start(self):
        chosen = self.chance.sample(self.people, self.chance.choice((2, 2, 3)))
        pairs = [frozenset(pair) for pair in combinations([one.id for one in chosen], 2)]
        if any(pair in self.open for pair in pairs):
            with pytest.raises(Conflict):
                await start_keep_apart(by=self.world.dan, new=asked(*chosen))
            return
        for made in await start_keep_apart(by=self.world.dan, new=asked(*chosen)):
            self.open[frozenset((made.first, made.second))] = keep_apart_ref(made.id)
            self.steps[keep_apart_ref(made.id)] = 1

    async def review(self):
        if self.steps:
            ref = self.chance.choice(sorted(self.steps))
            restriction = self.chance.choice(("cell", "landing", "unit", "activity"))
            new = ReviewKeepApart(restriction=restriction, review_on=LATER, reason="Looked at again, and so decided.")
            await self._change(ref, lambda pair: review_keep_apart(by=self.world.cleo, pair=pair, review=new, version=pair.version))

    async def end(self):
        if self.steps:
            ref, ending = self.chance.choice(sorted(self.steps)), EndKeepApart(reason="It is over, both say so.")
            if await self._change(ref, lambda pair: end_keep_apart(by=self.world.cleo, pair=pair, ending=ending, version=pair.version)):
                self.open = {pair: one for pair, one in self.open.items() if one != ref}

    async def _change(self, ref, change):
        pair = await get_keep_apart_for(self.world.cleo, ref)
        if ref not in self.open.values():
            with pytest.raises(Conflict):
                await change(pair)
            return False
        await change(pair)
        self.steps[ref] += 1
        with pytest.raises((Stale, Conflict)):
            await change(pair)  # the copy in hand is from before
        return True

    async def move(self):
        one, unit, why = self.chance.choice(self.people), self.chance.choice(UNITS), self.chance.choice((None, GO_ON))
        near = [
            ref for pair, ref in self.open.items()
            if one.id in pair and nearness(unit, self.units[next(iter(pair - {one.id}))]) is not Near.SAME_ESTABLISHMENT
        ]  # fmt: skip
        stay = await stay_of(one)
        moving = move_unit(by=self.world.dan, placement=stay, move=MoveUnit(unit=unit, keep_apart_confirmed=why), version=stay.version)
        if near and why is None:
            with pytest.raises(Invalid) as refusal:
                await moving
            assert len(refusal.value.errors) == len(near)
            return
        await moving
        self.units[one.id] = unit
        for ref in near:
            self.steps[ref] += 1


@pytest.mark.parametrize("seed", range(6))
async def test_any_course(world, seed):
    people = [world.kai, *[await held(world.dan, name, unit="A wing") for name in ("Ash", "Birch", "Cedar")]]
    course, before = Course(world, people, random.Random(seed)), []
    for step in range(STEPS):
        with clock.stopped_at(NOW + dt.timedelta(minutes=step)):
            await course.chance.choice((course.start, course.review, course.end, course.move, course.move))()
        rows = [tuple(row.values()) for row in await DB.fetch("SELECT * FROM keep_apart_step ORDER BY id")]
        assert rows[: len(before)] == before
        before = rows
        pairs = await DB.fetch("SELECT id, first, second FROM keep_apart WHERE ended_at IS NULL")
        assert {frozenset((row["first"], row["second"])): keep_apart_ref(row["id"]) for row in pairs} == course.open
        counts = await DB.fetch("SELECT keep_apart, count(*) AS number FROM keep_apart_step GROUP BY 1")
        assert {keep_apart_ref(row["keep_apart"]): row["number"] for row in counts} == course.steps
        held_now = await DB.fetch("SELECT young_person, unit FROM placement WHERE young_person = ANY($1)", [one.id for one in people])
        assert {row["young_person"]: row["unit"] for row in held_now} == course.units
