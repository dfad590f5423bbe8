"""Establishments beside each other: limits of a funnel, what is said of them, and what a definition may ask for. Without a database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from yosafe.reporting import by_place, charts, funnels
from yosafe.reporting.by_place import Places, section_by_place
from yosafe.reporting.datasets.custody import INCIDENTS, LIMITS, LIMITS_SHOWN
from yosafe.reporting.datasets.held import HELD
from yosafe.reporting.definitions import Faulty, Section, read_definition
from yosafe.reporting.frames import Frame
from yosafe.reporting.periods import period

Q3 = period("2026-Q3")
NAMES = {"a": "Ashfield", "f": "Feltham", "p": "Parc", "w": "Wetherby"}


def incidents(n):
    """So many assaults in each month of the quarter, all alike otherwise, and as many times self-harm."""
    like = {"severity": "low", "place": "living", "hour": "night", "injured": "no", "soon": "soon"}
    return [{"period": month.key, "kind": kind, "n": n, **like} for month in Q3.months() for kind in ("harm", "self_harm")]


def compared(counts, days, dataset=INCIDENTS, rows=incidents, **section):
    frames = {code: Frame(dataset, "2002", rows(n), [Q3]) for code, n in counts.items()}
    asked = Section(id="s", title="S", dataset=dataset.id, by_place=True, chart="funnel", **section)
    names = {code: NAMES[code] for code in counts}
    return section_by_place(Places(section=asked, frames=frames, days=days, names=names, period=Q3, terminology="2002"))


RATE = {"view": "kind", "rate": True, "only": ("harm",)}


def test_a_place_outside_its_limits_is_named_and_one_that_is_hidden_is_in_no_average():
    found = compared({"a": 10, "f": 10, "p": 40, "w": 1}, dict.fromkeys(NAMES, 9_200.0), **RATE)
    rows = {row.title: row for row in found.table.rows}
    assert [*rows] == ["Ashfield", "Feltham", "Parc", "Wetherby"]
    assert found.headline == "Outside the 99.8% limits: Ashfield below, Feltham below, Parc above. 1 of 4 can't be shown."
    assert [rows["Ashfield"].cells[n].value for n in range(3)] == [30, 100.0, 119.0]  # 30 ÷ 9,200 × 365 × 100
    assert rows["Parc"].cells[3].value == 238.0  # (30 + 30 + 120) ÷ 27,600 × 365 × 100: Wetherby's 3 are not in it
    assert (rows["Parc"].note, rows["Wetherby"].note) == ("Above the 99.8% limit", "")
    assert [cell.state for cell in rows["Wetherby"].cells] == ["hidden", "shown", "hidden", "none", "none"]
    notes = dict(found.notes)
    assert "÷ days held × 365 days × 100" in notes["Rate"]
    assert "of the 3 shown" in notes["Limits"]
    assert notes["Hidden"].startswith("2 of 8 numbers.")  # how many are held is no secret, and limits are worked out
    assert "no" not in found.table.rows_are
    told = charts.described(found)
    assert told.startswith("A funnel: a mark for each establishment around an average of 238.0.")
    assert told.endswith("Not shown: Wetherby.")
    for narrow in (True, False):
        svg = charts.chart(found, narrow=narrow)
        assert "Parc" in svg
        assert [part for part in ("<style", " style=", "<script") if part in svg] == []


def test_of_fewer_than_three_there_are_no_limits_and_no_drawing():
    found = compared({"a": 10, "f": 30}, dict.fromkeys("af", 9_200.0), **RATE)
    assert (found.chart, found.headline) == (
        "none", "For 100 held a year: Ashfield 119.0, Feltham 357.1. Limits need 3 establishments that can be shown.",
    )  # fmt: skip
    assert [cell.low is not None for cell in found.table.rows[0].cells] == [False, False, True]  # its own interval


def test_a_share_is_of_its_own_base_and_a_line_of_its_own():
    def limits(late):
        return [
            {"period": month.key, "limit": limit, "kept": kept, "n": n}
            for month in Q3.months()
            for limit in LIMITS_SHOWN
            for kept, n in (("in_time", 20), ("late", late))
        ]

    asked = {"dataset": LIMITS, "rows": limits, "view": "kept", "share": ("in_time",), "share_title": "In time"}
    whole = compared({"a": 20, "f": 20, "w": 20}, {}, **asked)
    one = compared({"a": 20, "f": 20, "w": 20}, {}, line="arrival-screen", **asked)
    assert [[cell.value for cell in found.table.rows[0].cells[:2]] for found in (whole, one)] == [[600, 0.5], [120, 0.5]]
    assert whole.headline == "None of the 3 shown lies outside the 99.8% limits."


def test_what_is_missing_stands_in_a_column_for_each_field():
    def held(n):
        last = {"period": "2026-09", "miles": "25", "family": "lately", "yot": "lately", "language": "known", "disability": "known"}
        return [{**last, "religion": missing, "ethnicity": "known", "n": many} for missing, many in (("missing", n), ("known", 30))]

    found = compared({"a": 10, "w": 6}, {}, dataset=HELD, rows=held, view="recorded", share=("missing",), share_title="Missing")
    assert [column.code for column in found.table.columns] == ["base", "religion", "ethnicity", "language", "disability"]
    assert [row.cells[1].value for row in found.table.rows] == [0.25, 0.1667]
    assert found.headline == "Missing: 17% to 25% in what may be shown, 2 of 8 shares."


@settings(max_examples=40)
@given(st.floats(0.001, 5), st.floats(1, 5_000), st.sampled_from(("rate", "share")))
def test_limits_hold_the_average_and_the_inner_lie_within_the_outer(average, size, kind):
    limits = funnels.rate_limits if kind == "rate" else funnels.share_limits
    average = average if kind == "rate" else min(average / 5, 0.999)
    inner, outer = limits(average, size, funnels.INNER), limits(average, size, funnels.OUTER)
    assert 0 <= outer.low <= inner.low + 1e-9
    assert inner.high <= outer.high + 1e-9
    assert outer.high >= average * (1 - 1e-6) or size * average < 1
    assert (outer.side(outer.high + 1), outer.side(average if inner.low <= average <= inner.high else inner.low)) == (1, 0)


def test_limits_are_quantiles_between_whole_numbers():
    """Of a mean of 100: chance leaves 2.5 % on each side."""
    low, high = (100 * limit for limit in funnels.rate_limits(1, 100, funnels.INNER))
    assert poisson.cdf(int(low), 100) <= 0.025 < poisson.cdf(int(low) + 1, 100)
    assert (round(low), round(high)) == (80, 120)


HEAD = 'title = "T"\nabout = "A"\nfor = ["{kind}"]\nroles = ["{role}"]\nperiods = ["quarter"]\n\n[[section]]\nid = "one"\ntitle = "One"\n'


@pytest.mark.parametrize(
    ("kind", "lines", "line", "said"),
    [
        ("inspectorate", ['dataset = "incidents"', 'view = "kind"'], 11, "Add by_place = true"),
        ("yoi", ['dataset = "incidents"', 'view = "kind"', 'only = ["harm"]'], 12, "goes with by_place = true"),
        ("yoi", ['dataset = "incidents"', 'view = "kind"', 'chart = "funnel"'], 12, "or choose bars"),
        ("inspectorate", ['dataset = "incidents"', 'view = "kind"', "by_place = true"], 12, "Say what is compared"),
        ("inspectorate", ['dataset = "incidents"', 'view = "kind"', "by_place = true", "rate = true"], 7, "league table"),
        ("inspectorate", ['dataset = "incidents"', 'view = "kind"', "by_place = true", "rate = true", 'chart = "none"', 'only = ["x"]'], 15,
         "“x” is no category"),
        ("inspectorate", ['dataset = "held"', 'view = "recorded"', "by_place = true", 'share = ["missing"]', 'share_title = "M"', 'chart = "none"',
                          'line = "age"'], 16, "Choose from religion"),
        ("acpc", ['dataset = "referrals"', 'view = "again"', "by_place = true", 'share = ["again"]', 'share_title = "A"'], 10, "is of an area"),
        ("acpc", ['audit = "all"'], 10, "Invalid enum value"),
        ("acpc", ['audit = "flags"', 'dataset = "flags"'], 11, "not several"),
    ],
)  # fmt: skip
def test_what_a_definition_may_not_compare_is_said_with_its_line(tmp_path, kind, lines, line, said):
    folder = tmp_path / "own-paper"
    folder.mkdir()
    (folder / "report.toml").write_text(
        HEAD.format(kind=kind, role={"yoi": "yoi_lead", "acpc": "acpc_member"}.get(kind, "inspector")) + "\n".join(lines) + "\n", "utf-8"
    )
    (folder / "report.md").write_text("{one}\n", "utf-8")
    with pytest.raises(Faulty) as refused:
        read_definition(folder)
    (error,) = refused.value.errors
    assert (error.key, said in error.message) == (f"own-paper/report.toml, line {line}", True), error


def test_every_verdict_has_its_words():
    assert {(1, 1), (-1, -1), (1, 0), (-1, 0), (0, 0)} == set(by_place.VERDICTS)
