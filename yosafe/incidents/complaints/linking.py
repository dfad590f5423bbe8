"""A complaint that tells of harm leads to an incident of its own. Both stay, each points at the other, and the complaint's clocks run on."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.incidents import access
from yosafe.incidents.followed import LedTo
from yosafe.incidents.schemas import IncidentOut, SubmitIncident
from yosafe.incidents.trail import record_about
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .tables import ComplaintConcern

USUALLY = "disclosure"  # what harm is recorded as that a complaint tells of, unless someone chooses another kind


async def complaint_told(data: SubmitIncident, young_people: Sequence[int], *, by: User) -> int:
    """The number of the complaint that told of what is recorded. Raises Invalid unless it is one that the user sees, of one of these young people."""
    try:
        found = await access.get_incident_for(by, data.complaint or "")
    except NotFound:
        raise Invalid([FieldError("complaint", access.NOT_THERE)]) from None
    if found.kind != "complaint" or data.kind == "complaint":
        raise Invalid(
            [FieldError("complaint", "A concern comes of a complaint: give the complaint's reference, and record another kind of incident")]
        )
    query = "SELECT EXISTS (SELECT FROM involvement WHERE incident = $1 AND role = 'complainant' AND young_person = ANY($2))"
    if not await DB.fetchval(query, found.id, list(young_people)):
        raise Invalid([FieldError("complaint", "Add the young person who complained: the harm that they told of is recorded with them in it")])
    return int(found.id)


async def link_concern(complaint: int, concern: int, *, by: User) -> None:
    """Let the two point at each other. Belongs in the transaction that records the concern."""
    await ComplaintConcern(complaint=complaint, concern=concern, recorded_at=clock.now(), recorded_by=by.id).save()
    await record_about(EventName.COMPLAINT_CONCERN, complaint, by=by, concern=concern)


def begun_with(record: IncidentOut) -> dict[str, Any]:
    """The answers that a draft begins with. Out of a complaint that came sealed only whose it is: more people see what comes of it."""
    told = next(person for person in record.involvements if "complainant" in person.roles)
    answers: dict[str, Any] = {"kind": USUALLY, "complaint": record.ref, "first": told.young_person or ""}
    if told.young_person:
        answers["people"] = [{"young_person": told.young_person, "roles": ["concerned"], "injuries": [], "treatment": None}]
    if record.complaint is None or record.complaint.sealed:
        return answers
    said = {"asked": "yes", "child_said": record.child_said} if record.child_said else {}
    return {**answers, "account": record.account, "told_by": "young_person", **said}


_LINKED = """
    SELECT i.id, i.kind, c.complaint = i.id AS is_complaint
    FROM complaint_concern c JOIN incident i ON i.id IN (c.complaint, c.concern) AND i.id <> {}
    WHERE (c.complaint = {} OR c.concern = {}) AND {} ORDER BY i.id
"""


async def linked(viewer: User, incident: int, terminology: Terminology) -> list[LedTo]:
    """For the record of an incident: what was recorded because of the complaint that it is, and the complaint that told of it; of those that the
    viewer may see."""
    rows = await DB.fetch(*Sql(_LINKED, incident, incident, incident, access.visible(viewer)).parts())
    return [(_words(row, terminology), f"/incidents/{access.incident_ref(row['id'])}") for row in rows]


def _words(row: Any, terminology: Terminology) -> str:
    ref = access.incident_ref(row["id"])
    if row["is_complaint"]:
        return f"{ref}: the complaint that told of it"
    return f"{ref}: recorded as {code_list('incident_kind').label(row['kind'], terminology).lower()}"
