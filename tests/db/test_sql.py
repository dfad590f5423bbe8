"""Queries put together from parts."""

import pytest

from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import FEW, Sql, at_most, one_of


@pytest.mark.parametrize(
    ("values", "text", "bound"),
    [
        ([], "= ANY($1)", [[]]),
        ([7], "IN ($1)", [7]),
        ((7, 8), "IN ($1, $2)", [7, 8]),
        (list(range(FEW)), "IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", list(range(FEW))),
        (list(range(FEW + 1)), "= ANY($1)", [list(range(FEW + 1))]),
    ],
)
def test_one_of(values, text, bound):
    assert list(Sql("{}", one_of(values)).parts()) == [text, *bound]


def test_the_number_of_rows_of_a_page_is_in_the_text_and_bound_nowhere():
    assert Sql("SELECT {} {}", 7, at_most(50)).parts() == ("SELECT $1 LIMIT 50", 7)
    with pytest.raises(ValueError, match="format"):
        at_most("50; DROP TABLE incident")


@pytest.mark.parametrize("values", [[], [3], [3, 5], list(range(FEW)), list(range(FEW + 1))])
async def test_one_of_finds_what_is_in_it(values, world):
    rows = await DB.fetch(*Sql("SELECT h.strand FROM audit_head h WHERE h.strand {} ORDER BY 1", one_of(values)).parts())
    assert [row["strand"] for row in rows] == values


async def test_a_few_need_no_plan_of_their_own(world):
    async with write_transaction():
        for n in range(7):
            await DB.fetch(*Sql("SELECT /* few */ h.strand FROM audit_head h WHERE h.strand {}", one_of([n, n + 1])).parts())
        generic = await DB.fetchval("SELECT max(generic_plans) FROM pg_prepared_statements WHERE statement LIKE 'SELECT /* few */%'")
    assert generic >= 1
