"""What a case takes over from the requests that waited for it, inside the transaction of whoever lists it."""

from typing import Any

from yosafe.db.engine import DB

WAITS = "q.review_case IS NULL AND q.withdrawn_at IS NULL"


async def waiting(young_person: int) -> list[Any]:
    """The requests about a young person that led to nothing yet, the oldest first: agency, reason, asked_at."""
    rows: list[Any] = await DB.fetch(
        f"SELECT q.id, g.name AS agency, q.reason, q.asked_at FROM review_request q JOIN agency g ON g.id = q.agency "
        f"WHERE q.young_person = $1 AND {WAITS} ORDER BY q.asked_at, q.id FOR UPDATE OF q",
        young_person,
    )
    return rows


async def taken_on(requests: list[Any], case: int) -> None:
    """They have led to a case."""
    await DB.execute("UPDATE review_request SET review_case = $2, version = version + 1 WHERE id = ANY($1)", [row["id"] for row in requests], case)
