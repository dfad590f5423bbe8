"""When assessments are due, as tables. 7 September 2026 is a Monday; 31 August 2026 is a bank holiday."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.welfare.rules import ASSET, SCREEN, Completed, Stay, due, first_night_faults, limits

D = dt.date.fromisoformat


def stay(text: str) -> Stay:
    """ "2026-09-07" or "2026-09-07 to 2026-10-01"."""
    arrived, _, left = text.partition(" to ")
    return Stay(arrived_on=D(arrived), left_on=D(left) if left else None)


def completed(text: str) -> Completed:
    """ "screen 2026-09-07" or "start 2026-09-10"."""
    occasion, day = text.split()
    is_screen = occasion == "screen"
    return Completed(instrument=SCREEN if is_screen else ASSET, occasion="arrival" if is_screen else occasion, completed_on=D(day), ref=text)


def told(stays: list[str], done: list[str], today: str, release: str | None = None) -> list[str]:
    """What is due, a line each: occasion, due date, state."""
    found = due([stay(s) for s in stays], [completed(c) for c in done], D(release) if release else None, D(today))
    return [f"{one.occasion} {one.due_on} {one.state}" for one in found]


@pytest.mark.parametrize(
    ("why", "stays", "done", "today", "expected"),
    [
        ("nobody in custody owes anything", [], [], "2026-09-07", []),
        ("a stay that is still to come", ["2026-09-08"], [], "2026-09-07", []),
        ("on the day of arrival", ["2026-09-07"], [], "2026-09-07", ["arrival 2026-09-07 due_today", "start 2026-09-21 due"]),
        ("the day after", ["2026-09-07"], [], "2026-09-08", ["arrival 2026-09-07 overdue", "start 2026-09-21 due"]),
        ("screened on arrival", ["2026-09-07"], ["screen 2026-09-07"], "2026-09-08", ["arrival 2026-09-07 met", "start 2026-09-21 due"]),
        ("screened a day late", ["2026-09-07"], ["screen 2026-09-08"], "2026-09-09", ["arrival 2026-09-07 met_late", "start 2026-09-21 due"]),
        ("a screen before arrival is of another time", ["2026-09-07"], ["screen 2026-09-06"], "2026-09-07",
            ["arrival 2026-09-07 due_today", "start 2026-09-21 due"]),
        ("a screen still to come does not count", ["2026-09-07"], ["screen 2026-09-09"], "2026-09-08",
            ["arrival 2026-09-07 overdue", "start 2026-09-21 due"]),
        ("ten working days skip the bank holiday", ["2026-08-28"], ["screen 2026-08-28"], "2026-08-28",
            ["arrival 2026-08-28 met", "start 2026-09-14 due"]),
        ("released the same day", ["2026-09-07 to 2026-09-07"], [], "2026-09-10", []),
        ("released before the start was late", ["2026-09-07 to 2026-09-20"], ["screen 2026-09-07"], "2026-10-10", ["arrival 2026-09-07 met"]),
        ("released with the start late", ["2026-09-07 to 2026-10-02"], ["screen 2026-09-07"], "2026-10-10",
            ["arrival 2026-09-07 met", "start 2026-09-21 not_done"]),
        ("leaving that is still to come is not known", ["2026-09-07 to 2026-10-02"], ["screen 2026-09-07"], "2026-09-22",
            ["arrival 2026-09-07 met", "start 2026-09-21 overdue"]),
    ],
)  # fmt: skip
def test_arrival_and_start(why, stays, done, today, expected):
    assert told(stays, done, today) == expected


SCREENED = "screen 2026-09-07"
MET = ["arrival 2026-09-07 met"]


@pytest.mark.parametrize(
    ("why", "done", "today", "expected"),
    [
        ("started in time: the review runs from that day", ["start 2026-09-10"], "2026-09-11",
            ["start 2026-09-21 met", "three_months 2026-12-10 due"]),
        ("started late", ["start 2026-09-23"], "2026-09-24", ["start 2026-09-21 met_late", "three_months 2026-12-23 due"]),
        ("the review in time", ["start 2026-09-10", "three_months 2026-12-08"], "2026-12-09",
            ["start 2026-09-21 met", "three_months 2026-12-10 met", "three_months 2027-03-08 due"]),
        ("the review late", ["start 2026-09-10", "three_months 2026-12-14"], "2026-12-15",
            ["start 2026-09-21 met", "three_months 2026-12-10 met_late", "three_months 2027-03-14 due"]),
        ("the review not done", ["start 2026-09-10"], "2026-12-11", ["start 2026-09-21 met", "three_months 2026-12-10 overdue"]),
        ("a new concern starts the three months anew", ["start 2026-09-10", "concern 2026-10-01"], "2026-12-11",
            ["start 2026-09-21 met", "three_months 2027-01-01 due"]),
        ("a concern after the due day does not hide that it was late", ["start 2026-09-10", "concern 2026-12-20"], "2026-12-21",
            ["start 2026-09-21 met", "three_months 2026-12-10 met_late", "three_months 2027-03-20 due"]),
        ("three months from the last of November", ["start 2026-11-30"], "2026-12-01",
            ["start 2026-09-21 met_late", "three_months 2027-02-28 due"]),
        ("an assessment of before custody is of another time", ["start 2026-09-01"], "2026-09-08", ["start 2026-09-21 due"]),
    ],
)  # fmt: skip
def test_every_three_months(why, done, today, expected):
    assert told(["2026-09-07"], [SCREENED, *done], today) == [*MET, *expected]


MOVED = ["2026-09-07 to 2026-10-05", "2026-10-05"]


@pytest.mark.parametrize(
    ("why", "stays", "done", "today", "expected"),
    [
        ("each arrival has its screen", MOVED, ["screen 2026-09-07", "start 2026-09-10"], "2026-10-05",
            [*MET, "start 2026-09-21 met", "arrival 2026-10-05 due_today", "transfer 2026-10-19 due", "three_months 2026-12-10 due"]),
        ("the screen of the day of transfer belongs to the new place", MOVED, ["screen 2026-10-05", "start 2026-09-10"], "2026-10-05",
            ["arrival 2026-09-07 not_done", "start 2026-09-21 met", "arrival 2026-10-05 met", "transfer 2026-10-19 due",
                "three_months 2026-12-10 due"]),
        ("assessed after the transfer", MOVED, ["screen 2026-09-07", "start 2026-09-10", "screen 2026-10-05", "transfer 2026-10-12"], "2026-10-12",
            ["arrival 2026-09-07 met", "start 2026-09-21 met", "arrival 2026-10-05 met", "transfer 2026-10-19 met", "three_months 2027-01-12 due"]),
        ("assessed on the day of transfer", MOVED,
            ["screen 2026-09-07", "start 2026-09-10", "screen 2026-10-05", "transfer 2026-10-05"], "2026-10-12",
            ["arrival 2026-09-07 met", "start 2026-09-21 met", "arrival 2026-10-05 met", "transfer 2026-10-19 met", "three_months 2027-01-05 due"]),
        ("a start still owed is owed once", MOVED, ["screen 2026-09-07", "screen 2026-10-05"], "2026-10-06",
            ["arrival 2026-09-07 met", "start 2026-09-21 overdue", "arrival 2026-10-05 met"]),
        ("arriving the day after leaving is a transfer", ["2026-09-07 to 2026-10-05", "2026-10-06"],
            ["screen 2026-09-07", "start 2026-09-10", "screen 2026-10-06"], "2026-10-06",
            ["arrival 2026-09-07 met", "start 2026-09-21 met", "arrival 2026-10-06 met", "transfer 2026-10-20 due", "three_months 2026-12-10 due"]),
        ("two days between are a new start", ["2026-09-07 to 2026-10-05", "2026-10-07"],
            ["screen 2026-09-07", "start 2026-09-10", "screen 2026-10-07"], "2026-10-07",
            ["arrival 2026-09-07 met", "start 2026-09-21 met", "arrival 2026-10-07 met", "start 2026-10-21 due"]),
        ("in and out of two places on one day", ["2026-09-07 to 2026-09-07", "2026-09-07"], ["screen 2026-09-07"], "2026-09-07",
            ["arrival 2026-09-07 met", "start 2026-09-21 due"]),
    ],
)  # fmt: skip
def test_transfers_and_returns(why, stays, done, today, expected):
    assert told(stays, done, today) == expected


@pytest.mark.parametrize(
    ("why", "release", "done", "today", "expected"),
    [
        ("more than 28 days off", "2026-12-01", [], "2026-11-02", []),
        ("28 days off", "2026-12-01", [], "2026-11-03", ["before_release 2026-11-30 due"]),
        ("the day before", "2026-12-01", [], "2026-11-30", ["before_release 2026-11-30 due_today"]),
        ("the day itself is too late", "2026-12-01", [], "2026-12-01", ["before_release 2026-11-30 overdue"]),
        ("done within the 28 days", "2026-12-01", ["before_release 2026-11-20"], "2026-11-21", ["before_release 2026-11-30 met"]),
        ("done for another reason within them", "2026-12-01", ["concern 2026-11-20"], "2026-11-21", ["before_release 2026-11-30 met"]),
        ("done before them does not count", "2026-12-01", ["concern 2026-11-01"], "2026-11-04", ["before_release 2026-11-30 due"]),
        ("no date known", None, [], "2026-11-30", []),
        ("a date before they came back is of the time before", "2026-09-07", [], "2026-09-08", []),
        ("a short stay: the assessment at the start is within them", "2026-09-20", [], "2026-09-08", ["before_release 2026-09-19 met"]),
    ],
)  # fmt: skip
def test_before_release(why, release, done, today, expected):
    found = told(["2026-09-07"], [SCREENED, "start 2026-09-07", *done], today, release)
    assert [line for line in found if line.startswith("before_release")] == expected


@given(st.dates(), st.dates(D("1980-01-01"), D("2098-12-31")))
def test_no_day_of_release_is_beyond_it(release_on, today):
    stays = [Stay(arrived_on=max(D("1979-06-01"), today - dt.timedelta(days=40)))]
    needs = [need for need in due(stays, [], release_on, today) if need.occasion == "before_release"]
    assert all(stays[0].arrived_on <= need.since <= need.due_on < release_on for need in needs)
    assert bool(needs) == (stays[0].arrived_on < release_on <= today + dt.timedelta(days=28))


def test_words_come_with_the_limit_and_what_met_it():
    screen, start = due([stay("2026-09-07")], [completed("screen 2026-09-09")], None, D("2026-09-24"))
    assert (screen.words, screen.ref, screen.met_on, screen.confirmed) == ("Met 2 working days late", "screen 2026-09-09", D("2026-09-09"), False)
    assert (start.words, start.title, start.ref, start.is_open) == ("Overdue by 3 working days", "Assessment at the start", None, True)


def test_leaving_with_it_undone_is_said():
    (_, start) = due([stay("2026-09-07 to 2026-10-02")], [completed(SCREENED)], None, D("2026-10-10"))
    assert (start.state, start.words, start.is_open) == ("not_done", "Not done before they left on 2 October 2026", False)


def test_no_limit_is_presented_as_law():
    assert "not confirmed" in limits().source
    assert not any(limit.confirmed for limit in (limits().start, limits().transfer, limits().three_months, limits().before_release))


DAYS = st.dates(D("2024-01-01"), D("2027-12-31"))


@given(arrived=DAYS, dones=st.lists(st.tuples(st.sampled_from(["start", "three_months", "transfer", "concern"]), DAYS), max_size=6), today=DAYS)
def test_one_open_assessment_at_most_and_nothing_met_before_it_began(arrived, dones, today):
    found = due([Stay(arrived_on=arrived)], [Completed(instrument=ASSET, occasion=o, completed_on=d) for o, d in dones], None, today)
    assert sum(one.is_open for one in found if one.instrument == ASSET) == (1 if arrived <= today else 0)
    assert all(one.since <= one.due_on and (one.met_on is None or one.since <= one.met_on <= today) for one in found)


@given(arrived=DAYS, screened=st.lists(DAYS, max_size=4), today=DAYS)
def test_what_is_known_later_never_changes_what_was_due(arrived, screened, today):
    """The answer for a day uses nothing of the days after it."""
    stays = [Stay(arrived_on=arrived, left_on=arrived + dt.timedelta(days=40))]
    done = [Completed(instrument=SCREEN, occasion="arrival", completed_on=day) for day in screened]
    by_then = [one for one in done if one.completed_on <= today]
    still = [Stay(arrived_on=s.arrived_on, left_on=s.left_on if s.left_on <= today else None) for s in stays]
    assert due(stays, done, None, today) == due(still, by_then, None, today)


@pytest.mark.parametrize(
    ("answers", "at_fault"),
    [
        ({"papers": ["asset"], "papers_when": "with_them"}, []),
        ({"papers": ["none"], "papers_when": "not_come"}, []),
        ({"papers": ["none"], "papers_when": "with_them"}, ["papers_when"]),
        ({"papers": ["asset", "warrant"], "papers_when": "not_come"}, ["papers_when"]),
        ({"papers": ["none"]}, []),
        ({"self_harm_now": "yes", "first_night_actions": ["none"]}, ["first_night_actions"]),
        ({"self_harm_now": "yes", "first_night_actions": ["watch_opened"]}, []),
        ({"self_harm_now": "no", "first_night_actions": ["none"]}, []),
        ({}, []),
    ],
)
def test_answers_that_cannot_be_true_together(answers, at_fault):
    assert [fault.key for fault in first_night_faults(answers)] == at_fault
