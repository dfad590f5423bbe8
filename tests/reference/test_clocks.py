"""Statutory clocks, as tables."""

import datetime as dt

import pytest

from yosafe.errors import Invalid
from yosafe.reference.rule_sets import CONVENTION, RULE_SETS, add_months, due, rule_set, rules_for, state


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("clock", "started", "rules", "expected"),
    [
        ("referral-decision", "2002-05-31", None, "2002-06-05"),  # Friday; then the weekend, the Golden Jubilee and the moved spring bank holiday
        ("referral-decision", "1999-12-30", None, "2000-01-04"),  # 31 December 1999 and 3 January 2000 were bank holidays
        ("referral-decision", "2002-01-05", None, "2002-01-07"),  # received on a Saturday
        ("initial-assessment", "2001-12-21", None, "2002-01-04"),
        ("core-assessment", "2001-12-21", None, "2002-02-13"),
        ("core-assessment", "2019-12-20", None, "2020-02-26"),
        ("core-assessment", "2019-12-20", "wt1999", "2020-02-12"),
        ("initial-conference", "2022-05-27", None, "2022-06-21"),  # two bank holidays in June 2022
        ("core-group", "2011-04-15", None, "2011-05-05"),  # Easter, a royal wedding and May Day
        ("first-review", "2012-11-30", None, "2013-02-28"),
        ("first-review", "2002-06-07", None, "2002-09-07"),  # a Saturday: it stays
        ("later-review", "2002-08-31", None, "2003-02-28"),
        ("serious-case-review", "2002-10-14", None, "2003-02-14"),
        ("serious-case-review", "2022-10-14", None, "2023-04-14"),
        ("incident-notification", "2022-09-16", None, "2022-09-26"),  # the state funeral
        ("staff-allegation", "2023-05-05", None, "2023-05-09"),  # the coronation
        ("complaint-acknowledged", "2002-12-24", None, "2002-12-27"),
        ("complaint-answered", "2002-12-24", None, "2003-01-07"),
        ("arrival-screen", "2002-12-25", None, "2002-12-25"),  # the same day, whatever day it is
        ("break-glass-review", "2026-11-20", None, "2026-11-23"),
    ],
)
def test_due(clock, started, rules, expected):
    assert due(clock, day(started), rules).due == day(expected)


def test_due_tells_how_it_was_reached():
    found = due("initial-assessment", day("2001-12-20"))
    assert (found.rules, found.due, found.clock.limit, found.note) == ("wt1999", day("2002-01-03"), "7 working days", "")
    assert "6.22" in found.source
    assert [(s.day.isoformat(), s.why) for s in found.skipped] == [
        ("2001-12-22", "Saturday"),
        ("2001-12-23", "Sunday"),
        ("2001-12-25", "Bank holiday: Christmas Day"),
        ("2001-12-26", "Bank holiday: Boxing Day"),
        ("2001-12-29", "Saturday"),
        ("2001-12-30", "Sunday"),
        ("2002-01-01", "Bank holiday: New Year's Day"),
    ]


@pytest.mark.parametrize(
    ("started", "rules"), [("1999-12-31", "wt1999"), ("2009-12-31", "wt1999"), ("2010-01-01", "wt2018"), ("2026-11-23", "wt2018")]
)
def test_rules_for(started, rules):
    assert rules_for(day(started)).id == rules


@pytest.mark.parametrize(
    ("clock", "started", "rules", "words"),
    [
        ("referral-decision", "2014-03-03", None, "before these rules of July 2018"),
        ("referral-decision", "1998-03-03", None, "before these rules of December 1999"),
        ("referral-decision", "2002-03-04", "wt2018", "otherwise judged by wt1999"),
        ("core-group", "2002-03-04", None, "not confirmed"),
        ("first-review", "2020-02-29", None, ""),
        ("first-review", "2020-03-05", None, ""),
        ("first-review", "2019-12-08", None, "not a working day and stays"),
        ("first-review", "2031-01-06", None, "one-off day"),
    ],
)
def test_notes(clock, started, rules, words):
    assert words in due(clock, day(started), rules).note


@pytest.mark.parametrize(
    ("clock", "started", "rules", "key", "words"),
    [
        ("initial-assessment", "2019-01-07", None, "clock", "under wt1999"),
        ("incident-notification", "2002-01-07", None, "clock", "under wt2018"),
        ("tea-break", "2002-01-07", None, "clock", "initial-assessment"),
        ("referral-decision", "2002-01-07", "wt2006", "rules", "wt1999, wt2018"),
        ("referral-decision", "1977-12-30", None, "", "1978 to 2100"),
        ("referral-decision", "2101-01-03", None, "", "1978 to 2100"),
        ("referral-decision", "2100-12-31", None, "", "1978 to 2100"),
        ("arrival-screen", "1066-10-14", None, "", "1978 to 2100"),
    ],
)
def test_refusals_say_what_to_do(clock, started, rules, key, words):
    with pytest.raises(Invalid, match=words) as refusal:
        due(clock, day(started), rules)
    assert refusal.value.errors[0].key == key


@pytest.mark.parametrize(
    ("today", "met_on", "expected", "words", "working_days"),
    [
        ("2001-12-20", None, "due", "Due in 7 working days", 7),
        ("2002-01-02", None, "due", "Due in 1 working day", 1),
        ("2002-01-03", None, "due_today", "Due today", 0),
        ("2002-01-04", None, "overdue", "Overdue by 1 working day", 1),
        ("2002-01-06", None, "overdue", "Overdue by 1 working day", 1),
        ("2002-01-08", None, "overdue", "Overdue by 3 working days", 3),
        ("2002-02-01", "2002-01-03", "met", "Met", 0),
        ("2002-02-01", "2001-12-20", "met", "Met", 0),
        ("2002-02-01", "2002-01-08", "met_late", "Met 3 working days late", 3),
    ],
)
def test_state(today, met_on, expected, words, working_days):
    found = state(due("initial-assessment", day("2001-12-20")), day(today), met_on and day(met_on))
    assert (found.state, found.words, found.working_days) == (expected, words, working_days)
    assert found.late is (expected in ("met_late", "overdue"))


@pytest.mark.parametrize(
    ("today", "words"),
    [("2002-09-06", "Due in less than 1 working day"), ("2002-09-07", "Due today"), ("2002-09-08", "Overdue by less than 1 working day")],
)
def test_state_of_a_clock_due_on_a_saturday(today, words):
    assert state(due("first-review", day("2002-06-07")), day(today)).words == words


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2002-01-31", 1, "2002-02-28"), ("2004-01-31", 1, "2004-02-29"), ("2002-11-30", 3, "2003-02-28"), ("2002-12-15", 12, "2003-12-15")],
)
def test_add_months(start, months, end):
    assert add_months(day(start), months) == day(end)


@pytest.mark.parametrize("rules", RULE_SETS)
def test_rule_sets_are_well_formed(rules):
    found = rule_set(rules)
    assert found.id == rules
    assert len({c.id for c in found.clocks}) == len(found.clocks)
    assert all(c.source and c.title and c.starts and c.length >= 0 for c in found.clocks)


def test_every_clock_of_the_domain_is_in_a_rule_set():
    ids = {rules: {c.id for c in rule_set(rules).clocks} for rules in RULE_SETS}
    assert ids["wt1999"] - ids["wt2018"] == {"initial-assessment"}
    assert ids["wt2018"] - ids["wt1999"] == {"incident-notification", "staff-allegation"}
    assert len(ids["wt1999"] & ids["wt2018"]) == 14


def test_the_convention_is_said_once():
    assert "day 0" in CONVENTION
