"""The estimator by scikit-learn's own checks, and its parts that add up."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import check_estimator
from threadpoolctl import threadpool_limits

from yosafe.models.estimator import FURTHEST, HarmModel, calibration_shift, parts_of, recalibration
from yosafe.models.explain import explain, plain_words


@pytest.fixture(autouse=True, scope="module")
def one_core():
    with threadpool_limits(limits=1):
        yield


def rows(count, seed=1, slope=1.0):
    """Rows of three numbers, of which the first two tell the outcome, and the third is not known for some."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(count, 3))
    outcome = draw.random(count) < 1 / (1 + np.exp(1 - slope * (values[:, 0] + 0.5 * values[:, 1])))
    values[draw.random(count) < 0.2, 2] = np.nan
    return values, outcome


def test_it_keeps_the_conventions_of_scikit_learn():
    checked = check_estimator(HarmModel(), on_skip=None)
    assert {one["status"] for one in checked} <= {"passed", "skipped"}


@pytest.mark.parametrize(("outcome", "said"), [(["a", "b", "c"] * 4, "binary"), (["a"] * 12, "one class")], ids=["three answers", "one answer"])
def test_an_outcome_that_is_not_there_or_not_is_refused(outcome, said):
    with pytest.raises(ValueError, match=said):
        HarmModel().fit(np.arange(12.0)[:, None], outcome)


VALUES = st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))
MODEL = HarmModel().fit(*rows(400))


@settings(max_examples=60, deadline=None)
@given(row=st.lists(VALUES, min_size=3, max_size=3))
def test_the_parts_of_a_score_add_up_to_it(row):
    told = explain(MODEL, np.array(row), ["a", "b", "c"], [plain_words(name) for name in "abc"])
    parts = [*told.raised, *told.lowered, *told.neither]
    assert sorted(part.feature for part in parts) == ["a", "b", "c"]
    assert told.start + sum(part.log_odds for part in parts) == pytest.approx(told.log_odds, abs=1e-9)
    assert all(part.log_odds > 0 for part in told.raised)
    assert all(part.log_odds < 0 for part in told.lowered)
    assert told.probability == pytest.approx(MODEL.predict_proba([row])[0, 1])


def test_what_is_not_known_is_said_to_be():
    told = explain(MODEL, np.array([0.0, 0.0, math.nan]), ["a", "b", "c"], [plain_words(name) for name in "abc"])
    assert "c: not known" in {part.said for part in [*told.raised, *told.lowered, *told.neither]}


def test_one_strange_number_does_not_decide_a_score():
    near, far = MODEL.decision_function([[FURTHEST * 2, 0, 0], [1e9, 0, 0]])
    assert near == pytest.approx(far)


def test_probabilities_mean_what_they_say_on_rows_not_seen():
    values, outcome = rows(3000, seed=2)
    learnt = HarmModel(strength=100).fit(values[:1500], outcome[:1500])
    slope, _ = recalibration(learnt.decision_function(values[1500:]), outcome[1500:])
    assert 0.85 < slope < 1.15
    assert abs(calibration_shift(learnt.decision_function(values[1500:]), outcome[1500:])) < 0.15


def test_a_person_is_never_on_both_sides():
    persons = np.repeat(np.arange(20), 5)
    for learn, judge in parts_of(np.arange(100) % 2, persons, 5, seed=3):
        assert not set(persons[learn]) & set(persons[judge])
