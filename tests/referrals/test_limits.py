"""Time limits as events leave them, worked by hand from a calendar of working days."""

import datetime as dt

import pytest

from tests.referrals.told import day, story
from yosafe.reference import rule_sets
from yosafe.referrals.events import Case
from yosafe.referrals.limits import LIMITS, limits_of, overdue

# In July 2002: Monday 1. No bank holiday until 26 August. In 2026: Monday 5 October; no bank holiday until 25 December.


def told(referral: Case, today: dt.date) -> dict[str, str]:
    """Each limit in a line: rules, due day, and met, stopped or where it stands."""
    return {running.clock: _line(running, today) for running in limits_of(referral)}


def _line(running, today: dt.date) -> str:
    due = running.due
    if running.stopped:
        return f"{due.rules} {due.due:%-d %b} stopped {running.stopped.on:%-d %b}: {running.reason}"
    return f"{due.rules} {due.due:%-d %b} {rule_sets.state(due, today, running.met.on if running.met else None).words}"


@pytest.mark.parametrize(
    ("lines", "today", "expected"),
    [
        # 1999: the decision on the next working day, the initial assessment on the seventh
        (["1 Jul 2002: sent"], "1 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Due in 1 working day", "initial-assessment": "wt1999 10 Jul Due in 7 working days"}),
        (["1 Jul 2002: sent"], "2 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Due today", "initial-assessment": "wt1999 10 Jul Due in 6 working days"}),
        (["1 Jul 2002: sent"], "11 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Overdue by 7 working days", "initial-assessment": "wt1999 10 Jul Overdue by 1 working day"}),
        (["1 Jul 2002: sent", "2 Jul 2002: host decided assessment"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Due in 5 working days"}),
        (["1 Jul 2002: sent", "4 Jul 2002: host decided assessment"], "4 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met 2 working days late", "initial-assessment": "wt1999 10 Jul Due in 4 working days"}),
        # sent on a Friday: Monday; before Easter 2002 (29 March and 1 April): Tuesday
        (["5 Jul 2002: sent"], "5 Jul 2002",
         {"referral-decision": "wt1999 8 Jul Due in 1 working day", "initial-assessment": "wt1999 16 Jul Due in 7 working days"}),
        (["28 Mar 2002: sent"], "28 Mar 2002",
         {"referral-decision": "wt1999 2 Apr Due in 1 working day", "initial-assessment": "wt1999 10 Apr Due in 7 working days"}),
        # an acknowledgement is no decision; nor is it one that the home authority declines, while the host has yet to answer
        (["1 Jul 2002: sent", "1 Jul 2002: host acknowledged", "2 Jul 2002: home declined not_our_area"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Overdue by 1 working day", "initial-assessment": "wt1999 10 Jul Due in 5 working days"}),
        # the host declines: its answer is given, the home authority's assessment is still due
        (["1 Jul 2002: sent", "2 Jul 2002: host declined not_our_area"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Due in 5 working days"}),
        (["1 Jul 2002: sent", "2 Jul 2002: host declined not_our_area", "3 Jul 2002: home declined below_threshold"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul stopped 3 Jul: The referral was declined"}),
        (["1 Jul 2002: sent", "3 Jul 2002: home decided assessment"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met 1 working day late", "initial-assessment": "wt1999 10 Jul Due in 5 working days"}),
        # no further action stops the assessment; a new answer after a challenge lets it run on as if it had never stopped
        (["1 Jul 2002: sent", "2 Jul 2002: host decided no_further_action"], "20 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul stopped 2 Jul: No further action was decided"}),
        (["1 Jul 2002: sent", "2 Jul 2002: host decided no_further_action", "3 Jul 2002: challenged", "5 Jul 2002: host decided assessment"],
         "11 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Overdue by 1 working day"}),
        # 1999: the core assessment from the end of the initial one
        (["1 Jul 2002: sent", "2 Jul 2002: host decided assessment", "9 Jul 2002: host initial_assessment_ended core_assessment"], "9 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Met",
          "core-assessment": "wt1999 28 Aug Due in 35 working days"}),
        (["1 Jul 2002: sent", "2 Jul 2002: host decided assessment", "12 Jul 2002: host initial_assessment_ended services"], "12 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Met 2 working days late"}),
        (["1 Jul 2002: sent", "2 Jul 2002: host decided assessment", "9 Jul 2002: host initial_assessment_ended core_assessment",
          "29 Aug 2002: host core_assessment_ended services"], "1 Sep 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Met",
          "core-assessment": "wt1999 28 Aug Met 1 working day late"}),
        # or from the strategy discussion, which also starts the wait for a conference
        (["1 Jul 2002: sent", "1 Jul 2002: host decided strategy_discussion", "2 Jul 2002: host strategy_discussion section_47"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met",
          "initial-assessment": "wt1999 10 Jul stopped 2 Jul: A strategy discussion came first: the core assessment takes its place",
          "core-assessment": "wt1999 20 Aug Due in 34 working days", "initial-conference": "wt1999 23 Jul Due in 14 working days"}),
        (["1 Jul 2002: sent", "1 Jul 2002: host decided strategy_discussion", "2 Jul 2002: host strategy_discussion no_enquiry"], "3 Jul 2002",
         {"referral-decision": "wt1999 2 Jul Met", "initial-assessment": "wt1999 10 Jul Due in 5 working days"}),
        # today: one assessment, from the referral
        (["5 Oct 2026: sent"], "5 Oct 2026",
         {"referral-decision": "wt2018 6 Oct Due in 1 working day", "core-assessment": "wt2018 7 Dec Due in 45 working days"}),
        (["5 Oct 2026: sent", "8 Oct 2026: host decided assessment", "8 Dec 2026: host core_assessment_ended services"], "9 Dec 2026",
         {"referral-decision": "wt2018 6 Oct Met 2 working days late", "core-assessment": "wt2018 7 Dec Met 1 working day late"}),
        (["5 Oct 2026: sent", "5 Oct 2026: host decided assessment", "7 Dec 2026: host core_assessment_ended services"], "9 Dec 2026",
         {"referral-decision": "wt2018 6 Oct Met", "core-assessment": "wt2018 7 Dec Met"}),
        (["5 Oct 2026: sent", "6 Oct 2026: host decided strategy_discussion", "7 Oct 2026: host strategy_discussion section_47",
          "8 Oct 2026: host section_47_started", "20 Oct 2026: host section_47_ended no_conference"], "21 Oct 2026",
         {"referral-decision": "wt2018 6 Oct Met", "core-assessment": "wt2018 7 Dec Due in 33 working days",
          "initial-conference": "wt2018 28 Oct stopped 20 Oct: The enquiry found that no conference was needed"}),
        # the conference and what follows
        (["5 Oct 2026: sent", "6 Oct 2026: host decided strategy_discussion", "7 Oct 2026: host strategy_discussion section_47",
          "8 Oct 2026: host section_47_started", "27 Oct 2026: host initial_conference registered"], "28 Oct 2026",
         {"referral-decision": "wt2018 6 Oct Met", "core-assessment": "wt2018 7 Dec Due in 28 working days",
          "initial-conference": "wt2018 28 Oct Met",
          "core-group": "wt2018 10 Nov Due in 9 working days", "first-review": "wt2018 27 Jan Due in 62 working days"}),
        # ended: what still runs stops, what was met stays met
        (["5 Oct 2026: sent", "6 Oct 2026: host decided assessment", "12 Oct 2026: host ended moved"], "20 Nov 2026",
         {"referral-decision": "wt2018 6 Oct Met", "core-assessment": "wt2018 7 Dec stopped 12 Oct: The referral ended"}),
        # judged by the rules of the day on which each limit started
        (["29 Dec 2009: sent", "30 Dec 2009: host decided assessment", "8 Jan 2010: host initial_assessment_ended core_assessment"], "8 Jan 2010",
         {"referral-decision": "wt1999 30 Dec Met", "initial-assessment": "wt1999 8 Jan Met",
          "core-assessment": "wt2018 12 Mar Due in 45 working days"}),
        (["4 Jan 2010: sent"], "4 Jan 2010",
         {"referral-decision": "wt2018 5 Jan Due in 1 working day", "core-assessment": "wt2018 8 Mar Due in 45 working days"}),
        # considered and not referred, or nothing: no limit
        (["1 Jul 2002: considered below_threshold"], "1 Jul 2002", {}),
        ([], "1 Jul 2002", {}),
    ],
)  # fmt: skip
def test_limits(lines: list[str], today: str, expected: dict[str, str]) -> None:
    assert told(story(*lines), day(today)) == expected


def test_recorded_late_is_judged_by_the_day_on_which_it_happened() -> None:
    referral = story("1 Jul 2002: sent", "9 Jul 2002: host initial_assessment_ended core_assessment", "2 Jul 2002: host decided assessment")
    assert told(referral, day("10 Jul 2002"))["referral-decision"] == "wt1999 2 Jul Met"


def test_the_core_assessment_runs_from_whichever_came_first() -> None:
    lines = ["1 Jul 2002: sent", "2 Jul 2002: host decided assessment", "9 Jul 2002: host initial_assessment_ended strategy_discussion"]
    assert told(story(*lines), day("10 Jul 2002"))["core-assessment"].startswith("wt1999 28 Aug")
    earlier = story(*lines, "4 Jul 2002: host strategy_discussion section_47")
    assert told(earlier, day("10 Jul 2002"))["core-assessment"].startswith("wt1999 22 Aug")


def test_each_review_starts_the_next_limit() -> None:
    lines = [
        "5 Oct 2026: sent", "5 Oct 2026: host decided strategy_discussion", "5 Oct 2026: host strategy_discussion section_47",
        "5 Oct 2026: host section_47_started", "20 Oct 2026: host initial_conference registered", "30 Oct 2026: host core_group",
        "19 Jan 2027: host review_conference continued",
    ]  # fmt: skip
    running = {r.clock: r for r in limits_of(story(*lines))}
    assert running["first-review"].met
    assert running["later-review"].due.due == dt.date(2027, 7, 19)
    lines += ["21 Jul 2027: host review_conference continued"]
    later = [r for r in limits_of(story(*lines)) if r.clock == "later-review"]
    assert [(r.started.on, bool(r.met)) for r in later] == [(dt.date(2027, 1, 19), True), (dt.date(2027, 7, 21), False)]
    lines += ["10 Jan 2028: host review_conference deregistered"]
    later = [r for r in limits_of(story(*lines)) if r.clock == "later-review"]
    assert [bool(r.met) for r in later] == [True, True], "it came off the register: no further review is due"


def test_without_a_host_the_home_authority_decides() -> None:
    referral = story("1 Jul 2002: sent", "2 Jul 2002: home declined below_threshold", host=None)
    assert told(referral, day("3 Jul 2002")) == {
        "referral-decision": "wt1999 2 Jul Met",
        "initial-assessment": "wt1999 10 Jul stopped 2 Jul: The referral was declined",
    }


def test_overdue_ones() -> None:
    referral = story("1 Jul 2002: sent")
    assert overdue(referral, day("2 Jul 2002")) == []
    assert [r.clock for r in overdue(referral, day("3 Jul 2002"))] == ["referral-decision"]


def test_every_limit_of_the_table_is_known_to_a_rule_set() -> None:
    for limit in LIMITS:
        for rules in limit.under:
            assert rule_sets.rule_set(rules).clock(limit.clock)
