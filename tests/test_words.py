"""How days, times and counts read on a page."""

import datetime as dt

import pytest

from yosafe import words

SUMMER = dt.datetime(2026, 9, 25, 9, 5, tzinfo=dt.UTC)
AFTER_MIDNIGHT_IN_LONDON = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("write", "value", "words_on_page"),
    [
        (words.day, dt.date(2026, 9, 5), "5 September 2026"),
        (words.day, SUMMER, "25 September 2026"),
        (words.day, AFTER_MIDNIGHT_IN_LONDON, "2 July 2026"),
        (words.short_day, dt.date(2026, 9, 25), "25 Sep 2026"),
        (words.instant, SUMMER, "25 September 2026 at 10:05am"),
        (words.instant, AFTER_MIDNIGHT_IN_LONDON, "2 July 2026 at 12:30am"),
        (words.instant, dt.datetime(2026, 1, 25, 16, 20, tzinfo=dt.UTC), "25 January 2026 at 4:20pm"),
        (words.instant, dt.datetime(2026, 1, 25, 12, 0, tzinfo=dt.UTC), "25 January 2026 at midday"),
        (words.instant, dt.datetime(2026, 1, 25, 0, 0, tzinfo=dt.UTC), "25 January 2026 at midnight"),
        (words.time_of_day, dt.time(12, 1), "12:01pm"),
        (words.machine, dt.date(2026, 9, 25), "2026-09-25"),
        (words.machine, SUMMER, "2026-09-25T09:05+00:00"),
        (words.possessive, "Jordan", "Jordan's"),
    ],
)
def test_reads_as(write, value, words_on_page):
    assert write(value) == words_on_page


@pytest.mark.parametrize(
    ("number", "nouns", "words_on_page"),
    [(1, ("incident",), "1 incident"), (0, ("incident",), "0 incidents"), (2, ("child", "children"), "2 children"), (1200, ("day",), "1,200 days")],
)
def test_plural(number, nouns, words_on_page):
    assert words.plural(number, *nouns) == words_on_page


@pytest.mark.parametrize(
    ("number", "more", "later", "which", "words_on_page"),
    [
        (1, None, None, "newest", "1 child"),
        (2, None, None, "first", "2 children"),
        (50, "cursor", None, "newest", "The 50 newest children. There are more."),
        (50, "cursor", None, "first", "The first 50 children. There are more."),
        (50, "cursor", ["cursor"], "newest", "The next 50 children. There are more."),
        (1, None, ["cursor"], "oldest", "The last 1 child."),
    ],
)
def test_how_many(number, more, later, which, words_on_page):
    assert words.how_many(number, "child", "children", which=which, more=more, later=later) == words_on_page


@pytest.mark.parametrize("write", [words.day, words.instant, words.machine])
def test_an_instant_without_an_offset_is_refused(write):
    with pytest.raises(ValueError, match="offset"):
        write(dt.datetime(2026, 9, 25, 9, 5))  # noqa: DTZ001  # the fault under test
