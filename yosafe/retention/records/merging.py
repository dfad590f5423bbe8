"""What holds on a record become when two records of one young person are merged: they hold the one that is kept."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.merging import Holding


def _none(viewer: User, young_person: int) -> Sql:
    """Whoever merges works with the young person, and is not told of holds."""
    return Sql("SELECT 0::bigint AS id WHERE false")


HOLDING = Holding(table="legal_hold", called="legal hold", rows=_none)
