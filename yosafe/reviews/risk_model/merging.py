"""What the risk model holds of a young person, when two records of one are merged."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.merging import Holding, Merging

# A version said something of both on one day: what it said of the record that stays is kept. It is worked out anew in the night.
_BOTH = """
    SELECT b.id FROM model_score a JOIN model_score b ON b.model_version = a.model_version AND b.as_of = a.as_of
    WHERE a.young_person = $1 AND b.young_person = $2
"""


async def _settle(merging: Merging) -> None:
    await merging.set_aside("model_score", [row["id"] for row in await DB.fetch(_BOTH, merging.kept, merging.merged)])


def _rows(viewer: User, young_person: int) -> Sql:
    allowed = Sql("true" if viewer.may("flag:read") else "false")
    return Sql("SELECT s.id FROM model_score s WHERE s.young_person = {} AND {}", young_person, allowed)


HOLDING = Holding(table="model_score", called="score of the risk model", several="scores of the risk model", rows=_rows, makes_room=_settle)
