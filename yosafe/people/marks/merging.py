"""Where marks go when two records of one young person are merged, and when they are taken apart again: with their entry."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.chronology import every_entry, sources
from yosafe.people.merging import Holding, Merging

# Of what both records hold, such as an incident that both are in, the mark of the kept record stands.
_TWICE = """
    SELECT o.id FROM chronology_mark m JOIN chronology_mark o
        ON o.source = m.source AND o.part = m.part AND o.entry = m.entry AND o.young_person = $2 AND o.taken_off_at IS NULL
    WHERE m.young_person = $1 AND m.taken_off_at IS NULL ORDER BY o.id
"""
_GO_BACK = """
    UPDATE chronology_mark m SET young_person = {}
    WHERE m.young_person = {} AND m.source = {} AND m.id > (SELECT (marks ->> 'chronology_mark')::bigint FROM record_merge WHERE id = {})
        AND {} IN ({}) AND {} NOT IN ({})
"""
_SEEN = """
    SELECT m.id FROM chronology_mark m JOIN ({}) e
        ON m.source = e.source COLLATE "C" AND m.part = e.part COLLATE "C" AND m.entry = e.id
    WHERE m.young_person = {} AND m.taken_off_at IS NULL
"""


async def _make_room(merging: Merging) -> None:
    await merging.set_aside("chronology_mark", [row["id"] for row in await DB.fetch(_TWICE, merging.kept, merging.merged)])


async def _go_back(merging: Merging) -> list[str]:
    """Marks set since the merge on entries that went back to the other record go there too."""
    for source in sources():
        owner = Sql(source.owner)
        query = Sql(_GO_BACK, merging.merged, merging.kept, source.id, merging.id, merging.merged, owner, merging.kept, owner)
        await DB.execute(*query.parts())
    return []


def _seen(viewer: User, young_person: int) -> Sql:
    """Those on entries that the viewer may see."""
    return Sql(_SEEN, every_entry(viewer, young_person), young_person)


HOLDING = Holding(
    table="chronology_mark", called="mark of a significant event", several="marks of significant events", rows=_seen, makes_room=_make_room,
    settles=_go_back,
)  # fmt: skip
