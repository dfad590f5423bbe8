"""The risk model learnt from weeks, judged on later weeks of others, and refused with figures where it is too weak; and what is kept of it."""

import datetime as dt
import itertools
import json
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.trained import trained, weeks
from yosafe.errors import Conflict
from yosafe.models.card import as_lines, card_of
from yosafe.models.explain import explain
from yosafe.models.features import AUDITED_BY, FEATURES, HORIZON, NAMES
from yosafe.models.store import packed, unpacked
from yosafe.models.training import landmark_days, train
from yosafe.models.tuning import forward_parts

KEY = "k" * 32
TRAINED = trained()


def test_a_model_that_finds_what_is_there_reaches_the_bar_and_says_on_what_it_rests():
    found = TRAINED
    assert found.failings == []
    assert found.evaluation.events >= 100
    assert max(base.value for base in found.baselines.values()) < found.evaluation.auc.low or found.baselines["boosted trees"].value > 0.6
    assert {one.attribute for one in found.groups} == set(AUDITED_BY)
    told = {one.feature: one for one in found.premises}
    assert told["harm_days"].auc.high < 0.5, "the longer ago, the less often"
    assert told["distance"].auc.low < 0.5 < told["distance"].auc.high, "nothing was found where there is nothing"


def test_outcomes_by_chance_are_not_found_and_refused_with_the_figures():
    found = train(weeks(follows=False), seed=2002, share=0.1)
    assert 0.45 <= found.evaluation.auc.value <= 0.55
    assert any("doesn't beat" in said and f"{found.evaluation.auc.low:.3f}" in said for said in found.failings)
    lines = "\n".join(as_lines(card_of(found)))
    assert "Refused: " in lines
    assert "never a verdict" in lines


@pytest.mark.parametrize(("rows", "said"), [(0, "0 rows"), (90, "90 rows"), (400, "later rows")], ids=["nothing", "too few", "all on few days"])
def test_too_little_to_learn_from_is_refused(rows, said):
    few = weeks().head(rows).assign(harmed=np.arange(rows) % 3 == 0)
    with pytest.raises(Conflict, match=said):
        train(few, seed=1, share=0.1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(10, 60), st.integers(5, 40))
def test_what_is_judged_came_later_and_is_of_others(seed, count, people):
    days, persons = np.repeat(7.0 * np.arange(count), people), np.tile(np.arange(people), count)
    judged = np.zeros(len(days), dtype=int)
    for learn, judge in forward_parts(days, persons, seed=seed):
        assert days[learn].max() + HORIZON < days[judge].min()
        assert not set(persons[learn]) & set(persons[judge])
        judged[judge] += 1
    assert judged.max(initial=0) <= 1


@settings(max_examples=40, deadline=None)
@given(st.dates(dt.date(1999, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 800))
def test_no_landmark_looks_into_days_to_come(today, before):
    days = landmark_days(today - dt.timedelta(days=before), today)
    assert all(day + dt.timedelta(days=HORIZON) < today for day in days)
    assert all((later - earlier).days == 7 for earlier, later in itertools.pairwise(days))
    assert bool(days) is (before > HORIZON)


def test_every_feature_says_why_and_none_is_a_group():
    assert len(set(NAMES)) == len(NAMES)
    assert not {"sex", "ethnicity", "religion", "disability", "nationality"} & set(NAMES)
    for one in FEATURES:
        assert all((one.title, one.why, one.source, one.not_known, one.said(0.0), one.said(1.0), one.said(2.0)))
        assert one.said(math.nan) == one.not_known


def test_a_score_is_told_in_words_that_add_up():
    row = weeks()[list(NAMES)].iloc[7].to_numpy()
    told = explain(TRAINED.model, row, NAMES, [one.said for one in FEATURES])
    assert told.start + sum(part.log_odds for part in [*told.raised, *told.lowered, *told.neither]) == pytest.approx(told.log_odds, abs=1e-9)
    assert any("came to harm" in part.said for part in [*told.raised, *told.lowered])


KEPT = packed(TRAINED.model, card_of(TRAINED), KEY)


def test_what_is_kept_scores_as_what_was_trained():
    model, card = unpacked(KEPT, KEY)
    rows = weeks(4)[list(NAMES)].to_numpy()
    assert (model.decision_function(rows) == TRAINED.model.decision_function(rows)).all()
    assert card == card_of(TRAINED)


def _other_features(kept):
    numbers = json.loads(kept.model)
    return packed_again(kept, json.dumps(numbers | {"features": numbers["features"][::-1]}))


def packed_again(kept, model):
    """As someone with the key would sign it."""
    from yosafe.models import store

    digest = store._manifest(model, kept.card)
    return replace(kept, model=model, sha256=digest, signature=store._signature(digest, KEY))


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        (lambda kept: replace(kept, model=kept.model.replace("0", "1", 1)), KEY, "its hash is another"),
        (lambda kept: replace(kept, card=kept.card.replace('"failings":[]', '"failings":["x"]')), KEY, "its hash is another"),
        (lambda kept: replace(kept, sha256="0" * 64), KEY, "its hash is another"),
        (lambda kept: replace(kept, signature="0" * 64), KEY, "not signed with this installation's key"),
        (lambda kept: kept, "j" * 32, "not signed with this installation's key"),
        (_other_features, KEY, "other features"),
        (lambda kept: packed_again(kept, "{}"), KEY, "a format that this yosafe doesn't know"),
        (lambda kept: packed_again(kept, json.dumps(json.loads(kept.model) | {"coef": [1.0]})), KEY, "don't fit each other"),
    ],
    ids=["model", "card", "hash", "signature", "another key", "features", "format", "numbers"],
)
def test_what_was_tampered_with_is_refused(change, key, said):
    with pytest.raises(Conflict, match=said):
        unpacked(change(KEPT), key)


def test_there_is_nothing_in_it_that_could_run():
    assert {type(value) for value in msgspec.json.decode(KEPT.model).values()} <= {int, float, list}
