"""Capacities and drift: thresholds that follow, figures by group, how far inputs moved, what to do."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.trained import artefact
from yosafe.models.capacity import SHARES, capacities, ladder, nearest, threshold
from yosafe.models.drift import Band, Month, Moved, Verdict, Yield, band_of, month_of, spread, stability, verdict
from yosafe.models.evaluation import Estimate
from yosafe.models.fairness import audit_flags
from yosafe.models.store import unpacked

DRAW = np.random.default_rng(7)
SCORES, PERSONS = DRAW.normal(-2, 1, 4000), np.arange(4000) % 400
OUTCOME = DRAW.random(4000) < 1 / (1 + np.exp(-SCORES))
GROUPS = {"sex": ["female" if one % 2 == 0 else "male" for one in PERSONS], "care": ["rare" if one < 4 else "never" for one in PERSONS]}


@settings(max_examples=60)
@given(st.lists(st.floats(-8, 4), min_size=30, max_size=300), st.floats(0.01, 1))
def test_about_as_many_are_flagged_as_can_be_seen(scores, share):
    found = np.array(scores)
    steps = ladder(found)
    assert steps == sorted(steps)
    ties = np.sum(np.isclose(found, threshold(steps, share), atol=1e-4))
    assert np.sum(found >= threshold(steps, share)) <= share * len(found) + 2 + ties


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_no_share_has_no_threshold(share):
    with pytest.raises(ValueError, match="no share"):
        threshold([0.0, 1.0], share)


def test_whom_a_capacity_leaves_out_is_told_by_group_and_small_groups_are_not():
    found = capacities(OUTCOME, SCORES, PERSONS, GROUPS)
    assert [one.at.share for one in found] == list(SHARES)
    recalls = [one.at.recall.value for one in found]
    assert recalls == sorted(recalls)
    assert [one.group for one in found[0].groups["sex"]] == ["female", "male"]
    assert "rare" not in [one.group for one in found[0].groups["care"]]
    male = found[5].groups["sex"][1]
    flags = np.sort(SCORES)[-400] <= SCORES
    among = np.array(GROUPS["sex"]) == "male"
    assert male.missed.value == pytest.approx((~flags & OUTCOME & among).sum() / (OUTCOME & among).sum(), abs=1e-3)


@pytest.mark.parametrize(("share", "near"), [(0.001, 0.01), (0.06, 0.05), (0.09, 0.1), (1.0, 0.5)])
def test_figures_are_those_of_the_nearest_share(share, near):
    _, card = unpacked(artefact("k" * 32), "k" * 32)
    assert nearest(card.capacities, share).at.share == near


@pytest.mark.parametrize("few", [0, 4, 396, 400])
def test_flags_that_fewer_than_five_had_are_not_told_of(few):
    flags = few > PERSONS
    for audit in audit_flags(OUTCOME, flags, PERSONS, GROUPS):
        assert all(one.missed.value is None and one.flagged.value is None and one.auc.value is None for one in audit.groups)


def test_flags_of_many_are():
    found = {one.group: one for one in audit_flags(OUTCOME, PERSONS < 200, PERSONS, GROUPS)[0].groups}
    assert found["male"].missed.value == pytest.approx(0.5, abs=0.1)


@settings(max_examples=60)
@given(st.integers(0, 1000), st.floats(0, 0.5))
def test_what_has_not_moved_has_no_index_and_what_has_does(seed, missing):
    draw = np.random.default_rng(seed)
    column = np.where(draw.random(500) < missing, np.nan, draw.poisson(2, 500))
    was = spread("x", column)
    assert stability(was, column) == pytest.approx(0, abs=1e-4)
    assert stability(was, column + 3) > 0.25
    assert stability(was, np.full(500, np.nan)) > 0.25


@pytest.mark.parametrize(
    ("index", "people", "band"),
    [(0.05, 400, Band.SAME), (0.17, 400, Band.LOOK), (0.4, 400, Band.CHANGED), (0.4, 49, Band.TOO_FEW), (0.29, 400, Band.LOOK)],
)
def test_an_index_is_read_above_what_chance_makes_of_it(index, people, band):
    assert band_of(index, 0.05, people) is band


def test_a_month_says_nothing_of_fewer_than_ten():
    few = month_of("March 2003", np.full(40, 0.1), [True] * 5 + [False] * 35, list(range(40)))
    many = month_of("March 2003", np.full(200, 0.1), [True] * 40 + [False] * 160, list(range(200)))
    assert (few.ratio.value, few.came, few.people) == (None, 5, 40)
    assert many.ratio.value == pytest.approx(0.5)
    assert many.ratio.low < 0.5 < many.ratio.high


def month(expected, came):
    wide = 1.96 / math.sqrt(came)
    value = expected / came
    ratio = Estimate(value=value, low=value * math.exp(-wide), high=value * math.exp(wide), base=came)
    return Month(month="March 2003", rows=400, people=300, expected=expected, came=came, ratio=ratio)


def inputs(band):
    return [Moved(feature="age", title="Age", index=0.3, by_chance=0.01, band=band)]


@pytest.mark.parametrize(
    ("moved", "months", "yields", "what", "said"),
    [
        ([], [], [], Verdict.GO_ON, "Too few"),
        ([], [month(100, 100)], [], Verdict.GO_ON, "mean what they say"),
        ([], [month(115, 100)], [], Verdict.GO_ON, "mean what they say"),
        ([], [month(160, 100)], [], Verdict.RETRAIN, "1.60 expected"),
        ([], [month(300, 100)], [], Verdict.STOP, "3.00 expected"),
        (inputs(Band.LOOK), [], [], Verdict.LOOK, "has moved since it learnt: Age"),
        (inputs(Band.CHANGED), [], [], Verdict.RETRAIN, "has changed since it learnt: Age"),
        (inputs(Band.TOO_FEW), [], [], Verdict.GO_ON, "Too few"),
        ([], [], [Yield(month="March 2003", raised=30, decided=25, borne_out=1)], Verdict.STOP, "fewer than 1 in 10"),
        ([], [], [Yield(month="March 2003", raised=30, decided=9, borne_out=0)], Verdict.GO_ON, "Too few"),
    ],
)
def test_what_to_do_is_said_with_why(moved, months, yields, what, said):
    found, why = verdict(moved, months, yields)
    assert found is what
    assert any(said in one for one in why)


def test_what_is_said_of_flags_that_were_not_borne_out_tells_no_small_number():
    _, [why] = verdict([], [], [Yield(month="March 2003", raised=30, decided=25, borne_out=2)])
    assert why == "Of 25 of its flags that people decided on, fewer than 1 in 10 were borne out."
