"""Keep-apart goes where a merged record goes, and comes back; what can't be true of one child is refused."""

import pytest

from tests.merging.histories import database, merge, second_record, undo
from tests.people.test_keep_apart import asked, held
from tests.world import NOW
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict
from yosafe.people.keep_apart.actions import start_keep_apart


@pytest.fixture(autouse=True)
def monday():
    with clock.stopped_at(NOW):
        yield


async def both(world, *, others_first: bool = False):
    """Kai, and a second record of him; Lee, whose number lies before that of the second record or after it."""
    lee = await held(world.dan, "Frost") if others_first else None
    other = await second_record(world)
    return other, lee or await held(world.dan, "Frost")


@pytest.mark.parametrize("others_first", [True, False])
async def test_a_pair_of_the_merged_record_is_the_kept_ones_and_comes_back(world, others_first):
    other, lee = await both(world, others_first=others_first)
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    await DB.execute(
        "UPDATE keep_apart SET first = least($1::bigint, $2::bigint), second = greatest($1::bigint, $2::bigint)", other.id, lee.id
    )  # as the second record had it
    before = await database()
    merged = await merge(world, world.kai, other)
    [pair] = await DB.fetch("SELECT first, second FROM keep_apart")
    assert {pair["first"], pair["second"]} == {world.kai.id, lee.id}
    await undo(world, merged)
    assert (await database())["keep_apart"] == before["keep_apart"]


async def test_two_who_are_kept_apart_from_the_same_one_are_not_merged_before_one_has_ended(world):
    other, lee = await both(world)
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    await DB.execute(
        "INSERT INTO keep_apart (group_number, first, second, reason_code, reason, restriction, review_on, started_at, agency, recorded_by, version) "
        "SELECT group_number + 1, $1, $2, reason_code, reason, restriction, review_on, started_at, agency, recorded_by, 1 FROM keep_apart",
        *sorted((other.id, lee.id)),
    )
    before = await database()
    with pytest.raises(Conflict, match="Both are kept apart from YP-"):
        await merge(world, world.kai, other)
    assert await database() == before
    await DB.execute("UPDATE keep_apart SET ended_at = now() WHERE first = $1 OR second = $1", other.id)
    await merge(world, world.kai, other)


async def test_two_who_were_kept_apart_from_each_other_are_two(world):
    other, lee = await both(world)
    await start_keep_apart(by=world.dan, new=asked(world.kai, lee))
    await DB.execute("UPDATE keep_apart SET first = $1, second = $2, ended_at = started_at", world.kai.id, other.id)
    with pytest.raises(Conflict, match="kept apart from each other"):
        await merge(world, world.kai, other)
