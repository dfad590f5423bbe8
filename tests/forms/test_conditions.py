"""Conditions as data."""

import msgspec
import pytest

from yosafe.forms.conditions import Condition, all_of, answered_with, any_of, holds, leaves

YES = answered_with("hospital", "yes")
FAMILY = answered_with("told", "family", "yot")
HIGH = answered_with("worry", 3, 4)


@pytest.mark.parametrize(
    ("condition", "answers", "met"),
    [
        (None, {}, True),
        (YES, {"hospital": "yes"}, True),
        (YES, {"hospital": "no"}, False),
        (YES, {"hospital": None}, False),
        (YES, {}, False),
        (FAMILY, {"told": ["staff", "yot"]}, True),
        (FAMILY, {"told": ["staff"]}, False),
        (FAMILY, {"told": []}, False),
        (HIGH, {"worry": 3}, True),
        (HIGH, {"worry": "4"}, True),
        (HIGH, {"worry": 0}, False),
        (any_of(YES, FAMILY), {"told": ["family"]}, True),
        (any_of(YES, FAMILY), {"hospital": "no"}, False),
        (all_of(YES, FAMILY), {"hospital": "yes", "told": ["family"]}, True),
        (all_of(YES, FAMILY), {"hospital": "yes"}, False),
        (all_of(YES, any_of(FAMILY, HIGH)), {"hospital": "yes", "worry": 4}, True),
        (answered_with("reason", "None"), {"reason": None}, False),
    ],
)
def test_holds(condition, answers, met):
    assert holds(condition, answers) is met


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"question": "a"},
        {"is": ["x"]},
        {"question": "a", "is": []},
        {"question": "a", "is": ["x"], "any": [{"question": "b", "is": ["y"]}]},
        {"any": []},
    ],
)
def test_a_condition_says_one_thing(data):
    with pytest.raises(msgspec.ValidationError, match="condition"):
        msgspec.convert(data, Condition)


def test_an_unknown_word_is_refused():
    with pytest.raises(msgspec.ValidationError, match="isnt"):
        msgspec.convert({"question": "a", "isnt": ["x"]}, Condition)


def test_every_test_inside_is_found():
    assert [test.question for test in leaves(all_of(YES, any_of(FAMILY, HIGH)))] == ["hospital", "told", "worry"]
