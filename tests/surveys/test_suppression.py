"""What is hidden, and that nobody who knows the rules can work it out."""

from itertools import product

import pytest

from yosafe.surveys.suppression import hide


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
