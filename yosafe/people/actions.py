"""Every change to what is recorded of young people. Keyword-only, by someone, in one transaction with its audit entry."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.clock import day_of
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, Stale
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.distance import miles
from yosafe.reference.establishments import Establishment, establishment
from yosafe.reference.outcodes import outcode

from . import access, rules
from .access import young_person_ref
from .changing import change_row
from .clocks import Owner, start_clock, stop_clock
from .duplicates import checking
from .duplicates.actions import note_not_same
from .identifier_actions import record_number
from .keep_apart.actions import record_confirmed
from .keep_apart.placing import check_confirmed
from .rules import STALE
from .schemas import (
    AddYoungPerson,
    ChangeYoungPerson,
    EndPlacement,
    Identity,
    MoveUnit,
    Receive,
    RecordCarePeriod,
    RecordContact,
    StartPlacement,
    TransferPlacement,
)
from .tables import CarePeriod, Contact, Placement, YoungPerson
from .time_out.actions import end_with_placement

NOT_DETAILS = {"placement", "numbers", "not_duplicate_of", "not_duplicate_because"}


async def add_young_person(*, by: User, new: AddYoungPerson) -> YoungPerson:
    """Add a young person, with a first placement and numbers where they are given.

    Raises Invalid for what can't be right or would be out of the user's sight, Conflict where they are very likely recorded already and the records
    are not among those that are said to be of another child.
    """
    details = _new_details(new)
    if new.numbers:
        check_may(by, "identifier:record")
    access.check_may_add(by, home_area=details["home_area"], placed_at=_place(new.placement.establishment).code if new.placement else None)
    identity = Identity(family_name=new.family_name, given_names=new.given_names, date_of_birth=new.date_of_birth)
    alike = await checking.not_duplicates(by, new, identity)
    async with write_transaction():
        await _one_at_a_time(identity)
        if {one.id for one in await access.same_identity(by, identity)} - set(alike):
            raise Conflict("Someone is adding a young person with these details at this moment. Search again.")
        young_person = YoungPerson(**details, created_at=clock.now(), recorded_by=by.id, version=1)
        await young_person.save()
        subject, detail = ("young_person", young_person.id), {"not_duplicate_of": alike} if alike else {}
        await record(EventName.YOUNG_PERSON_ADDED, by=by, subject=subject, young_person=young_person.id, detail=detail)
        for other in alike:
            await note_not_same(by=by, one=young_person.id, other=other, reason=new.not_duplicate_because or "")
        for number in new.numbers:
            await record_number(by=by, young_person=young_person, new=number)
        if new.placement:
            await start_placement(by=by, young_person=young_person, new=new.placement)
    return young_person


async def _one_at_a_time(identity: Identity) -> None:
    """Hold back anyone who adds the same identity until this transaction ends."""
    text = f"{rules.tidy_name(identity.family_name)}|{rules.tidy_name(identity.given_names)}|{identity.date_of_birth}".lower()
    await DB.fetchval("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", text)


def _new_details(new: AddYoungPerson) -> dict[str, Any]:
    """The columns of a new record. Raises Invalid with every fault."""
    details = {field: value for field, value in asdict(new).items() if field not in NOT_DETAILS}
    if new.home_area is None and new.home_outcode is None:
        raise Invalid([FieldError("home_area", "Select the home area. For a young person without one: the area of the team that works with them")])
    on = day_of(new.placement.arrived_at) if new.placement else clock.today()
    release = rules.release_faults(new.release_on, date_of_birth=new.date_of_birth, today=clock.today())
    _raise_if_any([*_detail_faults(details), *rules.birth_faults(new.date_of_birth, on=on, today=clock.today()), *release])
    kept = _kept(details)
    return {**kept, "home_area": kept["home_area"] or outcode(kept["home_outcode"]).area}


def _detail_faults(details: dict[str, Any]) -> list[FieldError]:
    return [
        *rules.code_faults(details, on=clock.today()),
        *rules.outcode_faults(details.get("home_outcode")),
        *rules.area_faults(details.get("home_area"), field="home_area"),
    ]


def _kept(details: dict[str, Any]) -> dict[str, Any]:
    """Details as they are kept: tidy names, the outcode of a postcode, the area's own code."""
    kept = dict(details)
    for field in ("family_name", "given_names", "known_as", "nationality"):
        if kept.get(field):
            kept[field] = rules.tidy_name(kept[field])
    if kept.get("home_outcode"):
        kept["home_outcode"] = outcode(kept["home_outcode"]).code
    if kept.get("home_area"):
        kept["home_area"] = area(kept["home_area"]).code
    return kept


