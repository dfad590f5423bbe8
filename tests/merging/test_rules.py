"""What may stand in one record, as tables."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.errors import Conflict, Invalid
from yosafe.people.merge_rules import Period, Stay, Which, care_set_aside, care_that_clashes, details_of_both, stays_recorded_twice, to_choose

KEPT = {"family_name": "Morton", "known_as": None, "religion": "none", "home_area": "E08000035", "home_outcode": "LS9"}
THIS, OTHER = Which.THIS, Which.OTHER


@pytest.mark.parametrize(
    ("other", "asked", "choices", "changes"),
    [
        ({}, [], {}, {}),
        ({"known_as": "Kay"}, [], {}, {"known_as": "Kay"}),  # only one says it
        ({"known_as": "Kay"}, [], {"known_as": THIS}, {}),
        ({"religion": None}, [], {}, {}),
        ({"religion": "muslim"}, ["religion"], {"religion": OTHER}, {"religion": "muslim"}),
        ({"religion": "muslim"}, ["religion"], {"religion": THIS}, {}),
        ({"home_outcode": "LS7"}, ["home_outcode"], {"home_outcode": OTHER}, {"home_outcode": "LS7"}),
        # The outcode goes with the area, blank or not.
        ({"home_area": "E10000016", "home_outcode": None}, ["home_area"], {"home_area": OTHER}, {"home_area": "E10000016", "home_outcode": None}),
        ({"home_area": "E10000016", "home_outcode": "ME1"}, ["home_area"], {"home_area": THIS}, {}),
    ],
)
def test_details(other, asked, choices, changes):
    other = KEPT | other
    assert to_choose(KEPT, other) == asked
    assert details_of_both(KEPT, other, choices) == changes
    if asked:
        with pytest.raises(Invalid) as refusal:
            details_of_both(KEPT, other, {})
        assert [fault.key for fault in refusal.value.errors] == [f"keep.{field}" for field in asked]


def at(day):
    return None if day is None else dt.datetime(2026, 1, day, 12, tzinfo=dt.UTC)


def stay(number, kept, place, arrived, left):
    return Stay(id=number, kept=kept, place=place, name=place.title(), arrived_at=at(arrived), left_at=at(left))


@pytest.mark.parametrize(
    ("mine", "theirs", "instead"),
    [
        (("wyi", 1, 5), ("wyi", 5, 9), {}),  # one left as the other arrived
        (("wyi", 1, None), ("wyi", 2, None), {2: 1}),
        (("wyi", 1, None), ("wyi", 1, 4), {2: 1}),
        (("wyi", 1, 4), ("wyi", 2, None), {1: 2}),
        (("wyi", 1, 6), ("wyi", 2, 6), {2: 1}),
        (("wyi", 1, 6), ("fyi", 6, None), {}),
        (("wyi", 1, None), ("fyi", 6, None), "Record first that they left Wyi, not later than they arrived at Fyi"),
        (("wyi", 1, 7), ("fyi", 6, None), "these may be two children"),
    ],
)
def test_stays(mine, theirs, instead):
    stays = [stay(1, True, *mine), stay(2, False, *theirs)]
    if isinstance(instead, str):
        with pytest.raises(Conflict, match=instead):
            stays_recorded_twice(stays)
    else:
        assert stays_recorded_twice(stays) == instead


@st.composite
def one_record(draw, kept):
    """Stays one after another, the last perhaps lasting."""
    days = sorted(draw(st.sets(st.integers(1, 31), max_size=8)))
    spells = [(days[n], days[n + 1]) for n in range(0, len(days) - 1, 2)]
    if len(days) % 2:
        spells.append((days[-1], None))
    return [stay(10 * (n + 1) + kept, kept, draw(st.sampled_from(("wyi", "fyi"))), *spell) for n, spell in enumerate(spells)]


@given(one_record(kept=True), one_record(kept=False))
def test_what_stands_never_overlaps(mine, theirs):
    stays = {one.id: one for one in (*mine, *theirs)}
    try:
        instead = stays_recorded_twice(list(stays.values()))
    except Conflict:
        assert any(one.overlaps(two) and one.place != two.place for one in mine for two in theirs)
        return
    standing = sorted((one for one in stays.values() if one.id not in instead), key=lambda one: one.arrived_at)
    assert not any(one.overlaps(two) for one, two in pairwise(standing))
    assert all(stays[gone].overlaps(stays[for_it]) and stays[gone].place == stays[for_it].place for gone, for_it in instead.items())
    assert not set(instead.values()) & instead.keys()


def period(number, kept, started, ended):
    day = [None if n is None else dt.date(2026, 1, n) for n in (started, ended)]
    return Period(id=number, kept=kept, started_on=day[0], ended_on=day[1])


@pytest.mark.parametrize(
    ("mine", "theirs", "this", "other"),
    [
        ((1, 5), (5, None), [], []),
        ((1, None), (5, None), [2], [1]),
        ((1, 9), (2, 3), [2], [1]),
        ((1, 9), (3, 3), [], []),  # began and ended on one day
    ],
)
def test_care(mine, theirs, this, other):
    periods = [period(1, True, *mine), period(2, False, *theirs)]
    assert care_that_clashes(periods) == {THIS: this, OTHER: other}
    assert care_set_aside(periods, {"care": OTHER}) == other
    if this:
        with pytest.raises(Invalid, match="say which stays"):
            care_set_aside(periods, {})
