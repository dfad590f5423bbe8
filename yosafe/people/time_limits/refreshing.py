"""Working out anew when running time limits are due, for all of them at once: a bank holiday may have been proclaimed since they started."""

from collections import defaultdict

from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.reference import rule_sets

from .queries import holds_of, pauses

_STARTED = "(started_at AT TIME ZONE 'Europe/London')::date"
_RUNS = "met_at IS NULL AND stopped_at IS NULL"
# There are few kinds of limit and few days: each pair is worked out once, however many time limits share it.
_STARTS = f"SELECT DISTINCT clock, rules, {_STARTED} AS started FROM clock WHERE {_RUNS}"
_REFRESH = """
    UPDATE clock c SET due_on = n.due_on, version = version + 1
    FROM unnest($1::text[], $2::text[], $3::date[], $4::date[]) AS n (clock, rules, started, due_on)
    WHERE c.clock = n.clock AND c.rules = n.rules AND (c.started_at AT TIME ZONE 'Europe/London')::date = n.started AND c.due_on <> n.due_on
        AND c.met_at IS NULL AND c.stopped_at IS NULL
        AND NOT EXISTS (SELECT FROM clock_hold h WHERE h.clock = c.id AND h.kind = 'paused' AND h.until_on IS NOT NULL)
    RETURNING c.id
"""
_WERE_PAUSED = f"""
    SELECT id, clock, rules, due_on, {_STARTED} AS started FROM clock WHERE {_RUNS}
        AND id IN (SELECT clock FROM clock_hold WHERE kind = 'paused' AND until_on IS NOT NULL)
    ORDER BY id FOR UPDATE
"""


async def refresh_due_days(*, by: Actor) -> int:
    """Make the due day of every time limit that runs what the rules and bank holidays known now make it; how many moved. One pass, set by set."""
    async with write_transaction():
        due = defaultdict[str, list[object]](list)
        for row in await DB.fetch(_STARTS):
            for name, value in row.items():
                due[name].append(value)
            due["due"].append(rule_sets.due(row["clock"], row["started"], row["rules"]).due)
        moved = len(await DB.fetch(_REFRESH, due["clock"], due["rules"], due["started"], due["due"])) + await _that_were_paused()
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
        await DB.executemany("UPDATE clock SET due_on = $2, version = version + 1 WHERE id = $1", moved)
    return len(moved)
