"""Facts as they come from the database: clocks, disclosures, registrations, and what is restricted."""

import datetime as dt

import pytest

from tests.reviews.estate import incident, limited, noon, referral_event, referred, settled_child, step
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.models.dataset import load_facts
from yosafe.models.indicators import evaluate

ARRIVED, MONDAY = dt.date(2003, 1, 6), dt.date(2003, 3, 10)


def later(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


@pytest.fixture
async def sam(staff):
    with clock.stopped_at(dt.datetime(2003, 6, 1, 9, tzinfo=dt.UTC)):
        yield await settled_child("Sam", arrived=ARRIVED, until=later(40))


async def holds(who: int, day: int) -> set[str]:
    return set(evaluate((await load_facts(later(day)))[who], later(day)))


async def test_a_disclosure_is_open_until_a_decision_that_names_it(sam):
    told = await incident("disclosure", MONDAY, (sam, "concerned"))
    other = await incident("assault", MONDAY, (sam, "present"))
    await referred(sam, later(1), other)
    await referred(sam, later(5), told, considered=True)
    assert [("disclosure-open" in await holds(sam, day)) for day in (0, 1, 2, 4, 5)] == [False, False, True, True, False]


async def test_a_registration_stands_from_the_conference_until_it_is_taken_off(sam):
    referral = await referred(sam, MONDAY)
    await referral_event(referral, "initial_conference", later(3), "registered")
    await referral_event(referral, "review_conference", later(10), "continued")
    await referral_event(referral, "review_conference", later(20), "deregistered", recorded=later(22))
    assert [("on-register" in await holds(sam, day)) for day in (2, 3, 10, 21, 22)] == [False, True, True, True, False]


async def test_a_clock_counts_from_the_day_after_it_was_due_until_it_is_met(sam):
    referral = await referred(sam, MONDAY)
    number = await limited(sam, "initial-assessment", ("referral", referral), started=MONDAY, due=later(9))
    await DB.execute("UPDATE clock SET met_at = $2, met_recorded_at = $3 WHERE id = $1", number, noon(later(12)), noon(later(14)))
    assert [("referral-late" in await holds(sam, day)) for day in (9, 10, 13, 14)] == [False, True, True, False]


async def test_a_clock_of_a_restricted_incident_tells_nothing(sam):
    for restricted in (True, False):
        made = await incident("complaint", MONDAY, (sam, "complainant"), restricted=restricted)
        await limited(sam, "complaint-answered", ("incident", made), started=MONDAY, due=later(9))
        assert ("complaint-unanswered" in await holds(sam, 10)) is not restricted


async def test_a_clock_of_a_referral_that_rests_on_a_restricted_incident_tells_nothing(sam):
    for restricted in (True, False):
        made = await incident("staff_allegation" if restricted else "assault", MONDAY, (sam, "concerned"), restricted=restricted)
        referral = await referred(sam, MONDAY, made)
        await limited(sam, "initial-assessment", ("referral", referral), started=MONDAY, due=later(9))
        assert ("referral-late" in await holds(sam, 10)) is not restricted


async def test_an_allegation_against_staff_is_open_until_it_is_concluded_and_again_when_reopened(sam):
    made = await incident("staff_allegation", MONDAY, (sam, "concerned"), restricted=True)
    await step(made, "concluded", noon(later(31)))
    await step(made, "closed", noon(later(33)))
    await step(made, "reopened", noon(later(35)))
    assert [("staff-allegation-open" in await holds(sam, day)) for day in (28, 29, 30, 31, 34, 35)] == [False, True, True, False, False, True]
