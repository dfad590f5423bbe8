"""Adding a mark to a body map, and striking one out. Keyword-only, by someone, in one transaction with its audit entry."""

import datetime as dt

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import write_transaction
from yosafe.errors import Conflict, Invalid
from yosafe.incidents.changing import Person
from yosafe.incidents.tables import Incident
from yosafe.incidents.trail import SUBJECT

from . import access, rules
from .schemas import AddMark, StrikeMark
from .tables import BodyMark


async def add_mark(data: AddMark, *, by: User, incident: Incident, person: Person) -> BodyMark:
    """Mark what was seen at one place of a young person's body. Raises Refused, Conflict where the incident has no body map for them, Invalid."""
    access.check_can_mark(by, incident, person)
    seen_on = data.seen_on or clock.today()
    mark = rules.Mark(region=data.region, kind=data.kind, size_mm=data.size_mm, note=data.note, seen_on=seen_on, seen_time=data.seen_time)
    faults = rules.faults_in_mark(mark, since=clock.day_of(incident.happened_at), now=clock.now().astimezone(clock.LONDON))
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        made = BodyMark(
            incident=incident.id, young_person=person.young_person, region=data.region, kind=data.kind, size_mm=data.size_mm, note=data.note,
            seen_by=data.seen_by or by.name, seen_on=seen_on, seen_time=data.seen_time and dt.time.fromisoformat(data.seen_time),
            recorded_at=clock.now(), recorded_by=by.id, struck_at=None, struck_by=None, struck_reason=None,
        )  # fmt: skip
        await made.save()
        await _note(EventName.BODY_MARK_ADDED, by, made)
    return made


async def strike_mark(data: StrikeMark, *, by: User, mark: BodyMark) -> None:
    """Strike out a mark that was recorded by mistake; it stays readable. Raises Refused, Conflict where it was struck out before."""
    access.check_can_strike(by, mark)
    async with write_transaction():
        done = await (
            BodyMark.update({BodyMark.struck_at: clock.now(), BodyMark.struck_by: by.id, BodyMark.struck_reason: data.reason})
            .where((BodyMark.id == mark.id) & BodyMark.struck_at.is_null())
            .returning(BodyMark.id)
        )
        if not done:
            raise Conflict("This mark was struck out already. Look at the body map again.")
        await _note(EventName.BODY_MARK_STRUCK, by, mark)


async def _note(event: EventName, by: User, mark: BodyMark) -> None:
    await record(event, by=by, subject=(SUBJECT, mark.incident), young_person=mark.young_person, detail={"mark": mark.id})
