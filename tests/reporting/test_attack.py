"""Whoever has every report that was ever published, of each month, of each quarter and of the year, of the establishment's committee and of its
area's, and adds and subtracts: they can't narrow a hidden number. The reports are built as they are in earnest, and read as they are published; what
is known of them is set up anew here, not by `frames`."""

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from yosafe import composition  # noqa: F401  # the registry of datasets
from yosafe.disclosure import LEAST_COUNT
from yosafe.reporting.definitions import Section
from yosafe.reporting.figures import Asked, section_out
from yosafe.reporting.frames import EVERY, Combine, Frame, datasets
from yosafe.reporting.periods import Span, period

QUARTER = period("2025-Q3")
MONTHS = QUARTER.months()
SPAN = LEAST_COUNT - 1


def published(dataset, rows, wanted, *, trend=False):
    """Every count of the figures of a report, one for each view, as it is published: by period and categories; None where it is hidden."""
    frame = Frame(dataset, "2002", rows, wanted.run(8 if trend else 2))
    for view in dataset.views:
        section = Section(id="s", title="S", dataset=dataset.id, view=view.id, trend=trend, chart="none", share=(), share_title="", rate=False)
        if trend and (view.columns or view.stacked):
            continue
        table = section_out(Asked(section=section, frame=frame, period=wanted, days={}, terminology="2002")).table
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if cell.measure == "count":
                    yield place_of(view, wanted, row.code, column.code, trend), None if cell.value is None else int(cell.value)


def place_of(view, wanted, row, column, trend):
    if trend:
        return column, frozenset({(view.rows, row)} - {(view.rows, EVERY)})
    if view.stacked:
        return wanted.key, frozenset({(row, column)} if column != EVERY else ())
    found = {(view.rows, row)} | ({(view.columns, column)} if view.columns else set())
    return wanted.key, frozenset(pair for pair in found if pair[1] != EVERY)


def attack(known, kinds, truth, *, alike=()):
    """What each hidden number may be, at least and at most: `kinds` are all that one counted unit may be, as the numbers that it counts in. `alike`:
    pairs of sets of kinds of which there are as many."""
    numbers = {name: at for at, name in enumerate(known)}
    entries = [(numbers[name], at) for at, kind in enumerate(kinds) for name in kind if name in numbers]
    row, column = zip(*entries, strict=True)
    matrix = csr_array((np.ones(len(row)), (row, column)), shape=(len(known), len(kinds)))
    seen = [at for name, at in numbers.items() if known[name] is not None]
    equal, values = matrix[seen], np.array([known[name] for name in known if known[name] is not None], dtype=float)
    assert np.allclose(equal @ truth, values), "the attacker's numbers are not what happened"
    if alike:
        signs = [(row, at, sign) for row, pair in enumerate(alike) for sign, side in zip((1, -1), pair, strict=True) for at in side]
        rows, columns, ones = zip(*signs, strict=True)
        more = csr_array((ones, (rows, columns)), shape=(len(alike), len(kinds)), dtype=float)
        assert np.allclose(more @ truth, 0)
        equal, values, seen = vstack([equal, more]).tocsr(), np.concatenate([values, np.zeros(len(alike))]), True
    for name, at in numbers.items():
        if known[name] is None:
            aim = matrix[[at]].toarray()[0]
            ends = [linprog(sign * aim, A_eq=equal if seen else None, b_eq=values if seen else None, bounds=(0, None)) for sign in (1, -1)]
            yield name, float(aim @ truth), ends[0].fun, np.inf if ends[1].status == 3 else -ends[1].fun


def too_narrow(found):
    return [
        (name, value, low, high) for name, value, low, high in found
        if (value < LEAST_COUNT and (low > 1e-6 or high < SPAN - 1e-6)) or (value >= LEAST_COUNT and high - low < 1e-6)
    ]  # fmt: skip