def _raise_if_any(faults: Iterable[FieldError]) -> None:
    if found := tuple(faults):
        raise Invalid(found)


async def change_young_person(*, by: User, young_person: YoungPerson, change: ChangeYoungPerson, version: int) -> YoungPerson:
    """Change what is recorded of who they are and where home is. Raises Invalid, or Stale when someone else got there first."""
    if young_person.version != version:
        raise Stale(STALE)
    asked = {field: value for field, value in asdict(change).items() if value is not UNSET}
    changed = {field: value for field, value in asked.items() if value != getattr(young_person, field)}
    _raise_if_any([*_detail_faults(changed), *await _birth_faults(young_person, changed), *_release_faults(young_person, changed)])
    changed = {field: value for field, value in _kept(changed).items() if value != getattr(young_person, field)}
    if not changed:
        return young_person
    async with write_transaction():
        now = await change_row(young_person, changed, version)
        detail = {"fields": sorted(changed)}
        subject = ("young_person", young_person.id)
        await record(EventName.YOUNG_PERSON_CHANGED, by=by, subject=subject, young_person=young_person.id, detail=detail)
    return now


async def _birth_faults(young_person: YoungPerson, changed: dict[str, Any]) -> list[FieldError]:
    if "date_of_birth" not in changed:
        return []
    first = await DB.fetchval("SELECT min(arrived_at) FROM placement WHERE young_person = $1", young_person.id)
    return rules.birth_faults(changed["date_of_birth"], on=day_of(first or young_person.created_at), today=clock.today())


def _release_faults(young_person: YoungPerson, changed: dict[str, Any]) -> list[FieldError]:
    """Of the expected release as it would stand, where that or the date of birth changes."""
    if not {"release_on", "date_of_birth"} & changed.keys():
        return []
    release_on, born = (changed.get(field, getattr(young_person, field)) for field in ("release_on", "date_of_birth"))
    return rules.release_faults(release_on, date_of_birth=born, today=clock.today())


async def receive_young_person(*, by: User, receive: Receive) -> tuple[YoungPerson, Placement]:
    """Record the arrival of a young person whose record was made elsewhere, found by all their names and date of birth.

    Raises NotFound where there is none, Conflict where there are several, Invalid where they are still recorded elsewhere.
    """
    check_may(by, "placement:record")
    found = await access.find_exact(by, receive.identity)
    if receive.young_person is not None:
        found = [one for one in found if young_person_ref(one.id) == receive.young_person.upper()]
    if not found:
        raise NotFound("No record has exactly these names and this date of birth. Check them against the papers, or add the young person.")
    if len(found) > 1:
        raise Conflict(f"Several records have these names and date of birth: {', '.join(young_person_ref(one.id) for one in found)}. Say which.")
    return found[0], await start_placement(by=by, young_person=found[0], new=receive.placement)


async def start_placement(*, by: User, young_person: YoungPerson, new: StartPlacement) -> Placement:
    """Record an arrival, with the distance from home on that day. Starts the clock of the arrival screen.

    Raises Invalid, also where the young person is still recorded elsewhere (nothing is ended silently), and where someone is held there whom they
    must be kept apart from and no reason is given to go on.
    """
    place = _place(new.establishment)
    access.check_may_place_at(by, place.code)
    return await _arrive(by, young_person, new, place)


async def _arrive(
    by: User, young_person: YoungPerson, new: StartPlacement, place: Establishment, *, transfer_reason: str | None = None, escort: str | None = None
) -> Placement:
    answers = {"legal_status": new.legal_status}
    arrival = rules.arrival_faults(new.arrived_at, date_of_birth=young_person.date_of_birth, now=clock.now())
    _raise_if_any([*rules.code_faults(answers, on=day_of(new.arrived_at)), *arrival])
    async with write_transaction():
        await _check_free(by, young_person.id, new.arrived_at)
        against = await check_confirmed(by, young_person.id, establishment=place.code, unit=new.unit, reason=new.keep_apart_confirmed, arrives=True)
        placement = Placement(
            young_person=young_person.id, establishment=place.code, unit=new.unit, legal_status=new.legal_status, arrived_at=new.arrived_at,
            left_at=None, leaving_reason=None, home_outcode=young_person.home_outcode,
            distance_miles=miles(rules.home_of(young_person.home_outcode, young_person.home_area), place),
            recorded_at=clock.now(), unit_recorded_at=None, left_recorded_at=None, left_recorded_by=None, recorded_by=by.id, version=1,
            transfer_reason=transfer_reason, escort=escort,
        )  # fmt: skip
        await placement.save()
        subject = ("placement", placement.id)
        await start_clock("arrival-screen", young_person=young_person.id, subject=subject, owner=Owner.yoi(place.code), started_at=new.arrived_at)
        detail = {"establishment": place.code}
        await record(EventName.PLACEMENT_STARTED, by=by, subject=subject, young_person=young_person.id, detail=detail)
        await record_confirmed(by=by, placement=placement.id, spells=against, reason=new.keep_apart_confirmed or "")
    return placement


