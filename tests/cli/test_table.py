"""`yosafe table inspect`: what it prints, what it never shows, and how it ends."""

import json

import pytest
from click.testing import CliRunner

from tests.importing.made import ods
from yosafe.cli import main


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "wave.csv"
    path.write_bytes("Survey of 2026;\n\nname;weight\nHamza;1,5\nJay;2,25\n;\n\nNotes: made up;\n".encode("utf-8-sig"))
    return path


def test_as_json(file):
    done = run("table", "inspect", file, "--format", "json")
    found = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (found["file"], found["kind"], found["encoding"], found["delimiter"], found["quote"]) == ("wave.csv", "csv", "utf-8-sig", ";", '"')
    assert (found["columns"], found["column_count"], found["rows"]) == (["name", "weight"], 2, 2)
    assert (found["preamble_rows"], found["header_rows"], found["footer_rows"], found["empty_rows"]) == ([1], [3], [8], 3)
    assert (found["sure"], found["tables"][0]["first_row"], found["tables"][0]["last_row"]) == ("sure", 4, 5)
    assert len(found["warnings"]) == 3


def test_in_words_and_without_a_cell(file):
    done = run("table", "inspect", file)
    assert done.exit_code == 0
    for line in ["wave.csv: utf-8-sig, columns separated by semicolons", "2 columns, 2 rows; header rows: 3", "Sure (confidence 0.9", "  2. weight"]:
        assert line in done.stdout
    assert "Hamza" not in done.stdout


def test_what_may_be_chosen(file, tmp_path):
    found = json.loads(run("table", "inspect", file, "--header", "none", "--delimiter", "comma", "--format", "json").stdout)
    assert (found["header_rows"], found["delimiter"], found["columns"][0]) == ([], ",", "column 1")
    book = tmp_path / "book.ods"
    book.write_bytes(ods({"A": [["a", "b"], ["1", "2"]], "B": [["c", "d"], ["3", "4"]]}))
    done = run("table", "inspect", book, "--sheet", "B")
    assert "book.ods: an OpenDocument spreadsheet, sheet “B”" in done.stdout
    assert "sheet “A”: not looked at" in done.stdout
    assert "sheet “B”: 2 rows, 2 columns" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.csv"], 3, "nowhere.csv: can't be opened"),
        (["{file}", "--table", "2"], 3, "has 1 table, so none is number 2"),
        (["{file}", "--encoding", "klingon"], 3, "no encoding is called klingon"),
        (["{file}", "--header", "5-3"], 2, "write a row such as 3, rows such as 3-5, or none"),
        (["{file}", "--table", "0"], 2, "0 is not in the range"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_the_shell_is_told(file, arguments, code, says):
    done = run("table", "inspect", *(argument.replace("{file}", str(file)) for argument in arguments))
    assert done.exit_code == code
    assert says in done.stderr
    assert done.stdout == ""
