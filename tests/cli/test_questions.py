"""The two commands that need no database: what they print, and what they refuse."""

import csv
import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from yosafe import errors
from yosafe.cli import COMMANDS, exit_code, main


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def cases(tmp_path):
    """Writes a file of cases and gives its path."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "cases.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_clocks_due_as_json():
    result = run("clocks", "due", "--started", "2001-12-21", "--clock", "initial-assessment", "--format", "json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (answer["due"], answer["rules"], answer["clock"], answer["confirmed"]) == ("2002-01-04", "wt1999", "initial-assessment", True)
    assert {"day": "2002-01-01", "why": "Bank holiday: New Year's Day"} in answer["skipped"]


def test_clocks_due_in_words():
    result = run("clocks", "due", "--started", "2001-12-21", "--clock", "initial-assessment")
    assert "Initial assessment: due Friday 4 January 2002" in result.stdout
    assert "Not counted: 25 December 2001, Bank holiday: Christmas Day" in result.stdout
    assert "day 0" in result.stdout


def test_clocks_due_under_other_rules():
    result = run("clocks", "due", "--started", "2001-12-21", "--clock", "core-assessment", "--rules", "wt2018", "--format", "json")
    answer = json.loads(result.stdout)
    assert answer["rules"] == "wt2018"
    assert "wt1999" in answer["note"]


CLOCK_CASES = 'Started,clock,who\n2001-12-21,initial-assessment,"A, b"\n2019-12-20,core-assessment,é\n'


@pytest.mark.parametrize(("encoding", "comma"), [("utf-8", ","), ("utf-8-sig", ","), ("utf-16", ","), ("utf-8", ";"), ("utf-8", "\t")])
def test_clocks_due_for_a_file_keeps_its_rows(cases, encoding, comma):
    text = CLOCK_CASES.replace('"A, b"', "A b").replace(",", comma)
    result = run("clocks", "due", "--cases", cases(text, encoding), "--format", "json")
    rows = json.loads(result.stdout)
    assert [(r["Started"], r["who"], r["rules"], r["due"]) for r in rows] == [
        ("2001-12-21", "A b", "wt1999", "2002-01-04"),
        ("2019-12-20", "é", "wt2018", "2020-02-26"),
    ]


def test_clocks_due_for_a_file_as_csv(cases):
    result = run("clocks", "due", "--cases", cases(CLOCK_CASES))
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(r["who"], r["rules"], r["due"]) for r in rows] == [("A, b", "wt1999", "2002-01-04"), ("é", "wt2018", "2020-02-26")]


def test_rules_in_a_row_go_before_rules_for_all(cases):
    path = cases("started,clock,Rules\n2001-12-21,core-assessment,wt1999\n2001-12-21,core-assessment,\n")
    rows = json.loads(run("clocks", "due", "--cases", path, "--rules", "wt2018", "--format", "json").stdout)
    assert [r["Rules"] for r in rows] == ["wt1999", "wt2018"]
    assert all("rules" not in r for r in rows)


def test_its_own_answer_can_be_asked_again(cases):
    first = run("clocks", "due", "--cases", cases(CLOCK_CASES)).stdout
    assert run("clocks", "due", "--cases", cases(first)).stdout == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("started,clock\n21/12/2001,core-group\n", ["cases.csv row 2, column started", "2002-01-04"]),
        ("started,clock\n2001-02-30,core-group\n", ["cases.csv row 2, column started", "Not a date"]),
        ("started,clock\n2001-W01-1,core-group\n2001-13-01,core-group\n", ["cases.csv row 3, column started"]),
        ("started,clock\n2001-12-21,tea\n", ["cases.csv row 2, column clock", "initial-assessment"]),
        ("started,clock,rules\n2001-12-21,core-group,wt9\n", ["cases.csv row 2, column rules", "wt1999"]),
        ("started,clock\n1066-10-14,core-group\n", ["cases.csv row 2, column started", "1900 to 2100"]),
        ("started,clock\n9999-12-31,first-review\n", ["cases.csv row 2, column started", "1900 to 2100"]),
        ("started,clock\n1966-10-14,core-group\n", ["cases.csv row 2", "1978 to 2100"]),
        ("started,clock\n2100-12-31,first-review\n", ["cases.csv row 2", "1978 to 2100"]),
        ("started,clock\n2001-12-21,\n,core-group\n", ["row 2, column clock: Empty", "row 3, column started: Empty"]),
        ("started,clock\n2001-12-21\n2001-12-21,core-group,x\n", ["cases.csv row 2: Has 1 cells", "cases.csv row 3: Has 3 cells"]),
        ("begun,clock\n2001-12-21,core-group\n", ["cases.csv row 1", "No column is called started", "begun"]),
        ("started,clock,Started\n2001-12-21,core-group,x\n", ["cases.csv", "the same name"]),
        ('started,clock\n2001-12-21,"core\n', ["cases.csv", "never closed"]),
        ("", ["cases.csv", "empty"]),
        ("started,clock\n" + "x,core-group\n" * 30, ["And 10 more"]),
    ],
)
def test_a_bad_file_is_refused_by_row_and_column_and_nothing_is_printed(cases, text, said):
    result = run("clocks", "due", "--cases", cases(text), "--format", "json")
    assert (result.exit_code, result.stdout) == (3, "")
    for words in said:
        assert words in result.stderr


def test_distance_as_json():
    result = run("distance", "--home", "ls22 5ed", "--establishment", "pyi", "--format", "json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (answer["miles"], answer["home"], answer["establishment"], answer["name"]) == (189, "LS22", "PYI", "Parc")


def test_distance_in_words_says_what_is_odd():
    assert run("distance", "--home", "LS22", "--establishment", "WYI").stdout == "About 1 mile from LS22 to Wetherby (WYI).\n"
    assert "Scotland" in run("distance", "--home", "TD9", "--establishment", "WYI").stdout


def test_distance_for_a_file(cases):
    path = cases("ref,home,establishment\nA,LS22,WYI\nB,SE15 3AA,CKI\n")
    rows = json.loads(run("distance", "--cases", path, "--format", "json").stdout)
    assert [(r["ref"], r["miles"]) for r in rows] == [("A", 1), ("B", 25)]
    assert run("distance", "--cases", path).stdout == "ref,home,establishment,miles\nA,LS22,WYI,1\nB,SE15 3AA,CKI,25\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("EH1 1AA,WYI", "row 2, column home: This postcode is in Scotland"),
        ("QQ1,WYI", "row 2, column home: No postcode in England and Wales"),
        ("LS22,ZZZ", "row 2, column establishment: No establishment has that code"),
        (",WYI", "row 2, column home: Empty"),
    ],
)
def test_a_bad_row_of_distances_is_refused(cases, row, said):
    result = run("distance", "--cases", cases(f"home,establishment\n{row}\n"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert said in result.stderr
    assert row.split(",")[0] not in result.stderr or not row.split(",")[0]  # a home is never printed back


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["clocks", "due", "--started", "yesterday", "--clock", "core-group"], 3),
        (["clocks", "due", "--started", "2002-01-01", "--clock", "tea"], 3),
        (["clocks", "due", "--started", "2002-01-01", "--clock", "core-group", "--rules", "wt9"], 3),
        (["clocks", "due", "--started", "2200-01-01", "--clock", "core-group"], 3),
        (["clocks", "due", "--started", "2002-01-01"], 2),
        (["clocks", "due"], 2),
        (["clocks", "due", "--cases", "no-such-file.csv"], 2),
        (["clocks", "due", "--cases", __file__, "--clock", "core-group"], 2),
        (["distance", "--home", "EH1", "--establishment", "WYI"], 3),
        (["distance", "--home", "", "--establishment", "WYI"], 3),
        (["distance", "--home", "LS22", "--establishment", "ZZZ"], 4),
        (["distance", "--home", "LS22"], 2),
        (["tea"], 2),
    ],
)
def test_refusals_have_their_exit_codes_and_print_nothing(arguments, code):
    result = run(*arguments, *(["--format", "json"] if len(arguments) > 1 else []))
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SettingsWrong("x"), 2),
        (errors.Invalid("x"), 3),
        (errors.NotFound("x"), 4),
        (errors.Refused("x"), 5),
        (errors.NotSignedIn("x"), 5),
        (errors.TooMany("x", 1), 5),
        (errors.Conflict("x"), 6),
        (errors.Stale("x"), 6),
        (errors.VersionMissing("x"), 6),
        (errors.DatabaseAway("x"), 7),
        (errors.NotUpgraded("x"), 7),
        (errors.DomainError("x"), 1),
    ],
)
def test_every_kind_of_refusal_has_an_exit_code(error, code):
    assert exit_code(error) == code


def test_every_command_can_be_imported_and_is_listed():
    listed = run("--help").stdout
    for name in COMMANDS:
        assert run(name, "--help").exit_code == 0
        assert f"  {name} " in listed


ASK_AND_LOOK = """
import sys
from yosafe.cli import main
main(["clocks", "due", "--started", "2002-01-01", "--clock", "core-group"], standalone_mode=False)
heavy = {"litestar", "pandas", "piccolo", "sklearn", "matplotlib", "numpy", "asyncpg"} & set(sys.modules)
sys.exit(repr(heavy) if heavy else 0)
"""


def test_a_light_command_stays_light():
    done = subprocess.run([sys.executable, "-c", ASK_AND_LOOK], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
