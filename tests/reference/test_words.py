"""Code lists and terms are well formed, and say what the domain says."""

import datetime as dt
import re
from pathlib import Path
from typing import get_args

import pytest

from yosafe.accounts.permissions import AgencyKind
from yosafe.clock import stopped_at
from yosafe.errors import Invalid
from yosafe.reference.codes import code_list, code_lists
from yosafe.reference.terms import catalogue, term
from yosafe.settings import Terminology

LISTS = sorted(code_lists())
NEVER_FOR_A_CHILD = re.compile(r"\b(offender|inmate|perpetrator|victim|prisoner)s?\b", re.IGNORECASE)
GLOSSARY = Path(__file__).parents[2] / "GLOSSARY.md"


@pytest.mark.parametrize("name", LISTS)
def test_a_code_list_is_well_formed(name):
    found = code_list(name)
    values = [c.code for c in found.codes]
    assert found.name == name
    assert found.title
    assert found.source
    assert len(set(values)) == len(values), "a code is never used again"
    for c in found.codes:
        assert re.fullmatch(r"[a-z0-9_]{1,40}", c.code), c.code
        assert c.since is None or c.until is None or c.since <= c.until, c.code
        for terminology in get_args(Terminology):
            assert re.fullmatch(r"[^\s{}][^{}]*", c.label(terminology)), c.code
            assert c.label(terminology)[0].isupper() or c.label(terminology)[0].isdigit(), c.code


@pytest.mark.parametrize("name", LISTS)
def test_labels_in_use_on_a_day_are_told_apart(name):
    found = code_list(name)
    edges = {d for c in found.codes for d in (c.since, c.until) if d} | {dt.date(2002, 1, 1), dt.date(2026, 1, 1)}
    for terminology in get_args(Terminology):
        for day in edges:
            labels = list(found.labels(day, terminology).values())
            assert labels
            assert len(set(labels)) == len(labels), day


@pytest.mark.parametrize("name", LISTS)
def test_words_for_children_are_kind(name):
    for c in code_list(name).codes:
        assert not NEVER_FOR_A_CHILD.search(c.wording.replace("{yoi}", "")), c.code


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("incident_kind", "bullying assault self_harm complaint staff_allegation disclosure injury use_of_force missing death"),
        ("involvement_role", "harmed alleged_to_have_harmed took_part hurt_self present told_us complainant concerned"),
        ("staff_role", "staff_alleged staff_involved staff_harmed staff_present"),
        ("severity", "low moderate serious"),
        ("care_status", "looked_after care_leaver formerly_in_care never not_known"),
        ("agency_kind", "yot yoi social_services acpc inspectorate operator"),
        ("referral_category", "emotional neglect physical sexual"),
        ("referral_source", "5b 7"),
        (
            "referral_status",
            "considered_not_referred draft sent acknowledged no_further_action assessment strategy "
            "section_47 conference registered in_review ended declined escalated",
        ),
        ("complaint_outcome", "upheld part_upheld not_upheld withdrawn"),
        ("flag_level", "note raised high"),
    ],
)
def test_lists_of_the_domain(name, values):
    assert code_list(name).values() == tuple(values.split())


def test_agency_kinds_are_those_that_accounts_know():
    assert code_list("agency_kind").values() == tuple(kind.value for kind in AgencyKind)


def test_protection_comes_first_among_outcomes():
    groups = [c.group for c in code_list("outcome").codes]
    assert groups[0] == "protective"
    assert groups == sorted(groups, key=["protective", "told", "discipline", "none"].index)


@pytest.mark.parametrize("name", ["ethnicity", "religion", "disability", "yes_no"])
def test_not_asked_and_declined_are_answers(name):
    assert {"not_asked", "declined"} <= set(code_list(name).values())


@pytest.mark.parametrize(
    ("name", "value", "day", "ok"),
    [
        ("ethnicity", "chinese", "2002-01-01", True),
        ("ethnicity", "chinese", "2011-03-26", True),
        ("ethnicity", "chinese", "2011-03-27", False),
        ("ethnicity", "asian_chinese", "2011-03-27", True),
        ("ethnicity", "roma", "2002-01-01", False),
        ("legal_status", "section_91", "2002-01-01", True),
        ("legal_status", "section_250", "2002-01-01", False),
        ("sex", "unknown", "2002-01-01", False),
        ("sex", "", "2002-01-01", False),
    ],
)
def test_a_value_is_checked_as_of_its_day(name, value, day, ok):
    on = dt.date.fromisoformat(day)
    if ok:
        assert code_list(name).code(value, on).code == value
    else:
        with pytest.raises(Invalid, match="Choose one of: ") as refusal:
            code_list(name).check(value, on, key="answer")
        assert refusal.value.errors[0].key == "answer"


def test_today_is_the_day_unless_one_is_said():
    with stopped_at(dt.datetime(2002, 10, 14, 12, tzinfo=dt.UTC)):
        assert code_list("ethnicity").code("chinese").label() == "Chinese"
        with pytest.raises(Invalid, match="not used on 14 October 2002"):
            code_list("ethnicity").check("roma")


def test_an_ended_code_keeps_its_label():
    assert code_list("ethnicity").label("chinese") == "Chinese"


def test_labels_follow_the_terminology():
    outcome = code_list("outcome")
    assert outcome.label("watch_opened") == "F2052SH opened"
    assert outcome.label("watch_opened", "today") == "ACCT opened"
    assert outcome.label("yot_told", "today") == "Youth justice service told"


@pytest.mark.parametrize(
    ("key", "terminology", "plural", "capital", "word"),
    [
        ("acpc", "2002", False, False, "area child protection committee"),
        ("acpc", "today", True, True, "Local safeguarding children partnerships"),
        ("yot_short", "2002", True, False, "YOTs"),
        ("watch_form", "2002", False, False, "F2052SH"),
        ("registered", "today", False, True, "Subject to a child protection plan"),
    ],
)
def test_term(key, terminology, plural, capital, word):
    assert term(key, terminology, plural=plural, capital=capital) == word


def test_an_unknown_term_is_a_fault():
    with pytest.raises(KeyError):
        term("borstal", "2002")


def test_both_catalogues_have_the_same_keys_and_no_empty_words():
    then, now = catalogue("2002"), catalogue("today")
    assert list(then) == list(now)
    assert all(forms.one and forms.many for forms in (*then.values(), *now.values()))


def test_the_glossary_shows_every_term_in_both_catalogues():
    text = GLOSSARY.read_text("utf-8")
    for key, forms in catalogue("2002").items():
        assert f"| `{key}` | {forms.one} | {catalogue('today')[key].one} | " in text, key
