"""Whatever two records hold, merging moves all of it and undoing puts every row back."""

from collections.abc import Awaitable
from typing import Any

from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from tests.conftest import empty
from tests.merging.histories import STEPS, database, live_through, merge, now, second_record, undo, versions
from tests.world import NOW, World, build
from yosafe import clock
from yosafe.db.engine import DB, Engine
from yosafe.db.faults import CONFLICT
from yosafe.errors import Conflict
from yosafe.people.chronology import Wanted, chronology, entries, sources
from yosafe.people.merge_rules import Which
from yosafe.people.merging import holdings
from yosafe.people.tables import RecordMerge, YoungPerson

LONG = [
    step
    for _ in range(7)
    for step in ("contact", "happened", "assessed", "complained", "worked_on", "referred", "flagged", "flag_answered", "answered")
]


async def named(young_person: int) -> dict[str, int]:
    """How many rows of each table name a young person."""
    return {
        f"{one.table}.{one.column}": await DB.fetchval(f"SELECT count(*) FROM {one.table} WHERE {one.column} = $1", young_person)
        for one in holdings()
    }


async def long_histories(world: World) -> Any:
    """Kai and the second record of him, with more than 40 entries each."""
    other = await second_record(world)
    pair = (world.kai, other)
    first = ["leave", "arrive", "leave"]
    theirs = ["arrive", *LONG, "begun", "listed", "care", "finished", "named", "numbered", "planned", "worked_with", "went_out", "corrected", "leave"]
    mine = ["arrive", *LONG, "begun", "listed", "decided", "changed", "named", "numbered", "planned", "worked_with", "went_out", "came_back"]
    steps = [*((step, 0) for step in first), *((step, 1) for step in theirs), *((step, 0) for step in mine)]
    with clock.stopped_at(NOW):
        await live_through(world, pair, steps, seed=3, hours=4)
    return pair


async def entries_of(world: World, young_person: int) -> tuple[set[tuple[str, str, str | None]], int]:
    """What the chronology tells, and how many entries it has."""
    page = await entries(world.amina, young_person, Wanted(), limit=100)
    told = [*page.items]
    while page.next:
        page = await entries(world.amina, young_person, Wanted(), after=page.next, limit=100)
        told += page.items
    return {(one.source, one.title, one.ref) for one in told}, len(told)


async def test_forty_entries_each_and_back(world: World) -> None:
    kept, other = await long_histories(world)
    with clock.stopped_at(NOW):
        mine, theirs = [await entries_of(world, one.id) for one in (kept, other)]
        assert min(mine[1], theirs[1]) >= 40
        before, were = await database(), await versions()
        moved = await merge(world, kept, other)
        assert set((await named(other.id)).values()) == {0}
        together = await entries_of(world, kept.id)
        assert mine[0] | theirs[0] <= together[0]
        assert together[1] == mine[1] + theirs[1] + 1  # and the merge
        assert await database() != before
        await undo(world, moved)
        after, are = await database(), await versions()
    assert after == before
    assert all(are[number] > max(were[kept.id], were[other.id]) for number in (kept.id, other.id))


STEP = st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 1))


# Papers of one arrival on both records.
ASSESSED_TWICE = [
    *[(what, 0) for what in ("contact", "planned", "assessed", "referred")],
    *[(what, 1) for what in ("assessed", "decided", "change_unit", "contact")],
    ("care", 0), ("numbered", 0), ("answered", 1), ("complained", 0), ("happened", 0), ("referred", 1), ("worked_with", 0), ("flag_answered", 1),
]  # fmt: skip


@example(steps=ASSESSED_TWICE, seed=8, which=Which.THIS)
@given(st.lists(STEP, min_size=15, max_size=60), st.integers(0, 999), st.sampled_from(Which))
@settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))
async def test_any_histories_and_back(db: Engine, steps: list[tuple[str, int]], seed: int, which: Which) -> None:
    await empty()
    with clock.stopped_at(NOW):
        world = await build()
        pair = (world.kai, await second_record(world))
        # Most second records are made where the child is: the same arrival on both, so that there is much to settle.
        await live_through(world, pair, [("arrive", 1), ("flagged", 0), *steps, ("flagged", 0), ("listed", 0), ("listed", 1)], seed=seed)
        before, were = await database(), await versions()
        await done_or_told_why(there_and_back(world, pair, which))  # refused where one is in two places
        assert await database() == before
        are = await versions()
        assert all(are[one.id] >= were[one.id] for one in pair)


