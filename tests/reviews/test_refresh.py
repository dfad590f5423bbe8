"""Flags from the database, day after day."""

import datetime as dt

import msgspec
import pytest

from tests.reviews.estate import assessed, audited, child, contact, incident, noon, released, settled_child, step
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.models import dataset
from yosafe.models.dataset import load_facts
from yosafe.reviews.access import get_flag_for
from yosafe.reviews.actions import answer_flag, close_flags, refresh_flags
from yosafe.reviews.rules import Outcome

SYSTEM = Operator("system")
ARRIVED, MONDAY = dt.date(2003, 1, 6), dt.date(2003, 3, 10)


def later(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


@pytest.fixture(autouse=True)
def in_june():
    with clock.stopped_at(dt.datetime(2003, 6, 1, 9, tzinfo=dt.UTC)):
        yield


async def flags(who: int) -> list[tuple[str, str, bool]]:
    rows = await DB.fetch("SELECT indicator, level, cleared_on IS NULL AS stands FROM flag WHERE young_person = $1 ORDER BY id", who)
    return [(row["indicator"], row["level"], row["stands"]) for row in rows]


async def history(who: int) -> list[tuple[str, str, dt.date]]:
    rows = await DB.fetch(
        "SELECT c.change, c.level, c.as_of FROM flag_change c JOIN flag f ON f.id = c.flag WHERE f.young_person = $1 ORDER BY c.id", who
    )
    return [tuple(row) for row in rows]


async def everything() -> list[list[dict[str, object]]]:
    return [[dict(row) for row in await DB.fetch(f"SELECT * FROM {table} ORDER BY id")] for table in ("flag", "flag_change", "flag_outcome")]


async def test_a_flag_is_opened_raised_lowered_and_cleared(staff):
    who = await settled_child("Sam", arrived=ARRIVED, until=later(80))
    await incident("bullying", MONDAY, (who, "harmed"))
    await incident("assault", later(5), (who, "harmed"), severity="serious")
    assert (await refresh_flags(by=SYSTEM, as_of=later(-1))).opened == 0
    for day in (0, 5, 33, 40):
        await refresh_flags(by=SYSTEM, as_of=later(day))
    assert await flags(who) == [("harmed-by-others", "high", False)]
    assert await history(who) == [("opened", "raised", MONDAY), ("raised", "high", later(5)), ("cleared", "high", later(33))]
    assert await audited("flag:refreshed") == 5


async def test_the_same_day_again_changes_nothing(staff):
    who = await child("Sam", arrived=ARRIVED, miles=80)
    await incident("self_harm", MONDAY, (who, "hurt_self"))
    first = await refresh_flags(by=SYSTEM, as_of=later(1))
    before = await everything()
    second = await refresh_flags(by=SYSTEM, as_of=later(1))
    assert await everything() == before
    assert first.opened == second.kept > 3
    assert (second.opened, second.cleared, second.raised, second.lowered) == (0, 0, 0, 0)


async def test_flags_do_not_go_back_in_time_or_ahead_of_it(staff):
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    for day in (later(-1), dt.date(2003, 6, 2)):
        with pytest.raises(Conflict):
            await refresh_flags(by=SYSTEM, as_of=day)


async def test_a_flag_keeps_its_reasons_its_gaps_and_its_settings(staff):
    who = await child("Sam", arrived=ARRIVED, miles=80)
    number = await incident("assault", MONDAY, (who, "harmed"), (who, "took_part"))
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    row = await DB.fetchrow("SELECT * FROM flag WHERE indicator = 'harmed-by-others'")
    assert row["because"] == [{"text": "Assault, low: was harmed and took part", "date": "2003-03-10", "reference": f"IN-{number:06d}"}]
    assert row["settings"] == {"version": 1, "days": 28, "high_days": 90, "high_count": 2}
    contactless = await DB.fetchrow("SELECT * FROM flag WHERE indicator = 'no-yot-contact'")
    assert contactless["missing"] == ["Any contact by the {yot_short} since they came into custody"]


async def test_leaving_custody_clears_every_flag(staff):
    who = await child("Sam", arrived=ARRIVED, miles=80)
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert len(await flags(who)) > 2
    await released(who, later(3))
    done = await refresh_flags(by=SYSTEM, as_of=later(3))
    assert done.young_people == 0
    assert not any(stands for *_, stands in await flags(who))


@pytest.mark.parametrize("part", [1, 2, 4000])
async def test_some_at_a_time_are_all_of_them(staff, monkeypatch, part):
    """Whoever left custody is between two parts, or after the last."""
    monkeypatch.setattr(dataset, "PART", part)
    kept, gone, also_kept, last = [await child(name, arrived=ARRIVED, miles=80) for name in ("Sam", "Kit", "Lee", "Max")]
    first = await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert (first.young_people, first.opened) == (4, 4 * len(await flags(kept)))
    for who in (gone, last):
        await released(who, later(3))
    second = await refresh_flags(by=SYSTEM, as_of=later(3))
    assert (second.young_people, second.kept, second.cleared, second.opened) == (2, first.opened // 2, first.opened // 2, 0)
    assert [any(stands for *_, stands in await flags(who)) for who in (kept, gone, also_kept, last)] == [True, False, True, False]


@pytest.mark.parametrize("what", ["written down later", "restricted", "found a duplicate", "someone else's"])
async def test_what_does_not_count(staff, what):
    who = await settled_child("Sam", arrived=ARRIVED, until=later(0))
    other = await settled_child("Kit", arrived=ARRIVED, until=later(0))
    number = await incident(
        "self_harm", MONDAY, (other if what == "someone else's" else who, "hurt_self"),
        recorded=later(2) if what == "written down later" else MONDAY, restricted=what == "restricted",
    )  # fmt: skip
    if what == "found a duplicate":
        await step(number, "duplicate", noon(MONDAY) + dt.timedelta(hours=1))
    await refresh_flags(by=SYSTEM, as_of=later(1))
    assert await flags(who) == []


async def test_facts_of_an_earlier_day_are_as_they_were_known(staff):
    who = await settled_child("Sam", arrived=ARRIVED, until=later(30))
    number = await incident("assault", MONDAY, (who, "harmed"), severity="serious")
    await step(number, "duplicate", noon(later(5)))
    await step(number, "reopened", noon(later(9)))
    await DB.execute("UPDATE incident SET severity = 'low' WHERE id = $1", number)
    await DB.execute(
        "INSERT INTO incident_correction (incident, field, old_value, new_value, reason, at, recorded_by) "
        "VALUES ($1, 'severity', 'serious', 'low', 'Read the notes again', $2, 1)",
        *(number, noon(later(3))),
    )
    seen = {day: [i.severity for i in (await load_facts(later(day)))[who].incidents] for day in (-1, 0, 2, 3, 5, 8, 9)}
    assert seen == {-1: [], 0: ["serious"], 2: ["serious"], 3: ["low"], 5: [], 8: [], 9: ["low"]}


async def test_facts_of_everyone_take_no_more_queries_than_facts_of_one(staff, monkeypatch):
    asked = []

    class Counting:
        async def fetch(self, sql, *args):
            asked.append(sql)
            return await DB.fetch(sql, *args)

    monkeypatch.setattr(dataset, "DB", Counting())
    for name in ("A", "B", "C"):
        await child(name, arrived=ARRIVED)
    assert len(await load_facts(MONDAY)) == 3
    assert len(asked) <= 13
    assert set(await load_facts(MONDAY, [2])) == {2}


async def test_a_closed_flag_stays_quiet_until_something_new(staff):
    who = await settled_child("Sam", arrived=ARRIVED, until=later(60))
    await incident("bullying", MONDAY, (who, "harmed"))
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    flag = await DB.fetchval("SELECT id FROM flag")
    with clock.stopped_at(noon(later(1))):
        async with DB.transaction():
            await close_flags([flag], on=later(1))
    assert (await refresh_flags(by=SYSTEM, as_of=later(2))).opened == 0
    await incident("bullying", later(4), (who, "harmed"))
    assert (await refresh_flags(by=SYSTEM, as_of=later(4))).opened == 1
    assert await flags(who) == [("harmed-by-others", "raised", False), ("harmed-by-others", "high", True)]
    assert [change for change, *_ in await history(who)] == ["opened", "closed", "replaced", "opened"]


async def test_only_who_may_see_the_child_gets_the_flag_and_answers_it(staff):
    who = await child("Sam", arrived=ARRIVED, miles=80)
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    number = await DB.fetchval("SELECT id FROM flag WHERE indicator = 'far-from-home'")
    for outsider in ("Ben", "Ivy", "Grace", "Joan"):
        with pytest.raises(NotFound):
            await get_flag_for(staff[outsider], number)
    flag = await get_flag_for(staff["Amina"], number)
    await answer_flag(by=staff["Amina"], flag=flag, outcome=Outcome.AGREED, reason="His mother can't afford the fare.")
    async with DB.transaction():
        await close_flags([number], on=later(1))
    with pytest.raises(Conflict):
        await answer_flag(by=staff["Cleo"], flag=flag, outcome=Outcome.DISAGREED, reason="He is visited every week.")
    assert await DB.fetchval("SELECT count(*) FROM flag_outcome") == 1
    assert await DB.fetchval("SELECT young_person FROM audit_entry WHERE event = 'flag:answered'") == who


async def test_two_refreshes_at_once_open_each_flag_once(staff):
    import asyncio

    await child("Sam", arrived=ARRIVED, miles=80)
    done = await asyncio.gather(*(refresh_flags(by=SYSTEM, as_of=MONDAY) for _ in range(3)))
    assert sorted(one.opened > 0 for one in done) == [False, False, True]
    assert await DB.fetchval("SELECT count(*) = count(DISTINCT (young_person, indicator)) FROM flag")


async def test_who_may_refresh(staff):
    for name in ("Amina", "Dan", "Esi", "Joan", "Grace"):
        with pytest.raises(Refused):
            await refresh_flags(by=staff[name], as_of=MONDAY)
    assert (await refresh_flags(by=staff["Cleo"], as_of=MONDAY)).young_people == 0


async def test_what_the_trail_keeps_of_a_refresh(staff):
    await child("Sam", arrived=ARRIVED)
    done = await refresh_flags(by=staff["Cleo"], as_of=MONDAY)
    row = await DB.fetchrow("SELECT actor, detail FROM audit_entry WHERE event = 'flag:refreshed'")
    assert row["actor"] == staff["Cleo"].id
    assert msgspec.json.decode(row["detail"]) == msgspec.to_builtins(done)
    assert (await load_facts(MONDAY))[1].placement.establishment == "Feltham"


async def test_an_assessment_is_overdue_by_the_rules_of_welfare(staff):
    who = await child("Sam", arrived=ARRIVED)
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert await DB.fetchval("SELECT sentence FROM flag WHERE indicator = 'assessment-overdue'")
    await assessed(who, MONDAY, "asset-2000")
    await refresh_flags(by=SYSTEM, as_of=later(1))
    assert ("assessment-overdue", "raised", False) in await flags(who)


async def test_contacts_and_screens_are_read(staff):
    who = await child("Sam", arrived=ARRIVED)
    await contact(who, later(-3), "telephone", "social_worker")
    await assessed(who, ARRIVED)
    known = (await load_facts(MONDAY))[who]
    assert [(c.kind, c.with_whom) for c in known.contacts] == [("telephone", "social_worker")]
    assert [a.instrument for a in known.assessments] == ["vulnerability-screen"]
