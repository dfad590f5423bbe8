"""Destroying a record: one person proposes it, another confirms it, and it is done in the night after, in one transaction. Until then either, or
anyone else who may, breaks it off."""

from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.people.changing import change_row
from yosafe.people.tables import YoungPerson
from yosafe.subject_access.access import NOT_THERE

from . import queries, taking_out
from .access import DESTROY
from .reach import Reach, keys, reach
from .rules import check_names_nobody
from .tables import Destruction

SUBJECT = "destruction"
NOT_DUE = "This record is not due, or it is held. Its page says until when it is kept, and by which rule. Nothing was destroyed."
PROPOSED = "The destruction of this record was proposed already. Look at it in the list."
SAME = "You proposed this. Somebody else must confirm it: another data protection officer of an agency that answers for the young person."
OVER = "This was broken off, or done, already."
GONE = "the record is not there under this number any more: it was merged into another"
LONGEST = "10min"  # for one statement
_MINUTES = "SELECT DISTINCT review FROM review_case WHERE young_person = $1"


class Done(Struct, frozen=True, kw_only=True):
    """How many records were destroyed, and how many turned out not to be due any more."""

    destroyed: int
    stopped: int


async def propose(*, by: User, young_person: YoungPerson, reason: str) -> Destruction:
    """Say that a record that is due should be destroyed. The reason outlives the record, so it may name nobody.

    Raises Refused, Invalid for a reason with a name or a date in it, NotFound for a record that has gone, Conflict for one that is not due or is
    proposed already."""
    check_may(by, DESTROY)
    async with write_transaction():
        if await DB.fetchrow("SELECT id FROM young_person WHERE id = $1 FOR NO KEY UPDATE", young_person.id) is None:
            raise NotFound(NOT_THERE)
        check_names_nobody("reason", reason, list((await taking_out.person(young_person.id)).names))
        if await DB.fetchval("SELECT EXISTS (SELECT FROM destruction WHERE young_person = $1 AND stopped_at IS NULL)", young_person.id):
            raise Conflict(PROPOSED)
        standing = await queries.standing(young_person.id)
        if not standing.is_due:
            raise Conflict(NOT_DUE)
        await reach(young_person.id)  # raises where it could not be done
        rule = standing.rules[0]
        proposed = Destruction(
            young_person=young_person.id, agency=by.agency, rule=rule.rule, kept=f"{rule.title}: {rule.kept}", source=rule.source, reason=reason,
            proposed_at=clock.now(), proposed_by=by.id, confirmed_at=None, confirmed_by=None, stopped_at=None, stopped_by=None, stopped_reason=None,
            done_at=None, destroyed=None, treated=None, version=1,
        )  # fmt: skip
        await proposed.save()
        await _note(EventName.DESTRUCTION_PROPOSED, by, proposed, {"rule": rule.rule})
    return proposed


async def confirm(*, by: User, proposed: Destruction, version: int) -> Destruction:
    """Say the same as a second person: it is done in the coming night. Raises Refused for whoever proposed it, Conflict where it is over or
    the record is not due any more, Stale."""
    check_may(by, DESTROY)
    if by.id == proposed.proposed_by:
        raise Refused(SAME)
    if proposed.stopped_at is not None or proposed.confirmed_at is not None:
        raise Conflict(OVER if proposed.stopped_at is not None else "This was confirmed already.")
    async with write_transaction():
        if not await _still_due(proposed.young_person):
            raise Conflict(NOT_DUE)
        confirmed = await change_row(proposed, {"confirmed_at": clock.now(), "confirmed_by": by.id}, version, still=Destruction.stopped_at.is_null())
        await _note(EventName.DESTRUCTION_CONFIRMED, by, confirmed, {})
    return confirmed


async def break_off(*, by: User, proposed: Destruction, reason: str, version: int) -> Destruction:
    """Leave the record as it is. Raises Invalid for a reason that names them, Conflict where it is over, Stale."""
    check_may(by, DESTROY)
    if proposed.stopped_at is not None or proposed.done_at is not None:
        raise Conflict(OVER)
    async with write_transaction():
        check_names_nobody("reason", reason, list((await taking_out.person(proposed.young_person)).names))
        stopped = await change_row(
            proposed, {"stopped_at": clock.now(), "stopped_by": by.id, "stopped_reason": reason}, version, still=Destruction.done_at.is_null()
        )
        await _note(EventName.DESTRUCTION_STOPPED, by, stopped, {})
    return stopped


