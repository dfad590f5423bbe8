"""Delimiters, quotation marks, escapes and what is done where they are broken."""

import pytest

from yosafe.importing.dialect import find_dialect
from yosafe.importing.reading import read_table


@pytest.mark.parametrize(
    ("text", "delimiter", "quote", "escape", "spaced"),
    [
        ("a,b\n1,2\n", ",", '"', "", False),
        ('a, b\n1, "x, y"\n2, "z, w"\n', ",", '"', "", True),
        ("a,b\n'x, y',2\n'z, w',3\n", ",", "'", "", False),
        ("who,what\nMen's boots,it's\nDan's cap,isn't\n", ",", '"', "", False),
        ('a,b\n"10\\" pipe","x, y"\n"x","y"\n', ",", '"', "\\", False),
        ("path,n\nC:\\new,1\nC:\\tmp,2\n", ",", '"', "", False),
        ('a b c\n1 "x y" 3\n4 "z w" 6\n', " ", '"', "", False),
        ("time,place\n12:30,A wing\n13:45,B wing\n", ",", '"', "", False),
        ("a^b^c\n1^2^3\n4^5^6\n", "^", '"', "", False),
        ("some words here\nand some more\nthat are prose\n", " ", '"', "", False),
        ("one\ntwo\n", ",", '"', "", False),
    ],
)
def test_dialects(text, delimiter, quote, escape, spaced):
    dialect = find_dialect(text, whole=True).dialect
    assert (dialect.delimiter, dialect.quote, dialect.escape, dialect.spaced) == (delimiter, quote, escape, spaced)


def test_a_cut_sample_does_not_break_its_last_line():
    assert find_dialect('a;b\n1;2\n3;"4', whole=False).dialect.delimiter == ";"


@pytest.mark.parametrize(
    ("row", "cells", "fault"),
    [
        ('1,"2', ["1", '"2'], "line 3: a quotation mark is opened and never closed"),
        ('"1,2', ['"1', "2"], "line 3: quotation marks are not as they should be"),
        ('1,"2"x', ["1", '"2"x'], "line 3: quotation marks are not as they should be"),
        ('"10"" pipe"",x"y","2"', ['10" pipe",x"y', "2"], "line 3: quotation marks"),
        ('"Table, Round 48"","of wood"', ['Table, Round 48"', "of wood"], "line 3: quotation marks"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_broken_quotation_mark_costs_its_row_and_no_other(row, cells, fault, end):
    after = ["5,6", '"7,7","8"'] if "never" not in fault else ["5,6", "7,8"]
    table = read_table(end.join(["a,b", "3,4", row, *after, ""]).encode())
    rows = list(table.rows())
    assert [(r.number, bool(r.fault)) for r in rows] == [(2, False), (3, True), (4, False), (5, False)]
    assert rows[1].cells == cells
    assert fault in rows[1].fault
    assert table.warnings[-1].endswith("row 3.")


def test_nul_characters_here_and_there_are_left_out_and_told():
    table = read_table(b"a,b\n" + b"12345678,abcdefgh\n" * 20 + b"1,\x00x\n")
    assert list(table.rows())[-1].cells == ["1", "x"]
    assert table.warnings[0].startswith("1 NUL character left out, the first in line 22")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16-le", "name,n\nZoë,1\n"),
        ("utf-16-be", "name,n\nZoë,1\n"),
        ("cp1251", "имя,город\n" + "Анна Каренина,Санкт-Петербург\n" * 8),
        ("cp1252", "name,price\nZoë,£5\nRenée,£6\n"),
    ],
)
def test_encodings_without_a_mark(encoding, text):
    table = read_table(text.encode(encoding))
    assert table.encoding == encoding
    assert list(table.columns) == text.split("\n")[0].split(",")
    assert "Check that" in table.warnings[0]
