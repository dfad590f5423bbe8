"""Whether what is shown of every referral is what its events say: the stage that is kept with each, beside the stage worked out anew."""

from itertools import groupby

from msgspec import Struct

from yosafe.db.engine import DB

from .case import case_from
from .status import Status, derive_status

PART = 5_000  # referrals at a time: their events are in memory together
_REFERRALS = "SELECT id, status, home_area, host_area FROM referral WHERE id > $1 ORDER BY id LIMIT $2"
_EVENTS = """
    SELECT referral, id, kind, happened_on, area, outcome FROM referral_event WHERE referral >= $1 AND referral <= $2 ORDER BY referral, id
"""


class Recount(Struct, frozen=True, kw_only=True):
    """How many referrals and events there are; `differ`: the numbers of those that are kept at another stage than their events say."""

    referrals: int
    events: int
    differ: tuple[int, ...]


async def recount() -> Recount:
    """Work out the stage of every referral from its events alone. Changes nothing."""
    referrals = events = last = 0
    differ: list[int] = []
    while rows := await DB.fetch(_REFERRALS, last, PART):
        first, last = rows[0]["id"], rows[-1]["id"]
        found = await DB.fetch(_EVENTS, first, last)
        of = {number: list(those) for number, those in groupby(found, key=lambda row: row["referral"])}
        differ += [row["id"] for row in rows if derive_status(case_from(row, of.get(row["id"], []))) is not Status(row["status"])]
        referrals, events = referrals + len(rows), events + len(found)
    return Recount(referrals=referrals, events=events, differ=tuple(differ))
