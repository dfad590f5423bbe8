"""What holds of young people, as tables."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.clock import LONDON
from yosafe.errors import Conflict, Invalid
from yosafe.people import rules
from yosafe.people.rules import Stay

D = dt.date
TODAY = D(2026, 10, 5)


def at(day: int, hour: int = 12, month: int = 9) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (D(2010, 10, 5), TODAY, 16),
        (D(2010, 10, 6), TODAY, 15),
        (D(2008, 2, 29), D(2026, 2, 28), 17),
        (D(2008, 2, 29), D(2026, 3, 1), 18),
        (D(2008, 2, 29), D(2024, 2, 29), 16),
    ],
)
def test_age_on(born, day, age):
    assert rules.age_on(born, day) == age


@pytest.mark.parametrize(
    ("arrived", "moment", "days"),
    [
        (dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), dt.datetime(2026, 7, 2, 8, tzinfo=dt.UTC), 0),  # half past midnight in London: 2 July
        (dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC), dt.datetime(2026, 7, 2, 8, tzinfo=dt.UTC), 1),
        (dt.datetime(2026, 10, 24, 12, tzinfo=LONDON), dt.datetime(2026, 10, 25, 12, tzinfo=LONDON), 1),  # the clocks go back
        (at(7), at(5), -2),
    ],
)
def test_days_since(arrived, moment, days):
    assert rules.days_since(arrived, moment) == days


@pytest.mark.parametrize(
    ("born", "on", "says"),
    [
        (D(2010, 3, 14), TODAY, None),
        (D(2016, 10, 5), TODAY, None),
        (D(2016, 10, 6), TODAY, "makes the young person 9 on 5 October 2026"),
        (D(2004, 10, 6), TODAY, None),
        (D(2004, 10, 5), TODAY, "makes the young person 22"),
        (D(1986, 5, 1), D(2002, 10, 15), None),  # judged by the day of arrival
        (D(2026, 10, 6), TODAY, "in the past"),
        (D(1, 1, 1), TODAY, "makes the young person 2025"),
    ],
)
def test_birth_faults(born, on, says):
    faults = rules.birth_faults(born, on=on, today=TODAY)
    assert [fault.key for fault in faults] == ["date_of_birth"] * (says is not None)
    assert says is None or says in faults[0].message


@pytest.mark.parametrize(
    ("arrived", "says"),
    [
        (at(7), None),
        (at(5, 9, 10), None),
        (at(5, 11, 10), "now or in the past"),
        (dt.datetime(2009, 1, 1, tzinfo=dt.UTC), "before the date of birth"),
        (dt.datetime(2015, 1, 1, tzinfo=dt.UTC), "was 4 on that day"),
    ],
)
def test_arrival_faults(arrived, says):
    faults = rules.arrival_faults(arrived, date_of_birth=D(2010, 3, 14), now=at(5, 10, 10))
    assert [fault.key for fault in faults] == ["arrived_at"] * (says is not None)
    assert says is None or says in faults[0].message


@pytest.mark.parametrize(
    ("left", "says"), [(at(8), None), (at(7), "must be after arrival"), (at(6), "must be after arrival"), (at(6, 12, 10), "now or in the past")]
)
def test_leaving_faults(left, says):
    faults = rules.leaving_faults(left, arrived_at=at(7), now=at(5, 10, 10))
    assert [says in fault.message for fault in faults] == [True] * (says is not None)


FELTHAM = Stay(arrived_at=at(7), left_at=None, where="at Feltham")
PARC = Stay(arrived_at=at(1), left_at=at(5), where="at Parc")


@pytest.mark.parametrize(
    ("arrived", "stays", "says"),
    [
        (at(20), [], None),
        (at(5), [PARC], None),  # leaves and arrives at the same moment
        (at(20), [PARC], None),
        (at(4), [PARC], "already recorded at Parc from 1 September 2026"),
        (at(20), [FELTHAM, PARC], "recorded at Feltham since 7 September 2026. Record first that they left"),
        (at(6), [FELTHAM, PARC], "already recorded at Feltham"),
    ],
)
def test_stays_do_not_overlap(arrived, stays, says):
    if says is None:
        rules.check_no_overlap(arrived, stays)
        return
    with pytest.raises(Invalid) as refusal:
        rules.check_no_overlap(arrived, stays)
    [fault] = refusal.value.errors
    assert (fault.key, says in fault.message) == ("arrived_at", True)


@pytest.mark.parametrize(
    ("release_on", "says"),
    [
        (None, None),
        (D(2010, 3, 15), None),  # long past: it is what was expected
        (D(2056, 10, 5), None),
        (D(2056, 10, 6), "within 30 years"),
        (D(9999, 12, 31), "within 30 years"),
        (D(2010, 3, 14), "not after the date of birth"),
        (D(1, 1, 1), "not after the date of birth"),
    ],
)
def test_release_faults(release_on, says):
    faults = rules.release_faults(release_on, date_of_birth=D(2010, 3, 14), today=TODAY)
    assert [(fault.key, says in fault.message) for fault in faults] == ([("release_on", True)] if says else [])


@pytest.mark.parametrize(
    ("status", "basis", "area", "started", "keys"),
    [
        ("looked_after", "care_order", "E08000035", TODAY, []),
        ("looked_after", None, None, TODAY, ["responsible_area", "legal_basis"]),
        ("care_leaver", None, None, TODAY, ["responsible_area"]),
        ("never", None, None, D(2026, 10, 6), ["started_on"]),
        ("not_known", None, None, TODAY, []),
    ],
)
def test_care_faults(status, basis, area, started, keys):
    faults = rules.care_faults(status=status, legal_basis=basis, responsible_area=area, started_on=started, today=TODAY)
    assert [fault.key for fault in faults] == keys


@pytest.mark.parametrize(("started", "last", "allowed"), [(TODAY, None, True), (TODAY, TODAY, True), (D(2026, 10, 4), TODAY, False)])
def test_care_goes_forward(started, last, allowed):
    if allowed:
        rules.check_care_order(started, last_started_on=last)
        return
    with pytest.raises(Conflict):
        rules.check_care_order(started, last_started_on=last)


FULL = dict.fromkeys(rules.WANTED, "answer")
STANDING = ("recorded", "declined", "not_asked", "blank")


@pytest.mark.parametrize(
    ("answers", "recorded", "declined", "not_asked", "blank"),
    [
        (FULL, 9, [], [], []),
        (FULL | {rules.CARE: "not_known"}, 8, [], [], ["care status"]),
        (FULL | {rules.CARE: None, "asylum_status": "not_known"}, 7, [], [], ["asylum", "care status"]),
        (FULL | {"disability": "declined", "religion": None}, 7, ["disability"], [], ["religion"]),
        (FULL | {"disability": "none", "first_time_in_custody": False}, 9, [], [], []),
        (
            FULL | {"ethnicity": "declined", "interpreter": "declined", "religion": "not_asked"},
            6,
            ["ethnic group", "whether an interpreter is needed"],
            ["religion"],
            [],
        ),
        ({}, 0, [], [], [*rules.WANTED.values()]),
    ],
)
def test_not_asked_and_declined_are_told_apart_from_a_blank(answers, recorded, declined, not_asked, blank):
    found = rules.completeness(answers)
    assert (found.recorded, found.wanted) == (recorded, 9)
    assert (found.declined, found.not_asked, found.blank) == (declined, not_asked, blank)


ANSWERS = st.sampled_from([None, "", "not_known", "not_asked", "declined", "none", "english", True, False])


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(rules.WANTED, ANSWERS)), max_size=8))
def test_the_counts_of_many_are_those_of_each_added_up(records):
    counts = {of.field: of for of in rules.tally((field, answer, 1) for record in records for field, answer in record.items())}
    each = [rules.completeness(record) for record in records]
    assert list(counts) == list(rules.WANTED)
    assert {of.base for of in counts.values()} == {len(records)}
    assert sum(of.recorded for of in counts.values()) == sum(of.recorded for of in each)
    for standing in STANDING[1:]:
        for field, words in rules.WANTED.items():
            assert getattr(counts[field], standing) == sum(words in getattr(of, standing) for of in each)
    assert all(sum(getattr(of, standing) for standing in STANDING) == of.base for of in counts.values())


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (None, "No contact from the YOT on record"),
        (TODAY, "Last contact from the YOT today, on 5 October 2026"),
        (D(2026, 10, 4), "Last contact from the YOT yesterday, on 4 October 2026"),
        (D(2026, 9, 1), "Last contact from the YOT 34 days ago, on 1 September 2026"),
    ],
)
def test_contact_words(last, words):
    assert rules.contact_words("the YOT", last, today=TODAY) == words


@pytest.mark.parametrize(("who", "days", "lost"), [("yot", 28, False), ("yot", 29, True), ("social_worker", 42, False), ("social_worker", 43, True)])
def test_lost_contact(who, days, lost):
    assert rules.is_lost(who, days) is lost


@pytest.mark.parametrize(
    ("last", "since", "days"), [(None, D(2026, 9, 25), 10), (D(2026, 9, 20), D(2026, 9, 25), 10), (D(2026, 10, 1), D(2026, 9, 25), 4)]
)
def test_days_without_contact_are_counted_from_the_stay(last, since, days):
    assert rules.since_contact(last, since=since, today=TODAY) == days


@pytest.mark.parametrize(
    ("born", "adult_estate", "flagged"), [(D(2010, 3, 14), True, True), (D(2010, 3, 14), False, False), (D(2008, 10, 5), True, False)]
)
def test_a_child_among_adults(born, adult_estate, flagged):
    assert rules.in_adult_estate(born, adult_estate=adult_estate, day=TODAY) is flagged


@pytest.mark.parametrize(
    ("kind", "value", "agency", "keys"),
    [
        ("prison", "A1234BC", None, []),
        ("pnc", "2004/0012345A", None, []),
        ("yot", "L 04/12-3", "leeds-yot", []),
        ("yot", "L 04/12-3", None, ["agency"]),
        ("social_services", "12", None, ["value", "agency"]),
        ("other", "ABC", None, ["value"]),
        ("other", "A1<b>", None, ["value"]),
        ("other", "\u0661\u0662\u0663\u0664", None, ["value"]),
        ("nhs", "943 476 5919", None, []),
        ("nhs", "943 476 5918", None, ["value"]),
        ("nhs", "999 123 456", None, ["value"]),
    ],
)  # fmt: skip
def test_number_faults(kind, value, agency, keys):
    assert [fault.key for fault in rules.number_faults(kind, value, agency=agency)] == keys


@given(st.integers(0, 10**9 - 1), st.integers(0, 8), st.integers(1, 9))
def test_a_digit_of_an_nhs_number_that_is_wrong_is_found(nine, place, by):
    whole = [number for last in range(10) if rules.is_nhs_number(number := f"{nine:09}{last}")]
    assert len(whole) <= 1
    for number in whole:
        wrong = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
        assert not rules.is_nhs_number(wrong)


BORN = D(2010, 3, 14)


@pytest.mark.parametrize(
    ("since", "until", "keys"),
    [
        (None, None, []),
        (BORN, TODAY, []),
        (None, TODAY, []),
        (D(2010, 3, 13), None, ["since"]),
        (D(2026, 10, 6), None, ["since"]),
        (None, D(2026, 10, 6), ["until"]),
        (D(2020, 2, 2), D(2020, 2, 1), ["until"]),
    ],
)
def test_use_faults(since, until, keys):
    assert [fault.key for fault in rules.use_faults(since, until=until, date_of_birth=BORN, today=TODAY)] == keys
