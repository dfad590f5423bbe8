"""Where tables start and end in a file: titles, rows that name columns, notes, several tables. Each case is a small file and what it holds."""

import pytest

from yosafe.errors import Invalid
from yosafe.importing.reading import Choice, read_table


def read(text, **choice):
    return read_table(text.encode(), name="t.csv", choice=Choice(**choice))


@pytest.mark.parametrize(
    ("text", "columns", "rows", "left_out"),
    [
        # A title, with and without the delimiters of the table below, and an empty row.
        ("Survey of 2026\n\nid,age\n1,16\n2,17\n", ["id", "age"], 2, [1]),
        ("Survey of 2026,\n,\nid,age\n1,16\n2,17\n", ["id", "age"], 2, [1]),
        ("# made by hand\nid,name,age\n1,a,16\n2,b,17\n", ["id", "name", "age"], 2, [1]),
        ("Period: 1 to 31 March,,,,\nMade by,us,,,\nid,who,age,wing,n\n1,a,16,B,1\n2,b,17,C,2\n", ["id", "who", "age", "wing", "n"], 2, [1, 2]),
        ("Made on, Tuesday, with care\nid,age\n1,16\n2,17\n", ["id", "age"], 2, [1]),
        # No title: a header with a gap, with one name, with a column that has none.
        (",count\nassault,3\ncomplaint,4\n", ["column 1", "count"], 2, []),
        ("id,,age\n1,a,16\n2,b,17\n", ["id", "column 2", "age"], 2, []),
        ("name\nAda\nBo\n", ["name"], 2, []),
        ("# energy, n\n0.1,2\n0.2,3\n", ["# energy", "n"], 2, []),
        # Headings of groups over the names.
        ("id,Felt unsafe,,wing\n,ever,now,\n1,1,0,B\n2,0,0,C\n", ["id", "Felt unsafe ever", "Felt unsafe now", "wing"], 2, []),
        (",All,,,Boys,\n,n,%,,n,%\n2001,3,10,,4,11\n2002,5,12,,6,13\n", ["column 1", "All n", "All %", "column 4", "Boys n", "Boys %"], 2, []),
        ("id,age\nid,age\n1,16\n2,17\n", ["id", "age"], 2, []),
        # Sentences above a table, each from the first column on, are titles, not headings.
        ("Made with care,,by,us\nfor,all,,to read\nname,age,wing,count\nAda,16,B,1\nBo,17,C,2\n", ["name", "age", "wing", "count"], 2, [1, 2]),
        # Nothing names the columns.
        ("1,a,16\n2,b,17\n3,c,18\n", ["column 1", "column 2", "column 3"], 3, []),
        ("28/01/2018,x\n29/01/2018,y\n", ["column 1", "column 2"], 2, []),
        # Numbers do name columns where they count up.
        ("area,2001,2002\nLeeds,5,6\nYork,7,9\n", ["area", "2001", "2002"], 2, []),
        ("id,1,2,3\na,5,6,0\nb,7,9,1\n", ["id", "1", "2", "3"], 2, []),
        # One cell more in each row than the header has: R writes the row's name first.
        ('"age","wing"\n"r1",16,"B"\n"r2",17,"C"\n', ["column 1", "age", "wing"], 2, []),
        # Empty columns and a delimiter at the end of each line.
        ("id,age,\n1,16,\n2,17,\n", ["id", "age", "column 3"], 2, []),
        ("id,age\n1,16,\n2,17,\n", ["id", "age"], 2, []),
        # Only a header; only words.
        ("id,age\n", ["id", "age"], 0, []),
        ("name,wing\nAda,B\nBo,C\n", ["name", "wing"], 2, []),
    ],
)  # fmt: skip
def test_where_a_table_starts(text, columns, rows, left_out):
    table = read(text)
    assert list(table.columns) == columns
    assert table.row_count == rows == sum(1 for _ in table.rows())
    assert list(table.found.start.preamble) == left_out
    assert any("above the table left out" in warning for warning in table.warnings) is bool(left_out)


@pytest.mark.parametrize(
    ("text", "rows", "notes"),
    [
        ("id,age,wing\n1,16,B\n2,17,C\n\nNotes: as at March\n", 2, [5]),
        ("id,age,wing\n1,16,B\n2,17,C\nSource: own records,,\n", 2, [4]),
        ("id,age,wing\n1,16,B\n2,17,C\n\n* provisional\n(1) without visits\n", 2, [5, 6]),
        ("id,age,wing\n1,16,B\n2,17,C\n\nAll of it was counted twice\n", 2, [5]),
        # An identifier with nothing else is a respondent, not a note; so is a row of words that fills more than the first cell.
        ("id,age,wing\n1,16,B\n2,17,C\n3,,\n", 3, []),
        ("id,age,wing\nr1,16,B\nr2,17,C\n\nr3,,\n", 3, []),
        ("id,age\n1,16\n2,17\nTotal,33\n", 3, []),
        ("words\nNote this\nand that\n", 2, []),
    ],
)
def test_notes_below_a_table_are_told_from_rows(text, rows, notes):
    table = read(text)
    assert table.row_count == rows == sum(1 for _ in table.rows())
    assert list(table.found.footer) == notes
    assert any("notes below the table" in warning for warning in table.warnings) is bool(notes)


