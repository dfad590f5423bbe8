"""Curves, scans and tables of patterns: worked cases, and what no reader may work out."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yosafe.patterns import rules
from yosafe.patterns.clusters import LEAST, Cluster, Event, greatest
from yosafe.patterns.survival import Followed, curve

# The 6-MP arm of Freireich et al., Blood 21 (1963), as in every textbook: weeks in remission, + where censored.
SIX_MP = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_the_curve_is_that_of_the_textbook():
    """Survival 0.857 at 6, 0.807 at 7, 0.753 at 10, 0.690 at 13, 0.627 at 16, 0.538 at 22, 0.448 at 23 (Kalbfleisch and Prentice)."""
    followed = [Followed(week, True) for week in SIX_MP] + [Followed(week, False) for week in CENSORED]
    found = curve(followed, [5, 6, 7, 10, 13, 16, 22, 23])
    assert [1 - point.share for point in found] == pytest.approx([1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    at_10 = found[3]
    assert (at_10.again, at_10.still) == (5, 13)
    assert (1 - at_10.high, 1 - at_10.low) == pytest.approx((0.503, 0.889), abs=1e-3)  # R: survfit(conf.type = "log-log")


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), min_size=1, max_size=60))
def test_a_curve_only_rises_and_lies_in_its_interval(followed):
    found = curve([Followed(*one) for one in followed], [7, 28, 90, 180])
    assert all(0 <= point.low <= point.share + 1e-12 and point.share <= point.high + 1e-12 <= 1 + 2e-12 for point in found)
    assert [point.share for point in found] == sorted(point.share for point in found)
    if all(again for _, again in followed):  # nobody left: it is the plain share
        assert found[0].share == pytest.approx(sum(days <= 7 for days, _ in followed) / len(followed))


PLACES = "ABCDEFGH"
TOGETHER = [Event("B", day) for day in (100, 100, 101, 101, 102, 102, 103, 104, 105, 105, 106)]


def quiet(seed=1):
    chance = np.random.default_rng(seed)
    return [Event(PLACES[chance.integers(len(PLACES))], int(chance.integers(365))) for _ in range(80)]


def test_a_cluster_is_found_where_it_is_and_the_same_each_time():
    found = greatest([*quiet(), *TOGETHER])
    assert found is not None
    assert (found.place, found.p <= 0.05, found.events >= 8) == ("B", True, True)
    assert found.first <= 105
    assert found.last >= 100
    assert found == greatest([*quiet(), *TOGETHER])


def test_more_everywhere_at_one_time_is_no_cluster():
    """Thirty-two in one week, spread over the places as ever."""
    found = greatest([*quiet(), *[Event(PLACES[n % 8], 200 + n % 7) for n in range(32)]])
    assert found is None or found.p > 0.05


def test_chance_alone_is_seldom_called_a_cluster():
    p = [found.p if (found := greatest(quiet(seed))) else 1.0 for seed in range(8)]
    assert sum(one <= 0.05 for one in p) <= 2


@pytest.mark.parametrize("events", [[], [Event("A", n) for n in range(30)], [Event("AB"[n % 2], n) for n in range(2 * LEAST - 1)]])
def test_too_few_or_one_place_is_not_tested(events):
    assert greatest(events) is None


LABELS = {"cell": "Cell", "showers": "Showers", "gym": "Gym"}


def counts(**rows):
    return {place: dict(zip(rules.BANDS, rows.get(place, [0] * 6), strict=True)) for place in LABELS}


def test_a_lead_reads_every_number_and_no_empty_place():
    found = rules.table(counts(cell=[1, 0, 0, 2, 8, 3], gym=[0, 0, 1, 0, 0, 0]), LABELS, suppressed=False)
    assert [(row.label, row.total) for row in found] == [("Cell", 14), ("Gym", 1), ("Everywhere", 15)]
    assert [cell.shade for cell in found[0].cells] == ["░", "", "", "░", "█", "▒"]
    assert [cell.count for cell in found[-1].cells] == [1, 0, 1, 2, 8, 3]


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 12), min_size=6, max_size=6), min_size=3, max_size=3))
def test_those_who_see_no_names_read_no_small_number(rows):
    found = rules.table(counts(**dict(zip(LABELS, rows, strict=True))), LABELS, suppressed=True)
    shown = [n for row in found for n in (*(cell.count for cell in row.cells), row.total) if n is not None]
    assert all(n >= 5 for n in shown)
    assert all(not cell.shade for row in found for cell in row.cells if cell.count is None)
    assert len(found) == 4  # a place where nothing happened looks like one where little did


@pytest.mark.parametrize(
    ("again", "never", "suppressed", "shown"),
    [
        ([3] * 6 + [20] * 6 + [60] * 2, 20, False, [(7, 6), (28, 12), (90, 14), (180, 14)]),
        ([3] * 6 + [20] * 6 + [60] * 2, 20, True, [(7, 6), (28, 12)]),  # two between 28 and 90 days
        ([3] * 4 + [20] * 6, 20, True, [(28, 10), (90, 10), (180, 10)]),
        ([3] * 12, 3, True, []),  # all but three
        ([3] * 5, 4, False, []),  # fewer than ten
    ],
)
def test_which_days_of_the_curve_are_shown(again, never, suppressed, shown):
    followed = [Followed(day, True) for day in again] + [Followed(400, False)] * never
    assert [(point.day, point.again) for point in rules.points(followed, suppressed=suppressed)][: len(shown)] == shown
    assert bool(rules.points(followed, suppressed=suppressed)) == bool(shown)


def cluster(p):
    return Cluster("A wing", dt.date(2026, 3, 1).toordinal(), dt.date(2026, 3, 7).toordinal(), 6, 1.2, p)


@pytest.mark.parametrize(
    ("found", "suppressed", "says", "never"),
    [
        (None, False, "Too few", "cluster"),
        (cluster(0.4), False, "No cluster", "A wing"),
        (cluster(0.03), False, "Possible cluster on A wing: 6 from 1 March 2026 to 7 March 2026, where 1.2", "Clear"),
        (cluster(0.001), False, "Clear cluster", "Possible"),
        (cluster(0.001), True, "Clear cluster on one unit within 28 days", "A wing"),
    ],
)
def test_a_scan_in_words(found, suppressed, says, never):
    words = rules.cluster_words(found, suppressed=suppressed)
    assert says in words
    assert never not in words