def _place(code: str) -> Establishment:
    try:
        return establishment(code)
    except NotFound as refusal:
        raise Invalid([FieldError("establishment", str(refusal))]) from None


async def _check_free(by: User, young_person: int, arrived_at: dt.datetime) -> None:
    """Raise Invalid where an arrival would overlap another stay. Holds the young person's row: two arrivals at once wait in line."""
    await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person)
    seen = await access.may_see(by, young_person)
    rows = await DB.fetch("SELECT establishment, arrived_at, left_at FROM placement WHERE young_person = $1 ORDER BY arrived_at DESC", young_person)
    rules.check_no_overlap(arrived_at, [_stay(row, seen=seen) for row in rows])


def _stay(row: Any, *, seen: bool) -> rules.Stay:
    where = f"at {establishment(row['establishment']).name}" if seen else "at another establishment"
    return rules.Stay(arrived_at=row["arrived_at"], left_at=row["left_at"], where=where)


async def end_placement(*, by: User, placement: Placement, ending: EndPlacement, version: int) -> Placement:
    """Record that a young person left; a time out that goes on ends with it. Raises Invalid, Conflict where that is recorded already, Stale."""
    access.check_may_place_at(by, placement.establishment)
    if placement.left_at is not None:
        raise Conflict(f"This placement ended on {day_of(placement.left_at):%-d %B %Y}.")
    leaving = rules.leaving_faults(ending.left_at, arrived_at=placement.arrived_at, now=clock.now())
    _raise_if_any([*rules.code_faults({"leaving_reason": ending.leaving_reason}, on=day_of(ending.left_at)), *leaving])
    values = {"left_at": ending.left_at, "leaving_reason": ending.leaving_reason, "left_recorded_at": clock.now(), "left_recorded_by": by.id}
    async with write_transaction():
        await end_with_placement(by=by, placement=placement, left_at=ending.left_at)
        ended = await change_row(placement, values, version)
        subject = ("placement", placement.id)
        await stop_clock("arrival-screen", subject=subject, reason="The young person left before a screen was recorded")
        detail = {"establishment": placement.establishment, "reason": ending.leaving_reason}
        await record(EventName.PLACEMENT_ENDED, by=by, subject=subject, young_person=placement.young_person, detail=detail)
    return ended


async def transfer_placement(*, by: User, young_person: YoungPerson, placement: Placement, move: TransferPlacement, version: int) -> Placement:
    """Record that a young person left one establishment for another, in one act: the stay there begins at the moment at which this one ends.

    Recorded by whoever may record that they left. Raises Invalid, also where someone is held there whom they must be kept apart from and no reason is
    given to go on; Conflict for a placement that has ended; Stale.
    """
    access.check_may_place_at(by, placement.establishment)
    place, day = _place(move.establishment), day_of(move.moved_at)
    here = [FieldError("establishment", "They are held there already: change the unit instead")] if place.code == placement.establishment else []
    _raise_if_any([*here, *rules.faults_of(code_list("transfer_reason").check, move.reason, day, key="reason")])
    grown = place.adult_estate and rules.age_on(young_person.date_of_birth, day) >= rules.ADULT
    ending = EndPlacement(left_at=move.moved_at, leaving_reason="adult_estate" if grown else "transferred")
    stay = StartPlacement(
        establishment=place.code,
        unit=move.unit,
        legal_status=move.legal_status,
        arrived_at=move.moved_at,
        keep_apart_confirmed=move.keep_apart_confirmed,
    )
    try:
        async with write_transaction():
            await end_placement(by=by, placement=placement, ending=ending, version=version)
            arrived = await _arrive(by, young_person, stay, place, transfer_reason=move.reason, escort=move.escort)
            detail = {"from": placement.establishment, "to": place.code, "reason": move.reason}
            await record(EventName.PLACEMENT_TRANSFERRED, by=by, subject=("placement", arrived.id), young_person=young_person.id, detail=detail)
    except Invalid as refusal:  # one moment is asked for, where an arrival and a leaving have one each
        raise Invalid([FieldError("moved_at" if f.key in ("left_at", "arrived_at") else f.key, f.message) for f in refusal.errors]) from None
    return arrived


