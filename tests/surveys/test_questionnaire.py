"""Questionnaires hold together, and say so where they don't."""

import msgspec
import pytest

from yosafe.errors import NotFound
from yosafe.surveys.questionnaire import available, cell_key, column_key, load, parse

GOOD = """
id = "q"
version = 1
title = "A questionnaire"
about = "about"
source = "source"
missing = ["99"]
headline = ["safe"]
[answer_sets]
yes-no = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
[[sections]]
id = "s"
title = "Section"
[[sections.questions]]
id = "safe"
label = "Safe?"
short = "Safe"
answers = "yes-no"
positive = ["yes"]
[[sections.questions]]
id = "why"
label = "Why?"
short = "Why"
answers = "yes-no"
asked_if = { question = "safe", answers = ["no"] }
[[sections.questions]]
id = "age"
label = "Age?"
short = "Mean age"
kind = "number"
minimum = 10
maximum = 21
"""


@pytest.mark.parametrize("which", available(), ids=str)
def test_every_shipped_questionnaire_loads_and_says_where_it_is_from(which):
    questionnaire = load(*which)
    assert (questionnaire.id, questionnaire.version) == which
    assert questionnaire.source
    assert questionnaire.headline
    for question in questionnaire.questions():
        assert len(question.id) <= 40
        assert question.label
        assert question.short


def test_the_newest_version_unless_told_and_unknown_ones_refused():
    assert load("syc1987") == load("syc1987", 1)
    for which in [("syc1987", 9), ("nobody", None), ("../syc1987", None)]:
        with pytest.raises(NotFound, match="There are: children-custody, syc1987, yrbs2019"):
            load(*which)


def test_the_children_are_asked_about_every_theme():
    themes = {section.id for section in load("children-custody").sections}
    assert themes == {"about-you", "arrival", "safety", "other-children", "staff", "telling", "health", "home", "days", "leaving"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "why"', 'id = "safe"', "question safe appears twice"),
        ('positive = ["yes"]', 'positive = ["maybe"]', "safe: positive names maybe"),
        ('positive = ["yes"]', 'positive = ["yes", "no"]', "safe: every answer is positive"),
        ('answers = "yes-no"\npositive', 'answers = "often"\npositive', "safe: there is no answer set often"),
        ('headline = ["safe"]', 'headline = ["unsafe"]', "headline: there is no question unsafe"),
        ('missing = ["99"]', 'missing = ["no"]', "safe: cell no appears twice"),
        ("maximum = 21", "maximum = 5", "age: a number needs a minimum below a maximum"),
        ('kind = "number"', 'kind = "number"\nanswers = "yes-no"', "age: a number has no list of answers"),
        ('question = "safe", answers = ["no"]', 'question = "age", answers = ["no"]', "why: asked_if must name an earlier question"),
        ('question = "safe", answers = ["no"]', 'question = "safe", answers = ["often"]', "why: asked_if names often"),
        ("[answer_sets]", 'groups = ["age"]\n[answer_sets]', "groups: age must be a question with positive answers"),
        ("[answer_sets]", 'stratum = "s"\n[answer_sets]', "stratum: needs psu"),
        ('{ code = "no", label = "No" }', '{ code = "no", label = "yes" }', "safe: cell yes appears twice"),
        ('id = "why"', 'id = "why"\ncolumns = ["SAFE "]', "column safe appears twice"),
        ('yes-no = [{ code = "yes", label = "Yes" }, ', "yes-no = [", "safe: needs two answers or more"),
    ],
)
def test_faults_are_named(old, new, says):
    assert parse(GOOD.encode()).title == "A questionnaire"
    assert old in GOOD
    with pytest.raises(ValueError, match=says):
        parse(GOOD.replace(old, new, 1).encode())


@pytest.mark.parametrize(("old", "new"), [('id = "safe"', 'id = "Not Safe"'), ('title = "A', 'titel = "A'), ("version = 1", "version = 0")])
def test_what_is_not_in_the_format_is_refused(old, new):
    with pytest.raises(msgspec.ValidationError):
        parse(GOOD.replace(old, new, 1).encode())


@pytest.mark.parametrize(("name", "key"), [("Q unsafe-ever ", "q_unsafe_ever"), ("q_unsafe_ever", "q_unsafe_ever"), ("ÂGE", "âge"), ("--", "")])
def test_column_key(name, key):
    assert column_key(name) == key


@pytest.mark.parametrize(
    ("cell", "key"), [("  Yes ", "yes"), ("DON’T  know", "don't know"), ("1.0", "1"), ("-99.00", "-99"), ("1.05", "1.05"), ("v1.0", "v1.0")]
)
def test_cell_key(cell, key):
    assert cell_key(cell) == key