@given(st.lists(STEP, min_size=10, max_size=40), st.lists(STEP, min_size=1, max_size=15), st.integers(0, 999))
@settings(max_examples=10, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))
async def test_what_was_recorded_since_changes_nothing_else(db: Engine, steps: list[tuple[str, int]], more: list[tuple[str, int]], seed: int) -> None:
    """Every row that nobody has touched since the merge is after its undoing as it was before it, and nothing is torn from what it belongs to."""
    await empty()
    with clock.stopped_at(NOW):
        world = await build()
        pair = (world.kai, await second_record(world))
        await live_through(world, pair, [("arrive", 1), *steps, ("flagged", 0), ("listed", 0), ("listed", 1)], seed=seed)
        before = await database()
        moved = await done_or_told_why(merge(world, *pair))
        if moved is None:
            return
        merged = await database()
        await live_through(world, pair, more, seed=seed + 1, hours=0)
        since = await database()
        if await done_or_told_why(undo(world, moved)) is None:
            assert await database() == since
        else:
            await check_put_back(before, merged, since)


async def done_or_told_why(work: Awaitable[RecordMerge | None]) -> Any:
    """What came of it, or None where it was refused in words of ours: not in the database's, which name nothing."""
    try:
        found = await work
    except Conflict as refusal:
        event(str(refusal)[:60])
        told: str = str(refusal)
    else:
        event("done")
        return found or True
    assert told != CONFLICT
    return None


async def check_put_back(before: Any, merged: Any, since: Any) -> None:
    after = await database()
    for table, rows in before.items():
        for key, row in rows.items():
            untouched = merged[table].get(key) == since[table].get(key)
            if untouched and after[table].get(key) != row:
                assert table in ("flag", "flag_change"), (table, row, after[table].get(key))
                flag = row if table == "flag" else since["flag"][str(row["flag"])]
                again = (flag["indicator"], flag["young_person"])
                assert any(
                    one["id"] > max(map(int, merged["flag"])) and (one["indicator"], one["young_person"]) == again for one in since["flag"].values()
                )
    for torn in TORN:
        assert await DB.fetch(torn) == [], torn
    for source in sources():
        strayed = f"SELECT m.id FROM chronology_mark m WHERE m.source = $1 AND m.young_person NOT IN ({source.owner})"
        assert await DB.fetch(strayed, source.id) == [], source.id


# Rows that name another young person than what they belong to.
TORN = (
    "SELECT t.id FROM action t JOIN review_case o ON o.id = t.review_case WHERE t.young_person <> o.young_person",
    "SELECT t.id FROM assessment t JOIN placement o ON o.id = t.placement WHERE t.young_person <> o.young_person",
    "SELECT t.id FROM time_out t JOIN placement o ON o.id = t.placement WHERE t.young_person <> o.young_person",
    "SELECT t.id FROM care_correction t JOIN care_period o ON o.id = t.care_period WHERE t.young_person <> o.young_person",
    "SELECT t.id FROM referral t JOIN assessment o ON o.id = t.assessment WHERE t.young_person <> o.young_person",
    "SELECT c.id FROM review_case c JOIN review_case_flag t ON t.review_case = c.id JOIN flag f ON f.id = t.flag "
    "WHERE f.young_person <> c.young_person",
    *(
        f"SELECT t.id FROM {table} t JOIN {owner} o ON t.subject_kind = '{owner}' AND o.id = t.subject WHERE t.young_person <> o.young_person"
        for table in ("clock", "duty")
        for owner in ("placement", "referral", "review_case")
    ),
)


async def there_and_back(world: World, pair: tuple[YoungPerson, YoungPerson], which: Which) -> None:
    kept, other = pair
    moved = await merge(world, kept, other, which=which)
    for row in await DB.fetch("SELECT DISTINCT change, table_name FROM record_merge_row WHERE change <> 'changed'"):
        event(f"{row['change']}: {row['table_name']}")
    assert set((await named(other.id)).values()) == {0}
    assert (await now(world, other)).id == kept.id
    await chronology(world.amina, await now(world, kept), Wanted())
    await undo(world, moved)
