"""How sure figures of drawn samples are: by hand, against formulas that hold in special cases, and on a real survey."""

import gzip
import math
import os
from pathlib import Path

import numpy as np
import pytest

from yosafe.importing.reading import read_table
from yosafe.surveys.design import Drawn, Spread, mean_spread, spread_of
from yosafe.surveys.questionnaire import load
from yosafe.surveys.results import ONE_CLUSTER, Returned, figures
from yosafe.surveys.rules import Tally, drawn_size, share_of, wilson
from yosafe.surveys.taking import code

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))
YRBS = load("yrbs2019")

# Six ambulance services in three areas: heart arrests, and those who lived (Levy and Lemeshow; `scd` in R's survey package).
ARRESTS = {("1", "a"): 120.0, ("1", "b"): 78.0, ("2", "a"): 185.0, ("2", "b"): 228.0, ("3", "a"): 670.0, ("3", "b"): 530.0}
ALIVE = {("1", "a"): 25.0, ("1", "b"): 24.0, ("2", "a"): 30.0, ("2", "b"): 49.0, ("3", "a"): 80.0, ("3", "b"): 70.0}


def test_a_ratio_in_strata_of_two_clusters_by_hand():
    """With two clusters a stratum, its part of the variance is the square of their difference."""
    total, share = 1811, 278 / 1811
    by_hand = sum(((ALIVE[h, "a"] - share * ARRESTS[h, "a"]) - (ALIVE[h, "b"] - share * ARRESTS[h, "b"])) ** 2 for h in "123") / total**2
    assert Drawn(ALIVE, ARRESTS, list(ARRESTS)).spread() == (pytest.approx(by_hand), 3)


def test_one_respondent_a_cluster_and_one_stratum_is_a_plain_sample():
    """Then the variance of a share is p (1 - p) / (n - 1), and that of a mean s2 / n."""
    ages = [14, 15, 15, 16, 16, 16, 17, 17, 18, 18, 19, 20]
    clusters = [("", str(n)) for n in range(len(ages))]
    old = {c: 1.0 for c, age in zip(clusters, ages, strict=True) if age > 16}
    share = len(old) / len(ages)
    assert Drawn(old, dict.fromkeys(clusters, 1.0), clusters).spread() == (pytest.approx(share * (1 - share) / 11), 11)
    by_age = {float(age): {c: 1.0 for c, one in zip(clusters, ages, strict=True) if one == age} for age in ages}
    assert mean_spread(by_age, clusters) == (pytest.approx(np.var(ages, ddof=1) / len(ages)), 11)


def test_clusters_in_which_nobody_was_asked_count_too():
    """A part of a sample is as unsure as the sample: leaving its empty clusters out would make it too sure (Lumley, 2.2)."""
    base = {("1", "a"): 10.0, ("1", "b"): 10.0}
    part = {("1", "a"): 5.0, ("1", "b"): 3.0}
    whole = [*base, ("1", "c")]
    assert Drawn(part, base, list(base)).spread() == (pytest.approx(2 * (0.05**2 * 2)), 1)
    assert Drawn(part, base, whole).spread() == (pytest.approx(1.5 * (0.05**2 * 2)), 2)


def test_a_stratum_of_one_cluster_is_held_against_all():
    values = {("1", "a"): 0.3, ("2", "a"): -0.1, ("2", "b"): -0.2}
    assert spread_of(values, list(values)) == (pytest.approx(0.3**2 + 2 * (0.05**2 * 2)), 1)
    assert spread_of({("1", "a"): 0.3}, [("1", "a")]).freedom == 0


@pytest.mark.parametrize(
    ("variance", "freedom", "n", "size"),
    [
        (0.0025, 10_000, 200, 84.0),
        (0.0025, 10, 200, 84.0 * (1.959964 / 2.228139) ** 2),
        (0.0, 10, 200, 200 * (1.959964 / 2.228139) ** 2),
        (0.0001, 10_000, 200, 200.0),  # clusters too unlike by chance: never worth more than they are
        (math.nan, 0, 200, 0.0),
    ],
)
def test_what_a_drawn_sample_is_worth(variance, freedom, n, size):
    assert drawn_size(0.3, Spread(variance, freedom), n=n) == pytest.approx(size, rel=1e-3)


