"""A table read a block at a time says what it says row by row, and is known by what it holds in whatever form of file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importing.made import xlsx
from yosafe.importing import blocks
from yosafe.importing.blocks import Plain
from yosafe.importing.reading import read_table

PLAIN = st.text(st.sampled_from("ab1é’ \u00a0"), max_size=20)
ANY = PLAIN | st.sampled_from(['"', "a,b", "a\nb", "name", '""', "x" * 70, "=1"])
NAMES = ("name", "sex", "age")


def by_block(table):
    """The rows again, from the columns of every block."""
    found = []
    for block in table.blocks():
        columns = [block.column(at) for at in range(len(table.columns))]
        for place, number in enumerate(block.numbers):
            cells = [of.texts[of.codes[place]] for of in columns]
            assert block.faults.get(place) or cells == block.row(place)
            found.append((number, cells, block.faults.get(place, "")))
    return found


def by_row(table):
    """Rows as wide as the table: what a faulty one lacks is empty."""
    width = len(table.columns)
    return [(number, (cells + [""] * width)[:width], fault) for number, cells, fault in table.rows()]


def content(table):
    return b"".join(block.content() for block in table.blocks())


@given(st.lists(st.lists(PLAIN, min_size=3, max_size=3) | st.lists(ANY, max_size=4), max_size=30), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_blocks_hold_what_rows_do(rows, end, quoted):
    cells = [['"' + cell.replace('"', '""') + '"' if quoted or set('",\n') & set(cell) else cell for cell in row] for row in [list(NAMES), *rows]]
    table = read_table("".join(",".join(row) + end for row in cells).encode())
    assert by_block(table) == by_row(table)


@pytest.mark.parametrize("chunk", [1, 40, 1 << 20])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_plain_file_is_read_in_pieces_of_any_size(monkeypatch, chunk, end):
    monkeypatch.setattr(blocks, "CHUNK", chunk)
    lines = [f'{n},"{"boy" if n % 3 else "girl"}",{n % 7},' + "long " * (n % 20) for n in range(1, 200)]
    table = read_table(("n,sex,age,said\n" + "\n".join(lines) + end).encode())
    assert isinstance(table._plain, Plain)
    assert (table.row_count, table.warnings) == (199, ())
    assert by_block(table) == by_row(table)
    assert len({number for number, _, _ in by_block(table)}) == 199


@pytest.mark.parametrize(
    "body",
    [
        "1,boy\n\n2,girl\n", "1,boy\n2\n", '1,"a,b"\n', '1,"a""b"\n', 'a"b,boy\n', "1,boy\n,\n", "1,boy\rx,y\n", "1,b\0oy\n" + "2,girl\n" * 400,
        "n,sex\n1,boy\n", "\u00a0,\u00a0\n",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_read_with_care(body):
    table = read_table(f"n,sex\n9,girl\n{body}".encode())
    assert table._plain is None
    assert by_block(table) == by_row(table)


def test_notes_below_a_plain_table_stay_notes():
    table = read_table(b"n,sex,age\n1,boy,16\n2,girl,17\nSource: somewhere,,\n")
    assert [cells for _, cells, _ in by_block(table)] == [["1", "boy", "16"], ["2", "girl", "17"]]


def test_one_table_has_one_content_in_every_form():
    rows = [["unsafe_ever", "age", "said"], ["Yes", 16, "é"], ["no", 17, ""]]
    text = "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    forms = [
        text.encode(),
        text.replace(",", ";").replace("\n", "\r\n").encode("cp1252"),
        text.replace("Yes", '"Yes"').encode("utf-8-sig"),
        xlsx(rows),
    ]
    found = {content(read_table(form)) for form in (*forms, text.encode("utf-16"))}
    assert len(found) == 1
    assert content(read_table(text.replace("16", "15").encode())) not in found
