"""Periods, what is hidden, numbers and headlines, without a database."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from yosafe.disclosure import LEAST_COUNT
from yosafe.errors import Invalid
from yosafe.reporting import charts, numbers, shown
from yosafe.reporting.comparators import comparators
from yosafe.reporting.hiding import Line, hidden_of
from yosafe.reporting.periods import Period, Span, last_over, period
from yosafe.reporting.schemas import CellOut, ColumnOut, RowOut, SectionOut, TableOut

TODAY = dt.date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "since", "until", "words", "before"),
    [
        ("2026-09", "2026-09-01", "2026-09-30", "September 2026", "2026-08"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024", "2024-01"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "January to March 2026", "2025-Q4"),
        (" 2026-q3 ", "2026-07-01", "2026-09-30", "July to September 2026", "2026-Q2"),
        ("2025", "2025-01-01", "2025-12-31", "January to December 2025", "2024"),
    ],
)
def test_a_period_is_of_the_calendar(text, since, until, words, before):
    found = period(text)
    assert (found.since.isoformat(), found.until.isoformat(), found.words, found.before().key) == (since, until, words, before)
    assert period(found.key) == found
    assert sum((one.until - one.since).days + 1 for one in found.months()) == found.days


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "26-09", "2026-09-01", "last month", "0000", "2026-Q", "２０２６"])
def test_what_is_no_period_is_refused_with_what_to_write(text):
    with pytest.raises(Invalid, match="2026-Q3"):
        period(text)


@pytest.mark.parametrize(("span", "latest"), [(Span.MONTH, "2026-09"), (Span.QUARTER, "2026-Q3"), (Span.YEAR, "2025")])
def test_only_what_is_over_is_the_latest(span, latest):
    found = last_over(span, TODAY)
    assert (found.key, found.is_over(TODAY), found.run(2)[-1]) == (latest, True, found)
    assert not Period(span, 2026, 10 if span is not Span.YEAR else 1).is_over(TODAY)


ROWS, COLUMNS, PARTS = ("a", "b", "c"), ("x", "y"), ("m1", "m2", "m3")


def cells_of(where):
    return (
        [(where, (("r", r), ("c", c))) for r in ROWS for c in COLUMNS]
        + [(where, (("r", r),)) for r in ROWS]
        + [(where, (("c", c),)) for c in COLUMNS]
    )


def lines_of(where):
    """A table with both totals."""
    rows = [Line((where, (("r", r),)), tuple((where, (("r", r), ("c", c))) for c in COLUMNS)) for r in ROWS]
    columns = [Line((where, (("c", c),)), tuple((where, (("r", r), ("c", c))) for r in ROWS)) for c in COLUMNS]
    whole = [Line((where, ()), tuple((where, (("r", r),)) for r in ROWS)), Line((where, ()), tuple((where, (("c", c),)) for c in COLUMNS))]
    return rows + columns + whole


def quarter(counts):
    """Values and lines of three months and of their quarter, each a table."""
    values = {}
    for where, table in zip(PARTS, counts, strict=True):
        values |= {(where, (("r", r), ("c", c))): table[i][j] for i, r in enumerate(ROWS) for j, c in enumerate(COLUMNS)}
    for r in ROWS:
        for c in COLUMNS:
            values["q", (("r", r), ("c", c))] = sum(values[part, (("r", r), ("c", c))] for part in PARTS)
    for where in (*PARTS, "q"):
        values |= {(where, (("r", r),)): sum(values[where, (("r", r), ("c", c))] for c in COLUMNS) for r in ROWS}
        values |= {(where, (("c", c),)): sum(values[where, (("r", r), ("c", c))] for r in ROWS) for c in COLUMNS}
        values[where, ()] = sum(values[where, (("r", r),)] for r in ROWS)
    lines = [line for where in (*PARTS, "q") for line in lines_of(where)]
    lines += [Line(("q", key), tuple((part, key) for part in PARTS)) for where, key in values if where == "q"]
    return values, lines


def decided(values, lines):
    """The months first, each by itself as it is published, then the quarter."""
    hidden = set()
    for part in PARTS:
        own = {cell: n for cell, n in values.items() if cell[0] == part}
        hidden |= hidden_of(own, [line for line in lines if line.whole[0] == part and line.parts[0][0] == part])
    shown_before = {cell for cell in values if cell[0] in PARTS} - hidden
    return hidden_of(values, lines, given=hidden, shown=shown_before)


def ranges(values, lines, hidden):
    """An attacker of its own making: what each hidden number may be, given every number that is shown, by linear programming over the numbers."""
    cells = list(values)
    at = {cell: n for n, cell in enumerate(cells)}
    equal = []
    for line in lines:
        row = np.zeros(len(cells))
        row[at[line.whole]] = 1
        for part in line.parts:
            row[at[part]] -= 1
        equal.append(row)
    bounds = [(0, None) if cell in hidden else (values[cell], values[cell]) for cell in cells]
    for cell in hidden:
        found = []
        for sign in (1, -1):
            aim = np.zeros(len(cells))
            aim[at[cell]] = sign
            made = linprog(aim, A_eq=np.array(equal), b_eq=np.zeros(len(equal)), bounds=bounds, method="highs")
            found.append(float("inf") if made.status == 3 else abs(made.fun))
        yield cell, found[0], found[1]


TABLES = st.lists(st.lists(st.lists(st.integers(0, 14), min_size=2, max_size=2), min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))
@example([[[0, 0], [3, 2], [0, 8]], [[0, 0], [12, 0], [0, 9]], [[0, 6], [3, 2], [0, 0]]])
@given(TABLES)
def test_nobody_narrows_a_hidden_number_by_tables_totals_and_shorter_periods(counts):
    values, lines = quarter(counts)
    hidden = decided(values, lines)
    assert {cell for cell, n in values.items() if n < LEAST_COUNT} <= hidden
    if len(hidden) == len(values):
        return  # nothing is shown at all
    for cell, low, high in ranges(values, lines, hidden):
        if values[cell] < LEAST_COUNT:
            assert low <= 1e-6, (cell, low, high)
            assert high >= LEAST_COUNT - 1 - 1e-6, (cell, low, high)
        else:
            assert high - low > 1e-6, (cell, low, high)  # it keeps others company


def test_a_table_of_large_numbers_hides_nothing():
    values, lines = quarter([[[10, 20], [30, 40], [50, 60]]] * 3)
    assert decided(values, lines) == frozenset()


def test_people_counted_once_are_bounded_not_added():
    """Nine in one month, seven in the next, twelve in both: each of a hidden month could be told by the others if they added up."""
    values = {("m1", ()): 9, ("m2", ()): 3, ("q", ()): 12}
    lines = [Line(("q", ()), (("m1", ()), ("m2", ())), exact=False), *(Line((m, ()), (("q", ()),), exact=False) for m in ("m1", "m2"))]
    hidden = hidden_of(values, lines, given=[("m2", ())], shown=[("m1", ())])
    assert hidden == {("m2", ()), ("q", ())}  # 12 of which 9: at least 3 in the other month


def test_numbers_that_do_not_add_up_are_a_fault():
    with pytest.raises(ValueError, match="is not made of"):
        hidden_of({("m", ()): 9, ("m", (("r", "a"),)): 8}, [Line(("m", ()), (("m", (("r", "a"),)),))])


@pytest.mark.parametrize(
    ("now", "before", "exposed", "differ"),
    [(20, 20, (1, 1), 0), (30, 20, (1, 1), 0), (40, 15, (1, 1), 1), (15, 40, (1, 1), -1), (40, 20, (2, 1), 0), (0, 0, (1, 1), 0), (9, 0, (1, 0), 0)],
)
def test_counts_differ_only_where_chance_would_rarely_make_them(now, before, exposed, differ):
    assert numbers.counts_differ(now, before, exposed=exposed[0], exposed_before=exposed[1]) == differ


def test_a_share_needs_a_base_and_shown_numbers():
    assert (numbers.share([3], 9).state, numbers.share([None, 8], 20).state, numbers.share([8], None).state) == ("too_few", "hidden", "hidden")
    found = numbers.share([8, 4], 24)
    assert (shown.number(found), shown.interval(found)) == ("50%", "31% to 69%")


def test_a_rate_is_for_a_hundred_held_a_year():
    """36 incidents in 3,650 days held are 360 for 100 held a year (Garwood's interval of 36: 25.2 to 49.8)."""
    found = numbers.rate(36, 3650)
    assert (found.value, found.low, found.high) == (360.0, 252.1, 498.4)
    assert numbers.rate(36, 200).state == "too_few"


def test_shares_whose_intervals_overlap_do_not_differ():
    low, high = numbers.share([10], 100), numbers.share([40], 100)
    assert (numbers.shares_differ(high, low), numbers.shares_differ(low, high), numbers.shares_differ(low, low)) == (1, -1, 0)


def test_published_figures_come_to_a_month_to_the_digit():
    found = comparators()["injuries-2002"]
    assert (found.value, found.months, found.monthly) == (700, 8, 87.5)
    assert found.words == "Over 700 incidents of injuries to young people in one YOI in 8 months: over 87.5 a month (700 ÷ 8)"
    assert found.source.endswith("paragraph 8.6")


@pytest.mark.external
def test_published_figures_are_those_of_their_sources(real_data):
    assault = dict(line.split(",")[:2] for line in (real_data / "published_uk/stc_assaults_apr2007_mar2008_hansard.csv").read_text().splitlines()[1:])
    ours = {name.split("-")[1].capitalize() + " STC": str(one.value) for name, one in comparators().items() if name.startswith("assaults-")}
    assert ours == assault
    lines = (real_data / "published_uk/selfharm_by_establishment_2000_2002_hansard.csv").read_text("utf-8").splitlines()[1:]
    hurt = {line.split(",")[0].lower(): int(line.split(",")[2]) for line in lines if line.split(",")[2].isdigit()}
    told = {name.split("-")[2]: one.value for name, one in comparators().items() if name.startswith("self-harm-")}
    assert told == {name: hurt[name] for name in told}
    assert len(told) == 4
    text = " ".join((real_data.parent / "reference/safeguarding-children-2002.txt").read_text().split())
    assert "over 700 reported incidents of injuries to young people over an eight-month period" in text


def section(chart, values=(12, None, 30)):
    columns = (ColumnOut(code="count", title="Incidents", measure="count"), ColumnOut(code="share", title="Share", measure="share"))
    rows = tuple(
        RowOut(code=str(n), title=f"Kind <{n}>", cells=(numbers.count(value), numbers.share([value], 42)))
        for n, value in enumerate(values)
    )  # fmt: skip
    table = TableOut(rows_are="Kind", columns=columns, rows=rows)
    if chart == "lines":
        points = [tuple(CellOut(measure="count", value=n + more) for more in (5.0, 9.0)) for n in range(6)]
        rows = tuple(RowOut(code=str(n), title=f"Kind {n}", cells=cells) for n, cells in enumerate(points))
        table = TableOut(rows_are="Kind", columns=columns, rows=rows)
    return SectionOut(id="s", title="S", subtitle="", headline="H & <b>", table=table, chart=chart, notes=())


@pytest.mark.parametrize("chart", ["bars", "dots", "lines"])
@pytest.mark.parametrize("narrow", [True, False])
def test_a_chart_says_its_numbers_and_holds_nothing_that_a_page_refuses(chart, narrow):
    svg = charts.chart(section(chart), narrow=narrow)
    assert [part for part in ("<style", " style=", "<script") if part in svg] == []
    assert "<desc" in svg
    assert "Kind" in charts.described(section(chart))
    assert charts.chart(section(chart), narrow=narrow) is svg  # drawn once
    if chart != "lines":
        assert "Hidden" in svg
    assert charts.chart(section(chart, (None, None))) == "" or chart == "lines"


def test_periods_of_a_run_follow_each_other():
    run = period("2026-Q1").run(8)
    assert all(one.until + dt.timedelta(days=1) == other.since for one, other in pairwise(run))