async def move_unit(*, by: User, placement: Placement, move: MoveUnit, version: int) -> Placement:
    """Record the unit where a young person now lives. Raises Invalid, also where someone lives there, or may, whom they must be kept apart from
    and no reason is given to go on; Conflict for a placement that has ended; Stale."""
    access.check_may_place_at(by, placement.establishment)
    if placement.left_at is not None:
        raise Conflict("This placement has ended. Its last unit stays as it was.")
    async with write_transaction():
        young_person, reason = placement.young_person, move.keep_apart_confirmed
        against = await check_confirmed(by, young_person, establishment=placement.establishment, unit=move.unit, reason=reason, arrives=False)
        moved = await change_row(placement, {"unit": move.unit, "unit_recorded_at": clock.now()}, version)
        await record(EventName.PLACEMENT_CHANGED, by=by, subject=("placement", placement.id), young_person=young_person, detail={"fields": ["unit"]})
        await record_confirmed(by=by, placement=placement.id, spells=against, reason=reason or "")
    return moved


async def record_care_period(*, by: User, young_person: YoungPerson, new: RecordCarePeriod) -> CarePeriod:
    """Record a care status from a day on; the one before ends on that day. Raises Invalid, or Conflict where it would begin before that one."""
    check_care(young_person, new)
    async with write_transaction():
        await _end_care_before(young_person.id, new.started_on)
        period = CarePeriod(
            young_person=young_person.id, **care_columns(new), ended_on=None, recorded_at=clock.now(), ended_recorded_at=None, recorded_by=by.id,
            version=1,
        )  # fmt: skip
        await period.save()
        subject = ("care_period", period.id)
        await record(EventName.CARE_RECORDED, by=by, subject=subject, young_person=young_person.id, detail={"status": new.status})
    return period


def check_care(young_person: YoungPerson, new: RecordCarePeriod) -> None:
    """Raise Invalid, with every fault, for what can't be a care status of a young person."""
    codes = {"status": new.status, "legal_basis": new.legal_basis, "accommodation": new.accommodation}
    faults = rules.care_faults(
        status=new.status, legal_basis=new.legal_basis, responsible_area=new.responsible_area, started_on=new.started_on, today=clock.today()
    )
    before_birth = rules.before_birth_faults("started_on", new.started_on, date_of_birth=young_person.date_of_birth)
    places = rules.area_faults(new.responsible_area, field="responsible_area")
    _raise_if_any([*rules.code_faults(codes, on=new.started_on), *places, *faults, *before_birth])


def care_columns(new: RecordCarePeriod) -> dict[str, Any]:
    """A care status as it is kept."""
    return {
        "status": new.status, "legal_basis": new.legal_basis, "accommodation": new.accommodation, "started_on": new.started_on,
        "responsible_area": area(new.responsible_area).code if new.responsible_area else None,
    }  # fmt: skip


async def _end_care_before(young_person: int, day: dt.date) -> None:
    await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person)
    last = await DB.fetchval("SELECT max(started_on) FROM care_period WHERE young_person = $1", young_person)
    rules.check_care_order(day, last_started_on=last)
    await DB.execute(
        "UPDATE care_period SET ended_on = $2, ended_recorded_at = $3, version = version + 1 WHERE young_person = $1 AND ended_on IS NULL",
        young_person,
        day,
        clock.now(),
    )


async def record_contact(*, by: User, young_person: YoungPerson, new: RecordContact) -> Contact:
    """Record a visit, call, letter or meeting, or one that did not take place. Raises Invalid."""
    facts = {"kind": new.kind, "from_whom": new.from_whom, "missed_reason": new.missed_reason}
    _raise_if_any(
        [
            *rules.code_faults(facts, on=new.happened_on),
            *rules.missed_faults(new.kind, new.missed_reason),
            *rules.past_faults("happened_on", new.happened_on, today=clock.today()),
            *rules.before_birth_faults("happened_on", new.happened_on, date_of_birth=young_person.date_of_birth),
        ]
    )
    async with write_transaction():
        contact = Contact(
            young_person=young_person.id, kind=new.kind, from_whom=new.from_whom, agency=by.agency, worker=new.worker, happened_on=new.happened_on,
            seen_alone=new.seen_alone, note=new.note, missed_reason=new.missed_reason, recorded_at=clock.now(), recorded_by=by.id,
        )  # fmt: skip
        await contact.save()
        detail = {"kind": new.kind, "with": new.from_whom}
        await record(EventName.CONTACT_RECORDED, by=by, subject=("contact", contact.id), young_person=young_person.id, detail=detail)
    return contact
