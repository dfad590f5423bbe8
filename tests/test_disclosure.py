"""What is hidden, and that nobody who knows the rules can work it out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from yosafe.disclosure import LEAST_COUNT, TOTAL, all_large, hide, hide_table


@pytest.mark.parametrize(
    ("counts", "positive", "hidden", "headline_hidden"),
    [
        ({"yes": 20, "no": 30}, ["yes"], set(), False),
        ({"yes": 5, "no": 5}, ["yes"], set(), False),
        ({"yes": 4, "no": 46}, ["yes"], {"yes", "no"}, True),
        ({"yes": 0, "no": 50}, ["yes"], {"yes", "no"}, True),
        ({"yes": 50, "no": 0}, ["yes"], {"yes", "no"}, True),
        # One small answer takes the next of its side with it.
        ({"never": 60, "sometimes": 20, "often": 4}, ["sometimes", "often"], {"sometimes", "often"}, False),
        # Two small ones are company for each other when together they are 5 or more.
        ({"a": 2, "b": 3, "c": 40}, [], {"a", "b"}, True),
        ({"a": 0, "b": 0, "c": 12, "d": 40}, [], {"a", "b", "c"}, True),
        ({"a": 1, "b": 20, "c": 30, "d": 40}, [], {"a", "b"}, True),
        # With fewer than 5 on a side, every answer is hidden.
        ({"yes": 3, "no": 40, "unsure": 20}, ["yes"], {"yes", "no", "unsure"}, True),
        # The other side of the headline is protected too.
        ({"yes": 30, "no": 40, "unsure": 2}, ["yes"], {"no", "unsure"}, False),
    ],
)
def test_what_is_hidden(counts, positive, hidden, headline_hidden):
    assert hide(counts, positive) == (frozenset(hidden), headline_hidden, False)


@pytest.mark.parametrize(
    ("counts", "all_hidden"), [({"yes": 9, "no": 0}, True), ({"yes": 5, "no": 4}, True), ({"yes": 5, "no": 5}, False), ({}, True)]
)
def test_a_base_under_ten_shows_nothing(counts, all_hidden):
    assert hide(counts, ["yes"]).all is all_hidden


def published(counts, positive):
    """Everything that a reader is given about one question."""
    hidden = hide(counts, positive)
    if hidden.all:
        return "base under 10"
    shown = tuple(None if code in hidden.answers else n for code, n in counts.items())
    headline = None if hidden.headline else sum(counts[code] for code in positive)
    return sum(counts.values()), shown, headline


SHAPES = [(2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (4, 3), (3, 0), (4, 0), (2, 0)]


@pytest.mark.parametrize(("answers", "base", "positive"), [(a, b, p) for a, p in SHAPES for b in (*range(10, 25), 31)])
def test_an_attacker_who_knows_the_rules_recovers_no_hidden_count(answers, base, positive):
    """Try every possible set of counts with this base: those that publish the same must differ in every hidden count."""
    codes = "abcdefg"[:answers]
    by_publication: dict[object, list[tuple[int, ...]]] = {}
    for first in product(range(base + 1), repeat=answers - 1):
        if sum(first) <= base:
            counts = (*first, base - sum(first))
            by_publication.setdefault(published(dict(zip(codes, counts, strict=True)), codes[:positive]), []).append(counts)
    for what, possible in by_publication.items():
        shown = what[1]
        for at in range(answers):
            if shown[at] is None:
                assert len({counts[at] for counts in possible}) > 1, (what, possible)
            else:
                assert shown[at] >= 5


def table(*rows):
    return {f"r{i}": {f"c{j}": n for j, n in enumerate(row)} for i, row in enumerate(rows)}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        (table((5, 6), (7, 8)), set()),
        (table((5, 60, 7)), set()),
        # One small count takes a whole rectangle with it.
        (table((3, 20, 30), (40, 50, 60), (70, 80, 90)), {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}),
        # Two small ones in different rows and columns are not each other's company: their row and column totals tell them.
        (
            table((3, 20, 30), (40, 50, 4), (70, 80, 90)),
            {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")} | {("r1", "c2"), ("r2", "c0"), ("r2", "c2")},
        ),
        # In a single row, the total is no help: hidden with it.
        (table((3, 20)), {("r0", "c0"), ("r0", "c1"), (TOTAL, "c0"), (TOTAL, "c1")}),
        # A row of next to nobody: its total would tell it.
        (table((0, 1), (20, 30)), {("r0", "c0"), ("r0", "c1"), ("r0", TOTAL), ("r1", "c0"), ("r1", "c1"), ("r1", TOTAL)}),
    ],
)
def test_what_is_hidden_of_a_table(counts, hidden):
    assert hide_table(counts) == hidden


@pytest.mark.parametrize("counts", [{"a": {"x": 1}, "b": {"y": 1}}, table((1, -1))])
def test_what_is_no_table_is_refused(counts):
    with pytest.raises(ValueError, match="same columns"):
        hide_table(counts)


def cells_of(counts):
    """Every number of a table with its totals."""
    rows, columns = list(counts), list(next(iter(counts.values())))
    values = {(r, c): counts[r][c] for r in rows for c in columns}
    values |= {(r, TOTAL): sum(counts[r].values()) for r in rows} | {(TOTAL, c): sum(counts[r][c] for r in rows) for c in columns}
    return values | {(TOTAL, TOTAL): sum(sum(row.values()) for row in counts.values())}


def range_left(counts, hidden, wanted):
    """The least and the most that a hidden number can be for someone who has everything else: a linear program over all that is published."""
    values = cells_of(counts)
    inner = [cell for cell in values if TOTAL not in cell]
    at = {cell: i for i, cell in enumerate(inner)}

    def sum_of(cell):
        line = np.zeros(len(inner))
        for one in inner:
            line[at[one]] = all(mine in (TOTAL, theirs) for mine, theirs in zip(cell, one, strict=True))
        return line

    shown = [cell for cell in values if cell not in hidden]
    known = {"A_eq": np.array([sum_of(cell) for cell in shown]), "b_eq": [values[cell] for cell in shown]} if shown else {}
    ends = []
    for sign in (1, -1):
        best = linprog(sign * sum_of(wanted), **known, bounds=(0, 1000), method="highs")
        assert best.status == 0
        ends.append(round(sign * best.fun, 6))
    return ends


COUNT = st.one_of(st.integers(0, 4), st.integers(0, 9), st.integers(0, 60))
TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(st.lists(COUNT, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_an_attacker_who_has_the_whole_table_pins_no_hidden_number(rows):
    counts = table(*rows)
    hidden, values = hide_table(counts), cells_of(counts)
    assert {cell for cell, n in values.items() if n < LEAST_COUNT} <= hidden
    for cell in hidden:
        low, high = range_left(counts, hidden, cell)
        assert low <= values[cell] <= high
        assert high - low >= 4, (rows, cell)
        if values[cell] < LEAST_COUNT:
            assert low <= 0, (rows, cell)
            assert high >= 4, (rows, cell)


def test_large_enough():
    assert all_large(5, 6, 7, 8)
    assert not all_large(5, 6, 7, 4)
