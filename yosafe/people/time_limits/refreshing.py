"""Working out anew when running time limits are due, for all of them at once: a bank holiday may have been proclaimed since they started."""

from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.reference import rule_sets

from .queries import holds_of, pauses

_STARTED = "(started_at AT TIME ZONE 'Europe/London')::date"
_RUNS = "met_at IS NULL AND stopped_at IS NULL"
# There are few kinds of limit and few days: each is worked out once, however many time limits share it. Only those that are due at another day than
# they should be are looked for again, by the day at which they are due now.
_DUE = f"SELECT clock, rules, {_STARTED} AS started, due_on FROM clock WHERE {_RUNS} GROUP BY clock, rules, {_STARTED}, due_on"
_MOVE = f"""
    WITH moved AS (
        UPDATE clock c SET due_on = n.due_on, version = version + 1
        FROM unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::date[]) AS n (clock, rules, started, was, due_on)
        WHERE c.clock = n.clock AND c.rules = n.rules AND {_STARTED} = n.started AND c.due_on = n.was AND {_RUNS}
            AND NOT EXISTS (SELECT FROM clock_hold h WHERE h.clock = c.id AND h.kind = 'paused' AND h.until_on IS NOT NULL)
        RETURNING c.id
    )
    SELECT count(*) FROM moved
"""
_WERE_PAUSED = f"""
    SELECT id, clock, rules, due_on, {_STARTED} AS started FROM clock WHERE {_RUNS}
        AND id IN (SELECT clock FROM clock_hold WHERE kind = 'paused' AND until_on IS NOT NULL)
    ORDER BY id FOR UPDATE
"""
_MOVE_EACH = """
    UPDATE clock c SET due_on = n.due_on, version = version + 1 FROM unnest($1::bigint[], $2::date[]) AS n (id, due_on) WHERE c.id = n.id
"""


async def refresh_due_days(*, by: Actor) -> int:
    """Make the due day of every time limit that runs what the rules and bank holidays known now make it; how many moved. One pass, set by set."""
    async with write_transaction():
        wrong = [
            (*row, due) for row in await DB.fetch(_DUE) if (due := rule_sets.due(row["clock"], row["started"], row["rules"]).due) != row["due_on"]
        ]
        moved = await DB.fetchval(_MOVE, *(list(column) for column in zip(*wrong, strict=True))) if wrong else 0
        moved += await _that_were_paused()
        if moved:
            await record(EventName.CLOCKS_REFRESHED, by=by, detail={"moved": moved})
    return moved


async def _that_were_paused() -> int:
    """Each of these has days of its own that do not count."""
    rows = await DB.fetch(_WERE_PAUSED)
    holds = await holds_of([row["id"] for row in rows])
    found = [(row["id"], rule_sets.due(row["clock"], row["started"], row["rules"], pauses(holds[row["id"]])).due, row["due_on"]) for row in rows]
    moved = [(number, now) for number, now, before in found if now != before]
    if moved:
        await DB.execute(_MOVE_EACH, *(list(column) for column in zip(*moved, strict=True)))
    return len(moved)
