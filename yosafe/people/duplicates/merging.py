"""What becomes of "these are two children" when records are merged."""

from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.merging import Holding, Merging

# What was said of the two who are now said to be one, and what both have with the same third: that of the kept record stays.
_GOES = """
    SELECT s.id FROM not_same s WHERE $1 IN (s.first, s.second) AND $2 IN (s.first, s.second)
    UNION SELECT s.id FROM not_same s JOIN not_same k ON k.id <> s.id AND $1 IN (k.first, k.second)
        AND CASE WHEN k.first = $1 THEN k.second ELSE k.first END = CASE WHEN s.first = $2 THEN s.second ELSE s.first END
    WHERE $2 IN (s.first, s.second)
"""


async def _make_room(merging: Merging) -> None:
    await merging.set_aside("not_same", [row["id"] for row in await DB.fetch(_GOES, merging.kept, merging.merged)])


# It says something of a record, nothing of a child: it goes along and is counted nowhere.
_NONE = Sql("SELECT 0::bigint AS id WHERE false")
HOLDINGS = (
    Holding(table="not_same", column="first", called="note", rows=lambda viewer, young_person: _NONE, makes_room=_make_room),
    Holding(table="not_same", column="second", called="note", rows=lambda viewer, young_person: _NONE),
)
