"""Recording why someone has not been told. That someone was told is an outcome: `yosafe.incidents.actions.add_outcome`."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import write_transaction
from yosafe.errors import FieldError, Invalid
from yosafe.incidents import access
from yosafe.incidents.actions import one_of_those_seen
from yosafe.incidents.changing import hold
from yosafe.incidents.kinds import outcome_fits
from yosafe.incidents.schemas import RecordNotTold
from yosafe.incidents.tables import Incident, IncidentNotTold
from yosafe.incidents.trail import record_about

from . import rules


def can_be_told(kind: str) -> list[str]:
    """Who can be told of a kind of incident."""
    return [outcome for outcome in rules.tellings() if outcome_fits(kind, outcome)]


async def record_not_told(data: RecordNotTold, *, by: User, incident: Incident) -> None:
    """Keep why someone has not been told; what was recorded of it before stays. Raises Refused, Conflict when it is over, Invalid."""
    faults = rules.faults_in_not_told(data.outcome, data.reason, data.note, allowed=can_be_told(incident.kind))
    async with write_transaction():
        access.check_can_add_outcome(by, await hold(incident.id))
        person = await one_of_those_seen(data.young_person, by=by, incident=incident) if data.young_person is not None else None
        if data.young_person is not None and person is None:
            faults.append(FieldError("young_person", "Choose one of the young people involved, or leave it out"))
        if faults:
            raise Invalid(faults)
        await IncidentNotTold(
            incident=incident.id, young_person=person, outcome=data.outcome, reason_code=data.reason, note=data.note, recorded_at=clock.now(),
            recorded_by=by.id,
        ).save()  # fmt: skip
        await record_about(EventName.INCIDENT_NOT_TOLD, incident.id, by=by, outcome=data.outcome, reason=data.reason)
