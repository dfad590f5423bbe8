"""Destroying what the schedule says is over, and what would be: in batches, each in one transaction with its entry, which holds numbers only."""

import datetime as dt

from msgspec import Struct

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction

from .schedule import Kind, schedule

AT_ONCE = 1000


class Standing(Struct, frozen=True, kw_only=True):
    """Of one kind: how many rows there are, how many of them are over, and since when the oldest has been there."""

    kind: str
    title: str
    days: int
    confirmed: bool
    source: str
    rows: int
    over: int
    oldest: dt.datetime | None


async def standing() -> list[Standing]:
    """What a run would destroy now, by kind. Changes nothing."""
    return [await _standing(kind) for kind in schedule()]


async def destroy(*, by: Actor) -> dict[str, int]:
    """Destroy all that is over; how many rows of each kind. One that has been stopped goes on where it was: batches that are done stay done."""
    return {kind.id: await _destroy(kind, by) for kind in schedule()}


def _over(kind: Kind) -> str:
    return f"({kind.since}) < $1 AND NOT ({kind.unless})"


def _before(kind: Kind) -> dt.datetime:
    return clock.now() - dt.timedelta(days=kind.days)


async def _standing(kind: Kind) -> Standing:
    [row] = await DB.fetch(
        f"SELECT count(*) AS rows, count(*) FILTER (WHERE {_over(kind)}) AS over, min({kind.since}) AS oldest FROM {kind.id} t", _before(kind)
    )
    return Standing(
        kind=kind.id, title=kind.title, days=kind.days, confirmed=kind.confirmed, source=kind.source, rows=row["rows"], over=row["over"],
        oldest=row["oldest"],
    )  # fmt: skip


async def _destroy(kind: Kind, by: Actor) -> int:
    count = 0
    while gone := await _destroy_some(kind, by):
        count += gone
    return count


async def _destroy_some(kind: Kind, by: Actor) -> int:
    async with write_transaction():
        rows = await DB.fetch(
            # Materialised: a sub-select in the condition may be carried out once a row, and each time takes a batch of its own.
            f"WITH gone AS MATERIALIZED (SELECT t.id FROM {kind.id} t WHERE {_over(kind)} ORDER BY t.id LIMIT $2 FOR UPDATE SKIP LOCKED) "
            f"DELETE FROM {kind.id} d USING gone WHERE d.id = gone.id RETURNING d.id",
            *(_before(kind), AT_ONCE),
        )
        if rows:
            numbers = sorted(row["id"] for row in rows)
            detail = {"kind": kind.id, "days": kind.days, "rows": len(numbers), "numbers": numbers}
            await record(EventName.TRACES_DESTROYED, by=by, detail=detail)
    return len(rows)
