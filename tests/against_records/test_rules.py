"""The gap between what is said and what is recorded, and what may be shown of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.against_records.facts import FACTS, fact, lacking_words
from yosafe.against_records.rules import FEWER, MORE, NO_GAP, gap, hidden, recorded_share
from yosafe.errors import NotFound
from yosafe.surveys.questionnaire import available, load, matched
from yosafe.surveys.rules import Share
from yosafe.surveys.significance import Arm, difference

WIDE, MIDDLE, NARROW = "harmed-by-children", "assaulted-by-children", "sexually-assaulted"


def first(count):
    return set(range(count))


@pytest.mark.parametrize("which", available(), ids=str)
def test_every_question_matches_a_fact_that_there_is(which):
    for question in matched(load(*which)):
        assert fact(question.recorded).id == question.recorded


def test_a_fact_lies_within_one_that_there_is():
    assert all(one.within in FACTS for one in FACTS.values() if one.within)
    with pytest.raises(NotFound, match="There are: harmed-by-children"):
        fact("nonsense")


@pytest.mark.parametrize(
    ("said", "of", "recorded", "held", "verdict"),
    [(30, 60, 10, 80, MORE), (5, 60, 40, 80, FEWER), (20, 60, 25, 80, NO_GAP)],
)
def test_the_gap_is_the_difference_of_two_shares(said, of, recorded, held, verdict):
    one, other = recorded_share(said, of), recorded_share(recorded, held)
    found = gap(one, other)
    wanted = difference(Arm(said / of, said, of, of), Arm(recorded / held, recorded, held, held))
    assert (found.share, found.low, found.high) == pytest.approx((said / of - recorded / held, *wanted))
    assert found.verdict == verdict


def test_what_everyone_said_narrows_the_gap():
    """Newcombe 1998, method 10, by hand: 50 of 100 who all answered, so no interval, less 20 of 100: 0.3, 0.2112 to 0.3666."""
    found = gap(Share(0.5, 0.5, 0.5, 100), recorded_share(20, 100))
    assert (found.low, found.high) == pytest.approx((0.2112, 0.3666), abs=1e-4)


@pytest.mark.parametrize(
    ("found", "held", "kept_back"),
    [
        ({WIDE: 20, MIDDLE: 10}, 60, []),
        ({WIDE: 4, MIDDLE: 0}, 60, [WIDE, MIDDLE]),
        ({WIDE: 57, MIDDLE: 10}, 60, [WIDE]),  # all but three
        ({WIDE: 12, MIDDLE: 9}, 60, [MIDDLE]),  # three were bullied and not assaulted
        ({WIDE: 12, MIDDLE: 12}, 60, []),  # the same young people: nobody is left over
        ({WIDE: 20, MIDDLE: 12, NARROW: 8}, 60, [NARROW]),  # four were assaulted otherwise
        ({WIDE: 5, MIDDLE: 4}, 9, [WIDE, MIDDLE]),
    ],
    ids=str,
)
def test_small_numbers_are_hidden_also_between_facts(found, held, kept_back):
    assert set(hidden({name: first(count) for name, count in found.items()}, held)) == set(kept_back)


@given(st.integers(10, 80), st.sets(st.integers(0, 79)), st.sets(st.integers(0, 79)), st.sets(st.integers(0, 79)))
def test_nothing_shown_tells_a_small_number(held, wide, middle, narrow):
    who = {n for n in wide if n < held}
    found = {WIDE: who, MIDDLE: middle & who, NARROW: narrow & middle & who}
    shown = [*(found[name] for name in found if name not in hidden(found, held)), set()]
    everyone = set(range(held))
    assert all(len(one) >= 5 and len(everyone - one) >= 5 for one in shown[:-1])
    assert all(len(one - other) == 0 or len(one - other) >= 5 for one in shown[:-1] for other in shown if other < one)


@pytest.mark.parametrize(
    ("of", "lacking", "among", "says"),
    [
        (MIDDLE, 7, 30, "7 of 30 such records name no young person in that part."),
        (MIDDLE, 3, 30, "Fewer than 5 of 30 such records name no young person in that part."),
        (MIDDLE, 1, 3, "Fewer than 5 such records, so how many of them lack something is not told."),
        ("first-time", 12, 40, "Of 12 of 40 held, the record does not say."),
        ("visited", 0, 40, "Of fewer than 5 of 40 held, nothing of anybody's contact is recorded that month."),
    ],
)
def test_what_records_lack_is_said_without_small_numbers(of, lacking, among, says):
    assert lacking_words(fact(of), lacking=lacking, among=among) == says
