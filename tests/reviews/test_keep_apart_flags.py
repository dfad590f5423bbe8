"""Two of an open keep-apart on one unit, from the database: as it was known at the end of each day."""

import datetime as dt

import pytest

from tests.people.test_keep_apart import GO_ON, asked, held, stay_of
from tests.world import NOW, TODAY
from yosafe import clock
from yosafe.models.dataset import load_facts
from yosafe.models.indicators import Level, Raised, Unknown, answers
from yosafe.people.actions import move_unit
from yosafe.people.keep_apart.actions import end_keep_apart, review_keep_apart, start_keep_apart
from yosafe.people.keep_apart.schemas import EndKeepApart, ReviewKeepApart
from yosafe.people.schemas import MoveUnit

FLAG = "keep-apart-same-unit"


def days(number):
    return dt.timedelta(days=number)


async def said_of(young_person, day):
    return answers((await load_facts(day))[young_person.id], day)[FLAG]


async def level_of(young_person, day):
    said = await said_of(young_person, day)
    return said.level if isinstance(said, Raised) else "?" if isinstance(said, Unknown) else None


@pytest.fixture
async def lee(world):
    return await held(world.dan, "Frost", unit="B wing")


async def test_it_follows_moves_reviews_and_the_end_each_on_its_day(world, lee):
    with clock.stopped_at(NOW + days(1)):
        (pair,) = await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    with clock.stopped_at(NOW + days(3)):
        await move_unit(by=world.dan, placement=await stay_of(world.kai), move=MoveUnit(unit="b  wing", keep_apart_confirmed=GO_ON), version=1)
    with clock.stopped_at(NOW + days(5)):
        review = ReviewKeepApart(restriction="cell", review_on=TODAY + days(40), reason="They were seen together, calm.")
        pair = await review_keep_apart(by=world.cleo, pair=pair, review=review, version=1)
    with clock.stopped_at(NOW + days(7)):
        await end_keep_apart(by=world.cleo, pair=pair, ending=EndKeepApart(reason="Mediated, and both content."), version=2)
    for young_person in (world.kai, lee):
        levels = [await level_of(young_person, TODAY + days(day)) for day in range(9)]
        # Of the days before the move only the last unit is kept: where he lived then is not known, and not guessed.
        assert levels == [None, "?", "?", Level.HIGH, Level.HIGH, Level.RAISED, Level.RAISED, None, None]


async def test_it_cites_the_record_and_names_nobody(world, lee):
    ash = await held(world.dan, "Ash", unit="A wing")
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee, ash))
    flag = await said_of(world.kai, TODAY)
    assert flag.sentence == "Lives at Wetherby on A wing, as does someone whom they are to be kept apart from."
    assert [because.reference for because in flag.because] == ["KA-000002"]
    with clock.stopped_at(NOW + days(1)):
        await move_unit(by=world.dan, placement=await stay_of(lee), move=MoveUnit(unit="A wing", keep_apart_confirmed=GO_ON), version=1)
    flag = await said_of(world.kai, TODAY + days(1))
    assert flag.sentence == "Lives at Wetherby on A wing, as do 2 young people each of whom they are to be kept apart from."
    assert "Frost" not in repr(flag)
    assert f"YP-{lee.id:06}" not in repr(flag)
