"""Tables that others made: read whole, or refused by name with a remedy."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.errors import Invalid
from yosafe.importing.reading import Limits, Row, read_table


def cells(data: bytes, **kwargs):
    return [row.cells for row in read_table(data, name="t.csv", **kwargs).rows()]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("name,n\nZoë,1\n".encode(), "utf-8"),
        ("name,n\nZoë,1\n".encode("utf-8-sig"), "utf-8-sig"),
        ("name,n\nZoë,1\n".encode("utf-16"), "utf-16"),
        ("name,n\nZoë,1\n".encode("utf-32"), "utf-32"),
        ("name,n\nZoë,1\n".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(data, encoding):
    table = read_table(data)
    assert table.encoding == encoding
    assert table.columns == ("name", "n")
    assert [row.cells for row in table.rows()] == [["Zoë", "1"]]
    assert bool(table.warnings) is (encoding == "cp1252")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, end):
    lines = [delimiter.join(cells) for cells in (["a", "b", "c"], ["1", "x y", "3"], ["4", "", "6"])]
    table = read_table(end.join(lines).encode())
    assert (table.delimiter, table.columns, table.row_count) == (delimiter, ("a", "b", "c"), 2)
    assert [row.cells for row in table.rows()] == [["1", "x y", "3"], ["4", "", "6"]]


def test_decimal_commas_do_not_make_a_comma_file():
    assert cells(b"weight;age\n1,5;16\n2,25;17\n") == [["1,5", "16"], ["2,25", "17"]]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_spreadsheets_own_word_on_the_delimiter_is_taken(first):
    table = read_table(f"{first}\r\na;b\r\n1,2,3;4\r\n".encode())
    assert (table.delimiter, table.columns) == (";", ("a", "b"))
    assert list(table.rows()) == [Row(3, ["1,2,3", "4"])]


def test_a_single_column_is_read_and_warned_of():
    table = read_table(b"name\nAda\nBo\n")
    assert table.columns == ("name",)
    assert [row.cells for row in table.rows()] == [["Ada"], ["Bo"]]
    assert "Only one column" in table.warnings[0]


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_empty_ones_counted():
    table = read_table(b'\na,b\n1,"two\nlines"\n\n,\n3,4\n')
    assert list(table.rows()) == [Row(3, ["1", "two\nlines"]), Row(6, ["3", "4"])]
    assert table.warnings == ("3 empty rows left out.",)


def test_a_row_of_another_width_is_kept_with_its_fault():
    table = read_table(b"a,b\n1,2\n3\n4,5,6\n7,8,,\n")
    faults = [(row.number, bool(row.fault)) for row in table.rows()]
    assert faults == [(2, False), (3, True), (4, True), (5, False)]
    assert table.warnings == ("2 rows do not have 2 cells as the header has, or do not close quotation marks: rows 3 to 4.",)


def test_a_column_without_a_name_gets_one():
    table = read_table(b"a,,c,,\n1,2,3\n")
    assert table.columns == ("a", "column 2", "c")
    assert "Column 2 has no name" in table.warnings[0]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"  \r\n\n", "is empty"),
        (b",,\n,\n", "no header row"),
        (b"PK\x03\x04rest", "another zipped file, and it is damaged"),
        (b"\xd0\xcf\x11\xe0rest", "looks like an old Excel workbook, but can't be read as one"),
        (b"$FL2 rest", "looks like an SPSS file, but can't be read as one"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08rest", "a gzipped file"),
        (b"\xef\xbb\xbf <!DOCTYPE html><table>", "a web page"),
        (b'<?xml version="1.0"?><a/>', "an XML file"),
        (b'[{"a": 1}]', "JSON"),
        (b"a,b\n1,\x00\n", "t.csv, line 2: holds NUL bytes"),
        (b"\xef\xbb\xbfa,b\n1,\x00\n", "line 2: holds NUL bytes"),
        (b"a,b\n1,\x81\x8d\xff\n", "line 2: holds letters in an encoding that can't be told"),
        (b"\xff\xfea\x00,\x00b", "can't be read so"),
        (b"a,b\n1," + b"x" * 131_073 + b"\n", "a cell is longer than 131,072 characters"),
        (b"a,b\n" + b'1,"2"x\n' * 1_002, "quotation marks are not as they should be, in more than 1,000 rows"),
    ],
)
def test_refused_with_place_and_remedy(data, says):
    with pytest.raises(Invalid) as refused:
        read_table(data, name="t.csv")
    assert str(refused.value).startswith("t.csv")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(size=10), "over the limit of 0 MiB"),
        (Limits(rows=2), "more than 2 rows"),
        (Limits(columns=1), "has 2 columns, over the limit of 1"),
    ],
)
def test_limits(limits, says):
    data = b"a,b\n1,2\n3,4\n5,6\n"
    assert len(cells(data, limits=Limits(size=len(data), rows=3, columns=2))) == 3
    with pytest.raises(Invalid, match=says):
        read_table(data, limits=limits)


def test_from_a_path_and_not_from_one_that_is_not_there(tmp_path):
    path = tmp_path / "wave.csv"
    with pytest.raises(Invalid, match=r"wave.csv: can't be opened"):
        read_table(path)
    path.write_bytes(b"a,b\n1,2\n")
    assert read_table(path).name == "wave.csv"
    with pytest.raises(Invalid, match=r"wave.csv: is 0.0 MiB"):
        read_table(path, limits=Limits(size=3))


@pytest.mark.parametrize(
    ("name", "shown"), [("../../etc/passwd", "passwd"), ("C:\\x\\wave.csv", "wave.csv"), ("a\u202eb\x00.csv", "ab.csv"), ("", "The file")]
)
def test_names_are_safe_to_show(name, shown):
    assert read_table(b"a,b\n1,2\n", name=name).name == shown


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t"), max_size=12)
FULL = TEXT.filter(lambda text: text.strip() != "")
LINE_ENDS, QUOTING = st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])


def written(header, rows, **dialect):
    out = io.StringIO(newline="")
    csv.writer(out, **dialect).writerows([header, *rows])
    return out.getvalue()


def tables(cell):
    return st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))


@given(tables(FULL), st.sampled_from(",;\t|"), QUOTING, LINE_ENDS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_csv_writes_is_read_back_in_any_dialect(rows, delimiter, quoting, end, encoding):
    header = [f"column_{n}" for n in range(len(rows[0]))]
    if quoting != csv.QUOTE_ALL:  # the csv module does not then put marks round line ends that are not its own
        rows = [["".join(c for c in cell if c not in "\r\n" or c in end) or "x" for cell in row] for row in rows]
    table = read_table(written(header, rows, delimiter=delimiter, quoting=quoting, lineterminator=end).encode(encoding))
    assert (table.columns, table.delimiter) == (tuple(header), delimiter)
    assert [row.cells for row in table.rows()] == rows


@given(tables(TEXT))
def test_every_row_is_read_or_told_of(rows):
    header = [f"column_{n}" for n in range(len(rows[0]))]
    table = read_table(written(header, rows, quoting=csv.QUOTE_ALL).encode())
    told = sum(f.rows + f.blank + len(f.footer) + len(f.start.preamble) + len(f.start.header) for f in table.tables)
    assert told == len(rows) + 1
    assert table.columns == tuple(header) or len(table.tables) > 1


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"a;b\n1;" + tail))
def test_any_bytes_are_read_or_refused(data):
    try:
        table = read_table(data, name="t.csv")
    except Invalid as refused:
        assert str(refused).startswith("t.csv")  # noqa: PT017 - either answer is right; a refusal names the file
    else:
        assert sum(1 for _ in table.rows()) == table.row_count
