"""`yosafe model validate`: what it makes of tables, and of real ones the figures that were published."""

import csv
import gzip
import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from yosafe.cli import main
from yosafe.errors import Invalid
from yosafe.importing.reading import read_table
from yosafe.models.evaluation import delong
from yosafe.models.own_table import Asked, make_ready
from yosafe.models.report import as_page
from yosafe.models.validation import How, validate

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data")) / "risk"
QUICK = How(folds=4, repeats=1)
WORDS = ["never", "sometimes", "often"]


def table(count=400, seed=1, **more):
    """A table whose outcome follows `fights` and `lonely`; every other column has something the matter with it."""
    draw = np.random.default_rng(seed)
    fights, lonely = draw.poisson(2, count), draw.integers(0, 3, count)
    came = draw.random(count) < 1 / (1 + np.exp(2 - 0.5 * fights - 0.5 * lonely))
    columns = {
        "number": range(1000, 1000 + count), "fights": ["" if at % 9 == 0 else n for at, n in enumerate(fights)],
        "lonely": [WORDS[n] for n in lonely], "again": lonely, "same": ["x"] * count, "empty": [""] * count,
        "wrote": [f"text {n}" for n in range(count)],
        "afterwards": [int(one) if at % 50 else 0 for at, one in enumerate(came)], "sex": draw.choice(["F", "M"], count),
        "boy": [f"b{at // 2}" for at in range(count)], "day": [f"2002-{1 + at * 12 // count:02d}-15" for at in range(count)],
        "harmed": ["yes" if one else "no" for one in came], **more,
    }  # fmt: skip
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow(columns)
    written.writerows(zip(*columns.values(), strict=True))
    return read_table(out.getvalue().encode(), name="ours.csv")


FEATURES = ("fights", "lonely")


def test_columns_that_can_not_be_used_are_named_with_why():
    found = make_ready(table(), Asked(outcome="harmed", groups=("sex",), person="boy", time="day"))
    why = {one.column: one.why for one in found.left_out}
    assert set(why) == {"number", "same", "empty", "wrote", "afterwards"}
    assert "number or name of a record" in why["number"]
    assert "same in every row" in why["same"]
    assert "written down after it" in why["afterwards"]
    assert {one.name for one in found.inputs} >= {"fights", "again"}
    assert {one.column for one in found.inputs} == {"fights", "lonely", "again"}
    assert found.missing["fights"] == 45


def test_a_column_named_as_a_feature_is_learnt_from_even_if_it_tells_the_outcome():
    found = make_ready(table(), Asked(outcome="harmed", features=("afterwards",)))
    assert [one.column for one in found.inputs] == ["afterwards"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"outcome": "harm"}, "has no column “harm”"),
        ({"outcome": "lonely"}, "has 3 different answers"),
        ({"outcome": "sex"}, "which answer of “sex” means that it came"),
        ({"outcome": "sex", "positive": "X"}, "which answer of “sex” means that it came"),
        ({"outcome": "harmed", "features": ("harmed",)}, "can't be a feature"),
        ({"outcome": "harmed", "features": ("fights",), "exclude": ("sex",)}, "not both"),
        ({"outcome": "harmed", "features": ("same",)}, "no column is left to learn from"),
        ({"outcome": "harmed", "time": "lonely"}, "without a date"),
        ({"outcome": "harmed", "time": "same"}, "without a date"),
    ],
)
def test_what_can_not_be_asked_is_refused_in_words(asked, said):
    with pytest.raises(Invalid, match=said):
        make_ready(table(), Asked(**asked))


def test_too_few_of_an_outcome_are_refused():
    few = ["yes"] * 9 + ["no"] * 391
    with pytest.raises(Invalid, match="only 9 rows have the rarer answer"):
        make_ready(table(harmed=few), Asked(outcome="harmed"))


def test_an_uneven_outcome_and_rows_without_one_are_told():
    found = make_ready(table(harmed=["yes"] * 20 + ["no"] * 370 + [""] * 10), Asked(outcome="harmed", features=FEATURES))
    assert [said.split(" ")[0] for said in found.remarks] == ["10", "The"]
    assert len(found.outcome) == 390


@pytest.mark.parametrize(
    ("asked", "design"),
    [({}, "4 parts, 1 times over"), ({"person": "boy"}, "no person stands on both sides"), ({"time": "day"}, "forward in time")],
)
def test_a_table_is_judged_by_rows_it_did_not_learn_from(asked, design):
    found = validate(table(), Asked(outcome="harmed", features=FEATURES, groups=("sex",), **asked), QUICK)
    assert design in found.design
    assert 0.55 < found.evaluation.auc.value < 0.85
    assert [one.name for one in found.baselines] == ["the best single column", "boosted trees"]
    assert {one.group for one in found.groups[0].groups} == {"F", "M"}
    assert found.inputs[0].higher_means == "more often"


def test_the_same_seed_gives_the_same_figures_and_a_second_table_is_the_test():
    first, second = table(), table(seed=2)
    once, again = (validate(first, Asked(outcome="harmed", features=FEATURES), QUICK, second) for _ in range(2))
    assert once == again
    assert "judged by the 400 of ours.csv" in once.design
    with pytest.raises(Invalid, match="lacks “fights”"):
        validate(first, Asked(outcome="harmed", features=FEATURES), QUICK, read_table(b"harmed,lonely\nyes,often\nno,never\n", name="b.csv"))


def test_an_outcome_by_chance_is_not_found_and_refused():
    shuffled = np.random.default_rng(7).permutation(["yes"] * 500 + ["no"] * 1500)
    found = validate(table(2000, harmed=shuffled), Asked(outcome="harmed", features=FEATURES), QUICK)
    assert 0.45 <= found.evaluation.auc.value <= 0.55
    assert any("doesn't beat" in said for said in found.failings)


