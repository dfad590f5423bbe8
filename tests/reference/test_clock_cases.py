"""Time limits beside a calculation that shares nothing with them: numpy's business days and pandas' months over bank holidays written by hand."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yosafe.reference.rule_sets import RULE_SETS, Unit, due, rule_set, rules_for
from yosafe.reference.working_days import ANNOUNCED_TO, is_working_day

HERE = Path(__file__).parent
CASES = list(csv.DictReader((HERE / "clock_cases.csv").read_text().splitlines()))
HOLIDAYS = [
    dt.date.fromisoformat(f"{year}-{day}")
    for line in (HERE / "bank_holidays.txt").read_text().splitlines()
    if not line.startswith("#")
    for year, _, days in [line.partition(": ")]
    for day in days.split()
]
FIRST, LAST = dt.date(1999, 1, 1), dt.date(2030, 12, 31)
LIMITS = [(rules, clock) for rules in RULE_SETS for clock in rule_set(rules).clocks]


def by_other_means(started: dt.date, length: int, unit: Unit) -> dt.date:
    if unit is Unit.MONTHS:
        return (pd.Timestamp(started) + pd.DateOffset(months=length)).date()
    if unit is Unit.DAYS:
        return started + dt.timedelta(days=length)
    return np.busday_offset(np.datetime64(started), length, roll="backward", holidays=np.array(HOLIDAYS, dtype="datetime64[D]")).astype(object)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['clock']} {case['started']}")
def test_a_case(case):
    started = dt.date.fromisoformat(case["started"])
    found = due(case["clock"], started, case["rules"])
    assert found.due.isoformat() == case["due"], case["why"]
    assert by_other_means(started, found.clock.length, found.clock.unit).isoformat() == case["due"]


def test_the_cases_reach_every_limit_and_every_kind_of_day():
    assert len({(case["started"], case["clock"], case["rules"]) for case in CASES}) == len(CASES) >= 150
    assert {(case["rules"], case["clock"]) for case in CASES} == {(rules, clock.id) for rules, clock in LIMITS}
    assert {case["due"][:4] for case in CASES} >= {"1999", "2000", "2001", "2030"}
    usual = [case for case in CASES if rules_for(dt.date.fromisoformat(case["started"])).id == case["rules"]]
    assert 0 < len(CASES) - len(usual) < len(usual)


def test_every_day_off_is_one_written_down_and_the_other_way_about():
    days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [d for d in days if d.weekday() < 5 and not is_working_day(d)] == HOLIDAYS


@pytest.mark.parametrize(("rules", "clock"), LIMITS, ids=lambda value: getattr(value, "id", value))
def test_a_later_start_is_never_due_earlier_and_no_working_day_limit_ends_on_a_day_off(rules, clock):
    days = [FIRST + dt.timedelta(days=n) for n in range((dt.date(ANNOUNCED_TO, 12, 31) - FIRST).days)]
    ends = [due(clock.id, day, rules).due for day in days]
    assert ends == sorted(ends)
    if clock.unit is Unit.WORKING_DAYS:
        assert all(map(is_working_day, ends))


@given(started=st.dates(FIRST, dt.date(2029, 12, 31)), limit=st.sampled_from(LIMITS))
@settings(deadline=None, max_examples=300)
def test_any_day_and_limit(started, limit):
    rules, clock = limit
    assert due(clock.id, started, rules).due == by_other_means(started, clock.length, clock.unit)