def events_of(dataset, months=MONTHS, longer=(QUARTER,)):
    """All that one of what is counted may be: a month, and a category of each axis. It counts in the `longer` periods that it falls in."""
    labels = [[(axis.id, code) for code in axis.labels("2002")] for axis in dataset.axes]
    margins = {
        names for view in dataset.views for names in ({frozenset()} | {frozenset({a}) for a in view.stacked or (view.rows, view.columns) if a})
    }
    margins |= {frozenset({view.rows, view.columns}) for view in dataset.views if view.columns}
    for month in months:
        within = [month, *(one for one in longer if one.since <= month.since <= one.until)]
        for codes in itertools.product(*labels):
            wheres = [frozenset(pair for pair in codes if pair[0] in names) for names in margins]
            yield month, dict(codes), [(one.key, where) for one in within for where in wheres]


@st.composite
def happenings(draw, kinds, *, most, least=0):
    """How many there were of some kinds: a few, each often or seldom."""
    chosen = draw(st.lists(st.tuples(st.integers(0, kinds - 1), st.integers(1, most)), min_size=least, max_size=14))
    counts = np.zeros(kinds)
    for at, many in chosen:
        counts[at] += many
    return counts


SUMMED = ("time-limits", "not-referred", "case-reviews")
KINDS = {name: [*events_of(datasets()[name])] for name in SUMMED}


@pytest.mark.parametrize("name", SUMMED)
@settings(max_examples=2, phases=(Phase.explicit, Phase.generate))
@given(st.data())
def test_nothing_published_of_events_narrows_what_is_hidden(name, data):
    """The reports of three months and of their quarter, with trends, all views."""
    dataset, kinds = datasets()[name], KINDS[name]
    counts = data.draw(happenings(len(kinds), most=12))
    rows = [{"period": kinds[at][0].key, "n": int(n), **kinds[at][1]} for at, n in enumerate(counts) if n]
    known = dict(
        fact for one in (*MONTHS, QUARTER) if one.span is Span.QUARTER or dataset.grain is Span.MONTH for fact in published(dataset, rows, one)
    )
    if dataset.grain is Span.MONTH:
        for where, value in published(dataset, rows, MONTHS[-1], trend=True):
            if where in known:
                assert known[where] == value, "the trend says of a month what its own report said"
    assert {value for value in known.values() if value is not None and value < LEAST_COUNT} == set()
    assert too_narrow(attack(known, [names for _, _, names in kinds], counts)) == []


TIMES = ("once", "twice", "more")
PATTERNS = [one for one in itertools.product(range(4), repeat=3) if any(one)]


def numbers_of(pattern):
    """The numbers that a young person counts in who was harmed so often in each month: three means three or more."""
    found = []
    for one, times in (*zip(MONTHS, pattern, strict=True), (QUARTER, min(sum(pattern), 3))):
        if times:
            found += [(one.key, frozenset()), (one.key, frozenset({("times", TIMES[times - 1])}))]
    return found


@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
@given(happenings(len(PATTERNS), most=9))
def test_nothing_published_of_people_counted_once_narrows_what_is_hidden(counts):
    """People are counted anew in a quarter, so months do not add up to it: yet whoever was harmed three times in July was so in the quarter."""
    dataset = datasets()["harmed"]
    assert (dataset.combine, [axis.id for axis in dataset.axes]) == (Combine.PEOPLE, ["times"])
    found = defaultdict(Counter)
    for pattern, n in zip(PATTERNS, counts, strict=True):
        for key, where in numbers_of(pattern):
            for _, code in where:
                found[key][code] += int(n)
    rows = [{"period": key, "times": code, "n": n} for key, codes in found.items() for code, n in codes.items()]
    known = dict(fact for one in (*MONTHS, QUARTER) for fact in published(dataset, rows, one))
    assert too_narrow(attack(known, [numbers_of(pattern) for pattern in PATTERNS], counts)) == []


YEAR = period("2025")
QUARTERS = YEAR.parts()


