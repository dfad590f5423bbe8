import base64
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.db.paging import check_limit, cursor_of, cut, key_of, older
from yosafe.errors import Invalid

NOON = dt.datetime(2002, 3, 4, 12, tzinfo=dt.UTC)
ROWS = [(NOON - dt.timedelta(seconds=n // 3), 100 - n) for n in range(10)]  # three share each instant
instants = st.datetimes(timezones=st.just(dt.UTC)).map(lambda at: at.replace(year=1900 + at.year % 200))
ids = st.integers(0, 2**63 - 1)


@given(st.tuples(instants, ids))
def test_a_cursor_names_its_key_exactly(key):
    assert key_of(cursor_of(key)) == key


@given(st.text(max_size=500).filter(bool))
def test_any_other_text_is_refused_with_a_remedy(text):
    with pytest.raises(Invalid, match="Start the list again"):
        key_of(text)


@pytest.mark.parametrize(
    "json",
    [
        "[]", '["2002-03-04T12:00:00Z"]', '["2002-03-04T12:00:00", 1]', '["2002-03-04T12:00:00Z", "1"]', '["2002-03-04T12:00:00Z", -1]',
        '["2002-03-04T12:00:00Z", 9223372036854775808]', '["2002-03-04T12:00:00Z", 1, 2]', "{}", "null", "NaN", '["2002-03-04T12:00:00Z", 1.5]',
        '["0001-01-01T00:00:00+14:00", 1]', '["9999-12-31T23:59:59-14:00", 1]',
    ],
)  # fmt: skip
def test_a_tampered_cursor_is_refused(json):
    with pytest.raises(Invalid):
        key_of(base64.urlsafe_b64encode(json.encode()).decode())


def test_no_cursor_is_the_beginning():
    assert key_of(None) is None
    assert key_of("") is None
    assert older(None).parts() == ("true",)


def test_other_kinds_of_key():
    assert key_of(cursor_of(("Esi", 3)), tuple[str, int]) == ("Esi", 3)
    assert older(("Esi", 3), ("u.name", "u.id")).parts() == ("(u.name, u.id) < ($1, $2)", "Esi", 3)


@pytest.mark.parametrize("limit", [1, 50, 100])
def test_limits(limit):
    assert check_limit(limit) == limit


@pytest.mark.parametrize("limit", [0, -1, 101, 10**30])
def test_limits_that_are_refused(limit):
    with pytest.raises(Invalid, match="1 to 100"):
        check_limit(limit)


@pytest.mark.parametrize("limit", range(1, 12))
def test_pages_together_are_the_list(limit):
    seen, cursor = [], None
    while True:
        key = key_of(cursor)
        rows = [row for row in ROWS if key is None or row < key][: limit + 1]
        page = cut(rows, limit, key=lambda row: row, item=lambda row: row)
        seen += page.items
        if page.next is None:
            break
        cursor = page.next
    assert seen == ROWS


async def test_the_database_reads_the_key_as_we_do(db):
    read, key = [], None
    values = ", ".join(f"('{at.isoformat()}'::timestamptz, {i})" for at, i in ROWS)
    for _ in range(4):
        condition, *args = older(key).parts()
        rows = await db.fetch(f"SELECT at, id FROM (VALUES {values}) AS row (at, id) WHERE {condition} ORDER BY at DESC, id DESC LIMIT 4", *args)
        page = cut(rows, 3, key=lambda row: (row["at"], row["id"]), item=tuple)
        read += page.items
        key = key_of(page.next)
    assert read == ROWS
    assert key is None
