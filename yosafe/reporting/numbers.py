"""Cells of tables from counts that may be shown: counts, shares and rates with their intervals; and whether two differ. Pure."""

from collections.abc import Sequence

from yosafe.disclosure import LEAST_BASE
from yosafe.shares import wilson

from .schemas import CellOut

PER, YEAR = 100, 365  # a rate is for 100 young people held for a year of 365 days


def count(n: int | None) -> CellOut:
    return CellOut(measure="count", state="hidden") if n is None else CellOut(measure="count", value=n)


def share(hits: Sequence[int | None], base: int | None) -> CellOut:
    """Of a base; not of a hidden one, or of one under 10."""
    if base is None or any(n is None for n in hits):
        return CellOut(measure="share", state="hidden")
    if base < LEAST_BASE:
        return CellOut(measure="share", state="too_few")
    n = sum(one or 0 for one in hits)
    low, high = wilson(n, base)
    return CellOut(measure="share", value=round(n / base, 4), low=round(low, 4), high=round(high, 4))


def rate(n: int | None, days: float) -> CellOut:
    """For 100 young people held a year, with Poisson's exact 95 % interval (Garwood). Not where fewer than 10 were held in all for a year's worth of
    days that could bear it."""
    if n is None:
        return CellOut(measure="rate", state="hidden")
    if days < LEAST_BASE * 28:  # ten held for a month of four weeks
        return CellOut(measure="rate", state="too_few")
    from scipy.stats import chi2

    each = PER * YEAR / days
    low, high = chi2.ppf(0.025, 2 * n) / 2 if n else 0.0, chi2.ppf(0.975, 2 * n + 2) / 2
    return CellOut(measure="rate", value=round(n * each, 1), low=round(float(low) * each, 1), high=round(float(high) * each, 1))


def counts_differ(now: int, before: int, *, exposed: float, exposed_before: float) -> int:
    """1 where the later count is clearly greater for its exposure (days held, or days), -1 where smaller, 0 where no clear difference: by the exact
    95 % interval of its share of both."""
    from scipy.stats import binomtest

    if not now + before or exposed <= 0 or exposed_before <= 0:
        return 0
    found = binomtest(now, now + before).proportion_ci(0.95, method="exact")
    expected = exposed / (exposed + exposed_before)
    return 1 if found.low > expected else -1 if found.high < expected else 0


def shares_differ(now: CellOut, before: CellOut) -> int:
    """1 where the interval of the later share lies above the other's, -1 where below, 0 where they overlap or either is not shown."""
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return 0
    return 1 if now.low > before.high else -1 if now.high < before.low else 0