@pytest.mark.parametrize("name", ["not-referred", "time-limits"])
@settings(max_examples=2, phases=(Phase.explicit, Phase.generate))
@given(st.data())
def test_nothing_published_of_a_year_of_events_narrows_what_is_hidden(name, data):
    """The papers of a committee by month and quarter, and those of its area by quarter and year, with the quarters one after the other."""
    dataset = datasets()[name]
    months = YEAR.months() if dataset.grain is Span.MONTH else []
    kinds = [*events_of(dataset, YEAR.months(), (*QUARTERS, YEAR))]
    counts = data.draw(happenings(len(kinds), most=12, least=8))
    rows = [{"period": kinds[at][0].key, "n": int(n), **kinds[at][1]} for at, n in enumerate(counts) if n]
    known = dict(fact for one in (*months, *QUARTERS, YEAR) for fact in published(dataset, rows, one))
    for where, value in published(dataset, rows, QUARTERS[-1], trend=True):
        if where in known:
            assert known[where] == value, "the trend says of a quarter what its own report said"
    assert too_narrow(attack(known, [names for _, _, names in kinds], counts)) == []


OF_QUARTER = [one for one in itertools.product(range(4), repeat=3) if any(one)]  # how often in each month
OF_YEAR = [one for one in itertools.product(range(4), repeat=4) if any(one)]  # how often in each quarter: three means three or more


@st.composite
def lives(draw):
    """Young people by how often each was harmed in each month of a year."""
    month = st.sampled_from((1, 0, 0, 0, 0, 1, 2, 3))
    found = draw(st.lists(st.tuples(st.tuples(*[month] * 12), st.integers(1, 9)), min_size=3, max_size=14))
    return [(months, many) for months, many in found if any(months)]


@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))
@given(lives())
def test_nothing_published_of_a_year_of_people_narrows_what_is_hidden(people):
    """How often in each month tells how often in the quarter, and how often in each quarter how often in the year; what ties the two is how many
    there are of each in a quarter. So every way in which months make a quarter, and quarters a year, is all that anyone may be."""
    kinds, truth, alike = [], [], []
    quarter_of = {}
    for at, quarter in enumerate(QUARTERS):
        for often in OF_QUARTER:
            kinds.append(counted_in([*zip(quarter.months(), often, strict=True), (quarter, min(sum(often), 3))]))
            truth.append(sum(many for months, many in people if months[at * 3 : at * 3 + 3] == often))
            quarter_of.setdefault((at, min(sum(often), 3)), []).append(len(kinds) - 1)
    for often in OF_YEAR:
        kinds.append(counted_in([(YEAR, min(sum(often), 3))]))
        truth.append(sum(many for months, many in people if tuple(min(sum(months[n : n + 3]), 3) for n in (0, 3, 6, 9)) == often))
    first = len(kinds) - len(OF_YEAR)
    for (at, times), inner in quarter_of.items():
        alike.append((inner, [first + n for n, often in enumerate(OF_YEAR) if often[at] == times]))
    rows = [
        {"period": one.key, "times": TIMES[times - 1], "n": n} for (one, times), n in harmed_by_period(people).items()
    ]  # fmt: skip
    known = dict(fact for one in (*YEAR.months(), *QUARTERS, YEAR) for fact in published(datasets()["harmed"], rows, one))
    assert too_narrow(attack(known, kinds, np.array(truth, dtype=float), alike=alike)) == []


def counted_in(often):
    """The numbers that someone counts in who was harmed so often in each of some periods."""
    return [
        name for one, times in often if times for name in ((one.key, frozenset()), (one.key, frozenset({("times", TIMES[times - 1])})))
    ]  # fmt: skip


def harmed_by_period(people):
    """How many were harmed once, twice, more often, in each period."""
    found = Counter()
    for months, many in people:
        for at, month in enumerate(YEAR.months()):
            found[month, min(months[at], 3)] += many
        for at, quarter in enumerate(QUARTERS):
            found[quarter, min(sum(months[at * 3 : at * 3 + 3]), 3)] += many
        found[YEAR, min(sum(months), 3)] += many
    return {(one, times): n for (one, times), n in found.items() if times}
