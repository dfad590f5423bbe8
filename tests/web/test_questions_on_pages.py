"""The questions of `yosafe.forms` on a page: every error leads to a box that is there, and what was typed stands in it."""

import datetime as dt
from html.parser import HTMLParser

import pytest

from yosafe.errors import FieldError
from yosafe.forms.questions import Kind, Option, Question, walk
from yosafe.forms.read import asked, filled, read

TODAY = dt.date(2026, 9, 27)
PAGE = """
{% from "kit/question.html" import question %}
{% for q in questions %}{{ question(q, values, errors) }}{% endfor %}
"""
COLOURS = (Option(value="red", label="Red"), Option(value="none", label="None of these", exclusive=True))


def one_of_each():
    inner = Question(name="inner", kind=Kind.DATE, label="Inner", required=True)
    for kind in Kind:
        options = COLOURS if kind in (Kind.RADIOS, Kind.CHECKBOXES, Kind.SELECT) else ()
        reveals = {"red": (inner,)} if kind is Kind.RADIOS else {}
        yield Question(name=f"a_{kind.value}", kind=kind, label=f"A {kind.value}", required=True, options=options, reveals=reveals)


QUESTIONS = tuple(one_of_each())


class Boxes(HTMLParser):
    """The ids of a page, and what its form would post as it stands."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.posted, self.area, self.menu = set(), {}, None, None
        self.feed(html)

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        self.ids.add(attributes.get("id"))
        name, kind = attributes.get("name"), attributes.get("type")
        if tag == "input" and kind in ("radio", "checkbox"):
            if "checked" in attributes:
                self.posted.setdefault(name, []).append(attributes["value"])
        elif tag == "input":
            self.posted[name] = [attributes.get("value") or ""]
        elif tag == "textarea":
            self.area, self.posted[name] = name, [""]
        elif tag == "select":
            self.menu = name
        elif tag == "option" and "selected" in attributes:
            self.posted[self.menu] = [attributes["value"]]

    def handle_data(self, data):
        if self.area:
            self.posted[self.area] = [self.posted[self.area][0] + data]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"a_radios": ["red"], "inner-day": ["31"], "inner-month": ["2"], "inner-year": ["2026"], "a_date-month": ["2"]},
        {f"a_{kind.value}": ["<\0>"] for kind in Kind},
    ],
)
def test_every_error_leads_to_a_box(render, posted):
    reading = read(QUESTIONS, posted, today=TODAY)
    html = render(PAGE, questions=asked(QUESTIONS, {}, on=TODAY), values=reading.typed, errors=reading.errors)
    assert reading.errors
    assert {error.key for error in reading.errors} <= Boxes(html).ids


def test_every_message_is_said_at_its_question(render):
    errors = [
        FieldError(f"{q.name}-day" if q.kind is Kind.DATE else q.name, f"Fault in {q.name}.") for q in walk(QUESTIONS) if q.kind is not Kind.HIDDEN
    ]
    html = render(PAGE, questions=asked(QUESTIONS, {}, on=TODAY), values={}, errors=errors)
    assert [error.key for error in errors if html.count(error.message) != 1] == []


ANSWERED = {
    "a_text": "Jordan",
    "a_textarea": "one\ntwo",
    "a_radios": "red",
    "inner": "2026-02-28",
    "a_checkboxes": ["none"],
    "a_select": "red",
    "a_yes_no": "no",
    "a_date": "2026-09-27",
    "a_time": "10:05",
    "a_number": 0,
    "a_postcode": "LS1 4DY",
    "a_rating": 0,
    "a_email": "amina@example.org",
    "a_hidden": "x",
    "a_person": "YP-000001",
}


def test_a_page_filled_from_kept_answers_posts_the_same_answers(render):
    html = render(PAGE, questions=asked(QUESTIONS, ANSWERED, on=TODAY), values=filled(QUESTIONS, ANSWERED), errors=())
    reading = read(QUESTIONS, Boxes(html).posted, today=TODAY)
    assert reading.answers == ANSWERED
    assert [error.key for error in reading.errors] == ["a_password"]
