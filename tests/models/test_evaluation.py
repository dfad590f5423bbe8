"""Figures against values that others worked out, and figures by sub-group."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from yosafe.models import evaluation as ev
from yosafe.models.bar import failings
from yosafe.models.fairness import audit

DRAW = np.random.default_rng(5)
SCORES = DRAW.normal(size=600)
CAME = DRAW.random(600) < 1 / (1 + np.exp(1 - SCORES))


def test_figures_are_those_of_scikit_learn():
    found = ev.evaluate_scores(CAME, SCORES, share=0.1, seed=1)
    said = 1 / (1 + np.exp(-SCORES))
    assert found.auc.value == pytest.approx(roc_auc_score(CAME, SCORES))
    assert found.brier == pytest.approx(brier_score_loss(CAME, said))
    assert found.capacity.flagged == 60
    assert found.capacity.found + found.capacity.missed == found.events == CAME.sum()
    assert found.slope.low < 1 < found.slope.high
    assert found.intercept.value == pytest.approx(-1, abs=0.25)
    assert found.expected == pytest.approx(said.sum())


# DeLong, DeLong and Clarke-Pearson's variance by its definition: placements one by one.
def test_delong_is_as_by_the_definition():
    there, gone = SCORES[CAME], SCORES[~CAME]
    wins = (there[:, None] > gone[None, :]) + 0.5 * (there[:, None] == gone[None, :])
    spread = 1.959964 * np.sqrt(wins.mean(axis=1).var(ddof=1) / len(there) + wins.mean(axis=0).var(ddof=1) / len(gone))
    found = ev.delong(CAME, SCORES)
    assert (found.value, found.low, found.high) == pytest.approx((wins.mean(), wins.mean() - spread, wins.mean() + spread), abs=1e-6)


def test_rows_of_one_person_are_not_so_many_witnesses():
    persons = np.repeat(np.arange(600), 4)
    many = ev.evaluate_scores(np.repeat(CAME, 4), np.repeat(SCORES, 4), persons, share=0.1, seed=1)
    once = ev.evaluate_scores(CAME, SCORES, share=0.1, seed=1)
    assert many.auc.value == pytest.approx(once.auc.value)
    assert many.auc.high - many.auc.low == pytest.approx(once.auc.high - once.auc.low, rel=0.15)
    assert many.slope.high - many.slope.low == pytest.approx(once.slope.high - once.slope.low, rel=0.05)
    assert "persons" in many.auc_method


@pytest.mark.parametrize(("hits", "base", "expected"), [(9, 9, None), (1, 10, (0.1, 0.018, 0.404)), (10, 10, (1.0, 0.722, 1.0))])
def test_a_share_is_given_from_a_base_of_ten(hits, base, expected):
    found = ev.share_of(np.arange(base) < hits, np.arange(base))
    assert found.base == base
    if expected is None:
        assert found.value is None
    else:
        assert (found.value, found.low, found.high) == pytest.approx(expected, abs=5e-4)


def test_a_share_of_rows_of_few_persons_is_as_unsure_as_one_of_persons():
    hits, persons = np.arange(60) % 3 == 0, np.arange(60)
    once, often = ev.share_of(hits, persons), ev.share_of(np.repeat(hits, 5), np.repeat(persons, 5))
    assert (often.value, often.low, often.high) == pytest.approx((once.value, once.low, once.high), abs=1e-6)
    assert ev.share_of(np.repeat(hits[:9], 5), np.repeat(persons[:9], 5)).value is None


def test_a_group_of_many_rows_and_few_persons_is_withheld():
    (found,) = audit(
        CAME, SCORES, np.r_[np.arange(500), np.repeat(np.arange(500, 505), 20)], {"wing": group_of({"a": 300, "b": 200, "c": 100})}, share=0.1
    )
    assert [one.group for one in found.groups] == ["a"]


def test_equal_scores_never_flag_more_than_can_be_seen():
    assert ev.flagged_at(np.zeros(50), 0.1).sum() == 5


@pytest.mark.parametrize(
    ("scores", "came", "baseline", "said"),
    [
        (SCORES, CAME, 0.55, []),
        (SCORES, CAME, 0.75, ["doesn't beat 0.750 for counting"]),
        (SCORES * 3, CAME, 0.55, ["slope is"]),
        (SCORES[:120], CAME[:120], 0.3, ["outcomes, and needs 100"]),
        (DRAW.permutation(SCORES), CAME, 0.5, ["doesn't beat", "slope"]),
    ],
    ids=["good", "no better than counting", "too sure", "too few", "chance"],
)
def test_the_bar_says_why_with_figures(scores, came, baseline, said):
    found = failings(ev.evaluate_scores(came, scores, share=0.1, seed=1), {"counting": ev.Estimate(value=baseline)})
    assert len(found) == len(said), found
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))
    assert all(any(letter.isdigit() for letter in sentence) for sentence in found)


def group_of(sizes):
    return [name for name, size in sizes.items() for _ in range(size)]


def test_small_groups_are_withheld_and_can_not_be_worked_out():
    groups = group_of({"a": 500, "b": 60, "c": 33, "d": 7})
    (found,) = audit(CAME, SCORES, None, {"wing": groups}, share=0.1)
    assert [one.group for one in found.groups] == ["a", "b"]
    assert (found.withheld, found.withheld_rows) == (2, 40)


def test_how_few_had_the_outcome_is_not_told():
    came = CAME.copy()
    came[-40:] = [True, True, *([False] * 38)]
    (found,) = audit(came, SCORES, None, {"wing": group_of({"a": 300, "b": 260, "c": 40})}, share=0.1)
    untold = [one for one in found.groups if one.events is None]
    assert {"c"} < {one.group for one in untold}, "with one alone, the total would tell it"
    assert all(one.came.value is one.missed.value is one.false_flags.value is None for one in untold)


def test_figures_of_a_group_are_those_of_its_rows():
    names = np.where(np.arange(600) % 3 == 0, "one", "two")
    (found,) = audit(CAME, SCORES, None, {"wing": names.tolist()}, share=0.2)
    flags = ev.flagged_at(SCORES, 0.2)
    for one in found.groups:
        inside = names == one.group
        assert one.missed.value == pytest.approx((~flags[inside & CAME]).mean())
        assert one.false_flags.value == pytest.approx(flags[inside & ~CAME].mean())
        assert one.auc.value == pytest.approx(roc_auc_score(CAME[inside], SCORES[inside]))
        assert one.expected_to_observed.low < one.expected_to_observed.value < one.expected_to_observed.high


def test_groups_that_are_flagged_differently_beyond_chance_are_named():
    names = np.where(SCORES > 0, "high", "low")
    (found,) = audit(CAME, SCORES, None, {"wing": names.tolist()}, share=0.3)
    assert ("high", "low") in {(one.higher, one.lower) for one in found.apart if "flagged" in one.figure}
