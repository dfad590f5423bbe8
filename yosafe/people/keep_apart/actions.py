"""Every change to who is kept apart. Keyword-only, by someone, in one transaction with its audit entries."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.people.access import get_young_person_for, young_person_number, young_person_ref
from yosafe.people.changing import change_row
from yosafe.people.subjects import subject_for, subject_people
from yosafe.people.tables import KeepApart, KeepApartStep
from yosafe.reference.codes import code_list

from . import access, rules
from .access import keep_apart_ref
from .schemas import EndKeepApart, ReviewKeepApart, StartKeepApart

INCIDENT = "incident"  # the kind of record that can lead to it


async def start_keep_apart(*, by: User, new: StartKeepApart) -> list[KeepApart]:
    """Keep young people apart, each from each. Raises Invalid, NotFound for someone or an incident that the user can't see, Conflict where
    two of them are kept apart already."""
    access.check_can_start(by)
    asked = [young_person_number(reference) for reference in new.young_people]
    faults = [*rules.people_faults(asked), *rules.review_faults(new.review_on, today=clock.today()), *_code_faults(new.restriction, new.reason_code)]
    _raise_if_any(faults)
    for young_person in sorted(asked):
        await get_young_person_for(by, young_person)
    incident = await _incident(by, new.incident, asked)
    made: list[KeepApart] = []
    async with write_transaction():
        await _check_not_kept_apart(asked)
        group = await DB.fetchval("SELECT nextval('keep_apart_group')")
        for pair in rules.pairs(asked):
            made.append(await _start(by, pair, group, new, incident))
    return made


async def _incident(by: User, reference: str | None, young_people: list[int]) -> int | None:
    """The number of the incident that led to it. Raises NotFound; Invalid where it is about none of them."""
    if reference is None:
        return None
    incident = await subject_for(by, INCIDENT, reference)
    if (await subject_people(INCIDENT, incident)).isdisjoint(young_people):
        raise Invalid([FieldError("incident", "None of those whom you chose is in that incident. Begin without it, or choose one who is")])
    return incident


async def _start(by: User, pair: tuple[int, int], group: int, new: StartKeepApart, incident: int | None) -> KeepApart:
    first, second = pair
    kept = KeepApart(
        group_number=group, first=first, second=second, reason_code=new.reason_code, reason=new.reason, restriction=new.restriction,
        review_on=new.review_on, started_at=clock.now(), ended_at=None, agency=by.agency, recorded_by=by.id, version=1,
        subject_kind=None if incident is None else INCIDENT, subject=incident,
    )  # fmt: skip
    await kept.save()
    await _step(by, kept, "started", new.reason)
    because = {} if incident is None else {"incident": incident}
    await _note(EventName.KEEP_APART_STARTED, by, kept, {"restriction": new.restriction, **because})
    return kept


async def _check_not_kept_apart(young_people: list[int]) -> None:
    """Raise Conflict where two of them are. Holds their rows: two people who start the same at once wait in line."""
    await DB.fetch("SELECT id FROM young_person WHERE id = ANY($1) ORDER BY id FOR UPDATE", young_people)
    found = await DB.fetchrow(
        "SELECT id, first, second FROM keep_apart WHERE first = ANY($1) AND second = ANY($1) AND ended_at IS NULL ORDER BY id LIMIT 1", young_people
    )
    if found is not None:
        both = f"{young_person_ref(found['first'])} and {young_person_ref(found['second'])}"
        raise Conflict(f"{both} are kept apart already ({keep_apart_ref(found['id'])}). Review that record, or leave one of them out here.")


async def review_keep_apart(*, by: User, pair: KeepApart, review: ReviewKeepApart, version: int) -> KeepApart:
    """Say how far apart, and until when, from now on. Raises Refused, Invalid, Conflict for a pair that has ended, Stale."""
    await access.check_can_review(by, pair)
    rules.check_open(pair.ended_at)
    _raise_if_any([*rules.review_faults(review.review_on, today=clock.today()), *_code_faults(review.restriction)])
    async with write_transaction():
        kept = await change_row(pair, {"restriction": review.restriction, "review_on": review.review_on}, version, still=KeepApart.ended_at.is_null())
        await _step(by, kept, "reviewed", review.reason)
        await _note(EventName.KEEP_APART_REVIEWED, by, kept, {"restriction": review.restriction})
    return kept


async def end_keep_apart(*, by: User, pair: KeepApart, ending: EndKeepApart, version: int) -> KeepApart:
    """Stop keeping them apart now. Raises Refused, Conflict for a pair that has ended, Stale."""
    await access.check_can_end(by, pair)
    rules.check_open(pair.ended_at)
    async with write_transaction():
        kept = await change_row(pair, {"ended_at": clock.now()}, version, still=KeepApart.ended_at.is_null())
        await _step(by, kept, "ended", ending.reason)
        await _note(EventName.KEEP_APART_ENDED, by, kept, {})
    return kept


async def record_confirmed(*, by: User, placement: int, spells: list[int], reason: str) -> None:
    """Keep why someone was placed although they must be kept apart from people who are there. Belongs in the transaction of the placement."""
    for number in spells:
        kept = await KeepApart.objects().get(KeepApart.id == number)
        if kept is None:
            raise LookupError(f"no keep-apart {number}")
        await _step(by, kept, "confirmed", reason, placement=placement)
        await _note(EventName.KEEP_APART_CONFIRMED, by, kept, {"placement": placement})


def _code_faults(restriction: str, reason_code: str | None = None) -> list[FieldError]:
    faults: list[FieldError] = []
    for name, value in (("restriction", restriction), ("reason_code", reason_code)):
        try:
            if value is not None:
                code_list(f"keep_apart_{name.removesuffix('_code')}").check(value, key=name)
        except Invalid as fault:
            faults += fault.errors
    return faults


def _raise_if_any(faults: list[FieldError]) -> None:
    if faults:
        raise Invalid(faults)


async def _step(by: User, kept: KeepApart, kind: str, note: str, placement: int | None = None) -> None:
    at: dt.datetime = clock.now()
    step = KeepApartStep(
        keep_apart=kept.id,
        kind=kind,
        restriction=kept.restriction,
        review_on=kept.review_on,
        placement=placement,
        note=note,
        at=at,
        recorded_by=by.id,
    )
    await step.save()


async def _note(event: EventName, by: User, kept: KeepApart, detail: dict[str, Any]) -> None:
    """An entry for each of the two: either finds it."""
    for young_person in (kept.first, kept.second):
        await record(event, by=by, subject=("keep_apart", kept.id), young_person=young_person, detail=detail)
