import datetime as dt

import pytest
from holidays.countries.united_kingdom import UnitedKingdom
from hypothesis import given, settings
from hypothesis import strategies as st

from yosafe.errors import Invalid
from yosafe.reference.working_days import (
    ANNOUNCED_TO,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_DAYS,
    add_working_days,
    is_working_day,
    why_not,
    working_days_between,
)

DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(ANNOUNCED_TO, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("1978-05-01", "May Day"),  # the first
        ("1981-07-29", "Wedding"),
        ("1995-05-08", "May Day"),  # moved for the 50th anniversary of VE Day
        ("1999-12-31", "Millennium"),
        ("2000-01-03", "New Year"),
        ("2002-06-03", "Golden Jubilee"),
        ("2002-06-04", "Spring Bank Holiday"),
        ("2011-04-29", "Wedding"),
        ("2012-06-04", "Spring Bank Holiday"),
        ("2012-06-05", "Diamond Jubilee"),
        ("2020-05-08", "May Day"),  # moved for the 75th anniversary of VE Day
        ("2022-06-02", "Spring Bank Holiday"),
        ("2022-06-03", "Platinum Jubilee"),
        ("2022-09-19", "State Funeral"),
        ("2023-05-08", "Coronation"),
        ("2026-12-28", "Boxing Day"),
        ("2010-12-28", "Boxing Day"),  # Christmas on a Saturday moves both
        ("2010-12-27", "Christmas Day"),
        ("2002-01-05", "Saturday"),
        ("2002-01-06", "Sunday"),
    ],
)
def test_days_that_do_not_count(day, why):
    assert why in (why_not(dt.date.fromisoformat(day)) or "")


@pytest.mark.parametrize(
    "day",
    [
        "1995-05-01",  # May Day was a week later
        "2002-05-27",  # the spring bank holiday was in June
        "2012-05-28",
        "2020-05-04",
        "2022-05-30",
        "2002-03-18",  # St Patrick's Day is Northern Ireland's
        "2002-01-02",  # Scotland's
        "2002-08-05",  # Scotland's
        "2026-06-15",  # Scotland's
        "2026-11-30",  # Scotland's
    ],
)
def test_days_that_count(day):
    assert is_working_day(dt.date.fromisoformat(day))


@pytest.mark.parametrize("year", range(FIRST_YEAR, ANNOUNCED_TO + 1))
def test_each_year_has_eight_bank_holidays_and_the_proclaimed_ones(year):
    extra = {1981: 1, 1999: 1, 2002: 1, 2011: 1, 2012: 1, 2022: 2, 2023: 1}
    days = (dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365))
    assert sum(d.weekday() < 5 and not is_working_day(d) for d in days) == 8 + extra.get(year, 0)


@given(day=DAYS, n=st.integers(0, 60))
@settings(deadline=None)
def test_adding_lands_on_a_working_day_and_accounts_for_every_day(day, n):
    count = add_working_days(day, n)
    assert n == 0 or is_working_day(count.due)
    assert all(not is_working_day(s.day) for s in count.skipped)
    assert (count.due - day).days == n + len(count.skipped)
    assert working_days_between(day, count.due) == n


@given(day=DAYS, n=st.integers(0, 60), more=st.integers(0, 60))
@settings(deadline=None)
def test_adding_in_two_steps_is_adding_at_once(day, n, more):
    assert add_working_days(add_working_days(day, n).due, more).due == add_working_days(day, n + more).due


@given(start=DAYS, end=DAYS)
@settings(deadline=None, max_examples=50)
def test_between_is_what_counting_gives(start, end):
    first, last = min(start, end), min(max(start, end), min(start, end) + dt.timedelta(days=800))
    counted = sum(is_working_day(first + dt.timedelta(days=n)) for n in range(1, (last - first).days + 1))
    assert working_days_between(first, last) == counted
    assert working_days_between(last, first) == -counted


@pytest.mark.parametrize("day", [dt.date(FIRST_YEAR - 1, 12, 31), dt.date(LAST_YEAR + 1, 1, 1), dt.date.min, dt.date.max])
def test_outside_the_known_years_is_an_error(day):
    for ask in (
        is_working_day,
        lambda d: add_working_days(d, 1),
        lambda d: add_working_days(d, 0),
        lambda d: working_days_between(dt.date(2002, 1, 1), d),
    ):
        with pytest.raises(Invalid, match=f"{FIRST_YEAR} to {LAST_YEAR}"):
            ask(day)


def test_the_last_year_is_the_librarys_own():
    assert UnitedKingdom.end_year == LAST_YEAR


def test_counting_past_the_last_year_is_an_error():
    with pytest.raises(Invalid):
        add_working_days(dt.date(LAST_YEAR, 12, 31), 1)


@pytest.mark.parametrize("n", [-1, MOST_DAYS + 1])
def test_a_number_of_days_has_bounds(n):
    with pytest.raises(Invalid):
        add_working_days(dt.date(2002, 1, 1), n)
