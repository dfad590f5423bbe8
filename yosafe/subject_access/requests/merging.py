"""What requests become when two records of one young person are merged: they are about the one that is kept."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.merging import Holding


def _none(viewer: User, young_person: int) -> Sql:
    """Whoever merges works with the young person, and is not told who asked for what."""
    return Sql("SELECT 0::bigint AS id WHERE false")


HOLDING = Holding(table="subject_request", called="request for what is kept", several="requests for what is kept", rows=_none)
