"""What is shown of a survey: bases, shares, and what is hidden with its reason."""

import os
from pathlib import Path

import pytest

from yosafe.importing.reading import read_table
from yosafe.surveys.questionnaire import load
from yosafe.surveys.results import ROUTED, SMALL, UNDER_BASE, UNEVEN, Returned, figures
from yosafe.surveys.taking import code

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))
CHILDREN, SYC = load("children-custody"), load("syc1987")


def shown(columns, *groups, questionnaire=CHILDREN, held=None, offered=None, left_out=0):
    """The questions of a survey in which each group is a row and how many returned it."""
    lines = [columns, *(row for row, times in groups for _ in range(times))]
    survey = code(read_table("\n".join(lines).encode()), questionnaire)
    assert survey.refused == []
    returned = Returned(survey.responses.tallies(), survey.responses.everyone(), frozenset(survey.asked), survey.weighted, held, offered, left_out)
    result = figures(questionnaire, returned)
    return result, {question.id: question for section in result.sections for question in section.questions}


def test_missing_answers_are_outside_the_base_and_counted():
    _, questions = shown("unsafe_ever,age", ("yes,16", 30), ("no,16", 60), (",16", 7), ("99,16", 3))
    unsafe = questions["unsafe-ever"]
    assert (unsafe.base, unsafe.missing, unsafe.not_asked) == (90, 10, 0)
    assert unsafe.headline.percent == 33.3
    assert [(a.code, a.count, a.share.percent) for a in unsafe.answers] == [("yes", 30, 33.3), ("no", 60, 66.7)]
    assert unsafe.hidden == ""


@pytest.mark.parametrize(
    ("yes", "no", "hidden", "percent"),
    [(5, 20, "", 20.0), (4, 20, SMALL, None), (0, 20, SMALL, None), (5, 4, UNDER_BASE, None), (0, 0, UNDER_BASE, None)],
)
def test_small_numbers_are_hidden_and_it_says_so(yes, no, hidden, percent):
    _, questions = shown("unsafe_ever,age", ("yes,16", yes), ("no,16", no), (",16", 30))
    unsafe = questions["unsafe-ever"]
    assert unsafe.hidden == hidden
    assert (unsafe.headline and unsafe.headline.percent) == percent
    assert all((answer.count is None) is bool(hidden) for answer in unsafe.answers)
    assert (unsafe.base is None) is (hidden == UNDER_BASE)


def test_only_those_who_were_asked_are_in_the_base_of_a_following_question():
    _, questions = shown("complaint_made,complaint_fair,age", ("yes,yes,", 12), ("yes,no,", 8), ("yes,,", 5), ("no,,", 40), (",,16", 2))
    fair = questions["complaint-fair"]
    assert (fair.base, fair.missing, fair.not_asked) == (20, 5, 42)
    assert fair.headline.percent == 60.0


def test_a_following_question_does_not_tell_what_the_earlier_one_hides():
    _, questions = shown("complaint_made,complaint_fair", ("yes,yes", 12), ("yes,no", 20), ("no,", 3))
    assert questions["complaint-made"].hidden == SMALL
    fair = questions["complaint-fair"]
    assert fair.hidden == ROUTED
    assert (fair.base, fair.missing, fair.not_asked, fair.headline) == (None, None, None, None)


def test_a_following_question_is_shown_where_its_number_is_the_earlier_headline():
    """`no` and `unsure` are hidden from each other; `yes`, on which the next one follows, is not."""
    _, questions = shown("health_problem,health_helped", ("yes,yes", 20), ("yes,no", 10), ("no,", 30), ("unsure,", 3))
    assert questions["health-problem"].hidden == SMALL
    assert questions["health-problem"].headline.percent == 47.6
    assert questions["health-helped"].base == 30


def test_weights_so_uneven_that_they_leave_too_little():
    _, questions = shown("age,famtime,finalwt", ("16,yes,1", 10), ("17,no,1", 10), ("17,no,500", 1), questionnaire=SYC)
    assert questions["family-imprisoned"].hidden == UNEVEN
    assert questions["age"].mean is None


@pytest.mark.parametrize(("held", "offered", "rate"), [(None, None, None), (80, None, 50.0), (80, 50, 80.0), (None, 40, 100.0)])
def test_response(held, offered, rate):
    result, _ = shown("unsafe_ever,age", ("yes,16", 20), ("no,16", 20), held=held, offered=offered)
    assert (result.response.held, result.response.offered, result.response.returned, result.response.rate) == (held, offered, 40, rate)


def test_rows_left_out_were_returned_and_are_in_no_figure():
    result, questions = shown("unsafe_ever,age", ("yes,16", 20), ("no,16", 20), held=50, left_out=5)
    assert (result.response.returned, result.response.left_out, result.response.rate) == (45, 5, 90.0)
    assert questions["unsafe-ever"].base == 40
    assert "5 returned rows could not be read and are in no figure." in result.method


def test_the_method_says_what_was_done():
    plain, _ = shown("unsafe_ever,age", ("yes,16", 20), ("no,16", 20))
    assert not any("weighted" in note for note in plain.method)
    assert any("How many were held was not given" in note for note in plain.method)
    held, questions = shown("unsafe_ever,age", ("yes,16", 20), ("no,16", 20), held=40)
    assert any("corrected for 40 held" in note for note in held.method)
    assert (questions["unsafe-ever"].headline.low, questions["unsafe-ever"].headline.high) == (50.0, 50.0)
    weighted, _ = shown("age,famtime,finalwt", ("16,yes,1", 10), ("17,no,1", 10), questionnaire=SYC)
    assert any("weighted" in note for note in weighted.method)
    assert SYC.caution in weighted.method


@pytest.mark.external
def test_the_four_figures_of_a_real_survey():
    survey = code(read_table(EXTERNAL / "surveys/syc1987.csv"), SYC)
    returned = Returned(survey.responses.tallies(), survey.responses.everyone(), frozenset(survey.asked), survey.weighted)
    result = figures(SYC, returned)
    age, violent, family = result.headline
    assert result.sum_of_weights == 25012
    assert age.mean.mean == 16.639
    assert violent.headline.percent == 61.3
    assert family.headline.percent == 51.8
    assert (family.base, family.missing) == (2588, 33)
