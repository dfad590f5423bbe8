"""Whoever has every report that was ever published, of each month, of the quarter and of the year, and adds and subtracts: they can't narrow a hidden
number. The reports are built as they are in earnest, and read as they are published; what is known of them is set up anew here, not by `frames`."""

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

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


def attack(known, kinds, truth):
    """What each hidden number may be, at least and at most: `kinds` are all that one counted unit may be, as the numbers that it counts in."""
    numbers = {name: at for at, name in enumerate(known)}
    entries = [(numbers[name], at) for at, kind in enumerate(kinds) for name in kind if name in numbers]
    row, column = zip(*entries, strict=True)
    matrix = csr_array((np.ones(len(row)), (row, column)), shape=(len(known), len(kinds)))
    seen = [at for name, at in numbers.items() if known[name] is not None]
    equal, values = matrix[seen], np.array([known[name] for name in known if known[name] is not None], dtype=float)
    assert np.allclose(equal @ truth, values), "the attacker's numbers are not what happened"
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


def events_of(dataset):
    """All that one of what is counted may be in a quarter: a month, and a category of each axis."""
    labels = [[(axis.id, code) for code in axis.labels("2002")] for axis in dataset.axes]
    margins = {
        names for view in dataset.views for names in ({frozenset()} | {frozenset({a}) for a in view.stacked or (view.rows, view.columns) if a})
    }
    margins |= {frozenset({view.rows, view.columns}) for view in dataset.views if view.columns}
    for month in MONTHS:
        for codes in itertools.product(*labels):
            wheres = [frozenset(pair for pair in codes if pair[0] in names) for names in margins]
            yield month, dict(codes), [(one.key, where) for one in (month, QUARTER) for where in wheres]


@st.composite
def happenings(draw, kinds, *, most):
    """How many there were of some kinds: a few, each often or seldom."""
    chosen = draw(st.lists(st.tuples(st.integers(0, kinds - 1), st.integers(1, most)), max_size=14))
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
