"""Saying that two records are of two children. In one transaction, with an audit entry for each of the two."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.people.tables import NotSame, YoungPerson

SAME = "This is the same record. Give the reference of the other one."
SAID = "It is recorded already that these two records are of two children. The page about records of the same child says by whom and why."


async def say_not_same(*, by: User, one: YoungPerson, other: YoungPerson, reason: str) -> None:
    """Record that two records, both loaded for this user, are of two children: nobody is asked about them again. Raises Invalid for a record and
    itself, Conflict where it is recorded already."""
    if one.id == other.id:
        raise Invalid([FieldError("other", SAME)])
    async with write_transaction():
        await DB.fetch("SELECT id FROM young_person WHERE id = ANY($1) ORDER BY id FOR UPDATE", [one.id, other.id])
        if not await note_not_same(by=by, one=one.id, other=other.id, reason=reason):
            raise Conflict(SAID)


async def note_not_same(*, by: User, one: int, other: int, reason: str) -> bool:
    """The same inside the transaction of whoever calls, who holds one of the two records; False where it is recorded already."""
    known = "SELECT EXISTS (SELECT FROM not_same WHERE least(first, second) = $1 AND greatest(first, second) = $2)"
    if await DB.fetchval(known, *sorted((one, other))):
        return False
    said = NotSame(first=min(one, other), second=max(one, other), reason=reason, recorded_at=clock.now(), recorded_by=by.id)
    await said.save()
    for number, the_other in ((one, other), (other, one)):
        await record(EventName.NOT_SAME_SAID, by=by, subject=("not_same", said.id), young_person=number, detail={"with": the_other})
    return True
