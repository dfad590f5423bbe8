"""Who may record in an investigation: whoever looks after the incident, and safeguarding leads. Whoever sees the incident reads it."""

from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.incidents.status import OPEN, STATUS_LABELS, Status
from yosafe.incidents.tables import Incident
from yosafe.incidents.transitions import LEAD

from .schemas import Part

TABLES: dict[Part, str] = {
    "step": "investigation_step",
    "interview": "investigation_interview",
    "evidence": "investigation_evidence",
    "feedback": "incident_feedback",
}
NO_ENTRY = "There is no such entry in this investigation. Look at the page of the investigation again."


def is_investigator(user: User, incident: Incident) -> bool:
    return user.may("investigation:record") and (user.may(LEAD) or incident.owner == user.id)


def can_record(user: User, incident: Incident) -> bool:
    """Whether this person may record something in it now. Who is told what came of it is recorded after the end too."""
    return is_investigator(user, incident) and Status(incident.status) in OPEN | {Status.CONCLUDED}


def check_can_record(user: User, incident: Incident, *, part: Part) -> None:
    """Raise Refused for anyone else, Conflict where it is over."""
    if not is_investigator(user, incident):
        raise Refused("Only whoever looks after this incident, or the safeguarding lead, records in its investigation. Write an addendum instead.")
    if Status(incident.status) not in (OPEN | {Status.CONCLUDED} if part == "feedback" else OPEN):
        raise Conflict(f"This incident is {STATUS_LABELS[Status(incident.status)].lower()}. Reopen it first, or add an addendum.")


def check_part(part: str) -> Part:
    """The part of an investigation that an address names. Raises NotFound."""
    if part not in TABLES:
        raise NotFound(NO_ENTRY)
    return part


async def get_entry(incident: Incident, part: Part, number: int) -> Any:
    """A row of a part of an incident's investigation, held until the transaction ends. Raises NotFound."""
    row = (
        await DB.fetchrow(f"SELECT * FROM {TABLES[part]} WHERE incident = $1 AND id = $2 FOR UPDATE", incident.id, number) if number < 2**63 else None
    )
    if row is None:
        raise NotFound(NO_ENTRY)
    return row
