"""Text from people never becomes markup, whatever macro it passes through."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from markupsafe import Markup

from yosafe.errors import FieldError
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.settings import read
from yosafe.web.templating import PACKAGE, date_parts, environment, message_for, query_link

ATTACK = "\"><img src=x onerror=alert(1)>'"
KINDS = (
    "text",
    "textarea",
    "radios",
    "checkboxes",
    "select",
    "date",
    "time",
    "number",
    "postcode",
    "email",
    "password",
    "file",
    "yes_no",
    "rating",
    "hidden",
    "person",
)
TAKES_A_BLOCK = {"page_head", "alert", "flag_card", "filter_panel", "table", "table_line", "empty"}
GOVUK = "govuk_frontend_jinja/components"


def option(value, label, hint=None, *, exclusive=False):
    return SimpleNamespace(value=value, label=label, hint=hint, exclusive=exclusive)


def question(kind, name="what", **given):
    known = {"label": "What?", "hint": None, "options": (), "required": True, "max_length": None, "width": None, "reveals": {}}
    return SimpleNamespace(**{**known, "name": name, "kind": kind, **given})


def draw(render, q, values=None, errors=()):
    return render('{% from "kit/question.html" import question %}{{ question(q, values, errors) }}', q=q, values=values or {}, errors=errors)


def test_an_imported_macro_is_made_once_and_every_template_has_the_same_globals(jinja):
    imported = '{% from "kit/question.html" import question %}'
    modules = {id(jinja.get_template("kit/question.html")._get_default_module(jinja.from_string(imported).new_context())) for _ in range(2)}
    assert len(modules) == 1
    assert jinja.get_template("kit/question.html").globals is jinja.globals
    with pytest.raises(TypeError, match="when it is rendered"):
        jinja.from_string("{{ a }}", globals={"a": 1})


@pytest.mark.parametrize(
    ("template", "given", "out"),
    [
        ("{{ v }}", "<b>", "&lt;b&gt;"),
        ("{{ v | safe }}", "<b>", "&lt;b&gt;"),
        ("{{ v | safe }}", Markup("<b>"), "<b>"),
        ("{{ v | safe | safe }}", "<b>", "&lt;b&gt;"),
        ("{% set x %}{{ v }}{% endset %}{{ x | safe }}", "<b>", "&lt;b&gt;"),
        ("{{ v | safe }}", 3, "3"),
    ],
)
def test_safe_never_blesses_a_plain_string(render, template, given, out):
    assert render(template, v=given) == out


@pytest.mark.parametrize(
    ("source", "macro", "given"),
    [
        (f"{GOVUK}/inset-text/macro.html", "govukInsetText", '{"html": v}'),
        (f"{GOVUK}/button/macro.html", "govukButton", '{"html": v, "attributes": {"data-x": v}}'),
        (f"{GOVUK}/input/macro.html", "govukInput", '{"id": v, "name": v, "value": v, "label": {"html": v}, "hint": {"html": v}}'),
        (f"{GOVUK}/tag/macro.html", "govukTag", '{"text": "x", "attributes": v}'),
        ("kit/page.html", "page_head", "v, v"),
        ("kit/page.html", "crumbs", "[(v, v)]"),
        ("kit/page.html", "back_link", "v, v"),
        ("kit/page.html", "button_link", "v, v"),
        ("kit/page.html", "submit", "v, name=v, value=v"),
        ("kit/page.html", "post_button", "v, v, v, fields={v: v}"),
        ("kit/page.html", "tag", "v, v"),
        ("kit/page.html", "link", "v, v, v"),
        ("kit/messages.html", "alert", "v, v"),
        ("kit/messages.html", "error_summary", "[(v, v)]"),
        ("kit/messages.html", "warning", "v"),
        ("kit/messages.html", "done", "v, v, v"),
        ("kit/record.html", "person_banner", "v, v, [(v, v)], [(v, v)], v"),
        ("kit/record.html", "sub_nav", '[{"text": v, "href": v}], v'),
        ("kit/record.html", "summary_card", 'v, [{"key": v, "value": v, "href": v, "hidden": v}], [{"text": v, "href": v}]'),
        ("kit/record.html", "timeline", '[{"title": v, "when": v, "by": v, "text": v, "href": v, "more": v, "tag": {"text": v}}]'),
        ("kit/record.html", "words_of", "v, v"),
        ("kit/clock.html", "clock", "v, v"),
        ("kit/cards.html", "number_cards", '[{"number": v, "text": v, "href": v, "note": v}]'),
        ("kit/flag.html", "flag_card", 'v, v, [v], [v], {"text": v, "href": v}, v, v'),
        ("kit/list.html", "filter_panel", 'v, [{"heading": v, "items": [{"text": v, "href": v}]}], v, {v: v}, v, v'),
        ("kit/list.html", "table", 'v, [v, {"text": v, "number": true}]'),
        ("kit/list.html", "table_line", "v"),
        ("kit/list.html", "pager", "v, v, v, v"),
        ("kit/list.html", "empty", 'v, {"text": v, "href": v}'),
    ],
)
def test_no_macro_lets_markup_through(render, source, macro, given):
    call = f"{{% call {macro}({given}) %}}{{{{ v }}}}{{% endcall %}}" if macro in TAKES_A_BLOCK else f"{{{{ {macro}({given}) }}}}"
    check_nothing_passed(render(f'{{% from "{source}" import {macro} %}}{call}', v=ATTACK))


def test_the_layout_lets_no_markup_through(render):
    page = render(
        '{% extends "layout.html" %}{% block title %}{{ v }}{% endblock %}{% block content %}{{ v }}{% endblock %}',
        v=ATTACK,
        viewer=SimpleNamespace(name=ATTACK, agency_name=ATTACK),
        may=lambda permission: True,
        nav=[{"text": ATTACK, "href": ATTACK, "count": 3}],
        csrf_input="",
    )
    check_nothing_passed(page)


def check_nothing_passed(page):
    assert "&lt;img" in page
    assert "<img" not in page
    assert page.count("&lt;img") == page.count("&#34;&gt;&lt;img")  # the quote and bracket before it are escaped too


@pytest.mark.parametrize("kind", KINDS)
def test_no_question_lets_markup_through(render, kind):
    inner = question("text", name="inner", label=ATTACK, hint=ATTACK)
    q = question(
        kind, label=ATTACK, hint=ATTACK, options=(option(ATTACK, ATTACK, ATTACK), option("yes", ATTACK)), reveals={ATTACK: (inner,), "yes": (inner,)}
    )
    values = {"what": [ATTACK] if kind == "checkboxes" else ATTACK, "what-day": ATTACK, "inner": ATTACK}
    page = draw(render, q, values, [FieldError("what", ATTACK), FieldError("inner", ATTACK)])
    check_nothing_passed(page)


@pytest.mark.parametrize(
    ("q", "values", "wanted"),
    [
        (question("text", width=10), {"what": "Ash"}, 'class="govuk-input govuk-input--width-10" id="what" name="what" type="text" value="Ash"'),
        (question("number"), {"what": 0}, 'value="0" inputmode="numeric"'),
        (question("email"), {}, 'type="email"'),
        (question("textarea", max_length=200), {"what": "seen"}, 'data-maxlength="200"'),
        (question("textarea"), {"what": "seen"}, ">seen</textarea>"),
        (question("radios", options=[option("a", "A"), option("b", "B")]), {"what": "b"}, 'value="b" checked'),
        (question("checkboxes", options=[option("a", "A"), option("b", "B")]), {"what": ["a"]}, 'value="a" checked'),
        (question("checkboxes", options=[option("ab", "A")]), {"what": "a"}, 'value="ab"> <label'),
        (question("select", options=[option("a", "A")]), {"what": "a"}, '<option value="a" selected>'),
        (question("select", options=[option("", "Anyone")]), {}, 'name="what"> <option value="" selected>Anyone'),
        (question("rating", options=[option("0", "0"), option("4", "4")]), {"what": 4}, 'value="4" checked'),
        (question("hidden"), {"what": ["YP-000123"]}, '<input type="hidden" id="what" name="what" value="YP-000123">'),
        (question("person"), {"what": ["YP-000123"]}, 'value="YP-000123"'),
        (question("yes_no"), {"what": False}, 'value="no" checked'),
        (question("yes_no"), {"what": "yes"}, 'value="yes" checked'),
        (question("date"), {"what": dt.date(2026, 9, 5)}, 'id="what-month" name="what-month" type="text" value="9"'),
        (question("file"), {}, 'type="file"'),
        (question("password"), {"what": "open sesame"}, 'autocomplete="current-password"'),
        (question("text", required=False), {}, "What? (optional)"),
        (
            question("checkboxes", options=[option("a", "A"), option("none", "None", exclusive=True)]),
            {},
            '<div class="govuk-checkboxes__divider">or</div>',
        ),
        (question("text", hint="In full"), {}, 'aria-describedby="what-hint"'),
    ],
    ids=lambda case: case.kind if hasattr(case, "kind") else "",
)
def test_a_question_shows_what_was_given(render, q, values, wanted):
    assert " ".join(wanted.split()) in " ".join(draw(render, q, values).split())


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_that_forms_know_can_be_drawn(render, kind):
    q = Question(name="what", kind=kind, label="What?", options=(Option(value="a", label="A"),) if kind in ("radios", "checkboxes", "select") else ())
    page = draw(render, q)
    assert 'name="what' in page
    assert kind == "hidden" or "What? (optional)" in page


def test_a_password_is_never_sent_back(render):
    assert "open sesame" not in draw(render, question("password"), {"what": "open sesame"})


def test_an_error_stands_at_its_question_and_in_the_summary(render):
    errors = [FieldError("what", "Enter the day")]
    page = draw(render, question("date"), {"what-day": "31"}, errors)
    assert 'id="what-error"' in page
    assert 'value="31"' in page
    summary = render('{% from "kit/messages.html" import error_summary %}{{ error_summary(errors, [q]) }}', errors=errors, q=question("date"))
    assert '<a href="#what-day">Enter the day</a>' in summary
    assert 'id="what-day"' in page


def test_a_revealed_question_sits_inside_its_answer(render):
    q = question("radios", options=[option("other", "Other")], reveals={"other": (question("text", name="other-what"),)})
    page = draw(render, q, {"what": "other", "other-what": "A fall"})
    assert 'id="conditional-what"' in page
    assert 'value="A fall"' in page
    assert "conditional--hidden" not in page
    assert "conditional--hidden" in draw(render, q)


@pytest.mark.parametrize(
    ("values", "boxes"),
    [
        ({"d": dt.date(2026, 9, 5)}, ("5", "9", "2026")),
        ({"d": "2026-09-05"}, ("5", "9", "2026")),
        ({"d": {"day": 31, "month": "feb"}}, ("31", "feb", "")),
        ({"d": dt.date(2026, 9, 5), "d-day": "31", "d-month": ""}, ("31", "", "")),
        ({"d-day": ["31"], "d-month": ["2"], "d-year": ["26"]}, ("31", "2", "26")),
        ({"d": "2026-13-45x"}, ("", "", "")),
        ({"d": None}, ("", "", "")),
        ({"d": "soon"}, ("", "", "")),
    ],
)
def test_date_parts(values, boxes):
    assert tuple(date_parts(values, "d").values()) == boxes


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({}, "?kind=assault&site=a&site=b"),
        ({"kind": None}, "?site=a&site=b"),
        ({"after": "5 &6"}, "?kind=assault&site=a&site=b&after=5+%266"),
        ({"site": "c", "kind": None}, "?site=c"),
        ({"site": None, "kind": None}, "?"),
    ],
)
def test_query_link(changes, link):
    assert query_link({"kind": "assault", "site": ["a", "b"], "q": ""}, **changes) == link


@pytest.mark.parametrize("errors", [[FieldError("a", "Enter a")], {"a": "Enter a"}])
def test_message_for(errors):
    assert message_for(errors, "a") == "Enter a"
    assert message_for(errors, "b") is None


def test_an_error_about_one_box_of_a_date_marks_that_box(render):
    page = draw(render, question("date"), {"what-day": "3"}, [FieldError("what-month", "What? must include a month")])
    assert "must include a month" in page
    assert page.count("govuk-input--error") == 1
    assert re.search(r'govuk-input--error" id="what-month"', page)


@pytest.mark.parametrize(
    ("terminology", "written", "read_as"),
    [
        ("2002", '{{ term("yot", capital=true) }}', "Youth offending team"),
        ("2002", '{{ term("acpc_short", plural=true) }}', "ACPCs"),
        ("today", '{{ term("yot") }}', "youth justice service"),
    ],
)
def test_words_follow_the_terminology(tmp_path, terminology, written, read_as):
    settings = read({"YOSAFE_HOME": str(tmp_path), "YOSAFE_TERMINOLOGY": terminology})
    assert environment(settings).from_string(written).render() == read_as


def test_the_title_says_when_there_is_an_error(render):
    page = '{% extends "layout.html" %}{% block title %}Incidents{% endblock %}'
    assert "<title>Incidents – yosafe</title>" in render(page)
    assert "<title>Error: Incidents – yosafe</title>" in render(page, errors=[FieldError("a", "Enter a")])


def test_only_the_attributes_macro_trusts_and_no_template_has_a_style():
    trusting, styled = [], []
    for path in PACKAGE.rglob("templates/**/*.html"):
        text = path.read_text("utf-8")
        trusting += [path.name] if re.search(r"\|\s*trusted|autoescape", text) else []
        styled += [path.name] if re.search(r"\sstyle=|<style|\son\w+=|javascript:", text) else []
    assert (trusting, styled) == (["attributes.html"], [])


def test_every_template_compiles(jinja):
    ours = [name for name in jinja.list_templates() if not name.startswith("govuk_frontend_jinja/")]
    assert "layout.html" in ours
    assert all(jinja.get_template(name) for name in ours)
