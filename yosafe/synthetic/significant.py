"""What leads marked as significant lately: the last serious incidents of those who are held, each with one sentence of why."""

import datetime as dt
from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for
from yosafe.people.marks.actions import mark_entry
from yosafe.people.marks.rules import EntryKey
from yosafe.people.marks.schemas import MarkEntry

from .book import days
from .estate import Agencies, Place

MOST = 12  # at each place
AFTER = dt.timedelta(hours=20)
WHY = {
    "self_harm": "The team at home and health care both need to know of this before anything is decided about a move.",
    "assault": "It changed where this young person feels safe, and who they are with.",
    "bullying": "It had gone on for longer than anyone knew when it was first said.",
}
OTHERWISE = "Any review of how safe this young person is has to begin here."

_SERIOUS = """
    SELECT i.id, i.kind, i.recorded_at, v.young_person
    FROM incident i JOIN involvement v ON v.incident = i.id AND v.role IN ('harmed', 'hurt_self', 'concerned')
        JOIN placement p ON p.young_person = v.young_person AND p.left_at IS NULL AND p.establishment = i.establishment
    WHERE i.establishment = $1 AND i.severity = 'serious' AND NOT i.restricted AND i.recorded_at < $2
    GROUP BY i.id, v.young_person ORDER BY i.recorded_at DESC, i.id, v.young_person LIMIT $3
"""


async def mark_significant(places: Sequence[Place], agencies: Agencies, now: dt.datetime) -> int:
    """At every establishment; how many marks there are."""
    marks = 0
    for place in places:
        lead = await user_by_email(agencies.at(place.code, Role.YOI_LEAD)[0].email)
        for row in await DB.fetch(_SERIOUS, place.code, now - days(1), MOST):
            child = await get_young_person_for(lead, row["young_person"])
            new = MarkEntry(why=WHY.get(row["kind"], OTHERWISE))
            with clock.stopped_at(row["recorded_at"] + AFTER):
                await mark_entry(by=lead, young_person=child, key=EntryKey("incident", "happened", row["id"]), new=new)
            marks += 1
    return marks