def test_wilsons_interval_at_what_it_is_worth():
    how = Drawn({c: w / 4 for c, w in ARRESTS.items()}, ARRESTS, list(ARRESTS))
    size = drawn_size(0.25, how.spread(), n=1811)
    assert share_of(Tally(453, 452.75, 453), Tally(1811, 1811, 1811), drawn=how) == pytest.approx((0.25, *wilson(0.25, size), size))


def rows(*groups, head="Q23,weight,stratum,psu"):
    survey = code(read_table("\n".join([head, *(row for row, times in groups for _ in range(times))]).encode()), YRBS)
    return survey, Returned(
        survey.responses.tallies(), survey.responses.everyone(), frozenset(survey.asked), survey.weighted, drawn=survey.responses.drawn()
    )


def test_a_file_says_how_its_respondents_were_drawn():
    survey, returned = rows(("1,2,11.0,5", 12), ("2,1,11,6", 12), ("2,1,12,7", 12), ("1,1,,7", 1), ("1,1,12," + "x" * 41, 1))
    assert survey.responses.drawn().clusters == {("11", "5"), ("11", "6"), ("12", "7")}
    assert [(row.row, row.column) for row in survey.refused] == [(38, "stratum"), (39, "psu")]
    result = figures(YRBS, returned)
    assert result.sections[0].questions[0].headline.percent == 50.0
    assert any("drawn in 3 clusters of 2 strata" in line for line in result.method)


def test_one_cluster_a_stratum_tells_nothing_of_how_sure_a_figure_is():
    _, returned = rows(("1,2,11,5", 12), ("2,1,12,6", 12))
    question = figures(YRBS, returned).sections[0].questions[0]
    assert (question.hidden, question.headline, {answer.count for answer in question.answers}) == (ONE_CLUSTER, None, {None})


@pytest.mark.external
def test_a_national_survey_of_pupils_to_the_digit():
    """Weighted figures as the Centers for Disease Control and Prevention print them, and their intervals."""
    with gzip.open(EXTERNAL / "surveys/yrbs2019_national_raw.csv.gz") as file:
        survey = code(read_table(file.read()), YRBS)
    assert (survey.responses.count, survey.refused, len(survey.asked)) == (13_677, [], 39)
    returned = Returned(
        survey.responses.tallies(), survey.responses.everyone(), frozenset(survey.asked), survey.weighted, drawn=survey.responses.drawn()
    )
    result = figures(YRBS, returned)
    shown = {q.id: q.headline for section in result.sections for q in section.questions if q.headline}
    printed = {
        "bullied-at-school": 19.5, "considered-suicide": 18.8, "attempted-suicide": 8.9, "planned-suicide": 15.7, "bullied-online": 15.7, "sad": 36.7,
        "weapon": 13.2, "weapon-at-school": 2.8, "gun": 4.4, "stayed-away": 8.7, "threatened-at-school": 7.4, "fight": 21.9, "fight-at-school": 8.0,
        "forced-sex": 7.3, "sexual-violence": 10.8, "injured-by-attempt": 2.5, "smoked": 24.1, "vaped": 50.1, "drinks": 29.2, "cannabis-now": 21.7,
    }  # fmt: skip
    assert {name: shown[name].percent for name in printed} == printed
    assert [q.id for q in result.headline] == ["bullied-at-school", "considered-suicide", "attempted-suicide"]
    assert (shown["considered-suicide"].low, shown["considered-suicide"].high) == (17.6, 20.0)
    assert (shown["attempted-suicide"].low, shown["attempted-suicide"].high) == (7.9, 10.0)
