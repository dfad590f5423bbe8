"""Making one record of two, and taking it apart again. Both in one transaction each, with an audit entry for each of the two numbers."""

from collections.abc import Mapping
from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.clock import day_of
from yosafe.db.engine import DB, write_transaction
from yosafe.db.rows import of_row
from yosafe.errors import Conflict, FieldError, Invalid, Stale

from . import merge_clashes, merge_rules, rules
from .access import young_person_ref
from .describe import DETAILS
from .merge_rules import Choices
from .merging import Merging, holdings, marks, take_apart, wait_for_all
from .rules import STALE
from .tables import RecordMerge, YoungPerson

MERGE = "young-person:merge"
FIELDS = tuple(field for field in DETAILS if field != "version")
SAME = "This is the same record. Give the reference of the other one."
OTHER_STALE = "Someone else changed the other record since you opened it. Look at both again before you merge them."
STANDS_ON = "{} was merged into this record later. Undo that first: merges are undone in turn, the last one first."


def details_of(young_person: YoungPerson) -> dict[str, Any]:
    """What is merged field by field, as the record has it."""
    return {field: getattr(young_person, field) for field in FIELDS}


async def merge_records(
    *, by: User, kept: YoungPerson, other: YoungPerson, reason: str, choices: Choices, version: int, other_version: int
) -> RecordMerge:
    """Move everything of the other record into the kept one; the other reference leads there from now on. Both were loaded for this user.

    Raises Invalid for differences that nobody chose about, Conflict for what can't stand in one record (two places at the same time), Stale.
    """
    check_may(by, MERGE)
    if kept.id == other.id:
        raise Invalid([FieldError("other", SAME)])
    async with write_transaction():
        await wait_for_all()
        one, two = await _both(kept.id, other.id)
        _check_versions(one, two, version, other_version)
        details = merge_rules.details_of_both(details_of(one), details_of(two), choices)
        await _check_age(kept.id, other.id, details)
        merge = RecordMerge(
            kept=kept.id, merged=other.id, reason=reason, marks=await marks(), at=clock.now(), recorded_by=by.id,
            undone_at=None, undone_by=None, undone_reason=None,
        )  # fmt: skip
        await merge.save()
        merging = Merging(id=merge.id, kept=kept.id, merged=other.id)
        await _move(merging, choices)
        await _keep(merging, details, version=max(version, other_version) + 1)
        await merging.set_aside("young_person", [other.id])
        await _audited(EventName.YOUNG_PEOPLE_MERGED, by=by, merging=merging)
    return merge


async def _both(kept: int, other: int) -> tuple[YoungPerson, YoungPerson]:
    """Both rows, held from here on in the order of their numbers: whoever records something about either waits. Raises Stale where one is gone."""
    rows = await DB.fetch("SELECT * FROM young_person WHERE id = ANY($1) ORDER BY id FOR UPDATE", [kept, other])
    found = {row["id"]: of_row(YoungPerson, row) for row in rows}
    if len(found) < 2:
        raise Stale("One of the two was merged since you opened it. Look at the records again.")
    return found[kept], found[other]


def _check_versions(kept: YoungPerson, other: YoungPerson, version: int, other_version: int) -> None:
    if kept.version != version:
        raise Stale(STALE)
    if other.version != other_version:
        raise Stale(OTHER_STALE)


async def _check_age(kept: int, other: int, details: Mapping[str, Any]) -> None:
    """Raise Invalid for a date of birth that makes them too young or too old on the first arrival of either record."""
    if "date_of_birth" in details:
        first = await DB.fetchval("SELECT min(arrived_at) FROM placement WHERE young_person = ANY($1)", [kept, other])
        on = day_of(first) if first else clock.today()
        faults = rules.birth_faults(details["date_of_birth"], on=on, today=clock.today())
        if faults:
            raise Invalid([FieldError(f"keep.{fault.key}", fault.message) for fault in faults])


async def _move(merging: Merging, choices: Choices) -> None:
    await merge_clashes.settle_care(merging, choices)
    for one in holdings():
        if one.makes_room:
            await one.makes_room(merging)
    for one in holdings():
        await merging.move(one.table, one.column)
    await merge_clashes.settle_drafts(merging)


async def _keep(merging: Merging, details: Mapping[str, Any], *, version: int) -> None:
    """The version is higher than that of either: whoever has one of them open is too late."""
    for field, value in details.items():
        await merging.change("young_person", field, [merging.kept], value)
    await DB.execute("UPDATE young_person SET version = $2 WHERE id = $1", merging.kept, version)


async def undo_merge(*, by: User, merge: RecordMerge, reason: str) -> None:
    """Take a merged record apart again: every row that has not been changed since goes back as it was. What was recorded since the merge stays
    with the kept record, but for what belongs to something that goes back: the clock of its referral, the action of its case.

    Raises Conflict where it was undone already, where a later merge stands on it, and where something recorded since can't be taken apart.
    """
    check_may(by, MERGE)
    async with write_transaction():
        await wait_for_all()
        if await DB.fetchrow("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", merge.kept) is None:
            raise Conflict("This record was itself merged into another one since. Undo that merge first.")
        await _check_last(merge)
        await _check_free(merge)
        merging = Merging(id=merge.id, kept=merge.kept, merged=merge.merged)
        await take_apart(merging)
        await _settle(merging)
        await DB.execute(
            "UPDATE young_person SET version = (SELECT max(version) + 1 FROM young_person WHERE id = ANY($1)) WHERE id = ANY($1)",
            [merge.kept, merge.merged],
        )
        await DB.execute(
            "UPDATE record_merge SET undone_at = $2, undone_by = $3, undone_reason = $4 WHERE id = $1", merge.id, clock.now(), by.id, reason
        )
        await _audited(EventName.MERGE_UNDONE, by=by, merging=merging)


async def _check_last(merge: RecordMerge) -> None:
    row = await DB.fetchrow("SELECT undone_at FROM record_merge WHERE id = $1 FOR UPDATE", merge.id)
    if row is None or row["undone_at"] is not None:
        raise Conflict("This merge was undone already.")
    later = await DB.fetchval(
        "SELECT merged FROM record_merge WHERE kept = $1 AND id > $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1", merge.kept, merge.id
    )
    if later is not None:
        raise Conflict(STANDS_ON.format(young_person_ref(later)))


async def _check_free(merge: RecordMerge) -> None:
    over = await merge_clashes.recorded_over(merge.id)
    if over:
        raise Conflict(
            f"Since the merge {' and '.join(over)} was recorded in the time of one that would come back. One record can't hold both, so this "
            "merge can't be undone: correct the details of this record, or add the other child anew."
        )


async def _settle(merging: Merging) -> None:
    """Raise Conflict, naming it, for what was built on the merge and can't be taken apart."""
    built = [ref for one in holdings() if one.settles for ref in await one.settles(merging)]
    if built:
        raise Conflict(
            f"Recorded since the merge, on what both records brought: {', '.join(built)}. "
            "It can't belong to one of them, so this merge can't be undone."
        )


async def _audited(event: EventName, *, by: User, merging: Merging) -> None:
    pair = (merging.kept, merging.merged)
    for number, other in (pair, pair[::-1]):
        await record(event, by=by, subject=("merge", merging.id), young_person=number, detail={"with": other, "kept": merging.kept})
