"""Who may load an entry, and its mark: whoever sees the young person and the entry. To anyone else neither exists, marked or not."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.errors import NotFound
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology import ChronologyEntry, entry_of
from yosafe.people.tables import ChronologyMark, YoungPerson
from yosafe.settings import Terminology

from .rules import EntryKey, entry_key

MARK = "chronology:mark"
NOT_THERE = "There is no such entry in this chronology that you can see. Look at the chronology again."
NO_MARK = "This entry is not marked. Look at it again."


async def get_entry_for(user: User, reference: str, key: str, *, terminology: Terminology = "2002") -> tuple[YoungPerson, EntryKey, ChronologyEntry]:
    """An entry by its key, such as `incident.happened.12`, with the young person; or NotFound."""
    child = await get_young_person_for(user, reference)
    wanted = entry_key(key)
    found = await entry_of(user, child.id, wanted, terminology=terminology) if wanted else None
    if wanted is None or found is None:
        raise NotFound(NOT_THERE)
    return child, wanted, found


async def get_mark_for(user: User, reference: str, key: str) -> ChronologyMark:
    """The mark of an entry that stands, or NotFound."""
    child, _, entry = await get_entry_for(user, reference, key)
    row = await DB.fetchrow("SELECT * FROM chronology_mark WHERE id = $1 AND young_person = $2", entry.mark.id, child.id) if entry.mark else None
    if row is None:
        raise NotFound(NO_MARK)
    return ChronologyMark(**row, _exists_in_db=True)
