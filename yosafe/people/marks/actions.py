"""Marking an entry as significant, and taking the mark off. Keyword-only, by someone, in one transaction with its audit entry."""

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.people.changing import change_row
from yosafe.people.tables import ChronologyMark, YoungPerson

from . import rules
from .access import MARK
from .rules import EntryKey
from .schemas import MarkEntry, TakeOffMark

SUBJECT = "chronology_mark"
_OF_ENTRY = """
    SELECT coalesce(bool_or(taken_off_at IS NULL), false) AS marked, coalesce(max(version), 0) AS last
    FROM chronology_mark WHERE young_person = $1 AND source = $2 AND part = $3 AND entry = $4
"""


async def mark_entry(*, by: User, young_person: YoungPerson, key: EntryKey, new: MarkEntry) -> ChronologyMark:
    """Say that an entry, which was loaded for the user, is significant. Raises Refused, Conflict where it is marked."""
    check_may(by, MARK)
    async with write_transaction():
        await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)
        [of_entry] = await DB.fetch(_OF_ENTRY, young_person.id, key.source, key.part, key.id)
        rules.check_unmarked(of_entry["marked"])
        mark = ChronologyMark(
            young_person=young_person.id, source=key.source, part=key.part, entry=key.id, why=new.why, agency=by.agency, recorded_at=clock.now(),
            recorded_by=by.id, taken_off_at=None, taken_off_by=None, taken_off_why=None,
            version=of_entry["last"] + 1,  # versions go on from mark to mark: a form of an earlier one does not end a later one
        )  # fmt: skip
        await mark.save()
        await _note(EventName.ENTRY_MARKED, by, mark)
    return mark


async def take_off_mark(*, by: User, mark: ChronologyMark, taking: TakeOffMark, version: int) -> ChronologyMark:
    """Say that it is not significant after all; the mark stays in its history. Raises Refused, Conflict once it is off, Stale."""
    check_may(by, MARK)
    rules.check_stands(mark.taken_off_at is not None)
    values = {"taken_off_at": clock.now(), "taken_off_by": by.id, "taken_off_why": taking.why}
    async with write_transaction():
        changed = await change_row(mark, values, version, still=ChronologyMark.taken_off_at.is_null())
        await _note(EventName.ENTRY_UNMARKED, by, changed)
    return changed


async def _note(event: EventName, by: User, mark: ChronologyMark) -> None:
    """Which mark, and nothing of the entry: the trail is read by those who may not know of it."""
    await record(event, by=by, subject=(SUBJECT, mark.id), young_person=mark.young_person)
