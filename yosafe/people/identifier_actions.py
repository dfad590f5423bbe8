"""Other names, and the numbers that others gave: recorded, and ended when they are theirs no more. Nothing is written over."""

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.filters import check
from yosafe.errors import Conflict, FieldError, Invalid

from . import rules
from .changing import change_row
from .schemas import EndUse, RecordName, RecordNumber
from .tables import ExternalNumber, OtherName, YoungPerson


async def record_name(*, by: User, young_person: YoungPerson, new: RecordName) -> int:
    """Record another name; its number. Raises Invalid, or Conflict where the same is recorded and has not ended."""
    family, given = (rules.tidy_name(name) if name else None for name in (new.family_name, new.given_names))
    today = clock.today()
    check(
        [
            *rules.faults_of(rules.check_name_kind, new.kind, today),
            *([] if family or given else [FieldError("family_name", "Enter a family name, given names, or both")]),
            *rules.use_faults(new.since, date_of_birth=young_person.date_of_birth, today=today),
        ]
    )
    async with write_transaction():
        await _hold(young_person)
        same = "SELECT EXISTS (SELECT FROM other_name WHERE young_person = $1 AND until IS NULL AND family_name IS NOT DISTINCT FROM $2"
        if await DB.fetchval(f"{same} AND given_names IS NOT DISTINCT FROM $3)", young_person.id, family, given):
            raise Conflict("This name is recorded already. The page of names and numbers shows it.")
        name = OtherName(
            young_person=young_person.id, kind=new.kind, family_name=family, given_names=given, born=young_person.date_of_birth,
            since=new.since, until=None, recorded_at=clock.now(), recorded_by=by.id, ended_recorded_at=None, ended_recorded_by=None, version=1,
        )  # fmt: skip
        await name.save()
        subject = ("other_name", name.id)
        await record(EventName.NAME_RECORDED, by=by, subject=subject, young_person=young_person.id, detail={"kind": new.kind})
    return int(name.id)


async def record_number(*, by: User, young_person: YoungPerson, new: RecordNumber) -> int:
    """Record a number that others gave; its own number here. Raises Invalid, or Conflict where the same is recorded and has not ended."""
    value = " ".join(new.value.split())
    today = clock.today()
    check(
        [
            *rules.faults_of(rules.check_number_kind, new.kind, today),
            *rules.number_faults(new.kind, value, agency=new.agency),
            *rules.use_faults(new.since, date_of_birth=young_person.date_of_birth, today=today),
        ]
    )
    agency = await _agency(new.agency) if new.agency else None
    async with write_transaction():
        await _hold(young_person)
        same = "SELECT EXISTS (SELECT FROM external_number WHERE young_person = $1 AND until IS NULL AND kind = $2 AND number_key(value) = $3"
        if await DB.fetchval(f"{same} AND agency IS NOT DISTINCT FROM $4)", young_person.id, new.kind, rules.number_key(value), agency):
            raise Conflict("This number is recorded already. The page of names and numbers shows it.")
        number = ExternalNumber(
            young_person=young_person.id, kind=new.kind, value=value, agency=agency, since=new.since, until=None,
            recorded_at=clock.now(), recorded_by=by.id, ended_recorded_at=None, ended_recorded_by=None, version=1,
        )  # fmt: skip
        await number.save()
        subject = ("external_number", number.id)
        await record(EventName.NUMBER_RECORDED, by=by, subject=subject, young_person=young_person.id, detail={"kind": new.kind})
    return int(number.id)


async def end_name(*, by: User, name: OtherName, ending: EndUse, version: int) -> None:
    """Record the last day of another name. Raises Invalid, Conflict where that is recorded already, Stale."""
    await _end(by, name, ending, version, EventName.NAME_ENDED)


async def end_number(*, by: User, number: ExternalNumber, ending: EndUse, version: int) -> None:
    """Record the last day of a number. Raises Invalid, Conflict where that is recorded already, Stale."""
    await _end(by, number, ending, version, EventName.NUMBER_ENDED)


async def _end(by: User, ended: OtherName | ExternalNumber, ending: EndUse, version: int, event: EventName) -> None:
    if ended.until is not None:
        raise Conflict(f"It is recorded already that this ended on {ended.until:%-d %B %Y}.")
    born = await DB.fetchval("SELECT date_of_birth FROM young_person WHERE id = $1", ended.young_person)
    check(rules.use_faults(ended.since, until=ending.until, date_of_birth=born, today=clock.today()))
    async with write_transaction():
        await change_row(ended, {"until": ending.until, "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}, version)
        await record(event, by=by, subject=(ended._meta.tablename, ended.id), young_person=ended.young_person, detail={"kind": ended.kind})


async def _hold(young_person: YoungPerson) -> None:
    """Two who record the same at once wait in line."""
    await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)


async def _agency(code: str) -> int:
    found: int | None = await DB.fetchval("SELECT id FROM agency WHERE code = $1 AND kind <> $2", code, AgencyKind.OPERATOR.value)
    if found is None:
        raise Invalid([FieldError("agency", "Select an agency from the list")])
    return found