TWO = "Boys\nname,n\na,1\nb,2\n\nGirls\nname,n\nc,3\nd,4\ne,5\n"


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        (TWO, [2, 3]),
        ("name,n\na,1\nb,2\nname,n\nc,3\n", [2, 1]),
        ("name,n,wing\na,1,B\nb,2,B\nname,n,wing,more\nc,3,C,x\n", [2, 1]),
        ("name,n\na,1\nb,2\n\nOther things\ncolour,price,size\nred,5,1\nblue,6,2\n", [2, 2]),
        # An empty row between rows, or a heading in the first column, is no new table.
        ("name,n\na,1\n\nb,2\n", [2]),
        ("name,n\na,1\n\nSouth\nb,2\nc,3\n", [4]),
        ("name,wing\nAda,B\n\nBo Smith,C wing\nCy,D\n", [3]),
    ],
)
def test_several_tables_in_one_file(text, tables):
    table = read(text)
    assert [found.rows for found in table.tables] == tables
    assert table.row_count == max(tables)
    assert any("tables: 1 from row" in warning for warning in table.warnings) is (len(tables) > 1)


@pytest.mark.parametrize(
    ("choice", "columns", "cells"),
    [
        ({}, ("name", "n"), [["c", "3"], ["d", "4"], ["e", "5"]]),
        ({"table": 1}, ("name", "n"), [["a", "1"], ["b", "2"]]),
        ({"header": (7, 7)}, ("name", "n"), [["c", "3"], ["d", "4"], ["e", "5"]]),
        ({"header": (2, 3)}, ("name a", "n 1"), [["b", "2"], ["Girls"], ["name", "n"], ["c", "3"], ["d", "4"], ["e", "5"]]),
        (
            {"header": (0, 0), "delimiter": ";"},
            ("column 1",),
            [["Boys"], ["name,n"], ["a,1"], ["b,2"], ["Girls"], ["name,n"], ["c,3"], ["d,4"], ["e,5"]],
        ),
    ],
)
def test_the_caller_may_choose(choice, columns, cells):
    table = read(TWO, **choice)
    assert (table.columns, [row.cells for row in table.rows()]) == (columns, cells)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"table": 3}, "has 2 tables, so none is number 3"),
        ({"header": (900, 900)}, "row 900 is empty, or too far down"),
        ({"sheet": "Data"}, "is plain text and has no sheets"),
        ({"delimiter": "ab"}, "a delimiter is one character"),
        ({"encoding": "klingon"}, "no encoding is called klingon"),
        ({"encoding": "zip"}, "no encoding is called zip"),
        ({"encoding": "utf-16"}, "can't be read as utf-16"),
    ],
)
def test_what_can_not_be_chosen(choice, says):
    with pytest.raises(Invalid, match=says):
        read(TWO + "x", **choice)


IDS = ",".join('"{""ImportId"":""' + name + '""}"' for name in "abc")
QUALTRICS = f"Start,Q1,Q2\nStart Date,Have you felt unsafe?,How old are you?\n{IDS}\n2026-01-02,1,16\n"


def test_the_three_header_rows_of_qualtrics():
    table = read(QUALTRICS)
    assert (table.columns, [row.cells for row in table.rows()]) == (("Start", "Q1", "Q2"), [["2026-01-02", "1", "16"]])
    assert table.labels["Q1"] == "Have you felt unsafe?"
    assert "3 header rows (rows 1 to 3)" in table.warnings[0]


@pytest.mark.parametrize(
    ("header", "columns", "repeated"),
    [
        ("a,B,b", ("a", "B", "b (2)"), ("b",)),
        ("a,a,a (2)", ("a", "a (2)", "a (2) (2)"), ("a", "a (2)")),
        ("a\u202eb,c\x07,d", ("ab", "c", "d"), ()),
    ],
)
def test_names_that_repeat_or_hide(header, columns, repeated):
    table = read(f"{header}\n1,2,3\n")
    assert (table.columns, table.repeated) == (columns, repeated)
    assert table.warnings


def test_confidence_falls_with_each_doubt():
    sure, title, headless = read("id,age\n1,16\n2,17\n"), read("Title\nid,age\n1,16\n2,17\n"), read("1,a\n2,b\n")
    assert sure.confidence > 0.9 > title.confidence - 0.01 > headless.confidence
    assert read(TWO).confidence < read(TWO, table=1).confidence


def test_a_table_after_an_empty_row_where_the_first_is_longer_than_what_is_looked_at():
    rows = "".join(f"{n},x\n" for n in range(300))
    table = read(f"id,what\n{rows}\nOther\nsize,colour\n1,red\n2,blue\n")
    assert [found.rows for found in table.tables] == [300, 2]
