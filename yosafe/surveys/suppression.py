"""Small numbers, hidden so that they can't be worked out. Pure.

A count below 5 is hidden, none too. Whatever is hidden has company: at least two answers are, and together at least 5 people gave
them, so that what is left of the base says nothing exact. Where the headline share is shown, that holds among its answers and
among the others; where either side has fewer than 5, only the base is shown.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from .rules import LEAST_BASE

LEAST_COUNT = 5


class Hidden(NamedTuple):
    """What may not be shown of one question: some answers, the headline share, or (`all`) everything but that the base is under 10."""

    answers: frozenset[str]
    headline: bool
    all: bool = False


def hide(counts: Mapping[str, int], positive: Collection[str] = ()) -> Hidden:
    """What to hide of a question's answers, given how many people gave each."""
    base = sum(counts.values())
    if base < LEAST_BASE:
        return Hidden(frozenset(counts), headline=True, all=True)
    inside = {code: n for code, n in counts.items() if code in positive}
    outside = {code: n for code, n in counts.items() if code not in positive}
    if not inside:
        return Hidden(_with_company(outside), headline=True)
    if min(sum(inside.values()), sum(outside.values())) < LEAST_COUNT:
        return Hidden(frozenset(counts), headline=True)
    return Hidden(_with_company(inside) | _with_company(outside), headline=False)


def _with_company(counts: Mapping[str, int]) -> frozenset[str]:
    """The small counts and, while they could be worked out from the total, the next answers.

    The next in the questionnaire's order, not the next smallest: that choice would itself tell something of the counts.
    """
    hidden = {code for code, n in counts.items() if n < LEAST_COUNT}
    for code in counts:
        if not hidden or _keeps_its_secret([counts[c] for c in hidden]):
            break
        hidden.add(code)
    return frozenset(hidden)


def _keeps_its_secret(hidden: list[int]) -> bool:
    """Whether knowing the sum of the hidden counts, and that some are below 5, leaves each open. All 0, or all 4, would be told by it."""
    total, small = sum(hidden), max(hidden) < LEAST_COUNT
    return len(hidden) > 1 and total >= LEAST_COUNT and not (small and total == (LEAST_COUNT - 1) * len(hidden))
