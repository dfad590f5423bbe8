"""All time limits at once are what one after another gives: when each is due, and who hears that it is nearly up or has passed."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import empty
from tests.reviews.estate import FELTHAM, HOUNSLOW, LEEDS, LIVERPOOL, WETHERBY, child, employ, noon
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.people.notices import tell_of_clocks
from yosafe.people.time_limits.refreshing import refresh_due_days
from yosafe.reference import rule_sets
from yosafe.reference.working_days import add_working_days

SYSTEM = Operator("system")
TODAY = dt.date(2026, 10, 5)
NIGHT = dt.datetime(2026, 10, 5, 2, tzinfo=dt.UTC)
KINDS = [(one.id, rules) for rules in rule_sets.RULE_SETS for one in rule_sets.rule_set(rules).clocks]
OWNERS = [
    ("yoi", None, FELTHAM),
    ("yoi", None, WETHERBY),
    *((kind, area, None) for kind in ("yot", "social_services") for area in (LEEDS, LIVERPOOL)),
]
OWNERS.append(("acpc", HOUNSLOW, None))
SOME = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))

LIMITS = st.builds(
    SimpleNamespace,
    kind=st.sampled_from(KINDS),
    started=st.integers(-60, 0),
    off=st.integers(-2, 2),  # days by which it is due wrongly
    ends=st.sampled_from([None, None, None, "met_at", "stopped_at"]),
    paused=st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=2),  # ended: days after the start, and how long
    held=st.sampled_from([None, None, "paused", "voided"]),
    owner=st.sampled_from(OWNERS),
    due=st.integers(-9, 5),  # from today
    told=st.booleans(),
)


def started(limit: Any) -> dt.date:
    return TODAY + dt.timedelta(days=limit.started)


def right(limit: Any, *, pauses: bool = True) -> dt.date:
    found, since = [], started(limit)
    for after, lasted in limit.paused if pauses else ():
        since += dt.timedelta(days=after)
        found.append(rule_sets.Pause(since=since, until=since + dt.timedelta(days=lasted)))
        since += dt.timedelta(days=lasted)
    return rule_sets.due(limit.kind[0], started(limit), limit.kind[1], found).due


async def run(limit: Any, who: int, place: int, due_on: dt.date) -> int:
    number = await DB.fetchval(
        "INSERT INTO clock (young_person, clock, rules, subject_kind, subject, owner_kind, owner_area, owner_establishment, started_at, due_on, "
        "recorded_at, held) VALUES ($1, $2, $3, 'placement', $4, $5, $6, $7, $8, $9, $8, $10) RETURNING id",
        *(who, *limit.kind, place + 1, *limit.owner, noon(started(limit)), due_on, limit.held),
    )
    if limit.ends:
        await DB.execute(f"UPDATE clock SET {limit.ends} = $2 WHERE id = $1", number, NIGHT)
    return int(number)


async def pause(limit: Any, number: int) -> None:
    since = started(limit)
    for after, lasted in limit.paused:
        since += dt.timedelta(days=after)
        await DB.execute(
            "INSERT INTO clock_hold (clock, kind, reason, agreed_with, from_on, due_before, until_on, ended_reason, recorded_at, recorded_by, "
            "ended_at, ended_by) VALUES ($1, 'paused', 'Words.', 'Someone', $2, $2, $3, 'Words.', $4, 1, $4, 1)",
            *(number, since, since + dt.timedelta(days=lasted), NIGHT),
        )
        since += dt.timedelta(days=lasted)


@given(st.lists(LIMITS, min_size=1, max_size=12))
@SOME
async def test_each_is_due_when_it_is_alone(db: Any, limits: list[Any]) -> None:
    await empty()
    await employ()
    who = await child("Kai", arrived=TODAY - dt.timedelta(days=90))
    expected = {}
    for place, limit in enumerate(limits):
        before = right(limit) + dt.timedelta(days=limit.off)
        number = await run(limit, who, place, before)
        await pause(limit, number)
        expected[number] = before if limit.ends else right(limit)
    wrong = sum(bool(limit.off) and not limit.ends for limit in limits)
    assert await refresh_due_days(by=SYSTEM) == wrong
    assert {row["id"]: row["due_on"] for row in await DB.fetch("SELECT id, due_on FROM clock")} == expected
    assert await refresh_due_days(by=SYSTEM) == 0


async def hearers(limit: Any, *, late: bool) -> set[int]:
    """Everyone asked one by one: whether a notice of this is for them."""
    kind, area, place = limit.owner
    found = set()
    users = await DB.fetch("SELECT u.id, u.role, u.disabled_at, g.kind, g.area, g.establishment FROM user_account u JOIN agency g ON g.id = u.agency")
    for user in users:
        caseworker = user["role"] in ("yot_worker", "yoi_lead", "social_worker", "acpc_member")
        keeps = user["establishment"] == place if kind == "yoi" else (user["area"] == area and user["kind"] == kind)
        leads = user["role"] == "yoi_lead" and kind == "yoi" and user["establishment"] == place
        sits = user["role"] == "acpc_member" and area is not None and user["area"] == area
        if user["disabled_at"] is None and ((caseworker and keeps) or (late and (leads or sits))):
            found.add(user["id"])
    return found


@given(st.lists(LIMITS, min_size=1, max_size=12))
@SOME
async def test_who_hears_is_who_would_hear_of_each_alone(db: Any, limits: list[Any]) -> None:
    await empty()
    users = await employ()
    await DB.execute("UPDATE user_account SET disabled_at = now() WHERE id = $1", users["Ben"].id)
    who = await child("Kai", arrived=TODAY - dt.timedelta(days=90))
    expected = set()
    for place, limit in enumerate(limits):
        due_on = TODAY + dt.timedelta(days=limit.due)
        number = await run(limit, who, place, due_on)
        soon = TODAY <= due_on <= add_working_days(TODAY, 2).due
        late = TODAY - dt.timedelta(days=7) <= due_on < TODAY
        event = "clock-overdue" if late else "clock-due-soon"
        runs = limit.ends is None and limit.held is None and (soon or late)
        hear = await hearers(limit, late=late) if runs else set()
        before = {min(hear)} if limit.told and hear else set()
        for one in before:
            await DB.execute(
                "INSERT INTO notice (event, subject_kind, subject, urgent, at, user_account) VALUES ($1, 'clock', $2, false, $3, $4)",
                *(event, number, NIGHT - dt.timedelta(days=3), one),
            )
        expected |= {(event, number, one) for one in hear}
    already = await DB.fetchval("SELECT count(*) FROM notice")
    with clock.stopped_at(NIGHT):
        async with write_transaction():
            assert await tell_of_clocks(by=SYSTEM) == len(expected) - already
        rows = await DB.fetch("SELECT event, subject, user_account FROM notice")
        assert sorted(tuple(row) for row in rows) == sorted(expected)
        async with write_transaction():
            assert await tell_of_clocks(by=SYSTEM) == 0
