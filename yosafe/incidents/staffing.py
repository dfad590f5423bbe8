"""Staff in incidents: who they are, and what an allegation against one needs. Called inside the transaction of what names them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.people.clocks import meet_clock

from . import access
from .changing import change, check_version, hold
from .kinds import RULES, fault_in_staff_role
from .schemas import AllegationOut, NameStaff, RecordAllegation, StaffOut, Suspension
from .tables import Allegation, Incident, IncidentCorrection, IncidentStaff
from .trail import SUBJECT, record_about

OFFICER_TOLD = "staff-allegation"
FIELDS = ("officer_told_on", "investigator", "child_words")


class Named(Struct, frozen=True):
    """A member of staff as they are kept; `account` of who signs in, where it is known."""

    role: str
    name: str
    agency: str | None
    account: int | None


async def accounts_of(staff: Sequence[NameStaff], *, by: User) -> list[Named]:
    """The staff with their accounts. Raises Invalid for an address that nobody here has, and for who would record an allegation about themselves."""
    found = []
    faults = []
    for n, one in enumerate(staff):
        account = await _account(one, by)
        if one.email and account is None:
            faults.append(FieldError(f"staff.{n}.email", "Nobody who works here has this email address. Leave it out, and enter a name"))
        if account is not None and account["id"] == by.id and one.role == "staff_alleged":
            faults.append(FieldError(f"staff.{n}.name", "You can't record an allegation about yourself. Tell the safeguarding lead"))
        name = account["name"] if account is not None and one.name == one.email else one.name
        found.append(Named(one.role, name, one.agency, account["id"] if account is not None else None))
    if faults:
        raise Invalid(faults)
    return found


async def _account(one: NameStaff, by: User) -> Any:
    """By address; else by name, where one person here has it."""
    column, value = ("email", one.email) if one.email else ("name", one.name)
    rows = await DB.fetch(f"SELECT id, name FROM user_account WHERE agency = $1 AND lower({column}) = lower($2)", by.agency, value)
    return rows[0] if len(rows) == 1 else None


async def insert(incident: int, staff: Sequence[Named], *, by: User) -> None:
    for one in staff:
        await IncidentStaff(
            incident=incident, role=one.role, name=one.name, agency=one.agency, user_account=one.account, recorded_at=clock.now(), recorded_by=by.id
        ).save()


async def add_staff(data: NameStaff, *, by: User, incident: Incident) -> None:
    """Name a member of staff in an incident that is open. Raises Refused, Conflict, Invalid."""
    fault = fault_in_staff_role(incident.kind, data.role, "role")
    if fault:
        raise Invalid([fault])
    try:
        staff = await accounts_of([data], by=by)
    except Invalid as refusal:
        raise Invalid([FieldError(error.key.rpartition(".")[2], error.message) for error in refusal.errors]) from None
    async with write_transaction():
        access.check_can_involve(by, await hold(incident.id))
        await insert(incident.id, staff, by=by)
        await record_about(EventName.INCIDENT_STAFF, incident.id, by=by, role=data.role)


async def record_allegation(data: RecordAllegation, *, by: User, incident: Incident, version: int) -> int:
    """Keep what an allegation needs besides; the version that the incident now has. What changes leaves its old value. Raises Stale, Conflict,
    Invalid."""
    if not RULES[incident.kind].alleged:
        raise Conflict("Only an allegation against staff has these.")
    check_version(incident, version)
    async with write_transaction():
        incident = await hold(incident.id)
        check_version(incident, version)
        before = await allegation_of(incident)
        given = {name: value for name in FIELDS if (value := getattr(data, name)) is not UNSET}
        _check(data, incident)
        version = await change(incident, {})
        await _keep_allegation(incident, before, given, by=by)
        for one in data.suspensions:
            await _suspend(incident, one, by=by)
        if told_on := given.get("officer_told_on"):
            at = max(clock.midnight(told_on), incident.recorded_at)
            await meet_clock(OFFICER_TOLD, subject=(SUBJECT, incident.id), at=at)
        await record_about(EventName.INCIDENT_ALLEGATION, incident.id, by=by, fields=sorted([*given, *(["suspensions"] if data.suspensions else [])]))
    return version


def _check(data: RecordAllegation, incident: Incident) -> None:
    """Raise Invalid for days that can't be."""
    since, today = clock.day_of(incident.happened_at), clock.today()
    faults = []
    if isinstance(data.officer_told_on, dt.date) and not since <= data.officer_told_on <= today:
        faults.append(FieldError("officer_told_on", f"The day they were told must be between {since:%-d %B %Y} and today"))
    for n, one in enumerate(data.suspensions):
        if one.suspended_from and not since <= one.suspended_from <= today:
            faults.append(FieldError(f"suspensions.{n}.suspended_from", f"The first day must be between {since:%-d %B %Y} and today"))
        if one.suspended_to and not (one.suspended_from and one.suspended_from <= one.suspended_to <= today):
            faults.append(FieldError(f"suspensions.{n}.suspended_to", "The last day must be after the first, and today or in the past"))
    if faults:
        raise Invalid(faults)


