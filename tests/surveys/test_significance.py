"""Tests and intervals of differences against scipy, R's own examples and printed tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency, fisher_exact

from yosafe.surveys.significance import BINOMIAL, CHI_SQUARE, FISHER, TOO_FEW, WEIGHTED, Arm, against, compare, difference, holm


def arm(given, base):
    return Arm(given / base, given, base, float(base))


def weighted(share, base, size):
    return Arm(share, round(share * base), base, size, weighted=True)


# How many of how many, twice; which test the rule chooses; its probability; Newcombe's interval. As scipy 1.17 and statsmodels 0.15 have them.
@pytest.mark.parametrize(
    ("a", "n", "b", "m", "how", "p", "low", "high"),
    [
        (10, 20, 5, 20, CHI_SQUARE, 0.10247043485974885, -0.046836, 0.493646),
        (24, 100, 12, 100, CHI_SQUARE, 0.027200350616306587, 0.013021, 0.224996),
        (1, 40, 8, 60, FISHER, 0.08149101332207538, -0.218588, 0.013724),
        (5, 12, 7, 15, CHI_SQUARE, 0.7950121719642382, -0.372196, 0.292601),
        (0, 30, 6, 30, FISHER, 0.023720703916957266, -0.373057, -0.045405),
        (50, 100, 50, 100, CHI_SQUARE, 1.0, -0.136003, 0.136003),
        (30, 40, 10, 60, CHI_SQUARE, 5.433087474176255e-09, 0.393592, 0.714097),
        (3, 10, 3, 10, FISHER, 1.0, -0.359009, 0.359009),
        (43, 340, 20, 400, CHI_SQUARE, 0.000203504164096541, 0.035876, 0.119682),
        (12, 50, 60, 150, CHI_SQUARE, 0.04122683333716365, -0.285723, -0.006349),
        (9, 10, 2, 12, CHI_SQUARE, 0.0006139053750063029, 0.318999, 0.878498),
        (200, 500, 250, 480, CHI_SQUARE, 0.00014790656048612765, -0.181928, -0.058444),
    ],
)
def test_worked_cases(a, n, b, m, how, p, low, high):
    verdict = compare(arm(a, n), arm(b, m))
    assert verdict.how == how
    assert verdict.p == pytest.approx(p, rel=1e-9)
    assert difference(arm(a, n), arm(b, m)) == pytest.approx((low, high), abs=1e-6)


# Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("a", "n", "b", "m", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_as_printed(a, n, b, m, low, high):
    assert difference(arm(a, n), arm(b, m)) == pytest.approx((low, high), abs=6e-5)


# ?fisher.test: the lady tasting tea, both sides; ?binom.test: Mendel's peas.
def test_fisher_as_r_documents_it():
    assert compare(arm(3, 4), arm(1, 4)) == (pytest.approx(0.4857, abs=5e-5), FISHER)


def test_binomial_as_r_documents_it():
    assert against(arm(682, 925), 0.75) == (pytest.approx(0.3825, abs=5e-5), BINOMIAL)


@pytest.mark.parametrize(("k", "n", "share"), [(24, 100, 0.24), (0, 40, 0.06), (19, 60, 0.14), (60, 60, 0.43), (5, 61, 0.15)])
def test_against_a_published_share_is_scipys(k, n, share):
    assert against(arm(k, n), share).p == pytest.approx(binomtest(k, n, share).pvalue)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_rule_and_its_probability_are_scipys_whatever_the_counts(n, m, data):
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    counts = np.array([[a, n - a], [b, m - b]])
    verdict = compare(arm(a, n), arm(b, m))
    if verdict.how == CHI_SQUARE:
        assert verdict.p == pytest.approx(chi2_contingency(counts, correction=False).pvalue, abs=1e-12)
    else:
        assert 0 in (a + b, n + m - a - b) or chi2_contingency(counts).expected_freq.min() < 5 + 1e-9
        assert verdict.p == pytest.approx(min(1.0, fisher_exact(counts).pvalue))
    low, high = difference(arm(a, n), arm(b, m))
    assert -1 <= low <= a / n - b / m <= high <= 1
    assert compare(arm(b, m), arm(a, n)).p == pytest.approx(verdict.p)


def test_nobody_of_some_and_everybody_of_others_is_a_difference_of_one():
    """Rounding would carry it past the end."""
    assert difference(arm(0, 7), arm(13, 13)).low == difference(arm(13, 13), arm(0, 7)).high * -1 == -1


def test_weights_make_answers_worth_fewer():
    """Rao and Scott: the chi-square of as many unweighted answers as these are worth."""
    assert compare(weighted(0.3, 400, 100.0), weighted(0.5, 900, 100.0)) == (compare(arm(30, 100), arm(50, 100)).p, WEIGHTED)
    assert compare(weighted(0.02, 400, 100.0), weighted(0.03, 900, 100.0)) == (None, TOO_FEW)
    assert against(weighted(0.3, 400, 100.0), 0.2).p == pytest.approx(0.0124193, abs=1e-6)
    assert against(weighted(0.3, 400, 100.0), 0.01) == (None, TOO_FEW)


# As statsmodels.stats.multitest.multipletests, and R's p.adjust, have them.
@pytest.mark.parametrize(
    ("chances", "adjusted"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.2, 0.001, 0.03, 0.8, 0.0004], [0.4, 0.004, 0.09, 0.8, 0.002]),
        ([0.2, None, 0.001], [0.2, None, 0.002]),
        ([0.9, 0.8], [1.0, 1.0]),
        ([None], [None]),
        ([], []),
    ],
)
def test_holm(chances, adjusted):
    assert holm(chances) == [p if p is None else pytest.approx(p) for p in adjusted]
