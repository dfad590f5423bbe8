"""Workbooks and statistics files: the same table whatever the kind, within limits, nothing run and nothing followed."""

import io
import zipfile

import pytest

from tests.importing.made import ods, opendocument, statistics, with_parts, xlsx
from yosafe.errors import Invalid
from yosafe.importing import foreign
from yosafe.importing.describe import inspect, read_as
from yosafe.importing.reading import Choice, Limits, read_table

ROWS = [["Survey of 2026"], [], ["id", "age", "wing"], ["a", 16, "B"], ["b", 17.5, None], ["c", None, "0042"]]


def test_a_workbook_is_read_as_text_is():
    table = read_table(xlsx(ROWS), name="wave.xlsx")
    assert (table.kind, table.sheet, table.columns, table.row_count) == ("xlsx", "Data", ("id", "age", "wing"), 3)
    assert [(row.number, row.cells) for row in table.rows()] == [(4, ["a", "16", "B"]), (5, ["b", "17.5", ""]), (6, ["c", "", "0042"])]
    assert table.warnings == ("1 row above the table left out: row 1.", "1 empty row left out.")
    assert read_as(table.kind, table.encoding, table.delimiter, table.sheet) == "an Excel workbook, sheet “Data”"
    assert inspect(table).header_rows == [3]


def test_formulas_are_what_they_last_came_to_and_macros_never_run():
    rows = [["id", "n"], ["a", "=1+1|2"], ["b", '=WEBSERVICE("http://example.invalid")|5'], ["c", "=cmd|"]]
    table = read_table(xlsx(rows, extra={"xl/vbaProject.bin": b"anything"}))
    assert [row.cells for row in table.rows()] == [["a", "2"], ["b", "5"], ["c", ""]]
    assert table.warnings == ("3 formulas: the values last worked out were read, nothing was worked out again.", "It holds macros. None was run.")


def test_sheets_are_listed_and_chosen():
    book = ods({"Notes": [["about", ""]], "Data": [["id", "name"], ["1", "a"], ["2", "b"]], "More": [["x", "y"], ["3", "4"]]})
    table = read_table(book)
    assert (table.kind, table.sheet, table.row_count) == ("ods", "Data", 2)
    assert table.warnings[0].startswith("Only the sheet “Data” was read, the largest. Not read: “Notes”, “More”.")
    assert read_table(book, choice=Choice(sheet="More")).sheet == "More"
    with pytest.raises(Invalid, match=r"t\.ods: has no sheet “Other”. It has “Notes”, “Data”, “More”."):
        read_table(book, name="t.ods", choice=Choice(sheet="Other"))


@pytest.mark.parametrize("kind", ["sav", "zsav", "por", "dta"])
def test_statistics_files(tmp_path, kind):
    path = statistics(tmp_path, kind)
    table = read_table(path)
    declares = kind in {"sav", "zsav"}
    assert table.kind == kind
    assert [name.lower() for name in table.columns] == ["q1", "age"]
    assert [row.cells for row in table.rows()] == [["1", "16"], ["2", "17.5"], ["" if declares else "9", "16"], ["", "15"]]
    assert {name.lower(): label for name, label in table.labels.items()} == {"q1": "Ever felt unsafe", "age": "Age"}
    assert table.value_labels.get("q1", {}) == ({"1": "Yes", "2": "No", "9": "Not answered"} if declares else {})
    missing = ("Column “q1”: 1 cell with a code that the file declares as missing, read as empty.",)
    assert table.warnings == (missing if declares else ())


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + ']><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&j;</office:document-content>'  # fmt: skip
MAIN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
FAR = MAIN.replace("{}", '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>')
EMPTY_BUT_LARGE = MAIN.replace("{}", '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="BXX1048576"><v>1</v></c></row>')
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + FAR.format(1, "A").replace("<v>1", "<v>&f;")


def sheet(content):
    return with_parts(xlsx([["a", "b"], [1, 2]]), {"xl/worksheets/sheet1.xml": content})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (zipped(readme="hello"), "is a zipped file, not a table. Unpack it"),
        (xlsx([["a"], [1]])[:-30], "damaged"),
        (xlsx([]), "holds no table|no sheet with cells"),
        (sheet("<worksheet><sheetData><row><c"), "can't be read as one|holds no table"),
        (sheet("0" * 40_000_000), "unpacks to more than 20 MiB"),
        (sheet(FAR.format(1, "XFD")), "is 16,384 columns wide, over the limit of 2,000"),
        (sheet(FAR.format(1048576, "A")), "has more than 5,000 rows"),
        (sheet(EMPTY_BUT_LARGE), "needs more than 960 MiB to open. Look for a stray cell"),
        (sheet(OUTSIDE), "can't be read as one|no table"),
        (opendocument(LAUGHS), "can't be read as one|holds no table|no sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "looks like an old Excel workbook, but can't be read as one"),
        (b"$FL2@(#) SPSS DATA FILE" + b"\xff" * 400, "looks like an SPSS file, but can't be read as one"),
        (b"<stata_dta><header>" + b"\xff" * 200, "looks like a Stata file, but can't be read as one"),
        (b"ASCII SPSS PORT FILE" * 3 + b"9" * 500, "looks like an SPSS portable file, but can't be read as one"),
    ],
)  # fmt: skip
def test_bombs_damage_and_other_files_are_refused_by_name_and_remedy(data, says):
    with pytest.raises(Invalid, match=rf"^t\.x.*({says})"):
        read_table(data, name="t.x", limits=Limits(unpacked=20 << 20, rows=5_000))


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(seconds=0), "takes more than 0 seconds to open"),
        (Limits(columns=2), "over the limit of 2"),
        (Limits(rows=2), "has more than 2 rows"),
    ],
)
def test_limits_hold_for_the_process_that_opens_it(limits, says):
    with pytest.raises(Invalid, match=says):
        read_table(xlsx(ROWS), name="t.xlsx", limits=limits)


def test_a_reader_that_dies_is_a_refusal(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(foreign, "_CHILD", child)
    with pytest.raises(Invalid, match="can't be read as one"):
        read_table(xlsx(ROWS), name="t.xlsx")


def test_the_process_gets_nothing_of_ours(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import os, sys; sys.stdin.buffer.read(); print('{}'); print('name,value'); [print(f'{k},x') for k in os.environ]")
    monkeypatch.setattr(foreign, "_CHILD", child)
    monkeypatch.setenv("YOSAFE_SECRET_KEY", "not to be seen")
    names = {row.cells[0] for row in read_table(xlsx(ROWS)).rows()}
    assert names <= {"OPENBLAS_NUM_THREADS", "PATH", "SYSTEMROOT", "LC_CTYPE"}