async def _keep_allegation(incident: Incident, before: AllegationOut | None, given: dict[str, Any], *, by: User) -> None:
    if before is None:
        kept = Allegation(incident=incident.id, recorded_at=clock.now(), recorded_by=by.id)
        for name, value in given.items():
            setattr(kept, name, value)
        await kept.save()
        return
    for name, value in given.items():
        old = getattr(before, name)
        if old != value:
            await DB.execute(
                f"UPDATE allegation SET {name} = $2, recorded_at = $3, recorded_by = $4 WHERE incident = $1",
                *(incident.id, value, clock.now(), by.id),
            )
            await _kept_old(incident, name, old, value, by=by)


async def _suspend(incident: Incident, one: Suspension, *, by: User) -> None:
    row = await DB.fetchrow("SELECT * FROM incident_staff WHERE id = $1 AND incident = $2 AND role = 'staff_alleged'", one.id, incident.id)
    if row is None:
        raise Invalid([FieldError("suspensions", "Choose one of those whom the allegation is about")])
    query = "UPDATE incident_staff SET suspended_from = $2, suspended_to = $3 WHERE id = $1"
    await DB.execute(query, one.id, one.suspended_from, one.suspended_to)
    for name in ("suspended_from", "suspended_to"):
        await _kept_old(incident, name, row[name], getattr(one, name), by=by)


async def _kept_old(incident: Incident, field: str, old: Any, new: Any, *, by: User) -> None:
    """The old value beside the new one. What was not there before is no correction."""
    if old is None or old == new:
        return
    await IncidentCorrection(
        incident=incident.id, field=field, old_value=str(old), new_value=None if new is None else str(new),
        reason="Recorded anew with the allegation.", at=clock.now(), recorded_by=by.id,
    ).save()  # fmt: skip


async def staff_of(viewer: User, incident: Incident) -> list[StaffOut]:
    """Everyone of the staff in an incident. Names are for those who work there."""
    rows = await DB.fetch("SELECT * FROM incident_staff WHERE incident = $1 ORDER BY id", incident.id)
    if viewer.role not in access.AT_OWN_PLACE:
        return [StaffOut(id=row["id"], role=row["role"], name=None, agency=None) for row in rows]
    return [
        StaffOut(
            id=row["id"], role=row["role"], name=row["name"], agency=row["agency"], suspended_from=row["suspended_from"],
            suspended_to=row["suspended_to"], days=suspended_days(row["suspended_from"], row["suspended_to"], clock.today()),
        )
        for row in rows
    ]  # fmt: skip


def suspended_days(since: dt.date | None, until: dt.date | None, today: dt.date) -> int | None:
    """Days of a suspension, the first and the last counted."""
    return None if since is None else ((until or today) - since).days + 1


async def allegation_of(incident: Incident) -> AllegationOut | None:
    row = await DB.fetchrow("SELECT officer_told_on, investigator, child_words FROM allegation WHERE incident = $1", incident.id)
    return AllegationOut(**dict(row)) if row else None
