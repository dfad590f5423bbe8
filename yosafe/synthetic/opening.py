"""Two records that a safeguarding lead opened in the night, of young people held elsewhere: one was reviewed since, the other waits."""

import datetime as dt
from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.break_glass.actions import open_record, review_access
from yosafe.people.break_glass.schemas import OpenRecord, ReviewAccess

from .book import days, hour
from .estate import Worker

REVIEWED, WAITS = 9, 1  # nights ago
REASON = "His brother on our wing says that he means to hurt himself tonight; the night staff there ask what is known."
FOUND = "I called her in the morning and the other establishment after her: both say the same, and the boy was watched because of it."
_ELSEWHERE = """
    SELECT y.id, y.date_of_birth FROM young_person y JOIN placement p ON p.young_person = y.id AND p.left_at IS NULL
    WHERE NOT EXISTS (SELECT FROM placement h WHERE h.young_person = y.id AND h.establishment = $1) AND p.arrived_at < $2 ORDER BY y.id DESC LIMIT 2
"""


async def open_in_the_night(workers: Sequence[Worker], now: dt.datetime) -> int:
    """As the first lead who signs in did; how many records were opened."""
    lead = next(worker for worker in workers if worker.signs_in and worker.role is Role.YOI_LEAD)
    officer = next((worker for worker in workers if worker.signs_in and worker.role is Role.DPO and worker.agency.id == lead.agency.id), None)
    by, today = await user_by_email(lead.email), clock.day_of(now)
    found = await DB.fetch(_ELSEWHERE, by.establishment, hour(today - days(REVIEWED + 2), 12))
    for ago, row in zip((REVIEWED, WAITS), found, strict=False):
        with clock.stopped_at(hour(today - days(ago), 2.25)):
            wanted = OpenRecord(young_person=young_person_ref(row["id"]), date_of_birth=row["date_of_birth"], reason=REASON)
            opened = await open_record(by=by, wanted=wanted)
        if ago == REVIEWED and officer is not None:
            with clock.stopped_at(hour(today - days(ago), 11.5)):
                review = ReviewAccess(outcome="proper", note=FOUND)
                await review_access(by=await user_by_email(officer.email), opened=opened, review=review, version=1)
    return len(found)
