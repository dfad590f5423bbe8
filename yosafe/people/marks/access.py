"""Who may load an entry, and its mark: whoever sees the young person and the entry. To anyone else neither exists, marked or not."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.errors import NotFound
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology import ChronologyEntry, entry_of
from yosafe.people.tables import ChronologyMark, YoungPerson
from yosafe.settings import Terminology

from .rules import EntryKey, entry_key

MARK = "chronology:mark"
NOT_THERE = "There is no such entry in this chronology that you can see. Look at the chronology again."
NO_MARK = "This entry was never marked. Look at it again."
_LAST = "SELECT * FROM chronology_mark WHERE young_person = $1 AND source = $2 AND part = $3 AND entry = $4 ORDER BY id DESC LIMIT 1"


async def get_entry_for(user: User, reference: str, key: str, *, terminology: Terminology = "2002") -> tuple[YoungPerson, EntryKey, ChronologyEntry]:
    """An entry by its key, such as `incident.happened.12`, with the young person; or NotFound."""
    child = await get_young_person_for(user, reference)
    wanted = entry_key(key)
    found = await entry_of(user, child.id, wanted, terminology=terminology) if wanted else None
    if wanted is None or found is None:
        raise NotFound(NOT_THERE)
    return child, wanted, found


async def get_mark_for(user: User, reference: str, key: str) -> ChronologyMark:
    """The last mark of an entry, which may have been taken off; NotFound where there never was one."""
    child, named, _ = await get_entry_for(user, reference, key)
    row = await DB.fetchrow(_LAST, child.id, named.source, named.part, named.id)
    if row is None:
        raise NotFound(NO_MARK)
    return of_row(ChronologyMark, row)
