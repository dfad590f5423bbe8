"""What becomes of flags, and hit rates, as tables."""

import datetime as dt
from collections import Counter
from contextlib import nullcontext

import pytest

from yosafe.errors import Conflict
from yosafe.models.indicators import Because, Level, Raised
from yosafe.reviews.access import hidden_from
from yosafe.reviews.rules import Change, FlagState, Outcome, Standing, check_not_earlier, flag_state, hit_rate, refreshed
from yosafe.shares import wilson

DAY = dt.date(2003, 3, 10)
KEY = (1, "harmed-by-others")
SETTINGS = {"harmed-by-others": {"version": 1, "days": 28}}
OLD, NEW = Because("Assault", dt.date(2003, 3, 1), "IN-000001"), Because("Assault", dt.date(2003, 3, 9), "IN-000002")


def now(level=Level.RAISED, *because, sentence="Harmed."):
    return Raised(level=level, sentence=sentence, because=because or (OLD,))


def stood(level=Level.RAISED, *because, sentence="Harmed.", closed_on=None, settings=SETTINGS["harmed-by-others"]):
    return Standing(id=7, level=level, sentence=sentence, because=because or (OLD,), missing=(), settings=settings, closed_on=closed_on)


CLOSED = dt.date(2003, 3, 5)


@pytest.mark.parametrize(
    ("before", "found", "opened", "kept", "rewritten", "changes"),
    [
        (None, now(), True, False, False, []),
        (stood(), now(), False, True, False, []),
        (stood(), now(sentence="Harmed twice."), False, True, True, []),
        (stood(settings={"version": 1, "days": 14}), now(), False, True, True, []),
        (stood(), now(Level.HIGH), False, True, True, [Change.RAISED]),
        (stood(Level.HIGH), now(Level.NOTE), False, True, True, [Change.LOWERED]),
        (stood(), None, False, False, False, [Change.CLEARED]),
        # A review closed it: quiet while nothing new comes.
        (stood(closed_on=CLOSED), now(), False, True, False, []),
        (stood(closed_on=CLOSED), now(sentence="Harmed, 40 days ago."), False, True, False, []),
        (stood(closed_on=CLOSED), None, False, False, False, [Change.CLEARED]),
        (stood(closed_on=CLOSED), now(Level.HIGH), True, False, False, [Change.REPLACED]),
        (stood(closed_on=CLOSED), now(Level.RAISED, OLD, NEW), True, False, False, [Change.REPLACED]),
        (stood(Level.HIGH, OLD, NEW, closed_on=CLOSED), now(Level.RAISED, OLD), False, True, False, []),
    ],
)
def test_what_becomes_of_a_flag(before, found, opened, kept, rewritten, changes):
    result = refreshed({KEY: before} if before else {}, {KEY: found} if found else {}, SETTINGS)
    assert (KEY in result.opened, KEY in result.kept, KEY in result.rewritten) == (opened, kept, rewritten)
    assert [step for _, step in result.changes()] == changes


@pytest.mark.parametrize(
    ("as_of", "newest", "allowed"),
    [
        (DAY, None, True),
        (DAY, DAY, True),
        (DAY, DAY - dt.timedelta(days=1), True),
        (DAY - dt.timedelta(days=1), DAY, False),
        (DAY + dt.timedelta(days=1), None, False),
    ],
)
def test_flags_go_forward_only(as_of, newest, allowed):
    with nullcontext() if allowed else pytest.raises(Conflict):
        check_not_earlier(as_of, newest, today=DAY)


@pytest.mark.parametrize(
    ("cleared", "closed", "answered", "state"),
    [
        (False, False, False, FlagState.NEW),
        (False, False, True, FlagState.ANSWERED),
        (False, True, True, FlagState.CLOSED),
        (True, True, True, FlagState.CLOSED),
        (True, False, True, FlagState.CLEARED),
    ],
)
def test_flag_state(cleared, closed, answered, state):
    assert flag_state(cleared=cleared, closed=closed, answered=answered) is state


A, K, D, M = Outcome.AGREED, Outcome.ALREADY_KNOWN, Outcome.DISAGREED, Outcome.MORE_INFORMATION


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ([], "Nobody has said yet whether a flag of this kind was right."),
        ([M, M], "Nobody has said yet whether a flag of this kind was right."),
        ([A, K, D, M], "2 of 3 that people decided on. Too few for a percentage."),
        ([A] * 5 + [D] * 5, "5 of 10 that people decided on: 50 % (95 % interval 24 to 76 %)."),
        ([D] * 10, "0 of 10 that people decided on: 0 % (95 % interval 0 to 28 %)."),
    ],
)
def test_hit_rate_says_its_base(outcomes, words):
    assert hit_rate(Counter(outcomes)).words == words


def test_wilson_agrees_with_scipy():
    from scipy.stats import binomtest

    for hits, base in ((0, 10), (3, 11), (40, 57), (12, 12)):
        expected = binomtest(hits, base).proportion_ci(method="wilson")
        assert wilson(hits, base) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_restricted_indicators_are_for_leads_only(staff_of):
    from msgspec.structs import replace

    from yosafe.models.indicators import catalogue

    secret = replace(catalogue()["moves"], restricted=True)
    assert hidden_from(staff_of("yoi_officer"), {"moves": secret}) == ["moves"]
    assert hidden_from(staff_of("yoi_lead"), {"moves": secret}) == []
