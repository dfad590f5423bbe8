"""Papers of one arrival that both records have: one stays, with all that happened about either."""

from yosafe.db.engine import DB
from yosafe.people.merging import Merging

# By now the arrival is one, and its papers still name whose record they were in. One that came stays before one that did not.
_TWICE = """
    SELECT k.id AS ours, m.id AS theirs, k.state = 'awaited' AND m.state <> 'awaited' AS theirs_came
    FROM arrival_paper k JOIN arrival_paper m ON m.placement = k.placement AND m.paper = k.paper
    WHERE k.young_person = $1 AND m.young_person = $2 ORDER BY k.id
"""


async def make_room(merging: Merging) -> None:
    """Of a paper that both records have of one arrival, set one aside and let what happened about it belong to the other."""
    for row in await DB.fetch(_TWICE, merging.kept, merging.merged):
        gone, stays = (row["ours"], row["theirs"]) if row["theirs_came"] else (row["theirs"], row["ours"])
        await merging.instead("arrival_paper", gone, stays)
