"""Every change to who works with a young person. Keyword-only, by someone, in one transaction with its audit entry."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, Invalid
from yosafe.people.changing import change_row
from yosafe.people.rules import before_birth_faults, end_faults, faults_of, past_faults, tidy_name
from yosafe.people.tables import NamedWorker, YoungPerson
from yosafe.reference.codes import code_list

from . import rules
from .schemas import EndWorker, NameWorker, ReachWorker

RECORD = "worker:record"


async def name_worker(*, by: User, young_person: YoungPerson, new: NameWorker) -> NamedWorker:
    """Record who works with a young person in a role, or that nobody is named. Whoever was there before ends on that day.

    Raises Invalid; Conflict where they would begin before the one whom they follow, or where the same is recorded already.
    """
    check_may(by, RECORD)
    faults = [
        *faults_of(code_list("worker_role").check, new.role, new.since, key="role"),
        *past_faults("since", new.since, today=clock.today()),
        *before_birth_faults("since", new.since, date_of_birth=young_person.date_of_birth),
        *rules.name_faults(new.name, telephone=new.telephone, email=new.email),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        await DB.fetchval("SELECT id FROM young_person WHERE id = $1 FOR UPDATE", young_person.id)
        await _end_before(by, young_person.id, new)
        worker = NamedWorker(
            young_person=young_person.id, role=new.role, name=tidy_name(new.name) if new.name else None, agency_name=new.agency_name,
            telephone=new.telephone, email=new.email, since=new.since, until=None, recorded_at=clock.now(), recorded_by=by.id,
            ended_recorded_at=None, ended_recorded_by=None, version=1,
        )  # fmt: skip
        await worker.save()
        await _note(EventName.WORKER_NAMED, by, worker, {"role": new.role, "named": new.name is not None})
    return worker


async def _end_before(by: User, young_person: int, new: NameWorker) -> None:
    last = await DB.fetchval("SELECT max(coalesce(until, since)) FROM named_worker WHERE young_person = $1 AND role = $2", young_person, new.role)
    rules.check_follows(new.since, last_since=last)
    now = await NamedWorker.objects().get((NamedWorker.young_person == young_person) & (NamedWorker.role == new.role) & NamedWorker.until.is_null())
    if now is None:
        return
    if (now.name or "").lower() == (tidy_name(new.name) if new.name else "").lower():
        raise Conflict("This is on the record already. To change how they are reached, choose that on the page of who works with them.")
    await change_row(now, _ended(by, new.since), now.version)


def _ended(by: User, until: dt.date) -> dict[str, Any]:
    return {"until": until, "ended_recorded_at": clock.now(), "ended_recorded_by": by.id}


async def reach_worker(*, by: User, worker: NamedWorker, reach: ReachWorker, version: int) -> NamedWorker:
    """Change how a worker is reached. Raises Invalid where nobody is named, Conflict once it has ended, Stale."""
    check_may(by, RECORD)
    rules.check_current(worker.until)
    if faults := rules.name_faults(worker.name, telephone=reach.telephone, email=reach.email):
        raise Invalid(faults)
    values = {"agency_name": reach.agency_name, "telephone": reach.telephone, "email": reach.email}
    async with write_transaction():
        changed = await change_row(worker, values, version)
        await _note(EventName.WORKER_CHANGED, by, changed, {"fields": sorted(f for f, value in values.items() if value != getattr(worker, f))})
    return changed


async def end_worker(*, by: User, worker: NamedWorker, ending: EndWorker, version: int) -> NamedWorker:
    """Record that someone no longer works with a young person. Raises Invalid, Conflict once that is recorded, Stale."""
    check_may(by, RECORD)
    rules.check_current(worker.until)
    if faults := end_faults(ending.until, since=worker.since, today=clock.today()):
        raise Invalid(faults)
    async with write_transaction():
        ended = await change_row(worker, _ended(by, ending.until), version)
        await _note(EventName.WORKER_ENDED, by, ended, {"role": worker.role})
    return ended


async def _note(event: EventName, by: User, worker: NamedWorker, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=("named_worker", worker.id), young_person=worker.young_person, detail=detail)
