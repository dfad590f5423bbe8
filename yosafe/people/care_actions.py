"""Correcting what was recorded of care. What it said before is kept with the reason; nothing is written over unseen."""

import datetime as dt

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.rows import of_row
from yosafe.errors import Conflict, FieldError, Invalid, Stale

from .actions import care_columns, check_care
from .changing import change_row
from .rules import STALE
from .schemas import CorrectCarePeriod
from .tables import CareCorrection, CarePeriod, YoungPerson

SAID = ("status", "legal_basis", "responsible_area", "accommodation", "started_on")


async def correct_care_period(*, by: User, young_person: YoungPerson, period: CarePeriod, correction: CorrectCarePeriod, version: int) -> CarePeriod:
    """Say what a care period should have said. The one before it ends where this one begins, if it did so.

    Raises Invalid, also where it would begin before the one before it or after its own end; Conflict where nothing is different; Stale.
    """
    check_may(by, "care-period:correct")
    check_care(young_person, correction)
    columns = care_columns(correction)
    async with write_transaction():
        await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)
        period = await _as_it_is(period, version)
        if all(columns[field] == getattr(period, field) for field in SAID):
            raise Conflict("This is what the record says already. Change what is wrong, or leave it.")
        before = await _before(period)
        _check_order(correction.started_on, period, before)
        joined = before if before is not None and before.ended_on == period.started_on != correction.started_on else None
        if joined is not None and correction.started_on < period.started_on:  # first, for two periods never overlap
            await _end(by, joined, correction)
        corrected = await change_row(period, columns, version)
        await _keep(by, period, correction.reason)
        if joined is not None and correction.started_on > period.started_on:
            await _end(by, joined, correction)
        fields = [field for field in SAID if columns[field] != getattr(period, field)]
        subject = ("care_period", period.id)
        await record(EventName.CARE_CORRECTED, by=by, subject=subject, young_person=young_person.id, detail={"fields": sorted(fields)})
    return corrected


async def _as_it_is(period: CarePeriod, version: int) -> CarePeriod:
    """The period now that nobody else can change it. Raises Stale where somebody did before."""
    now = await CarePeriod.objects().get((CarePeriod.id == period.id) & (CarePeriod.version == version))
    if now is None:
        raise Stale(STALE)
    return now


async def _before(period: CarePeriod) -> CarePeriod | None:
    """The period that came before one: the latest that had ended by the day on which it begins."""
    row = await DB.fetchrow(
        "SELECT * FROM care_period WHERE young_person = $1 AND id <> $2 AND ended_on <= $3 ORDER BY ended_on DESC, started_on DESC, id DESC LIMIT 1",
        *(period.young_person, period.id, period.started_on),
    )
    return of_row(CarePeriod, row) if row else None


def _check_order(started_on: dt.date, period: CarePeriod, before: CarePeriod | None) -> None:
    if before is not None and started_on < before.started_on:
        raise Invalid(
            [FieldError("started_on", f"The care status before it began on {before.started_on:%-d %B %Y}: this one can't begin before that")]
        )
    if period.ended_on is not None and started_on > period.ended_on:
        raise Invalid([FieldError("started_on", f"It ended on {period.ended_on:%-d %B %Y}: it can't begin after that")])


async def _end(by: User, before: CarePeriod, correction: CorrectCarePeriod) -> None:
    """The period before ends where the corrected one begins."""
    await change_row(before, {"ended_on": correction.started_on}, before.version)
    await _keep(by, before, correction.reason)


async def _keep(by: User, was: CarePeriod, reason: str) -> None:
    """What a period said until now."""
    said = {field: getattr(was, field) for field in SAID}
    await CareCorrection(
        young_person=was.young_person, care_period=was.id, **said, ended_on=was.ended_on, reason=reason, at=clock.now(), recorded_by=by.id
    ).save()