async def destroy_confirmed(*, by: Actor) -> Done:
    """Destroy every record that two people said should go, each in a transaction of its own: one that is cut off leaves its record whole, and goes on
    the next time. What is not due any more, or held, is broken off with the reason."""
    done = stopped = 0
    for row in await DB.fetch("SELECT id FROM destruction WHERE confirmed_at IS NOT NULL AND stopped_at IS NULL AND done_at IS NULL ORDER BY id"):
        if await _carry_out(row["id"], by):
            done += 1
        else:
            stopped += 1
    return Done(destroyed=done, stopped=stopped)


async def _carry_out(number: int, by: Actor) -> bool:
    """Whether the record is gone; False where it was broken off instead."""
    try:
        async with write_transaction():
            row = await _locked(number)
            if row is None:
                return True  # another process was faster
            await DB.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
            why = await _why_not(row["young_person"])
            if why is not None:
                await _stop(row, why, by)
                return False
            await _destroy(row, by)
    except (Conflict, NotFound) as refusal:
        async with write_transaction():
            row = await _locked(number)
            if row is not None:
                await _stop(row, str(refusal), by)
        return False
    return True


async def _locked(number: int) -> Any:
    return await DB.fetchrow(
        "SELECT * FROM destruction WHERE id = $1 AND confirmed_at IS NOT NULL AND stopped_at IS NULL AND done_at IS NULL FOR UPDATE", number
    )


async def _why_not(young_person: int) -> str | None:
    """Why a record that was to go can't go now. Nothing new can point at it from here on: its row is locked."""
    if await DB.fetchrow("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person) is None:
        return GONE
    return None if await _still_due(young_person) else NOT_DUE


async def _still_due(young_person: int) -> bool:
    there = await DB.fetchval("SELECT EXISTS (SELECT FROM young_person WHERE id = $1)", young_person)
    return bool(there) and (await queries.standing(young_person)).is_due


async def _stop(row: Any, why: str, by: Actor) -> None:
    await DB.execute(
        "UPDATE destruction SET stopped_at = $2, stopped_reason = $3, version = version + 1 WHERE id = $1", row["id"], clock.now(), why[:2000]
    )
    await record(EventName.DESTRUCTION_STOPPED, by=by, subject=(SUBJECT, row["id"]), young_person=row["young_person"], detail={})


async def _destroy(row: Any, by: Actor) -> None:
    """Everything about the young person, and whatever of them stands in what stays; with the certificate and the entry."""
    number = row["young_person"]
    whom = await taking_out.person(number)
    found = await reach(number)
    reviews = [one["review"] for one in await DB.fetch(_MINUTES, number)]
    sealed = await taking_out.out_of_minutes(whom, reviews, row["id"])
    await _hand_over(found, number)
    destroyed = {**found.counts}
    gone_traces = await taking_out.traces(whom, found.rows)
    for table, count in gone_traces.items():
        destroyed[table] = destroyed.get(table, 0) + count
    treated = await taking_out.of_staying(whom, found.staying, await _of_incidents())
    for table, numbers in found.rows.items():
        await DB.execute(f'DELETE FROM "{table}" WHERE id = ANY($1::bigint[])', list(numbers))
    for table, count in (await taking_out.of_everywhere(whom)).items():
        treated[table] = treated.get(table, 0) + count
    if sealed:
        treated["review_minutes"] = len(sealed)
    if found.shared_files:
        treated["files_that_show_others"] = found.shared_files
    at = clock.now()
    await DB.execute(
        "UPDATE destruction SET done_at = $2, destroyed = $3, treated = $4, version = version + 1 WHERE id = $1", row["id"], at, destroyed, treated
    )
    detail = {"rule": row["rule"], "rows": sum(destroyed.values()), "treated": sum(treated.values()), "minutes": sealed}
    await record(EventName.RECORD_DESTROYED, by=by, subject=(SUBJECT, row["id"]), young_person=number, detail=detail)


async def _hand_over(found: Reach, young_person: int) -> None:
    await DB.execute(
        "UPDATE clock SET young_person = (SELECT min(v.young_person) FROM involvement v WHERE v.incident = clock.subject AND v.young_person <> $2) "
        "WHERE id = ANY($1::bigint[])",
        *(list(found.handed), young_person),
    )


async def _of_incidents() -> dict[str, str]:
    """What belongs to an incident, by table, with the column that says to which."""
    return {"incident": "id", **{key.table: key.column for key in await keys() if key.target == "incident" and key.table != "incident"}}


async def _note(event: EventName, by: User, row: Destruction, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(SUBJECT, row.id), young_person=row.young_person, detail=detail)
