"""Figures against independent references: scipy's interval and Student's t, worked examples, and two real surveys."""

import csv
import gzip
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from yosafe.surveys.rules import Tally, corrected_size, effective_size, is_enough, mean_of, share_of, together, wilson

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))


def tally(weights):
    result = Tally()
    for weight in weights:
        result = result.add(weight)
    return result


def values(pairs):
    found = {}
    for value, weight in pairs:
        found[value] = found.get(value, Tally()).add(weight)
    return found


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (5, 10), (10, 10), (24, 100), (6, 100), (43, 340), (1322, 2588)])
def test_wilson_is_scipys(k, n):
    reference = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert wilson(k / n, n) == pytest.approx((reference.low, reference.high), abs=1e-12)
    share = share_of(tally([1.0] * k), tally([1.0] * n))
    assert share == pytest.approx((k / n, reference.low, reference.high, n), abs=1e-12)


# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: score interval without continuity correction.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
)
def test_wilson_as_printed(k, n, low, high):
    assert wilson(k / n, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("size", "n", "held", "corrected"),
    [
        (100.0, 100, None, 100.0),
        (100.0, 100, 100, math.inf),
        (50.0, 50, 100, 99.0),
        (75.0, 75, 100, 297.0),
        (40.0, 50, 100, 79.2),
        (1.0, 1, 1, math.inf),
    ],
)
def test_the_correction_for_a_finite_number_held(size, n, held, corrected):
    """50 of 100: the variance is (100 - 50) / (100 - 1) of what it would be, so the size is 50 x 99 / 50."""
    assert corrected_size(size, n=n, held=held) == pytest.approx(corrected)


def test_more_answers_than_held_is_a_fault():
    with pytest.raises(ValueError, match="101 answers from 100 held"):
        corrected_size(101.0, n=101, held=100)


def test_when_all_held_answer_nothing_is_left_to_chance():
    everyone, some = tally([1.0] * 40), tally([1.0] * 10)
    assert share_of(some, everyone, held=40)[:3] == (0.25, 0.25, 0.25)
    assert mean_of({14.0: some, 16.0: tally([1.0] * 30)}, held=40)[:3] == (15.5, 15.5, 15.5)


def test_an_interval_narrows_as_more_of_those_held_answer():
    part, base = tally([1.0] * 15), tally([1.0] * 50)
    widths = [share.high - share.low for held in (50, 60, 100, 1_000, None) for share in [share_of(part, base, held=held)]]
    assert widths == sorted(widths)
    assert widths[-2] == pytest.approx(widths[-1], rel=0.05)


@pytest.mark.parametrize(("weights", "size"), [([1.0] * 12, 12.0), ([7.5] * 12, 12.0), ([1.0, 3.0], 1.6), ([], 0.0)])
def test_effective_size(weights, size):
    assert effective_size(tally(weights)) == pytest.approx(size)


@given(st.lists(st.tuples(st.integers(10, 21), st.floats(0.1, 50)), min_size=10, max_size=60))
def test_weighted_mean_is_numpys_and_lies_in_its_interval(pairs):
    mean = mean_of(values([(float(v), w) for v, w in pairs]))
    if mean is None:
        assert effective_size(tally([w for _, w in pairs])) < 10
        return
    assert mean.mean == pytest.approx(np.average([v for v, _ in pairs], weights=[w for _, w in pairs]))
    assert mean.low <= mean.mean <= mean.high


def test_without_weights_the_interval_of_a_mean_is_students():
    ages = [14, 15, 15, 16, 16, 16, 17, 17, 18, 18, 19]
    low, high = stats.t.interval(0.95, len(ages) - 1, loc=np.mean(ages), scale=stats.sem(ages))
    assert mean_of(values([(float(a), 1.0) for a in ages]))[:3] == pytest.approx((np.mean(ages), low, high))


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 50)), min_size=10, max_size=60), st.integers(0, 200))
def test_a_share_lies_in_its_interval_and_the_scale_of_weights_does_not_matter(pairs, spare):
    base, part = tally([w for _, w in pairs]), tally([w for yes, w in pairs if yes])
    share = share_of(part, base, held=len(pairs) + spare)
    if share is None:
        assert not is_enough(base)
        return
    assert 0 <= share.low <= share.share + 1e-12
    assert share.share - 1e-12 <= share.high <= 1
    scaled = share_of(tally([3 * w for yes, w in pairs if yes]), tally([3 * w for _, w in pairs]), held=len(pairs) + spare)
    assert scaled == pytest.approx(share)


@pytest.mark.parametrize(
    ("weights", "enough"), [([1.0] * 10, True), ([0.1] * 10, True), ([1.0] * 9, False), ([1.0] * 9 + [100.0], False), ([1.0] * 40 + [10.0], True)]
)
def test_no_figure_on_too_little(weights, enough):
    base = tally(weights)
    assert is_enough(base) is enough
    assert (share_of(tally(weights[:3]), base) is not None) is enough
    assert (mean_of({15.0: base}) is not None) is enough


def test_tallies_together():
    assert together([tally([1.0, 2.0]), tally([]), tally([3.0])]) == tally([1.0, 2.0, 3.0])


@pytest.mark.external
@pytest.mark.parametrize(("column", "yes", "percent"), [("Q23", {"1"}, 19.5), ("Q26", {"1"}, 18.8), ("Q28", {"2", "3", "4", "5"}, 8.9)])
def test_a_national_survey_of_pupils(column, yes, percent):
    with gzip.open(EXTERNAL / "surveys/yrbs2019_national_raw.csv.gz", "rt", newline="") as file:
        rows = [(row[column].removesuffix(".0"), float(row["weight"])) for row in csv.DictReader(file)]
    base = tally([w for answer, w in rows if answer not in ("", "NA")])
    share = share_of(tally([w for answer, w in rows if answer in yes]), base)
    assert round(100 * share.share, 1) == percent
