"""Only those of whom something has changed are worked out again, and nobody can tell: flags stand as if everyone had been."""

import datetime as dt
import random

import pytest

from tests.reviews.estate import (
    FELTHAM,
    LEEDS,
    WETHERBY,
    assessed,
    care,
    child,
    contact,
    incident,
    limited,
    noon,
    referral_event,
    referred,
    released,
    settled_child,
    step,
)
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.models.dataset import load_facts
from yosafe.models.indicators import evaluate
from yosafe.reviews import basis
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.risk_model.thresholds import chosen_at

SYSTEM = Operator("system")
ARRIVED, MONDAY = dt.date(2003, 1, 6), dt.date(2003, 3, 10)


def later(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


@pytest.fixture(autouse=True)
def in_june():
    with clock.stopped_at(dt.datetime(2003, 6, 1, 9, tzinfo=dt.UTC)):
        yield


async def due(day: dt.date) -> list[int]:
    return (await basis.due(day, await chosen_at(day), await basis.newest())).young_people


async def as_worked_out_for_everyone(day: dt.date) -> list[tuple[object, ...]]:
    known = await load_facts(day)
    return sorted(
        (who, indicator, flag.level.value, flag.sentence, [b.reference for b in flag.because], list(flag.missing))
        for who, facts in known.items()
        for indicator, flag in evaluate(facts, day).items()
    )


async def standing() -> list[tuple[object, ...]]:
    rows = await DB.fetch("SELECT young_person, indicator, level, sentence, because, missing FROM flag WHERE cleared_on IS NULL")
    return sorted((r["young_person"], r["indicator"], r["level"], r["sentence"], [b["reference"] for b in r["because"]], r["missing"]) for r in rows)


async def two(**more: object) -> tuple[int, int]:
    """Sam, and Kit to whom nothing happens."""
    return await settled_child("Sam", arrived=ARRIVED, until=later(60), **more), await settled_child("Kit", arrived=ARRIVED, until=later(60))


async def an_incident(who: int, kind: str = "assault", role: str = "harmed", **more: object) -> int:
    return await incident(kind, later(-20), (who, role), **more)  # type: ignore[arg-type]  # passed through


async def set_one(who: int, column: str, value: object) -> None:
    await DB.execute(f"UPDATE young_person SET {column} = $2 WHERE id = $1", who, value)


async def moved(who: int) -> None:
    await DB.execute("UPDATE placement SET unit = 'B', unit_recorded_at = $2 WHERE young_person = $1", who, noon(MONDAY))


async def named(who: int) -> None:
    await DB.execute(
        "INSERT INTO named_worker (young_person, role, name, since, recorded_at, recorded_by, version) "
        "VALUES ($1, 'social_worker', 'Ada Moss', $2, $3, 1, 1)",
        *(who, MONDAY, noon(MONDAY)),
    )


async def care_found_out(who: int) -> None:
    await DB.execute("UPDATE care_period SET status = 'not_known' WHERE young_person = $1", who)


async def corrected(number: int) -> None:
    await DB.execute("UPDATE incident SET severity = 'serious' WHERE id = $1", number)


async def asked_about(who: int) -> None:
    await DB.execute(
        "INSERT INTO register_check (young_person, agency, asker, asked_by, area, register, reason, asked_on, recorded_at, recorded_by, version) "
        "VALUES ($1, 1, 'yot', 'Amina', $2, 'register', 'arrival', $3, $4, 1, 1)",
        *(who, LEEDS, MONDAY, noon(MONDAY)),
    )


# What is there before, and what changes then: each thing that a fact rests on.
CHANGES = {
    "a contact": (None, lambda who, _: contact(who, MONDAY)),
    "an incident": (None, lambda who, _: incident("bullying", MONDAY, (who, "harmed"))),
    "an incident of long ago that stays open": (
        None,
        lambda who, _: incident("disclosure", dt.date(2001, 3, 1), (who, "concerned"), recorded=MONDAY),
    ),
    "a severity": (an_incident, lambda _, number: corrected(number)),
    "a duplicate": (an_incident, lambda _, number: step(number, "duplicate", noon(MONDAY))),
    "an allegation concluded": (
        lambda who: an_incident(who, "staff_allegation", "concerned", restricted=True),
        lambda _, number: step(number, "concluded", noon(MONDAY)),
    ),
    "a care status": (None, lambda who, _: care_found_out(who)),
    "a social worker": (None, lambda who, _: named(who)),
    "an assessment": (None, lambda who, _: assessed(who, MONDAY, "asset-2000")),
    "a unit": (None, lambda who, _: moved(who)),
    "a release": (None, lambda who, _: set_one(who, "release_on", later(20))),
    "an answer about disability": (None, lambda who, _: set_one(who, "disability", "physical")),
    "a referral": (None, lambda who, _: referred(who, MONDAY)),
    "what came of a referral": (
        lambda who: referred(who, later(-20)),
        lambda _, number: referral_event(number, "initial_conference", MONDAY, "registered"),
    ),
    "a check of the register": (None, lambda who, _: asked_about(who)),
    "a time limit": (None, lambda who, _: limited(who, "complaint-answered", ("young_person", who), started=MONDAY, due=later(9))),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_whoever_is_known_differently_is_worked_out_again_and_nobody_else(staff, what):
    before, change = CHANGES[what]
    sam, kit = await two()
    number = await before(sam) if before else 0
    for on in (later(-2), later(-1), MONDAY):
        await refresh_flags(by=SYSTEM, as_of=on)
    assert await due(MONDAY) == []
    await change(sam, number)
    assert await due(MONDAY) == [sam]
    done = await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert (done.young_people, done.worked_out) == (2, 1)
    assert await standing() == await as_worked_out_for_everyone(MONDAY)
    assert kit not in await due(MONDAY)


async def test_where_the_other_of_a_pair_lives_is_known_of_both(staff):
    sam, kit = await two()
    pair = await DB.fetchval(
        "INSERT INTO keep_apart (group_number, first, second, reason_code, reason, restriction, review_on, started_at, agency, recorded_by, version) "
        "VALUES (1, $1, $2, 'fight', 'Words.', 'unit', $3, $4, 1, 1, 1) RETURNING id",
        *(sam, kit, later(60), noon(later(-9))),
    )
    await DB.execute(
        "INSERT INTO keep_apart_step (keep_apart, kind, restriction, review_on, note, at, recorded_by) "
        "VALUES ($1, 'started', 'unit', $2, 'Words.', $3, 1)",
        *(pair, later(60), noon(later(-9))),
    )
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    await moved(kit)
    assert await due(MONDAY) == [sam, kit]


async def test_days_alone_bring_back_whose_answer_held_until_then(staff):
    sam, _ = await two()
    await incident("bullying", MONDAY, (sam, "harmed"))
    for day in range(28):
        done = await refresh_flags(by=SYSTEM, as_of=later(day))
        assert (done.opened, done.cleared) == ((1, 0) if day == 0 else (0, 0))
    assert sam in await due(later(28))
    assert (await refresh_flags(by=SYSTEM, as_of=later(28))).cleared == 1


async def test_another_threshold_or_another_release_of_yosafe_is_for_everyone(staff, monkeypatch):
    pair = [*await two()]
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    await DB.execute(
        "INSERT INTO indicator_setting (indicator, setting, was, value, reason, at, recorded_by) VALUES ('moves', 'count', 3, 2, 'Words.', $1, 1)",
        noon(MONDAY),
    )
    assert await due(MONDAY) == pair
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    assert await due(MONDAY) == []
    monkeypatch.setattr(basis, "rules_fingerprint", lambda: "of the next release")
    assert await due(MONDAY) == pair


async def test_who_leaves_is_forgotten_and_who_comes_is_new(staff):
    sam, kit = await two()
    await refresh_flags(by=SYSTEM, as_of=MONDAY)
    await released(sam, later(1))
    max_ = await child("Max", arrived=later(1))
    assert await due(later(1)) == [sam, max_]
    await refresh_flags(by=SYSTEM, as_of=later(1))
    assert [row["young_person"] for row in await DB.fetch("SELECT young_person FROM flag_basis ORDER BY 1")] == [kit, max_]


@pytest.mark.parametrize("seed", range(4))
async def test_day_after_day_flags_stand_as_if_everyone_had_been_worked_out(staff, seed):
    """Seven weeks of whatever comes, some of it written down late or to come later."""
    chance = random.Random(seed)
    who = [
        await child(f"N{n}", arrived=later(-chance.randrange(200)), at=chance.choice((FELTHAM, WETHERBY)), miles=chance.choice((20, 80, None)))
        for n in range(8)
    ]
    anew = 0
    for day in range(50):
        for _ in range(chance.randrange(3)):
            one, on = chance.choice(who), later(day - chance.choice((0, 0, 0, 1, 5, 30)))
            match chance.randrange(8):
                case 0 | 1:
                    kind = chance.choice(("assault", "bullying", "self_harm", "disclosure"))
                    await incident(kind, on, (one, chance.choice(("harmed", "hurt_self", "concerned"))), recorded=later(day))
                case 2:
                    await contact(one, on, chance.choice(("visit", "telephone")), chance.choice(("yot", "social_worker")), recorded=later(day))
                case 3:
                    await assessed(one, later(day), chance.choice(("asset-2000", "vulnerability-screen")))
                case 4:
                    await set_one(one, "release_on", later(day + chance.randrange(60)))
                case 5:
                    await referral_event(await referred(one, on), "initial_conference", later(day), "registered")
                case 6:
                    await limited(one, "complaint-answered", ("young_person", one), started=later(day), due=later(day + chance.randrange(9)))
                case 7 if not await DB.fetchval("SELECT EXISTS (SELECT FROM care_period WHERE young_person = $1)", one):
                    await care(one, *chance.choice((("looked_after", later(day), LEEDS), ("never", later(day)), ("not_known", later(day)))))
        done = await refresh_flags(by=SYSTEM, as_of=later(day))
        anew += done.worked_out
        assert await standing() == await as_worked_out_for_everyone(later(day)), f"day {day}"
    assert anew < 50 * 8 * 0.7
