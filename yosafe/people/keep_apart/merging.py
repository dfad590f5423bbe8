"""What becomes of keep-apart when two records of one young person are merged: it is theirs, unless that can't be true of one child."""

from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import Conflict
from yosafe.people.access import young_person_ref
from yosafe.people.merging import Holding, Merging

_EACH_OTHER = "SELECT id FROM keep_apart WHERE first = ANY($1) AND second = ANY($1) LIMIT 1"
_SAME_THIRD = """
    SELECT o.third FROM (
        SELECT CASE WHEN k.first = ANY($1) THEN k.second ELSE k.first END AS third FROM keep_apart k
        WHERE k.ended_at IS NULL AND (k.first = ANY($1) OR k.second = ANY($1))
    ) o GROUP BY o.third HAVING count(*) > 1 ORDER BY 1 LIMIT 1
"""


async def _check(merging: Merging) -> None:
    """Raise Conflict for two who were kept apart from each other, and for two open ones with the same young person."""
    both = [merging.kept, merging.merged]
    if await DB.fetchval(_EACH_OTHER, both) is not None:
        raise Conflict("These two have been kept apart from each other: someone knew them as two young people. They can't be merged.")
    if (third := await DB.fetchval(_SAME_THIRD, both)) is not None:
        raise Conflict(f"Both are kept apart from {young_person_ref(third)}. End one of the two first, then merge.")


def _of(viewer: object, young_person: int) -> Sql:
    return Sql("SELECT k.id FROM keep_apart k WHERE k.first = {} OR k.second = {}", young_person, young_person)


HOLDINGS = (
    Holding(table="keep_apart", column="first", called="keep-apart", several="keep-aparts", rows=_of, makes_room=_check),
    # Counted with the other.
    Holding(
        table="keep_apart", column="second", called="keep-apart", several="keep-aparts",
        rows=lambda viewer, young_person: Sql("SELECT 0::bigint AS id WHERE false"),
    ),
)  # fmt: skip