def test_the_page_says_nothing_that_a_cell_could_smuggle_in():
    found = validate(table(sex=["<script>x</script>", "M"] * 200), Asked(outcome="harmed", features=FEATURES, groups=("sex",)), QUICK)
    page = as_page(found)
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "never a verdict" in page


def test_the_command(tmp_path):
    path, page = tmp_path / "t.csv", tmp_path / "r.html"
    path.write_text("harmed,fights\n" + "".join(f"{at % 3 == 0:d},{at % 5 + at % 3}\n" for at in range(120)))
    args = ["model", "validate", str(path), "--outcome", "harmed", "--folds", "3", "--repeats", "1"]
    done = CliRunner().invoke(main, [*args, "--format", "json", "--html", str(page)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["evaluation"]["rows"] == 120
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert "Calibration slope" in CliRunner().invoke(main, args).stdout


@pytest.mark.parametrize(
    ("more", "code"), [(["--outcome", "nothing"], 3), (["--outcome", "b", "--html", "HERE"], 6)], ids=["column", "page is there"]
)
def test_the_command_refuses(tmp_path, more, code):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,0\n2,1\n")
    done = CliRunner().invoke(main, ["model", "validate", str(path), *[str(path) if one == "HERE" else one for one in more]])
    assert done.exit_code == code
    assert path.read_text() == "a,b\n1,0\n2,1\n"


HISTORY = ("age_at_offence", "prior_records", "n_offences", "violent_offence", "in_custody", "programme_days", "days_offence_to_start")


def items():
    names = (EXTERNAL / "savry_dev_598.csv").read_text().splitlines()[0].split(",")
    return tuple(names[names.index("previous_violence") : names.index("protective_prosocial_involvement")])


@pytest.mark.external
@pytest.mark.parametrize(
    ("what", "low", "high"), [("history", 0.70, 0.75), ("items", 0.59, 0.67), ("both", 0.68, 0.74)], ids=["history", "items", "both"]
)
def test_re_offending_in_catalonia_is_told_as_well_as_was_published(what, low, high):
    features = {"history": HISTORY, "items": items(), "both": HISTORY + items()}[what]
    asked = Asked(outcome="reoffended_2015", features=features, groups=("sex", "foreign_national"))
    found = validate(read_table(EXTERNAL / "savry_dev_598.csv"), asked, How(repeats=2))
    assert low <= found.evaluation.auc.value <= high
    assert found.evaluation.auc.low < found.evaluation.auc.value < found.evaluation.auc.high
    assert found.evaluation.brier < found.evaluation.brier_of_base_rate
    assert 0.8 <= found.evaluation.slope.value <= 1.25
    assert {one.attribute for one in found.groups} == {"sex", "foreign_national"}


@pytest.mark.external
def test_a_later_outcome_is_found_among_the_columns_of_a_real_table():
    found = make_ready(read_table(EXTERNAL / "savry_dev_598.csv"), Asked(outcome="reoffended_2015"))
    assert {one.column for one in found.left_out} == {"id", "reoffended_2013"}


@pytest.mark.external
def test_sums_of_items_order_boys_in_hunan_as_was_published():
    """Zhou 2017: total .68, historical .66, social .61, individual .66, protective .60, where more of it means more."""
    read = list(csv.DictReader((EXTERNAL / "zhou2017_hunan_savry.csv").read_text().splitlines()))
    parts = {"historical": (1, 11), "social": (11, 17), "individual": (17, 25), "total": (1, 25)}
    sums = {name: [sum(float(row[f"SAVRY{n}"]) for n in range(*span)) for row in read] for name, span in parts.items()}
    sums["protective"] = [float(row["P"]) for row in read]
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow(["violent", *sums])
    written.writerows(zip([row["Reoffending"] for row in read], *sums.values(), strict=True))
    found = validate(read_table(out.getvalue().encode(), name="zhou.csv"), Asked(outcome="violent", features=tuple(sums)), How(folds=5, repeats=1))
    alone = {one.name: one for one in found.inputs}
    published = {"total": 0.68, "historical": 0.66, "social": 0.61, "individual": 0.66, "protective": 0.60}
    assert {name: one.auc.value for name, one in alone.items()} == pytest.approx(published, abs=0.02)
    assert {one.higher_means for one in alone.values()} == {"more often"}


@pytest.mark.external
def test_bullying_in_argentina_is_told_by_welfare_and_violence_on_a_held_out_quarter():
    with gzip.open(EXTERNAL / "gshs_bullying_train.csv.gz", "rt", newline="") as file:
        header, *rows = list(csv.reader(file))[::4]  # every fourth pupil is enough, in a quarter of the time
    held_out = np.random.default_rng(2002).random(len(rows)) < 0.25

    def of(wanted):
        out = io.StringIO()
        csv.writer(out).writerows([header, *(row for row, one in zip(rows, held_out, strict=True) if one == wanted)])
        return read_table(out.getvalue().encode(), name="gshs.csv")

    welfare = ("felt_lonely", "close_friends", "missed_school", "other_students_kind_and_helpful", "parents_understand_problems")
    asked = Asked(outcome="bullied_in_school", features=(*welfare, "physically_attacked", "physical_fighting"), groups=("sex", "custom_age"))
    found = validate(of(wanted=False), asked, How(), of(wanted=True))
    assert 0.66 <= found.evaluation.auc.value <= 0.70
    assert found.evaluation.auc.high - found.evaluation.auc.low < 0.06
    assert found.groups[1].withheld >= 2, "a group of a few, and the next smallest"


def test_delong_needs_both_outcomes():
    assert delong(np.ones(20, dtype=bool), np.arange(20.0)).value is None
