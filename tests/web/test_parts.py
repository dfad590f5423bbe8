"""Parts of pages that are drawn in Python, and what a filter asks, kept as it was drawn."""

import pytest

from yosafe.errors import FieldError
from yosafe.web.parts import FilterQuestions

HOSTILE = "\"><img src=x onerror=alert(1)>'"


def field(kind, **given):
    options = [{"value": "a", "label": "First"}, {"value": "b", "label": "Second"}, {"value": HOSTILE, "label": HOSTILE}]
    return {"name": "what", "kind": kind, "label": "What?", "options": options, **given}


def by_macro(render, asked, values, errors=()):
    source = '{% from "kit/question.html" import question %}{{ question(q, values, errors, size="s", small=true) }}'
    return render(source, q=asked, values=values, errors=errors)


@pytest.mark.parametrize("kind", ["checkboxes", "radios", "select", "text", "person"])
@pytest.mark.parametrize("values", [{}, {"what": "b"}, {"what": ["a", "b"]}, {"what": HOSTILE}, {"other": "a", "what": ""}])
def test_a_filter_asks_as_the_macro_does_the_first_time_and_again(jinja, render, kind, values):
    ask = FilterQuestions(jinja)
    drawn = {str(ask(field(kind), values, ())) for _ in range(2)}
    assert drawn == {by_macro(render, field(kind), values)}
    assert "<img" not in drawn.pop()


def test_each_answer_and_each_question_is_drawn_as_it_is(jinja):
    ask = FilterQuestions(jinja)
    asked = [field("radios"), field("radios", label="Which?"), field("radios", hint="One"), field("radios", name="which"), field("checkboxes")]
    drawn = {str(ask(one, {one["name"]: value}, ())) for one in asked for value in ("a", "b", "")}
    assert len(drawn) == len(asked) * 3


def test_what_is_wrong_is_said_and_what_was_written_is_not_kept(jinja, render):
    ask = FilterQuestions(jinja)
    errors = (FieldError("what", "Choose one of these"),)
    ask(field("radios"), {"what": "x"}, ())
    assert ask(field("radios"), {"what": "x"}, errors) == by_macro(render, field("radios"), {"what": "x"}, errors)
    ask(field("text"), {"what": "Leroy"}, ())
    assert ask._kept.cache_info().currsize == 1
