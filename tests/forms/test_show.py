"""Answers as people read them."""

import pytest

from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.show import answered, in_words, rows_of

from .test_read import GOOD


def shown(question_set, answers):
    return [(section.title, [(row.label, row.value) for row in section.rows]) for section in answered(question_set, answers)]


def test_a_record(wound):
    assert shown(wound, {**GOOD, "where": "cell"}) == [
        (
            "What happened",
            [
                ("Seen on", "28 February 2009"),
                ("At what time?", "10:05am"),
                ("What caused it?", "Something else"),
                ("What was it?", "A door"),
                ("Who was told?", "Family, Youth offending team"),
            ],
        ),
        ("Treatment", [("Did they go to hospital?", "Yes"), ("Place", "Cell or room")]),
        (
            "In hospital",
            [("Nights", "2"), ("How worried are you?", "4"), ("Postcode of the hospital", "LS1 3EX"), ("Say what happened", "It shut.\nHard.")],
        ),
    ]


def test_blanks_are_said_and_what_was_not_asked_is_left_out(wound):
    moot = {"seen_on": "2009-02-28", "cause": "fall", "other_cause": "A door", "hospital": "no", "nights": 3, "told": []}
    assert shown(wound, moot) == [
        (
            "What happened",
            [("Seen on", "28 February 2009"), ("At what time?", "Not recorded"), ("What caused it?", "A fall"), ("Who was told?", "Not recorded")],
        ),
        ("Treatment", [("Did they go to hospital?", "No"), ("Place", "Not recorded")]),
    ]
    assert [row.is_blank for row in answered(wound, moot)[0].rows] == [False, True, False, True]


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        ({"kind": Kind.NUMBER}, 1200, "1,200"),
        ({"kind": Kind.NUMBER}, 12.5, "12.5"),
        ({"kind": Kind.NUMBER}, 0, "0"),
        ({"kind": Kind.TIME}, "12:00", "midday"),
        ({"kind": Kind.RATING, "code_list": "asset_rating"}, 0, "0: Not associated"),
        ({"kind": Kind.RATING, "code_list": "asset_rating"}, "not_known", "Not known"),
        ({"kind": Kind.RADIOS, "options": (Option(value="a", label="A"),)}, "gone", "gone"),
        ({"kind": Kind.CHECKBOXES, "options": (Option(value="a", label="A, then B"), Option(value="c", label="C"))}, ["a", "c"], "A, then B; C"),
        ({"kind": Kind.PERSON}, "YP-000123", "YP-000123"),
    ],
)
def test_in_words(question, value, words):
    assert in_words(Question(name="it", label="It", **question), value) == words


def test_a_zero_is_an_answer_and_secrets_have_no_row():
    questions = [Question(name=kind, kind=Kind(kind), label=kind) for kind in ("number", "hidden", "password")]
    assert [(row.name, row.value) for row in rows_of(questions, {"number": 0, "hidden": "x", "password": "y"})] == [("number", "0")]
