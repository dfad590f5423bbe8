"""What is recorded of a complaint besides its steps. Keyword-only, by someone, in one transaction with its audit entries."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.incidents.changing import hold
from yosafe.incidents.tables import Incident
from yosafe.incidents.trail import record_about
from yosafe.reference.codes import code_list

from .schemas import RecordContent
from .tables import ComplaintContent


async def record_content(data: RecordContent, *, by: User, incident: Incident) -> None:
    """Keep whether the young person is content with the answer. Raises Conflict where there is none, Invalid."""
    if incident.kind != "complaint":
        raise Conflict("Only of a complaint is it recorded whether the young person is content with the answer.")
    asked_on = data.asked_on or clock.today()
    async with write_transaction():
        await hold(incident.id)
        answered = await DB.fetchval("SELECT max(answered_at) FROM complaint_answer WHERE incident = $1", incident.id)
        if answered is None:
            raise Conflict("The complaint has no answer in words for the young person yet. Answer it first.")
        code_list("satisfaction").check(data.content, key="content")
        if not clock.day_of(answered) <= asked_on <= clock.today():
            since = f"{clock.day_of(answered):%-d %B %Y}"
            raise Invalid([FieldError("asked_on", f"The day they were asked must be between {since}, when it was answered, and today")])
        await ComplaintContent(
            incident=incident.id, content=data.content, words=data.words, asked_on=asked_on, recorded_at=clock.now(), recorded_by=by.id
        ).save()
        await record_about(EventName.COMPLAINT_CONTENT, incident.id, by=by, content=data.content)
