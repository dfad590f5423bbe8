"""The parts of a list by themselves: cells of a file, orders, what a page says of how many there are."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.errors import Invalid
from yosafe.lists.files import as_csv, cell
from yosafe.lists.ordering import order_in, place_of, ranked, sort
from yosafe.words import of_how_many

SORTS = {"due": sort("x.due", kinds=[dt.date], null=True), "name": sort("lower(x.name)"), "kind": ranked("x.kind", {"b": "Aye", "a": "bee"})}


@given(st.sampled_from(["", " ", "\n"]), st.sampled_from("=+-@\t\r"), st.text(max_size=20))
def test_no_text_runs(blank: str, mark: str, rest: str) -> None:
    assert cell(blank + mark + rest) == f"'{blank}{mark}{rest}"


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20), min_size=1, max_size=5))
def test_what_is_written_is_read_again(texts: list[str]) -> None:
    """Commas, quotes, other alphabets: every cell, and nothing but the quote before what would run."""
    heads, row = csv.reader(io.StringIO(as_csv(["h"] * len(texts), [texts]).decode("utf-8-sig")))
    assert heads == ["h"] * len(texts)
    assert [one.removeprefix("'") for one in row] == [text.removeprefix("'") for text in texts]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "yes"), (False, "no"), (-3, "-3"), (dt.date(2026, 9, 1), "2026-09-01"), ("a=1", "a=1"), ("", ""),
        (dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC), "2026-07-01T13:00+01:00"), (["=1", "b"], "'=1; b"), (["a", "=1"], "a; '=1"),
    ],
)  # fmt: skip
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


def test_a_file_begins_with_the_mark_and_has_one_heading() -> None:
    assert as_csv(["One", "=Two"], [["1", "2"]]) == b"\xef\xbb\xbfOne,'=Two\r\n1,2\r\n"


def test_codes_are_ranked_by_label_whatever_the_case() -> None:
    rank = SORTS["kind"].by[0].parts()
    assert rank == ("coalesce(array_position($1::text[], x.kind::text), 0)", ["b", "a"])


@pytest.mark.parametrize("name", ["due", "-due", "name", "-name", "kind", "-kind"])
@given(day=st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)) | st.none(), number=st.integers(0, 2**63 - 1), back=st.booleans())
def test_a_cursor_is_read_as_it_was_made_and_in_no_other_order(name: str, day: dt.date | None, number: int, back: bool) -> None:
    values = {"due": (day,), "name": ("Morton",), "kind": (2,)}[name.removeprefix("-")]
    place = place_of(SORTS, name, None, tie="x.id")
    cursor = place.cursor((*values, number), back=back)
    again = place_of(SORTS, name, cursor, tie="x.id")
    assert (again.name, again.last, again.back, order_in(cursor)) == (name, number, back, name)
    assert again.values == (None if "name" in name else values)
    other = next(one for one in ("due", "-due", "name") if one != name)
    with pytest.raises(Invalid, match="another order"):
        place_of(SORTS, other, cursor, tie="x.id")


@pytest.mark.parametrize("name", ["", "--due", "luck", "-", "due desc"])
def test_an_order_that_there_is_not(name: str) -> None:
    with pytest.raises(Invalid, match="due, name, kind"):
        place_of(SORTS, name, None, tie="x.id")


@pytest.mark.parametrize(
    ("number", "whole", "words"),
    [(1, 1, "1 pair"), (5, 5, "5 pairs"), (50, 312, "50 of 312 pairs"), (50, 1000, "50 of 1,000 pairs"), (50, 1001, "50 of more than 1,000 pairs")],
)
def test_how_many_is_said_honestly(number: int, whole: int, words: str) -> None:
    assert of_how_many(number, whole, "pair", "pairs", most=1000) == words
