"""Dates and times as people type them."""

import datetime as dt

import pytest

from yosafe.forms.dates import NotADate, date_in, date_of, time_in


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("27", "9", "2026"),
        ("27", "09", "2026"),
        (" 27 ", " September ", " 2026 "),
        ("27", "sep", "2026"),
        ("27", "Sept.", "2026"),
        ("27", "SEPTEMBER", "2026"),
    ],
)
def test_date_of(day, month, year):
    assert date_of(day, month, year) == dt.date(2026, 9, 27)


@pytest.mark.parametrize(
    ("day", "month", "year", "part", "remedy"),
    [
        ("", "9", "2026", "day", "must include a day"),
        ("27", "", "", "month", "must include a month and year"),
        ("27", "9", " ", "year", "must include a year"),
        ("27", "9", "26", "year", "must include a year with 4 numbers"),
        ("27", "9", "0026", "year", "must be a real date"),
        ("27", "9", "20266", "year", "must be a real date"),
        ("31", "2", "2026", "day", "must be a real date"),
        ("29", "2", "2025", "day", "must be a real date"),
        ("32", "1", "2025", "day", "must be a real date"),
        ("0", "1", "2025", "day", "must be a real date"),
        ("1", "13", "2025", "month", "must be a real date"),
        ("1", "ja", "2025", "month", "must be a real date"),
        ("1", "january first", "2025", "month", "must be a real date"),
        ("x", "1", "2025", "day", "must be a real date"),
        ("٢", "1", "2025", "day", "must be a real date"),
        ("1" * 5000, "1", "2025", "day", "must be a real date"),
    ],
)
def test_not_a_date(day, month, year, part, remedy):
    with pytest.raises(NotADate) as fault:
        date_of(day, month, year)
    assert (fault.value.part, fault.value.remedy) == (part, remedy)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("27/9/2026", dt.date(2026, 9, 27)),
        ("27.09.2026", dt.date(2026, 9, 27)),
        ("27-9-2026", dt.date(2026, 9, 27)),
        ("2026-09-27", dt.date(2026, 9, 27)),
        ("27 September 2026", dt.date(2026, 9, 27)),
        ("27th Sept. 2026", dt.date(2026, 9, 27)),
        ("29/2/2024", dt.date(2024, 2, 29)),
    ],
)
def test_date_in_one_box(text, date):
    assert date_in(text) == date


@pytest.mark.parametrize("text", ["yesterday", "27/9", "9/27/2026", "2026/9/27", "27/9/26", "", "27//", "/" * 10_000])
def test_no_date_in_one_box(text):
    with pytest.raises(NotADate):
        date_in(text)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("10:05", dt.time(10, 5)),
        ("10.05am", dt.time(10, 5)),
        ("1005", dt.time(10, 5)),
        ("905", dt.time(9, 5)),
        ("10 05", dt.time(10, 5)),
        ("10h05", dt.time(10, 5)),
        (" 10:05 PM ", dt.time(22, 5)),
        ("10:05 p.m.", dt.time(22, 5)),
        ("2pm", dt.time(14)),
        ("12am", dt.time(0)),
        ("12:30am", dt.time(0, 30)),
        ("12pm", dt.time(12)),
        ("00:00", dt.time(0)),
        ("0:30am", dt.time(0, 30)),
        ("23:59", dt.time(23, 59)),
        ("13:05pm", dt.time(13, 5)),
        ("midday", dt.time(12)),
        ("Noon", dt.time(12)),
        ("midnight", dt.time(0)),
        ("9", None),
        ("24:00", None),
        ("10:60", None),
        ("13:05am", None),
        ("0:30pm", None),
        ("10:5", None),
        ("25pm", None),
        ("10:05:30", None),
        ("about ten", None),
        ("am", None),
        ("١٠:٠٥", None),
    ],
)
def test_time_in(text, time):
    assert time_in(text) == time
