"""Reads of marks, for a viewer who was shown the entry."""

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.people.chronology import ChronologyEntry, ties
from yosafe.people.hiding import Hidden
from yosafe.people.tables import YoungPerson
from yosafe.people.tied import hidden_names
from yosafe.settings import Terminology

from .access import get_entry_for
from .rules import EntryKey
from .schemas import PastMarkOut


class EntryOut(Struct, kw_only=True):
    """One entry, and the marks that were taken off, the last first."""

    entry: ChronologyEntry
    past_marks: list[PastMarkOut]


_PAST = """
    SELECT m.why, u.name AS by, g.name AS agency, m.recorded_at AS at, m.taken_off_why, o.name AS taken_off_by, m.taken_off_at
    FROM chronology_mark m JOIN user_account u ON u.id = m.recorded_by JOIN agency g ON g.id = m.agency
        JOIN user_account o ON o.id = m.taken_off_by
    WHERE m.young_person = $1 AND m.source = $2 AND m.part = $3 AND m.entry = $4 ORDER BY m.id DESC
"""


async def open_entry(viewer: User, reference: str, key: str, *, terminology: Terminology = "2002") -> tuple[YoungPerson, EntryOut]:
    """An entry with who knew when, its mark, and the marks that were taken off; noted as read. Raises NotFound."""
    child, named, entry = await get_entry_for(viewer, reference, key, terminology=terminology)
    await record_read(EventName.CHRONOLOGY_READ, by=viewer, young_person=child.id, detail={"source": named.source, "entries": 1})
    return child, EntryOut(entry=entry, past_marks=await past_marks(viewer, child.id, named))


async def past_marks(viewer: User, young_person: int, key: EntryKey) -> list[PastMarkOut]:
    """Those that were taken off, the last first, without the names of those whom the viewer may not know of."""
    rows = await DB.fetch(_PAST, young_person, key.source, key.part, key.id)
    hidden = await hidden_names(young_person, ties(young_person), known_to=viewer) if rows else Hidden([])
    past = [PastMarkOut(**row) for row in rows]
    for one in past:
        one.why, one.taken_off_why = hidden.text(one.why), hidden.text(one.taken_off_why)
    return past
